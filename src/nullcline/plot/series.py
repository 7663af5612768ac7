"""Variables over time: one run, several side by side, or a sweep with its lines by colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nullcline.plot.curves import Curve, Data, Points, from_dataset, read
from nullcline.plot.labels import Labels
from nullcline.plot.swept import SweptData, is_dataset
from nullcline.trajectory import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_LINES = 60
"""The most runs of a sweep that one panel shows."""


def time_series(
    data: Data,
    points: Points = None,
    *,
    outputs: Sequence[str] | None = None,
    runs: Sequence[int] | None = None,
    overlay: bool = False,
    start: float | None = None,
    by: str | None = None,
    model: Any = None,
    title: str | None = None,
    columns: int = 3,
) -> Figure:
    """Variables over time: one picture of one run, small multiples of several, or a sweep.

    `data` is the Dataset of a sweep, a Trajectory, several of them, or what PyRates' grid_search
    returns; `points` says which parameters each run of the last three had: the results_map, or
    {"mu": [0.1, 0.5]}. `outputs` and `runs` (numbers from 0) choose what is shown, `overlay` puts
    every run into one picture for each variable, `start` leaves out the time before it, `model`
    gives units. A Dataset of several points is drawn so in any case: up to MOST_LINES runs, evenly
    chosen, coloured by the swept quantity `by` (default: the first), with a cross where a run
    ended before its time. Raises ValueError where data and points do not fit each other.
    """
    curves, said = chosen(data, points, outputs, runs, start)
    names = list(outputs) if outputs is not None else list(curves[0].values)
    labels = labels_of(data, model)
    if overlay or (is_dataset(data) and len(curves) > 1):
        return _overlaid(curves, names, labels, by_which(data, by), title, said)
    return _side_by_side(curves, names, labels, title, columns)


def _overlaid(
    curves: list[Curve],
    names: list[str],
    labels: Labels,
    by: str | None,
    title: str | None,
    said: str,
) -> Figure:
    """A panel for each variable, a line in it for each run."""
    from nullcline.plot.panels import Panels

    panels = Panels(len(names), 1, title, (7.0, 3.2) if len(names) == 1 else (7.0, 2.4))
    for ax, name in zip(panels.axes, names, strict=True):
        panels.overlay(ax, curves, labels, over_time(name), by)
        ax.set_ylabel(labels.axis(name))
        ax.margins(x=0.01)
    panels.caption(said)
    return panels.finish(labels.time)


def _side_by_side(
    curves: list[Curve], names: list[str], labels: Labels, title: str | None, columns: int
) -> Figure:
    """A panel for each run, a line in it for each variable."""
    from nullcline.plot.panels import Panels

    panels = Panels(len(curves), columns, title, (3.0, 2.3) if len(curves) > 1 else (7.0, 3.8))
    for ax, curve in zip(panels.axes, curves, strict=True):
        for index, name in enumerate(names):
            shown = labels.axis(name) if len(names) > 1 else None
            ax.plot(curve.times, curve[name], label=shown, **panels.line(index))
            if curve.status != "finished":
                panels.stop(ax, curve.times, curve[name], curve.status)
        ax.set_title(labels.point(curve), fontsize=10)
        ax.margins(x=0)
    return panels.finish(labels.time, labels.axis(names[0]) if len(names) == 1 else "State")


def chosen(
    data: Data,
    points: Points,
    outputs: Sequence[str] | None,
    runs: Sequence[int] | None,
    start: float | None,
) -> tuple[list[Curve], str]:
    """The runs that a picture shows, and a sentence where a sweep has more of them."""
    if not is_dataset(data):
        return read(data, points, runs, start), ""
    if points is not None:
        raise ValueError("a Dataset says its points itself: leave `points` out")
    swept = SweptData(data)
    for name in outputs or ():
        swept.output(name)
    curves = from_dataset(swept, MOST_LINES if runs is None else None)
    total = swept.data[swept.outputs[0]].size // swept.data.sizes["time"]
    if runs is not None:
        curves = [curves[index] for index in runs]
    said = f"{len(curves)} of {total} points, evenly chosen" if runs is None else ""
    curves = curves if start is None else [curve.since(start) for curve in curves]
    return curves, said if total > len(curves) else ""


def by_which(data: Data, by: str | None) -> str | None:
    """The swept quantity that colours the lines of a Dataset."""
    if not is_dataset(data):
        return by
    swept = SweptData(data)
    return swept.axis(by) if by is not None else next(iter(swept.axes), None)


def labels_of(data: Data, model: Any) -> Labels:
    """Labels from the model, or from the data itself: a Dataset, or the first of the runs."""
    if model is not None or is_dataset(data):
        return Labels(data if model is None else model)
    runs = list(data.values()) if isinstance(data, Mapping) else data
    return Labels(runs[0] if isinstance(runs, list | tuple) and runs else runs)


def over_time(name: str) -> Callable[[Curve], tuple[Array, Array]]:
    """How to take the samples of an output over time from a run."""
    return lambda curve: (curve.times, curve[name])


__all__ = ["by_which", "chosen", "labels_of", "over_time", "time_series"]
