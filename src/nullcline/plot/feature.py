"""A feature over one axis of a sweep, and which picture shows a sweep best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nullcline.errors import needing
from nullcline.plot.labels import Labels
from nullcline.plot.maps import heat_map
from nullcline.plot.series import time_series
from nullcline.plot.swept import POINT, SweptData, gaps
from nullcline.trajectory import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Panels, Where

MOST_MARKED = 60
"""The most points of a curve that get a dot each."""


@needing("matplotlib", what="plotting")
def curve(
    data: Any,
    feature: str | Sequence[str] | None = None,
    x: str | None = None,
    *,
    title: str | None = None,
    ax: Where = None,
) -> Figure:
    """Features of a sweep over one axis, `x` (default: the first), a panel for each feature.

    A second axis of a grid gives one line for each of its values. `feature` defaults to all (the
    only one, where there are two axes). Points that did not finish, or have no value, are gaps
    in the line with a mark at the bottom. `ax` are axes to draw into, one for each feature, else
    there is a new Figure. Raises ValueError for an unknown feature or axis, and for more than two
    axes.
    """
    from nullcline.plot.panels import Panels

    swept, labels = SweptData(data), Labels(data)
    given = swept.features if feature is None else feature
    names = [swept.feature(name) for name in ([given] if isinstance(given, str) else given)]
    if not swept.axes or not names:
        swept.feature()
        raise ValueError("a curve needs an axis and the sweep is of one point")
    x = swept.axes[0] if x is None else swept.axis(x)
    others = [name for name in swept.axes if name != x]
    if len(others) > 1 and not swept.sampled:
        over = ", ".join(swept.axes)
        hint = f"choose a value of others first: dataset.sel({others[-1]}=..., method='nearest')"
        raise ValueError(f"a curve needs one axis or two and the sweep is over {over}; {hint}")
    panels = Panels(len(names), 1, title, (6.4, 4.0 if len(names) == 1 else 2.3), ax)
    for panel, name in zip(panels.axes, names, strict=True):
        if swept.sampled:
            _dots(panel, swept, name, x, panels)
        else:
            _lines(panel, swept, name, (x, *others), panels, labels)
        panel.set_ylabel(labels.feature(name))
    panels.caption(labels.given(swept.fixed))
    return panels.finish(labels.axis(x))


def _lines(
    ax: Axes, swept: SweptData, name: str, axes: tuple[str, ...], panels: Panels, labels: Labels
) -> None:
    from nullcline.plot.cells import geometric
    from nullcline.plot.panels import mark_gap

    x, rows = swept.values(axes[0]), swept.over(name, *axes)
    status, order = swept.status(*axes), np.argsort(swept.values(axes[0]))
    if geometric(x[order]):
        ax.set_xscale("log")
    seconds = swept.values(axes[1]) if len(axes) > 1 else np.array([np.nan])
    rows, status = rows.reshape(x.size, -1)[order], status.reshape(x.size, -1)[order]
    values = np.where(status == "finished", np.asarray(rows, dtype=float), np.nan)
    lines = panels.shades(ax, seconds, labels, axes[1] if len(axes) > 1 else None)
    for column, look in zip(values.T, lines, strict=True):
        marker = "." if x.size <= MOST_MARKED or _lonely(column) else None
        ax.plot(x[order], column, marker=marker, **look)
    for reason, mask in gaps(np.asarray(rows, dtype=float), status).items():
        mark_gap(ax, x[order][mask.any(axis=1)], reason, int(mask.sum()))


def _lonely(values: Array) -> bool:
    """Whether a value stands between two gaps: a line alone would not show it."""
    good = np.concatenate([[False], np.isfinite(values), [False]])
    return bool(np.any(good[1:-1] & ~good[:-2] & ~good[2:]))


def _dots(ax: Axes, swept: SweptData, name: str, x: str, panels: Panels) -> None:
    from nullcline.plot.cells import logarithmic
    from nullcline.plot.panels import mark_gap

    where, status = swept.values(x), swept.status(POINT)
    if logarithmic(where):
        ax.set_xscale("log")
    values = np.asarray(swept.over(name, POINT), dtype=float)
    good: NDArray[np.bool_] = status == "finished"
    size = 4 if where.size > MOST_MARKED else 16
    ax.scatter(where[good], values[good], s=size, color=panels.colour(0))
    for reason, mask in gaps(values, status).items():
        mark_gap(ax, where[mask], reason, int(mask.sum()))


@needing("matplotlib", what="plotting")
def show_sweep(
    data: Any, feature: str | None = None, *, title: str | None = None, ax: Where = None
) -> Figure:
    """The picture that suits a sweep: its features over one axis as curves, over two as a heat
    map, and its trajectories over time where it has no features.

    Of several features a heat map shows `feature` or the first; of axes beyond two, each is taken
    at its middle value, which the caption says.
    """
    swept = SweptData(data)
    if not swept.features and feature is None:
        return time_series(data, title=title, ax=ax)
    if len(swept.axes) == 1:
        return curve(data, feature, title=title, ax=ax)
    if not swept.axes:
        raise ValueError("the sweep is of one point and kept no trajectory: nothing to draw")
    if not swept.sampled:
        rest = {name: swept.data.sizes[name] // 2 for name in swept.axes[2:]}
        data = data.isel(rest) if rest else data
    return heat_map(data, swept.features[0] if feature is None else feature, title=title, ax=ax)
