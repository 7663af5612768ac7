"""What MathML lacks, or what readers of it compute in different ways: function definitions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from nullcline.expression import Node, parse

_ABOVE = "x > 0 or x == 0 and 1/x > 0"  # also true of 0.0, but not of -0.0

DEFINITIONS: Mapping[str, tuple[str, str]] = {
    "expm1": ("x", "tanh(x/2)*(exp(x) + 1)"),
    "log1p": (
        "x",
        "log(1 + x) - (((1 + min(x, 1e9)) - 1) - min(x, 1e9))/max(1 + min(x, 1e9), 1e-99)",
    ),
    "sign": ("x", "where(x != x, x, where(x > 0, 1, where(x < 0, -1, 0)))"),
    "heaviside": ("x", "where(x != x, x, where(x > 0, 1, where(x < 0, 0, 1/2)))"),
    "minimum": ("x y", "where(x != x, x, where(y != y, y, where(x < y, x, y)))"),
    "maximum": ("x y", "where(x != x, x, where(y != y, y, where(x > y, x, y)))"),
    "modulo": (
        "x y",
        "where(not rem(x, y) != 0, 0/y, "
        "where(rem(x, y) < 0 and y > 0 or rem(x, y) > 0 and y < 0, rem(x, y) + y, rem(x, y)))",
    ),
    "atan2": (
        "y x",
        "where(x != x or y != y, x + y, where(x > 0, atan(y/x), "
        f"where(x < 0 and ({_ABOVE.replace('x', 'y')}), atan(y/x) + pi, "
        "where(x < 0, atan(y/x) - pi, where(y > 0, pi/2, where(y < 0, -pi/2, "
        f"where({_ABOVE}, y, where({_ABOVE.replace('x', 'y')}, pi, -pi))))))))",
    ),
    "inverse_sinh": (
        "x",
        "where(x < 0, -1, 1)*where(abs(x) > 1e8, log(abs(x)) + log(2), "
        "log1p(abs(x) + x*x/(1 + sqrt(1 + x*x))))",
    ),
    "inverse_cosh": ("x", "log1p((x - 1) + sqrt(x - 1)*sqrt(x + 1))"),
    "inverse_tanh": ("x", "where(x < 0, -1, 1)*log1p(2*abs(x)/(1 - abs(x)))/2"),
    "less_than": ("x y", "x < y and not x >= y"),
    "less_or_equal": ("x y", "x <= y and not x > y"),
    "greater_than": ("x y", "x > y and not x <= y"),
    "greater_or_equal": ("x y", "x >= y and not x < y"),
}
"""By identifier: the arguments and the body, in the equation language, each after those it uses.

NaN is told by x != x, the one comparison with NaN that all engines read alike; libroadrunner
takes the others for true. Its own arcsinh, arccosh and arctanh lose the digits of small numbers.
"""

USED = {
    "expm1": "expm1",
    "log1p": "log1p",
    "sign": "sign",
    "heaviside": "heaviside",
    "mod": "modulo",
    "atan2": "atan2",
    "asinh": "inverse_sinh",
    "acosh": "inverse_cosh",
    "atanh": "inverse_tanh",
}
"""The operations that are always written as calls of a definition."""

GUARDED = {
    "min": "minimum",
    "max": "maximum",
    "<": "less_than",
    "<=": "less_or_equal",
    ">": "greater_than",
    ">=": "greater_or_equal",
}
"""Those that are, where an argument may be NaN."""

TRUTHS = frozenset({"less_than", "less_or_equal", "greater_than", "greater_or_equal"})


@cache
def body(name: str) -> tuple[tuple[str, ...], Node]:
    """The arguments of a definition, and its body; `rem()` is MathML's remainder."""
    arguments, text = DEFINITIONS[name]
    gives = "truth" if name in TRUTHS else "number"
    own = tuple(arguments.split())
    return own, parse(text, own, {"rem": 2}, gives)
