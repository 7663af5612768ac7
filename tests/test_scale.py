"""A model in small or large units is computed as exactly as in its own: tolerances follow sizes."""

from dataclasses import replace
from math import factorial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from library_runs import LIBRARY, RUNS, library

from nullcline import Dynamics, Run
from nullcline.engine import Feature, Points, simulate, sweep
from nullcline.expression import Apply, Number, Symbol, substitute
from nullcline.system import Definition
from nullcline.targets.pyrates.engine import integrate
from nullcline.testing import systems

ONE = Points({}, {}, 1)
SOLVERS = ["dp5", "dop853", "rodas"]
MACHINES = ["numpy", "register", "compiled"]
FEATURES = tuple(
    Feature(kind, kind, Symbol("x")) for kind in ("amplitude", "mean", "std", "period", "maxima")
)


def built(states, parameters=None):
    """A System from {state: (equation, initial value)}."""
    listed = {n: {"equation": e, "initial_value": v} for n, (e, v) in states.items()}
    declared = {"name": "m", "parameters": parameters or {}, "state_variables": listed}
    return Dynamics.from_dict(declared).system()


def nano(size):
    """The Brusselator in units of which its own is `size`."""
    equations = {
        "x": ("a - (b + 1)*x + x**2*y/s**2", size),
        "y": ("b*x - x**2*y/s**2", size),
    }
    return built(equations, {"a": size, "b": 3.0, "s": size})


def scaled(system, size):
    """The system whose states are `size` times those: no rounding differs for powers of 2."""
    own = {i.name: Apply("*", (Symbol(i.name), Number(1 / size))) for i in system.states}

    def changed(items):
        return tuple(replace(item, tree=substitute(item.tree, own), text="") for item in items)

    derivatives = tuple(
        Definition(item.name, Apply("*", (Number(size), item.tree)))
        for item in changed(system.derivatives)
    )
    return replace(
        system,
        states=tuple(replace(item, value=item.value * size) for item in system.states),
        auxiliaries=changed(system.auxiliaries),
        derivatives=derivatives,
    )


def chain(count, first=1.0):
    """A chain of decays: state k is first t^k exp(-t) / k!."""
    later = {f"x{k}": (f"x{k - 1} - x{k}", 0.0) for k in range(1, count)}
    return built({"x0": ("-x0", first)} | later)


def of_chain(times, count):
    return np.array([times**k * np.exp(-times) / factorial(k) for k in range(count)]).T


def values(system, run, solver, machine="numpy", **options):
    found = sweep(system, ONE, run, solver=solver, machine=machine, **options)
    assert found.status[0] == 0, found.reason
    return found.values[0]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("size", [2.0**-30, 2.0**-60, 2.0**40])
def test_features_do_not_know_the_unit(solver, size):
    run, options = Run(60, 1.0, rtol=1e-6), {"solver": solver, "machine": "numpy", "after": 20}
    one, other = (sweep(nano(s), ONE, run, features=FEATURES, **options) for s in (1.0, size))
    assert np.array_equal(other.values, one.values * size)
    for name in ("amplitude", "mean"):
        assert other.features[name][0] == one.features[name][0] * size
    for name in ("period", "maxima"):
        assert other.features[name][0] == one.features[name][0]
    # of the Brusselator with a = 1, b = 3: by DOP853 of SciPy at rtol 1e-12
    assert one.features["amplitude"][0] == pytest.approx(3.3812, rel=1e-4)
    assert one.features["period"][0] == pytest.approx(7.1569, rel=1e-4)


@pytest.mark.parametrize("size", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_an_oscillation_is_as_exact_at_every_size(size):
    system = built({"x": ("y", size), "y": ("-x", 0.0)})
    run = Run(60, 0.5, rtol=1e-9)
    expected = size * np.cos(run.times)
    assert simulate(system, run)["x"] == pytest.approx(expected, abs=2e-7 * size)
    for solver in SOLVERS:
        found = values(system, run, solver)[:, 0]
        assert found == pytest.approx(expected, abs=2e-7 * size)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_end_of_a_chain_is_as_exact_as_its_start(solver):
    run = Run(10, 1, rtol=1e-7)
    found = values(chain(9, 1e-9), run, solver)
    assert found == pytest.approx(1e-9 * of_chain(run.times, 9), rel=1e-4, abs=1e-15)
    one = values(chain(9, 2.0**-30), run, solver)
    assert np.array_equal(one * 2.0**30, values(chain(9), run, solver))


def test_a_chain_of_a_hundred_is_no_harder_than_in_its_own_units():
    run = Run(150, 7.5, rtol=1e-6)
    found = sweep(chain(100), ONE, run, solver="dp5", machine="numpy")
    expected = of_chain(run.times, 100)
    assert np.abs(found.values[0] - expected).max(axis=0) == pytest.approx(
        np.zeros(100), abs=1e-6 * expected.max()
    )
    assert found.steps[0] < 1000


@pytest.mark.parametrize("solver", ["scipy", "rodas"])
def test_stiff_states_from_zero_learn_their_size(solver):
    relaxing = {"x": ("0*x", 1e-9), "y": ("-1e4*(y - x)", 0.0), "z": ("-1e8*(z - y)", 0.0)}
    run = Run(1e-3, 1e-4, rtol=1e-8)
    found = sweep(built(relaxing), ONE, run, solver=solver, machine="auto").values[0]
    expected = 1e-9 * (1 - np.exp(-1e4 * run.times))
    assert found[:, 1] == pytest.approx(expected, rel=1e-6)
    assert found[1:, 2] == pytest.approx(expected[1:], rel=1e-3)


CASES = {
    "cosine": ({"x": ("cos(t)", 0.0)}, 50, lambda t: [np.sin(t)]),
    "leaves slowly": ({"x": ("sin(t)", 0.0)}, 50, lambda t: [1 - np.cos(t)]),
    "leaves more slowly": (
        {"x": ("60*t**59", 0.0)}, 1, lambda t: [t**60]
    ),
    "all at 0": (
        {"x": ("1e-9 - x", 0.0), "y": ("x - y", 0.0)}, 10,
        lambda t: [1e-9 * (1 - np.exp(-t)), 1e-9 * (1 - np.exp(-t) * (1 + t))],
    ),
    "stays 0": ({"x": ("-x", 1e-9), "y": ("x*y", 0.0)}, 10, lambda t: [1e-9 * np.exp(-t), 0 * t]),
    "decays over 260 decades": ({"x": ("-x", 1.0)}, 600, lambda t: [np.exp(-t)]),
}  # fmt: skip


@pytest.mark.parametrize("solver", [*SOLVERS, "scipy"])
@pytest.mark.parametrize("name", CASES)
def test_states_that_start_at_zero_or_go_there(name, solver):
    equations, duration, truth = CASES[name]
    run = Run(duration, duration / 20, rtol=1e-7)
    found = sweep(
        built(equations), ONE, run, solver=solver, machine="auto" if solver == "scipy" else "numpy"
    )
    assert found.status[0] == 0
    for state, expected in zip(found.values[0].T, truth(run.times), strict=True):
        assert state == pytest.approx(expected, abs=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("solver", [*SOLVERS, "scipy"])
def test_what_is_rounding_alone_is_not_resolved(solver):
    noise = {
        "a": ("cos(t)", 1.0),
        "b": ("-0.7*sin(3*t)", 0.3),
        "d": ("(a + b) - a - b - d", 0.0),
    }
    run = Run(20, 1, rtol=1e-6)
    found = sweep(
        built(noise), ONE, run, solver=solver, machine="auto" if solver == "scipy" else "numpy"
    )
    assert found.status[0] == 0
    assert found.values[0, :, 0] == pytest.approx(1 + np.sin(run.times), abs=1e-4)
    assert np.abs(found.values[0, :, 2]).max() < 1e-14
    assert found.steps[0] < 5000


@pytest.mark.parametrize("method", ["RK45", "DOP853", "Radau", "BDF", "LSODA"])
def test_scipys_methods_under_pyrates_follow_sizes_too(method):
    def field(t, state):
        return np.array([-state[0], *(state[:-1] - state[1:])])

    times = np.linspace(0, 10, 11)
    start = np.array([1e-9, *[0.0] * 8])
    found = integrate(field, start, times, 1e-8, None, method, most=10**6)
    expected = 1e-9 * of_chain(times, 9)
    np.testing.assert_allclose(found.values.T, expected, rtol=1e-5, atol=1e-17)


def test_an_absolute_tolerance_that_is_given_stays_absolute():
    run = Run(20, 1, rtol=1e-6, atol=1e-3)
    loose = values(nano(1e-9), run, "dp5")
    strict = values(nano(1e-9), replace(run, atol=None), "dp5")
    assert np.abs(loose - strict).max() > 1e-11
    with pytest.raises(ValueError, match="atol"):
        Run(1, 1, atol=-1.0)


def test_fixed_tolerances_come_from_sizes():
    run = Run(1, 1, rtol=1e-6, sizes={"y": 1e-9, "x": 1e-12})
    found = run.absolute({"x": 1e-3, "y": 0.0, "z": 0.0})
    assert found == pytest.approx([1e-12, 1e-18, 1e-18], rel=1e-12)
    assert replace(run, atol=1e-5).absolute({"x": 1.0}) == [1e-5]


def same(system, run, solver, machine, size):
    """Whether the system and the scaled one give the same, scaled, at a power of 2."""
    options = {"solver": solver, "machine": machine}
    one, other = (sweep(each, ONE, run, **options) for each in (system, scaled(system, size)))
    assert other.status[0] == one.status[0]
    assert other.reached[0] == one.reached[0]
    assert np.array_equal(other.values, one.values * size, equal_nan=True)


EVERYDAY = ["fitzhugh_nagumo.yaml", "lorenz.yaml", "van_der_pol_forced.yaml"]


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    "name", [*EVERYDAY, *(pytest.param(n, marks=pytest.mark.thorough) for n in LIBRARY)]
)
def test_library_models_in_other_units_give_the_same_bits(name, solver):
    run = RUNS[name]
    run = Run(run.duration / 10, run.duration / 100, rtol=1e-6)
    same(library(name).system(), run, solver, "numpy", 2.0**-40)


@pytest.mark.thorough
@pytest.mark.parametrize("machine", ["register", "compiled"])
@pytest.mark.parametrize("name", LIBRARY)
def test_compiled_machines_give_the_same_bits_too(name, machine):
    for solver in SOLVERS:
        same(library(name).system(), replace(RUNS[name], rtol=1e-6), solver, machine, 2.0**-40)


@pytest.mark.parametrize(
    "name", ["hodgkin_huxley.yaml", *(pytest.param(n, marks=pytest.mark.thorough) for n in LIBRARY)]
)
def test_one_run_in_other_units_gives_the_same_bits(name):
    system, run = library(name).system(), RUNS[name]
    run = Run(run.duration / 10, run.duration / 100, rtol=1e-8)
    one, other = simulate(system, run), simulate(scaled(system, 2.0**-40), run)
    assert other.status == one.status
    assert np.array_equal(other.values, one.values * 2.0**-40)


@settings(max_examples=5, suppress_health_check=list(HealthCheck), deadline=None)
@given(systems())
def test_generated_models_in_other_units_give_the_same_bits(system):
    same(system, Run(1, 0.1, rtol=1e-6), "dp5", "numpy", 2.0**-40)


def test_shares_of_a_variance_do_not_know_the_unit():
    def total(size):
        declared = {
            "name": "Nano",
            "parameters": {"a": size, "b": 3.0, "s": size},
            "state_variables": {
                "x": {"equation": "a - (b + 1)*x + x**2*y/s**2", "initial_value": size},
                "y": {"equation": "b*x - x**2*y/s**2", "initial_value": size},
            },
        }
        found = Dynamics.from_dict(declared).sensitivity(
            {"a": (0.8 * size, 1.2 * size), "b": (2.5, 3.5)},
            feature="amplitude:x",
            duration=60,
            after=30,
            n=64,
        )
        return found["total"].values

    one = total(1.0)
    for size in (1e-9, 1e-15):
        assert total(size) == pytest.approx(one, rel=1e-3)
