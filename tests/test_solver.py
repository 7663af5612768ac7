"""Solvers miss no short input, take long runs, and say honestly where they stop."""

import numpy as np
import pytest

from nullcline import Dynamics, Run, engine, reference
from nullcline.breakpoints import with_breaks
from nullcline.solver import integrate


def built(equations, initial, **parameters):
    model = Dynamics("M", parameters=parameters)
    for (name, equation), value in zip(equations.items(), initial, strict=True):
        model.add_state_variable(name, equation, value)
    return model.system()


BOTH = pytest.mark.parametrize("simulate", [engine.simulate, reference.simulate])


@BOTH
def test_a_short_pulse_is_seen(simulate):
    """x' = -x/5 + 10 for half a time unit: 50 (1 - exp(-t/5)) in it, decay after it."""
    system = built({"x": "-x/5 + where(t > 50 and t < 50.5, 10, 0)"}, [0.0])
    found = simulate(system, Run(200, 0.5))
    peak = 50 * (1 - np.exp(-0.1))
    after = found.times >= 50.5
    exact = np.where(after, peak * np.exp(-(found.times - 50.5) / 5), 0.0)
    assert found["x"] == pytest.approx(exact, abs=1e-7)


@BOTH
def test_a_smooth_bump_is_seen(simulate):
    """The bump's area, 5 sqrt(pi/2), is what x has gained."""
    system = built({"x": "5*exp(-(t - 500)**2/0.5)"}, [0.0])
    found = simulate(system, Run(1000, 1))
    assert found["x"][-1] == pytest.approx(5 * np.sqrt(np.pi / 2), rel=1e-7)


@BOTH
def test_a_train_of_very_short_pulses_is_seen(simulate):
    system = built({"x": "where(mod(t, period) < width, 10, 0)"}, [0.0], period=100.0, width=0.01)
    assert simulate(system, Run(995, 5))["x"][-1] == pytest.approx(10 * 10 * 0.01, rel=1e-7)


def test_breaks_are_found_through_auxiliaries_at_the_values_of_the_run():
    model = Dynamics(
        "M", parameters={"onset": 3.0}, derived_parameters={"end": {"equation": "onset + 0.25"}}
    )
    model.add_derived_variable("age", "2*t - 2*onset")
    model.add_derived_variable("unused", "heaviside(t - 1)")
    model.add_state_variable("x", "heaviside(age) - heaviside(t - end) - x", 0.0)
    run = with_breaks(model.system(), Run(100, 1, {"onset": 7.0}))
    assert sorted({round(time, 9) for time in run.breaks}) == [7.0, 7.25]
    assert 0 < run.max_step <= 1
    assert with_breaks(built({"x": "-x"}, [1.0]), Run(100, 1)) == Run(100, 1)


def test_no_step_crosses_a_break_that_a_bare_field_is_given():
    pulse = lambda t, state: np.array([100.0 if 5 < t < 5.001 else 0.0])  # noqa: E731
    run = Run(1000, 10, breaks=(5.0, 5.001))
    assert integrate(pulse, ("x",), np.zeros(1), run)["x"][-1] == pytest.approx(0.1, rel=1e-6)


@BOTH
def test_a_large_start_is_no_explosion(simulate):
    found = simulate(built({"x": "-x"}, [1e13]), Run(4, 0.1))
    assert found.finished
    assert found["x"] == pytest.approx(1e13 * np.exp(-found.times), rel=1e-7)


def test_a_long_run_of_a_relaxation_oscillator_finishes():
    """Its period is 6.6632868593231301896996820305 (Amore, Boyd and Fernandez 2018)."""
    system = built({"x": "z", "z": "(1 - x**2)*z - x"}, [2.0, 0.0])
    found = engine.simulate(system, Run(1000, 0.01))
    assert found.finished
    x = found["x"]
    up = np.flatnonzero((x[:-1] < 0) & (x[1:] >= 0))
    crossings = found.times[up] - x[up] * 0.01 / (x[up + 1] - x[up])
    assert np.diff(crossings)[5:].mean() == pytest.approx(6.66328685932313, rel=1e-6)


def test_a_stiff_model_goes_to_radau():
    """The test set for IVP solvers: Van der Pol, mu = 1000, at t = 2000."""
    calls = 0

    def field(t, state):
        nonlocal calls
        calls += 1
        x, z = state
        return np.array([z, 1000 * (1 - x**2) * z - x])

    found = integrate(field, ("x", "z"), np.array([2.0, 0.0]), Run(2000, 200))
    assert found.values[:, -1] == pytest.approx([1.706167732170469, -8.928097010248e-4], rel=1e-6)
    assert calls < 200_000


@BOTH
def test_sliding_on_a_jump_is_a_stall_and_soon(simulate):
    """x' = 1/2 - sign(x) points to 0 from both sides: there is no solution after it is there."""
    found = simulate(built({"x": "0.5 - sign(x)"}, [1.0]), Run(4, 0.1))
    assert found.times[-1] >= 1.9
    assert found["x"][:20] == pytest.approx(1 - found.times[:20] / 2, abs=1e-7)
    assert found.status in ("stalled", "finished")


def test_a_run_refuses_what_no_solver_can_take():
    with pytest.raises(ValueError, match="at most 5,000,000 samples"):
        Run(1, 1e-8)
    for tolerances in ({"rtol": 0.0}, {"rtol": 1.0}, {"rtol": np.nan}, {"atol": -1.0}):
        with pytest.raises(ValueError, match="0 < rtol < 1"):
            Run(1, 0.1, **tolerances)
    for kind in ("parameters", "inputs", "initial"):
        with pytest.raises(ValueError, match="the value of k in a run is not finite"):
            Run(1, 0.1, **{kind: {"k": np.inf}})


def test_a_start_without_a_derivative_is_an_end_and_soon():
    calls = []

    def field(t, state):
        calls.append(t)
        return np.log(state)

    found = integrate(field, ("x",), np.array([-1.0]), Run(4.0, 0.1))
    assert (found.status, len(found.times)) == ("undefined", 1)
    assert found.message == "the derivative of x has no finite value at t = 0"
    assert len(calls) < 10
