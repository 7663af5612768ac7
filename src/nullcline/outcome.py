"""How an integration ends before its time: one word and one sentence for each reason."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nullcline.trajectory import Array

EXPLODED = 1e100
"""No state is integrated from there on."""
CALM = 1e6
"""A state that is that many times larger than at the start, where steps vanish, blows up."""
SLIDES = (
    "a condition changes back and forth without end: the state is driven to it from both sides, "
    "and slides along it; smooth the condition, for example with a steep sigmoid"
)


class Stop(Exception):
    """The integration cannot or should not go on: a status, and what the solver said."""

    def __init__(self, status: str, message: str = "") -> None:
        super().__init__(status)
        self.message = message


def reason(
    field: Callable[[float, Array], Array],
    names: tuple[str, ...],
    limit: float,
    duration: float,
    time: float,
    state: Array,
    message: str = "",
) -> Stop:
    """Why there is no way on from a state: one grew without end, a derivative has no value there or
    a little further on, or the steps became too short, of which the solver says `message`.

    `limit` is the size from which growth is without end, where that is known.
    """
    size = np.abs(state)
    if not np.all(size < min(EXPLODED, limit or EXPLODED)):
        name = names[int(np.argmax(np.where(np.isnan(size), np.inf, size)))]
        return Stop("blew up", f"{name} grows without bound at t = {time:g}")
    slope = field(time, state)
    for share in (0.0, 1e-9, 1e-7, 1e-5):
        ahead = share * duration
        found = slope if share == 0.0 else field(time + ahead, state + ahead * slope)
        if not np.all(np.isfinite(found)):
            which = ", ".join(np.array(names)[~np.isfinite(found)].tolist())
            where = f"{'at' if share == 0.0 else 'after'} t = {time:g}"
            return Stop("undefined", f"the derivative of {which} has no finite value {where}")
    return Stop("stalled", message)
