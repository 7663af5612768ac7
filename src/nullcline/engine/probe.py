"""Which sizes of states that start at 0 must be known beforehand, and whether they were right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.engine.program import Program
from nullcline.engine.task import FINISHED, Result
from nullcline.tolerances import WITHIN, shaken
from nullcline.trajectory import Array

Mask = NDArray[np.bool_]


def unsized(code: Program, places: Any, values: Array, known: Array) -> tuple[Mask, Mask]:
    """The states (points, states) that start at 0, and those whose sizes a loose integration is to
    show.

    The latter are all that start at 0 of the points where one of them has no slope there, but for
    rounding, and is not `known` (states,) either.
    """
    field = _Field(code, places, values)
    start: Mask = np.asarray(field.start == 0.0)
    if not start.any():
        return start.T, start.T
    rise, noise = field(0.0, field.start), shaken(field, 0.0, field.start)
    resting = start & (np.abs(rise) <= noise) & (known[:, None] == 0.0)
    return start.T, (start & resting.any(axis=0)).T


def noise(code: Program, places: Any, values: Array, times: Array, samples: Array) -> Array:
    """How far the derivatives (points, states) are uncertain for rounding, at most at the times of
    the samples (points, states, times).

    No state can be computed more exactly; one that should stay 0 may consist of nothing else.
    """
    field = _Field(code, places, values)
    found = np.zeros(samples.shape[:2])
    for place, time in enumerate(times.tolist()):
        moved = shaken(field, time, np.ascontiguousarray(samples[:, :, place].T)).T
        found = np.fmax(found, moved)
    return np.where(np.isfinite(found), found, 0.0)


class _Field:
    """The derivatives (states, points) by NumPy, at the `start` or anywhere."""

    def __init__(self, code: Program, places: Any, values: Array) -> None:
        from nullcline.engine.rows import Section, evaluate

        self.code, self.count, self.evaluate = code, len(values), evaluate
        self.rows = np.repeat(code.base[:, None], self.count, axis=1)
        self.rows[places] = values.T
        self.start = self.rows[1 : 1 + code.states].copy()
        self.section: Any = Section(code.field)
        with np.errstate(all="ignore"):
            evaluate(Section(code.prologue), self.rows, self.count)

    def __call__(self, time: float, states: Array) -> Array:
        self.rows[0], self.rows[1 : 1 + self.code.states] = time, states
        with np.errstate(all="ignore"):
            self.evaluate(self.section, self.rows, self.count)
        found: Array = self.rows[self.code.derivatives]
        return found


def lowered(sizes: Array, result: Result) -> bool:
    """Tell whether states of points that finished came to less than the sizes (points, states) that
    were taken for known; these are then set to what the states came to."""
    finished = (result.status == FINISHED)[:, None]
    wrong = finished & (sizes / WITHIN > result.sizes)
    sizes[wrong] = result.sizes[wrong]
    return bool(wrong.any())
