"""Where a function of one variable turns, jumps or takes a value, between times that are known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nullcline.trajectory import Array

Function = Callable[[Array], Array]
Pairs = tuple[Array, Array]
"""The last times before and the first times after a change."""

HALVINGS = 100
LOOKS = 16
"""How often a function is looked at between two knots where its own shape is not known."""
GOLDEN = (np.sqrt(5) - 1) / 2


def joined(*times: Array) -> Array:
    """All of these times, sorted, each once."""
    return np.unique(np.concatenate(times))


def bisected(marks: Function, low: Array, high: Array) -> Pairs:
    """Both sides of the place where the mark at `low` ends, for each bracket: two neighbouring
    floats where they are not next to zero."""
    before = marks(low)
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        if not np.any((middle > low) & (middle < high)):
            break
        left = marks(middle) == before
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return low, high


def changes(marks: Function, knots: Array) -> Pairs:
    """Where a mark changes that is constant or changes once between knots; NaN is none."""
    found = marks(knots)
    where = np.isfinite(found[:-1]) & np.isfinite(found[1:]) & (found[:-1] != found[1:])
    return bisected(marks, knots[:-1][where], knots[1:][where])


def zeros(function: Function, knots: Array) -> Pairs:
    """Where the sign of a function changes that is monotone between knots."""
    return changes(lambda times: np.sign(function(times)), knots)


def levels(
    function: Function, knots: Array, apart: float, shift: float, most: int
) -> tuple[Array, Array, Array] | None:
    """The brackets in which a monotone function takes a value `shift + k*apart`, and that value.

    None where there are more than `most`.
    """
    with np.errstate(all="ignore"):
        found = (function(knots) - shift) / apart
    low, high = np.minimum(found[:-1], found[1:]), np.maximum(found[:-1], found[1:])
    low, high = np.ceil(low), np.floor(high)
    count = np.where(np.isfinite(high - low), np.maximum(high - low + 1, 0), 0)
    if count.sum() > most:
        return None
    whole = count.astype(int)
    piece = np.repeat(np.arange(len(whole)), whole)
    order = np.arange(len(piece)) - np.repeat(np.cumsum(whole) - whole, whole)
    return knots[:-1][piece], knots[1:][piece], shift + apart * (low[piece] + order)


def crossings(function: Function, low: Array, high: Array, level: Array) -> Pairs:
    """Both sides of the places at which a function, monotone in each bracket, takes a level."""
    rising = function(high) >= function(low)

    def beyond(times: Array) -> Array:
        found = function(times)
        reached: Array = np.where(rising, found >= level, found <= level)
        return reached

    at_start = beyond(low)
    found = bisected(beyond, low, high)
    return np.where(at_start, low, found[0]), np.where(at_start, low, found[1])


def jumps(function: Function, low: Array, high: Array) -> Pairs:
    """Both sides of the largest change near each of these places, some roundings to either side."""
    near = 16 * np.spacing(np.abs(high)) + 1e-12 * np.ptp(high)
    low, high = np.maximum(low - near, 0.0), high + near
    for _ in range(HALVINGS):
        middle = low + (high - low) / 2
        inside = (middle > low) & (middle < high)
        if not inside.any():
            break
        first, second, third = function(low), function(middle), function(high)
        left = np.abs(second - first) >= np.abs(third - second)
        low = np.where(inside & ~left, middle, low)
        high = np.where(inside & left, middle, high)
    return low, high


def extrema(function: Function, knots: Array) -> Array:
    """Those knots at which a function that is monotone between them turns."""
    rise = np.sign(np.diff(function(knots)))
    turns = (rise[:-1] != rise[1:]) & np.isfinite(rise[:-1] * rise[1:])
    found: Array = knots[1:-1][turns]
    return found


def refined(function: Function, knots: Array) -> Array:
    """The knots, and the extrema that a function has between them, as LOOKS of it show."""
    shares = np.linspace(0, 1, LOOKS + 1)[:-1]
    grid = np.append((knots[:-1, None] + np.diff(knots)[:, None] * shares).ravel(), knots[-1])
    grid = np.unique(grid)
    values = function(grid)
    rise = np.sign(np.diff(values))
    where = np.flatnonzero((rise[:-1] * rise[1:] < 0) | ((rise[:-1] != 0) & (rise[1:] == 0))) + 1
    if not len(where):
        return knots
    low, high = grid[where - 1], grid[np.minimum(where + 1, len(grid) - 1)]
    up = np.where(values[where] >= values[where - 1], 1.0, -1.0)
    for _ in range(60):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        keep = up * function(left) >= up * function(right)
        low, high = np.where(keep, low, left), np.where(keep, right, high)
    return joined(knots, (low + high) / 2)
