"""Which pictures a modeller draws of runs and sweeps, each by one call that gives the Figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from nullcline.plot.curves import Array, Curve, Data, Points, parameter_of, read
from nullcline.plot.labels import Labels, words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def time_series(
    data: Data,
    points: Points = None,
    *,
    outputs: Sequence[str] | None = None,
    runs: Sequence[int] | None = None,
    overlay: bool = False,
    start: float | None = None,
    model: Any = None,
    title: str | None = None,
    columns: int = 3,
) -> Figure:
    """Variables over time: one picture of one run, or small multiples of a sweep.

    `data` is a Trajectory, several of them, or what PyRates' grid_search returns; `points` says
    which parameters each run had: the results_map, or {"mu": [0.1, 0.5]}. `outputs` and `runs`
    (numbers from 0) choose what is shown, `overlay` puts every run into one picture for each
    variable, `start` leaves out the time before it, `model` gives units. Raises ValueError where
    data and points do not fit each other.
    """
    from nullcline.plot.panels import Panels

    curves = read(data, points, runs, start)
    names = list(outputs) if outputs is not None else list(curves[0].values)
    labels = Labels(model)
    if overlay:
        panels = Panels(len(names), 1, title, (7.0, 3.2))
        for ax, name in zip(panels.axes, names, strict=True):
            panels.overlay(ax, curves, labels, _over_time(name))
            ax.set_ylabel(labels.axis(name))
        return panels.finish(labels.time)
    panels = Panels(len(curves), columns, title, (4.2, 2.8) if len(curves) > 1 else (7.0, 3.8))
    for ax, curve in zip(panels.axes, curves, strict=True):
        for index, name in enumerate(names):
            shown = labels.axis(name) if len(names) > 1 else None
            ax.plot(curve.times, curve[name], label=shown, **panels.line(index))
        ax.set_title(labels.point(curve))
        ax.margins(x=0)
    return panels.finish(labels.time, labels.axis(names[0]) if len(names) == 1 else "State")


def phase_portrait(
    data: Data,
    x: str,
    y: str,
    points: Points = None,
    *,
    runs: Sequence[int] | None = None,
    overlay: bool = False,
    start: float | None = None,
    model: Any = None,
    title: str | None = None,
    columns: int = 3,
) -> Figure:
    """One variable against another, with where each run starts and ends; else as time_series."""
    from nullcline.plot.panels import Panels

    curves = read(data, points, runs, start)
    labels = Labels(model)
    if overlay:
        panels = Panels(1, 1, title, (5.0, 4.4))
        panels.overlay(panels.axes[0], curves, labels, lambda curve: (curve[x], curve[y]))
    else:
        panels = Panels(len(curves), columns, title, (3.6, 3.6) if len(curves) > 1 else (5.0, 5.0))
        for ax, curve in zip(panels.axes, curves, strict=True):
            ax.plot(curve[x], curve[y], linewidth=1.0, color=panels.colour(0))
            panels.ends(ax, curve[x], curve[y])
            ax.set_title(labels.point(curve))
    for ax in panels.axes:
        ax.set_box_aspect(1)
    return panels.finish(labels.axis(x), labels.axis(y))


def heat_map(
    values: ArrayLike,
    x: ArrayLike,
    y: ArrayLike,
    *,
    xlabel: str = "",
    ylabel: str = "",
    label: str = "",
    title: str | None = None,
    marked: bool = True,
) -> Figure:
    """A quantity over two parameters: `values` has the shape (len(y), len(x)).

    Each point of the grid is one cell around it. `marked`: the values of a small grid are written
    into its cells, and a larger one gets lines of equal value with their values. Raises ValueError
    for another shape.
    """
    from nullcline.plot.panels import Panels

    grid, across, up = (np.asarray(item, dtype=float) for item in (values, x, y))
    if grid.shape != (up.size, across.size):
        hint = "; the rows belong to y" if grid.shape == (across.size, up.size) else ""
        raise ValueError(f"values of shape {grid.shape} for {up.size} y and {across.size} x{hint}")
    columns, rows = np.argsort(across), np.argsort(up)
    grid, across, up = grid[np.ix_(rows, columns)], across[columns], up[rows]
    panels = Panels(1, 1, title, (6.4, 4.8))
    panels.cells(grid, across, up, words(label), marked)
    return panels.finish(words(xlabel), words(ylabel))


def bifurcation_diagram(
    data: Data,
    points: Points,
    output: str | None = None,
    *,
    parameter: str | None = None,
    last: float = 0.2,
    traces: Sequence[int] = (),
    model: Any = None,
    title: str | None = None,
) -> Figure:
    """What a variable does in the end, over a parameter: its range as a band, and its mean.

    Only the `last` part of the samples counts (0.2: the last fifth), so that the start is
    forgotten. `traces` are the numbers of runs whose last two fifths are drawn in a second
    picture. `output` and `parameter` may be left out where there is one. A band without height
    is a steady state (or a run that was sampled at its period).
    """
    from nullcline.plot.panels import Panels

    if not 0 < last <= 1:
        raise ValueError(f"last = {last!r} is not a part of the run: it needs 0 < last <= 1")
    curves = read(data, points)
    output = output if output is not None else _only(curves[0])
    name = parameter if parameter is not None else parameter_of(curves)
    labels = Labels(model)
    panels = Panels(2 if traces else 1, 2, title, (6.0, 4.2))
    _band(panels.axes[0], curves, name, output, last)
    panels.axes[0].set_xlabel(labels.axis(name))
    panels.axes[0].set_ylabel(labels.axis(output))
    panels.axes[0].legend()
    if traces:
        chosen = [curves[index].tail(0.4) for index in traces]
        panels.overlay(panels.axes[1], chosen, labels, _over_time(output))
        panels.axes[1].set_xlabel(labels.time)
        panels.axes[1].set_ylabel(labels.axis(output))
    return panels.figure


def _band(ax: Axes, curves: list[Curve], parameter: str, output: str, last: float) -> None:
    from nullcline.plot.panels import COLOURS

    tails = [curve.tail(last)[output] for curve in curves]
    where = np.array([curve.point[parameter] for curve in curves])
    low, high, mean = (np.array([of(tail) for tail in tails]) for of in (np.min, np.max, np.mean))
    order = np.argsort(where)
    where, low, high, mean = where[order], low[order], high[order], mean[order]
    ax.fill_between(where, low, high, color=COLOURS[0], alpha=0.25, linewidth=0, label="Range")
    ax.plot(where, low, color=COLOURS[0], linewidth=0.8)
    ax.plot(where, high, color=COLOURS[0], linewidth=0.8)
    ax.plot(where, mean, color="black", marker=".", label="Mean")
    ax.margins(x=0)


def _over_time(name: str) -> Callable[[Curve], tuple[Array, Array]]:
    return lambda curve: (curve.times, curve[name])


def _only(curve: Curve) -> str:
    if len(curve.values) != 1:
        raise ValueError(f"say which output is meant: {', '.join(curve.values)}")
    return next(iter(curve.values))


__all__ = ["bifurcation_diagram", "heat_map", "phase_portrait", "time_series"]
