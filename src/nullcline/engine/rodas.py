# mypy: disable-error-code="untyped-decorator,no-untyped-call"
"""Rodas5P over many points, one after the other, each with its own steps and matrices.

Samples and features are taken as those of the explicit methods are, in lane 0 of their work.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.control import SHORT
from nullcline.engine.ends import EXPLODED, enter, leave, onwards
from nullcline.engine.gauges import measure
from nullcline.engine.jit import inner, outer, stamp
from nullcline.engine.lanes import lanes_in
from nullcline.engine.machine import evaluate
from nullcline.engine.nodes import follow
from nullcline.engine.one import run
from nullcline.engine.rosenbrock import (
    begin,
    control,
    dense,
    error,
    linearise,
    stages,
    value,
)
from nullcline.engine.samples import record, record_upto
from nullcline.engine.sizes import grow, settle
from nullcline.engine.task import BLEW_UP, FINISHED, LIMIT, NOT_RUN, STALLED, UNDEFINED


def _integrator(version: int) -> Any:
    def integrate(
        code: Any,
        slopes: Any,
        task: Any,
        result: Any,
        work: Any,
        room: Any,
        chosen: Any,
        halt: Any,
        gauged: Any,
    ) -> int:
        """Integrate the chosen points until `halt[0]` is set.

        Where `gauged` is None nothing is measured, and what measures is not even compiled.
        """
        for k in range(len(chosen)):
            if halt[0] != 0:
                break
            point = chosen[k]
            _load(code, slopes, task, work, room, point, gauged)
            status = NOT_RUN
            while True:
                stop = task.stops[work.piece[0]]
                status = _piece(code, slopes, task, result, work, room, stop, halt, gauged)
                if status != FINISHED or not onwards(task, work, 0):
                    break
                _cross(code, work, room, task.starts[work.piece[0]])
            leave(code, task, result, work, 0, status)
        return version

    return integrate


integrate = outer(_integrator(stamp()))


@inner
def _load(code: Any, slopes: Any, task: Any, work: Any, room: Any, point: int, gauged: Any) -> None:
    """Put a point's numbers and its initial state in their places."""
    lanes = lanes_in(work)
    for lane in range(lanes):  # only lane 0 is used; nothing is slow or odd in the others
        enter(code, task, work, lane, point)
    for r in range(len(code.base)):
        room.registers[r] = work.registers[r * lanes]
    for r in range(len(slopes.base)):
        room.slopes[r] = slopes.base[r]
    for k in range(len(slopes.places)):
        room.slopes[slopes.places[k]] = task.values[point, slopes.given[k]]
    run(code.prologue, room.registers)
    run(slopes.prologue, room.slopes)
    if gauged is not None:
        evaluate(code.prologue, work.registers, work.blocks)
    for i in range(code.states):
        room.state[i] = room.registers[1 + i]


@inner
def _cross(code: Any, work: Any, room: Any, after: float) -> None:
    """Over a jump in time: half the gap with the slope before it, half with that after it."""
    before = work.time[0]
    for side in range(2):
        value(code, room, before if side == 0 else after, room.state, room.first)
        for i in range(code.states):
            room.state[i] += 0.5 * (after - before) * room.first[i]
    work.time[0] = after


@inner
def _piece(
    code: Any,
    slopes: Any,
    task: Any,
    result: Any,
    work: Any,
    room: Any,
    stop: float,
    halt: Any,
    gauged: Any,
) -> int:
    """Integrate from the current time to the end of a piece of time; how that ended."""
    fresh, moved = 1, True
    h = _begin(code, task, result, work, room, stop)
    if h < 0.0:
        return UNDEFINED
    while halt[0] == 0:
        t = work.time[0]
        status = _hopeless(code, task, work, room, h)
        if status != FINISHED:
            return status
        if moved:
            linearise(code, slopes, room, t)
        last = 1.01 * h >= stop - t
        h = stop - t if last else h
        after = stop if last else t + h
        err = np.inf
        if stages(code, slopes, room, t, h) and value(code, room, after, room.end, room.next):
            err = error(code, task, work, room)
        moved = err <= 1.0
        work.began[0], work.length[0] = t, h
        if moved:
            work.time[0] = after
            fresh = _accept(code, task, result, work, room, fresh, gauged)
            if _largest(room.state) >= EXPLODED:
                return BLEW_UP
            if last:
                return FINISHED
        h = min(control(room, h, err), work.longest[0])
    return NOT_RUN


@inner
def _begin(code: Any, task: Any, result: Any, work: Any, room: Any, stop: float) -> float:
    """The first step of a piece of time; negative where the field has no finite value."""
    _mirror(code, work, room)
    record_upto(task, result, work, 0)
    for k in range(3):
        room.memory[k] = 0.0
    if not value(code, room, work.time[0], room.state, room.first):
        return -1.0
    _mirror_slopes(code, work, room)
    left = stop - work.time[0]
    h = float(begin(code, task, work, room, min(left, work.longest[0])))
    work.step[0] = min(max(h, SHORT * abs(work.time[0])), left, work.longest[0])
    settle(code, task, work, int(work.tries[0] == 0.0), 1)
    return float(work.step[0])


@inner
def _largest(state: Any) -> float:
    largest = 0.0
    for i in range(len(state)):
        largest = max(largest, abs(state[i]))
    return largest


@inner
def _mirror(code: Any, work: Any, room: Any) -> None:
    lanes = lanes_in(work)
    for i in range(code.states):
        work.states[i * lanes] = room.state[i]


@inner
def _mirror_slopes(code: Any, work: Any, room: Any) -> None:
    lanes = lanes_in(work)
    for i in range(code.states):
        work.slopes[i * lanes] = room.first[i]


@inner
def _accept(
    code: Any, task: Any, result: Any, work: Any, room: Any, fresh: int, gauged: Any
) -> int:
    """Take the samples and features of a step just made, and move on; whether still fresh."""
    measured = False
    if gauged is not None:
        measured = work.time[0] > task.after and work.began[0] < task.end
    sampled = work.due[0] <= work.time[0]
    if sampled or measured:
        _mirror(code, work, room)
        dense(code, work, room)
    if sampled:
        record(code, room, task, result, work, 1)
    if gauged is not None and measured:
        measure(code, room, work, task, 1, fresh)
        fresh = 0
    lanes = lanes_in(work)
    for i in range(code.states):
        work.ends[i * lanes] = room.end[i]
    if gauged is not None:
        follow(code, work, task, 1)
    grow(code, task, work, 1)
    work.steps[0] += 1.0
    for i in range(code.states):
        room.state[i], room.first[i] = room.end[i], room.next[i]
    return fresh


@inner
def _hopeless(code: Any, task: Any, work: Any, room: Any, h: float) -> int:
    """Count a try at a step; FINISHED, or why the point cannot or should not go on."""
    work.tries[0] += 1.0
    if work.tries[0] > work.most[0]:
        return LIMIT
    if h >= abs(work.time[0]) * 2.3e-15 + task.end * 1e-25:
        return FINISHED
    if _largest(room.state) >= min(work.calm[0], EXPLODED):
        return BLEW_UP
    for i in range(code.states):
        if not (np.isfinite(room.end[i]) and np.isfinite(room.next[i])):
            return UNDEFINED
    return STALLED
