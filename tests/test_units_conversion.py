"""Models in other units: what they mean stays, whatever is converted."""

import os
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from nullcline import Dynamics
from nullcline.compiler import KINDS
from nullcline.errors import ModelError
from nullcline.reference import vector_field
from nullcline.testing import dynamics
from nullcline.units import problems, unit

LIBRARY = Path(__file__).parents[1] / "src" / "nullcline" / "library"

CONVERTED = {
    "hodgkin_huxley": {"V": "V", "t": "s", "g_Na": "S/m2", "alpha_m": "Hz", "E_L": "uV", "n": "%"},
    "jansen_rit": {"y0": "V", "y3": "V/ms", "t": "ms", "e0": "kHz", "eeg": "uV", "C2": "%"},
    "pinsky_rinzel": {"V_d": "V", "alpha_c": "per_s", "t": "min", "chi": "percent"},
    "reduced_wong_wang": {"x": "pA", "H": "kHz", "t": "s", "S": "%", "gamma": "1"},
    "sir": {"t": "wk", "beta": "per_wk", "S": "%", "R0": "%"},
    "wang_buzsaki": {"C": "F/m2", "V": "kV", "h": "[ppth]", "phi": "%"},
}


def ratio(new, old):
    return unit(new).factor / unit(old).factor


def scales(model, wanted):
    """Old numbers by new ones: of each state, of the parameters, and of the time."""
    states = [ratio(wanted.get(n, s.unit), s.unit) for n, s in model.state_variables.items()]
    return np.array(states), ratio(wanted.get("t", model.time_unit), model.time_unit)


def assert_same_field(model, made, wanted, seed):
    """d(new)/d(new time) = time/state * d(old)/d(old time), at random states and parameters."""
    random = np.random.default_rng(seed)
    old, new = model.system(), made.system()
    states, time = scales(model, wanted)
    start = np.array([item.value for item in old.states])
    for _ in range(5):
        state = start + random.normal(size=len(states)) * (0.1 + 0.1 * np.abs(start))
        changed = {p.name: p.value * random.uniform(0.9, 1.1) for p in old.parameters}
        declared = {p.name: p.unit for p in old.parameters}
        rescaled = {
            name: value / ratio(wanted[name], declared[name]) if name in wanted else value
            for name, value in changed.items()
        }
        at = random.uniform(0, 10)
        expected = vector_field(old, changed)(at, state) * time / states
        found = vector_field(new, rescaled)(at / time, state / states)
        scale = np.max(np.abs(expected[np.isfinite(expected)]), initial=0)
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10 * scale)


def assert_same_run(model, wanted, duration):
    """SciPy's trajectories of both, in the old units, differ by less than 1e-5 of what moves."""
    states, time = scales(model, wanted)
    runs = []
    for made, state, clock in ((model, 1.0, 1.0), (model.to_units(wanted), states, time)):
        system = made.system()
        start = np.array([item.value for item in system.states])
        at = np.linspace(0, duration, 21) / clock
        run = solve_ivp(
            vector_field(system, {}),
            (0, at[-1]),
            start,
            "DOP853",
            at,
            rtol=1e-9,
            atol=1e-10 / state,
        )
        assert run.success
        runs.append(run.y.T * state)
    moved = np.ptp(runs[0], axis=0) + 1e-3
    assert np.all(np.abs(runs[1] - runs[0]) <= 1e-5 * moved)


@pytest.mark.parametrize("name", CONVERTED)
def test_a_model_of_the_library_in_other_units_means_the_same(name):
    model, wanted = Dynamics.from_yaml(LIBRARY / f"{name}.yaml"), CONVERTED[name]
    before = model.to_dict()
    made = model.to_units(wanted)
    assert model.to_dict() == before
    assert_same_field(model, made, wanted, seed=1)
    assert problems(made) == []
    assert made.time_unit == wanted.get("t", model.time_unit)
    for section in KINDS:
        for inner, item in getattr(made, section).items():
            assert item.unit == wanted.get(inner, getattr(model, section)[inner].unit)
    again = Dynamics.from_yaml(made.to_yaml())
    assert again.to_dict() == made.to_dict()


@pytest.mark.parametrize("name", ["hodgkin_huxley", "jansen_rit", "sir"])
def test_the_trajectory_is_the_old_one_rescaled(name):
    model, wanted = Dynamics.from_yaml(LIBRARY / f"{name}.yaml"), CONVERTED[name]
    assert_same_run(model, wanted, {"hodgkin_huxley": 20.0, "jansen_rit": 0.5, "sir": 30.0}[name])


def test_what_is_not_touched_stays_as_its_author_wrote_it():
    model = Dynamics.from_yaml(LIBRARY / "hodgkin_huxley.yaml").to_units({"V": "V"})
    rhs = {name: item.equation.rhs for name, item in model.state_variables.items()}
    assert rhs["m"] == "(alpha_m*(1 - m) - beta_m*m)"
    assert rhs["V"] == "(I_ext - I_Na - I_K - I_L)/C/1000"
    assert model.derived_variables["I_L"].equation.rhs == "g_L*((V*1000) - E_L)"
    assert model.state_variables["V"].initial_value == -0.065
    assert model.parameters["C"].value == 1.0


def small(**slots):
    state = {"equation": "-x/tau", "initial_value": 2.0, "unit": "mV"}
    data = {"time_unit": "ms", "parameters": {"tau": {"value": 5.0, "unit": "ms"}}}
    return Dynamics.from_dict({"name": "M", "state_variables": {"x": state}} | data | slots)


def test_every_number_of_a_declaration_is_converted():
    domain = {"lo": -100.0, "hi": float("inf"), "step": 0.5, "n": 4}
    state = {"equation": "-x/tau", "initial_value": 2.0, "unit": "mV", "domain": domain}
    tau = {"value": [5.0, [6.0]], "unit": "ms", "explored_values": [1.0, 2], "default": "7"}
    made = small(parameters={"tau": tau}, state_variables={"x": state}).to_units(
        {"x": "uV", "tau": "s"}
    )
    x, tau = made.state_variables["x"], made.parameters["tau"]
    assert (x.initial_value, x.domain.lo, x.domain.hi) == (2000.0, -100_000.0, float("inf"))
    assert (x.domain.step, x.domain.n) == (500.0, 4)
    assert (tau.value, tau.explored_values, tau.default) == (
        [0.005, [0.006]],
        [0.001, 0.002],
        0.007,
    )


def test_functions_cases_conditions_and_the_time_are_rewritten():
    model = small(
        parameters={"tau": {"value": 5.0, "unit": "ms"}, "h": {"value": 1.0, "unit": "mV"}},
        functions={
            "f": {"arguments": ["x"], "equation": "x - h"},
            "g": {
                "arguments": ["u"],
                "equation": {
                    "conditionals": [
                        {"condition": "u > x", "expression": "u"},
                        {"condition": "True", "expression": "x"},
                    ]
                },
            },
        },
        derived_variables={
            "y": {
                "unit": "mV",
                "cases": [
                    {"condition": "x > h and t > 3", "equation": "f(x)"},
                    {"condition": "True", "equation": "g(-x) + x if t < 1 else x"},
                ],
            },
        },
        state_variables={"x": {"equation": "(y - x)/tau", "initial_value": 2.0, "unit": "mV"}},
    )
    wanted = {"x": "V", "y": "uV", "t": "s"}
    made = model.to_units(wanted)
    assert made.functions["f"].equation.rhs == "x - h"
    case = made.derived_variables["y"].cases[0]
    assert case.condition == "(x*1000) > h and (t*1000) > 3"
    assert case.equation.rhs == "(f((x*1000)))*1000"
    assert_same_field(model, made, wanted, seed=2)


def test_a_second_order_equation_is_over_the_new_time_twice():
    state = {"equation": "-k*x", "initial_value": 1.0, "unit": "m", "equation_order": 2}
    state |= {"derivative_initial_value": 3.0}
    made = small(
        time_unit="s", parameters={"k": {"value": 2.0, "unit": "s-2"}}, state_variables={"x": state}
    ).to_units({"x": "cm", "t": "ms"})
    x = made.state_variables["x"]
    assert x.equation.rhs == "-k*(x/100)/10000"
    assert (x.initial_value, x.derivative_initial_value) == (100.0, 0.3)


REFUSED = {
    "another dimension": (small(), {"x": "ms"}, "`x` is in mV (voltage), which cannot become ms"),
    "no such name": (small(), {"tua": "s"}, "did you mean `tau`?"),
    "no unit": (small(parameters={"tau": 5.0}), {"tau": "s"}, "has no unit"),
    "no unit of time": (small(time_unit=None), {"t": "s"}, "the time has no unit"),
    "not a unit": (small(), {"x": "mv"}, "did you mean `mV`?"),
    "arbitrary": (
        small(parameters={"tau": {"value": 1.0, "unit": "a.u."}}),
        {"tau": "1"},
        "no multiple",
    ),
    "a zero of its own": (
        small(parameters={"tau": {"value": 1.0, "unit": "degC"}}),
        {"tau": "K"},
        "no multiple",
    ),
    "events": (small(events={"e": {"condition": "x > 1"}}), {"x": "V"}, "events"),
    "a text for a number": (
        small(parameters={"tau": {"value": 1.0, "unit": "ms", "default": "two"}}),
        {"tau": "s"},
        "'two' is no number",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_converted_is_refused_in_a_sentence(name):
    model, wanted, said = REFUSED[name]
    with pytest.raises(ModelError, match=re.escape(said)):
        model.to_units(wanted)


def test_a_variable_called_t_is_no_time():
    state = {"equation": "-t", "initial_value": 2.0, "unit": "mV"}
    made = small(state_variables={"t": state}, parameters={}).to_units({"t": "V", "time": "s"})
    assert (made.time_unit, made.state_variables["t"].unit) == ("s", "V")
    assert made.state_variables["t"].equation.rhs == "-(t*1000)"


UNITS = st.sampled_from(["V", "uV", "kV", "mV", "nV"])
TIMES = st.sampled_from(["s", "us", "min", "ms"])


MANY = 500 if os.environ.get("NULLCLINE_THOROUGH") else 10


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=MANY)
@given(dynamics(), st.data())
def test_any_model_in_other_units_means_the_same(model, data):
    model.time_unit = "ms"
    names = [*model.parameters, *model.state_variables]
    wanted = {name: data.draw(UNITS) for name in names if data.draw(st.booleans())}
    if "t" not in {name for section in KINDS for name in getattr(model, section)}:
        wanted["t"] = data.draw(TIMES)
    assert_same_field(model, model.to_units(wanted), wanted, seed=3)
    assert_same_run(model, wanted, 1.0)


@pytest.mark.parametrize(
    ("equation", "rewritten"),
    [
        ("lambda*x - 1/é", "lambda*(x*1000) - 1/(é/10)"),
        (" x\n + é ", " (x*1000)\n + (é/10) "),
        ("0 < x < 1", "0 < (x*1000) < 1"),
        (
            "Piecewise((x, x > é), (-x, True))",
            "Piecewise(((x*1000), (x*1000) > (é/10)), (-(x*1000), True))",
        ),
        ("x if x > 0 else -x", "(x*1000) if (x*1000) > 0 else -(x*1000)"),
        ("x**2**x", "(x*1000)**2**(x*1000)"),
        ("exp(x)*max(x, xx)", "exp((x*1000))*max((x*1000), xx)"),
    ],
)
def test_names_are_found_where_they_stand(equation, rewritten):
    parameters = {name: {"value": 1.0, "unit": "mV"} for name in ("lambda", "é", "xx")}
    state = {"equation": "-x", "initial_value": 2.0, "unit": "mV"}
    derived = {"y": {"equation": equation}}
    model = small(parameters=parameters, derived_variables=derived, state_variables={"x": state})
    made = model.to_units({"x": "V", "é": "10*-1.mV"})
    assert made.derived_variables["y"].equation.rhs == rewritten
    assert made.state_variables["x"].equation.rhs.endswith("/1000")


def test_an_equation_that_grows_too_long_is_refused():
    long = "+".join(["x"] * 150) + " " * 99_000
    state = {"equation": long, "initial_value": 2.0, "unit": "mV"}
    with pytest.raises(ModelError, match="characters"):
        small(state_variables={"x": state}).to_units({"x": "V"})


def test_a_unit_that_is_no_text_is_refused():
    with pytest.raises(ModelError, match="a unit is a text"):
        small().to_units({"x": 3})


def test_numbers_that_grow_too_large_are_refused():
    state = {"equation": "-x/tau", "initial_value": 2.0, "unit": "mV", "equation_order": 20}
    with pytest.raises(ModelError, match="too large for float64"):
        small(state_variables={"x": state}).to_units({"t": "Ys"})
