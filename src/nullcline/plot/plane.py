"""The plane of two states: where each stands still, which way the others push, one trajectory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.engine import simulate
from nullcline.expression import nearest
from nullcline.expression.evaluate import evaluate
from nullcline.plot.labels import Labels, words
from nullcline.system import System
from nullcline.trajectory import Array, Run, Trajectory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Panels, Where

FINE, COARSE = 401, 25
"""The points along an edge for nullclines and for streamlines."""


@dataclass(frozen=True)
class Plane:
    """A part of the plane of x and y of a System, with the values that hold elsewhere."""

    system: System
    x: str
    y: str
    values: Mapping[str, float]
    across: tuple[float, float]
    up: tuple[float, float]
    trajectory: Trajectory | None

    @classmethod
    def of(
        cls,
        model: Any,
        x: str,
        y: str,
        given: Mapping[str, float],
        duration: float,
        limits: Mapping[str, tuple[float, float]],
    ) -> Plane:
        """The plane of a Dynamics or a System; raises for names that it does not have."""
        system: System = model if isinstance(model, System) else model.system()
        declared = system.parameters + system.inputs + system.states
        sections = system.sorted_values(given)
        states = [item.name for item in system.states]
        for name in (x, y, *limits):
            if name not in states:
                there = f"there is {', '.join(states)}"
                raise ValueError(f"`{name}` is not a state{nearest(name, states)}; {there}")
        if x == y:
            raise ValueError(f"a plane needs two states, and both are `{x}`")
        run = Run(duration, duration / 5000, **sections) if duration > 0 else None
        path = None if run is None else simulate(system, run)
        values = {item.name: item.value for item in declared} | dict(given)
        across, up = (limits.get(name) or _around(name, values[name], path) for name in (x, y))
        for name, (low, high) in ((x, across), (y, up)):
            if not (np.isfinite(high - low) and low < high):
                raise ValueError(f"the limits of `{name}` need low < high, both finite")
        return cls(system, x, y, values, across, up, path)

    def grid(self, size: int) -> tuple[Array, Array]:
        """The values of x and of y along the edges, each of the shape (size,)."""
        return np.linspace(*self.across, size), np.linspace(*self.up, size)

    def field(self, x: Array, y: Array) -> tuple[Array, Array]:
        """The derivatives of x and y at these states (any shapes that broadcast), at t = 0."""
        known: dict[str, Any] = {**self.values, self.x: x, self.y: y}
        for item in self.system.constants + self.system.auxiliaries:
            known[item.name] = evaluate(item.tree, known, 0.0)
        trees = {item.name: item.tree for item in self.system.derivatives}
        shape = np.broadcast_shapes(np.shape(x), np.shape(y))
        found = [evaluate(trees[name], known, 0.0) for name in (self.x, self.y)]
        return (np.broadcast_to(found[0], shape), np.broadcast_to(found[1], shape))

    def others(self) -> dict[str, float]:
        """The states beside x and y, with the values at which the plane is cut."""
        names = (item.name for item in self.system.states)
        return {name: self.values[name] for name in names if name not in (self.x, self.y)}


def is_model(data: Any) -> bool:
    """Whether this is a model rather than results."""
    return isinstance(data, System) or callable(getattr(data, "system", None))


def _around(name: str, value: float, path: Trajectory | None) -> tuple[float, float]:
    """Where a trajectory was, with a margin; without one, around the value."""
    seen = np.array([value]) if path is None else path[name]
    seen = seen[np.abs(seen) < 1e6]
    low, high = (float(seen.min()), float(seen.max())) if seen.size else (value, value)
    margin = 0.25 * (high - low) or max(1.0, abs(value))
    return low - margin, high + margin


def nullclines(plane: Plane, which: int) -> list[Array]:
    """Where the derivative of x (0) or y (1) is 0: lines, each of the shape (points, 2).

    They are the changes of sign on a grid; jumps and poles, where the sign changes too, are left
    out. A zero at which the sign does not change is not found.
    """
    from contourpy import contour_generator

    x, y = plane.grid(FINE)
    values = np.array(plane.field(x[None, :], y[:, None])[which])
    lines: Any = contour_generator(x, y, np.ma.masked_invalid(values)).lines(0.0)
    dx, dy = x[1] - x[0], y[1] - y[0]
    found = []
    for line in lines:
        at = np.abs(plane.field(line[:, 0], line[:, 1])[which])
        moves = ((dx, 0.0), (-dx, 0.0), (0.0, dy), (0.0, -dy))
        near = [np.abs(plane.field(line[:, 0] + h, line[:, 1] + k)[which]) for h, k in moves]
        true = at <= 0.5 * np.max(near, axis=0)
        parts = np.split(np.arange(len(line)), np.flatnonzero(np.diff(true)) + 1)
        found += [line[part] for part in parts if true[part[0]] and len(part) > 1]
    return found


def draw(plane: Plane, field: bool, title: str | None, where: Where = None) -> Figure:
    """The picture of a plane, in the user's axes or in a new Figure."""
    from nullcline.plot.panels import COLOURS, Panels

    panels, labels = Panels(1, 1, title, (5.2, 5.6), where), Labels(plane.system)
    ax = panels.axes[0]
    if field:
        _draw_field(panels, plane)
    looks = ((plane.x, COLOURS[0], "-"), (plane.y, COLOURS[1], "--"))
    for which, (name, colour, style) in enumerate(looks):
        said = f"nullcline of {words(name)}"
        for line in nullclines(plane, which):
            ax.plot(*line.T, color=colour, linestyle=style, linewidth=2.0, label=said)
    if plane.trajectory is not None:
        path = plane.trajectory
        ax.plot(path[plane.x], path[plane.y], color="black", linewidth=1.2, label="trajectory")
        panels.ends(ax, path[plane.x], path[plane.y])
        if not path.finished:
            panels.stop(ax, path[plane.x], path[plane.y], path.status)
    ax.set_xlim(*plane.across)
    ax.set_ylim(*plane.up)
    ax.set_box_aspect(1)
    others = labels.given(plane.others())
    panels.caption(f"Nullclines and field at {others}" if others else "")
    return panels.finish(labels.axis(plane.x), labels.axis(plane.y))


def _draw_field(panels: Panels, plane: Plane) -> None:
    x, y = plane.grid(COARSE)
    u, v = (np.ma.masked_invalid(item) for item in plane.field(x[None, :], y[:, None]))
    if np.ma.count(u + v) and (np.ma.max(np.abs(u)) or np.ma.max(np.abs(v))):
        panels.axes[0].streamplot(
            x, y, u, v, color="0.65", linewidth=0.7, arrowsize=0.8, density=1.1, zorder=1
        )
