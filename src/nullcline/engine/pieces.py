"""The pieces of time between the jumps of a model's equations, for every point of a sweep."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nullcline.breakpoints import segments, with_breaks
from nullcline.engine.points import Points
from nullcline.expression import operations, symbols
from nullcline.system import System
from nullcline.trajectory import Array, Run


@dataclass(frozen=True)
class Pieces:
    """Point p has its pieces between `starts` and `stops` from `first[p]` to `first[p + 1]`.

    `longest` is the longest step that a solver should take.
    """

    first: NDArray[np.int64]
    starts: Array
    stops: Array
    longest: float

    @staticmethod
    def of(system: System, run: Run, points: Points) -> Pieces:
        """Those of every point; they are looked for once for all points with the same numbers in
        what the equations' own dependence on time depends on."""
        timing = _timing(system)
        names = [name for name in points.parameters if name in timing]
        columns = np.array([points.parameters[name] for name in names], dtype=float)
        seen: dict[bytes, list[tuple[float, float]]] = {}
        lists: list[list[tuple[float, float]]] = []
        longest, inputs = run.max_step, {item.name for item in system.inputs}
        for point in range(points.count):
            key = columns[:, point].tobytes() if names else b""
            if key not in seen:
                values = dict(zip(names, columns[:, point].tolist() if names else [], strict=True))
                given = {n: v for n, v in values.items() if n not in inputs}
                driven = {n: v for n, v in values.items() if n in inputs}
                one = replace(
                    run,
                    parameters={**run.parameters, **given},
                    inputs={**run.inputs, **driven},
                )
                found = with_breaks(system, one)
                seen[key], longest = segments(found), min(longest, found.max_step)
                if not names:
                    return Pieces._same(seen[key], points.count, longest)
            lists.append(seen[key])
        flat = [piece for pieces in lists for piece in pieces]
        first = np.concatenate([[0], np.cumsum([len(pieces) for pieces in lists])])
        table = np.array(flat, dtype=float).reshape(-1, 2).T.copy()
        return Pieces(first.astype(np.int64), table[0].copy(), table[1].copy(), longest)

    @staticmethod
    def _same(pieces: list[tuple[float, float]], count: int, longest: float) -> Pieces:
        table = np.tile(np.array(pieces, dtype=float), (count, 1)).T
        first = np.arange(count + 1, dtype=np.int64) * len(pieces)
        return Pieces(first, table[0].copy(), table[1].copy(), longest)

    def part(self, start: int, stop: int) -> Pieces:
        """Those of the points from `start` up to `stop`."""
        first = self.first[start : min(stop, len(self.first) - 1) + 1]
        inside = slice(int(first[0]), int(first[-1]))
        return Pieces(first - first[0], self.starts[inside], self.stops[inside], self.longest)


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
