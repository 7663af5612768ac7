# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""How the integrator calls code that was compiled for one model, by its address."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.np.arrayobj import make_array

from nullcline.engine.lanes import DOUBLE, intrinsic

FIELD, WATCH, STEP = range(3)
"""Whose address stands where in `Code.kernels`; 0 is none, and may change at any time."""


def _call(builder: Any, address: Any, arguments: list[Any]) -> None:
    kind = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    builder.call(builder.inttoptr(address, kind.as_pointer()), arguments)


def _data(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    return builder.bitcast(make_array(kind)(context, builder, array).data, DOUBLE.as_pointer())


@intrinsic
def call_section(
    typing: Any, address: Any, registers: Any, found: Any, start: Any, stride: Any
) -> Any:
    """Run a section over these registers; its results go to `found` from `start` on, one each
    `stride` numbers."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointers = [_data(context, builder, sig.args[k], args[k]) for k in (1, 2)]
        target = builder.gep(pointers[1], [args[3]])
        _call(builder, args[0], [pointers[0], target, args[4]])
        return context.get_dummy_value()

    longs = (types.int64,) * 2
    return types.void(types.int64, registers, found, *longs), emit


@intrinsic
def call_further(typing: Any, address: Any, point: Any) -> Any:
    """Have the next pieces of time of a point put into the task."""

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        _call(builder, args[0], [args[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), emit


@intrinsic
def call_step(typing: Any, address: Any, work: Any) -> Any:
    """Make all stages of a step of every lane."""
    names = ("registers", "states", "slopes", "ends", "time", "step")
    places = [work.fields.index(name) for name in names]

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        pointers = [
            _data(context, builder, work.types[place], builder.extract_value(args[1], place))
            for place in places
        ]
        _call(builder, args[0], pointers)
        return context.get_dummy_value()

    return types.void(types.int64, work), emit
