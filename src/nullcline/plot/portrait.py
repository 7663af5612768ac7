"""One variable against another: of runs, or of a model with its nullclines and vector field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nullcline.errors import needing
from nullcline.plot.curves import Curve, Data, Points
from nullcline.plot.labels import Labels
from nullcline.plot.plane import Plane, draw, is_model
from nullcline.plot.series import MOST_PANELS, by_which, chosen, labels_of
from nullcline.plot.swept import is_dataset

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Where


@needing("matplotlib", what="plotting")
def phase_portrait(
    data: Data,
    x: str,
    y: str,
    points: Points = None,
    *,
    runs: Sequence[int] | None = None,
    overlay: bool = False,
    start: float | None = None,
    duration: float = 100.0,
    limits: Mapping[str, tuple[float, float]] | None = None,
    field: bool = True,
    by: str | None = None,
    model: Any = None,
    title: str | None = None,
    columns: int = 3,
    ax: Where = None,
) -> Figure:
    """One variable against another.

    Of results (as for time_series): each run with where it starts and ends. Of a model (a Dynamics
    or a System): the nullclines of x and y, the vector field as streamlines (`field`), and the
    trajectory over `duration` (0: none) from the declared or given values on top; `points` is
    then {"mu": 2.0, "x": 0.5}, `limits` {"x": (-3, 3)} the part of the plane (default: around the
    trajectory). Other states are at their initial value, which the caption says. `ax` are axes to
    draw into, one for each panel, else there is a new Figure. Raises ValueError or ModelError for
    unknown names.
    """
    if is_model(data):
        return draw(Plane.of(data, x, y, points or {}, duration, limits or {}), field, title, ax)
    curves, said = chosen(data, points, (x, y), runs, start)
    labels = labels_of(data, model)
    if overlay or (is_dataset(data) and len(curves) > MOST_PANELS):
        return _overlaid(curves, (x, y), labels, by_which(data, by), title, said, ax)
    return _side_by_side(curves, (x, y), labels, title, columns, ax)


def _overlaid(
    curves: list[Curve],
    axes: tuple[str, str],
    labels: Labels,
    by: str | None,
    title: str | None,
    said: str,
    ax: Where,
) -> Figure:
    from nullcline.plot.panels import Panels

    x, y = axes
    panels = Panels(1, 1, title, (5.0, 4.4), ax)
    panels.overlay(panels.axes[0], curves, labels, lambda run: (run[x], run[y]), by)
    panels.axes[0].set_box_aspect(1)
    panels.caption(said)
    return panels.finish(labels.axis(x), labels.axis(y))


def _side_by_side(
    curves: list[Curve],
    axes: tuple[str, str],
    labels: Labels,
    title: str | None,
    columns: int,
    where: Where,
) -> Figure:
    from nullcline.plot.panels import Panels

    x, y = axes
    panels = Panels(
        len(curves), columns, title, (2.8, 2.9) if len(curves) > 1 else (5.0, 5.0), where
    )
    for ax, curve in zip(panels.axes, curves, strict=True):
        ax.plot(curve[x], curve[y], linewidth=1.0, color=panels.colour(0))
        panels.ends(ax, curve[x], curve[y])
        if curve.status != "finished":
            panels.stop(ax, curve[x], curve[y], curve.status)
        ax.set_title(labels.point(curve), fontsize=10)
        ax.set_box_aspect(1)
    return panels.finish(labels.axis(x), labels.axis(y))
