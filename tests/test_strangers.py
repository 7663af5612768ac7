"""What a newcomer meets at the command line, in an editor and in results: zeros, axes, targets."""

import subprocess
import sys

import pytest

import nullcline
from nullcline import Dynamics
from nullcline.cli import main
from nullcline.conformance.versions import versions
from nullcline.targets import all_targets, broken_targets, get_target

HOPF = """
name: Hopf
parameters: {mu: 0.5}
state_variables:
  x: {equation: "mu*x - y - x*(x**2 + y**2)", initial_value: 0.1}
  y: {equation: "x + mu*y - y*(x**2 + y**2)", initial_value: 0.0}
"""


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "hopf.yaml"
    path.write_text(HOPF, encoding="utf-8")
    return path


def test_a_bifurcation_at_0_is_printed_at_0(model, capsys):
    assert main(["continue", str(model), "--over", "mu=-1:1"]) == 0
    out = capsys.readouterr().out
    assert "at mu = 0 (" in out
    assert "e-1" not in out


def test_small_values_of_a_small_model_are_no_zeros():
    scaled = Dynamics("Small")
    scaled.add_parameter("mu", value=0.0)
    scaled.add_state_variable("x", equation="mu + 1e-18 - x**2*1e18", initial_value=1e-18)
    found = str(scaled.continuation("mu", -2e-18, 1e-18, box={"x": (-3e-18, 3e-18)}))
    assert "at mu = -1e-18" in found


@pytest.mark.parametrize("axis", ["mu=0:1:5:log", "mu=0:1:log", "mu=-1:1:5:log"])
def test_a_logarithmic_axis_cannot_start_at_0(model, axis, capsys):
    with pytest.raises(SystemExit):
        main(["sweep", str(model), "--over", axis, "--duration", "1"])
    said = " ".join(capsys.readouterr().err.split())
    assert f"a logarithmic axis cannot start at {axis[3:].split(':')[0]}; give an end" in said


def test_a_target_that_cannot_be_loaded_is_told_and_the_others_work(
    tmp_path, monkeypatch, model, capsys
):
    (tmp_path / "broken_target.py").write_text("TARGET = (\n", encoding="utf-8")
    (tmp_path / "other_target.py").write_text("TARGET = 3\n", encoding="utf-8")
    info = tmp_path / "broken_target-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken_target\nVersion: 1.0\n")
    entries = (
        "broken = broken_target:TARGET\nother = other_target:TARGET\ngone = no_module:TARGET\n"
    )
    (info / "entry_points.txt").write_text(f"[nullcline.targets]\n{entries}")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert {"python", "c", "sbml", "pyrates"} <= set(all_targets())
    assert set(broken_targets()) == {"broken", "other", "gone"}
    assert main(["targets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = [line for line in lines if line.startswith("broken ")]
    assert len(told) == 1
    assert "it cannot be loaded: SyntaxError" in told[0]
    assert any(line.startswith("python ") for line in lines)
    assert main(["export", str(model), "--to", "python"]) == 0
    capsys.readouterr()
    assert main(["export", str(model), "--to", "broken"]) != 0
    said = capsys.readouterr().err
    assert "the target `broken`: it cannot be loaded: SyntaxError" in said
    assert "Traceback" not in said
    with pytest.raises(ValueError, match="the target `other`: it is no Target"):
        get_target("other")


def test_the_version_of_an_engine_is_that_of_its_distribution():
    pytest.importorskip("roadrunner")
    from importlib.metadata import version

    assert versions(all_targets()["sbml"])["roadrunner"] == version("libroadrunner")


def test_dir_shows_what_users_use():
    assert {"Dynamics", "Trajectory", "library", "plot"} <= set(dir(nullcline))
    assert not {"import_module", "find_spec", "Any", "TYPE_CHECKING"} & set(dir(nullcline))
    for name in dir(nullcline):
        assert getattr(nullcline, name) is not None


def test_a_misspelt_import_is_told_by_a_type_checker(tmp_path):
    pytest.importorskip("mypy")
    text = "from nullcline import Dynamics, Run, Trajectory\nfrom nullcline import Dynamic\n"
    (tmp_path / "mine.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "mine.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert len(errors) == 1
    assert "mine.py:2: error: Module" in errors[0]
    assert '"Dynamic"' in errors[0]
