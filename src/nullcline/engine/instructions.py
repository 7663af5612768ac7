# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""Functions of vectors that are one or two machine instructions: roots, signs, bits of numbers."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types

from nullcline.engine.lanes import LONG, intrinsic


def _unary(name: str) -> Any:
    def typed(typing: Any, value: Any) -> Any:
        def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            kind = ir.FunctionType(args[0].type, [args[0].type])
            module = builder.module
            called = f"llvm.{name}.v{value.width}f64"
            function = cgutils.get_or_insert_function(module, kind, called)
            return builder.call(function, args)

        return value(value), emit

    return intrinsic(typed)


root, magnitude, down, up = (_unary(name) for name in ("sqrt", "fabs", "floor", "ceil"))


@intrinsic
def negative(typing: Any, value: Any) -> Any:
    """The sign turned, that of zero too."""
    return value(value), lambda context, builder, sig, args: builder.fneg(args[0])


@intrinsic
def plus(typing: Any, one: Any, other: Any) -> Any:
    """A sum that is never made one with a product before it."""
    return one(one, other), lambda c, builder, s, args: builder.fadd(*args)


@intrinsic
def minus(typing: Any, one: Any, other: Any) -> Any:
    """A difference that is never made one with a product before it."""
    return one(one, other), lambda c, builder, s, args: builder.fsub(*args)


@intrinsic
def shifted(typing: Any, number: Any) -> Any:
    """2**k of vectors that hold k + 1.5 * 2**52, for whole k from -1022 to 1023."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        longs = ir.VectorType(LONG, number.width)
        whole = builder.add(
            builder.bitcast(args[0], longs), ir.Constant(longs, [1023] * number.width)
        )
        moved = builder.shl(whole, ir.Constant(longs, [52] * number.width))
        return builder.bitcast(moved, args[0].type)

    return number(number), emit


@intrinsic
def exponent(typing: Any, number: Any) -> Any:
    """The exponent k of positive normal numbers m * 2**k, as a number."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        longs = ir.VectorType(LONG, number.width)
        whole = builder.lshr(
            builder.bitcast(args[0], longs), ir.Constant(longs, [52] * number.width)
        )
        found = builder.sitofp(whole, args[0].type)
        return builder.fsub(found, ir.Constant(args[0].type, [1023.0] * number.width))

    return number(number), emit


@intrinsic
def mantissa(typing: Any, number: Any) -> Any:
    """The mantissa m in [1, 2) of positive normal numbers m * 2**k."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        longs = ir.VectorType(LONG, number.width)
        low = builder.and_(
            builder.bitcast(args[0], longs), ir.Constant(longs, [(1 << 52) - 1] * number.width)
        )
        return builder.bitcast(
            builder.or_(low, ir.Constant(longs, [1023 << 52] * number.width)), args[0].type
        )

    return number(number), emit


@intrinsic
def signed(typing: Any, size: Any, sign: Any) -> Any:
    """The size of one with the sign of the other."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kind = ir.FunctionType(args[0].type, [args[0].type] * 2)
        called = f"llvm.copysign.v{size.width}f64"
        return builder.call(cgutils.get_or_insert_function(builder.module, kind, called), args)

    return size(size, sign), emit


@intrinsic
def at(typing: Any, number: Any, lane: Any) -> Any:
    """The number in one lane."""
    return types.float64(number, types.int64), lambda c, builder, s, args: builder.extract_element(
        *args
    )


@intrinsic
def width_of(typing: Any, number: Any) -> Any:
    """How many lanes a vector has: a constant of the compiled function."""
    return types.int64(number), lambda c, builder, s, args: ir.Constant(LONG, number.width)


@intrinsic
def put(typing: Any, number: Any, lane: Any, value: Any) -> Any:
    """The numbers with another one in one lane."""
    return number(
        number, types.int64, types.float64
    ), lambda c, builder, s, args: builder.insert_element(args[0], args[2], args[1])


@intrinsic
def head(typing: Any, number: Any) -> Any:
    """The numbers with the lower half of their bits cleared: products of two such are exact."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        longs = ir.VectorType(LONG, number.width)
        keep = ir.Constant(longs, [-1 << 32] * number.width)
        return builder.bitcast(builder.and_(builder.bitcast(args[0], longs), keep), args[0].type)

    return number(number), emit
