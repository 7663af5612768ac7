"""What a variable does in the end, over a parameter: the range and the mean of each run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.errors import needing
from nullcline.plot.curves import Curve, Data, Points, parameter_of, read
from nullcline.plot.series import labels_of, over_time

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Where


@needing("matplotlib", what="plotting")
def bifurcation_diagram(
    data: Data,
    points: Points = None,
    output: str | None = None,
    *,
    parameter: str | None = None,
    last: float = 0.2,
    traces: Sequence[int] = (),
    model: Any = None,
    title: str | None = None,
    ax: Where = None,
) -> Figure:
    """What a variable does in the end, over a parameter: its range as a band, and its mean.

    Only the `last` part of the samples counts (0.2: the last fifth), so that the start is
    forgotten. `traces` are the numbers of runs whose last two fifths are drawn in a second
    picture. `output` and `parameter` may be left out where there is one. A band without height
    is a steady state (or a run that was sampled at its period). `ax` are axes to draw into (two
    with `traces`), else there is a new Figure.
    """
    from nullcline.plot.panels import Panels

    if not 0 < last <= 1:
        raise ValueError(f"last = {last!r} is not a part of the run: it needs 0 < last <= 1")
    curves = read(data, points)
    output = output if output is not None else _only(curves[0])
    name = parameter if parameter is not None else parameter_of(curves)
    labels = labels_of(data, model)
    panels = Panels(2 if traces else 1, 2, title, (6.0, 4.2), ax)
    _band(panels.axes[0], curves, name, output, last)
    panels.axes[0].set_xlabel(labels.axis(name))
    panels.axes[0].set_ylabel(labels.axis(output))
    panels.beside(panels.axes[0], above=bool(traces))
    if traces:
        chosen = [curves[index].tail(0.4) for index in traces]
        panels.overlay(panels.axes[1], chosen, labels, over_time(output))
        panels.axes[1].set_xlabel(labels.time)
        panels.axes[1].set_ylabel(labels.axis(output))
    return panels.close()


def _band(ax: Axes, curves: list[Curve], parameter: str, output: str, last: float) -> None:
    from nullcline.plot.panels import COLOURS, mark_gap

    whole = [curve for curve in curves if curve.status == "finished"]
    tails = [curve.tail(last)[output] for curve in whole]
    where = np.array([curve.point[parameter] for curve in whole])
    low, high, mean = (np.array([of(tail) for tail in tails]) for of in (np.min, np.max, np.mean))
    order = np.argsort(where)
    where, low, high, mean = where[order], low[order], high[order], mean[order]
    ax.fill_between(where, low, high, color=COLOURS[0], alpha=0.25, linewidth=0, label="Range")
    ax.plot(where, low, color=COLOURS[0], linewidth=0.8)
    ax.plot(where, high, color=COLOURS[0], linewidth=0.8)
    ax.plot(where, mean, color="black", marker=".", label="Mean")
    for status in sorted({curve.status for curve in curves} - {"finished"}):
        ended = [curve.point[parameter] for curve in curves if curve.status == status]
        mark_gap(ax, np.array(ended), status, len(ended))
    ax.margins(x=0)


def _only(curve: Curve) -> str:
    if len(curve.values) != 1:
        raise ValueError(f"say which output is meant: {', '.join(curve.values)}")
    return next(iter(curve.values))
