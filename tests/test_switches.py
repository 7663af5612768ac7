"""Conditions that change by the state are found however briefly they hold; areas are exact."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nullcline import Dynamics, Run
from nullcline.engine import Feature, Points, simulate, sweep
from nullcline.expression import parse


def system(equations, **parameters):
    model = Dynamics("M", parameters=parameters)
    for name, (equation, initial) in equations.items():
        model.add_state_variable(name, equation, initial)
    return model.system()


def beside_a_clock(equation):
    """x' = 1 from 0 on, so that x is the time; the area under the equation is in y."""
    return system({"x": ("1", 0.0), "y": (equation, 0.0)})


RUN = Run(20, 2, rtol=1e-6, atol=1e-9)
AREAS = {
    "where(abs(x - 0.5) < 1e-4, 50, 0)": 0.01,
    "where((x - 0.5)**2 < 1e-8, 50, 0)": 0.01,
    "where((x > 0.5) and (x < 0.5001), 100, 0)": 0.01,
    "where(x > 3, 1, 0) * where(x < 3.0001, 100, 0)": 0.01,
    "100*heaviside(x - 7)*heaviside(7.0001 - x)": 0.01,
    "1e4*max(0, 1e-3 - abs(x - 2.3))": 0.01,
    "where(sin(5*x) > 0.9999, 100, 0)": 100 * 16 * 2 * math.acos(0.9999) / 5,
    "where(mod(x, 1) < 0.001, 100, 0)": 2.0,
    "floor(x)": 190.0,
    "where((t > 10*x/x - 5) and (t < x - x + 5.01), 100, 0)": 1.0,
    "max(x - 2, 0)": 162.0,
    "sign(x - 4)": 12.0,
}


@pytest.mark.parametrize("equation", AREAS)
def test_the_area_under_a_brief_pulse_of_the_states_making(equation):
    found = simulate(beside_a_clock(equation), RUN)
    assert found.status == "finished"
    assert found.values[1, -1] == pytest.approx(AREAS[equation], rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.1, 19), st.floats(1e-6, 0.1))
def test_a_window_anywhere_and_of_any_width(start, width):
    equation = f"where((x > {start!r}) and (x < {start!r} + {width!r}), 1/{width!r}, 0)"
    found = simulate(beside_a_clock(equation), RUN)
    assert found.values[1, -1] == pytest.approx(1.0, rel=1e-5)


def test_a_moment_that_a_state_or_an_auxiliary_sets():
    model = Dynamics("M")
    model.add_state_variable("x0", "0", 0.5)
    model.add_derived_variable("onset", "10*x0")
    model.add_state_variable("y", "where((t > onset) and (t < onset + 0.01), 100, 0)", 0.0)
    for onset, area in ((0.5, 1.0), (1.3, 1.0), (3.0, 0.0)):
        found = simulate(model.system(), Run(20, 2, initial={"x0": onset}))
        assert found.values[1, -1] == pytest.approx(area, rel=1e-6)


@pytest.mark.parametrize("loose", [1e-3, 1e-6])
def test_a_relay_is_as_exact_between_its_jumps_as_without_them(loose):
    """x' = 1 up to 2, 3 from there on: straight lines, which Runge-Kutta methods solve exactly."""
    relay = system({"x": ("where(x < 2, 1, 3)", 0.0)})
    found = simulate(relay, Run(20, 1, rtol=loose, atol=1e-9))
    expected = np.where(found.times < 2, found.times, 2 + 3 * (found.times - 2))
    np.testing.assert_allclose(found.values[0], expected, rtol=1e-9, atol=1e-10)


def test_a_bouncing_switch_is_located_every_time():
    """y' flips with the sign of the sine of the clock: a triangle of period 2 pi."""
    found = simulate(beside_a_clock("sign(sin(x))"), Run(20 * math.pi, math.pi, rtol=1e-6))
    expected = np.where(np.arange(21) % 2, math.pi, 0.0)
    np.testing.assert_allclose(found.values[1], expected, atol=1e-7)


@pytest.mark.parametrize(
    "equations",
    [
        {"x": ("-sign(x)", 1.0)},
        {"x": ("where(x > 0, -1, 2)", 1.0)},
        {"y": ("0.3*x", 0.0), "x": ("-2*sign(x) + sin(y)", 1.0)},
        {"y": ("x", 0.0), "x": ("-y - 0.2*sign(x)", 3.0)},
    ],
)
def test_sliding_ends_with_a_sentence(equations):
    found = simulate(system(equations), Run(200, 1, rtol=1e-6, atol=1e-9))
    assert found.status == "stalled"
    assert "slides along it" in found.message


def test_a_threshold_that_is_only_approached_is_no_trouble():
    decay = system({"x": ("-where(x > 0, x, 2*x)", 1.0)})
    found = simulate(decay, Run(50, 1))
    np.testing.assert_allclose(found.values[0], np.exp(-found.times), atol=1e-10)


def test_the_loop_over_scipy_sees_them_too():
    pulse = beside_a_clock("where(abs(x - 0.5) < 1e-4, 50, 0)")
    points = Points({}, initial={"y": np.array([0.0, 1.0])}, count=2)
    features = (Feature("y", "final", parse("y")),)
    found = sweep(pulse, points, RUN, features=features, solver="scipy")
    np.testing.assert_allclose(found.features["y"], [0.01, 1.01], rtol=1e-6)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("where(x > 1, 1, 0)", True),
        ("floor(x)", True),
        ("where(t > 1, x, 0)", False),
        ("where(k > 1, x, 0)", False),
        ("x*k", False),
        ("where(t > x, 1, 0)", True),
    ],
)
def test_a_sweep_says_that_it_does_not_locate_conditions_on_states(equation, said):
    found = sweep(
        system({"x": (equation, 0.5)}, k=1.0),
        Points({"k": np.array([1.0])}, initial={}, count=1),
        Run(1, 1),
        machine="numpy",
    )
    assert ("may be passed over" in found.reason) == said
