"""The register machine means what the equation language means, operation by operation."""

import itertools

import mpmath
import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from library_runs import LIBRARY, library

from nullcline import System, reference
from nullcline.engine import jit, machine
from nullcline.engine.codes import OPERATION_CODES
from nullcline.engine.lanes import blocks_for
from nullcline.engine.program import program
from nullcline.errors import ModelError
from nullcline.expression import OPERATIONS, Apply, Number, Symbol, evaluate, parse, walk
from nullcline.expression.evaluate import value_of
from nullcline.expression.operations import NUMBER
from nullcline.system import Definition, Quantity
from nullcline.testing import expressions, systems

STATES = tuple(Quantity(name, 0.0) for name in ("x", "y"))
PLAIN = System(
    "plain",
    parameters=(Quantity("a", 0.5),),
    constants=(),
    inputs=(),
    states=STATES,
    auxiliaries=(),
    derivatives=tuple(Definition(item.name, Number(0)) for item in STATES),
)
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -3.0, 7.25, 1e-310, 1e300, -1e300, 709.5, -745.0]
EDGES += [np.nan, np.inf, -np.inf, 3.0, 1e-8, np.pi]
EXACT = {"+", "-", "*", "/", "neg", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not", "where"}
EXACT |= {"min", "max", "abs", "sign", "heaviside", "sqrt", "floor", "ceil", "mod", "indicator"}
EXACT |= {"pi", "e", "time"}


LANES = 32
BLOCKS = blocks_for(LANES)


@numba.njit(error_model="numpy")
def evaluated(prologue, section, registers):
    machine.evaluate(prologue, registers, BLOCKS)
    machine.evaluate(section, registers, BLOCKS)


def values(tree, time, **numbers):
    """The tree's value over arrays of any one length, by the machine."""
    code = program(PLAIN, watched=[tree])
    count = len(time)
    found = np.empty(count)
    for start in range(0, count, LANES):
        registers = np.repeat(code.base[:, None], LANES, axis=1)
        width = min(LANES, count - start)
        registers[0, :width] = time[start : start + width]
        for name, place in code.places.items():
            registers[place, :width] = numbers[name][start : start + width]
        flat = registers.reshape(-1)
        evaluated(code.prologue, code.watch, flat)
        found[start : start + width] = flat.reshape(-1, LANES)[code.watched[0], :width]
    return found


def expected(tree, time, **numbers):
    return np.broadcast_to(evaluate(tree, numbers, time), time.shape).astype(float)


@settings(deadline=None, max_examples=200)
@given(
    st.sampled_from(["exp", "expm1", "tanh", "cosh", "sin", "cos", "log"]),
    st.floats(-6e5, 6e5) | st.floats(-30, 30) | st.floats(-1e-3, 1e-3) | st.floats(0.5, 2),
)
def test_functions_by_series_to_the_last_places(name, x):
    """Within 2.5 units in the last place of mpmath, at 100 digits."""
    x = abs(x) + 1e-300 if name == "log" else x
    (found,) = values(parse(f"{name}(x)"), np.zeros(1), x=np.array([x]), y=np.zeros(1))
    with mpmath.workdps(100):
        last_places(found, getattr(mpmath, name)(mpmath.mpf(x)))


@settings(deadline=None, max_examples=200)
@given(st.floats(1e-300, 1e300) | st.floats(0.5, 2), st.floats(-1e3, 1e3) | st.floats(-5, 5))
def test_powers_to_the_last_places(x, y):
    (found,) = values(parse("x**y"), np.zeros(1), x=np.array([x]), y=np.array([y]))
    with mpmath.workdps(400):
        last_places(found, mpmath.mpf(x) ** mpmath.mpf(y))


def last_places(found, exact):
    wanted = float(exact)
    if np.isfinite(wanted) and abs(wanted) > 1e-300:
        unit = mpmath.mpf(float(np.spacing(abs(wanted))))
        assert np.isfinite(found)
        assert abs(mpmath.mpf(float(found)) - exact) <= 2.5 * unit
    else:
        np.testing.assert_allclose(found, wanted, atol=1e-300)


def test_a_lane_is_not_changed_by_neighbours_outside_the_series():
    """Numbers that are computed one by one beside numbers that are computed by series."""
    odd = np.array([np.nan, np.inf, -np.inf, 1e300, -1e300, 0.0, -0.0, 5e-324])
    x = np.concatenate([np.linspace(0.1, 3, 8), odd])
    for name in ("exp", "expm1", "tanh", "cosh", "sin", "cos", "log"):
        both = values(parse(f"{name}(x)"), np.zeros(16), x=x, y=x)
        alone = values(parse(f"{name}(x)"), np.zeros(8), x=x[:8], y=x[:8])
        np.testing.assert_array_equal(both[:8], alone)
        with np.errstate(all="ignore"):
            wanted = getattr(np, name)(odd)
            np.testing.assert_allclose(both[8:], wanted, rtol=5e-16, atol=0, err_msg=name)
            zeros = wanted == 0
            np.testing.assert_array_equal(np.signbit(both[8:])[zeros], np.signbit(wanted)[zeros])


def test_numba_still_has_the_option_that_the_engine_uses():
    assert jit.UNCOUNTED, (
        "numba has no option `_nrt` any more: the sweep engine works without it, but counts "
        "references in its inner loops; look for the option's new name in nullcline.engine.jit"
    )


def test_every_operation_has_an_instruction():
    without = {"pi", "e", "time", "indicator"}  # literals, the time's register, a truth as it is
    assert set(OPERATION_CODES) == set(OPERATIONS) - without


def at_edges(name, leaves):
    pairs = np.array(list(itertools.product(EDGES, EDGES, [-2.0, 0.0, 4.5])))
    numbers = {"x": pairs[:, 0], "y": pairs[:, 1], "a": pairs[:, 2]}
    takes = OPERATIONS[name].takes
    parts = [
        leaf if kind == NUMBER else Apply(">", (leaf, Number(0)))
        for kind, leaf in zip(takes, leaves, strict=False)
    ]
    tree = Apply(name, tuple(parts))
    t = np.full(len(pairs), 0.25)
    return values(tree, t, **numbers), expected(tree, t, **numbers)


@pytest.mark.parametrize("order", [("x", "y", "a"), ("a", "x", "y")])
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_at_the_edges(name, order):
    found, wanted = at_edges(name, [Symbol(item) for item in order])
    np.testing.assert_array_equal(np.isnan(found), np.isnan(wanted))
    if name in EXACT:
        np.testing.assert_array_equal(found, wanted)
    np.testing.assert_allclose(found, wanted, rtol=2e-15, atol=1e-315)


@pytest.mark.parametrize("exponent", [*range(-9, 13), 2.5, -0.5])
def test_powers_of_literals(exponent):
    sign = Number(abs(exponent))
    tree = Apply("**", (Symbol("x"), Apply("neg", (sign,)) if exponent < 0 else sign))
    x = np.array([*EDGES, *np.linspace(-5, 5, 41)])
    found = values(tree, x, x=x, y=x, a=x)
    np.testing.assert_allclose(found, expected(tree, x, x=x, y=x, a=x), rtol=4e-15, atol=1e-315)


@settings(deadline=None, max_examples=200)
@given(
    tree=expressions(),
    numbers=st.lists(st.tuples(*[st.sampled_from(EDGES) | st.floats()] * 4), min_size=1),
)
def test_trees_of_exact_operations_are_exact(tree, numbers):
    """Sharing, order and registers: bit by bit as NumPy, wherever the parts are."""
    if not {node.operation for node in walk(tree) if isinstance(node, Apply)} <= EXACT:
        tree = exact(tree)
    t, x, y, a = np.array(numbers, dtype=float).T
    found, wanted = values(tree, t, x=x, y=y, a=a), expected(tree, t, x=x, y=y, a=a)
    np.testing.assert_array_equal(found, wanted)


def exact(tree):
    """The tree with every inexact operation replaced by a sum or an absolute value."""
    if not isinstance(tree, Apply):
        return tree
    arguments = tuple(exact(argument) for argument in tree.arguments)
    if tree.operation in EXACT:
        return Apply(tree.operation, arguments)
    return Apply("abs" if len(arguments) == 1 else "+", arguments)


def field_of(system, t, states):
    """The derivatives (states, points) by the machine, at up to LANES points."""
    code, count = program(system), states.shape[1]
    registers = np.repeat(code.base[:, None], LANES, axis=1)
    registers[0] = t
    registers[1 : 1 + code.states, :count] = states
    flat = registers.reshape(-1)
    evaluated(code.prologue, code.field, flat)
    return flat.reshape(-1, LANES)[code.derivatives, :count]


def largest(system, row, numbers, t, state):
    """The largest finite number on the way to a derivative: what its rounding is a share of."""
    known = {name: np.float64(value) for name, value in numbers.items()}
    known |= dict(zip((item.name for item in system.states), state, strict=True))
    found = [0.0]
    with np.errstate(all="ignore"):
        for item in reference.cone(system, row):
            steps = [value_of(node, known, np.float64(t)) for node in walk(item.tree)]
            found += [abs(float(step)) for step in steps if np.isfinite(step)]
            known.setdefault(item.name, steps[0])
    return max(found)


def same_field(system, t, states):
    found, wanted = field_of(system, t, states), reference.vector_field(system, {})
    numbers = {item.name: item.value for item in system.parameters + system.inputs}
    for column in range(states.shape[1]):
        derivatives = wanted(t, states[:, column])
        for row, value in enumerate(derivatives):
            scale = largest(system, row, numbers, t, states[:, column])
            if np.isnan(value):
                assert np.isnan(found[row, column])
            else:
                np.testing.assert_allclose(
                    found[row, column], value, rtol=1e-12, atol=1e-12 * scale
                )


@pytest.mark.parametrize("name", LIBRARY)
def test_the_fields_of_the_library(name):
    system = library(name).system()
    start = np.array([item.value for item in system.states])
    states = start[:, None] * np.linspace(0.8, 1.2, 5) + np.linspace(0, 0.01, 5)
    same_field(system, 0.3, states)


@settings(deadline=None, max_examples=100)
@given(system=systems(), t=st.floats(0, 5), seed=st.integers(0, 2**16))
def test_the_fields_of_generated_systems(system, t, seed):
    states = np.random.default_rng(seed).normal(size=(len(system.states), 3))
    same_field(system, t, states)


def test_values_are_shared_and_dead_code_is_left_out():
    system = library("van_der_pol").system()
    watched = parse("(1 - x**2) * (1 - x**2)")
    code = program(system, watched=[watched])
    assert len(code.watch) == 2  # 1 - x * x, the square
    assert len(program(system).watch) == 0
    assert len(code.prologue) == 0


def test_what_depends_on_parameters_alone_is_computed_once():
    code = program(PLAIN, watched=[parse("x * exp(-a**2) + sin(a)")])
    assert len(code.prologue) == 4  # a * a, its sign, exp, sin
    assert len(code.watch) == 1


def test_names_that_are_not_declared():
    with pytest.raises(ModelError, match="has no `z`"):
        program(PLAIN, watched=[Symbol("z")])


def test_given_numbers_replace_declared_ones():
    code = program(PLAIN, {"a": 3.0, "y": 2.0}, [Symbol("a")])
    assert code.base[code.places["a"]] == 3.0
    assert code.base[code.places["y"]] == 2.0
