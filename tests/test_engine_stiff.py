"""The stiff solver against closed forms, matrix exponentials and published values."""

import itertools
from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library_runs import LIBRARY, RUNS, library
from scipy.linalg import expm

from nullcline import Dynamics, Run, reference
from nullcline.engine import STATUSES, Feature, Points, one, sweep
from nullcline.engine.band import factor, narrow, solve
from nullcline.engine.codes import CODES, OPERATION_CODES
from nullcline.expression import OPERATIONS, Symbol
from nullcline.trajectory import Trajectory, deviation

ONE = Points({}, {}, 1)
VAN_DER_POL = ({"x": "z", "z": "mu*(1 - x**2)*z - x"}, [2.0, 0.0])


def built(equations, initial, **parameters):
    model = Dynamics("M", parameters=parameters)
    for (name, equation), value in zip(equations.items(), initial, strict=True):
        model.add_state_variable(name, equation, value)
    return model.system()


def solved(system, run, points=ONE, **options):
    return sweep(system, points, run, **{"solver": "rodas", **options})


def linear(matrix):
    """A system x' = matrix x by its equations, zeros left out."""
    names = [f"x{i}" for i in range(len(matrix))]
    return {
        name: " + ".join(
            f"({value!r})*{other}" for value, other in zip(row, names, strict=True) if value
        )
        for name, row in zip(names, matrix.tolist(), strict=True)
    }


# Its parts


@numba.njit(error_model="numpy")
def band_solution(matrix, below, above, x):
    pivots = np.zeros(len(x), dtype=np.int64)
    regular = factor(matrix, pivots, below, above)
    solve(matrix, pivots, below, above, x)
    return regular


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 9), st.integers(0, 8), st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_band_equations_are_solved_as_dense_ones_are(count, below, above, seed):
    draw = np.random.default_rng(seed)
    below, above = min(below, count - 1), min(above, count - 1)
    matrix = np.triu(np.tril(draw.normal(size=(count, count)), above), -below)
    matrix += np.diag(draw.choice([0.0, 1.0], count))
    right = draw.normal(size=count)
    if np.linalg.cond(matrix) > 1e8:
        return
    found = right.copy()
    assert band_solution(matrix.copy(), below, above, found)
    assert matrix @ found == pytest.approx(right, abs=1e-6)


def test_a_singular_matrix_is_told():
    assert not band_solution(np.array([[1.0, 2.0], [2.0, 4.0]]), 1, 1, np.ones(2))


def test_a_ring_gets_a_narrow_band():
    """Neighbours on a ring of n, as they are, reach n - 1 diagonals away."""
    count = 40
    rows = np.repeat(np.arange(count), 3)
    columns = (rows + np.tile([-1, 0, 1], count)) % count
    order, below, above = narrow(rows, columns, count)
    assert sorted(order.tolist()) == list(range(count))
    apart = order[rows] - order[columns]
    assert (apart.max(), -apart.min()) == (below, above)
    assert max(below, above) <= 3


EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 7.25, 1e-310, 1e300, -1e300, 709.5, -745.0]
EDGES += [np.nan, np.inf, -np.inf, 3.0, 1e-8, np.pi]


@numba.njit(error_model="numpy")
def ran(code, registers):
    one.run(code, registers)


@pytest.mark.parametrize("name", OPERATION_CODES)
def test_one_point_gives_what_the_language_means(name):
    """Every operation at every pair of numbers, NaN and the infinities among them."""
    arity = len(OPERATIONS[name].takes)
    for numbers in itertools.product(EDGES, repeat=min(arity, 2)):
        if name == "**" and numbers == (-np.inf, 0.5):  # NumPy alone says NaN, IEEE 754 infinity
            continue
        given = np.array([*numbers, 0.25, 0.0][: arity + 1])
        code = np.array([[CODES[name], arity, *range(arity), *[0] * (3 - arity)]], dtype=np.int32)
        truths = [
            bool(x) if t == "truth" else x
            for t, x in zip(OPERATIONS[name].takes, given, strict=False)
        ]
        with np.errstate(all="ignore"):
            meant = float(OPERATIONS[name].meaning(*map(np.asarray, truths)))
        registers = np.append(given[:arity], -7.0)
        ran(code, registers)
        assert registers[-1] == pytest.approx(meant, rel=4e-15, abs=0, nan_ok=True), numbers


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("a*b+c", lambda a, b, c: a * b + c),
        ("a*b-c", lambda a, b, c: a * b - c),
        ("c-a*b", lambda a, b, c: c - a * b),
    ],
)
def test_a_product_and_a_sum_are_rounded_each(name, meant):
    """0.1 * 0.1 less itself is 0: with one rounding it would be 9e-19."""
    for a, b, c in [(0.1, 0.1, 0.1 * 0.1), (0.1, 0.1, -0.1 * 0.1), (3.0, -7.0, 0.5)]:
        registers = np.array([a, b, c, np.nan])
        ran(np.array([[CODES[name], 3, 0, 1, 2]], dtype=np.int32), registers)
        assert registers[3] == meant(a, b, c)


# Accuracy


def test_the_steps_are_of_order_5_and_the_samples_of_order_4():
    """Steps of a given length over an equation with explicit time and a nonlinear one."""
    equations = {"x": "-2*t*x**2", "y": "y*cos(t) + (x - 1/(1 + t**2))"}
    system, apart = built(equations, [1.0, 1.0]), []
    for longest in (0.02, 0.01):
        run = Run(4, 0.021, rtol=0.9, atol=1e8, max_step=longest)
        found = solved(system, run)
        exact = np.array([1 / (1 + found.times**2), np.exp(np.sin(found.times))]).T
        assert found.steps[0] < 4 / longest + 20
        apart.append(np.abs(found.values[0] - exact))
    ends, within = (np.log2(apart[0][-1] / apart[1][-1]), [each.max() for each in apart])
    assert ends == pytest.approx(5, abs=0.3)
    assert 3.7 < np.log2(within[0] / within[1]) < 5.5


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8, 1e-10])
def test_robertson_from_1_to_1e11(rtol):
    """Published by Hairer and Wanner with their codes, and by the test set for IVP solvers."""
    published = {
        1: (0.9664597373330035, 0.3074626578578675e-4, 0.3350951640121071e-1),
        10: (0.8413699238414729, 0.1623390937990473e-4, 0.1586138422491472),
        100: (0.6172348823960878, 0.6153591274639123e-5, 0.3827589640126376),
        1e4: (0.1073004285378040, 0.4800166972571660e-6, 0.8926990914454987),
        1e6: (0.2031483924973415e-2, 0.8142277783356159e-8, 0.9979685079327488),
        1e8: (0.2082417512179460e-4, 0.8329841429908955e-10, 0.9999791757415798),
        1e11: (0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050),
    }
    for end, values in published.items():
        found = solved(library("robertson").system(), Run(end, end, rtol=rtol, atol=rtol * 1e-6))
        assert found.values[0, -1] == pytest.approx(values, rel=50 * rtol)


@pytest.mark.parametrize("rtol", [1e-5, 1e-8])
@pytest.mark.parametrize(
    ("name", "end", "given", "published"),
    [
        (
            *("hires", 321.8122, {}),
            [
                *(0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4),
                *(0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2),
                *(0.2849998395185769e-2, 0.2850001604814231e-2),
            ],
        ),
        (
            *("van_der_pol", 2000, {"mu": 1000.0, "x": 2.0, "z": 0.0}),
            [0.1706167732170469e1, -0.8928097010248125e-3],
        ),
        (
            *("oregonator", 360, {}),
            [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
        ),
    ],
)
def test_the_test_set_for_ivp_solvers(name, end, given, published, rtol):
    """Values of archimede.uniba.it/~testset; the Oregonator's end is very sensitive."""
    system = library(name).system()
    run = Run(end, end / 10, **system.sorted_values(given), rtol=rtol, atol=rtol * 1e-4)
    found = solved(system, run)
    assert found.values[0, -1] == pytest.approx(published, rel=300 * rtol)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_stiff_linear_systems_against_the_matrix_exponential(count, seed):
    """Eigenvalues from -1e6 to -1 in a random basis."""
    draw = np.random.default_rng(seed)
    basis = np.linalg.qr(draw.normal(size=(count, count)))[0]
    matrix = basis @ np.diag(-(10 ** draw.uniform(0, 6, count))) @ basis.T
    start = draw.normal(size=count)
    found = solved(built(linear(matrix), start), Run(1, 0.1, rtol=1e-7, atol=1e-9))
    exact = np.array([expm(matrix * t) @ start for t in found.times])
    assert np.abs(found.values[0] - exact).max() < 3e-6
    assert found.steps[0] < 500


@pytest.mark.parametrize("ring", [False, True])
def test_a_chain_of_100_variables_against_the_matrix_exponential(ring):
    """Diffusion between neighbours, 400 times faster than the slowest decay; a ring too."""
    count = 100
    matrix = 1e3 * (np.eye(count, k=1) + np.eye(count, k=-1) - 2 * np.eye(count))
    if ring:
        matrix[0, -1] = matrix[-1, 0] = 1e3
    start = np.sin(np.arange(count)) + np.arange(count) / 50
    found = solved(built(linear(matrix), start), Run(1, 0.1, rtol=1e-7, atol=1e-9))
    exact = np.array([expm(matrix * t) @ start for t in found.times])
    assert np.abs(found.values[0] - exact).max() < 1e-5
    assert found.steps[0] < 400


# Jumps, ends, independence


def test_jumps_in_time_are_stopped_at():
    """x' = -1000 (x - u) with u stepping from 0 to 1 at 0.3 and back at 0.30005."""
    system = built({"x": "-1000*(x - where(t > 0.3 and t < 0.30005, 1, 0))"}, [0.0])
    found = solved(system, Run(1, 0.0001, rtol=1e-8, atol=1e-10))
    t = found.times
    rise = 1 - np.exp(-1000 * np.clip(t - 0.3, 0, 5e-5))
    exact = rise * np.exp(-1000 * np.clip(t - 0.30005, 0, None))
    assert found.values[0, :, 0] == pytest.approx(exact, abs=1e-7)


def test_a_discontinuity_in_the_state_is_passed():
    """y relaxes to 0 or 1 a thousand times faster than x grows past the switch at 1/3."""
    system = built({"x": "1", "y": "1000*(where(x > 1/3, 1, 0) - y)"}, [0.0, 0.0])
    found = solved(system, Run(1, 0.01, rtol=1e-8, atol=1e-10))
    exact = 1 - np.exp(-1000 * np.clip(found.times - 1 / 3, 0, None))
    assert found.status[0] == 0
    assert found.values[0, :, 1] == pytest.approx(exact, abs=1e-6)


def test_a_slope_that_is_not_finite_is_no_obstacle():
    """x' = -sqrt(|x|) from 0: its Jacobian is infinite there; and from 1 it reaches 0 at t = 2."""
    system = built({"x": "1 - sqrt(abs(x))"}, [0.0])
    found = solved(system, Run(1, 0.1, rtol=1e-6, atol=1e-9))
    x = found.values[0, :, 0]  # t = -2 (sqrt(x) + log(1 - sqrt(x)))
    assert found.status[0] == 0
    assert -2 * (np.sqrt(x) + np.log1p(-np.sqrt(x))) == pytest.approx(found.times, abs=1e-4)


def test_blow_ups_are_marked_and_leave_the_others_alone():
    """x' = a x**2 from 1 ends at 1/a."""
    a = np.array([0.1, 2.0, -1.0, 4.0])
    found = solved(built({"x": "a*x**2"}, [1.0], a=0.0), Run(1, 0.07), Points({"a": a}, {}, 4))
    assert [STATUSES[s] for s in found.status] == ["finished", "blew up"] * 2
    assert found.reached == pytest.approx([1, 0.5, 1, 0.25], rel=1e-6)
    for row in range(4):
        kept = (found.times < found.reached[row]) | (found.status[row] == 0)
        exact = 1 / (1 - a[row] * found.times[kept])
        assert found.values[row, kept, 0] == pytest.approx(exact, rel=1e-6)
        assert np.isnan(found.values[row, ~kept]).all()


def test_an_undefined_start_is_told():
    found = solved(built({"x": "log(-x)"}, [1.0]), Run(1, 0.1))
    assert STATUSES[found.status[0]] == "undefined"
    assert found.reached[0] == 0


def test_neighbours_and_threads_change_no_bit():
    system = library("van_der_pol").system()
    mu = np.geomspace(1, 1e4, 23)
    points = Points({"mu": mu}, {"x": np.linspace(0.5, 2, 23)}, 23)
    run = Run(50, 0.5, rtol=1e-6, atol=1e-9)
    feature = (Feature("mean_x", "mean", Symbol("x")),)
    whole = solved(system, run, points, threads=1, features=feature)
    again = solved(system, run, points, threads=4, features=feature)
    alone = [solved(system, run, points.part(k, k + 1), features=feature) for k in range(23)]
    parts = [np.concatenate([getattr(one, name) for one in alone]) for name in ("values", "steps")]
    assert np.array_equal(whole.values, again.values)
    assert np.array_equal(whole.values, parts[0])
    assert np.array_equal(whole.steps, parts[1])
    assert np.array_equal(whole.features["mean_x"], again.features["mean_x"])
    assert np.array_equal(whole.features["mean_x"], [one.features["mean_x"][0] for one in alone])


# In the sweep


def test_features_and_auxiliaries():
    """A rotation of amplitude 3 and period pi, with an auxiliary that is its square."""
    model = Dynamics("M", parameters={"w": 1.0})
    model.add_derived_variable("square", "x**2")
    model.add_state_variable("x", "w*y", 3.0)
    model.add_state_variable("y", "-w*x", 0.0)
    kinds = ["maximum", "minimum", "amplitude", "mean", "std", "period", "maxima", "final"]
    features = tuple(Feature(kind, kind, Symbol("x")) for kind in kinds)
    found = solved(
        model.system(),
        Run(4 * np.pi, 0.1, rtol=1e-8, atol=1e-10),
        Points({"w": np.array([2.0])}, {}, 1),
        outputs=("square",),
        features=features,
    )
    assert found.values[0, :, 0] == pytest.approx(9 * np.cos(2 * found.times) ** 2, abs=1e-5)
    meant = [3, -3, 6, 0, 3 / np.sqrt(2), np.pi, 3, 3]
    assert [found.features[kind][0] for kind in kinds] == pytest.approx(meant, abs=1e-5)


def test_stiff_points_are_found_and_taken_over():
    """mu = 1000 at its published end; what mu = 1 gives is what dp5 alone gives."""
    system, mu = built(*VAN_DER_POL, mu=1.0), np.array([1.0, 1000.0])
    run = Run(2000, 200, rtol=1e-6, atol=1e-9)
    found = sweep(system, Points({"mu": mu}, {}, 2), run)
    assert found.solver == "dp5+rodas"
    assert "1 of 2 points" in found.reason
    published = [0.1706167732170469e1, -0.8928097010248125e-3]
    assert found.values[1, -1] == pytest.approx(published, rel=1e-4)
    plain = sweep(system, Points({"mu": mu[:1]}, {}, 1), run)
    assert plain.solver == "dp5"
    assert np.array_equal(plain.values[0], found.values[0])


def test_stiff_points_are_found_at_strict_tolerances_too():
    run = Run(2000, 200, rtol=1e-9, atol=1e-12)
    found = sweep(built(*VAN_DER_POL, mu=1000.0), ONE, run)
    assert found.solver == "dop853+rodas"
    assert found.values[0, -1, 0] == pytest.approx(0.1706167732170469e1, rel=1e-7)


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library(name):
    """Every model of the library by this solver, against the reference."""
    system, run = library(name).system(), replace(RUNS[name], rtol=1e-9, atol=1e-12)
    found = solved(system, run)
    trajectory = Trajectory(tuple(s.name for s in system.states), found.times, found.values[0].T)
    expected = reference.simulate(system, RUNS[name])
    certain = expected.certain()
    assert found.status[0] == 0
    assert certain > 1
    cut = [
        Trajectory(each.names, each.times[:certain], each.values[:, :certain])
        for each in (trajectory, expected)
    ]
    assert deviation(*cut).size < 1e-3
