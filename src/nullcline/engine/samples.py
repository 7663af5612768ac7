"""How the samples of a trajectory are written from the dense output of a step."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.jit import inner
from nullcline.engine.lanes import LANES


@inner
def record(code: Any, method: Any, task: Any, result: Any, work: Any, chosen: int) -> None:
    """The samples of the chosen lanes that fall into their last step."""
    for lane in range(LANES):
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


@inner
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
    n, began, share = code.states, work.began[lane], 1.0 / work.length[lane]
    start = work.states[state * LANES + lane]
    place, width = state * LANES + lane, n * LANES
    a, b = work.dense[place], work.dense[place + width]
    c, d = work.dense[place + 2 * width], work.dense[place + 3 * width]
    times = task.times
    if method.dense.shape[0] == 1:
        for j in range(first, last):
            x = (times[j] - began) * share
            y = 1.0 - x
            row[j] = start + x * (a + y * (b + x * (c + y * d)))
    else:
        e, f = work.dense[place + 4 * width], work.dense[place + 5 * width]
        g = work.dense[place + 6 * width]
        for j in range(first, last):
            x = (times[j] - began) * share
            y = 1.0 - x
            row[j] = start + x * (a + y * (b + x * (c + y * (d + x * (e + y * (f + x * g))))))


@inner
def record_upto(task: Any, result: Any, work: Any, lane: int) -> None:
    """The samples up to the lane's time, where a piece of time starts: its states there."""
    j = work.sample[lane]
    if len(task.recorded) == 0:
        work.due[lane] = np.inf
        return
    while j < len(task.times) and task.times[j] <= work.time[lane]:
        for r in range(len(task.recorded)):
            state = task.recorded[r]
            result.samples[work.point[lane], r, j] = work.states[state * LANES + lane]
        j += 1
    work.sample[lane] = j
    work.due[lane] = task.times[j] if j < len(task.times) else np.inf
