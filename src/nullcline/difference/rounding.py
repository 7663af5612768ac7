"""Which differences of two derivatives float64 alone can make: by rounding, or by its range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.conformance.boundaries import TIME
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
GROWING = frozenset({"exp", "expm1", "sinh", "cosh", "+", "-", "*", "/", "**"})
"""Operations that leave the range of float64 where the real number is finite."""

Mask = NDArray[np.bool_]
Points = Mapping[str, Array]
"""The numbers of some points by name, and TIME, each of the shape (points,)."""


def explained(old: System, new: System, row: int, points: Points, one: Array, other: Array) -> Mask:
    """At which points float64 explains that a derivative is `one` in the old, `other` in the new.

    A difference beside a jump is explained only if both forms take all values in between, as
    sin(1e20*x) does, which is lost to rounding altogether.
    """
    with np.errstate(all="ignore"):
        apart = np.abs(one - other)
        smooth, lost = zip(
            *(_uncertain(each, row, points, apart) for each in (old, new)), strict=True
        )
        rounds = smooth[0] | smooth[1] | (lost[0] & lost[1])
        finite = np.isfinite(one) & np.isfinite(other)
        if np.all(finite):
            return np.asarray(rounds)
        leaves = _overflows(old, row, points) | _overflows(new, row, points)
    return np.where(finite, rounds, leaves)


def _uncertain(system: System, row: int, points: Points, apart: Array) -> tuple[Mask, Mask]:
    """Where the derivative is that uncertain, smoothly or wholly, if every operation errs."""
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
