"""What every operation of the equation language means in JAX, and how a tree is evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax.numpy as jnp
from jax import lax, nn
from jax.scipy import special

from nullcline.expression import Apply, Node, Number, Symbol

LARGEST_POWER = 8
"""The largest whole exponent that becomes multiplications."""


def _heaviside(x: Any) -> Any:
    half = jnp.where(x == 0, 0.5, jnp.where(x > 0, 1.0, 0.0))
    return jnp.where(jnp.isnan(x), x, half)


MEANINGS: Mapping[str, Callable[..., Any]] = {
    **{"+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide, "**": jnp.power},
    **{"neg": jnp.negative, "and": jnp.logical_and, "or": jnp.logical_or, "not": jnp.logical_not},
    **{"<": jnp.less, "<=": jnp.less_equal, ">": jnp.greater, ">=": jnp.greater_equal},
    **{"==": jnp.equal, "!=": jnp.not_equal},
    **{name: getattr(jnp, name) for name in ("exp", "expm1", "log", "log10", "log2", "log1p")},
    **{name: getattr(jnp, name) for name in ("sqrt", "abs", "sign", "floor", "ceil", "mod")},
    **{name: getattr(jnp, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"a{name}": getattr(jnp, f"arc{name}") for name in ("sin", "cos", "tan", "tan2")},
    **{f"a{name}": getattr(jnp, f"arc{name}") for name in ("sinh", "cosh", "tanh")},
    **{"min": jnp.minimum, "max": jnp.maximum, "where": jnp.where},
    **{"heaviside": _heaviside, "sigmoid": nn.sigmoid, "erf": special.erf, "erfc": special.erfc},
    "indicator": lambda condition: jnp.where(condition, 1.0, 0.0),
    **{"pi": lambda: jnp.pi, "e": lambda: jnp.e},
    "time": lambda: jnp.nan,
}
"""`heaviside(0)` is 1/2, `sign(0)` 0, and `mod` has the sign of its divisor, as everywhere. The
derivative of a step is 0; that of `abs` at its kink is 0, that of `min` and `max` the mean."""

SAFE: Mapping[str, tuple[float | None, ...]] = {
    **dict.fromkeys(("sqrt", "log", "log10", "log2"), (1.0,)),
    **dict.fromkeys(("log1p", "asin", "acos", "atanh", "exp", "expm1", "tan"), (0.0,)),
    **dict.fromkeys(("sinh", "cosh"), (0.0,)),
    **{"acosh": (2.0,), "/": (None, 1.0), "mod": (None, 1.0), "**": (1.0, 1.0)},
    "atan2": (1.0, 1.0),
}
"""Arguments at which an operation has a value and a derivative: it gets these where the branch of
a `where` that it stands in is not taken, or 0 times its infinite slope would be NaN (in reverse
mode). None leaves an argument as it is."""


def value_of(tree: Node, known: Mapping[str, Any], time: Any, taken: Any = None) -> Any:
    """The value of a tree, `known` giving that of every name.

    `taken` says whether the branch that the tree stands in is the one that counts.
    """
    if isinstance(tree, Number):
        return jnp.asarray(float(tree.value))
    if isinstance(tree, Symbol):
        return known[tree.name]
    if tree.operation == "time":
        return time
    if tree.operation == "where":
        return _choice(tree, known, time, taken)
    arguments = [value_of(argument, known, time, taken) for argument in tree.arguments]
    if taken is not None and tree.operation in SAFE:
        safe = SAFE[tree.operation]
        arguments = [
            each if value is None else jnp.where(taken, each, value)
            for each, value in zip(arguments, safe, strict=True)
        ]
    if tree.operation == "**" and (whole := _whole(tree.arguments[1])) is not None:
        return lax.integer_pow(arguments[0], whole)
    return MEANINGS[tree.operation](*arguments)


def _choice(tree: Apply, known: Mapping[str, Any], time: Any, taken: Any) -> Any:
    """The first branch where the condition holds, else the second."""
    condition = value_of(tree.arguments[0], known, time, taken)
    sides = (condition, jnp.logical_not(condition))
    if taken is not None:
        sides = (taken & sides[0], taken & sides[1])
    first, second = (
        value_of(branch, known, time, side)
        for branch, side in zip(tree.arguments[1:], sides, strict=True)
    )
    return jnp.where(condition, first, second)


def _whole(tree: Node) -> int | None:
    """A small whole number that stands as such, or None."""
    match tree:
        case Number(value) if value == int(value) and value <= LARGEST_POWER:
            return int(value)
        case Apply("neg", (Number(value),)) if value == int(value) and value <= LARGEST_POWER:
            return -int(value)
    return None
