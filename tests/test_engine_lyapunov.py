"""The largest Lyapunov exponent of a sweep, against closed forms and a published value."""

import numpy as np
import pytest
from library_runs import library

from nullcline import Dynamics

EXACT = {"rtol": 1e-10, "atol": 1e-12}


def model(equations, *parameters, initial=1.0):
    found = Dynamics("M", parameters=dict.fromkeys(parameters, 1.0))
    for name, equation in equations.items():
        found.add_state_variable(name, equation, initial)
    return found


def test_decay_has_its_own_rate():
    rates = np.array([-2.0, 0.0, 0.5, 3.0])
    for solver in ("dp5", "dop853", "scipy"):
        found = model({"x": "-k*x"}, "k").sweep(
            {"k": rates}, 10, features="lyapunov", solver=solver, after=2.5
        )
        np.testing.assert_allclose(found["lyapunov"], -rates, atol=1e-12)


def test_of_a_linear_system_it_is_the_largest_real_part():
    triangular = model({"x": "-x + 3*y", "y": "-k*y"}, "k")
    found = triangular.sweep({"k": [0.5, 3.0]}, 60, after=40, features="lyapunov", **EXACT)
    np.testing.assert_allclose(found["lyapunov"], [-0.5, -1.0], atol=1e-7)
    turning = model({"x": "k*x - y", "y": "x + k*y"}, "k")
    found = turning.sweep({"k": [-0.2, 0.1]}, 20, features="lyapunov", **EXACT)
    np.testing.assert_allclose(found["lyapunov"], [-0.2, 0.1], atol=1e-9)


def test_only_what_comes_after_the_transient_counts():
    """x' = (k + cos t) x grows by exp(sin t2 - sin t1 + k (t2 - t1)) from t1 to t2."""
    driven = model({"x": "(k + cos(t))*x"}, "k")
    for after in (0.0, 1.0, 7.0):
        found = driven.sweep({"k": [-1.0, 0.2]}, 10, after=after, features="lyapunov", **EXACT)
        share = (np.sin(10) - np.sin(after)) / (10 - after)
        np.testing.assert_allclose(found["lyapunov"], [share - 1.0, share + 0.2], atol=1e-8)


def test_the_tangent_passes_through_auxiliaries_and_derived_parameters():
    """Near the equilibrium x = k of x' = r x (1 - x/k) the slope is -r."""
    logistic = Dynamics(
        "Logistic",
        parameters={"r": 1.0, "half": 2.0},
        derived_parameters={"k": {"equation": "2*half"}},
        derived_variables={"room": {"equation": "1 - x/k"}},
    )
    logistic.add_state_variable("x", "r*x*room", 0.1)
    found = logistic.sweep(
        {"r": [0.5, 2.0], "half": [1.0, 5.0]}, 100, after=60, features="lyapunov"
    )
    np.testing.assert_allclose(found["lyapunov"], [[-0.5] * 2, [-2.0] * 2], rtol=1e-5)


def test_a_limit_cycle_has_exponent_zero():
    found = library("van_der_pol").sweep(
        {"mu": [0.5, 1.0, 2.0]}, 1000, after=100, features="lyapunov"
    )
    assert np.abs(found["lyapunov"]).max() < 2e-3


def test_the_lorenz_attractor():
    """0.9056 (Viswanath 1998), of which 24 stretches of 500 come within 0.01 in the mean."""
    starts = np.linspace(1, 12, 24)
    found = library("lorenz").sweep({"X": starts}, 520, after=20, features="lyapunov")
    assert float(found["lyapunov"].mean()) == pytest.approx(0.9056, abs=0.01)
    assert np.abs(found["lyapunov"] - 0.9056).max() < 0.08


def test_other_features_and_trajectories_are_as_without_it():
    decay = model({"x": "-k*x"}, "k")
    alone = decay.sweep({"k": [1.0, 2.0]}, 3, 0.5, features=["mean:x", "final:x"])
    beside = decay.sweep({"k": [1.0, 2.0]}, 3, 0.5, features=["mean:x", "lyapunov", "final:x"])
    assert [name for name in beside if name in ("mean_x", "lyapunov", "final_x")] == [
        *("mean_x", "lyapunov", "final_x")
    ]
    assert alone.identical(beside[list(alone)].assign_attrs(alone.attrs))
    assert "3 states" in beside.attrs["solver_reason"]


def test_a_point_that_blows_up_has_none():
    found = model({"x": "k*x**2"}, "k").sweep({"k": [-1.0, 1.0]}, 2, features="lyapunov")
    assert np.isfinite(found["lyapunov"][0])
    assert np.isnan(found["lyapunov"][1])
