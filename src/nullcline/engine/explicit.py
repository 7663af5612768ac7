"""Explicit Runge-Kutta over many points, a vector of them at a time.

A lane takes the next point as soon as its own ends. Each has its own time, step, status and
samples; what happens in one never reaches another.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.control import control, first_step, judge
from nullcline.engine.ends import enter, leave, outcome
from nullcline.engine.gauges import measure
from nullcline.engine.jit import inner, outer, stamp, within
from nullcline.engine.lanes import bits, lanes_in, lanes_of, load, select, splat, store
from nullcline.engine.machine import evaluate
from nullcline.engine.nodes import follow
from nullcline.engine.samples import record, record_upto
from nullcline.engine.sizes import grow, settle
from nullcline.engine.stepping import (
    error,
    interpolant,
    slopes,
    stages,
)
from nullcline.engine.task import (
    UNDEFINED,
)


def _integrator(version: int) -> Any:
    def integrate(
        code: Any, method: Any, task: Any, result: Any, work: Any, first: int, every: int, halt: Any
    ) -> int:
        """Integrate the points `first`, `first + every`, ... until `halt[0]` is set."""
        lanes = lanes_in(work)
        count, following, active = task.values.shape[0], first, version * 0
        crossing = fresh = 0
        if first < count:  # lanes that no point will come to: nothing is slow or odd in them
            for lane in range(lanes_in(work)):
                enter(code, task, work, lane, first)
        while halt[0] == 0:
            new = 0
            for lane in range(lanes):
                if (active >> lane) & 1 == 0 and following < count:
                    enter(code, task, work, lane, following)
                    new |= 1 << lane
                    following += every
            active |= new
            if active == 0:
                break
            if new | crossing:
                fresh |= new | crossing
                lost = _start(code, method, task, result, work, new, crossing)
                crossing = 0
                if lost:
                    active &= ~lost
                    continue
            ended, crossing, moved = _advance(code, method, task, result, work, active, fresh)
            fresh &= ~moved
            active &= ~ended
        return following

    return integrate


integrate = outer(_integrator(stamp()))


@inner
def _start(
    code: Any, method: Any, task: Any, result: Any, work: Any, new: int, crossing: int
) -> int:
    """Begin the pieces of time of these lanes: slopes, samples and first steps.

    Returns the lanes in which the equations have no finite value there.
    """
    lanes = lanes_in(work)
    n = code.states
    if new:
        evaluate(code.prologue, work.registers, work.blocks)
    if crossing:
        _cross(code, task, work, crossing)
    mine = lanes_of(work, new | crossing)
    for lane in range(lanes):
        if ((new | crossing) >> lane) & 1:
            record_upto(task, result, work, lane)
    _put(code, work)
    for i in range(n * lanes):
        work.ends[i] = work.slopes[i]
    slopes(code, work, load(work, work.time, 0), 0)
    total = splat(work, 0.0)
    for i in range(n):
        found = load(work, work.slopes, i * lanes)
        total = total + found * 0.0
        store(work.slopes, i * lanes, select(mine, found, load(work, work.ends, i * lanes)))
    step = select(mine, first_step(code, method, task, work), load(work, work.step, 0))
    store(work.step, 0, step)
    settle(code, task, work, new, new | crossing)
    store(work.before, 0, select(mine, np.log(1e-4), load(work, work.before, 0)))
    lost: int = (new | crossing) & bits(total != 0.0)
    for lane in range(lanes):
        if (lost >> lane) & 1:
            leave(code, task, result, work, lane, UNDEFINED)
    return lost


@inner
def _put(code: Any, work: Any) -> None:
    """The current states into the registers."""
    lanes = lanes_in(work)
    for i in range(code.states * lanes):
        work.registers[lanes + i] = work.states[i]


@inner
def _cross(code: Any, task: Any, work: Any, crossing: int) -> None:
    """Over a jump in time: half the gap with the slope before it, half with that after it."""
    lanes = lanes_in(work)
    for lane in range(lanes):
        if (crossing >> lane) & 1:
            after = task.starts[work.piece[lane]]
            half = (after - work.time[lane]) / 2
            work.time[lane], work.length[lane] = after, half
            for i in range(code.states):
                work.states[i * lanes + lane] += half * work.slopes[i * lanes + lane]
    _put(code, work)
    slopes(code, work, load(work, work.time, 0), 1)
    for lane in range(lanes):
        if (crossing >> lane) & 1:
            for i in range(code.states):
                slope = work.slopes[(code.states + i) * lanes + lane]
                work.states[i * lanes + lane] += work.length[lane] * slope


@within
def _advance(
    code: Any, method: Any, task: Any, result: Any, work: Any, active: int, fresh: int
) -> tuple[int, int, int]:
    """Try one step in every lane; the lanes that ended, that stand before a jump, that moved."""
    t, h = load(work, work.time, 0), load(work, work.step, 0)
    stages(code, method, work, t, h)
    err = error(code, method, work, h, task.rtol)
    good = active & bits(err <= 1.0)
    stop = load(work, work.stop, 0)
    after = select(stop - t <= h, stop, t + h)
    control(method, task, work, err, h, after, good)
    store(work.tries, 0, load(work, work.tries, 0) + 1.0)
    store(work.began, 0, t)
    store(work.length, 0, h)
    if good:
        store(work.time, 0, select(lanes_of(work, good), after, t))
        count = load(work, work.steps, 0) + 1.0
        store(work.steps, 0, select(lanes_of(work, good), count, load(work, work.steps, 0)))
        sampled = good & bits(load(work, work.due, 0) <= after)
        gauged = 0
        if len(code.watched):
            gauged = good & bits(after > task.after) & bits(t < task.end)
        if sampled | gauged:
            interpolant(code, method, work, t, h, sampled)
        if sampled:
            record(code, method, task, result, work, sampled)
        if gauged:
            measure(code, method, work, task, gauged, fresh)
        if len(code.watched):
            follow(code, work, task, good)
        judge(code, method, task, work, good, h)
        grow(code, task, work, good)
        _accept(code, method, work, good)
        fresh = gauged
    ended, crossing = outcome(code, task, result, work, active, good)
    return ended, crossing, fresh & good


@within
def _accept(code: Any, method: Any, work: Any, good: int) -> None:
    lanes = lanes_in(work)
    n, accepted = code.states, lanes_of(work, good)
    for i in range(n):
        place = i * lanes
        before, after = load(work, work.states, place), load(work, work.ends, place)
        store(work.states, place, select(accepted, after, before))
        last = load(work, work.slopes, (method.stages * n + i) * lanes)
        store(work.slopes, place, select(accepted, last, load(work, work.slopes, place)))
