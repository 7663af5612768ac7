# ruff: noqa: D103
"""Array forms of what an uncompiled step spends its time on: all states or samples at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nullcline.engine.ahead import FURTHER
from nullcline.engine.codes import CODES
from nullcline.engine.program import Program
from nullcline.engine.tableau import Method
from nullcline.engine.task import Code, code_of
from nullcline.engine.vectors import lanes_of
from nullcline.expression import OPERATIONS

Call = tuple[Callable[..., Any], tuple[Any, ...], Any]


class Section:
    """Instructions as calls of NumPy's functions, bound to the registers that they are run over."""

    def __init__(self, instructions: Any) -> None:
        self.instructions = instructions.tolist()
        self.registers: Any = None
        self.calls: list[Call] = []

    def __len__(self) -> int:
        return len(self.instructions)

    def over(self, registers: Any, lanes: int) -> list[Call]:
        """The calls; made anew only where the registers are others than the last time."""
        if registers is not self.registers:
            rows, self.registers = registers.reshape(-1, lanes), registers
            self.calls = [call for each in self.instructions for call in _calls(rows, *each)]
        return self.calls


def _calls(rows: Any, op: int, result: int, *arguments: int) -> list[Call]:
    x, y, z = (rows[place] for place in arguments)
    if op in FUSED:
        product, turned = np.empty_like(x), FUSED[op][1]
        pair = (z, product) if turned else (product, z)
        return [(np.multiply, (x, y), product), (FUSED[op][0], pair, rows[result])]
    operation = MEANINGS[op]
    given, found = (x, y, z)[: len(operation.takes)], rows[result]
    if isinstance(operation.meaning, np.ufunc):
        return [(operation.meaning, given, found)]
    return [(lambda *args, out: np.copyto(out, operation.meaning(*args)), given, found)]


FUSED = {
    CODES["a*b+c"]: (np.add, False),
    CODES["a*b-c"]: (np.subtract, False),
    CODES["c-a*b"]: (np.subtract, True),
}
MEANINGS = {CODES[name]: operation for name, operation in OPERATIONS.items() if name in CODES}
"""What each instruction does, by its code."""


def sections(program: Program) -> Code:
    """A Code whose sections are such."""
    code = code_of(program)
    parts: Any = {name: Section(getattr(code, name)) for name in ("prologue", "field", "watch")}
    return code._replace(**parts)


class Weights:
    """A Method, with its rows as arrays that weigh all states and lanes at once."""

    def __init__(self, method: Method) -> None:
        for name, value in method._asdict().items():
            setattr(self, name, value)
        ends = zip(method.start[:-1].tolist(), method.start[1:].tolist(), strict=True)
        self.rows = [(method.column[a:b], method.weight[a:b, None, None]) for a, b in ends]
        known = slice(0, method.stages + 1)
        self.errors = [(known, row[known, None, None]) for row in method.error if row.any()]
        self.coefficients = [(slice(0, len(row)), row[:, None, None]) for row in method.dense]


def evaluate(code: Section, registers: Any, blocks: int) -> None:
    for function, arguments, found in code.over(registers, blocks):
        function(*arguments, out=found)


def slopes(code: Any, work: Any, time: Any, row: int) -> None:
    lanes, n = work.blocks, code.states
    work.registers[:lanes] = time
    evaluate(code.field, work.registers, lanes)
    found = work.registers.reshape(-1, lanes)[code.derivatives]
    work.slopes[row * n * lanes : (row + 1) * n * lanes] = found.ravel()


def _weighed(found: Any, row: tuple[Any, Any]) -> Any:
    """Sum of slopes (rows, states, lanes), added in the same order for any number of lanes."""
    return np.add.reduce(found[row[0]] * row[1], axis=0)


def stage(code: Any, method: Any, work: Any, row: int, h: Any) -> None:
    n, lanes = code.states, work.blocks
    total = _weighed(work.slopes.reshape(-1, n, lanes), method.rows[row])
    moved = work.states.reshape(n, lanes) + h * total
    work.registers[lanes : (1 + n) * lanes] = moved.ravel()


def stages(code: Any, method: Any, work: Any, t: Any, h: Any) -> None:
    n, lanes = code.states, work.blocks
    for row in range(1, method.stages + 1):
        stage(code, method, work, row, h)
        if row == method.stages:
            work.ends[:] = work.registers[lanes : (1 + n) * lanes]
        slopes(code, work, t + h * method.times[row], row)


def stretch(code: Any, method: Any, work: Any, h: Any, rtol: float) -> Any:
    found = work.slopes.reshape(-1, code.states, work.blocks)
    apart = h * _weighed(found, method.rows[method.stages + method.extra + 1])
    rise = found[method.stages] - found[method.stages - 1]
    scaled = (each / _tolerated(work, rtol) for each in (rise, apart))
    change, apart = (np.add.reduce(each * each, axis=0) for each in scaled)
    return np.abs(h) * np.sqrt(change / apart)


def _tolerated(work: Any, rtol: float) -> Any:
    largest = np.maximum(np.abs(work.states), np.abs(work.ends))
    return (largest * rtol + work.absolute).reshape(-1, work.blocks)


def error(code: Any, method: Any, work: Any, h: Any, rtol: float) -> Any:
    n, lanes = code.states, work.blocks
    found, scale = work.slopes.reshape(-1, n, lanes), _tolerated(work, rtol)
    shares = [_weighed(found, row) / scale for row in method.errors]
    first, *second = [np.add.reduce(share * share, axis=0) for share in shares]
    size = h * h * (1.0 / n)
    if not second:
        return size * first
    whole = first + second[0] * 0.01
    return size * np.where(whole == 0.0, 0.0, first * (first / whole))


def interpolant(code: Any, method: Any, work: Any, t: Any, h: Any, whole: int) -> None:
    n, lanes = code.states, work.blocks
    for extra in range(method.extra):
        row = method.stages + 1 + extra
        stage(code, method, work, row, h)
        slopes(code, work, t + h * method.times[row], row)
    slope, dense = work.slopes.reshape(-1, n, lanes), work.dense.reshape(-1, n, lanes)
    rise = (work.ends - work.states).reshape(n, lanes)
    dense[0], dense[1] = rise, h * slope[0] - rise
    dense[2] = (rise + rise) - h * (slope[method.stages] + slope[0])
    for c, row in enumerate(method.coefficients):
        dense[3 + c] = _weighed(slope, row) * h


def between(code: Any, method: Any, work: Any, share: Any) -> None:
    n, lanes = code.states, work.blocks
    dense, rest = work.dense.reshape(-1, n, lanes), 1.0 - share
    last = 2 + method.dense.shape[0]
    found = dense[last]
    for c in range(last, 0, -1):
        found = found * (share if c % 2 == 0 else rest) + dense[c - 1]
    found = work.states.reshape(n, lanes) + found * share
    rows = work.registers.reshape(-1, lanes)
    rows[1 + code.sources] = found[code.sources]


def record(code: Any, method: Any, task: Any, result: Any, work: Any, chosen: int) -> None:
    """The samples of the chosen lanes that fall into their last step, all at once."""
    n, lanes = code.states, work.blocks
    rows = np.flatnonzero(lanes_of(work, chosen))
    first = work.sample[rows]
    last = np.maximum(first, np.searchsorted(task.times, work.time[rows], side="right"))
    counts = last - first
    work.sample[rows] = last
    last_one = len(task.times) - 1
    work.due[rows] = np.where(last > last_one, np.inf, task.times[np.minimum(last, last_one)])
    lane = np.repeat(rows, counts)
    sample = np.arange(len(lane)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    x = (task.times[sample] - work.began[lane]) * (1.0 / work.length[lane])
    y, point = 1.0 - x, work.point[lane]
    dense = work.dense.reshape(-1, n, lanes)
    for r, state in enumerate(task.recorded.tolist()):
        rows = dense[:, state, lane]
        found = rows[-1]
        for c in range(len(dense) - 1, 0, -1):
            found = found * (x if c % 2 == 0 else y) + rows[c - 1]
        result.samples[point, r, sample] = work.states[state * lanes + lane] + x * found


def run(code: Section, registers: Any) -> None:
    for function, arguments, found in code.over(registers, 1):
        function(*arguments, out=found)


def translate(
    code: Any, places: Any, values: Any, times: Any, samples: Any, found: Any, registers: Any
) -> None:
    """All samples of one point at a time."""
    prologue, watch = Section(code.prologue), Section(code.watch)
    for point in range(len(values)):
        rows = np.repeat(code.base[:, None], len(times), axis=1)
        rows[places] = values[point][:, None]
        with np.errstate(all="ignore"):
            evaluate(prologue, rows, len(times))
            rows[0], rows[1 : 1 + code.states] = times, samples[point]
            evaluate(watch, rows, len(times))
        found[point] = np.where(np.isfinite(samples[point, 0]), rows[code.watched], np.nan)


def call_further(address: int, point: int) -> None:
    FURTHER(address)(point)


def _named(*functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {function.__name__: function for function in functions}


EXPLICIT = _named(
    evaluate, slopes, stage, stages, error, stretch, interpolant, between, record, call_further
)
STIFF = _named(evaluate, run, between, record, call_further)
"""What takes the place of the compiled functions of these names, for either kind of solver."""
