# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""What each instruction of a program is in straight-line code: the machine's very operations.

The processor's instructions come from numbers alone: no name and no text of a model gets here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils

from nullcline.engine.codes import CODES
from nullcline.engine.functions import (
    circular,
    cosh,
    exp,
    exp2,
    expm1,
    exponent_of_power,
    log,
    tanh,
)
from nullcline.engine.instructions import at, magnitude, negative, put, width_of
from nullcline.engine.jit import inner
from nullcline.engine.lanes import Vector, bits
from nullcline.engine.machine import modulo

NAMES = {number: name for name, number in CODES.items()}


def constant(like: Any, number: float) -> Any:
    """The same number in every lane of a vector like this one."""
    return ir.Constant(like.type, [number] * like.type.count)


def _intrinsic(builder: Any, name: str, *arguments: Any) -> Any:
    kind = arguments[0].type
    function = ir.FunctionType(kind, [kind] * len(arguments))
    called = f"llvm.{name}.v{kind.count}f64"
    return builder.call(cgutils.get_or_insert_function(builder.module, function, called), arguments)


def fused(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """x y + z, rounded once where the processor can, as sums of products in the integrator are."""
    return _intrinsic(builder, "fmuladd", x, y, z)


def _unary(name: str) -> Callable[..., Any]:
    return lambda builder, x, y, c: _intrinsic(builder, name, x)


def _truth(builder: Any, like: Any, holds: Any) -> Any:
    return builder.select(holds, constant(like, 1.0), constant(like, 0.0))


def _true(builder: Any, x: Any) -> Any:
    return builder.fcmp_unordered("!=", x, constant(x, 0.0))


def _compared(sign: str) -> Callable[..., Any]:
    def write(b: Any, x: Any, y: Any, _: Any) -> Any:
        compare = b.fcmp_unordered if sign == "!=" else b.fcmp_ordered
        return _truth(b, x, compare(sign, x, y))

    return write


def _extreme(sign: str) -> Callable[..., Any]:
    def write(b: Any, x: Any, y: Any, _: Any) -> Any:
        nan = b.fcmp_unordered("!=", x, x)
        return b.select(b.or_(b.fcmp_ordered(sign, x, y), nan), x, y)

    return write


def _stepped(below: float, middle: float) -> Callable[..., Any]:
    def write(b: Any, x: Any, *_: Any) -> Any:
        zero = constant(x, 0.0)
        found = b.select(b.fcmp_ordered("==", x, zero), constant(x, middle), x)
        found = b.select(b.fcmp_ordered("<", x, zero), constant(x, below), found)
        return b.select(b.fcmp_ordered(">", x, zero), constant(x, 1.0), found)

    return write


SIMPLE: dict[str, Callable[..., Any]] = {
    "+": lambda b, x, y, c: b.fadd(x, y),
    "-": lambda b, x, y, c: b.fsub(x, y),
    "*": lambda b, x, y, c: b.fmul(x, y),
    "/": lambda b, x, y, c: b.fdiv(x, y),
    "a*b+c": lambda b, x, y, c: b.fadd(b.fmul(x, y), c),
    "a*b-c": lambda b, x, y, c: b.fsub(b.fmul(x, y), c),
    "c-a*b": lambda b, x, y, c: b.fsub(c, b.fmul(x, y)),
    "neg": lambda b, x, y, c: b.fneg(x),
    **{sign: _compared(sign) for sign in ("<", "<=", ">", ">=", "==", "!=")},
    "and": lambda b, x, y, c: _truth(b, x, b.and_(_true(b, x), _true(b, y))),
    "or": lambda b, x, y, c: _truth(b, x, b.or_(_true(b, x), _true(b, y))),
    "not": lambda b, x, y, c: b.select(_true(b, x), constant(x, 0.0), constant(x, 1.0)),
    "where": lambda b, x, y, c: b.select(_true(b, x), y, c),
    "min": _extreme("<"),
    "max": _extreme(">"),
    "abs": _unary("fabs"),
    "sqrt": _unary("sqrt"),
    "floor": _unary("floor"),
    "ceil": _unary("ceil"),
    "sign": _stepped(-1.0, 0.0),
    "heaviside": _stepped(0.0, 0.5),
}


@inner
def _sigmoid(x: Any, y: Any) -> Any:
    return 1.0 / (1.0 + exp(negative(x)))


def _series(series: Any, fine: Any, alone: Any) -> Any:
    """A function by series; the lanes for which it does not hold, one by one."""

    @inner
    def apply(x: Any, y: Any) -> Any:
        found, left = series(x), ~bits(fine(x))
        if (left << (64 - width_of(x))) != 0:
            for lane in range(width_of(x)):
                if (left >> lane) & 1:
                    found = put(found, lane, alone(at(x, lane)))
        return found

    return apply


@inner
def _power(x: Any, y: Any) -> Any:
    large, small = exponent_of_power(x, y)
    found = exp2(large, small)
    fine = (x > 2.3e-308) & (x < 1.7e308) & (magnitude(large) < 1000.0)
    left = ~bits(fine)
    if (left << (64 - width_of(x))) != 0:
        for lane in range(width_of(x)):
            if (left >> lane) & 1:
                found = put(found, lane, math.pow(at(x, lane), at(y, lane)))
    return found


def _one_by_one(function: Any) -> Any:
    @inner
    def apply(x: Any, y: Any) -> Any:
        found = x
        for lane in range(width_of(x)):
            found = put(found, lane, function(at(x, lane)))
        return found

    return apply


def _two_by_two(function: Any) -> Any:
    @inner
    def apply(x: Any, y: Any) -> Any:
        found = x
        for lane in range(width_of(x)):
            found = put(found, lane, function(at(x, lane), at(y, lane)))
        return found

    return apply


@inner
def _small(x: Any) -> Any:
    return magnitude(x) < 524288.0


FUNCTIONS: dict[str, Any] = {
    "exp": inner(lambda x, y: exp(x)),
    "sigmoid": _sigmoid,
    "tanh": inner(lambda x, y: tanh(x)),
    "expm1": _series(expm1, inner(lambda x: x < 700.0), math.expm1),
    "log": _series(log, inner(lambda x: (x > 2.3e-308) & (x < 1.7e308)), math.log),
    "cosh": _series(cosh, inner(lambda x: magnitude(x) < 700.0), math.cosh),
    "sin": _series(inner(lambda x: circular(x, 0.0)), _small, math.sin),
    "cos": _series(inner(lambda x: circular(x, 1.0)), _small, math.cos),
    "**": _power,
    "mod": _two_by_two(modulo),
    "atan2": _two_by_two(math.atan2),
    **{
        name: _one_by_one(getattr(math, name))
        for name in (
            *("log10", "log2", "log1p", "tan", "sinh", "asin", "acos", "atan"),
            *("asinh", "acosh", "atanh", "erf", "erfc"),
        )
    },
}
"""Those that are more than one or two instructions, of one vector or two."""


def emit(context: Any, builder: Any, op: int, x: Any, y: Any, c: Any) -> Any:
    """One instruction."""
    name = NAMES[op]
    if name in SIMPLE:
        return SIMPLE[name](builder, x, y, c)
    kind = context.typing_context.resolve_value_type(FUNCTIONS[name])
    vectors = (Vector(x.type.count),) * 2
    signature = kind.get_call_type(context.typing_context, vectors, {})
    return context.get_function(kind, signature)(builder, (x, y))
