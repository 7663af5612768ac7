"""How uncertain a derivative is in float64, where every operation errs in its last digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.boundaries import TIME
from nullcline.expression import OPERATIONS, Apply, Node, Number, Symbol
from nullcline.expression.operations import TRUTH
from nullcline.system import System
from nullcline.trajectory import Array

LAST_DIGIT = 2.3e-16
TRIALS, STEPS = 32, 4
ALLOWED = 250
"""How many times the effect of a few last digits two forms may be apart: one takes detours."""
WIDER, GROWS = 1e3, 4
"""Rounding grows with the size of what was rounded, a jump does not."""

Mask = NDArray[np.bool_]
Points = Mapping[str, Array]
"""The numbers of some points by name, and TIME, each of the shape (points,)."""


def uncertain(system: System, row: int, points: Points, apart: Array) -> tuple[Mask, Mask]:
    """At which points a derivative is uncertain by `apart`: smoothly, or lost to rounding.

    A jump is not rounding. A derivative is lost beside one only where it takes all values in
    between, as sin(1e20*x) does.
    """
    with np.errstate(all="ignore"):
        near, far = (_shaken(system, row, points, LAST_DIGIT * wider) for wider in (1.0, WIDER))
        spread, gap = np.ptp(near, axis=0), np.diff(np.sort(near, axis=0), axis=0).max(axis=0)
        grows = np.ptp(far, axis=0) > GROWS * spread
        smooth = grows & (apart <= ALLOWED * spread)
        return smooth, ~grows & (gap < 0.4 * spread) & (apart <= 2 * spread)


def _shaken(system: System, row: int, points: Points, size: float) -> Array:
    """The derivative with every number on the way moved by a few times that share of itself."""
    random = np.random.default_rng(0)
    shape = (TRIALS, len(points[TIME]))
    known = dict(points)

    def value(tree: Node) -> Any:
        found: Any
        match tree:
            case Number(number):
                found = np.float64(number)
            case Symbol(name):
                found = known[name]
            case Apply("time"):
                found = known[TIME]
            case Apply(operation, arguments):
                found = OPERATIONS[operation].meaning(*map(value, arguments))
                if OPERATIONS[operation].gives == TRUTH:
                    return np.asarray(found)
        return np.asarray(found * (1 + size * random.integers(-STEPS, STEPS + 1, shape)))

    tree = system.derivatives[row].tree
    for item in system.behind(tree):
        known[item.name] = value(item.tree)
    return np.asarray(np.broadcast_to(value(tree), shape))
