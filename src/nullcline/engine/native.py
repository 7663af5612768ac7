# mypy: disable-error-code="no-untyped-call,import-untyped,untyped-decorator,misc"
"""The sections of a program, and a whole step of it, as functions for numba to compile.

Each works on blocks of lanes; what it does to one is straight-line code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir
from numba.core import types

from nullcline.engine.codes import Code
from nullcline.engine.lanes import DOUBLE, LONG, intrinsic
from nullcline.engine.program import Program
from nullcline.engine.straight import emit, fused
from nullcline.engine.tableau import Method

WIDEST = 16
"""How many lanes a block has at most: with more, values do not stay in the processor's registers;
with fewer, one instruction waits for the one before."""

POINTER = types.CPointer(types.float64)
SECTION = types.void(POINTER, POINTER, types.int64)
STEP = types.void(*[POINTER] * 6)


class Block:
    """One block of lanes: rows of it in memory, and the registers of a program."""

    def __init__(self, context: Any, builder: Any, registers: Any, lanes: int, offset: Any) -> None:
        self.context, self.builder, self.registers = context, builder, registers
        self.lanes, self.offset = lanes, offset
        self.kind = ir.VectorType(DOUBLE, min(lanes, WIDEST))
        self.unwritten: dict[int, Any] = {}

    def address(self, pointer: Any, row: Any) -> Any:
        """Where the block's part of a row stands that starts there."""
        place = self.builder.add(row, self.offset)
        return self.builder.bitcast(self.builder.gep(pointer, [place]), self.kind.as_pointer())

    def load(self, pointer: Any, row: int) -> Any:
        """The block's part of a row."""
        where = self.address(pointer, ir.Constant(LONG, row * self.lanes))
        return self.builder.load(where, align=8)

    def store(self, pointer: Any, row: int, value: Any) -> None:
        """Write the block's part of a row."""
        where = self.address(pointer, ir.Constant(LONG, row * self.lanes))
        self.builder.store(value, where, align=8)

    def number(self, value: float) -> Any:
        """A number that is known beforehand, in every lane."""
        return ir.Constant(self.kind, [value] * self.kind.count)

    def run(self, code: Code, given: dict[int, Any]) -> Callable[[int], Any]:
        """Run the instructions, `given` registers being what they are before; reads any of them
        afterwards."""
        values = dict(given)

        def read(register: int) -> Any:
            if register in values:
                return values[register]
            if register not in self.unwritten:
                self.unwritten[register] = self.load(self.registers, register)
            return self.unwritten[register]

        for op, result, *arguments in code.tolist():
            x, y, c = (read(register) for register in arguments)
            values[result] = emit(self.context, self.builder, op, x, y, c)
        return read


@contextmanager
def _blocks(context: Any, builder: Any, registers: Any, lanes: int) -> Iterator[Block]:
    """The code that is made inside runs for every block of so many lanes."""
    before = builder.block
    body, after = builder.append_basic_block("block"), builder.append_basic_block("after")
    builder.branch(body)
    builder.position_at_end(body)
    offset = builder.phi(LONG)
    offset.add_incoming(ir.Constant(LONG, 0), before)
    yield Block(context, builder, registers, lanes, offset)
    following = builder.add(offset, ir.Constant(LONG, min(lanes, WIDEST)))
    offset.add_incoming(following, builder.block)
    more = builder.icmp_signed("<", following, ir.Constant(LONG, lanes))
    again = builder.cbranch(more, body, after)
    again.set_metadata("llvm.loop", _whole(builder.module))
    builder.position_at_end(after)


def _whole(module: Any) -> Any:
    """That a loop is not to be unrolled: its body is long enough."""
    return module.add_metadata([module.add_metadata(["llvm.loop.unroll.disable"])])


def section(code: Code, wanted: Sequence[int], lanes: int) -> Any:
    """A function that runs a section and writes the wanted registers, `stride` apart."""

    @intrinsic
    def run(typing: Any, registers: Any, found: Any, stride: Any) -> Any:
        def write(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            pointer, target, apart = args
            with _blocks(context, builder, pointer, lanes) as block:
                read = block.run(code, {})
                for place, register in enumerate(wanted):
                    value, row = read(register), builder.mul(apart, ir.Constant(LONG, place))
                    builder.store(value, block.address(target, row), align=8)
            return context.get_dummy_value()

        return types.void(registers, found, stride), write

    def kernel(registers: Any, found: Any, stride: int) -> None:
        run(registers, found, stride)

    return kernel


def step(program: Program, method: Method, lanes: int) -> Any:
    """A function that makes all stages of a step, its end and the slopes there."""

    @intrinsic
    def run(
        typing: Any, registers: Any, states: Any, slopes: Any, ends: Any, time: Any, length: Any
    ) -> Any:
        def write(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            with _blocks(context, builder, args[0], lanes) as block:
                _step(program, method, block, args)
            return context.get_dummy_value()

        return types.void(registers, states, slopes, ends, time, length), write

    def kernel(registers: Any, states: Any, slopes: Any, ends: Any, time: Any, length: Any) -> None:
        run(registers, states, slopes, ends, time, length)

    return kernel


def _step(program: Program, method: Method, block: Block, arguments: Sequence[Any]) -> None:
    """As `stepping.stages`, operation by operation."""
    _, states, slopes, ends, time, length = arguments
    n, builder = program.states, block.builder
    t, h = block.load(time, 0), block.load(length, 0)
    before = [block.load(states, i) for i in range(n)]
    known = {(0, i): block.load(slopes, i) for i in range(n)}
    for row in range(1, method.stages + 1):
        given = {0: fused(builder, h, block.number(float(method.times[row])), t)}
        for i in range(n):
            total = _combined(method, block, row, i, known)
            given[1 + i] = fused(builder, h, total, before[i])
            if row == method.stages:
                block.store(ends, i, given[1 + i])
        read = block.run(program.field, given)
        for i in range(n):
            known[row, i] = read(int(program.derivatives[i]))
            block.store(slopes, row * n + i, known[row, i])


def _combined(
    method: Method, block: Block, row: int, i: int, slopes: dict[tuple[int, int], Any]
) -> Any:
    """The slopes of a state, weighed for a stage."""
    first, last = int(method.start[row]), int(method.start[row + 1])
    weights = [block.number(float(weight)) for weight in method.weight[first:last]]
    total = block.builder.fmul(slopes[int(method.column[first]), i], weights[0])
    for k in range(first + 1, last):
        slope = slopes[int(method.column[k]), i]
        total = fused(block.builder, slope, weights[k - first], total)
    return total
