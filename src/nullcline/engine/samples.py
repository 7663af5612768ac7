"""How the samples of a trajectory are written from the dense output of a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import BLOCK, lanes_in, load, store

EIGHT = (0,)
"""Stands for 8 numbers, see `blocks_for`."""


@within
def record(code: Any, method: Any, task: Any, result: Any, work: Any, chosen: int) -> None:
    """The samples of the chosen lanes that fall into their last step."""
    lanes = lanes_in(work)
    for lane in range(lanes):
        if (chosen >> lane) & 1:
            first, end = work.sample[lane], work.time[lane]
            last = first
            while last < len(task.times) and task.times[last] <= end:
                last += 1
            for r in range(len(task.recorded)):
                row = result.samples[work.point[lane], r]
                _row(code, method, work, task, lane, task.recorded[r], row, first, last)
            work.sample[lane] = last
            work.due[lane] = task.times[last] if last < len(task.times) else np.inf


@within
def _row(
    code: Any,
    method: Any,
    work: Any,
    task: Any,
    lane: int,
    state: int,
    row: Any,
    first: int,
    last: int,
) -> None:
    """One state's samples: the dense output in nested form, its coefficients read once."""
    lanes = lanes_in(work)
    n, began, share = code.states, work.began[lane], 1.0 / work.length[lane]
    start = work.states[state * lanes + lane]
    place, width = state * lanes + lane, n * lanes
    a, b = work.dense[place], work.dense[place + width]
    c, d = work.dense[place + 2 * width], work.dense[place + 3 * width]
    e = f = g = 0.0
    if method.dense.shape[0] > 1:
        e, f = work.dense[place + 4 * width], work.dense[place + 5 * width]
        g = work.dense[place + 6 * width]
    j, count = first, len(task.times)
    while j + BLOCK <= count and j < last:
        x = (load(EIGHT, task.times, j) - began) * share
        # what goes beyond the step is overwritten by the next ones
        store(row, j, start + x * _rest(x, a, b, c, d, e, f, g))
        j += BLOCK
    while j < last:
        y = (task.times[j] - began) * share
        row[j] = start + y * _rest(y, a, b, c, d, e, f, g)
        j += 1


@inner
def _rest(x: Any, a: float, b: float, c: float, d: float, e: float, f: float, g: float) -> Any:
    y = 1.0 - x
    return a + y * (b + x * (c + y * (d + x * (e + y * (f + x * g)))))


@inner
def record_upto(task: Any, result: Any, work: Any, lane: int) -> None:
    """The samples up to the lane's time, where a piece of time starts: its states there."""
    j, lanes = work.sample[lane], lanes_in(work)
    if len(task.recorded) == 0:
        work.due[lane] = np.inf
        return
    while j < len(task.times) and task.times[j] <= work.time[lane]:
        for r in range(len(task.recorded)):
            state = task.recorded[r]
            result.samples[work.point[lane], r, j] = work.states[state * lanes + lane]
        j += 1
    work.sample[lane] = j
    work.due[lane] = task.times[j] if j < len(task.times) else np.inf
