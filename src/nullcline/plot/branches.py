"""Branches of equilibria over a parameter, their stability and special points, and cycles."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nullcline.errors import needing
from nullcline.expression import nearest
from nullcline.plot.curves import from_dataset
from nullcline.plot.labels import Labels
from nullcline.plot.swept import SweptData, gaps
from nullcline.trajectory import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Where

LAST = 0.2
"""The part of the samples that tells a cycle's range where a sweep has no features of it."""
MARKERS = {"fold": ("o", 1), "Hopf": ("D", 0), "branch point": ("^", 4)}
"""The marker of each kind of special point and the number of its colour."""
LOOKS: Mapping[str, dict[str, Any]] = {
    "stable": {"linestyle": "-", "color": "black", "linewidth": 1.8},
    "unstable": {"linestyle": "--", "color": "black", "linewidth": 1.3},
}


@needing("matplotlib", what="plotting")
def bifurcation(
    found: Any,
    variable: str | None = None,
    *,
    sweep: Any = None,
    model: Any = None,
    title: str | None = None,
    ax: Where = None,
) -> Figure:
    """The branches of a continuation, solid where stable and dashed where not, in one variable.

    `found` is what `Dynamics.continuation` gives; folds, Hopf points and branch points are marked.
    `sweep` is a Dataset over the same parameter, of which the least and the greatest value of the
    variable are drawn: from its features minimum and maximum, or from the last fifth of its
    trajectories. `model` gives units where `found` has none. `variable` may be left out where there
    is one. `ax` are axes to draw into, else there is a new Figure. Raises ValueError for an unknown
    variable, and for a sweep over something else.
    """
    from nullcline.plot.panels import Panels

    row = _row(found.names, variable)
    name = found.names[row]
    labels = _labels(found, sweep, model)
    panels = Panels(1, 1, title, (6.8, 4.4), ax)
    ax = panels.axes[0]
    if sweep is not None:
        _draw_cycles(ax, SweptData(sweep), found.parameter, name)
    for branch in found.branches:
        _draw_branch(ax, branch.parameter, branch.states[row], branch.stable)
    stable = np.concatenate([branch.stable for branch in found.branches])
    for kind, there in (("stable", stable.any()), ("unstable", not stable.all())):
        if there:
            ax.plot([], [], label=kind, **LOOKS[kind])
    for kind in dict.fromkeys(map(_kind, found.points)):
        _draw_points(ax, [point for point in found.points if _kind(point) == kind], kind, row)
    panels.caption(*getattr(found, "incomplete", ()))
    return panels.finish(labels.axis(found.parameter), labels.axis(name))


def _labels(found: Any, sweep: Any, model: Any) -> Labels:
    """Labels with the units of the branches, else of the model, else of the sweep."""
    given = [item for item in (found, model, sweep) if item is not None]
    return next(filter(lambda labels: labels.units, map(Labels, given)), Labels())


def _row(names: tuple[str, ...], variable: str | None) -> int:
    if variable is None and len(names) == 1:
        return 0
    if variable is None:
        raise ValueError(f"say which variable is meant: {', '.join(names)}")
    if variable not in names:
        there = f"there is {', '.join(names)}"
        raise ValueError(f"`{variable}` is not a state{nearest(variable, names)}; {there}")
    return names.index(variable)


def _draw_branch(ax: Axes, x: Array, y: Array, stable: NDArray[np.bool_]) -> None:
    """One curve in parts of one stability each; a part begins where the one before ends."""
    changes = [0, *(np.flatnonzero(np.diff(stable)) + 1).tolist(), len(stable)]
    for start, end in pairwise(changes):
        part = slice(max(start - 1, 0), end)
        ax.plot(x[part], y[part], **LOOKS["stable" if stable[start] else "unstable"])


def _kind(point: Any) -> str:
    return f"{getattr(point, 'criticality', '')} {point.kind}".strip()


def _draw_points(ax: Axes, points: list[Any], kind: str, row: int) -> None:
    """A symbol for each kind; hollow for a subcritical Hopf point, as is the custom."""
    from nullcline.plot.panels import COLOURS

    marker, number = MARKERS.get(points[0].kind, ("s", 2))
    colour = COLOURS[number]
    x = [point.parameter for point in points]
    y = [point.state[row] for point in points]
    look: dict[str, Any] = {"color": colour, "markersize": 7, "zorder": 5, "label": kind}
    faces = ("white", colour) if kind.startswith("subcritical") else (colour, "white")
    ax.plot(x, y, marker, markerfacecolor=faces[0], markeredgecolor=faces[1], **look)


def _draw_cycles(ax: Axes, swept: SweptData, parameter: str, name: str) -> None:
    """The least and the greatest value at each point of a sweep over the parameter."""
    from nullcline.plot.panels import COLOURS, mark_gap

    if swept.axes != (parameter,):
        over = ", ".join(swept.axes) or "nothing"
        raise ValueError(f"the sweep is over {over}, and the branches are over {parameter}")
    where, (low, high) = swept.values(parameter), _range(swept, parameter, name)
    order, status = np.argsort(where), swept.status(*swept.data["status"].dims)
    missing = gaps(low, status)
    for label, values in (("range of the runs", low), (None, high)):
        shown = np.where(status == "finished", values, np.nan)[order]
        look: dict[str, Any] = {"markerfacecolor": "none", "markersize": 5.5, "zorder": 4}
        ax.plot(where[order], shown, "o", color=COLOURS[2], label=label, **look)
    for reason, mask in missing.items():
        mark_gap(ax, where[mask], reason, int(mask.sum()))


def _range(swept: SweptData, parameter: str, name: str) -> tuple[Array, Array]:
    names = (f"minimum_{name}", f"maximum_{name}")
    if set(names) <= set(swept.features):
        dims = swept.data[names[0]].dims
        return swept.over(names[0], *dims), swept.over(names[1], *dims)
    if name not in swept.outputs:
        hint = f'sweep again with features=["minimum:{name}", "maximum:{name}"]'
        raise ValueError(f"the sweep has no range of `{name}`: {hint}")
    tails = [curve.tail(LAST)[name] for curve in from_dataset(swept)]
    tails = [tail if tail.size else np.array([np.nan]) for tail in tails]
    return np.array([tail.min() for tail in tails]), np.array([tail.max() for tail in tails])
