"""How a point enters a lane, how it ends, and what is written down of it then."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.calls import call_further
from nullcline.engine.control import STIFF_STEPS
from nullcline.engine.instructions import magnitude
from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import bits, lanes_in, load, select, splat
from nullcline.engine.sizes import CALM, allowed
from nullcline.engine.task import (
    BLEW_UP,
    FINISHED,
    LEVEL,
    LIMIT,
    ROWS,
    SIZE,
    SPAN,
    STALLED,
    STIFF,
    UNDEFINED,
)

EXPLODED = 1e100
EACH = 250.0
"""How many tries there may be for each of the longest steps that a run is made of."""
ENOUGH = 20_000.0
"""How many more steps a stiff point must need to be handed to another solver."""


@inner
def enter(code: Any, task: Any, work: Any, lane: int, point: int) -> None:
    """Put a point into a lane, at its start."""
    lanes = lanes_in(work)
    for r in range(len(code.base)):
        work.registers[r * lanes + lane] = code.base[r]
    for k in range(len(task.places)):
        work.registers[task.places[k] * lanes + lane] = task.values[point, k]
    largest = 0.0
    for i in range(code.states):
        value = work.registers[(1 + i) * lanes + lane]
        work.states[i * lanes + lane] = value
        largest = max(largest, abs(value))
        work.sizes[i * lanes + lane] = abs(value)
        known = max(abs(value), task.sizes[point, i])
        work.absolute[i * lanes + lane] = allowed(task, known, task.floors[point, i])
    work.calm[lane] = CALM * largest
    work.point[lane], work.piece[lane], work.sample[lane] = point, task.pieces[point], 0
    work.time[lane] = task.starts[task.pieces[point]]
    work.stop[lane] = task.stops[task.pieces[point]]
    work.tries[lane] = work.steps[lane] = work.stretched[lane] = work.refused[lane] = 0.0
    work.step[lane] = 0.0
    work.longest[lane] = task.longest[point]
    work.most[lane] = task.most + EACH * task.end / task.longest[point]
    for g in range(len(code.watched)):
        work.gauges[(g * ROWS + SPAN) * lanes + lane] = -1.0
        work.gauges[(g * ROWS + SIZE) * lanes + lane] = 0.0
        work.gauges[(g * ROWS + LEVEL) * lanes + lane] = task.levels[point, g]


@inner
def onwards(task: Any, work: Any, lane: int) -> bool:
    """Go on to the next piece of time of a lane's point; whether there is one."""
    point = work.point[lane]
    work.piece[lane] += 1
    if work.piece[lane] >= task.until[point] and task.further != 0:
        call_further(task.further, point)
        work.piece[lane] = task.pieces[point]
    more: bool = work.piece[lane] < task.until[point]
    return more


@within
def outcome(
    code: Any, task: Any, result: Any, work: Any, active: int, good: int
) -> tuple[int, int]:
    """The lanes that ended, which are written down, and those that stand before a jump."""
    lanes = lanes_in(work)
    largest = splat(work, 0.0)
    for i in range(code.states):
        x = magnitude(load(work, work.states, i * lanes))
        largest = select(x > largest, x, largest)
    time, step = load(work, work.time, 0), load(work, work.step, 0)
    done = good & bits(time >= load(work, work.stop, 0))
    grown = active & bits(largest >= EXPLODED)
    least = magnitude(time) * 2.3e-15 + task.end * 1e-25
    stuck = active & ~good & bits(step < least)
    tired = active & bits(load(work, work.tries, 0) >= load(work, work.most, 0))
    stiff = active & bits(load(work, work.stretched, 0) >= STIFF_STEPS)
    if stiff:
        stiff = _noted(result, work, stiff) & bits((task.end - time) > step * ENOUGH)
        stiff = 0 if task.patient else stiff
    if done | grown | stuck | tired | stiff == 0:
        return 0, 0
    ended = crossing = 0
    for lane in range(lanes):
        if ((done | grown | stuck | tired | stiff) >> lane) & 1:
            status = FINISHED
            if (grown >> lane) & 1:
                status = BLEW_UP
            elif (done >> lane) & 1:
                if onwards(task, work, lane):
                    work.stop[lane] = task.stops[work.piece[lane]]
                    crossing |= 1 << lane
                    continue
            elif (stuck >> lane) & 1:
                status = _stuck(code, work, lane)
            else:
                status = STIFF if (stiff >> lane) & 1 else LIMIT
            leave(code, task, result, work, lane, status)
            ended |= 1 << lane
    return ended, crossing


@inner
def _noted(result: Any, work: Any, stiff: int) -> int:
    """These lanes, their points being marked as stiff."""
    lanes = lanes_in(work)
    for lane in range(lanes):
        if (stiff >> lane) & 1:
            result.stiff[work.point[lane]] = 1
    return stiff


@inner
def _stuck(code: Any, work: Any, lane: int) -> int:
    """Why the steps of a lane became too short to move its time."""
    lanes = lanes_in(work)
    status = STALLED
    for i in range(code.states):
        if abs(work.states[i * lanes + lane]) >= work.calm[lane]:
            return BLEW_UP
        if not np.isfinite(work.ends[i * lanes + lane]):
            status = UNDEFINED
        if not np.isfinite(work.slopes[(code.states + i) * lanes + lane]):
            status = UNDEFINED
    return status


@inner
def leave(code: Any, task: Any, result: Any, work: Any, lane: int, status: int) -> None:
    """Write down how a point ended."""
    lanes = lanes_in(work)
    point = work.point[lane]
    result.status[point] = status
    result.reached[point] = min(work.time[lane], task.end)
    result.steps[point] = np.int64(work.steps[lane])
    for i in range(code.states):
        result.sizes[point, i] = work.sizes[i * lanes + lane]
    for r in range(len(task.recorded)):
        for j in range(work.sample[lane], len(task.times)):
            result.samples[point, r, j] = np.nan
    for g in range(len(code.watched)):
        for row in range(ROWS):
            result.gauges[point, g, row] = work.gauges[(g * ROWS + row) * lanes + lane]
