"""The pictures of a model: its default simulation, its phase portrait, and a small one of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.conformance.plan import Plan
from nullcline.plot import phase_portrait, time_series
from nullcline.plot.plane import Plane, draw
from nullcline.report.page import clean
from nullcline.site.simulation import TooLong, shown
from nullcline.site.svg import drawn, standing_alone
from nullcline.system import System
from nullcline.trajectory import Array, Trajectory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_GROUPS, MOST_LINES = 6, 6
ALIKE = 20.0
"""How much larger than its own the range of a picture may be for a variable to share it."""

SMALL, FINE, FEWEST, MOST_POINTS = 100, 0.05, 60, 700
"""The edge of a small picture, and how far apart its points are in a square of 1."""


@dataclass(frozen=True)
class Pictures:
    """SVG files by name with a caption each, the path of the small one, and what went wrong."""

    files: tuple[tuple[str, str, str], ...] = ()
    small: str = ""
    said: str = ""
    duration: float = 0.0

    def plain(self) -> dict[str, Any]:
        """The same as data that JSON can hold, without the files themselves."""
        captions = [[name, caption] for name, caption, _ in self.files]
        return {
            "captions": captions,
            "small": self.small,
            "said": self.said,
            "duration": self.duration,
        }

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Pictures:
        """What `plain` gave; the files are empty."""
        files = tuple((name, caption, "") for name, caption in found["captions"])
        return cls(files, found["small"], found["said"], found["duration"])


def pictures(system: System, plan: Plan, wanted: Sequence[str] = ()) -> Pictures:
    """The pictures of a System; `wanted` are the states for the axes of the phase portrait."""
    try:
        found = shown(system, plan)
    except TooLong as error:
        return Pictures(said=f"There are no pictures: {error}.")
    if len(found.times) < 2:
        return Pictures(
            said=f"There are no pictures: the simulation ends at once ({found.status})."
        )
    x, y = (*(name for name in wanted if name in found.names), *found.names, "")[:2]
    if x == y:
        x, y = (*found.names, "")[:2]
    files = [*_series(system, found)]
    if y:
        files.append(_portrait(system, plan, found, x, y))
    early = f"It ended early, at t = {found.times[-1]:g}: {found.status}." * (not found.finished)
    left = len(found.names) - sum(len(group) for group in groups(system, found))
    more = f"{left} of {len(found.names)} state variables are not shown." * (left > 0)
    said = " ".join(filter(None, (early, more)))
    return Pictures(tuple(files), small(found, x, y), said, float(found.times[-1]))


def groups(system: System, found: Trajectory) -> list[list[str]]:
    """The states that share a picture: of one unit, and of ranges that can be seen together."""
    units = {item.name: item.unit for item in system.states}
    placed: list[list[str]] = []
    for name in found.names:
        for group in placed:
            same = units[group[0]] == units[name] and len(group) < MOST_LINES
            if same and _alike([found[other] for other in (*group, name)]):
                group.append(name)
                break
        else:
            placed.append([name])
    return placed[:MOST_GROUPS]


def _alike(rows: list[Array]) -> bool:
    low, high = min(row.min() for row in rows), max(row.max() for row in rows)
    ranges = [np.ptp(row) for row in rows]
    return bool(high - low <= ALIKE * min((r for r in ranges if r > 0), default=high - low))


def _series(system: System, found: Trajectory) -> Iterator[tuple[str, str, str]]:
    unit = f" {clean(system.time_unit)}" if system.time_unit else ""
    for index, names in enumerate(groups(system, found)):
        figure = time_series(found, outputs=names, model=system)
        _legend_above(figure)
        figure.set_size_inches(5.2, 3.0)
        ranges = "; ".join(
            f"{n} from {_end(found[n].min())} to {_end(found[n].max())}" for n in names
        )
        said = f"{_listed(names)} over time, from t = 0 to {found.times[-1]:.4g}{unit}: {ranges}"
        file = f"time-{index + 1}.svg"
        yield file, f"{_listed(names)} over time", standing_alone(drawn(figure, f"t{index}", said))


def _legend_above(figure: Figure) -> None:
    """The legend over the axes, so that every picture has the whole width for its time."""
    (ax,) = figure.axes
    if ax.get_legend() is not None:
        handles, labels = ax.get_legend_handles_labels()
        look: Any = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "frameon": False}
        ax.legend(handles, labels, ncols=3, fontsize=9, **look)


def _portrait(
    system: System, plan: Plan, found: Trajectory, x: str, y: str
) -> tuple[str, str, str]:
    plane = len(found.names) == 2 and found.finished and "time" not in system.operations
    path = (
        f"from {x} = {_end(found[x][0])}, {y} = {_end(found[y][0])} "
        f"to {x} = {_end(found[x][-1])}, {y} = {_end(found[y][-1])}"
    )
    if plane:
        values = {**plan.parameters, **plan.inputs, **plan.initial}
        limits = {name: _wide(found[name]) for name in (x, y)}
        empty = Plane.of(system, x, y, values, 0.0, limits)
        figure = draw(replace(empty, trajectory=found), field=True, title=None)
        caption = f"Phase portrait of {x} and {y}, with nullclines and vector field"
    else:
        figure = phase_portrait(found, x, y, model=system)
        caption = f"Phase portrait: {y} against {x}"
    figure.set_size_inches(4.7, 4.9)
    said = f"{caption}; the trajectory runs {path}"
    return "phase.svg", caption, standing_alone(drawn(figure, "p", said))


def _wide(values: Array) -> tuple[float, float]:
    """A range with a quarter of it on either side."""
    low, high = float(values.min()), float(values.max())
    margin = 0.25 * (high - low) or max(1.0, abs(low))
    return low - margin, high + margin


def _end(value: float) -> str:
    return f"{value:.3g}"


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def small(found: Trajectory, x: str, y: str) -> str:
    """The points of a polyline in a square of 100: y against x, or x over time."""
    across, up = (found[x], found[y]) if y else (found.times, found[x])
    steps = np.hypot(*(np.diff(_unit(row)) for row in (across, up)))
    length = np.concatenate([[0.0], np.cumsum(steps)])
    count = int(np.clip(length[-1] / FINE, FEWEST, MOST_POINTS))
    marks = np.linspace(0.0, length[-1], count)
    points = [np.interp(marks, length, _unit(row)) for row in (across, up)]
    scaled = np.round(np.stack([points[0], 1 - points[1]]) * SMALL).astype(int).T.tolist()
    kept = [pair for pair, before in zip(scaled, [None, *scaled], strict=False) if pair != before]
    return " ".join(f"{a},{b}" for a, b in kept)


def _unit(values: Array) -> Array:
    low, high = values.min(), values.max()
    scaled: Array = (values - low) / (high - low) if high > low else np.full(values.shape, 0.5)
    return scaled
