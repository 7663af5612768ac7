"""The pieces of time between the jumps of a model's equations, for every point of a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nullcline.breakpoints import BEYOND, Timetable, timetable
from nullcline.engine.points import Points
from nullcline.expression import operations, symbols
from nullcline.system import System
from nullcline.trajectory import Array, Run

MOST = 64
"""How many pieces of a point are held at a time."""

Piece = tuple[float, float]


@dataclass(frozen=True)
class Pieces:
    """Point p has its first pieces between `starts` and `stops` from `first[p]` to `first[p + 1]`.

    `more` says whether any point has more than these, `longest` (points,) is the longest step that
    a solver should take, and `tables` (points,) say when steps are to end; None where anywhere.
    """

    first: NDArray[np.int64]
    starts: Array
    stops: Array
    longest: Array
    tables: tuple[Timetable | None, ...]
    more: bool
    end: float

    @staticmethod
    def of(system: System, run: Run, points: Points, most: int = MOST) -> Pieces:
        """Those of every point, at most so many; points with the same numbers in what the
        equations' own dependence on time depends on share a timetable."""
        tables, end = tuple(_tables(system, run, points)), float(run.times[-1])
        seen: dict[int, list[Piece]] = {}
        for table in tables:
            if id(table) not in seen:
                seen[id(table)] = _pieces(table, end, None, most)
        lists = [seen[id(table)] for table in tables]
        flat = [piece for pieces in lists for piece in pieces]
        first = np.concatenate([[0], np.cumsum([len(pieces) for pieces in lists])])
        starts, stops = np.array(flat, dtype=float).reshape(-1, 2).T.copy()
        longest = np.array([run.max_step if t is None else t.longest for t in tables], dtype=float)
        more = any(pieces[-1][1] < end for pieces in seen.values())
        return Pieces(first.astype(np.int64), starts, stops, longest, tables, more, end)

    def after(self, point: int, stop: float) -> list[Piece]:
        """The pieces of a point after the one that ends there, as many as it has first ones."""
        most = int(self.first[point + 1] - self.first[point])
        return _pieces(self.tables[point], self.end, stop, most) if stop < self.end else []

    @property
    def uncertain(self) -> str:
        """A sentence where something may be passed over in time."""
        return next((table.uncertain for table in self.tables if table and table.uncertain), "")


def _pieces(table: Timetable | None, end: float, stop: float | None, most: int) -> list[Piece]:
    """At most so many pieces from the start of a run, or after the one that ends at `stop`."""
    if table is None:
        return [(0.0, end * BEYOND)]
    if stop is None:
        before, after = (side.tolist() for side in table.following(0.0, most))
        starts, stops = [0.0, *after], [*before, end * BEYOND]
    else:
        found = table.following(float(np.nextafter(stop, 0)), most + 1)
        before, after = (side.tolist() for side in found)
        starts, stops = after, [*before[1:], end * BEYOND]
    return list(zip(starts, stops, strict=True))[:most]


def _tables(system: System, run: Run, points: Points) -> Iterator[Timetable | None]:
    """The timetable of every point."""
    timing = _timing(system)
    names = [name for name in points.parameters if name in timing]
    columns = np.array([points.parameters[name] for name in names], dtype=float)
    inputs = {item.name for item in system.inputs}
    seen: dict[bytes, Timetable | None] = {}
    for point in range(points.count):
        key = columns[:, point].tobytes() if names else b""
        if key not in seen:
            values = dict(zip(names, columns[:, point].tolist() if names else [], strict=True))
            given = {n: v for n, v in values.items() if n not in inputs}
            driven = {n: v for n, v in values.items() if n in inputs}
            parameters, driven = {**run.parameters, **given}, {**run.inputs, **driven}
            seen[key] = timetable(system, replace(run, parameters=parameters, inputs=driven))
        yield seen[key]


def _timing(system: System) -> frozenset[str]:
    """The parameters and inputs that stand, directly or through others, beside the time."""
    if "time" not in system.operations:
        return frozenset()
    found: set[str] = set()
    timed: set[str] = set()
    for item in system.definitions:
        used = set(symbols(item.tree))
        if "time" in operations(item.tree) or used & timed:
            timed.add(item.name)
            found |= used
    return system.reached(found)
