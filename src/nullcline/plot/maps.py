"""A quantity over two parameters: of a sweep, or from arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import ArrayLike

from nullcline.errors import needing
from nullcline.plot.labels import Labels, words
from nullcline.plot.swept import POINT, SweptData, gaps, is_dataset
from nullcline.trajectory import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Panels, Where


@overload
def heat_map(
    data: Any,
    feature: str | None = None,
    /,
    x: str | None = None,
    y: str | None = None,
    *,
    title: str | None = None,
    marked: bool = True,
    ax: Where = None,
) -> Figure: ...


@overload
def heat_map(
    data: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    *,
    xlabel: str = "",
    ylabel: str = "",
    label: str = "",
    title: str | None = None,
    marked: bool = True,
    ax: Where = None,
) -> Figure: ...


@needing("matplotlib", what="plotting")
def heat_map(data: Any, *where: Any, **options: Any) -> Figure:
    """A quantity over two parameters: a feature of a sweep, or values from arrays.

    `heat_map(dataset, "amplitude_x", x="a", y="b")` draws a feature over two swept axes (in the
    order swept unless x and y are given): a grid as cells, a list of points as dots. A point that
    did not finish, or has no value, is grey and hatched, with its reason and their number in the
    legend. `heat_map(values, x, y, xlabel=, ylabel=, label=)` draws `values` of the shape
    (len(y), len(x)). `marked`: the values of a small grid are written into its cells, and a
    larger one gets lines of equal value with their values. `ax` are axes to draw into, else there
    is a new Figure. Raises ValueError for an unknown feature or axis, for another number of axes
    than two, and for another shape.
    """
    if is_dataset(data):
        return _of_sweep(data, *where, **options)
    return _of_arrays(data, *where, **options)


def _of_arrays(
    values: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    *,
    xlabel: str = "",
    ylabel: str = "",
    label: str = "",
    title: str | None = None,
    marked: bool = True,
    ax: Where = None,
) -> Figure:
    grid, across, up = (np.asarray(item, dtype=float) for item in (values, x, y))
    if grid.shape != (up.size, across.size):
        hint = "; the rows belong to y" if grid.shape == (across.size, up.size) else ""
        raise ValueError(f"values of shape {grid.shape} for {up.size} y and {across.size} x{hint}")
    panels = _panels(title, ax)
    status = np.full(grid.shape, "finished")
    _draw(panels, grid, status, across, up, words(label), marked)
    return panels.finish(words(xlabel), words(ylabel))


def _of_sweep(
    data: Any,
    feature: str | None = None,
    x: str | None = None,
    y: str | None = None,
    *,
    title: str | None = None,
    marked: bool = True,
    ax: Where = None,
) -> Figure:
    swept, labels = SweptData(data), Labels(data)
    name = swept.feature(feature)
    across, up = _two(swept, x, y)
    panels = _panels(title, ax)
    if swept.sampled:
        _draw_dots(panels, swept, name, across, up, labels.feature(name))
        beside = [other for other in swept.axes if other not in (across, up)]
        panels.caption(_varied(beside), labels.given(swept.fixed))
    else:
        swept = SweptData(data.drop_duplicates([across, up]))  # a value twice is one cell
        grid, status = swept.over(name, up, across), swept.status(up, across)
        axes = swept.values(across), swept.values(up)
        _draw(panels, np.asarray(grid, dtype=float), status, *axes, labels.feature(name), marked)
        panels.caption(labels.given(swept.fixed))
    return panels.finish(labels.axis(across), labels.axis(up))


def _varied(names: list[str]) -> str:
    return f"the points differ in {', '.join(map(words, names))} too" if names else ""


def _panels(title: str | None, ax: Where) -> Panels:
    from nullcline.plot.panels import Panels

    return Panels(1, 1, title, (6.4, 4.8), ax)


def _two(swept: SweptData, x: str | None, y: str | None) -> tuple[str, str]:
    """The axes across and up; ValueError where that is not two."""
    given = [swept.axis(name) for name in (x, y) if name is not None]
    left = [name for name in swept.axes if name not in given]
    over = f"over {', '.join(swept.axes)}" if swept.axes else "of one point"
    if len(swept.axes) < 2 or x == y is not None:
        raise ValueError(f"a heat map needs two axes and the sweep is {over}; see plot.curve")
    if len(swept.axes) > 2 and not swept.sampled:
        hint = f"choose a value of others first: dataset.sel({left[-1]}=..., method='nearest')"
        raise ValueError(f"a heat map needs two axes and the sweep is {over}; {hint}")
    across = x if x is not None else next(name for name in swept.axes if name != y)
    return across, y if y is not None else next(name for name in swept.axes if name != across)


def _draw(
    panels: Panels, grid: Array, status: Any, x: Array, y: Array, label: str, marked: bool
) -> None:
    from nullcline.plot import cells
    from nullcline.plot.levels import draw_levels

    columns, rows = np.argsort(x), np.argsort(y)
    grid, status = grid[np.ix_(rows, columns)], status[np.ix_(rows, columns)]
    x, y, ax = x[columns], y[rows], panels.axes[0]
    missing = gaps(grid, status)
    grid = np.where(status == "finished", grid, np.nan)
    low, high, extend = cells.bounds(grid)
    mesh = cells.draw_cells(ax, grid, x, y, (low, high))
    panels.figure.colorbar(mesh, ax=ax, label=label, extend=extend)
    if marked and grid.size <= cells.MOST_WRITTEN:
        cells.write_values(ax, grid, x, y)
    elif marked:
        draw_levels(ax, grid, x, y)
    patches = cells.draw_gaps(ax, missing, x, y)
    panels.legend(patches, [str(patch.get_label()) for patch in patches])


def _draw_dots(
    panels: Panels, swept: SweptData, name: str, across: str, up: str, label: str
) -> None:
    """The points of a list as dots, those without a value as crosses."""
    from nullcline.plot.cells import bounds, logarithmic

    ax, x, y = panels.axes[0], swept.values(across), swept.values(up)
    values, status = np.asarray(swept.over(name, POINT), dtype=float), swept.status(POINT)
    good = np.isfinite(values) & (status == "finished")
    size = float(np.clip(6000 / max(values.size, 1), 4, 40))
    low, high, extend = bounds(values[good])
    look: dict[str, Any] = {"s": size, "cmap": "viridis", "vmin": low, "vmax": high}
    dots = ax.scatter(x[good], y[good], c=values[good], **look)
    panels.figure.colorbar(dots, ax=ax, label=label, extend=extend)
    for where, scale in ((x, ax.set_xscale), (y, ax.set_yscale)):
        if logarithmic(where):
            scale("log")
    for index, (reason, mask) in enumerate(gaps(values, status).items()):
        said = f"{reason} ({int(mask.sum())})"
        ax.scatter(x[mask], y[mask], c="0.35", s=size, marker="x+1234"[index % 6], label=said)
