"""Features against mathematics: oscillators, decays and ramps whose features are known."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from library_runs import library
from scipy.special import ive
from test_engine_sweep import ONE, model, points

from nullcline import ModelError, Run
from nullcline.engine import Feature, sweep
from nullcline.expression import Symbol, parse

SOLVERS = ["dp5", "dop853"]
CIRCLE = model({"x": "w*y", "y": "-w*x"}, ["w"])
"""From (1, 1): x = sqrt(2) sin(w t + pi/4)."""
KINDS = ["minimum", "maximum", "mean", "std", "amplitude", "period", "frequency", "maxima", "final"]


def measured(system, where, duration, *, of="x", kinds=KINDS, after=0.0, level=None, **options):
    tree = parse(of)
    features = tuple(Feature(kind, kind, tree, level) for kind in kinds)
    run = Run(duration, duration, rtol=options.pop("rtol", 1e-9), atol=1e-12)
    options = {"trajectories": False, "features": features, "after": after} | options
    return sweep(system, where, run, **options).features


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("level", [None, 0.0])
def test_the_harmonic_oscillator(solver, level):
    w = np.array([0.5, 1.0, 2.0, 3.7])
    root = np.sqrt(2)
    found = measured(CIRCLE, points(w=w), 20 * np.pi, solver=solver, level=level)
    np.testing.assert_allclose(found["minimum"], -root, rtol=1e-6)
    np.testing.assert_allclose(found["maximum"], root, rtol=1e-6)
    np.testing.assert_allclose(found["amplitude"], 2 * root, rtol=1e-6)
    np.testing.assert_allclose(found["period"], 2 * np.pi / w, rtol=1e-6)
    np.testing.assert_allclose(found["frequency"], w / (2 * np.pi), rtol=1e-6)
    np.testing.assert_allclose(found["maxima"], np.round(10 * w))
    np.testing.assert_allclose(found["mean"][:3], 0, atol=1e-6)
    np.testing.assert_allclose(found["std"][:3], 1, rtol=1e-6)
    np.testing.assert_allclose(found["final"], root * np.sin(20 * np.pi * w + np.pi / 4), rtol=1e-5)


@settings(deadline=None, max_examples=40)
@example(w=0.21875, after=2.0, span=3.0, level=0.0)  # few long steps near an extreme
@given(
    w=st.floats(0.2, 5), after=st.floats(0, 30), span=st.floats(3, 50), level=st.floats(-1.2, 1.2)
)
def test_windows_and_levels(w, after, span, level):
    """After any transient and over any span: integrals in closed form, crossings counted."""
    kinds = ["mean", "std", "time_above", "period", "final"]
    end, root = after + span, np.sqrt(2)
    found = measured(CIRCLE, points(w=[w]), end, after=after, kinds=kinds, level=level)
    low, high = w * after + np.pi / 4, w * end + np.pi / 4
    mean = root * (np.cos(low) - np.cos(high)) / (w * span)
    square = 1 - (np.sin(2 * high) - np.sin(2 * low)) / (2 * w * span)
    np.testing.assert_allclose(found["mean"], mean, atol=1e-6)
    np.testing.assert_allclose(found["std"], np.sqrt(square - mean**2), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["final"], root * np.sin(high), atol=1e-5)
    angle = np.arcsin(level / root)  # above from angle to pi - angle in every turn
    assert found["time_above"][0] == pytest.approx(above(low, high, angle) / w, abs=2e-5)
    turns = np.floor((high - angle) / (2 * np.pi)) - np.floor((low - angle) / (2 * np.pi))
    near = np.abs(np.array([low, high]) - angle) / (2 * np.pi)
    if np.abs(near - np.round(near)).min() > 1e-6:
        assert np.isnan(found["period"][0]) == (turns < 2)
        assert turns < 2 or found["period"][0] == pytest.approx(2 * np.pi / w, rel=1e-5)


def above(low, high, angle):
    """How much of [low, high] lies in [angle, pi - angle] plus whole turns."""
    turns = np.arange(np.floor(low / (2 * np.pi)) - 1, np.ceil(high / (2 * np.pi)) + 1) * 2 * np.pi
    starts, ends = np.maximum(turns + angle, low), np.minimum(turns + np.pi - angle, high)
    return np.maximum(ends - starts, 0).sum()


@pytest.mark.parametrize("solver", SOLVERS)
def test_linear_decay(solver):
    system = model({"x": "-k*x"}, ["k"])
    k = np.linspace(0.1, 3, 40)
    found = measured(system, points(k=k), 4.0, after=1.0, solver=solver)
    np.testing.assert_allclose(found["minimum"], np.exp(-4 * k), rtol=1e-6)
    np.testing.assert_allclose(found["maximum"], np.exp(-k), rtol=1e-6)
    np.testing.assert_allclose(found["final"], np.exp(-4 * k), rtol=1e-6)
    mean = (np.exp(-k) - np.exp(-4 * k)) / k / 3
    np.testing.assert_allclose(found["mean"], mean, rtol=1e-6)
    square = (np.exp(-2 * k) - np.exp(-8 * k)) / (2 * k) / 3
    np.testing.assert_allclose(found["std"], np.sqrt(square - mean**2), rtol=1e-5)
    np.testing.assert_array_equal(found["maxima"], 0)
    assert np.isnan(found["period"]).all()


def test_logistic_growth():
    """From 1 to K = 5 at rate 2: half of K at t = log(4)/2."""
    system = model({"x": "2*x*(1 - x/5)"})
    found = measured(system, ONE, 20.0, kinds=["time_above", "maximum", "final"], level=2.5)
    np.testing.assert_allclose(found["time_above"], 20 - np.log(4) / 2, rtol=1e-7)
    np.testing.assert_allclose([found["maximum"], found["final"]], 5, rtol=1e-7)


def test_expressions_of_anything():
    """x**2 + y**2 is kept, x*y has twice the frequency, t and parameters may stand in it."""
    w = np.array([1.0, 2.5])
    kept = measured(CIRCLE, points(w=w), 30.0, of="x**2 + y**2", kinds=["minimum", "maximum"])
    np.testing.assert_allclose([kept["minimum"], kept["maximum"]], 2, rtol=1e-6)
    twice = measured(CIRCLE, points(w=w), 30.0, of="x*y", kinds=["period", "amplitude"])
    np.testing.assert_allclose(twice["period"], np.pi / w, rtol=1e-5)
    np.testing.assert_allclose(twice["amplitude"], 2, rtol=1e-6)
    ramp = measured(CIRCLE, points(w=w), 30.0, of="w*t", kinds=["mean", "final", "std"], after=10)
    np.testing.assert_allclose(ramp["mean"], 20 * w, rtol=1e-8)
    np.testing.assert_allclose(ramp["final"], 30 * w, rtol=1e-8)
    np.testing.assert_allclose(ramp["std"], 20 * w / np.sqrt(12), rtol=1e-8)


def test_auxiliaries_are_measured():
    system = model({"x": "-x"}, auxiliaries={"y": "z**2", "z": "2*x"})
    found = measured(system, ONE, 2.0, of="y", kinds=["maximum", "final"])
    np.testing.assert_allclose(found["maximum"], 4, rtol=1e-8)
    np.testing.assert_allclose(found["final"], 4 * np.exp(-4), rtol=1e-7)


def test_a_mean_far_from_zero_keeps_its_deviation():
    system = model({"x": "y", "y": "-(x - 1e6)"})
    where = points(initial={"x": [1e6 + 1], "y": [0.0]})
    found = measured(system, where, 20 * np.pi, kinds=["std", "mean"], rtol=1e-11)
    np.testing.assert_allclose(found["std"], 1 / np.sqrt(2), rtol=1e-4)


def test_switches_of_the_equations():
    """x'' = -sign(x) from height a: period 4 sqrt(2 a)."""
    system = model({"x": "y", "y": "-sign(x)"})
    a = np.array([0.5, 1.0, 2.0])
    where = points(initial={"x": a, "y": 0 * a})
    found = measured(system, where, 60.0, kinds=["period", "amplitude"])
    np.testing.assert_allclose(found["period"], 4 * np.sqrt(2 * a), rtol=1e-5)
    np.testing.assert_allclose(found["amplitude"], 2 * a, rtol=1e-5)


def test_a_jump_in_time_is_seen_by_the_features():
    """A square wave: above 1/2 half of the time, five maxima of height 1."""
    system = model({"x": "-x + wave"}, auxiliaries={"wave": "1 if mod(t, 2) < 1 else 0"})
    found = measured(system, ONE, 10.0, of="wave", kinds=["mean", "time_above"], level=0.5)
    np.testing.assert_allclose(found["mean"], 0.5, atol=1e-6)
    np.testing.assert_allclose(found["time_above"], 5, atol=1e-5)


def test_rest_is_no_oscillation():
    """Damped to rest: the noise of the steps has neither maxima nor a period."""
    system = library("fitzhugh_nagumo").system()
    where = points(I_ext=[0.0, 0.5])
    kinds = ["period", "maxima", "amplitude"]
    found = measured(system, where, 1500.0, of="v", kinds=kinds, after=500.0, rtol=1e-6)
    assert np.isnan(found["period"][0])
    assert found["maxima"][0] == 0
    assert found["amplitude"][0] < 1e-5
    assert found["maxima"][1] > 20
    assert found["period"][1] * found["maxima"][1] == pytest.approx(1000, rel=0.1)


def test_sampling_and_neighbours_change_no_feature():
    system = library("van_der_pol").system()
    feature = (Feature("p", "period", Symbol("x")), Feature("m", "mean", parse("x*z")))
    mu = np.linspace(0.1, 4, 41)

    def found(where, sampling, **options):
        run = Run(60, sampling, rtol=1e-6, atol=1e-9)
        return sweep(system, where, run, features=feature, after=20, **options).features

    whole = found(points(mu=mu), 1.0, trajectories=False)
    other = found(points(mu=mu), 0.01, threads=2)
    alone = found(points(mu=mu[7:8]), 60)
    for name in ("p", "m"):
        np.testing.assert_array_equal(whole[name], other[name])
        np.testing.assert_array_equal(whole[name][7], alone[name][0])


def test_points_that_end_early_have_no_features():
    system = model({"x": "a*x**2"}, ["a"])
    found = measured(system, points(a=[-1.0, 1.0]), 3.0)
    assert np.isfinite(found["mean"][0])
    assert all(np.isnan(values[1]) for values in found.values())


def test_features_that_cannot_be():
    with pytest.raises(ValueError, match="no kind of feature"):
        Feature("a", "mode", Symbol("x"))
    with pytest.raises(ValueError, match="needs an expression"):
        Feature("a", "mean", None)
    with pytest.raises(ValueError, match="needs a threshold"):
        Feature("a", "time_above", Symbol("x"))
    with pytest.raises(ModelError, match="has no `q`"):
        measured(CIRCLE, ONE, 1.0, of="x + q")


def damped(decay, end, after=0.0, solver="auto", level=None):
    """The period of exp(-g t) cos(w t) with w**2 = 1 - g**2, from a sweep."""
    system = model({"x": "y", "y": "-x - 2*g*y"}, ["g"])
    g = np.array(decay)
    where = points(g=g, initial={"x": np.ones(len(g)), "y": -g})
    kinds = ["period", "frequency"]
    return measured(
        system, where, end, kinds=kinds, after=after, solver=solver, level=level, rtol=1e-9
    )


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_rhythm_that_has_ended_has_no_period(solver):
    """Midway between the extremes lies above what a decaying oscillation comes to: its crossings
    drift later and later, and then cease."""
    for level in (None, 0.05):
        found = damped([0.05, 0.1, 0.3], 200.0, solver=solver, level=level)
        assert np.isnan(found["period"]).all()
        assert np.isnan(found["frequency"]).all()


def test_a_rhythm_that_decays_slowly_has_its_own_period():
    g = np.array([-1e-3, 0.0, 1e-4, 1e-3])
    found = damped(g, 300.0, after=200.0)
    np.testing.assert_allclose(found["period"], 2 * np.pi / np.sqrt(1 - g**2), rtol=1e-4)


@pytest.mark.parametrize("solver", SOLVERS)
def test_expressions_that_bend_where_the_states_do_not(solver):
    """x runs straight from -1 to pi - 1, in a step or two: kinks, a jump, a bump, many waves."""
    ramp, end, last = model({"x": "1"}), np.pi, np.pi - 1
    where = points(initial={"x": [-1.0]})

    def of(tree, *kinds, level=None):
        found = measured(ramp, where, end, of=tree, kinds=kinds, level=level, solver=solver)
        return [float(found[kind][0]) for kind in kinds]

    assert of("abs(x)", "mean")[0] == pytest.approx((1 + last**2) / (2 * np.pi), rel=1e-5)
    assert of("abs(x)", "minimum")[0] == pytest.approx(0, abs=2e-3)
    assert of("abs(x)", "time_above", level=0.5)[0] == pytest.approx(np.pi - 1, rel=1e-6)
    assert of("heaviside(x - 1)", "mean")[0] == pytest.approx((last - 1) / np.pi, abs=1e-3)
    assert of("where(x > 1, x, -5)", "maximum", "minimum") == pytest.approx([last, -5])
    bump = np.sqrt(np.pi / 1000)
    assert of("exp(-1000*(x - 1)**2)", "mean")[0] == pytest.approx(bump / np.pi, rel=1e-6)
    assert of("exp(-1000*(x - 1)**2)", "maximum")[0] == pytest.approx(1, rel=1e-4)
    waves = of("sin(20*x)", "maximum", "minimum", "period", level=0.0)
    assert waves == pytest.approx([1, -1, np.pi / 10], rel=1e-6)


def test_steep_expressions_of_an_oscillation():
    """Over whole turns the mean of exp(k (cos - 1)) is exp(-k) I0(k)."""
    turning = points(w=[1.0, 3.0], initial={"x": [0.0, 0.0], "y": [1.0, 1.0]})
    found = measured(CIRCLE, turning, 20 * np.pi, of="exp(200*(y - 1))", kinds=["mean", "maximum"])
    np.testing.assert_allclose(found["mean"], ive(0, 200), rtol=1e-5)
    np.testing.assert_allclose(found["maximum"], 1, rtol=1e-4)
