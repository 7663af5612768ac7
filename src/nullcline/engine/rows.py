# ruff: noqa: D103
"""Array forms of what an uncompiled step spends its time on: all states or samples at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nullcline.engine.program import CODES, Program
from nullcline.engine.task import Code, code_of
from nullcline.engine.vectors import lanes_in, lanes_of
from nullcline.expression import OPERATIONS

Instruction = tuple[Callable[..., Any], int, tuple[int, ...]]
TINY = 1e-300


def _product_first(then: Callable[..., Any], turned: bool) -> Callable[..., Any]:
    if turned:
        return lambda a, b, c: then(c, a * b)
    return lambda a, b, c: then(a * b, c)


MEANINGS: dict[int, tuple[Callable[..., Any], int]] = {
    **{
        CODES[name]: (operation.meaning, len(operation.takes))
        for name, operation in OPERATIONS.items()
        if name in CODES
    },
    CODES["a*b+c"]: (_product_first(np.add, False), 3),
    CODES["a*b-c"]: (_product_first(np.subtract, False), 3),
    CODES["c-a*b"]: (_product_first(np.subtract, True), 3),
}
"""What each instruction does, by its code, with how many arguments it has."""


def sections(program: Program) -> Code:
    """A Code whose sections are lists of functions and the rows of their result and arguments."""
    code = code_of(program)
    parts = {name: section(getattr(code, name)) for name in ("prologue", "field", "watch")}
    return code._replace(**parts)


def section(instructions: Any) -> Any:
    """One such list."""
    found = []
    for op, result, *arguments in instructions.tolist():
        function, count = MEANINGS[op]
        found.append((function, result, tuple(arguments[:count])))
    return found


def evaluate(code: Sequence[Instruction], registers: Any, blocks: int) -> None:
    rows = registers.reshape(-1, blocks)
    for function, result, arguments in code:
        rows[result] = function(*[rows[place] for place in arguments])


def slopes(code: Any, work: Any, time: Any, row: int) -> None:
    lanes, n = lanes_in(work), code.states
    work.registers[:lanes] = time
    evaluate(code.field, work.registers, lanes)
    found = work.registers.reshape(-1, lanes)[code.derivatives]
    work.slopes[row * n * lanes : (row + 1) * n * lanes] = found.ravel()


def _weighed(work: Any, columns: Sequence[int], weights: Any, n: int) -> Any:
    """Sum of slopes (states, lanes), added one after the other as for any number of lanes."""
    lanes = lanes_in(work)
    found = work.slopes.reshape(-1, n, lanes)
    total = found[columns[0]] * weights[0]
    for column, weight in zip(columns[1:], weights[1:], strict=True):
        total += found[column] * weight
    return total


def stage(code: Any, method: Any, work: Any, row: int, h: Any) -> None:
    n, lanes = code.states, lanes_in(work)
    part = slice(method.start[row], method.start[row + 1])
    total = _weighed(work, method.column[part].tolist(), method.weight[part].tolist(), n)
    moved = work.states.reshape(n, lanes) + h * total
    work.registers[lanes : (1 + n) * lanes] = moved.ravel()


def stages(code: Any, method: Any, work: Any, t: Any, h: Any) -> None:
    n, lanes = code.states, lanes_in(work)
    for row in range(1, method.stages + 1):
        stage(code, method, work, row, h)
        if row == method.stages:
            work.ends[:] = work.registers[lanes : (1 + n) * lanes]
        slopes(code, work, t + h * method.times[row], row)


def stretch(code: Any, method: Any, work: Any, h: Any) -> Any:
    n, lanes, row = code.states, lanes_in(work), method.stages + method.extra + 1
    part = slice(method.start[row], method.start[row + 1])
    apart = h * _weighed(work, method.column[part].tolist(), method.weight[part].tolist(), n)
    found = work.slopes.reshape(-1, n, lanes)
    rise = found[method.stages] - found[method.stages - 1]
    change, apart = (np.add.reduce(each * each, axis=0) for each in (rise, apart))
    return np.abs(h) * np.sqrt(change / (apart + TINY))


def error(code: Any, method: Any, work: Any, h: Any, rtol: float, atol: float) -> Any:
    n, lanes = code.states, lanes_in(work)
    before, after = work.states.reshape(n, lanes), work.ends.reshape(n, lanes)
    scale = np.maximum(np.abs(before), np.abs(after)) * rtol + (atol + TINY)
    columns, size = range(method.stages + 1), h * h * (1.0 / n)

    def squares(weights: Any) -> Any:
        shares = _weighed(work, columns, weights[: len(columns)].tolist(), n) / scale
        return np.add.reduce(shares * shares, axis=0)

    first = squares(method.error[0])
    if not method.error[1].any():
        return size * first
    return size * first * (first / (first + squares(method.error[1]) * 0.01 + TINY))


def interpolant(code: Any, method: Any, work: Any, t: Any, h: Any, whole: int) -> None:
    n, lanes = code.states, lanes_in(work)
    for extra in range(method.extra):
        row = method.stages + 1 + extra
        stage(code, method, work, row, h)
        slopes(code, work, t + h * method.times[row], row)
    slope, dense = work.slopes.reshape(-1, n, lanes), work.dense.reshape(-1, n, lanes)
    rise = (work.ends - work.states).reshape(n, lanes)
    dense[0], dense[1] = rise, h * slope[0] - rise
    dense[2] = (rise + rise) - h * (slope[method.stages] + slope[0])
    columns = range(method.error.shape[1])
    for c in range(method.dense.shape[0]):
        dense[3 + c] = _weighed(work, columns, method.dense[c].tolist(), n) * h


def between(code: Any, method: Any, work: Any, share: Any) -> None:
    n, lanes = code.states, lanes_in(work)
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
    n, lanes = code.states, lanes_in(work)
    rows = np.flatnonzero(lanes_of(work, chosen))
    first = work.sample[rows]
    last = np.maximum(first, np.searchsorted(task.times, work.time[rows], side="right"))
    counts = last - first
    work.sample[rows] = last
    due = np.append(task.times, np.inf)
    work.due[rows] = due[last]
    lane = np.repeat(rows, counts)
    sample = np.arange(len(lane)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    x = (task.times[sample] - work.began[lane]) * (1.0 / work.length[lane])
    y, point = 1.0 - x, work.point[lane]
    dense = work.dense.reshape(-1, n, lanes)
    for r, state in enumerate(task.recorded.tolist()):
        found = dense[-1, state, lane]
        for c in range(len(dense) - 1, 0, -1):
            found = found * (x if c % 2 == 0 else y) + dense[c - 1, state, lane]
        result.samples[point, r, sample] = work.states[state * lanes + lane] + x * found


def run(code: Sequence[Instruction], registers: Any) -> None:
    for function, result, arguments in code:
        registers[result] = function(*[registers[place] for place in arguments])


def translate(
    code: Any, places: Any, values: Any, times: Any, samples: Any, found: Any, registers: Any
) -> None:
    """All samples of one point at a time."""
    prologue, watch = section(code.prologue), section(code.watch)
    for point in range(len(values)):
        rows = np.repeat(code.base[:, None], len(times), axis=1)
        rows[places] = values[point][:, None]
        with np.errstate(all="ignore"):
            evaluate(prologue, rows, len(times))
            rows[0], rows[1 : 1 + code.states] = times, samples[point]
            evaluate(watch, rows, len(times))
        found[point] = np.where(np.isfinite(samples[point, 0]), rows[code.watched], np.nan)


def _named(*functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {function.__name__: function for function in functions}


EXPLICIT = _named(evaluate, slopes, stage, stages, error, stretch, interpolant, between, record)
STIFF = _named(evaluate, run, between, record)
"""What takes the place of the compiled functions of these names, for either kind of solver."""
