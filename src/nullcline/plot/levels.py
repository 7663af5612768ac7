"""Lines of equal value on a map, where they say something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from nullcline.trajectory import Array

MOST_PIECES = 60
"""A map whose lines of equal value fall into more pieces has none drawn: they would be noise."""


def draw_levels(ax: Axes, grid: Array, x: Array, y: Array) -> Any:
    """Lines of equal value with their values; nothing where they would say nothing."""
    finite = grid[np.isfinite(grid)]
    if min(grid.shape) < 3 or finite.size < 9 or np.ptp(finite) <= 1e-9 * np.abs(finite).max():
        return None
    levels = MaxNLocator(5).tick_values(float(finite.min()), float(finite.max()))
    levels = apart(grid, [level for level in levels if finite.min() < level < finite.max()])
    if not levels:
        return None
    drawn = ax.contour(
        x, y, np.ma.masked_invalid(grid), levels=levels, colors="white", linewidths=1.0
    )
    if sum(len(path.to_polygons(closed_only=False)) for path in drawn.get_paths()) > MOST_PIECES:
        drawn.remove()
        return None
    halo = patheffects.withStroke(linewidth=2.5, foreground="white")
    for text in drawn.clabel(fontsize=8) or ():
        text.set_color("black")
        text.set_path_effects([halo])
    return drawn


def apart(grid: Array, levels: Sequence[float]) -> list[float]:
    """The levels without those that fall together at a cliff, of which the middle one stays where
    there are others; a line along the cliff alone says nothing that the colours do not.

    A level falls together with others where most steps between neighbours that cross it cross
    another one too.
    """
    sides = ((grid[:-1].ravel(), grid[1:].ravel()), (grid[:, :-1].ravel(), grid[:, 1:].ravel()))
    one, other = (np.concatenate(side) for side in zip(*sides, strict=True))
    crossed = np.array([(one < level) != (other < level) for level in levels], dtype=bool)
    crossed &= np.isfinite(one + other)
    shared = crossed.sum(axis=0) > 1
    cliff = [bool(row.any() and np.mean(shared[row]) > 0.5) for row in crossed]
    fallen = [level for level, together in zip(levels, cliff, strict=True) if together]
    clear = [level for level, together in zip(levels, cliff, strict=True) if not together]
    middle = fallen[len(fallen) // 2 : len(fallen) // 2 + 1]
    return sorted([*clear, *middle]) if clear else []
