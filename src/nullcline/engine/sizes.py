"""How large the states of each lane are, and the absolute tolerances that follow from it."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.instructions import magnitude
from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import lanes_in, lanes_of, load, select, splat, store

CALM = 1e6
"""A state that is that many times larger than at the start, where steps vanish, blows up."""
FAINT = 1e-290
"""A state no larger has no size: float64 could not hold a share of its tolerance."""
TINY = 1e-300


@inner
def allowed(task: Any, size: float, least: float) -> float:
    """The absolute tolerance of a state of that size; infinite where it has none yet."""
    if task.share == 0.0:
        return float(task.atol + TINY)
    if size > FAINT:
        least = max(least, task.share * size)
    return float(least) if least > 0.0 else np.inf


@within
def settle(code: Any, task: Any, work: Any, new: int, mine: int) -> None:
    """Begin a piece of time in these lanes, the slopes and the first step being known.

    A state at 0 that moves takes the size that it has at the end of that step along its slope.
    In the new ones the size from which growth is a blow-up is that of the states at the start,
    or, all being 0, where their slopes would bring them in the whole run.
    """
    lanes = lanes_in(work)
    step, fastest = load(work, work.step, 0), splat(work, 0.0)
    for i in range(code.states):
        place = i * lanes
        slope, before = magnitude(load(work, work.slopes, place)), load(work, work.absolute, place)
        fastest = select(slope > fastest, slope, fastest)
        size = slope * step
        young = lanes_of(work, mine) & (before == np.inf) & (size > FAINT)
        store(work.absolute, place, select(young, size * task.share, before))
    calm = load(work, work.calm, 0)
    reach = fastest * (task.end * CALM)
    reach = select(reach > 0.0, reach, np.inf)
    store(work.calm, 0, select(lanes_of(work, new) & (calm == 0.0), reach, calm))


@within
def grow(code: Any, task: Any, work: Any, good: int) -> None:
    """Take the end of a step into the sizes and absolute tolerances of the lanes that made it."""
    lanes, accepted = lanes_in(work), lanes_of(work, good)
    for i in range(code.states):
        place = i * lanes
        size, after = load(work, work.sizes, place), magnitude(load(work, work.ends, place))
        size = select(accepted & (after > size), after, size)
        store(work.sizes, place, size)
        if task.share != 0.0:
            before, own = load(work, work.absolute, place), size * task.share
            following = select((before == np.inf) | (own > before), own, before)
            store(work.absolute, place, select(accepted & (size > FAINT), following, before))
