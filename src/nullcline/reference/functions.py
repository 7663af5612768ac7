"""What the operations give for Python's floats: a number for every argument, without an error.

Written anew beside `expression.operations`, which says what they give for arrays; the tests compare
the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable

NAN, INF = math.nan, math.inf


def divide(a: float, b: float) -> float:
    """a / b; by zero it is infinite, or NaN for 0/0."""
    if b != 0.0:
        return a / b
    if a == 0.0 or math.isnan(a):
        return NAN
    return math.copysign(INF, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    """a**b; NaN where a negative number has a power that is not whole."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -INF if a < 0.0 and b % 2.0 == 1.0 else INF
    except ValueError:
        if a != 0.0:
            return NAN
        return math.copysign(INF, a) if b % 2.0 == 1.0 else INF


def square(a: float) -> float:
    """a**2, rounded once."""
    return a * a


def _total(function: Callable[[float], float], at_zero: float = NAN) -> Callable[[float], float]:
    """The function with NaN where it is undefined, an infinity of the argument's sign where it is
    too large, and `at_zero` at a pole there."""

    def total(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return math.copysign(INF, x)
        except ValueError:
            return at_zero if x == 0.0 else NAN

    return total


def exp(x: float) -> float:
    """e**x."""
    try:
        return math.exp(x)
    except OverflowError:
        return INF


def sigmoid(x: float) -> float:
    """1/(1 + exp(-x))."""
    try:
        return 1.0 / (1.0 + math.exp(-x))
    except OverflowError:
        return 0.0


def log1p(x: float) -> float:
    """log(1 + x); -infinity at -1."""
    return -INF if x == -1.0 else _log1p(x)


def cosh(x: float) -> float:
    """Infinite to both sides where it is too large."""
    return abs(_cosh(x))


def atanh(x: float) -> float:
    """Infinite at -1 and 1."""
    return math.copysign(INF, x) if abs(x) == 1.0 else _atanh(x)


def sign(x: float) -> float:
    """-1, 0 or 1; NaN for NaN."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x + 0.0


def heaviside(x: float) -> float:
    """0, 1/2 at 0, or 1; NaN for NaN."""
    return 1.0 if x > 0.0 else 0.0 if x < 0.0 else 0.5 if x == 0.0 else NAN


def floor(x: float) -> float:
    """The largest whole number that is not larger; what is not finite stays."""
    return math.copysign(float(math.floor(x)), x) if math.isfinite(x) else x


def ceil(x: float) -> float:
    """The smallest whole number that is not smaller; what is not finite stays."""
    return math.copysign(float(math.ceil(x)), x) if math.isfinite(x) else x


def mod(a: float, b: float) -> float:
    """a modulo b, with the sign of b; NaN for b = 0."""
    return a % b if b != 0.0 else NAN


def minimum(a: float, b: float) -> float:
    """The smaller one; NaN if either is."""
    return a if a <= b or math.isnan(a) else b


def maximum(a: float, b: float) -> float:
    """The larger one; NaN if either is."""
    return a if a >= b or math.isnan(a) else b


_log1p, _cosh, _atanh = _total(math.log1p), _total(math.cosh), _total(math.atanh)

FUNCTIONS: dict[str, Callable[..., float]] = {
    **{name: _total(getattr(math, name)) for name in ("sqrt", "sin", "cos", "tan", "sinh")},
    **{name: _total(getattr(math, name)) for name in ("asin", "acos", "acosh", "expm1")},
    **{name: _total(getattr(math, name), -INF) for name in ("log", "log2", "log10")},
    **{name: getattr(math, name) for name in ("atan", "asinh", "tanh", "atan2", "erf", "erfc")},
    **{"abs": abs, "exp": exp, "sigmoid": sigmoid, "log1p": log1p, "cosh": cosh, "atanh": atanh},
    **{"sign": sign, "heaviside": heaviside, "floor": floor, "ceil": ceil, "mod": mod},
    **{"min": minimum, "max": maximum, "/": divide, "**": power, "square": square},
}
"""By the name of the operation; those that Python's own operators give are not in it."""
