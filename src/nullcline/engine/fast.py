"""A sweep of many points: in chunks, by the chosen solver, with features from gauges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from nullcline.engine import features as measured
from nullcline.engine.choice import METHODS
from nullcline.engine.first import by_first
from nullcline.engine.pieces import Pieces
from nullcline.engine.points import Feature, Points, Swept
from nullcline.engine.recent import Recent
from nullcline.engine.register import Machine, Part
from nullcline.engine.task import NOT_RUN, STIFF
from nullcline.switches import switched
from nullcline.system import System
from nullcline.trajectory import Array, Run

STRICT = 1e-7
"""Below this relative tolerance the method of order 8 takes less time than that of order 5."""

UNSEEN = (
    'conditions on states are not located (solver="scipy" does): '
    "one that holds for less than a step may be passed over"
)
RECENT: Recent[bool] = Recent(16)

CHUNK = 1 << 15
"""How many points are under way between two looks at the features."""


@dataclass(frozen=True)
class Sweep:
    """What is asked of every point; `outputs` is None where no trajectories are kept."""

    system: System
    run: Run
    outputs: tuple[str, ...] | None
    features: tuple[Feature, ...]
    after: float
    solver: str
    threads: int | None
    machine: str = "auto"
    exact: bool = False

    def over(self, points: Points) -> Swept:
        """The sweep by "dp5", "dop853", "rodas" or, by the tolerance, "auto".

        With "auto", points that show to be stiff go to the solver of STIFF_SOLVERS, if any.
        """
        name, reason = self.chosen()
        if RECENT.of(self.system, None, lambda: switched(self.system)):
            reason = f"{reason}; {UNSEEN}"
        found = by_first(self, name, lambda engine: self.by(engine, points, name))
        return self.finished(points, replace(found, reason=f"{reason}; {found.reason}"))

    def sizes(self, points: Points) -> tuple[Array, Array]:
        """What is to be known beforehand of the states (points, states) that start at 0: their
        sizes, and their least absolute tolerances; 0 where nothing is."""
        part = Part(points, Pieces.of(self.system, self.run, points))
        found = by_first(self, self.chosen()[0], lambda engine: engine.sized(part))
        return found.sizes, found.floors

    def by(self, engine: Machine, points: Points, name: str) -> Swept:
        """The sweep by this machine, points that it finds too stiff left to another."""
        found = self.room(points.count, name)
        stiff, uncertain = np.zeros(points.count, np.uint8), ""
        for start in range(0, points.count, CHUNK):
            rows = slice(start, min(start + CHUNK, points.count))
            chunk = points.part(start, start + CHUNK)
            part = Part(chunk, Pieces.of(self.system, self.run, chunk))
            table = None if found.values is None else found.values[rows].transpose(0, 2, 1)
            result = engine.result(part, table)
            uncertain = uncertain or part.pieces.uncertain
            found.status[rows], found.reached[rows] = result.status, result.reached
            found.steps[rows], stiff[rows] = result.steps, result.stiff
            for feature in self.features:
                measure = measured.value(feature, engine.gauges, result, float(self.run.times[-1]))
                found.features[feature.name][rows] = measure
        reason = f"{engine.ran}, at most {engine.threads} threads"
        if uncertain:
            reason = f"{reason}; {uncertain}"
        if stiff.any():
            reason = f"{reason}; {np.count_nonzero(stiff)} of {points.count} points are stiff"
        return replace(found, reason=reason)

    def room(self, count: int, name: str) -> Swept:
        """A result that is yet to be filled; a variable's samples lie next to each other."""
        times, values = self.run.times, None
        if self.outputs is not None:
            values = np.empty((count, len(self.outputs), len(times))).transpose(0, 2, 1)
        return Swept(
            times=times,
            values=values,
            features={feature.name: np.full(count, np.nan) for feature in self.features},
            status=np.full(count, NOT_RUN, dtype=np.uint8),
            reached=np.zeros(count),
            solver=name,
            reason="",
            steps=np.zeros(count, dtype=np.int64),
        )

    def finished(self, points: Points, found: Swept) -> Swept:
        """The result, with what a solver for stiff models made of the points left to it."""
        left = np.flatnonzero(found.status == STIFF)
        if not left.size:
            return found
        name, solver = next(iter(STIFF_SOLVERS.items()))
        other = solver(replace(self, solver=name), points.taken(left))
        for feature, values in other.features.items():
            found.features[feature][left] = values
        if found.values is not None and other.values is not None:
            found.values[left] = other.values
        found.status[left], found.reached[left] = other.status, other.reached
        found.steps[left] = other.steps
        reason = f"{found.reason}, and were left to {name} ({other.reason})"
        return replace(found, solver=f"{found.solver}+{name}", reason=reason)

    def chosen(self) -> tuple[str, str]:
        """The solver, and why, in words that name it."""
        if self.solver != "auto":
            return self.solver, f"{self.solver}, chosen by name"
        if self.run.rtol < STRICT:
            return "dop853", f"dop853 (order 8), since rtol {self.run.rtol:g} is below {STRICT:g}"
        return "dp5", f"dp5 (order 5), since rtol {self.run.rtol:g} is not below {STRICT:g}"

    @property
    def patient(self) -> bool:
        """Whether an explicit method goes on at a point that shows to be stiff."""
        return self.solver != "auto" or not STIFF_SOLVERS


STIFF_SOLVERS: dict[str, Callable[[Sweep, Points], Swept]] = {"rodas": Sweep.over}
"""Solvers that take over stiff points, by name, the first being used. Each runs the points from
their start and gives the status, samples and features of every one of them."""

__all__ = ["METHODS", "STIFF_SOLVERS", "Sweep"]
