# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""A vector of LANES numbers as a type of numba, so that every operation on it is SIMD for sure."""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import extending
from numba.core import cgutils, types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model
from numba.np.arrayobj import make_array

intrinsic: Any = extending.intrinsic

LANES = 32
"""How many points advance together; what one of them does never depends on the others.

One instruction waits for the one before most of the time: 32 lanes take little longer than 8."""

DOUBLE, BIT, LONG = ir.DoubleType(), ir.IntType(1), ir.IntType(64)
VECTOR, BITS = ir.VectorType(DOUBLE, LANES), ir.VectorType(BIT, LANES)
LONGS = ir.VectorType(LONG, LANES)
ALL = (1 << LANES) - 1


class Vector(types.Type):
    """LANES float64."""


class Mask(types.Type):
    """LANES truths."""


vector, mask = Vector("Vector"), Mask("Mask")


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, VECTOR)


@register_model(Mask)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, BITS)


def _splat(builder: Any, value: Any) -> Any:
    one = builder.insert_element(
        ir.Constant(VECTOR, ir.Undefined), value, ir.Constant(ir.IntType(32), 0)
    )
    order = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), order)


def _operand(builder: Any, kind: Any, value: Any) -> Any:
    return value if kind is vector else _splat(builder, value)


# Operators between vectors, or a vector and a number


def _binary(function: Any, result: Any, emit: Any) -> None:
    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            if vector in args and all(a is vector or a is types.float64 for a in args):
                return signature(result, *args)
            return None

    infer_global(function)(Template)
    for kinds in ((vector, vector), (vector, types.float64), (types.float64, vector)):

        def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            pairs = zip(sig.args, args, strict=True)
            return emit(builder, *[_operand(builder, kind, value) for kind, value in pairs])

        lower_builtin(function, *kinds)(lower)


_binary(operator.add, vector, lambda b, x, y: b.fadd(x, y, flags=("contract",)))
_binary(operator.sub, vector, lambda b, x, y: b.fsub(x, y, flags=("contract",)))
_binary(operator.mul, vector, lambda b, x, y: b.fmul(x, y, flags=("contract",)))
_binary(operator.truediv, vector, lambda b, x, y: b.fdiv(x, y))
_binary(operator.lt, mask, lambda b, x, y: b.fcmp_ordered("<", x, y))
_binary(operator.le, mask, lambda b, x, y: b.fcmp_ordered("<=", x, y))
_binary(operator.gt, mask, lambda b, x, y: b.fcmp_ordered(">", x, y))
_binary(operator.ge, mask, lambda b, x, y: b.fcmp_ordered(">=", x, y))
_binary(operator.eq, mask, lambda b, x, y: b.fcmp_ordered("==", x, y))
_binary(operator.ne, mask, lambda b, x, y: b.fcmp_unordered("!=", x, y))


def _masks(function: Any, emit: Any) -> None:
    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            return signature(mask, *args) if set(args) == {mask} else None

    infer_global(function)(Template)
    lower_builtin(function, mask, mask)(lambda c, b, s, args: emit(b, *args))


_masks(operator.and_, lambda b, x, y: b.and_(x, y))
_masks(operator.or_, lambda b, x, y: b.or_(x, y))


# Memory


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    data = make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), VECTOR.as_pointer())


@intrinsic
def load(typing: Any, array: Any, index: Any) -> Any:
    """The LANES numbers of a flat array from an index on."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = context.cast(builder, args[1], sig.args[1], types.int64)
        return builder.load(_address(context, builder, sig.args[0], args[0], place), align=8)

    return vector(array, index), emit


@intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write LANES numbers to a flat array from an index on."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = context.cast(builder, args[1], sig.args[1], types.int64)
        target = _address(context, builder, sig.args[0], args[0], place)
        builder.store(args[2], target, align=8)
        return context.get_dummy_value()

    return types.void(array, index, value), emit


@intrinsic
def splat(typing: Any, value: Any) -> Any:
    """One number in every lane."""
    return vector(types.float64), lambda context, builder, sig, args: _splat(builder, args[0])


# Masks


@intrinsic
def select(typing: Any, choice: Any, yes: Any, no: Any) -> Any:
    """`yes` in the lanes where the mask is true, else `no`."""
    return vector(mask, vector, vector), lambda c, b, s, args: b.select(*args)


@intrinsic
def bits(typing: Any, choice: Any) -> Any:
    """The mask as a whole number, lane 0 in the lowest bit."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.zext(builder.bitcast(args[0], ir.IntType(LANES)), LONG)

    return types.int64(mask), emit


@intrinsic
def lanes_of(typing: Any, number: Any) -> Any:
    """A whole number as a mask."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.bitcast(builder.trunc(args[0], ir.IntType(LANES)), BITS)

    return mask(types.int64), emit


# Functions that are one instruction


def _unary(name: str) -> Any:
    def typed(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            kind = ir.FunctionType(VECTOR, [VECTOR])
            module = builder.module
            called = f"llvm.{name}.v{LANES}f64"
            function = cgutils.get_or_insert_function(module, kind, called)
            return builder.call(function, args)

        return vector(vector), emit

    return intrinsic(typed)


root, magnitude, down, up = (_unary(name) for name in ("sqrt", "fabs", "floor", "ceil"))


@intrinsic
def negative(typing: Any, value: Any) -> Any:
    """The sign turned, that of zero too."""
    return vector(vector), lambda context, builder, sig, args: builder.fneg(args[0])


@intrinsic
def plus(typing: Any, one: Any, other: Any) -> Any:
    """A sum that is never made one with a product before it."""
    return vector(vector, vector), lambda c, builder, s, args: builder.fadd(*args)


@intrinsic
def minus(typing: Any, one: Any, other: Any) -> Any:
    """A difference that is never made one with a product before it."""
    return vector(vector, vector), lambda c, builder, s, args: builder.fsub(*args)


@intrinsic
def shifted(typing: Any, number: Any) -> Any:
    """2**k of vectors that hold k + 1.5 * 2**52, for whole k from -1022 to 1023."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        whole = builder.add(builder.bitcast(args[0], LONGS), ir.Constant(LONGS, [1023] * LANES))
        moved = builder.shl(whole, ir.Constant(LONGS, [52] * LANES))
        return builder.bitcast(moved, VECTOR)

    return vector(vector), emit


@intrinsic
def exponent(typing: Any, number: Any) -> Any:
    """The exponent k of positive normal numbers m * 2**k, as a number."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        whole = builder.lshr(builder.bitcast(args[0], LONGS), ir.Constant(LONGS, [52] * LANES))
        number = builder.sitofp(whole, VECTOR)
        return builder.fsub(number, ir.Constant(VECTOR, [1023.0] * LANES))

    return vector(vector), emit


@intrinsic
def mantissa(typing: Any, number: Any) -> Any:
    """The mantissa m in [1, 2) of positive normal numbers m * 2**k."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        low = builder.and_(
            builder.bitcast(args[0], LONGS), ir.Constant(LONGS, [(1 << 52) - 1] * LANES)
        )
        return builder.bitcast(builder.or_(low, ir.Constant(LONGS, [1023 << 52] * LANES)), VECTOR)

    return vector(vector), emit
