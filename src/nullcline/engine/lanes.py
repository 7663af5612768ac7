# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""Vectors of numbers as types of numba, so that every operation on them is SIMD for sure."""

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

BLOCK = 8
"""The numbers of lanes are multiples of this."""

DOUBLE, BIT, LONG = ir.DoubleType(), ir.IntType(1), ir.IntType(64)


class Vector(types.Type):
    """So many float64."""

    def __init__(self, width: int) -> None:
        super().__init__(name=f"Vector({width})")
        self.width = width


class Mask(types.Type):
    """So many truths."""

    def __init__(self, width: int) -> None:
        super().__init__(name=f"Mask({width})")
        self.width = width


@register_model(Vector)
class _VectorModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.VectorType(DOUBLE, kind.width))


@register_model(Mask)
class _MaskModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, ir.VectorType(BIT, kind.width))


def blocks_for(lanes: int) -> tuple[int, ...]:
    """The field `blocks` for vectors of so many lanes, a multiple of 8: a tuple, whose length is
    part of its type, so that the functions that are given it are compiled for that width."""
    return (0,) * (lanes // BLOCK)


def _width(work: Any) -> int:
    """How many lanes a value of this type stands for: a tuple, or one with a field `blocks`."""
    if "blocks" in getattr(work, "fields", ()):
        work = work.types[work.fields.index("blocks")]
    return int(BLOCK * work.count)


@intrinsic
def lanes_in(typing: Any, work: Any) -> Any:
    """How many points advance together: a constant of the compiled function."""
    width = _width(work)
    return types.int64(work), lambda context, builder, sig, args: ir.Constant(LONG, width)


def _splat(builder: Any, value: Any, width: int) -> Any:
    nothing = ir.Constant(ir.VectorType(DOUBLE, width), ir.Undefined)
    one = builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
    order = ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width)
    return builder.shuffle_vector(one, nothing, order)


def _operand(builder: Any, kind: Any, value: Any, width: int) -> Any:
    return value if isinstance(kind, Vector) else _splat(builder, value, width)


# Operators between vectors, or a vector and a number


def _width_of(args: Any) -> int | None:
    """The width of vectors among vectors and numbers, if they have one."""
    widths = {kind.width for kind in args if isinstance(kind, Vector)}
    known = all(isinstance(kind, Vector) or kind is types.float64 for kind in args)
    return widths.pop() if known and len(widths) == 1 else None


def _binary(function: Any, result: Any, emit: Any) -> None:
    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            width = _width_of(args)
            return None if width is None else signature(result(width), *args)

    infer_global(function)(Template)
    for kinds in ((Vector, Vector), (Vector, types.float64), (types.float64, Vector)):

        def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            width = sig.return_type.width
            pairs = zip(sig.args, args, strict=True)
            return emit(builder, *[_operand(builder, kind, value, width) for kind, value in pairs])

        lower_builtin(function, *kinds)(lower)


def _is_product(value: Any) -> bool:
    return isinstance(value, ir.Instruction) and value.opname == "fmul"


def _fused(builder: Any, x: Any, y: Any, z: Any) -> Any:
    """x y + z, rounded once where the processor can: so is each product that is added in the same
    expression. Left to the compiler, which ones are would depend on the number of lanes."""
    kind = ir.FunctionType(z.type, [z.type] * 3)
    called = f"llvm.fmuladd.v{z.type.count}f64"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, called), (x, y, z))


def _sum(builder: Any, x: Any, y: Any) -> Any:
    if not _is_product(x):
        x, y = y, x
    if not _is_product(x):
        return builder.fadd(x, y)
    return _fused(builder, x.operands[0], x.operands[1], y)


def _difference(builder: Any, x: Any, y: Any) -> Any:
    if _is_product(x):
        return _fused(builder, x.operands[0], x.operands[1], builder.fneg(y))
    if _is_product(y):
        return _fused(builder, builder.fneg(y.operands[0]), y.operands[1], x)
    return builder.fsub(x, y)


_binary(operator.add, Vector, _sum)
_binary(operator.sub, Vector, _difference)
_binary(operator.mul, Vector, lambda b, x, y: b.fmul(x, y))
_binary(operator.truediv, Vector, lambda b, x, y: b.fdiv(x, y))
_binary(operator.lt, Mask, lambda b, x, y: b.fcmp_ordered("<", x, y))
_binary(operator.le, Mask, lambda b, x, y: b.fcmp_ordered("<=", x, y))
_binary(operator.gt, Mask, lambda b, x, y: b.fcmp_ordered(">", x, y))
_binary(operator.ge, Mask, lambda b, x, y: b.fcmp_ordered(">=", x, y))
_binary(operator.eq, Mask, lambda b, x, y: b.fcmp_ordered("==", x, y))
_binary(operator.ne, Mask, lambda b, x, y: b.fcmp_unordered("!=", x, y))


def _masks(function: Any, emit: Any) -> None:
    class Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            same = len(set(args)) == 1 and isinstance(args[0], Mask)
            return signature(args[0], *args) if same else None

    infer_global(function)(Template)
    lower_builtin(function, Mask, Mask)(lambda c, b, s, args: emit(b, *args))


_masks(operator.and_, lambda b, x, y: b.and_(x, y))
_masks(operator.or_, lambda b, x, y: b.or_(x, y))


# Memory


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any, width: int) -> Any:
    data = make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), ir.VectorType(DOUBLE, width).as_pointer())


@intrinsic
def load(typing: Any, work: Any, array: Any, index: Any) -> Any:
    """The numbers of a flat array from an index on, as many as there are lanes in `work`."""
    width = _width(work)

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = context.cast(builder, args[2], sig.args[2], types.int64)
        where = _address(context, builder, sig.args[1], args[1], place, width)
        return builder.load(where, align=8)

    return Vector(width)(work, array, index), emit


@intrinsic
def store(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write a vector to a flat array from an index on."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        place = context.cast(builder, args[1], sig.args[1], types.int64)
        where = _address(context, builder, sig.args[0], args[0], place, sig.args[2].width)
        builder.store(args[2], where, align=8)
        return context.get_dummy_value()

    return types.void(array, index, value), emit


@intrinsic
def splat(typing: Any, work: Any, value: Any) -> Any:
    """One number in every lane."""
    width = _width(work)
    return Vector(width)(work, types.float64), lambda c, builder, s, args: _splat(
        builder, args[1], width
    )


# Masks


@intrinsic
def select(typing: Any, choice: Any, yes: Any, no: Any) -> Any:
    """`yes` in the lanes where the mask is true, else `no`; each a vector or a number."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pairs = zip(sig.args[1:], args[1:], strict=True)
        values = [_operand(builder, kind, value, choice.width) for kind, value in pairs]
        return builder.select(args[0], *values)

    return Vector(choice.width)(choice, yes, no), emit


@intrinsic
def bits(typing: Any, choice: Any) -> Any:
    """The mask as a whole number, lane 0 in the lowest bit."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.zext(builder.bitcast(args[0], ir.IntType(choice.width)), LONG)

    return types.int64(choice), emit


@intrinsic
def lanes_of(typing: Any, work: Any, number: Any) -> Any:
    """A whole number as a mask."""
    width = _width(work)

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        short = builder.trunc(args[1], ir.IntType(width))
        return builder.bitcast(short, ir.VectorType(BIT, width))

    return Mask(width)(work, types.int64), emit
