"""How long the steps are: the first one, the next one, and whether stability keeps them short."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.instructions import down, magnitude, root
from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import bits, lanes_in, lanes_of, load, select, splat, store
from nullcline.engine.stepping import (
    clipped,
    logarithm,
    power,
    rough_exp,
    slopes,
    stretch,
    tolerated,
)

SHORT = 1e-13
"""How long a first step is at least, relative to the time: beside a jump a state may be next to
nothing and rise at once, so that its own size says nothing."""
STIFF_STEPS = 15.0
MOST = 20.0
"""From how many such steps on a point is stiff, and how far they are counted."""


@inner
def first_step(code: Any, method: Any, task: Any, work: Any) -> Any:
    """The first step of each lane, from the slopes (Hairer, Norsett and Wanner, II.4).

    Rates are taken per `unit` of time: that in which the states would change by their own size,
    or the whole run where nothing that has a size moves. A state without one that moves should not
    turn before it has one.
    """
    lanes = lanes_in(work)
    n = code.states
    size, rise = splat(work, 0.0), splat(work, 0.0)
    for i in range(n):
        x, y = load(work, work.states, i * lanes), load(work, work.slopes, i * lanes)
        scale = tolerated(work, i, x, x, task.rtol)
        x, y = x / scale, y / scale
        size, rise = size + x * x, rise + y * y
    size, rise = root(size / float(n)), root(rise / float(n))
    small = (size < 1e-5) | (rise * task.end < 1e-5)
    unit = select(small, task.end, size / rise)
    h = unit * select(small, 1e-6, 0.01)
    room = load(work, work.stop, 0) - load(work, work.time, 0)
    h = select(h < room, h, room)
    straight, bend = _bent(code, task, work, h)
    bend = bend / h * unit * unit
    rise = rise * unit
    most = clipped(select(rise > bend, rise, bend), 1e-15, 1e300)
    flat = select(h * 1e-3 > unit * 1e-6, h * 1e-3, unit * 1e-6)
    second = select(most > 1e-15, unit * power(0.01 / most, method.control[6]), flat)
    h = h * select(straight > 0.0, straight, 1.0)
    h = select(second < h, second, h)
    least, longest = magnitude(load(work, work.time, 0)) * SHORT, load(work, work.longest, 0)
    h = select(h > least, h, least)
    h = select(h < longest, h, longest)
    return select(h < room, h, room)


@inner
def _bent(code: Any, task: Any, work: Any, h: Any) -> tuple[Any, Any]:
    """For how many such steps (100 at most) the slopes of states without a size stay about as they
    are, and how much all slopes change in one, in tolerances."""
    lanes = lanes_in(work)
    n = code.states
    for i in range(n):
        moved = load(work, work.states, i * lanes) + h * load(work, work.slopes, i * lanes)
        store(work.registers, (1 + i) * lanes, moved)
    slopes(code, work, load(work, work.time, 0) + h, 1)
    straight, bend = splat(work, 100.0), splat(work, 0.0)
    for i in range(n):
        x, slope = load(work, work.states, i * lanes), load(work, work.slopes, i * lanes)
        y = load(work, work.slopes, (n + i) * lanes) - slope
        young = (load(work, work.absolute, i * lanes) == np.inf) & (magnitude(slope) > 0.0)
        turn = select(young, magnitude(slope / y), 100.0)
        straight = select(turn < straight, turn, straight)
        y = y / tolerated(work, i, x, x, task.rtol)
        bend = bend + y * y
    return straight, root(bend / float(n))


@within
def control(method: Any, task: Any, work: Any, err: Any, h: Any, after: Any, good: int) -> None:
    """The next step of each lane, by a proportional-integral controller."""
    accepted = lanes_of(work, good)
    size = logarithm(clipped(select(err < 1e24, err, 1e24), 1e-24, 1e24)) * 0.5
    before = load(work, work.before, 0)
    tamed = select(accepted, before * method.control[1], 0.0)
    change = rough_exp(tamed - size * method.control[0]) * method.control[2]
    more = clipped(change, method.control[3], method.control[4])
    cautious = select((load(work, work.refused, 0) > 0.0) & (more > 1.0), 1.0, more)
    less = clipped(select(err < 1e300, change, 0.1), 0.1, 1.0)
    following = h * select(accepted, cautious, less)
    longest = load(work, work.longest, 0)
    following = select(following < longest, following, longest)
    room = load(work, work.stop, 0) - select(accepted, after, load(work, work.time, 0))
    following = select(following * 1.01 < room, following, room)
    store(work.step, 0, following)
    store(work.refused, 0, select(accepted, 0.0, load(work, work.refused, 0) + 1.0))
    floor = np.log(1e-4)
    store(work.before, 0, select(accepted, select(size > floor, size, floor), before))


@within
def judge(code: Any, method: Any, task: Any, work: Any, good: int, h: Any) -> None:
    """Count the steps that stability alone keeps short, one that is not taking off a quarter.

    One step in 128 is looked at, and every one while there is something to count.
    """
    count = load(work, work.stretched, 0)
    steps = load(work, work.steps, 0) * (1.0 / 128.0)
    due = good & bits((count > 0.0) | (steps == down(steps)))
    if due:
        long = stretch(code, method, work, h, task.rtol) > method.control[5]
        change = clipped(count + select(long, 1.0, -0.25), 0.0, MOST)
        store(work.stretched, 0, select(lanes_of(work, due), change, count))
