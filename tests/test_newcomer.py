"""What a newcomer does wrong is told in a sentence, with its place and what to do."""

import pytest

from nullcline import Dynamics, ModelError
from nullcline.cli import main

MODEL = """\
name: LV
parameters: {a: 1.1, b: 0.4, c: 0.1, d: 0.4}
state_variables:
  prey: {equation: "a*prey - b*prey*pred", initial_value: 10}
  pred: {equation: "c*prey*pred - d*pred", initial_value: 5}
"""


@pytest.fixture
def model(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lv.yaml").write_text(MODEL, encoding="utf-8")
    (tmp_path / "study.yaml").write_text("name: S\nmodel: lv.yaml\nruns: {a: {}}\n")
    return Dynamics.from_yaml("lv.yaml")


CALLS = {
    "a text for a time": (lambda m: m.simulate("10"), "duration is no number: '10'"),
    "a text for a sampling": (lambda m: m.simulate(10, "1"), "sampling is no number: '1'"),
    "a negative time": (lambda m: m.simulate(-10), "a duration of -10 sampled every -0.01"),
    "names without values": (lambda m: m.sweep(["a"], 10), "names stand here without values"),
    "parameters without ranges": (
        lambda m: m.sensitivity(["a"], feature="mean:prey", duration=10, n=8),
        "names stand here without values",
    ),
    "a box of one end": (lambda m: m.equilibria(box={"prey": 3}), "box of `prey` is 3; give (low"),
    "a kind of point that is none": (
        lambda m: m.continuation("a", 0.5, 2).of("cusp"),
        "no points of the kind `cusp`, only fold, Hopf, branch point",
    ),
    "a study for a model": (lambda m: Dynamics.from_yaml("study.yaml"), "the file is a study"),
}


@pytest.mark.parametrize("case", CALLS)
def test_a_wrong_call_is_a_sentence(case, model):
    call, told = CALLS[case]
    with pytest.raises((ModelError, ValueError)) as caught:
        call(model)
    assert told in str(caught.value)


def test_points_are_found_by_their_kind_in_any_case():
    brusselator = Dynamics("B", parameters={"a": 1.0, "b": 1.0})
    brusselator.add_state_variable("x", "a - (b + 1)*x + x**2*y", 1.0)
    brusselator.add_state_variable("y", "b*x - x**2*y", 1.0)
    found = brusselator.continuation("b", 1.0, 3.0)
    (point,) = found.of("hopf")  # at b = 1 + a**2 (Prigogine and Lefever 1968)
    assert point.parameter == pytest.approx(2.0, abs=1e-9)
    assert found.of("Hopf") == (point,)
    assert found.of("fold") == ()


def test_a_time_of_less_precision_is_the_time_that_it_is(model):
    import numpy as np

    assert len(model.simulate(np.float32(10)).times) == 1001


COMMANDS = {
    "sweep lv.yaml --duration 10": "give one: --over NAME=0.1,0.5,1",
    "sweep lv.yaml --over a=1,2 --over b=1,2,3 --zip --duration 1": "leave --zip out",
    "sweep lv.yaml --over a=1:2 --latin 0 --duration 1": "give a whole number above 0",
    "sensitivity lv.yaml --feature mean:prey --duration 1": "give ranges: --over NAME=LOW:HIGH",
    "simulate lv.yaml --duration -1": "a duration of -1 sampled every -0.001",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_cure_on_the_command_line_is_one_of_the_command_line(command, model, capsys):
    pytest.importorskip("SALib")
    assert main(command.split()) == 1
    assert COMMANDS[command] in capsys.readouterr().err


def test_a_warning_on_the_command_line_is_a_line_for_people(model, tmp_path):
    import subprocess
    import sys

    command = [
        "sweep",
        "lv.yaml",
        "--over",
        "a=0.5:1",
        "--sobol",
        "5",
        "--duration",
        "1",
        "--feature",
        "mean:prey",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "nullcline.cli", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nullcline: 5 points of a Sobol sequence are not balanced: take 4 or 8" in done.stderr
    assert ".py" not in done.stderr
