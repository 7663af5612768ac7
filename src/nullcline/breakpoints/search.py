"""The times at which an expression in time jumps, bends or peaks, sought on a grid."""

from __future__ import annotations

import numpy as np

from nullcline.breakpoints.timed import Function, Timed
from nullcline.breakpoints.watched import Watch
from nullcline.trajectory import Array

GAP = 2e-14
"""How far to either side of a jump in time, relative to it, a solver ends and starts anew: a few
times what roundings of the time may move it by."""
NOISE = 1e-14
"""Sides that differ by less, relative to them, cannot be told apart."""
NARROW = 1 / 8
"""A bump is resolved by breaks where half its width is less than that share of the distance to the
next one; wider ones are seen by the control of errors."""
WIDTHS = np.logspace(-12, 0, 241)
NEAR = 1e-9
"""How far from a break, relative to the length searched, the grid has points beside it."""


def sought(timed: Timed, watch: Watch, grid: Array, inner: Array) -> tuple[Array, Array]:
    """The breaks of a watched expression between the ends of a grid, and half the gap of each.

    `inner` are those of what is inside of it. A gap is where roundings make a condition change to
    and fro; of a narrow bump the peak and both sides at half its height are breaks.
    """
    function = timed.function(watch.difference)
    near = NEAR * (grid[-1] - grid[0])
    inner = inner[(inner > grid[0]) & (inner < grid[-1])]
    grid = np.unique(np.concatenate([grid, inner, inner - near, inner + near]))
    values = function(grid)
    if watch.kind == "value":
        return _without_gap(_changes(function, grid, values))
    peaks = _peaks(function, grid, values)
    if watch.kind == "peak":
        return _without_gap(_bumps(timed.function(watch.bump), peaks, grid[-1] - grid[0]))
    grid = np.unique(np.concatenate([grid, peaks]))
    found = _changes(lambda times: np.sign(function(times)), grid, np.sign(function(grid)))
    return found, _gaps(timed.function(watch.left, watch.right), found)


def _without_gap(times: Array) -> tuple[Array, Array]:
    return times, np.zeros_like(times)


def _changes(marks: Function, grid: Array, levels: Array) -> Array:
    """The first float after which the mark is another than before, for each two of the grid."""
    both = np.isfinite(levels[:-1]) & np.isfinite(levels[1:]) & (levels[:-1] != levels[1:])
    low, before = grid[:-1][both], levels[:-1][both]
    high: Array = grid[1:][both]
    while low.size:
        middle = low + (high - low) / 2
        if not np.any((middle > low) & (middle < high)):
            break
        left = marks(middle) == before
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return high


def _peaks(function: Function, grid: Array, values: Array) -> Array:
    """The local extrema, by a golden-section search from the three points around each."""
    rise = np.sign(np.diff(values))
    where = np.flatnonzero((rise[:-1] * rise[1:] < 0) | ((rise[:-1] != 0) & (rise[1:] == 0))) + 1
    low, high = grid[where - 1], grid[np.minimum(where + 1, len(grid) - 1)]
    up = np.where(values[where] >= values[where - 1], 1.0, -1.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(60 if where.size else 0):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        keep = up * function(left) >= up * function(right)
        low, high = np.where(keep, low, left), np.where(keep, right, high)
    found: Array = (low + high) / 2
    return found


def _bumps(bump: Function, peaks: Array, span: float) -> Array:
    """Each peak of a narrow bump with both sides at half its height."""
    if not peaks.size:
        return peaks
    height = np.abs(bump(peaks))
    steps = span * WIDTHS[:, None]
    lower = [np.abs(bump(peaks + side * steps)) <= height / 2 for side in (-1, 1)]
    reach = [np.where(side.any(axis=0), steps[side.argmax(axis=0), 0], np.inf) for side in lower]
    half = np.minimum(*reach)
    spacing = np.diff(peaks, prepend=-np.inf, append=np.inf)
    apart = np.minimum(np.minimum(spacing[:-1], spacing[1:]), span)
    kept = np.isfinite(height) & (height > 0) & (half < NARROW * apart)
    peaks, half = peaks[kept], half[kept]
    return np.concatenate([peaks - half, peaks, peaks + half])


def _gaps(sides: Function, times: Array) -> Array:
    """How far from each change the two sides can be told apart again."""
    gaps = GAP * np.abs(times)
    for _ in range(40 if times.size else 0):
        unsure = np.zeros(times.shape, dtype=bool)
        for moved in (times - gaps, times + gaps):
            left, right = sides(moved)
            size = np.maximum(np.abs(left), np.abs(right))
            unsure |= np.abs(left - right) <= NOISE * size
        if not unsure.any():
            break
        gaps = np.where(unsure, 2 * gaps, gaps)
    return np.where(gaps < 1e-3 * np.abs(times), gaps, GAP * np.abs(times))
