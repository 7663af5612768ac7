"""No input in time is stepped over, however long the run: means against closed forms."""

from math import exp, lgamma, log, pi

import numpy as np
import pytest

from nullcline import Dynamics, Run
from nullcline.breakpoints import timetable
from nullcline.breakpoints.timetable import HELD, UNCERTAIN
from nullcline.engine import STATUSES, Feature, Points, simulate, sweep
from nullcline.expression import parse

ONE = Points({}, {}, 1)


def system(equation, **parameters):
    model = Dynamics("M", parameters=parameters)
    model.add_state_variable("x", equation, 0.0)
    return model.system()


def peak(power):
    """The mean of sin(u)**power over a period, for an even power."""
    return exp(lgamma((power + 1) / 2) - lgamma(power / 2 + 1) - log(pi) / 2)


PULSE = 2 * (pi / 2 - np.arcsin(0.999)) / (2 * pi)
MODELS = {
    "SinPulse": ("-x/tau + where(sin(2*pi*t/T) > 0.999, 1, 0)", {"T": 1.0, "tau": 0.05}, 1, PULSE),
    "Pace": (
        "-x/tau + where(mod(t, T) < w, A, 0)",
        {"T": 1.0, "tau": 1.0, "w": 0.01, "A": 100.0},
        1,
        1.0,
    ),
    "Bump": ("-x/tau + sin(pi*t/T)**10000", {"T": 100.0, "tau": 5.0}, 100, 100 * peak(10000)),
    "Beam": (
        "-x/tau + exp(-((mod(t, T) - c)/s)**2)",
        {"T": 2.0, "tau": 0.3, "c": 1.2, "s": 0.004},
        2,
        0.004 * pi**0.5,
    ),
    "Every other": (
        "-x/tau + where(t - T*floor(t/T) < w and heaviside(cos(pi*t/T)) > 0.5, 1, 0)",
        {"T": 1.0, "tau": 0.2, "w": 0.002},
        2,
        0.002,
    ),
}
"""Each x' = -x/tau + u, with the period and the integral of u over one: the mean of x from 0 on is
tau (integral - x at the end / periods) / period."""
FEATURES = (Feature("mean", "mean", parse("x")), Feature("final", "final", parse("x")))


def deviation(name, periods, solver):
    equation, parameters, period, integral = MODELS[name]
    run = Run(periods * period, period * periods / 10, rtol=1e-6, atol=1e-9)
    options = {"trajectories": False, "features": FEATURES, "solver": solver}
    found = sweep(system(equation, **parameters), ONE, run, machine="register", **options)
    assert STATUSES[found.status[0]] == "finished"
    left = found.features["final"][0] / periods
    return found.features["mean"][0] / (parameters["tau"] * (integral - left) / period) - 1


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("solver", ["dp5", "rodas"])
def test_the_mean_of_a_driven_state_over_a_thousand_periods(name, solver):
    assert abs(deviation(name, 1000, solver)) < 1e-6


@pytest.mark.thorough
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("solver", ["dp5", "rodas"])
@pytest.mark.parametrize("periods", [4500, 100_000, 1_000_000])
def test_the_mean_of_a_driven_state_over_very_many_periods(name, solver, periods):
    assert abs(deviation(name, periods, solver)) < 1e-5


INTEGRALS = {
    "k*sin(pi*(t + 0.037)/10)**1000": (1000, 100 * 10 * peak(1000)),
    "k*where(mod(t, 10) < 1, 1, 0)": (1000, 100.0),
    "where(t*(100 - t) > 2499.99999999, 5000, 0)": (100, 1.0),
    "k*where(t*(100 - t) > 2499.99999999, 5000, 0)": (1e5, 1.0),
}


@pytest.mark.parametrize("equation", INTEGRALS)
@pytest.mark.parametrize("solver", ["simulate", "dp5", "rodas"])
def test_the_integral_of_an_input(equation, solver):
    duration, exact = INTEGRALS[equation]
    run = Run(duration, duration / 10)
    if solver == "simulate":
        found = simulate(system(equation, k=1.0), run)
        status, final = found.status, found["x"][-1]
    else:
        swept = sweep(system(equation, k=1.0), ONE, run, solver=solver, machine="register")
        status, final = STATUSES[swept.status[0]], swept.values[0, -1, 0]
    assert status == "finished"
    assert final == pytest.approx(exact, rel=1e-5)


CHANGING = {
    "where(sin(2*pi*t/T) > 0.999999999, 1, 0)": (0.9, 2 / 0.9),
    "where(cos(3*t + 1) < -0.3, 1, 0)": (1.0, 2 * 3 / (2 * pi)),
    "where(mod(t + 0.3, T) < 0.01*T, 1, 0)": (0.1, 2 / 0.1),
    "floor(2*t/T)": (0.7, 2 / 0.7),
    "sign(sin(2*pi*t/T)**3 - 0.5)": (0.9, 2 / 0.9),
    "where(mod(t, T) < 0.1 and mod(t, 3*T) > 2*T, 1, 0)": (1.0, 2.0),
    "where(sin(2*pi*t/T)*cos(2*pi*t/(5*T)) > 0.9, 1, 0)": (1.0, None),
    "where(sin(t) + sin(sqrt(2)*t) > 1.5, 1, 0)": (1.0, None),
    "where(t - T*floor(t/T) < 0.2*T, 1, 0)": (0.3, 2 / 0.3),
}


@pytest.mark.parametrize("equation", CHANGING)
@pytest.mark.parametrize("start", [0.0, 1e3, 1e6])
def test_every_change_lies_within_a_gap_and_none_outside(equation, start):
    """Wherever a run has come to: the input is constant between gaps, and these are few."""
    period, often = CHANGING[equation]
    model = system(equation, T=period)
    table = timetable(model, Run(1e6 + 100, 1000))
    before, after = table.following(start, 60)
    tree = model.derivatives[0].tree
    value = table.timed.function(tree)
    inside = np.linspace(after[:-1], before[1:], 201)
    assert np.all(np.ptp(value(inside.ravel()).reshape(inside.shape), axis=0) == 0)
    assert np.all(after - before < 1e-9 * (1 + before))
    if often is not None:
        assert 60 / (after[-1] - start) == pytest.approx(often, rel=0.1)


def test_stretches_are_forgotten():
    table = timetable(system(MODELS["Pace"][0], **MODELS["Pace"][1]), Run(1e6, 1000))
    for time in range(0, 1_000_000, 1000):
        table.following(time, 64)
    assert len(table._held) <= HELD


def test_a_window_of_pieces_is_each_point_s_own():
    """More pulses than are held at a time, at other times in every point, in any company."""
    periods = np.array([0.5, 1.0, 1.3, 1.7, 2.0])
    model = system(MODELS["Pace"][0], **MODELS["Pace"][1])
    run = Run(300, 30, rtol=1e-6, atol=1e-9)
    options = {"machine": "register", "features": FEATURES}
    whole = sweep(model, Points({"T": periods}, {}, 5), run, **options)
    for index, period in enumerate(periods):
        alone = sweep(model, Points({"T": np.array([period])}, {}, 1), run, **options)
        assert np.array_equal(alone.values[0], whole.values[index])
        assert alone.features["mean"][0] == whole.features["mean"][index]
        pulses = np.ceil(300 / period)
        left = whole.features["final"][index]
        assert whole.features["mean"][index] == pytest.approx((pulses - left) / 300, rel=1e-6)


@pytest.mark.parametrize("equation", ["where(sin(exp(t*t)) > 0.9, 1, 0)", "sign(sin(1e12*t))"])
def test_what_varies_too_fast_to_be_looked_at_is_told(equation):
    found = sweep(system(equation), ONE, Run(30, 1, rtol=1e-3), solver="dp5", machine="register")
    assert UNCERTAIN in found.reason


def test_smooth_inputs_have_no_breaks_and_short_steps():
    for equation in ("sin(2*pi*t)", "sin(2*pi*t)**4", "exp(sin(2*pi*t))", "1/(2 + sin(2*pi*t))"):
        table = timetable(system(equation), Run(1e6, 1000))
        assert not len(table.following(0.0, 1)[0])
        assert table.longest == 0.25


@pytest.mark.parametrize(
    "call", ["sin(x)", "cos(t - x)", "tan(x/4)", "floor(x)", "ceil(x)", "mod(x, 2)"]
)
def test_a_periodic_operation_of_a_state_beside_the_time_has_no_breaks_in_time(call):
    model = Dynamics("M")
    model.add_derived_variable("d", f"where(t > 1, 0, {call})")
    model.add_state_variable("x", "-d", 1.0)
    before, after = timetable(model.system(), Run(2, 0.5)).following(0.0, 10)
    assert len(before) == 1
    assert before[0] <= 1 <= after[0]


def test_a_state_that_turns_until_a_time():
    """x' = -sin(x) up to t = 1 and 0 from there on: tan(x/2) falls as exp(-t) (Adler 1946)."""
    model = Dynamics("M")
    model.add_derived_variable("d", "where(t > 1, 0, sin(x))")
    model.add_state_variable("x", "-d", 1.0)
    found = simulate(model.system(), Run(2, 0.5, rtol=1e-9, atol=1e-12))
    exact = 2 * np.arctan(np.tan(0.5) * np.exp(-np.minimum(found.times, 1)))
    np.testing.assert_allclose(found["x"], exact, rtol=1e-7)
