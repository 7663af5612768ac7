"""Which differences of two derivatives float64 alone can make: by rounding, or by its range."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.boundaries import TIME
from nullcline.expression import OPERATIONS, Apply, Node, Number
from nullcline.rounding import Mask, Points, uncertain
from nullcline.system import System
from nullcline.trajectory import Array

GROWING = frozenset({"exp", "expm1", "sinh", "cosh", "+", "-", "*", "/", "**"})
"""Operations that leave the range of float64 where the real number is finite."""


def explained(old: System, new: System, row: int, points: Points, one: Array, other: Array) -> Mask:
    """At which points float64 explains that a derivative is `one` in the old, `other` in the new.

    A difference beside a jump is explained only if both forms take all values in between, as
    sin(1e20*x) does, which is lost to rounding altogether.
    """
    with np.errstate(all="ignore"):
        apart = np.abs(one - other)
        smooth, lost = zip(
            *(uncertain(each, row, points, apart) for each in (old, new)), strict=True
        )
        rounds = smooth[0] | smooth[1] | (lost[0] & lost[1])
        finite = np.isfinite(one) & np.isfinite(other)
        if np.all(finite):
            return np.asarray(rounds)
        leaves = _overflows(old, row, points) | _overflows(new, row, points)
    return np.where(finite, rounds, leaves)


def _overflows(system: System, row: int, points: Points) -> Mask:
    """Where an operation gives infinity of finite numbers, and not by dividing by 0."""
    known = dict(points)
    over = np.zeros(len(points[TIME]), dtype=bool)

    def value(tree: Node) -> Array:
        nonlocal over
        if not isinstance(tree, Apply):
            return np.asarray(tree.value if isinstance(tree, Number) else known[tree.name])
        if tree.operation == "time":
            return known[TIME]
        sides = [value(part) for part in tree.arguments]
        found = np.asarray(OPERATIONS[tree.operation].meaning(*sides))
        if tree.operation in GROWING:
            undivided: Any = {"/": sides[-1] != 0, "**": sides[0] != 0}.get(tree.operation, True)
            finite = np.logical_and.reduce(
                [np.broadcast_to(np.isfinite(s), over.shape) for s in sides]
            )
            over = over | (finite & np.isinf(found) & undivided)
        return found

    tree = system.derivatives[row].tree
    for item in system.behind(tree):
        known[item.name] = value(item.tree)
    value(tree)
    return over
