"""How a run ends before its time: one word for one reason, from every solver, and a sentence."""

import pytest

from nullcline import Dynamics, Run
from nullcline.engine import STATUSES, Points, simulate, sweep

CASES = {
    "a root draining": ("-k*sqrt(x)", 1.0, "undefined", "the derivative of x has no finite value"),
    "no value at the start": ("log(-k - x**2)", 1.0, "undefined", "the derivative of x has no"),
    "a pole in time": ("k*x**2", 1.0, "blew up", "x grows without bound"),
    "a pole from 0": ("k + x**2", 0.0, "blew up", "x grows without bound"),
    "beyond what can be computed": ("-k*x", 1e308, "blew up", "x grows without bound"),
}


def built(equation, start, size=1.0):
    """The model in a unit of which its own is `size`, beside a state that is well."""
    scaled = equation.replace("x", f"(x/{size!r})")
    states = {
        "other": {"equation": f"-other + {size!r}*cos(t)", "initial_value": size},
        "x": {"equation": f"{size!r}*({scaled})", "initial_value": start * size},
    }
    declared = {"name": "m", "parameters": {"k": 1.0}, "state_variables": states}
    return Dynamics.from_dict(declared).system()


@pytest.mark.parametrize("size", [1.0, 2.0**-40])
@pytest.mark.parametrize("name", CASES)
def test_simulate_says_why_and_which_state(name, size):
    equation, start, word, sentence = CASES[name]
    if start == 1e308 and size < 1:
        size = 1.0
    found = simulate(built(equation, start, size), Run(4, 0.1))
    assert found.status == word
    assert found.message.startswith(sentence)
    assert "other" not in found.message


@pytest.mark.parametrize("solver", ["dp5", "dop853", "rodas", "scipy"])
@pytest.mark.parametrize("name", CASES)
def test_sweeps_use_the_same_word(name, solver):
    equation, start, word, _ = CASES[name]
    machine = "auto" if solver == "scipy" else "numpy"
    for size in (1.0,) if start == 1e308 else (1.0, 2.0**-40):
        system = built(equation, start, size)
        found = sweep(system, Points({}, {}, 1), Run(4, 0.1), solver=solver, machine=machine)
        assert STATUSES[found.status[0]] == word
