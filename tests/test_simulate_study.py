"""`nullcline simulate` of a study: its run is done, unless options say otherwise."""

import csv

import numpy as np
import pytest

from nullcline.cli import main

MODEL = """\
name: Decay
parameters: {k: 1.0}
state_variables:
  x: {equation: "-k*x", initial_value: 1.0}
"""
RUN = "parameters: {k: 0.5}, initial_values: {x: 2.0}"
ONE = f"name: One\nmodel: decay.yaml\nruns:\n  long: {{duration: 4.0, sampling: 1.0, {RUN}}}\n"
TWO = ONE + "  short: {duration: 1.0, sampling: 0.5, transient: 0.5, solver: DOP853}\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("decay", MODEL),
        ("one", ONE),
        ("two", TWO),
        ("none", ONE.split("runs", maxsplit=1)[0]),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")


def rows(capsys):
    """The printed numbers, shape (samples, columns)."""
    text = capsys.readouterr().out.splitlines()
    return np.array([[float(cell) for cell in row] for row in list(csv.reader(text))[1:]])


def test_the_only_run_of_a_study_is_done(files, capsys):
    assert main(["simulate", "one.yaml"]) == 0
    t, x = rows(capsys).T
    np.testing.assert_array_equal(t, [0, 1, 2, 3, 4])
    np.testing.assert_allclose(x, 2 * np.exp(-0.5 * t), rtol=1e-7)


def test_options_say_otherwise(files, capsys):
    given = ["--duration", "2", "--set", "x=3", "--after", "1.5", "--sampling", "0.5"]
    assert main(["simulate", "one.yaml", *given, "--solver", "dop853"]) == 0
    t, x = rows(capsys).T
    np.testing.assert_array_equal(t, [1.5, 2.0])
    np.testing.assert_allclose(x, 3 * np.exp(-0.5 * t), rtol=1e-7)


def test_a_run_is_named_and_brings_its_transient(files, capsys):
    assert main(["simulate", "two.yaml", "--run", "short"]) == 0
    t, x = rows(capsys).T
    np.testing.assert_array_equal(t, [0.5, 1.0])
    np.testing.assert_allclose(x, np.exp(-t), rtol=1e-7)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["two.yaml"], "the study One has 2 runs; choose one with --run: long, short"),
        (["two.yaml", "--duration", "1"], "choose one with --run"),
        (["two.yaml", "--run", "shrt"], "the study One has no run `shrt`; did you mean `short`?"),
        (["decay.yaml", "--run", "long"], "--run: decay.yaml is a model file, not a study"),
        (["decay.yaml"], "a run needs a --duration, in the model's time unit"),
        (["none.yaml"], "a run needs a --duration"),
        (["one.yaml", "--after", "4"], "--after: what comes after t = 4 of 4 is asked for"),
        (["one.yaml", "--solver", "dop85"], "no solver `dop85`; did you mean `dop853`?"),
    ],
)
def test_what_cannot_be_done_is_told(files, capsys, given, said):
    assert main(["simulate", *given]) == 1
    assert said in capsys.readouterr().err
