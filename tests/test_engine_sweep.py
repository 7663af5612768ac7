"""Sweeps on the register machine against mathematics and against the reference."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from library_runs import LIBRARY, RUNS, library

from nullcline import Dynamics, ModelError, Run, reference
from nullcline.engine import STATUSES, Feature, Points, fast, register, sweep
from nullcline.expression import Symbol, parse
from nullcline.testing import systems
from nullcline.trajectory import Trajectory, deviation

SOLVERS = ["dp5", "dop853"]


def model(states, parameters=(), auxiliaries=()):
    """A System of equations by name; every state starts at 1, every parameter is 1."""
    data = {
        "name": "M",
        "parameters": {name: {"value": 1.0} for name in parameters},
        "derived_variables": {name: {"equation": text} for name, text in dict(auxiliaries).items()},
        "state_variables": {
            name: {"equation": text, "initial_value": 1.0} for name, text in states.items()
        },
    }
    return Dynamics.from_dict(data).system()


def points(initial=None, **parameters):
    arrays = {name: np.asarray(values, dtype=float) for name, values in parameters.items()}
    starts = {name: np.asarray(v, dtype=float) for name, v in (initial or {}).items()}
    return Points(arrays, starts, len(next(iter({**arrays, **starts}.values()))))


ONE = Points({}, {}, 1)
DECAY = model({"x": "-k*x"}, ["k"])


@pytest.mark.parametrize("solver", SOLVERS)
def test_linear_decay(solver):
    k = np.linspace(0, 5, 37)
    found = sweep(DECAY, points(k=k), Run(3, 0.1, rtol=1e-9, atol=1e-12), solver=solver)
    np.testing.assert_allclose(
        found.values[:, :, 0], np.exp(-k[:, None] * found.times), rtol=1e-7, atol=1e-9
    )
    assert found.solver == solver
    assert (found.status == 0).all()
    assert (found.reached == 3).all()
    assert (found.steps > 0).all()


@pytest.mark.parametrize(("rtol", "solver"), [(1e-3, "dp5"), (1e-6, "dp5"), (1e-10, "dop853")])
def test_the_solver_follows_the_tolerance(rtol, solver):
    """An oscillator over 10 periods: the error keeps to the tolerance within its growth."""
    system = model({"x": "y", "y": "-x"})
    found = sweep(system, ONE, Run(62.8, 0.05, rtol=rtol, atol=rtol / 1000))
    exact = np.cos(found.times) + np.sin(found.times)
    assert np.abs(found.values[0, :, 0] - exact).max() < 100 * rtol
    assert found.solver == solver
    assert str(rtol) in found.reason or f"{rtol:g}" in found.reason


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", LIBRARY)
def test_the_library(name, solver):
    system, run = library(name).system(), RUNS[name]
    run = replace(run, rtol=1e-9, atol=1e-12)
    close(wanted(name), sweep(system, ONE, run, solver=solver), WITHIN[solver])


WITHIN = {"dp5": 2e-6, "dop853": 1e-5}
"""At rtol 1e-9; steps at the limit of stability leave dop853's dense output behind, as SciPy's."""


@lru_cache
def wanted(name):
    return reference.simulate(library(name).system(), RUNS[name])


@pytest.mark.parametrize("solver", SOLVERS)
@settings(deadline=None, max_examples=60)
@given(system=systems())
def test_generated_systems(system, solver):
    run = Run(3, 0.1, rtol=1e-9, atol=1e-11)
    found = sweep(system, ONE, run, solver=solver)
    close(reference.simulate(system, run), found, 1e-5, absolute=100 * run.atol)


def close(wanted, found, tolerance, absolute=0.0):
    """The first point is the reference's trajectory, as far as that one is certain.

    Where a run was asked for an absolute tolerance, no more is promised of what is smaller: the
    reference is exact there too.
    """
    assert STATUSES[found.status[0]] == wanted.status
    certain = wanted.certain(tolerance / 10)
    one = Trajectory(wanted.names, wanted.times[:certain], wanted.values[:, :certain])
    values = found.values[0, :certain].T
    values = np.where(np.abs(values - one.values) <= absolute, one.values, values)
    own = Trajectory(wanted.names, found.times[:certain], values)
    assert deviation(own, one).size < tolerance


# A point does not know its neighbours


def test_a_point_is_the_same_alone_in_company_and_on_any_number_of_threads():
    system = library("van_der_pol").system()
    rng = np.random.default_rng(1)
    mu, x = rng.uniform(0, 8, 53), rng.normal(size=53)
    run = Run(20, 0.1, rtol=1e-6, atol=1e-9)

    def values(order, threads):
        return sweep(system, points(mu=mu[order], initial={"x": x[order]}), run, threads=threads)

    every = np.arange(53)
    whole = values(every, 1)
    for threads in (2, 3, 7, None):
        np.testing.assert_array_equal(values(every, threads).values, whole.values)
    order = rng.permutation(53)
    shuffled = values(order, 2)
    np.testing.assert_array_equal(shuffled.values, whole.values[order])
    np.testing.assert_array_equal(shuffled.steps, whole.steps[order])
    for index in (0, 17, 52):
        np.testing.assert_array_equal(values([index], 1).values[0], whole.values[index])


def test_neighbours_that_blow_up_or_have_no_value_change_nothing():
    system = model({"x": "a*x*x + sqrt(b)*0", "y": "x - y"}, ["a", "b"])
    a = np.tile([-1.0, 1.0, -0.5, -2.0], 20)
    b = np.tile([1.0, 1.0, 1.0, -1.0], 20)
    run = Run(5, 0.5, rtol=1e-6, atol=1e-9)
    found = sweep(system, points(a=a, b=b), run)
    assert [STATUSES[code] for code in found.status[:4]] == [
        *("finished", "blew up", "finished", "undefined")
    ]
    alone = sweep(system, points(a=a[[0, 2]], b=b[[0, 2]]), run)
    for first in range(0, 80, 4):
        np.testing.assert_array_equal(found.values[[first, first + 2]], alone.values)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", LIBRARY)
def test_the_number_of_lanes_does_not_show(name, solver, monkeypatch):
    """Seven points advanced 8 at a time and 32 at a time: samples, features of states and of
    expressions with kinks and waves, for which each step is cut into parts."""
    system, run = library(name).system(), replace(RUNS[name], rtol=1e-6, atol=1e-9)
    first = system.states[0]
    starts = points(initial={first.name: first.value + np.linspace(0, 1e-3, 7)})
    kinds = ("amplitude", "mean", "std", "frequency", "maxima", "time_above")
    level = first.value + 1e-4
    waves = parse(f"sin(20*{first.name}) + abs({first.name} - {first.value + 5e-4})")
    features = tuple(
        Feature(f"{kind}{place}", kind, of, level if kind == "time_above" else None)
        for place, of in enumerate((Symbol(first.name), waves))
        for kind in kinds
    )
    narrow = sweep(system, starts, run, features=features, solver=solver)
    monkeypatch.setattr(register, "NARROW", 0)
    wide = sweep(system, starts, run, features=features, solver=solver)
    np.testing.assert_array_equal(narrow.values, wide.values)
    np.testing.assert_array_equal(narrow.status, wide.status)
    np.testing.assert_array_equal(narrow.reached, wide.reached)
    np.testing.assert_array_equal(narrow.steps, wide.steps)
    for feature, values in narrow.features.items():
        np.testing.assert_array_equal(values, wide.features[feature], err_msg=feature)


def test_chunks_do_not_show(monkeypatch):
    k = np.linspace(0, 5, 50)
    run = Run(3, 0.1, rtol=1e-6)
    whole = sweep(DECAY, points(k=k), run)
    monkeypatch.setattr(fast, "CHUNK", 7)
    parts = sweep(DECAY, points(k=k), run)
    np.testing.assert_array_equal(whole.values, parts.values)
    np.testing.assert_array_equal(whole.reached, parts.reached)


# How points end


@pytest.mark.parametrize("solver", SOLVERS)
def test_blow_ups_are_marked_with_their_time(solver):
    """x' = a x**2 from 1 blows up at 1/a."""
    system = model({"x": "a*x**2"}, ["a"])
    a = np.array([0.1, 0.5, 1.0, 2.0, -1.0, 4.0])
    found = sweep(system, points(a=a), Run(3, 0.1, rtol=1e-6, atol=1e-9), solver=solver)
    ends = [STATUSES[code] for code in found.status]
    assert ends == ["finished", "blew up", "blew up", "blew up", "finished", "blew up"]
    blown = found.status == 1
    np.testing.assert_allclose(found.reached[blown], 1 / a[blown], rtol=1e-4)
    for index in np.flatnonzero(blown):
        before = found.times <= found.reached[index]
        assert np.isfinite(found.values[index, before]).all()
        assert np.isnan(found.values[index, ~before]).all()
    exact = 1 / (1 - a[~blown, None] * found.times)
    np.testing.assert_allclose(found.values[~blown, :, 0], exact, rtol=1e-5)


def test_exponential_growth_blows_up_at_a_size():
    """exp(t) reaches 1e100 at t = 230.26."""
    found = sweep(model({"x": "x"}), ONE, Run(1000, 10, rtol=1e-6))
    assert STATUSES[found.status[0]] == "blew up"
    assert 230 < found.reached[0] < 232


def test_where_the_equations_have_no_value():
    """x' = -1/(2 sqrt(x)) from 1 is sqrt(1 - t): no value after 1."""
    system = model({"x": "-1 - sqrt(x)*0"})
    found = sweep(system, points(initial={"x": [1.0, -1.0, 9.0]}), Run(3, 0.1, rtol=1e-6))
    assert [STATUSES[code] for code in found.status] == ["undefined", "undefined", "finished"]
    np.testing.assert_allclose(found.reached, [1, 0, 3], atol=1e-6)


def test_the_step_limit(monkeypatch):
    """Sliding along a jump takes steps without end."""
    monkeypatch.setattr(register, "MOST_TRIES", 5000)
    system = model({"x": "-sign(x) + 0.5*sign(a)", "y": "-y"}, ["a"])
    found = sweep(system, points(initial={"x": [0.5, 100.0]}, a=[1, 1]), Run(3, 0.1, rtol=1e-6))
    assert [STATUSES[code] for code in found.status] == ["step limit", "finished"]
    assert 0.9 < found.reached[0] < 1.1


def test_stiff_points_are_left_to_a_stiff_solver(monkeypatch):
    """x' = -k (x - cos t): the point with the large k goes, with its reason; the others stay."""
    asked = []

    def other(asking, where):
        asked.append((asking.solver, where.parameters["k"].tolist()))
        return sweep(asking.system, where, asking.run, solver="scipy", features=asking.features)

    system = model({"x": "-k*(x - cos(t*1e-3))", "y": "0*x"}, ["k"])
    k = np.array([1.0, 2e4, 2.0])
    run = Run(100, 10, rtol=1e-6, atol=1e-9)
    mean = (Feature("m", "final", Symbol("x")),)
    monkeypatch.setattr(fast, "STIFF_SOLVERS", {})
    without = sweep(system, points(k=k), run, features=mean)
    assert "1 of 3 points are stiff" in without.reason
    monkeypatch.setattr(fast, "STIFF_SOLVERS", {"other": other})
    found = sweep(system, points(k=k), run, features=mean)
    assert asked == [("other", [2e4])]
    assert found.solver == "dp5+other"
    assert "1 of 3 points are stiff, and were left to other" in found.reason
    assert (found.status == 0).all()
    np.testing.assert_array_equal(found.values[[0, 2]], without.values[[0, 2]])
    np.testing.assert_allclose(found.values[1, 1:, 0], np.cos(found.times[1:] / 1e3), atol=1e-4)
    np.testing.assert_allclose(found.features["m"], np.cos(0.1), atol=1e-3)
    by_name = sweep(system, points(k=k[:1]), run, solver="dp5")
    assert by_name.solver == "dp5"


# Jumps


@pytest.mark.parametrize(("rtol", "error"), [(1e-6, 1e-4), (1e-10, 1e-8)])
def test_conditionals_of_the_state(rtol, error):
    """Speed 1 up to 2, then a: x = 2 + a (t - 1); a step over a jump errs by many tolerances."""
    system = model({"x": "1 if x < 2 else a"}, ["a"])
    a = np.array([0.5, 1.0, 3.0])
    found = sweep(system, points(a=a), Run(3, 0.25, rtol=rtol, atol=rtol / 1000))
    exact = np.where(found.times < 1, 1 + found.times, 2 + a[:, None] * (found.times - 1))
    np.testing.assert_allclose(found.values[:, :, 0], exact, rtol=error)


@pytest.mark.parametrize("solver", SOLVERS)
def test_pulses_at_swept_times_are_not_stepped_over(solver):
    """The integral of a pulse of height 1 and width 0.001, wherever it is."""
    system = model({"x": "1 if t > at and t < at + 0.001 else 0"}, ["at"])
    at = np.array([0.5, 1.0, 7.3331, 20.0, 49.5, 60.0])
    run = Run(50, 0.5, rtol=1e-6, atol=1e-9)
    found = sweep(system, points(at=at), run, solver=solver)
    final = found.values[:, -1, 0] - 1
    np.testing.assert_allclose(final, [0.001] * 5 + [0], rtol=1e-6, atol=1e-9)


def test_a_jump_at_the_end_and_at_a_sample():
    system = model({"x": "1 if t < 2 else 5", "y": "floor(t)"})
    found = sweep(system, ONE, Run(2, 0.5, rtol=1e-8, atol=1e-9))
    np.testing.assert_allclose(found.values[0, :, 0], 1 + found.times, rtol=1e-6)
    steps = [1, 1, 1, 1.5, 2]
    np.testing.assert_allclose(found.values[0, :, 1], steps, rtol=1e-6)


# What is asked for


def test_outputs_may_be_auxiliaries():
    system = model({"x": "-k*x"}, ["k"], {"twice": "2*x", "unused": "k*t + twice"})
    k = np.linspace(0.5, 1, 5)
    run = Run(2, 0.1, rtol=1e-9)
    found = sweep(system, points(k=k), run, outputs=("unused", "x"))
    exact = np.exp(-k[:, None] * found.times)
    assert found.values.shape == (5, 21, 2)
    np.testing.assert_allclose(found.values[..., 1], exact, rtol=1e-7)
    both = k[:, None] * found.times + 2 * exact
    np.testing.assert_allclose(found.values[..., 0], both, rtol=1e-7)


def test_the_run_and_the_points_give_numbers():
    system = model({"x": "-k*x + c"}, ["k", "c"])
    run = Run(1, 0.5, parameters={"c": 2.0, "k": 9.0}, initial={"x": 3.0}, rtol=1e-9)
    found = sweep(system, points(k=[0.0, 0.0], initial={"x": [1.0, 5.0]}), run)
    np.testing.assert_allclose(found.values[:, :, 0], [[1, 2, 3], [5, 6, 7]], rtol=1e-8)
    found = sweep(system, points(k=[0.0]), run)
    np.testing.assert_allclose(found.values[0, :, 0], [3, 4, 5], rtol=1e-8)


def test_parameters_that_nothing_depends_on():
    system = model({"x": "-x"}, ["k"])
    found = sweep(system, points(k=[1.0, 2.0]), Run(1, 0.5, rtol=1e-9))
    np.testing.assert_array_equal(found.values[0], found.values[1])


def test_nothing_kept_but_the_status():
    found = sweep(DECAY, points(k=[1.0]), Run(1, 0.5), trajectories=False)
    assert found.values is None
    assert found.status.dtype == np.uint8


def test_no_points_at_all():
    found = sweep(DECAY, Points({"k": np.empty(0)}, {}, 0), Run(1, 0.5))
    assert found.values.shape == (0, 3, 1)


def test_what_cannot_be_asked_for():
    run = Run(1, 0.5)
    with pytest.raises(ModelError, match=r"no parameter called `kk`.*did you mean `k`"):
        sweep(DECAY, points(kk=[1.0]), run)
    with pytest.raises(ModelError, match="no state called `k`"):
        sweep(DECAY, points(initial={"k": [1.0]}), run)
    with pytest.raises(ModelError, match="no variable called `k`"):
        sweep(DECAY, ONE, run, outputs=("k",))
    with pytest.raises(ValueError, match="no solver"):
        sweep(DECAY, ONE, run, solver="magic")
    with pytest.raises(ValueError, match="leaves nothing"):
        sweep(DECAY, ONE, run, after=1.0)
    with pytest.raises(ValueError, match="has the shape"):
        Points({"k": np.zeros(3)}, {}, 2)
    with pytest.raises(ValueError, match="at least 1"):
        sweep(DECAY, ONE, run, threads=0)
