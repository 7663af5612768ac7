"""A grid of values as cells: their edges, their colours, and what has no value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from nullcline.trajectory import Array

MOST_WRITTEN = 64
"""The most cells of a map in which each value is written."""
MOST_HATCHED = 20_000
"""The most cells that get a hatching of their own; more are only grey."""
MOST_TICKS = 8
MANY = 400
"""The values from which on a few of them may lie beyond the colours."""
NOTHING = (0.0, 1.0, "neither")
HATCHES = ("////", "xxxx", "....", "\\\\\\\\", "++++", "oo")


def draw_cells(ax: Axes, grid: Array, x: Array, y: Array, limits: tuple[float, float]) -> Any:
    """Each value of `grid` (len(y), len(x)) as one coloured cell; the mesh, for a colour bar."""
    low, high = limits
    for axis, values, scale in ((ax.xaxis, x, ax.set_xscale), (ax.yaxis, y, ax.set_yscale)):
        if geometric(values):
            scale("log")
        if values.size <= MOST_TICKS:
            axis.set_ticks(values, [f"{value:.4g}" for value in values])
            axis.set_minor_locator(NullLocator())
    shown = np.ma.masked_invalid(grid)
    return ax.pcolormesh(edges(x), edges(y), shown, cmap="viridis", vmin=low, vmax=high)


def draw_gaps(ax: Axes, gaps: Mapping[str, NDArray[np.bool_]], x: Array, y: Array) -> list[Patch]:
    """Cells without a value, grey and hatched by the reason; the patches of a legend."""
    patches = []
    across, up = edges(x), edges(y)
    for (reason, mask), hatch in zip(gaps.items(), HATCHES, strict=False):
        rows, columns = np.nonzero(mask)
        left, right, low, high = across[columns], across[columns + 1], up[rows], up[rows + 1]
        corners = np.array([[left, right, right, left], [low, low, high, high]]).T
        grey = PolyCollection(list(corners), facecolor="0.85", edgecolor="0.35", linewidth=0)
        grey.set_hatch(hatch if rows.size <= MOST_HATCHED else "")
        ax.add_collection(grey, autolim=False)
        said = f"{reason} ({rows.size})"
        patches.append(Patch(facecolor="0.85", edgecolor="0.35", hatch=hatch, label=said))
    return patches


def bounds(grid: Array) -> tuple[float, float, str]:
    """The values of the first and the last colour, and at which ends some lie beyond.

    In a large map, the last percent at an end that would take half of the colours lies beyond.
    """
    finite = grid[np.isfinite(grid)]
    if finite.size < MANY:
        return (float(finite.min()), float(finite.max()), "neither") if finite.size else NOTHING
    low, high = np.percentile(finite, [1, 99]).tolist()
    least, greatest = float(finite.min()), float(finite.max())
    body = high - low
    beyond = (0 < body < low - least, 0 < body < greatest - high)
    ends = {(True, True): "both", (True, False): "min", (False, True): "max"}
    first, last = low if beyond[0] else least, high if beyond[1] else greatest
    return first, last, ends.get(beyond, "neither")


def logarithmic(values: Array) -> bool:
    """Whether values drawn at random crowd at the lower end, as in a range that is logarithmic."""
    low, high = float(values.min()), float(values.max())
    crowded = float(np.median(values)) < low + 0.25 * (high - low)
    return values.size > 8 and low > 0 and high > 20 * low and crowded


def write_values(ax: Axes, grid: Array, x: Array, y: Array) -> None:
    """Each value in its cell, dark on the bright half of the colours."""
    finite = grid[np.isfinite(grid)]
    bright = finite.min() + 0.6 * np.ptp(finite) if finite.size else 0.0
    for (row, column), value in np.ndenumerate(grid):
        if np.isfinite(value):
            shade = "black" if value > bright else "white"
            where = float(x[column]), float(y[row])
            ax.text(*where, f"{value:.3g}", color=shade, ha="center", va="center", fontsize=9)


def geometric(values: Array) -> bool:
    """Whether values grow by a factor rather than by a difference."""
    if values.size < 3 or values.min() <= 0:
        return False
    ratios = np.diff(np.log(values))
    return bool(np.allclose(ratios, ratios[0], rtol=1e-3) and ratios[0] > 0.1)


def edges(centres: Array) -> Array:
    """The edges of the cells around each centre, half way to the next one."""
    if geometric(centres):
        return np.exp(edges_even(np.log(centres)))
    return edges_even(centres)


def edges_even(centres: Array) -> Array:
    """The same on an axis that is not logarithmic."""
    if centres.size == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = (centres[1:] + centres[:-1]) / 2
    first, last = 2 * centres[0] - middle[0], 2 * centres[-1] - middle[-1]
    return np.concatenate([[first], middle, [last]])
