"""Derivatives against difference quotients in 70 digits, by an evaluation that shares no code."""

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nullcline.errors import Unsupported
from nullcline.expression import (
    OPERATIONS,
    Apply,
    Number,
    Symbol,
    depth,
    derivative,
    differential,
    evaluate,
    parse,
    symbols,
    write,
)
from nullcline.expression.derivative import CHOICES, FLAT, SMOOTH
from nullcline.testing import expressions

DIGITS = 70
STEPS = ("1e-26", "3e-31")


class Wild(Exception):
    """A number that is not real, or too large to be worth its digits."""


def tame(value):
    if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
        raise Wild
    if value != 0 and not mpmath.mpf("1e-40") < abs(value) < mpmath.mpf("1e40"):
        raise Wild
    return value


MEANINGS = {
    **{"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b},
    **{"/": lambda a, b: a / b, "**": lambda a, b: a**b, "neg": lambda a: -a},
    **{"<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b},
    **{">=": lambda a, b: a >= b, "==": lambda a, b: a == b, "!=": lambda a, b: a != b},
    **{"and": lambda a, b: a and b, "or": lambda a, b: a or b, "not": lambda a: not a},
    **{"pi": lambda: +mpmath.pi, "e": lambda: +mpmath.e, "time": lambda: mpmath.mpf("0.3")},
    **{n: getattr(mpmath, n) for n in ("exp", "expm1", "log", "log10", "log1p", "sqrt")},
    **{n: getattr(mpmath, n) for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{n: getattr(mpmath, n) for n in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    **{n: getattr(mpmath, n) for n in ("atan2", "erf", "erfc", "sign", "floor", "ceil")},
    **{"log2": lambda a: mpmath.log(a, 2), "abs": abs, "min": min, "max": max},
    "heaviside": lambda a: (1 + mpmath.sign(a)) / 2,
    "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
    "mod": lambda a, b: a - b * mpmath.floor(a / b),
    "indicator": lambda c: mpmath.mpf(1 if c else 0),
}


def exact(tree, values):
    """The value of a tree in DIGITS digits; Wild where there is none."""
    if isinstance(tree, Number):
        return tame(mpmath.mpf(tree.value))
    if isinstance(tree, Symbol):
        return values[tree.name]
    if tree.operation == "where":
        condition, first, second = tree.arguments
        return exact(first if exact(condition, values) else second, values)
    arguments = [exact(argument, values) for argument in tree.arguments]
    try:
        found = MEANINGS[tree.operation](*arguments)
    except (ZeroDivisionError, ValueError, OverflowError):
        raise Wild from None
    return found if isinstance(found, bool) else tame(mpmath.mpmathify(found))


def slope(tree, name, values):
    """The derivative by difference quotients; Wild where two steps and both sides do not agree."""
    quotients = []
    middle = exact(tree, values)
    for step in map(mpmath.mpf, STEPS):
        lower, upper = (exact(tree, values | {name: values[name] + h}) for h in (-step, step))
        quotients += [(upper - lower) / (2 * step), (upper - middle) / step]
    if max(quotients) - min(quotients) > mpmath.mpf("1e-12") * (1 + abs(quotients[0])):
        raise Wild
    return quotients[0]


def agrees(tree, name, values):
    """Whether derivative and difference quotient agree; Wild where there is no such thing."""
    with mpmath.workdps(DIGITS):
        values = {key: mpmath.mpf(value) for key, value in values.items()}
        expected = slope(tree, name, values)
        found = exact(derivative(tree, name), values)
        return abs(found - expected) <= mpmath.mpf("1e-11") * (1 + abs(expected))


def test_every_operation_has_a_derivative():
    tables = [set(SMOOTH), set(CHOICES), set(FLAT), {"where"}]
    assert set.union(*tables) == set(OPERATIONS)
    assert sum(map(len, tables)) == len(OPERATIONS)
    for name, partials in SMOOTH.items():
        assert len(partials) == len(OPERATIONS[name].takes)
    assert set(MEANINGS) | {"where"} == set(OPERATIONS)


point = st.floats(-2, 2).map(lambda x: round(x, 3) + 0.000123)


trees = expressions(("x", "y"), depth=2).filter(symbols)


@settings(max_examples=1500)
@given(trees, st.tuples(point, point))
def test_derivatives_are_difference_quotients(tree, numbers):
    values = dict(zip("xy", numbers, strict=True))
    for name in symbols(tree):
        try:
            assert agrees(tree, name, values), write(tree)
        except Wild:
            assume(False)


INSIDE = {"acosh": 1.7, "acos": 0.3, "asin": 0.3, "atanh": 0.3}


@pytest.mark.parametrize("name", sorted(set(SMOOTH) - {"pi", "e", "time"}))
@pytest.mark.parametrize("sign", [1, -1])
def test_each_operation_by_each_argument(name, sign):
    """In float64 too, and none of them skipped: by name, inside the domain."""
    low, _ = OPERATIONS[name].domain
    first = INSIDE.get(name, 0.8)
    first = first if name == "**" or (sign < 0 and low >= 0) else sign * first
    values = {"x": first, "y": sign * 1.7}
    arguments = tuple(Symbol(n) for n in "xy"[: len(OPERATIONS[name].takes)])
    for symbol in arguments:
        tree = Apply(name, arguments)
        assert agrees(tree, symbol.name, values)
        with mpmath.workdps(DIGITS):
            exactly = {key: mpmath.mpf(value) for key, value in values.items()}
            expected = float(slope(tree, symbol.name, exactly))
        found = float(evaluate(derivative(tree, symbol.name), values))
        assert found == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x*0", "0"),
        ("x + 0", "1"),
        ("1*x", "1"),
        ("x**1", "1"),
        ("x**2", "2*x"),
        ("x**0", "0"),
        ("3*x + y", "3"),
        ("y - x", "-1"),
        ("abs(x)", "sign(x)"),
        ("x > 1", "0"),
        ("where(x > 1, x, y)", "where(x > 1, 1, 0)"),
        ("where(x > 1, y, 2)", "0"),
        ("max(x, y)", "where(x >= y, 1, 0)"),
    ],
)
def test_zeros_and_ones_are_folded(text, expected):
    assert write(derivative(parse(text), "x")) == expected


def test_no_branch_that_is_not_chosen_spoils_a_derivative():
    """Infinity times 0 would be no number: what is not chosen has no factor 0, it is absent."""
    tree = parse("where(x > 0, x*log(x), 3*x)")
    assert evaluate(derivative(tree, "x"), {"x": -2.0}) == 3
    hill = parse("x**n/(1 + x**n)")
    assert evaluate(derivative(hill, "x"), {"x": 0.0, "n": 4.0}) == 0
    assert evaluate(derivative(hill, "n"), {"x": 0.0, "n": 4.0}) == 0


def test_the_chain_rule_through_what_a_tree_depends_on():
    tree, chain = parse("sin(u)*x"), {"x": Number(1), "u": parse("2*x")}
    values = {"u": 0.49, "x": 0.7}
    expected = np.sin(0.49) + 0.7 * np.cos(0.49) * 1.4
    assert evaluate(differential(tree, chain), values) == pytest.approx(expected, rel=1e-14)


def test_a_deep_tree_has_a_derivative_that_can_be_walked():
    nested = Symbol("x")
    for _ in range(198):
        nested = Apply("sin", (nested,))
    found = derivative(nested, "x")
    assert depth(found) <= 2 * 200
    assert 0 < evaluate(found, {"x": 0.5}) < 1


def test_a_function_of_the_model_is_unsupported():
    with pytest.raises(Unsupported, match=r"the derivative of `f\(\)`"):
        derivative(Apply("f()", (Symbol("x"),)), "x")
