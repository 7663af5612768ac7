"""Code compiled for one model gives the numbers of the register machine, bit by bit."""

import ctypes
import os

import numba
import numpy as np
import pytest
from engine_targets import engine_target
from hypothesis import HealthCheck, given, settings
from library_runs import LIBRARY, RUNS, library

from nullcline import Run
from nullcline.conformance import Outcome, check
from nullcline.engine import (
    Feature,
    Points,
    compiled,
    machine,
    native,
    object_code,
    straight,
    sweep,
)
from nullcline.engine.codes import OPERATION_CODES
from nullcline.engine.lanes import blocks_for
from nullcline.engine.program import program
from nullcline.expression import OPERATIONS, Apply, Symbol, parse
from nullcline.system import Definition, Quantity, System
from nullcline.testing import systems

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
SOLVERS = ["dp5", "dop853"]
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 7.25, 1e-310, 1e300, -1e300, 709.5, -745.0]
EDGES += [np.nan, np.inf, -np.inf, 3.0, 1e-8, np.pi, 6e5, 1.2, 0.1, 25.0]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """A cache of its own, nothing being compiled yet."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(compiled, "ADDRESSES", {})
    monkeypatch.setattr(compiled, "RECENT", {})
    monkeypatch.setattr(compiled, "SPENT", {})


def near(system, count, seed=0):
    """Points around the declared numbers."""
    rng = np.random.default_rng(seed)

    def around(items):
        return {i.name: i.value * rng.uniform(0.8, 1.2, count) + 0.01 for i in items}

    return Points(around(system.parameters + system.inputs), around(system.states), count)


def same(system, points, run, machines=("register", "compiled"), **options):
    """Sweep by both machines; every bit of what came out must be equal."""
    one, other = (sweep(system, points, run, machine=name, **options) for name in machines)
    for field in ("values", "status", "reached", "steps"):
        assert_same_bits(getattr(one, field), getattr(other, field), field)
    for name, found in one.features.items():
        assert_same_bits(found, other.features[name], name)
    return one, other


def assert_same_bits(one, other, name=""):
    """Equal numbers, the sign of zero and all; NaN is NaN, whatever its bits."""
    if one is None:
        assert other is None
        return
    np.testing.assert_array_equal(one, other, err_msg=name)
    np.testing.assert_array_equal(np.signbit(one) & (one == 0), np.signbit(other) & (other == 0))


def trees():
    """Every operation that has a number, of two states and a sum of theirs."""
    x, y = Symbol("x"), Symbol("y")
    for name, operation in OPERATIONS.items():
        if name in OPERATION_CODES:
            yield Apply(name, (x, y, parse("x + y"))[: len(operation.takes)])
    yield from map(parse, ("x*y + x", "x*y - y", "y - x*y", "x**-3"))


PLAIN = System(
    "plain",
    parameters=(),
    constants=(),
    inputs=(),
    states=(Quantity("x", 0.0), Quantity("y", 0.0)),
    auxiliaries=(),
    derivatives=(Definition("x", Symbol("y")), Definition("y", Symbol("x"))),
)


@pytest.mark.parametrize("lanes", [8, pytest.param(32, marks=pytest.mark.thorough)])
def test_every_operation_gives_the_same_bits(lanes):
    code = program(PLAIN, watched=list(trees()))
    assert set(code.watch[:, 0].tolist()) >= set(OPERATION_CODES.values())
    made = object_code.compiled(
        native.section(code.watch, code.watched.tolist(), lanes), native.SECTION
    )
    blocks = blocks_for(lanes)

    @numba.njit(error_model="numpy")
    def evaluated(section, registers):
        machine.evaluate(section, registers, blocks)

    rng = np.random.default_rng(1)
    pairs = np.array([(x, y) for x in EDGES for y in EDGES])
    pairs = np.concatenate([pairs, rng.normal(0, 3, (400, 2)), rng.normal(0, 300, (200, 2))])
    for start in range(0, len(pairs) - lanes + 1, lanes):
        registers = np.repeat(code.base, lanes)
        registers[lanes : 3 * lanes] = pairs[start : start + lanes].T.ravel()
        found = np.zeros(len(code.watched) * lanes)
        made.ctypes(address(registers), address(found), lanes)
        evaluated(code.watch, registers)
        wanted = registers.reshape(-1, lanes)[code.watched]
        assert_same_bits(wanted, found.reshape(-1, lanes))


def address(array):
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


EVERY = 1 if THOROUGH else 12
PAIRS = [(s, name) for k, s in enumerate(SOLVERS) for name in LIBRARY[3 + k :: EVERY]]


@pytest.mark.parametrize(("solver", "name"), PAIRS)
def test_library_models_give_the_same_bits(solver, name):
    system, run = library(name).system(), RUNS[name]
    first = system.states[0].name
    features = (
        Feature("range", "amplitude", Symbol(first)),
        Feature("square", "mean", parse(f"{first}**2 + 0.5*{first}")),
        Feature("period", "period", Symbol(first)),
    )
    run = Run(run.duration / 4, run.sampling)
    _, other = same(system, near(system, 40), run, solver=solver, features=features)
    assert "compiled for this model" in other.reason


@settings(
    deadline=None,
    max_examples=200 if THOROUGH else 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(systems())
def test_generated_models_give_the_same_bits(system):
    count = 9
    auxiliaries = tuple(item.name for item in system.auxiliaries)
    outputs = (*(item.name for item in system.states), *auxiliaries)
    same(system, near(system, count), Run(2.0, 0.1), solver="dp5", outputs=outputs)


@pytest.mark.parametrize("name", LIBRARY if THOROUGH else ["fitzhugh_nagumo.yaml"])
@pytest.mark.parametrize("solver", SOLVERS)
def test_library_models_conform(solver, name):
    target = engine_target(solver, machine="compiled")
    system, run = library(name).system(), RUNS[name]
    verdict = check(target, system, Run(run.duration / 4, run.sampling))
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason


def test_a_fault_in_compiled_code_is_seen(monkeypatch):
    """The comparison is one: code that subtracts for adding makes other numbers."""
    monkeypatch.setitem(straight.SIMPLE, "-", straight.SIMPLE["+"])
    system = library("van_der_pol.yaml").system()
    monkeypatch.setitem(straight.SIMPLE, "c-a*b", straight.SIMPLE["a*b+c"])
    monkeypatch.setitem(straight.SIMPLE, "a*b-c", straight.SIMPLE["a*b+c"])
    with pytest.raises(AssertionError):
        same(system, near(system, 20), Run(1.0, 0.1))


def test_points_in_one_sweep_may_change_machines_at_any_time():
    """Each time the integrator looks, another machine may be there: the numbers are the same."""
    system = library("fitzhugh_nagumo.yaml").system()
    points, run = near(system, 300), Run(20.0, 0.5)
    whole = sweep(system, points, run, machine="register")
    parts = [
        sweep(system, points.part(k, k + 100), run, machine=name)
        for k, name in ((0, "compiled"), (100, "register"), (200, "auto"))
    ]
    assert_same_bits(whole.values, np.concatenate([part.values for part in parts]))
