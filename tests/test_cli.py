"""The command line as a person uses it: what it prints, writes and returns."""

import csv
import subprocess
import sys

import pytest

from nullcline import Dynamics
from nullcline.cli import COMMANDS, main
from nullcline.targets import all_targets

VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: "z", initial_value: 0.1, unit: mV}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""


@pytest.fixture
def vdp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vdp.yaml").write_text(VDP, encoding="utf-8")
    return "vdp.yaml"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"example: nullcline {command}" in " ".join(capsys.readouterr().out.split())


def test_wrong_usage_has_its_own_exit_status(capsys):
    for wrong in ([], ["nonsense"], ["simulate", "x.yaml"], ["export", "x.yaml"]):
        with pytest.raises(SystemExit) as caught:
            main(wrong)
        assert caught.value.code == 2
    assert "usage: nullcline" in capsys.readouterr().err


def test_validate_says_what_a_model_holds(vdp, tmp_path, capsys):
    (tmp_path / "more.yml").write_text(VDP + "iri: tvbo:X\nevents: {e: {}}\n", encoding="utf-8")
    assert main(["validate", ".", "--verbose"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "more.yml: valid: VdP (2 state variables, 1 parameter)" in lines
    assert "  note: more.yml:7:1: events: Nullcline cannot express events" in lines
    assert "  kept, not used: iri: tvbo:X" in lines
    assert lines[-1] == "2 files: 2 valid, 0 with problems"


def test_validate_tells_problems_and_goes_on(vdp, tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text(VDP.replace("mu*", "nu*"), encoding="utf-8")
    assert main(["validate", "bad.yaml", vdp, "absent.yaml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "bad.yaml:5:17: state_variables/z/equation/rhs: `nu` is not declared"
    )
    assert lines[1].startswith("vdp.yaml: valid")
    assert lines[2].startswith("absent.yaml: ")
    assert lines[-1] == "3 files: 1 valid, 2 with problems"


def test_targets_are_listed(capsys):
    assert main(["targets"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == sorted(all_targets())


def test_export_writes_what_the_library_gives(vdp, tmp_path, capsys):
    model = Dynamics.from_yaml(tmp_path / vdp)
    for target in all_targets():
        assert main(["export", vdp, "--to", target]) == 0
        assert capsys.readouterr().out == model.render_code(target)
    assert main(["export", vdp, "--to", "nullcline", "-o", "again.yaml"]) == 0
    assert Dynamics.from_yaml(tmp_path / "again.yaml") == model
    assert main(["export", vdp, "--to", "fortran"]) == 1
    assert "there is no target `fortran`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("form", "mark"), [("markdown", "# VdP"), ("html", "<h1"), ("latex", "\\begin")]
)
def test_report(vdp, tmp_path, capsys, form, mark):
    assert main(["report", vdp, "--format", form]) == 0
    shown = capsys.readouterr().out
    assert mark in shown
    assert main(["report", vdp, "--format", form, "-o", "report.txt"]) == 0
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == shown


def test_simulate_prints_a_table(vdp, capsys):
    assert main(["simulate", vdp, "--duration", "1", "--sampling", "0.25", "--set", "mu=0"]) == 0
    captured = capsys.readouterr()
    rows = list(csv.reader(captured.out.splitlines()))
    assert rows[0] == ["t", "x", "z"]
    assert [float(row[0]) for row in rows[1:]] == [0, 0.25, 0.5, 0.75, 1]
    assert float(rows[-1][1]) == pytest.approx(0.1 * 0.5403023058681398)  # 0.1*cos(1)
    assert captured.err == ""  # no progress where nobody watches


def test_simulate_writes_numbers_and_a_picture(vdp, tmp_path, capsys):
    import xarray

    arguments = ["simulate", vdp, "--duration", "2", "--sampling", "0.5", "--plot", "vdp.png"]
    assert main([*arguments, "-o", "vdp.nc"]) == 0
    assert main([*arguments, "-o", "vdp.csv"]) == 0
    assert (tmp_path / "vdp.png").read_bytes().startswith(b"\x89PNG")
    with xarray.open_dataset(tmp_path / "vdp.nc", engine="scipy") as data:
        assert data["x"].attrs["units"] == "mV"
        assert data["time"].values.tolist() == [0, 0.5, 1, 1.5, 2]
        last = float(data["x"][-1])
    rows = list(csv.reader((tmp_path / "vdp.csv").read_text(encoding="utf-8").splitlines()))
    assert float(rows[-1][1]) == last
    assert "vdp.nc: 5 samples of x, z" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--duration", "1", "--set", "mue=2"], "did you mean `mu`"),
        (["--duration", "0"], "0 < sampling <= duration"),
        (["--duration", "1", "--sampling", "2"], "0 < sampling <= duration"),
        (["--duration", "1", "-o", "x.txt"], "x.txt: numbers are written as .csv or .nc"),
    ],
)
def test_simulate_refuses_with_a_sentence(vdp, capsys, arguments, message):
    assert main(["simulate", vdp, *arguments]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_run_that_blows_up_keeps_what_it_has(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = 'name: B\nstate_variables: {x: {equation: "x**2", initial_value: 1.0}}\n'
    (tmp_path / "b.yaml").write_text(text, encoding="utf-8")
    assert main(["simulate", "b.yaml", "--duration", "2", "-o", "b.csv"]) == 1
    assert "B blew up after t = " in capsys.readouterr().err
    assert len((tmp_path / "b.csv").read_text(encoding="utf-8").splitlines()) > 400


def test_a_missing_number_is_told_with_its_place(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(VDP.replace("{mu: 1.0}", "{mu: {}}"), encoding="utf-8")
    assert main(["validate", "m.yaml"]) == 0
    assert main(["report", "m.yaml"]) == 0
    assert "note: m.yaml:2:14: parameters/mu" in capsys.readouterr().out
    for arguments in (
        ["simulate", "m.yaml", "--duration", "1"],
        ["export", "m.yaml", "--to", "python"],
    ):
        assert main(arguments) == 1
        error = capsys.readouterr().err
        assert "m.yaml:2:14: parameters/mu: a parameter, `mu`, has no value" in error


def test_a_closed_pipe_is_no_error(vdp):
    command = (
        f"{sys.executable} -m nullcline simulate {vdp} --duration 100 --sampling 0.001 | head -1"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "t,x,z\n"
    assert done.stderr == ""


def test_the_version_is_that_of_the_package(capsys):
    from importlib.metadata import version

    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == f"nullcline {version('nullcline')}"
