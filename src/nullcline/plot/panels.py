"""The canvas: panels in a grid, colours that everybody can tell apart, outer labels and legends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import colormaps, patheffects
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from nullcline.plot.curves import Array, Curve
from nullcline.plot.labels import Labels

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000")
"""Okabe and Ito's colours for every kind of colour vision, but for yellow, which is too pale."""
STYLES = ("-", "--", ":", "-.")
MOST_NAMED = 8
"""The most curves that a legend names one by one."""
MOST_CELLS = 64
"""The most cells of a heat map in which each value is written."""


class Picture(Figure):
    """A Figure that belongs to no window and that a notebook shows all the same."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=120)
        return buffer.getvalue()


class Panels:
    """A figure with `count` panels in a grid; `size` is the width and height of one, in inches."""

    def __init__(
        self, count: int, columns: int, title: str | None, size: tuple[float, float]
    ) -> None:
        self.columns = max(1, min(columns, count))
        rows = -(-count // self.columns)
        shape = (size[0] * self.columns, size[1] * rows)
        self.figure = Picture(figsize=shape, layout="constrained")
        self.axes: list[Axes] = [
            self.figure.add_subplot(rows, self.columns, index + 1) for index in range(count)
        ]
        if title:
            self.figure.suptitle(title)

    @staticmethod
    def colour(index: int) -> str:
        """The colour of a curve by its number."""
        return COLOURS[index % len(COLOURS)]

    def line(self, index: int) -> dict[str, Any]:
        """The look of a curve by its number; when the colours are used up, the dashes change."""
        style = STYLES[index // len(COLOURS) % len(STYLES)]
        return {"color": self.colour(index), "linestyle": style, "linewidth": 1.4}

    def overlay(
        self,
        ax: Axes,
        curves: Sequence[Curve],
        labels: Labels,
        samples: Callable[[Curve], tuple[Array, Array]],
    ) -> None:
        """Several runs in one panel, from dark to light; named beside it, or by a colour bar."""
        shades = colormaps["viridis"](np.linspace(0, 0.9, len(curves)))
        names = list(curves[0].point)
        many = len(curves) > MOST_NAMED
        for curve, shade in zip(curves, shades, strict=True):
            x, y = samples(curve)
            ax.plot(x, y, color=shade, linewidth=1.2, label=None if many else labels.point(curve))
        if many and len(names) == 1:
            self._scale(ax, [curve.point[names[0]] for curve in curves], labels.axis(names[0]))
        elif not many and any(map(labels.point, curves)):
            ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)

    def _scale(self, ax: Axes, values: list[float], label: str) -> None:
        """The colours of the curves by their parameter, for values that may be unevenly spaced."""
        norm = Normalize(min(values), max(values))
        for line, value in zip(ax.get_lines(), values, strict=True):
            line.set_color(colormaps["viridis"](norm(value)))
        self.figure.colorbar(ScalarMappable(norm, colormaps["viridis"]), ax=ax, label=label)

    def ends(self, ax: Axes, x: Array, y: Array) -> None:
        """Where a run starts (a circle) and where it ends (a square)."""
        ax.plot(x[:1], y[:1], "o", color=COLOURS[2], label="Start", zorder=3, markersize=7)
        ax.plot(x[-1:], y[-1:], "s", color=COLOURS[1], label="End", zorder=3, markersize=7)

    def cells(self, grid: Array, x: Array, y: Array, label: str, marked: bool) -> None:
        """A grid of values as coloured cells; `marked` with the values, or lines of equal value."""
        ax = self.axes[0]
        mesh = ax.pcolormesh(_edges(x), _edges(y), grid, cmap="viridis")
        self.figure.colorbar(mesh, ax=ax, label=label)
        if marked and grid.size <= MOST_CELLS:
            self._write_values(ax, grid, x, y)
        elif marked and min(grid.shape) > 1 and np.isfinite(grid).all() and np.ptp(grid) > 0:
            drawn = ax.contour(x, y, grid, levels=5, colors="white", linewidths=1.0)
            halo = patheffects.withStroke(linewidth=2.0, foreground="black")
            for text in drawn.clabel(fontsize=8) or ():
                text.set_path_effects([halo])

    @staticmethod
    def _write_values(ax: Axes, grid: Array, x: Array, y: Array) -> None:
        """Each value in its cell, dark on the bright half of the colours."""
        finite = grid[np.isfinite(grid)]
        bright = finite.min() + 0.6 * np.ptp(finite) if finite.size else 0.0
        for (row, column), value in np.ndenumerate(grid):
            shade = "black" if value > bright else "white"
            where = float(x[column]), float(y[row])
            ax.text(*where, f"{value:.3g}", color=shade, ha="center", va="center")

    def finish(self, xlabel: str, ylabel: str | None = None) -> Figure:
        """The figure, with labels along its outer edges and one legend for all panels."""
        for index, ax in enumerate(self.axes):
            if index + self.columns >= len(self.axes):
                ax.set_xlabel(xlabel)
            if ylabel is not None and index % self.columns == 0:
                ax.set_ylabel(ylabel)
        handles, names = self.axes[0].get_legend_handles_labels()
        if len(self.axes) > 1 and handles and self.axes[0].get_legend() is None:
            self.figure.legend(handles, names, loc="outside right upper")
        elif handles and self.axes[0].get_legend() is None:
            self.axes[0].legend()
        return self.figure


def _edges(centres: Array) -> Array:
    """The edges of the cells around each centre, half way to the next one."""
    if centres.size == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = (centres[1:] + centres[:-1]) / 2
    first, last = 2 * centres[0] - middle[0], 2 * centres[-1] - middle[-1]
    return np.concatenate([[first], middle, [last]])
