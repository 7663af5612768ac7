"""The reference's own compiler against the plain walk of the trees."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nullcline import Dynamics
from nullcline.expression import OPERATIONS, Apply, Number, Symbol, parse
from nullcline.reference import vector_field
from nullcline.reference.compiled import compiled
from nullcline.reference.functions import FUNCTIONS
from nullcline.reference.steps import steps_of
from nullcline.system import Definition, Quantity, System
from nullcline.testing import expressions, systems

NUMPY = {
    name: (lambda x: np.multiply(x, x)) if name == "square" else OPERATIONS[name].meaning
    for name in FUNCTIONS
}
"""The functions as the plain walk calls them, so that what is compared is the compiler alone."""

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e-300, 1e300, -1e300, 5e-324]
SPECIAL += [math.inf, -math.inf, math.nan, 709.8, -745.2, 1e16, -1e16, 0.1, -7.3, 0.75]
floats = st.one_of(st.sampled_from(SPECIAL), st.floats(), st.floats(-5, 5))


def system_of(tree):
    """d/dt x = tree, over x, y and a parameter a."""
    names = ("x", "y")
    return System(
        name="M",
        parameters=(Quantity("a", 1.0),),
        constants=(),
        inputs=(),
        states=tuple(Quantity(name, 0.0) for name in names),
        auxiliaries=(Definition("q", tree),),
        derivatives=(Definition("x", tree), Definition("y", Apply("neg", (Symbol("q"),)))),
    )


def bits(values):
    return np.where(np.isnan(values), np.nan, values).astype(float).tobytes()


def assert_same(system, values, t, state):
    code = compiled(system)
    with np.errstate(all="ignore"):
        found = code.rates(values, NUMPY)(t, tuple(map(np.float64, state)))
        found = np.array(found, dtype=float)
    expected = vector_field(system, values)(t, np.array(state))
    assert bits(found) == bits(expected), (found, expected)


@given(expressions(), st.tuples(floats, floats), floats, floats)
def test_any_equation_to_the_last_bit(tree, state, a, t):
    """NaN, infinities, signed zeros and what is outside of every domain among the values."""
    assert_same(system_of(tree), {"a": a}, t, state)


@settings(deadline=None, max_examples=40)
@given(systems(), st.data())
def test_generated_models_to_the_last_bit(system, data):
    values = {item.name: data.draw(floats) for item in system.parameters + system.inputs}
    state = [data.draw(floats) for _ in system.states]
    assert_same(system, values, data.draw(floats), state)


def ulps(found, expected):
    if math.isnan(found) or math.isnan(expected):
        return 0 if math.isnan(found) and math.isnan(expected) else math.inf
    if found == expected:
        return 0
    if math.isinf(found) or math.isinf(expected):
        return math.inf
    return abs(found - expected) / math.ulp(expected)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_are_total_and_as_numpys(name):
    """To a few units in the last place: NumPy has vectorised ones of its own."""
    meaning = NUMPY[name]
    count = 1 if name == "square" else len(OPERATIONS[name].takes)
    random = np.random.default_rng(0)
    one = [*SPECIAL, *random.normal(0, 3, 300).tolist(), *random.uniform(-1, 1, 300).tolist()]
    points = [(x,) for x in one] if count == 1 else [(x, y) for x in SPECIAL for y in one[:120]]
    for point in points:
        with np.errstate(all="ignore"):
            expected = float(meaning(*map(np.float64, point)))
        found = FUNCTIONS[name](*point)
        if name == "**" and point[0] == -math.inf and point[1] == 0.5:
            assert found == math.inf  # as IEEE 754 says; NumPy takes a square root
            continue
        near = abs(expected) < 1e-300 and abs(found) < 1e-300
        assert isinstance(found, float), point
        # SciPy rounds the square in exp(-x**2)
        most = 8 + min(900.0, point[0] * point[0]) if name == "erfc" else 8
        assert near or ulps(found, expected) <= most, (point, found, expected)


def test_signs_of_zeros_and_infinities():
    assert math.copysign(1, FUNCTIONS["floor"](-0.0)) == -1
    assert math.copysign(1, FUNCTIONS["ceil"](-0.5)) == -1
    assert FUNCTIONS["/"](-1.0, 0.0) == -math.inf
    assert FUNCTIONS["/"](1.0, -0.0) == -math.inf
    assert math.isnan(FUNCTIONS["/"](0.0, 0.0))
    assert FUNCTIONS["**"](-10.0, 309.0) == -math.inf
    assert math.isnan(FUNCTIONS["**"](-8.0, 1 / 3))
    assert FUNCTIONS["log"](0.0) == -math.inf
    assert math.isnan(FUNCTIONS["log"](-1.0))


def test_shared_expressions_are_computed_once():
    model = Dynamics("M", parameters={"k": 2.0})
    model.add_derived_variable("q", "exp(-k*x)")
    model.add_state_variable("x", "q + sin(exp(-k*x)) + (k + 1)*q", 1.0)
    steps = steps_of(model.system())
    assert [step.operation for step in steps.steps].count("exp") == 1
    assert {steps.steps[number].operation for number in steps.moving} == {"name", "*", "exp"} | {
        "+",
        "sin",
    }


def test_linear_in_what_functions_write_out_many_times():
    """A tree of 2**40 nodes, of which 40 are told apart."""
    tree = Symbol("x")
    for _ in range(40):
        tree = Apply("+", (tree, tree))
    system = system_of(tree)
    found = compiled(system).rates({"a": 1.0})(0.0, (1.0, 0.0))
    assert found == (2.0**40, -(2.0**40))


def test_as_deep_as_an_equation_may_be():
    tree = Symbol("x")
    for _ in range(20_000):
        tree = Apply("+", (tree, Number(1)))
    assert compiled(system_of(tree)).rates({"a": 1.0})(0.0, (1.0, 0.0))[0] == 20_001.0


def test_nothing_of_a_models_text_is_in_the_code():
    """Names and texts that Python would understand are numbers of arguments there."""
    model = Dynamics("M", parameters={"__import__": 1.0})
    model.add_state_variable("exec", "-__import__*exec + 0.5", 1.0)
    code = compiled(model.system())
    used = [each for part in (code.fixing, code.moving) for each in part.co_names]
    used += [*code.fixing.co_varnames, *code.moving.co_varnames]
    assert not {"exec", "__import__"} & {*used}
    assert code.rates({"__import__": 2.0})(0.0, (1.0,)) == (-1.5,)


def test_parameters_that_change_are_used():
    model = Dynamics("M", parameters={"k": 2.0})
    model.add_state_variable("x", "-k*x", 1.0)
    code = compiled(model.system())
    assert code.rates({"k": 2.0})(0.0, (1.0,)) == (-2.0,)
    assert code.rates({"k": 5.0})(0.0, (1.0,)) == (-5.0,)
    assert compiled(model.system()).rates({"k": 3.0})(0.0, (1.0,)) == (-3.0,)


def test_a_condition_that_is_undecided_takes_the_second_branch():
    assert parse("where(x > y, 1, 2)")
    system = system_of(parse("where(x > y, 1, 2)"))
    assert compiled(system).rates({"a": 1.0})(0.0, (math.nan, 0.0))[0] == 2.0


@pytest.mark.parametrize(
    ("name", "wrong", "equation"),
    [
        ("OPERATORS", {"+": "-"}, "x + y"),
        ("OPERATORS", {"*": "+"}, "x*y"),
        ("COMPARISONS", {"<": "<="}, "where(x < x, 1, 2)"),
        ("LOGIC", {"and": "or"}, "where(x > 0 and y > 5, 1, 2)"),
    ],
)
def test_a_wrong_operation_of_the_compiler_is_seen(monkeypatch, name, wrong, equation):
    """Faults planted in its tables, one at a time; the comparison with the walk fails."""
    from nullcline.reference import compiled as module

    table = getattr(module, name)
    system = system_of(parse(equation))
    assert_same(system, {"a": 1.0}, 0.0, (3.0, 2.0))
    swapped = {key: table[other] for key, other in wrong.items()}
    monkeypatch.setattr(module, name, {**table, **swapped})
    with pytest.raises(AssertionError):
        assert_same(system_of(parse(equation)), {"a": 1.0}, 0.0, (3.0, 2.0))
