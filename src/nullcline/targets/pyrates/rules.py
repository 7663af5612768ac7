"""How each operation is written in lines of one operation, none of which SymPy can simplify."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from nullcline.errors import Unsupported
from nullcline.targets.pyrates.plain import FUNCTIONS

Operand = float | str
"""A number, or the name of a line."""


class Lines(Protocol):
    """What a rule writes to."""

    def once(self, text: str) -> str:
        """The name of the line with this text."""

    def name(self, value: Operand) -> str:
        """The operand as a name."""

    def copy(self, name: str) -> str:
        """The same value by another name."""

    def complement(self, truth: str) -> str:
        """1 where it is 0, 0 where it is 1."""


Rule = Callable[..., Operand]


def literal(value: Operand) -> str:
    """The operand as text that can stand in a line."""
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        raise Unsupported("a constant part of an equation that is not a finite number", "pyrates")
    text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return f"({text})" if value < 0 else text


def add(lines: Lines, left: Operand, right: Operand) -> Operand:
    """left + right."""
    if isinstance(left, float) and isinstance(right, float):
        return left + right
    if left == 0.0 or right == 0.0:
        return right if left == 0.0 else left
    return lines.once(f"2*{left}" if left == right else f"{literal(left)} + {literal(right)}")


def sub(lines: Lines, left: Operand, right: Operand) -> Operand:
    """left - right."""
    if isinstance(left, float) and isinstance(right, float):
        return left - right
    if left == 0.0:
        return neg(lines, right)
    left, right = _apart(lines, left, right)
    return left if right == 0.0 else lines.once(f"{literal(left)} - {literal(right)}")


def neg(lines: Lines, value: Operand) -> Operand:
    """-value."""
    return -value if isinstance(value, float) else lines.once(f"-{value}")


def mul(lines: Lines, left: Operand, right: Operand) -> Operand:
    """left*right; 0*x stays a product, for x may be infinite."""
    if isinstance(left, float) and isinstance(right, float):
        return left * right
    if isinstance(right, float):
        left, right = right, left
    if left == 1.0:
        return right
    if left == 0.0:
        return lines.once(f"{lines.name(left)}*{right}")
    return lines.once(f"{left}**2" if left == right else f"{literal(left)}*{right}")


def div(lines: Lines, left: Operand, right: Operand) -> Operand:
    """left/right; a number below is a line, for SymPy would round its reciprocal."""
    if right == 1.0:
        return left
    if isinstance(right, float) and not (right.is_integer() and 0 < abs(right) < 1e15):
        right = lines.name(right)
    left, right = _apart(lines, lines.name(left) if left == 0.0 else left, right)
    return lines.once(f"{literal(left)}/{literal(right)}")


def power(lines: Lines, base: Operand, exponent: Operand) -> Operand:
    """base**exponent."""
    if exponent in (0.0, 1.0):
        return base if exponent == 1.0 else 1.0
    if base == 1.0:
        return 1.0
    if isinstance(base, float) and not (base.is_integer() and 0 < base < 1e15):
        base = lines.name(base)
    return lines.once(f"{literal(base)}**{literal(exponent)}")


def _apart(lines: Lines, left: Operand, right: Operand) -> tuple[Operand, Operand]:
    """Two operands that SymPy does not cancel against each other."""
    if isinstance(left, str) and left == right:
        return left, lines.copy(left)
    return left, right


def _compare(sign: str) -> Rule:
    def write(lines: Lines, left: Operand, right: Operand) -> Operand:
        left, right = _apart(lines, left, right)
        return lines.once(f"1.0*{lines.once(f'{literal(left)} {sign} {literal(right)}')}")

    return write


def equal(lines: Lines, left: Operand, right: Operand) -> Operand:
    """Both not less and not greater: `==` would compare the symbols."""
    return mul(lines, RULES["<="](lines, left, right), RULES[">="](lines, left, right))


def unequal(lines: Lines, left: Operand, right: Operand) -> Operand:
    """1 where the two differ."""
    return lines.complement(lines.name(equal(lines, left, right)))


def call(function: str) -> Rule:
    """A function of PyRates, of names alone."""

    def write(lines: Lines, *arguments: Operand) -> Operand:
        if len(arguments) == 2 and arguments[0] == arguments[1]:
            return arguments[0]
        return lines.once(f"{function}({', '.join(map(lines.name, arguments))})")

    return write


def heaviside(lines: Lines, x: Operand) -> Operand:
    """(1 + sign(x))/2, which is 1/2 at 0."""
    return add(lines, mul(lines, 0.5, call("sign")(lines, x)), 0.5)


def rounded(lines: Lines, x: str) -> str:
    """The nearest integer, halves to even: x + m - m, where m is 1.5/eps of x's own precision.

    eps is 3*(4/3 - 1) - 1, computed there, for PyRates runs in float32 unless told otherwise.
    """
    third = lines.once(f"{add(lines, mul(lines, 0.0, x), 1.0)}/3")
    excess = lines.once(f"{lines.once(f'4*{third}')} - 1.0")
    eps = lines.once(f"{lines.once(f'3*{excess}')} - 1.0")
    large = lines.once(f"1.5/{eps}")
    return lines.once(f"{lines.once(f'{x} + {large}')} - {large}")


def floor(lines: Lines, x: Operand) -> Operand:
    """The nearest integer, less 1 where that is above x."""
    nearest = rounded(lines, lines.name(x))
    return sub(lines, nearest, RULES[">"](lines, nearest, x))


def ceil(lines: Lines, x: Operand) -> Operand:
    """The nearest integer, plus 1 where that is below x."""
    nearest = rounded(lines, lines.name(x))
    return add(lines, nearest, RULES["<"](lines, nearest, x))


def mod(lines: Lines, x: Operand, y: Operand) -> Operand:
    """x - y*floor(x/y) in [0, y) or (y, 0]; y is split in two so that the products are exact."""
    x, y = lines.name(x), lines.name(y)
    x, y = (x, lines.copy(y)) if x == y else (x, y)
    times = lines.name(floor(lines, div(lines, x, y)))
    wide = lines.once(f"134217729*{y}")
    high = lines.once(f"{wide} - {lines.once(f'{wide} - {y}')}")
    low = lines.once(f"{y} - {high}")
    rest = lines.once(f"{x} - {lines.once(f'{times}*{high}')}")
    rest = lines.once(f"{rest} - {lines.once(f'{times}*{low}')}")
    wrong = RULES["<"](lines, lines.once(f"sign({rest})*{lines.once(f'sign({y})')}"), 0.0)
    return lines.once(f"{rest} + {lines.once(f'{wrong}*{y}')}")


def expm1(lines: Lines, x: Operand) -> Operand:
    """tanh(x/2)*(exp(x) + 1), as exact near 0 as tanh."""
    above = add(lines, call("exp")(lines, x), 1.0)
    return mul(lines, call("tanh")(lines, mul(lines, 0.5, x)), above)


def log1p(lines: Lines, x: Operand) -> Operand:
    """x*log(u)/(u - 1) with u = 1 + x rounded, or x where u is 1 (Kahan)."""
    u = lines.name(add(lines, x, 1.0))
    still = equal(lines, u, 1.0)
    above = mul(lines, x, add(lines, call("log")(lines, u), still))
    return div(lines, above, add(lines, sub(lines, u, 1.0), still))


def asinh(lines: Lines, x: Operand) -> Operand:
    """sign(x)*log1p(|x| + x**2/(1 + sqrt(1 + x**2)))."""
    square = mul(lines, x, x)
    root = add(lines, call("sqrt")(lines, add(lines, square, 1.0)), 1.0)
    size = add(lines, call("absv")(lines, x), div(lines, square, root))
    return mul(lines, call("sign")(lines, x), log1p(lines, size))


def acosh(lines: Lines, x: Operand) -> Operand:
    """log1p(d + sqrt(2*d + d**2)) with d = x - 1."""
    d = sub(lines, x, 1.0)
    root = call("sqrt")(lines, add(lines, mul(lines, 2.0, d), mul(lines, d, d)))
    return log1p(lines, add(lines, d, root))


def atanh(lines: Lines, x: Operand) -> Operand:
    """sign(x)*log1p(2*|x|/(1 - |x|))/2."""
    size = call("absv")(lines, x)
    ratio = div(lines, mul(lines, 2.0, size), sub(lines, 1.0, size))
    return mul(lines, call("sign")(lines, x), mul(lines, 0.5, log1p(lines, ratio)))


def atan2(lines: Lines, y: Operand, x: Operand) -> Operand:
    """The arctangent of y/x, half a turn on where x < 0, and a quarter turn at x = 0.

    The signs are those of 1/y and 1/x, which tell -0 from 0 as atan2 does.
    """
    x, y = lines.name(x), lines.name(y)
    upright = lines.name(equal(lines, x, 0.0))
    level = lines.name(equal(lines, y, 0.0))
    side, front = (lines.once(f"sign({lines.once(f'1/{value}')})") for value in (y, x))
    ratio = div(lines, y, add(lines, x, upright))
    sloped = mul(lines, call("arctan")(lines, ratio), lines.complement(upright))
    turn = mul(lines, mul(lines, math.pi, side), RULES["<"](lines, front, 0.0))
    quarter = mul(lines, upright, lines.complement(level))
    back = mul(lines, turn, lines.complement(lines.name(quarter)))
    aside = mul(lines, mul(lines, math.pi / 2, call("sign")(lines, y)), upright)
    return add(lines, add(lines, sloped, back), aside)


RULES: dict[str, Rule] = {
    **{name: call(spelled) for name, spelled in FUNCTIONS.items()},
    **{sign: _compare(sign) for sign in ("<", "<=", ">", ">=")},
    **{"+": add, "-": sub, "*": mul, "/": div, "**": power, "neg": neg},
    **{"==": equal, "!=": unequal, "min": call("mini"), "max": call("maxi")},
    **{"and": mul, "or": call("maxi"), "indicator": lambda lines, truth: truth},
    "not": lambda lines, truth: lines.complement(truth),
    "log10": lambda lines, x: mul(lines, 1 / math.log(10), call("log")(lines, x)),
    "log2": lambda lines, x: mul(lines, 1 / math.log(2), call("log")(lines, x)),
    **{rule.__name__: rule for rule in (heaviside, floor, ceil, mod, expm1, log1p)},
    **{rule.__name__: rule for rule in (asinh, acosh, atanh, atan2)},
}


def rule(operation: str) -> Rule:
    """How the operation is written, or Unsupported."""
    if operation not in RULES:
        raise Unsupported(f"the operation `{operation}`", "pyrates")
    return RULES[operation]
