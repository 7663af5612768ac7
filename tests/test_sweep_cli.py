"""`nullcline sweep` as a person uses it: models and studies, tables and files, what goes wrong."""

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from nullcline import Dynamics, sweep
from nullcline.cli import main
from nullcline.sources.yaml import read
from nullcline.study import load_study
from nullcline.sweep.declared import SOLVERS as NAMED
from nullcline.sweep.declared import request

DECAY = """\
name: Decay
parameters: {k: 1.0}
state_variables: {x: {equation: "-k*x", initial_value: 1.0}}
"""
STUDY = """\
name: HowItDecays
model: decay.yaml
runs:
  short: {duration: 2.0, sampling: 0.5, initial_values: {x: 2.0}, relative_tolerance: 1.0e-7}
  measured: {duration: 2.0, transient: 1.0, solver: RK45}
sweeps:
  grid:
    run: short
    axes:
      k: {range: {lo: 0.5, hi: 2.0, n: 4}}
  drawn:
    run: measured
    sampling_method: latin_hypercube
    n: 8
    random_seed: 3
    axes:
      k: {range: {lo: 0.5, hi: 2.0}}
      x: {range: {lo: 1.0, hi: 100.0, log_scale: true}}
    features: [final, "ratio = final:x/k"]
  together:
    run: measured
    sampling_method: zip
    axes:
      k: {values: [1.0, 2.0, 3.0]}
      x: {range: {lo: 1.0, hi: 2.0, step: 0.5}}
    features: ["final:x"]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decay.yaml").write_text(DECAY, encoding="utf-8")
    (tmp_path / "study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


def rows(capsys):
    text = capsys.readouterr().out
    return list(csv.DictReader(io.StringIO(text)))


def numbers(table, name):
    return np.array([float(row[name]) for row in table])


def command(text):
    return main(["sweep", *text.split()])


def test_a_table_of_features(capsys):
    assert command("decay.yaml --over k=0.5:2:4 --over x=1,3 --feature final:x --duration 2") == 0
    found = rows(capsys)
    k, x0 = numbers(found, "k"), numbers(found, "initial_x")
    np.testing.assert_allclose(k, np.repeat([0.5, 1.0, 1.5, 2.0], 2))
    np.testing.assert_allclose(numbers(found, "final_x"), x0 * np.exp(-2 * k), rtol=2e-5)
    assert {row["status"] for row in found} == {"finished"}


def test_a_table_over_time(capsys):
    assert command("decay.yaml --over k=0.01:1:3:log --duration 2 --sampling 1 --set x=5") == 0
    found = rows(capsys)
    assert list(found[0])[:3] == ["k", "time", "x"]
    np.testing.assert_allclose(numbers(found, "k")[::3], [0.01, 0.1, 1.0])
    expected = 5 * np.exp(-numbers(found, "k") * numbers(found, "time"))
    np.testing.assert_allclose(numbers(found, "x"), expected, rtol=2e-5)


@pytest.mark.parametrize(
    "how", ["--zip --over k=1,2,3,4 --over x=1:4:4", "--sobol 4 --over k=1:4 --over x=1:4"]
)
def test_lists_of_points(how, capsys):
    assert command(f"decay.yaml {how} --duration 1 --feature s=final:2*x --seed 5") == 0
    found = rows(capsys)
    assert len(found) == 4
    expected = 2 * numbers(found, "initial_x") * np.exp(-numbers(found, "k"))
    np.testing.assert_allclose(numbers(found, "s"), expected, rtol=2e-5)


def test_a_store_and_resuming_it(capsys):
    pytest.importorskip("zarr")
    text = "decay.yaml --over k=0.5:2:4 --duration 2 --after 1 --feature mean --chunk 2 -o s.zarr"
    assert command(text) == 0
    assert capsys.readouterr().out == "s.zarr: 4 points: mean_x, reached, steps, status\n"
    assert command(text) == 1
    assert "s.zarr exists; resume it" in capsys.readouterr().err
    assert command(f"{text} --resume") == 0
    assert command(f"{text} --resume --rtol 1e-4") == 1
    assert "rtol: 1e-06 there and 0.0001 here" in capsys.readouterr().err
    found = xr.open_zarr("s.zarr", consolidated=False)
    k = found["k"].values
    np.testing.assert_allclose(found["mean_x"], (np.exp(-k) - np.exp(-2 * k)) / k, rtol=1e-4)


def test_netcdf(capsys):
    assert command("decay.yaml --over k=1,2 --duration 1 --sampling 0.5 -o s.nc --record x") == 0
    with xr.open_dataset("s.nc", engine="scipy") as found:
        assert found["x"].dims == ("k", "time")


def test_points_that_blow_up_are_counted(folder, capsys):
    (folder / "decay.yaml").write_text(DECAY.replace("-k*x", "k*x**2"), encoding="utf-8")
    assert command("decay.yaml --over x=-1,2,4 --duration 1 --feature final") == 1
    said = capsys.readouterr()
    assert said.err == "nullcline: of 3 points of Decay: 2 blew up\n"
    assert len(said.out.splitlines()) == 4


def test_sweeps_of_a_study(capsys):
    assert command("study.yaml --sweep grid") == 0
    found = rows(capsys)
    expected = 2 * np.exp(-numbers(found, "k") * numbers(found, "time"))
    np.testing.assert_allclose(numbers(found, "x"), expected, rtol=2e-5)
    assert command("study.yaml --sweep together") == 0
    found = rows(capsys)
    np.testing.assert_array_equal(numbers(found, "initial_x"), [1.0, 1.5, 2.0])
    expected = numbers(found, "initial_x") * np.exp(-2 * numbers(found, "k"))
    np.testing.assert_allclose(numbers(found, "final_x"), expected, rtol=2e-5)


def test_a_study_says_the_same_in_python(folder, monkeypatch):
    document = read((folder / "study.yaml").read_text(encoding="utf-8"))
    study, model = load_study(document, folder)
    asked = request(study, "drawn")
    assert asked.after == 1.0
    assert asked.solver == NAMED["RK45"]
    assert (asked.rtol, asked.atol) == (1e-6, None)
    assert request(study, "grid").rtol == 1e-7
    over = {"k": (0.5, 2.0), "x": (1.0, 100.0, "log")}
    same = {"features": ["final", "ratio = final:x/k"], "after": 1.0, "solver": asked.solver}
    drawn = {"method": "latin_hypercube", "n": 8, "seed": 3}
    assert sweep.sweep(model.system(), asked).identical(model.sweep(over, 2.0, **same, **drawn))


def test_an_axis_takes_the_place_of_a_value_of_the_run(folder):
    text = STUDY.replace("initial_values: {x: 2.0}", "parameters: {k: 9.0}")
    study, _ = load_study(read(text), folder)
    assert list(request(study, "grid").values) == []


def test_the_command_line_overrides_a_study(capsys):
    options = "--duration 1 --sampling 1 --set x=3 --feature final:x --after 0.5 --solver auto"
    assert command(f"study.yaml --sweep grid {options}") == 0
    found = rows(capsys)
    last = [row for row in found if float(row["time"]) == 1.0]
    np.testing.assert_allclose(numbers(last, "x"), 3 * np.exp(-numbers(last, "k")), rtol=2e-5)
    np.testing.assert_allclose(numbers(last, "final_x"), numbers(last, "x"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("decay.yaml --over k=1", "swept for a --duration"),
        ("decay.yaml --over kk=1 --duration 1", "did you mean `k`"),
        ("decay.yaml --over k=1:2 --duration 1", "--over k: an interval is no list of numbers"),
        ("decay.yaml --duration 1", "the sweep has no axis"),
        ("decay.yaml --over k=1 --sweep a --duration 1", "is a model file, not a study"),
        ("study.yaml", "has 3 sweeps; choose one: grid, drawn, together"),
        ("study.yaml --sweep gird", "no sweep `gird`; did you mean `grid`"),
        ("study.yaml --sweep grid --over k=1", "the axes of a study stand in its file"),
        ("decay.yaml --over k=1 --duration 1 -o absent/s.zarr", "there is no folder"),
        ("decay.yaml --over k=1 --duration 1 -o decay.yaml", "is the model file itself"),
        ("decay.yaml --over k=1 --duration 1 -o s.txt", "written as .zarr, .nc, .csv"),
        ("decay.yaml --over k=1 --duration 1 --plot s.zarr", "pictures are written as"),
        ("decay.yaml --over k=1 --duration 1 --resume", "nothing to resume without a file"),
    ],
)
def test_misuse_is_told_in_a_sentence(text, message, capsys):
    assert command(text) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("axis", ["k", "k=", "k=a,b", "k=1:2:0", "k=1:2:3:4"])
def test_an_axis_that_cannot_be_read_is_wrong_usage(axis, capsys):
    with pytest.raises(SystemExit) as caught:
        command(f"decay.yaml --over {axis} --duration 1")
    assert caught.value.code == 2
    assert "write NAME=0.1,0.5,1 or NAME=LOW:HIGH:COUNT" in capsys.readouterr().err


def test_a_logarithmic_axis_from_0_is_told_as_that(capsys):
    with pytest.raises(SystemExit) as caught:
        command("decay.yaml --over k=0:1:3:log --duration 1")
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert "k=0:1:3:log: a logarithmic axis cannot start at 0; give an end above 0" in said


WRONG_STUDIES = [
    ("range: {lo: 0.5, hi: 2.0, n: 4}", "range: {lo: 2.0, hi: 0.5, n: 4}", "no range from a lower"),
    ("range: {lo: 0.5, hi: 2.0, n: 4}", "range: {lo: 0.5, hi: 2.0}", "without one of n and step"),
    ("range: {lo: 0.5, hi: 2.0, n: 4}", "range: {lo: 0, hi: 1, step: 1.0e-9}", "more than"),
    ("range: {lo: 0.5, hi: 2.0, n: 4}", "range: {lo: 0, hi: 1, n: 3, log_scale: true}", "above 0"),
    ("    run: short\n", "", "has no run with a duration"),
    ("short: {", "short: {solver: Heun, ", "no solver of the kind Heun"),
]


@pytest.mark.parametrize(
    ("old", "new", "message"), WRONG_STUDIES, ids=[w[2] for w in WRONG_STUDIES]
)
def test_what_is_wrong_with_a_study_is_told(old, new, message, folder, capsys):
    assert old in STUDY
    (folder / "study.yaml").write_text(STUDY.replace(old, new, 1), encoding="utf-8")
    assert command("study.yaml --sweep grid") == 1
    assert message in capsys.readouterr().err


INTERRUPTED = """
import os, signal, sys
from nullcline.cli import main
from nullcline.sweep import bar

def interrupt(self, done, count):
    if done == 4:
        os.kill(os.getpid(), signal.SIGINT)

bar.Bar.__call__ = interrupt
sys.exit(main(sys.argv[1:]))
"""


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(folder):
    pytest.importorskip("zarr")
    text = "sweep decay.yaml --over k=0.5:2:9 --duration 2 --feature mean --chunk 2 -o s.zarr"
    call = [sys.executable, "-c", INTERRUPTED, *text.split()]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done.stderr
    assert "4 of 9 points are done and kept in s.zarr" in done.stderr
    assert "the same command with --resume goes on from there" in done.stderr
    assert main([*text.split(), "--resume"]) == 0
    stored = xr.open_zarr("s.zarr", consolidated=False).load()
    model = Dynamics.from_yaml(folder / "decay.yaml")
    whole = model.sweep({"k": np.linspace(0.5, 2, 9)}, 2.0, features="mean")
    assert stored.drop_attrs().equals(whole.drop_attrs())


def test_the_table_is_cut_off_quietly():
    """A reader that has enough, such as `head`, is no error."""
    text = "sweep decay.yaml --over k=0.5:2:50 --duration 2"
    call = f"{sys.executable} -m nullcline {text} | head -1"
    done = subprocess.run(call, shell=True, capture_output=True, text=True, check=False)
    assert done.stdout == "k,time,x,reached,steps,status\n"
    assert done.stderr == ""


def test_validate_notes_sweeps_that_could_not_be_run(folder, capsys):
    assert main(["validate", "study.yaml"]) == 0
    assert "note" not in capsys.readouterr().out
    text = STUDY.replace("[final, ", "[finale, ").replace("    run: short\n", "")
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    assert main(["validate", "study.yaml"]) == 0
    said = capsys.readouterr().out
    assert "note: the sweep drawn: there is no feature `finale`; did you mean `final`?" in said
    assert "note: the sweep grid: " in said


def test_a_picture(capsys):
    from nullcline import plot

    if not hasattr(plot, "show_sweep"):
        pytest.skip("pictures of sweeps are not there yet")
    options = "--over k=0.5:2:4 --feature final --duration 1 --plot map.png"
    assert command(f"decay.yaml {options}") == 0
    assert capsys.readouterr().out == "map.png: picture\n"
    with open("map.png", "rb") as stream:
        assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
