"""JAX's form of a System against mathematics, the reference, and the equations' own meaning."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed: pip install 'nullcline[jax]'")
pytest.importorskip("diffrax", reason="diffrax is not installed: pip install 'nullcline[jax]'")

import jax
import jax.numpy as jnp
from hypothesis import given, settings
from hypothesis import strategies as st
from library_runs import LIBRARY, RUNS, library

from nullcline import Dynamics, ModelError, Run, SimulationError, reference
from nullcline.differentiable import batch, solution, sweep, vector_field
from nullcline.differentiable.meanings import MEANINGS, SAFE, value_of
from nullcline.differentiable.precision import double
from nullcline.engine import STATUSES, Feature, Points
from nullcline.expression import OPERATIONS, evaluate, parse
from nullcline.expression.operations import NUMBER
from nullcline.jacobian import sensitivities, slope_name
from nullcline.testing import systems
from nullcline.trajectory import Trajectory, deviation

PAGE = (Path(__file__).parents[1] / "docs" / "sweeps.md").read_text(encoding="utf-8")


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


def ends(found):
    return [STATUSES[code] for code in found.status]


ONE = Points({}, {}, 1)
DECAY = model({"x": "-k*x"}, ["k"])


@pytest.fixture
def x64():
    with double():
        yield


# What the equations mean


def test_every_operation_has_a_meaning():
    assert set(MEANINGS) == set(OPERATIONS)
    assert set(SAFE) < set(OPERATIONS)
    narrow = {o.name for o in OPERATIONS.values() if o.domain != (-np.inf, np.inf) or o.nonzero}
    assert narrow < set(SAFE)


EDGES = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.7, -3.7, 1e-20, -1e-20, 30.0, -30.0, np.nan]


@pytest.mark.parametrize("name", sorted(set(OPERATIONS) - {"time"}))
def test_operations_mean_what_they_mean_elsewhere(name, x64):
    operation = OPERATIONS[name]
    numbers, truths = np.array(EDGES), np.array([True, False])
    axes = [numbers if kind == NUMBER else truths for kind in operation.takes]
    grid = [axis.ravel() for axis in np.meshgrid(*axes)] if axes else []
    with np.errstate(all="ignore"):
        expected = np.asarray(operation.meaning(*grid), dtype=float)
    found = np.asarray(MEANINGS[name](*map(jnp.asarray, grid)), dtype=float)
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("text", ["x**2", "x**-3", "x**0", "x**8", "x**9", "x**0.5", "x**(-1.5)"])
def test_powers(text, x64):
    x = np.array(EDGES)
    expected = evaluate(parse(text, "x"), {"x": x})
    found = value_of(parse(text, "x"), {"x": jnp.asarray(x)}, jnp.nan)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("name", LIBRARY)
def test_the_fields_of_the_library(name, x64):
    """At states and parameters around the declared ones: relative 1e-11 of the largest slope."""
    system = library(name).system()
    random, function = np.random.default_rng(1), vector_field(system)
    start = np.array([item.value for item in system.states])
    for _ in range(3):
        state = start * random.uniform(0.9, 1.1, len(start)) + random.uniform(0, 0.01, len(start))
        values = {i.name: i.value * random.uniform(0.95, 1.05) for i in system.parameters}
        expected = reference.vector_field(system, values)(1.5, state)
        found = function(1.5, state, values)
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11 * abs(expected).max())


@settings(max_examples=30)
@given(system=systems(), seed=st.integers(0, 2**16))
def test_the_fields_of_generated_systems(system, seed):
    """Where the reference has a value, to a relative 1e-9; elsewhere none either."""
    state = np.random.default_rng(seed).uniform(-2, 2, len(system.states))
    expected = reference.vector_field(system, {})(0.3, state)
    with double():
        found = np.asarray(vector_field(system)(0.3, state))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


# Many points


@pytest.mark.parametrize("solver", ["dopri5", "dopri8", "kvaerno5"])
def test_linear_decay(solver):
    k = np.linspace(0, 5, 37)
    found = sweep(DECAY, points(k=k), Run(3, 0.1, rtol=1e-8, atol=1e-10), solver=solver)
    exact = np.exp(-k[:, None] * found.times)
    np.testing.assert_allclose(found.values[:, :, 0], exact, rtol=1e-6, atol=1e-8)
    assert found.solver == solver
    assert (found.status == 0).all()
    assert (found.reached == 3).all()
    assert (found.steps > 0).all()


SMOOTH = ["fitzhugh_nagumo", "jansen_rit", "lorenz", "morris_lecar", "van_der_pol_forced"]


@pytest.mark.parametrize(
    ("name", "solver"), [*((name, "auto") for name in SMOOTH), ("robertson", "kvaerno5")]
)
def test_the_library_against_the_reference(name, solver):
    """To 1e-6 of each variable's range at rtol 1e-9 (the whole library: 4e-7 at most)."""
    system = library(name).system()
    run = replace(RUNS[f"{name}.yaml"], rtol=1e-9, atol=1e-12)
    found, expected = sweep(system, ONE, run, solver=solver), reference.simulate(system, run)
    assert ends(found) == [expected.status]
    count = expected.certain(1e-6)
    assert count > 50
    own = Trajectory(expected.names, run.times[:count], found.values[0, :count].T)
    other = Trajectory(expected.names, run.times[:count], expected.values[:, :count])
    assert deviation(own, other).size < 1e-6


def test_the_solver_follows_the_tolerance():
    strict = sweep(DECAY, ONE, Run(1, 0.5, rtol=1e-9))
    loose = sweep(DECAY, ONE, Run(1, 0.5, rtol=1e-5))
    assert (strict.solver, loose.solver) == ("dopri8", "dopri5")
    assert "rtol 1e-09 is below" in strict.reason


def test_batches_do_not_show():
    """Other company, other rounding (no promise of equal bits), but the same numbers."""
    k, run = np.linspace(0, 5, 10), Run(3, 0.1, rtol=1e-6, atol=1e-9)
    whole = sweep(DECAY, points(k=k), run)
    parts = sweep(DECAY, points(k=k), run, room=4)
    np.testing.assert_allclose(parts.values, whole.values, rtol=1e-12)
    np.testing.assert_array_equal(parts.status, whole.status)


def test_outputs_values_and_no_points():
    system = model({"x": "-k*x", "y": "c"}, ["k", "c"], {"twice": "2*x + t"})
    run = Run(1, 0.5, parameters={"c": 2.0}, initial={"x": 3.0}, rtol=1e-9)
    found = sweep(system, points(k=[0.0, 0.0], initial={"y": [1.0, 5.0]}), run)
    expected = [[[3, 1], [3, 2], [3, 3]], [[3, 5], [3, 6], [3, 7]]]
    np.testing.assert_allclose(found.values, expected, rtol=1e-9)
    found = sweep(system, points(k=[0.0]), run, outputs=("twice",))
    np.testing.assert_allclose(found.values[0, :, 0], [6, 6.5, 7], rtol=1e-9)
    none = sweep(system, Points({"k": np.empty(0)}, {}, 0), run)
    assert none.values.shape == (0, 3, 2)
    assert sweep(system, ONE, run, trajectories=False).values is None


# How points end


def test_blow_ups_are_marked_with_their_time():
    """x' = a x**2 from 1 blows up at 1/a; the others are kept."""
    system = model({"x": "a*x**2"}, ["a"])
    a = np.array([0.1, 0.5, 1.0, 2.0, -1.0, 4.0])
    found = sweep(system, points(a=a), Run(3, 0.1, rtol=1e-6, atol=1e-9))
    assert ends(found) == ["finished", *["blew up"] * 3, "finished", "blew up"]
    blown = found.status == 1
    np.testing.assert_allclose(found.reached[blown], 1 / a[blown], rtol=1e-4)
    before = found.times <= found.reached[:, None]
    np.testing.assert_array_equal(np.isfinite(found.values[:, :, 0]), before)
    exact = 1 / (1 - a[~blown, None] * found.times)
    np.testing.assert_allclose(found.values[~blown, :, 0], exact, rtol=1e-5)


def test_exponential_growth_blows_up_at_a_size():
    """exp(t) reaches 1e100 at t = 230.26."""
    found = sweep(model({"x": "x"}), ONE, Run(1000, 10, rtol=1e-6))
    assert ends(found) == ["blew up"]
    assert 230 < found.reached[0] < 232


def test_where_the_equations_have_no_value():
    """x' = -1 from 1 has no value after 1, by a term that has none."""
    system = model({"x": "-1 - sqrt(x)*0"})
    found = sweep(system, points(initial={"x": [1.0, -1.0, 9.0]}), Run(3, 0.1, rtol=1e-6))
    assert ends(found) == ["undefined", "undefined", "finished"]
    np.testing.assert_allclose(found.reached, [1, 0, 3], atol=1e-6)


def test_the_step_limit(monkeypatch):
    """Sliding along a jump takes steps without end."""
    batch.compiled.cache_clear()
    monkeypatch.setattr(batch, "MOST_STEPS", 500)
    system = model({"x": "-sign(x) + 0.5*sign(a)", "y": "-y"}, ["a"])
    found = sweep(system, points(initial={"x": [0.5, 100.0]}, a=[1, 1]), Run(3, 0.1, rtol=1e-6))
    batch.compiled.cache_clear()
    assert ends(found) == ["step limit", "finished"]
    assert 0.9 < found.reached[0] < 1.1


# Jumps


def test_pulses_at_swept_times_are_not_stepped_over():
    """The integral of a pulse of height 1 and width 0.001, wherever it is."""
    system = model({"x": "1 if t > at and t < at + 0.001 else 0"}, ["at"])
    at = np.array([0.5, 1.0, 7.3331, 20.0, 49.5, 60.0])
    found = sweep(system, points(at=at), Run(50, 0.5, rtol=1e-6, atol=1e-9))
    final = found.values[:, -1, 0] - 1
    np.testing.assert_allclose(final, [0.001] * 5 + [0], rtol=1e-6, atol=1e-9)


def test_a_jump_at_the_end_and_at_a_sample():
    system = model({"x": "1 if t < 2 else 5", "y": "floor(t)"})
    found = sweep(system, ONE, Run(2, 0.5, rtol=1e-8, atol=1e-9))
    np.testing.assert_allclose(found.values[0, :, 0], 1 + found.times, rtol=1e-8)
    np.testing.assert_allclose(found.values[0, :, 1], [1, 1, 1, 1.5, 2], rtol=1e-8)


# Features


def test_features_of_a_harmonic_oscillation():
    """x = sin(w t): closed forms; extremes to 1e-7, crossings to 1e-6 of a period."""
    system = model({"x": "w*y", "y": "-w*x"}, ["w"])
    w = np.array([1.0, 2.0, 5.0])
    kinds = ["minimum", "maximum", "amplitude", "mean", "std", "period", "frequency", "maxima"]
    features = [Feature(kind, kind, parse("x", "xy")) for kind in kinds]
    features += [Feature("final", "final", parse("x + 2*y", "xy"))]
    features += [Feature("above", "time_above", parse("x", "xy"), 0.5)]
    where = points(w=w, initial={"x": np.zeros(3), "y": np.ones(3)})
    run = Run(10 * np.pi, 0.1, rtol=1e-10, atol=1e-12)
    found = sweep(system, where, run, trajectories=False, features=tuple(features), after=2 * np.pi)
    got = found.features
    turns = 4 * w  # the oscillations in 8 pi
    expected = {
        **{"minimum": -1.0, "maximum": 1.0, "amplitude": 2.0, "mean": 0.0, "std": np.sqrt(0.5)},
        **{"period": 2 * np.pi / w, "frequency": w / (2 * np.pi), "maxima": turns},
        **{"final": 2.0, "above": turns * (2 * np.pi / 3) / w},
    }
    for name, value in expected.items():
        np.testing.assert_allclose(got[name], value, rtol=1e-7, atol=1e-7, err_msg=name)


def test_features_of_points_that_end_early_and_levels_never_crossed():
    system = model({"x": "a*x**2"}, ["a"])
    features = (
        Feature("top", "maximum", parse("x", "x")),
        Feature("rhythm", "period", parse("x", "x")),
        Feature("later", "time_above", parse("x", "x"), 1.25),
    )
    run = Run(1, 0.1, rtol=1e-9, atol=1e-12)
    found = sweep(system, points(a=[0.5, 2.0, 0.0]), run, features=features).features
    np.testing.assert_allclose(found["top"], [2, np.nan, 1], rtol=1e-8)
    np.testing.assert_array_equal(found["rhythm"], [np.nan] * 3)
    np.testing.assert_allclose(found["later"], [1 - 0.4, np.nan, 0], rtol=1e-7)  # 1/(1 - t/2)


def test_a_grid_too_coarse_for_the_steps_is_told():
    """1000 periods in 4000 cells: more steps than values."""
    system = model({"x": "y", "y": "-x"})
    features = (Feature("top", "maximum", parse("x", "xy")),)
    with pytest.warns(UserWarning, match="1 of 1 points took more steps than"):
        sweep(system, ONE, Run(6283, 6.283, rtol=1e-6), features=features, trajectories=False)


def test_what_cannot_be_had_is_refused():
    with pytest.raises(ModelError, match=r"cannot measure `grows` \(lyapunov\); leave"):
        sweep(DECAY, ONE, Run(1, 0.1), features=(Feature("grows", "lyapunov", None),))
    with pytest.raises(ModelError, match=r"no solver `dopri`; did you mean|use one of auto"):
        sweep(DECAY, ONE, Run(1, 0.1), solver="dopri")
    with pytest.raises(ModelError, match=r"no parameter called `kk`"):
        sweep(DECAY, points(kk=[1.0]), Run(1, 0.1))


# As a backend of sweeps


def vdp():
    found = Dynamics("VdP", parameters={"mu": 1.0})
    found.add_state_variable("x", "z", 0.1, unit="mV")
    found.add_state_variable("z", "mu*(1 - x**2)*z - x", 0.0)
    return found


def test_the_backend_gives_the_same_dataset():
    asked = {"duration": 20, "sampling": 0.5, "features": ["amplitude:x", "mean:x**2"], "after": 5}
    over = {"mu": [0.5, 1.0], "x": [-1.0, 0.5, 2.0]}
    before = jax.config.jax_enable_x64
    found = vdp().sweep(over, **asked, backend="jax", chunk=4, rtol=1e-9, atol=1e-12)
    assert jax.config.jax_enable_x64 == before
    other = vdp().sweep(over, **asked, rtol=1e-9, atol=1e-12)
    assert found.sizes == other.sizes
    assert set(found) == set(other)
    assert found["x"].attrs == other["x"].attrs
    for name in ("x", "z", "amplitude_x", "mean_x_2"):
        np.testing.assert_allclose(found[name], other[name], rtol=1e-6, atol=1e-6)
    np.testing.assert_array_equal(found["status"], other["status"])
    assert found.attrs["jax_version"] == jax.__version__
    assert found.attrs["diffrax_version"]
    assert jax.devices()[0].platform in found.attrs["jax_device"]
    assert found.attrs["model_hash"] == other.attrs["model_hash"]
    assert "diffrax" in found.attrs["solver_reason"]
    assert "numba_version" not in found.attrs
    assert "jax_version" not in other.attrs


def test_solvers_belong_to_their_backend():
    with pytest.raises(ModelError, match=r"no solver `dp5`.*dopri5"):
        vdp().sweep({"mu": [1.0]}, duration=1, backend="jax", solver="dp5")
    with pytest.raises(ModelError, match="no solver `kvaerno5`"):
        vdp().sweep({"mu": [1.0]}, duration=1, solver="kvaerno5")


def test_a_file_of_another_engine_is_not_resumed(tmp_path):
    pytest.importorskip("zarr", reason="zarr is not installed")
    out = tmp_path / "sweep.zarr"
    asked = {"over": {"mu": [0.5, 1.0, 2.0]}, "duration": 2, "out": out, "chunk": 2}
    first = vdp().sweep(**asked, backend="jax").load()
    again = vdp().sweep(**asked, backend="jax", resume=True)
    assert again.identical(first)
    with pytest.raises(ModelError, match="engine: jax there and none here"):
        vdp().sweep(**asked, resume=True)


# Derivatives


TIMES = Run(2, 0.25, rtol=1e-9, atol=1e-12)


def test_the_solution_and_its_derivative_have_their_closed_forms(x64):
    """exp(-k t) and -t exp(-k t); c exp(-k t) by the initial value c: exp(-k t). Between steps,
    which are long here, the derivative of the interpolant errs by some thousand tolerances."""
    t, k = TIMES.times, 0.7
    reverse, forward = solution(DECAY, TIMES), solution(DECAY, TIMES, mode="forward")
    decay, slope = np.exp(-k * t), -t * np.exp(-k * t)
    np.testing.assert_allclose(reverse({"k": k}), [decay], rtol=1e-7)
    for found in (
        jax.jit(jax.jacfwd(lambda k: forward({"k": k})))(k),
        jax.jit(jax.jacrev(lambda k: reverse({"k": k})))(k),
    ):
        np.testing.assert_allclose(found, [slope], rtol=5e-6)
        np.testing.assert_allclose(found[0, -1], slope[-1], rtol=1e-7)
    by_start = jax.jit(jax.jacfwd(lambda c: forward({"x": c, "k": k})))(3.0)
    np.testing.assert_allclose(by_start, [decay], rtol=1e-6)
    last = jax.grad(lambda k: reverse({"k": k})[0, -1])
    many = np.linspace(0.1, 2, 7)
    np.testing.assert_allclose(
        jax.jit(jax.vmap(last))(jnp.asarray(many)), -2 * np.exp(-2 * many), rtol=1e-7
    )


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("fitzhugh_nagumo", ["a", "tau", "v"]),
        ("van_der_pol_forced", ["mu"]),
        ("lorenz", ["r", "X"]),
    ],
)
def test_derivatives_are_the_forward_sensitivities(name, by, x64):
    """S' = J S + df/dp by the reference, to 1e-5 of each one's range."""
    system = library(name).system()
    numbers = {i.name: i.value for i in (*system.parameters, *system.states)}
    run = Run(float(RUNS[f"{name}.yaml"].duration) / 10, 0.1, rtol=1e-10, atol=1e-12)
    augmented = reference.simulate(sensitivities(system, by), run)
    forward = solution(system, run, mode="forward")
    found = jax.jit(jax.jacfwd(forward))({key: jnp.asarray(numbers[key]) for key in by})
    for key in by:
        for row, item in enumerate(system.states):
            expected = augmented[slope_name(item.name, key)]
            error = np.abs(np.asarray(found[key])[row] - expected).max()
            assert error < 1e-5 * max(np.ptp(expected), 1e-3), (key, item.name)


def test_reverse_and_forward_agree_through_a_fit(x64):
    """The gradient of a sum of squares over a whole trajectory, by both modes."""
    system = library("fitzhugh_nagumo").system()
    run = Run(20, 0.5, rtol=1e-8, atol=1e-10)

    def loss(mode):
        solve = solution(system, run, mode=mode)
        return lambda values: jnp.sum(jnp.square(solve(values)))

    at = {"a": jnp.asarray(0.7), "tau": jnp.asarray(12.5)}
    reverse = jax.jit(jax.grad(loss("reverse")))(at)
    forward = jax.jit(jax.jacfwd(loss("forward")))(at)
    for name, value in reverse.items():
        np.testing.assert_allclose(value, forward[name], rtol=1e-8)


@pytest.mark.parametrize("branch", ["log(k)", "sqrt(k)", "1/(k + abs(k))", "asin(k - 1)", "k**0.5"])
def test_a_branch_not_taken_spoils_no_gradient(branch, x64):
    """-3 k where the other branch has no value, in reverse mode: -3."""
    function = vector_field(model({"x": f"where(k > 0, {branch}, -3*k)"}, ["k"]))
    found = jax.grad(lambda k: function(0.0, jnp.ones(1), {"k": k})[0])(-1.0)
    np.testing.assert_allclose(found, -3, rtol=1e-14)


def test_an_early_end_spoils_nothing_before_it(x64):
    """1/(1 - a t) ends at 1/a: what lies before is right, what lies after is NaN."""
    system = model({"x": "a*x**2"}, ["a"])
    solve = solution(system, TIMES, mode="forward")
    slope, value = jax.jit(jax.jacfwd(lambda a: (solve({"a": a})[0],) * 2, has_aux=True))(0.8)
    before = TIMES.times < 1.25
    t = TIMES.times[before]
    np.testing.assert_allclose(value[before], 1 / (1 - 0.8 * t), rtol=1e-7)
    np.testing.assert_allclose(slope[before], t / (1 - 0.8 * t) ** 2, rtol=1e-6, atol=1e-9)
    assert np.isnan(value[TIMES.times > 1.25]).all()


def test_a_field_in_other_hands(x64):
    """The Jacobian of the van der Pol field at (x, z), by JAX."""
    function = vector_field(vdp().system())
    found = jax.jacfwd(lambda s: function(0.0, s, {"mu": 2.0}))(jnp.array([0.3, -1.5]))
    expected = [[0, 1], [-2 * 2 * 0.3 * -1.5 - 1, 2 * (1 - 0.09)]]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_32_bits_and_wrong_names_are_refused():
    if not jax.config.jax_enable_x64:
        with pytest.raises(SimulationError, match="rounds to 32 bits"):
            solution(DECAY, TIMES)({"k": 1.0})
    with pytest.raises(ValueError, match="no mode"):
        solution(DECAY, TIMES, mode="both")
    with pytest.raises(ModelError, match="M has no `kk` to give here"):
        solution(DECAY, TIMES, outputs=("kk",))
    with double(), pytest.raises(ModelError, match="M has no `y` to give here"):
        solution(DECAY, TIMES)({"y": 1.0})


def test_the_example_of_the_page():
    (block,) = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)
    before = jax.config.jax_enable_x64
    names = {}
    try:
        exec(block, names)
        step = 1e-3  # the solver's own errors, over less, are of the size of the difference
        higher, lower = (names["loss"]({"mu": 1.0 + h}) for h in (step, -step))
        slope = (higher - lower) / (2 * step)
        np.testing.assert_allclose(names["gradient"]["mu"], slope, rtol=1e-5)
    finally:
        jax.config.update("jax_enable_x64", before)


PULSE = """
name: Pulse
parameters: {k: 1.0}
state_variables:
  x: {equation: "-k*x + where((t > 30.2) and (t < 30.25), 100, 0)", initial_value: 0.0}
"""


def test_features_of_an_input_too_short_for_their_grid_are_refused():
    model = Dynamics.from_yaml(PULSE)
    given = {"duration": 1000.0, "features": ["maximum:x", "mean:x"], "backend": "jax"}
    with pytest.raises(ModelError, match=r"change within 0\.05, .* 0\.25 apart.*sampling="):
        model.sweep({"k": [1.0]}, **given)


def test_features_of_a_pulse_on_a_grid_that_is_fine_enough():
    """x falls from 100 (1 - exp(-0.05)), and the integral is that of the input, 5."""
    model = Dynamics.from_yaml(PULSE)
    found = model.sweep(
        {"k": [1.0]},
        duration=40.0,
        sampling=0.0007,
        features=["maximum:x", "mean:x"],
        outputs=["x"],
        backend="jax",
    )
    exact = 100 * (1 - np.exp(-0.05))
    assert float(found["maximum_x"][0]) == pytest.approx(exact, rel=1e-3)
    left = float(found["x"][0, -1])
    assert float(found["mean_x"][0]) == pytest.approx((5 - left) / 40, rel=1e-3)
