"""Every operation of the equation language, once: its signature, meaning and domain."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

NUMBER, TRUTH = "number", "truth"
REAL = (-math.inf, math.inf)


@dataclass(frozen=True)
class Operation:
    """One operation: what it takes and gives, its meaning over NumPy arrays, where it is defined.

    `domain` is the interval of its (first) argument in which the result is real and finite, the
    ends left out; `nonzero` marks a second argument that must not be zero.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    meaning: Callable[..., Any]
    domain: tuple[float, float] = REAL
    nonzero: bool = False


def _erf(x: Any) -> Any:
    from scipy.special import erf

    return erf(x)


def _erfc(x: Any) -> Any:
    from scipy.special import erfc

    return erfc(x)


def _sigmoid(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-x))


def _heaviside(x: Any) -> Any:
    return np.heaviside(x, 0.5)


def _infix() -> list[Operation]:
    two = (NUMBER, NUMBER)
    arithmetic = {"+": np.add, "-": np.subtract, "*": np.multiply, "**": np.power}
    comparison = {
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
        "==": np.equal,
        "!=": np.not_equal,
    }
    logic = {"and": np.logical_and, "or": np.logical_or}
    return [
        *(Operation(name, two, NUMBER, meaning) for name, meaning in arithmetic.items()),
        Operation("/", two, NUMBER, np.divide, nonzero=True),
        Operation("neg", (NUMBER,), NUMBER, np.negative),
        *(Operation(name, two, TRUTH, meaning) for name, meaning in comparison.items()),
        *(Operation(name, (TRUTH, TRUTH), TRUTH, meaning) for name, meaning in logic.items()),
        Operation("not", (TRUTH,), TRUTH, np.logical_not),
    ]


def _constants() -> list[Operation]:
    return [
        Operation("pi", (), NUMBER, lambda: np.float64(math.pi)),
        Operation("e", (), NUMBER, lambda: np.float64(math.e)),
        Operation("time", (), NUMBER, lambda: np.float64(math.nan)),
    ]


def _functions() -> list[Operation]:
    domains = {
        "log": (0.0, math.inf),
        "log10": (0.0, math.inf),
        "log2": (0.0, math.inf),
        "log1p": (-1.0, math.inf),
        "sqrt": (0.0, math.inf),
        "asin": (-1.0, 1.0),
        "acos": (-1.0, 1.0),
        "acosh": (1.0, math.inf),
        "atanh": (-1.0, 1.0),
    }
    meanings: dict[str, Callable[..., Any]] = {
        **{name: getattr(np, name) for name in ("exp", "expm1", "log", "log10", "log2", "log1p")},
        **{name: getattr(np, name) for name in ("sqrt", "abs", "sign", "floor", "ceil")},
        **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{f"a{name}": getattr(np, f"arc{name}") for name in ("sin", "cos", "tan")},
        **{f"a{name}": getattr(np, f"arc{name}") for name in ("sinh", "cosh", "tanh")},
        "heaviside": _heaviside,
        "sigmoid": _sigmoid,
        "erf": _erf,
        "erfc": _erfc,
    }
    two = {"min": np.minimum, "max": np.maximum, "atan2": np.arctan2}
    return [
        *(Operation(n, (NUMBER,), NUMBER, m, domains.get(n, REAL)) for n, m in meanings.items()),
        *(Operation(n, (NUMBER, NUMBER), NUMBER, m) for n, m in two.items()),
        Operation("mod", (NUMBER, NUMBER), NUMBER, np.mod, nonzero=True),
        Operation("where", (TRUTH, NUMBER, NUMBER), NUMBER, np.where),
        Operation("indicator", (TRUTH,), NUMBER, lambda c: np.where(c, 1.0, 0.0)),
    ]


def _table() -> Mapping[str, Operation]:
    every = [*_infix(), *_constants(), *_functions()]
    return MappingProxyType({operation.name: operation for operation in every})


OPERATIONS = _table()
"""heaviside(0) is 1/2; mod has the sign of its divisor; a comparison used as a number is its
indicator, 1 or 0."""

CONSTANTS = MappingProxyType({"pi": "pi", "e": "e", "t": "time"})
"""How the constants and the time are written, unless the model declares the name."""

PI = "π"
"""Another spelling of `pi`, unless the model declares the name."""

TRUTHS = MappingProxyType({"True": "==", "False": "!=", "true": "==", "false": "!="})
"""Spellings of what holds always or never, read as `0 == 0` and `0 != 0`."""

ALIASES = MappingProxyType(
    {
        **{"ln": "log", "fabs": "abs", "Abs": "abs", "absv": "abs", "sgn": "sign"},
        **{"ceiling": "ceil", "Mod": "mod", "Min": "min", "Max": "max"},
        **{"minimum": "min", "maximum": "max", "Heaviside": "heaviside"},
        **{f"arc{n}": f"a{n}" for n in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        **{f"ar{n}": f"a{n}" for n in ("sinh", "cosh", "tanh")},
        "arctan2": "atan2",
        **dict.fromkeys(("pow", "power", "Pow"), "**"),
        "if": "where",
        **{"Eq": "==", "Ne": "!=", "Lt": "<", "Le": "<=", "Gt": ">", "Ge": ">="},
        **{"And": "and", "Or": "or", "Not": "not"},
    }
)
"""Other spellings of a function that are read (and written as the name on the right)."""

RECIPROCALS = MappingProxyType(
    {
        **{"sec": "cos", "csc": "sin", "cosec": "sin", "cot": "tan", "cotan": "tan"},
        **{"sech": "cosh", "csch": "sinh", "cosech": "sinh", "coth": "tanh"},
    }
)
"""Functions that are read as 1 over another."""

INVERSES = MappingProxyType(
    {
        f"{arc}{name}": f"a{inverse}"
        for name, inverse in RECIPROCALS.items()
        for arc in (("a", "ar", "arc") if name.endswith("h") else ("a", "arc"))
        if inverse != "tan"
    }
)
"""Functions that are read as another of 1/x. The arcus cotangent is not among them: its range is
(-pi/2, pi/2] for some and (0, pi) for others."""

CURES = MappingProxyType(
    {
        **dict.fromkeys(
            ("acot", "arccot", "acotan", "arccotan"),
            "has two meanings; write `atan(1/x)` or `pi/2 - atan(x)`",
        ),
        **dict.fromkeys(
            ("delay", "Delay", "dde", "delayed"),
            "is a value in the past, and delays are not part of the equation language",
        ),
        **dict.fromkeys(("diff", "Derivative", "der"), "is a derivative; name it"),
        **dict.fromkeys(("ifelse", "ite", "select", "iif"), "is written `where(condition, a, b)`"),
        "cbrt": "is written `sign(x)*abs(x)**(1/3)`",
        "exp10": "is written `10**x`",
        "exp2": "is written `2**x`",
        "square": "is written `x**2`",
        "xor": "is written `a != b`",
        **dict.fromkeys(("rand", "random", "randn", "normal", "uniform"), "is noise"),
    }
)
"""What is said of functions that are not read."""

VARIADIC = frozenset({"min", "max", "and", "or"})
"""Functions that are read with any number of arguments from two on, and folded from the left."""

CALLS = frozenset(
    name for name, operation in OPERATIONS.items() if name.isidentifier() and operation.takes
) - {"neg", "indicator", "and", "or", "not"}
"""The operations that are written as a call of their name."""
