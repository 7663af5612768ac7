"""Variables over time: one run, several side by side, or a sweep with its lines by colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nullcline.errors import needing
from nullcline.plot.curves import Curve, Data, Points, from_dataset, read
from nullcline.plot.labels import Labels
from nullcline.plot.swept import SweptData, is_dataset
from nullcline.trajectory import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Where

MOST_PANELS = 9
"""The most points of a sweep that get a panel each."""
MOST_LINES = 60
"""The most runs of a sweep that one panel shows."""


@needing("matplotlib", what="plotting")
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
    ax: Where = None,
) -> Figure:
    """Variables over time: one picture of one run, small multiples of several, or lines of many.

    `data` is the Dataset of a sweep, a Trajectory, several of them, or what PyRates' grid_search
    returns; `points` says which parameters each run of the last three had: the results_map, or
    {"mu": [0.1, 0.5]}. `outputs` and `runs` (numbers from 0) choose what is shown, `start` leaves
    out the time before it, `model` gives units. Variables of different units have panels of their
    own. `overlay` puts every run into one panel for each variable, as is done with more than
    MOST_PANELS points of a Dataset: up to MOST_LINES runs, evenly chosen, coloured by the swept
    quantity `by` (default: the first). A cross is where a run ended before its time. `ax` are axes
    to draw into, one for each panel, else there is a new Figure. Raises ValueError where data and
    points do not fit each other.
    """
    curves, said = chosen(data, points, outputs, runs, start)
    names = list(outputs) if outputs is not None else list(curves[0].values)
    labels = labels_of(data, model)
    if overlay or (is_dataset(data) and len(curves) > MOST_PANELS):
        return _overlaid(curves, names, labels, by_which(data, by), title, said, ax)
    return _side_by_side(curves, names, labels, title, columns, ax)


def _overlaid(
    curves: list[Curve],
    names: list[str],
    labels: Labels,
    by: str | None,
    title: str | None,
    said: str,
    where: Where,
) -> Figure:
    """A panel for each variable, a line in it for each run."""
    from nullcline.plot.panels import Panels

    panels = Panels(len(names), 1, title, (7.0, 3.2) if len(names) == 1 else (7.0, 2.4), where)
    for ax, name in zip(panels.axes, names, strict=True):
        panels.overlay(ax, curves, labels, over_time(name), by)
        ax.set_ylabel(labels.axis(name))
        ax.margins(x=0.01)
    panels.caption(said)
    return panels.finish(labels.time)


def _side_by_side(
    curves: list[Curve],
    names: list[str],
    labels: Labels,
    title: str | None,
    columns: int,
    where: Where,
) -> Figure:
    """A panel for each run and unit, a line in it for each variable of that unit."""
    from nullcline.plot.panels import Panels

    groups = by_unit(names, labels)
    one, apart = len(curves) == 1, len(groups) > 1
    size = ((7.0, 2.2) if apart else (7.0, 3.8)) if one else (3.0, 2.3)
    columns = (1 if one else len(groups)) if apart else columns
    panels = Panels(len(curves) * len(groups), columns, title, size, where)
    for place, ax in enumerate(panels.axes):
        curve, group = curves[place // len(groups)], groups[place % len(groups)]
        for name in group:
            shown = labels.name(name) if len(group) > 1 else None
            look = panels.line(names.index(name))
            ax.plot(curve.times, curve[name], label=shown, **look)
            if curve.status != "finished":
                panels.stop(ax, curve.times, curve[name], curve.status)
        if point := labels.point(curve) if place % len(groups) == 0 or not one else "":
            ax.set_title(point, fontsize=10)
        ax.margins(x=0)
        if apart:
            ax.set_ylabel(labels.shared(group))
    return panels.finish(labels.time, None if apart else labels.shared(groups[0]))


def by_unit(names: Sequence[str], labels: Labels) -> list[list[str]]:
    """The variables that one panel can show: those of one unit together, in their order."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(labels.units.get(name, ""), []).append(name)
    return list(groups.values())


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
