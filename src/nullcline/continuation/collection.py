"""The branches that were followed so far, and whether an equilibrium lies on one of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from nullcline.continuation.branch import Branch, Continuation, SpecialPoint
from nullcline.continuation.crossing import criticality
from nullcline.continuation.equations import Curve
from nullcline.continuation.path import Limits, Step, first_step, follow, meets
from nullcline.continuation.special import frequency, special
from nullcline.trajectory import Array

MOST_POINTS = 50_000
"""At how many points in all no further branch is begun."""
NEAREST = 4
"""On how many segments of a branch an equilibrium is tried."""


class Collection:
    """Branches in scaled unknowns, none of them twice."""

    def __init__(self, curve: Curve, limits: Limits) -> None:
        self.curve, self.limits = curve, limits
        self.lines: list[Array] = []
        self.branches: list[Branch] = []
        self.points: list[SpecialPoint] = []
        self.notes: dict[str, None] = {}

    def note(self, sentence: str) -> None:
        """Say once that something was cut short."""
        self.notes[sentence] = None

    def add(self, y: Array) -> None:
        """Follow the branch through an equilibrium both ways, unless it is known."""
        if any(self._holds(line, y) for line in self.lines):
            return
        if sum(map(len, self.lines)) > MOST_POINTS:
            self.note(f"more than {MOST_POINTS} points: further branches are left out")
            return
        start = first_step(self.curve, y)
        if start is None:
            return
        after, end = follow(self.curve, start, self.limits)
        before, begin = [start], end
        if end != "closed":
            back = Step(start.y, -start.tangent, start.eigenvalues)
            before, begin = follow(self.curve, back, self.limits)
        turned = [Step(step.y, -step.tangent, step.eigenvalues) for step in before[:0:-1]]
        steps = [*turned, *after]
        if len(steps) > 1:
            self.lines.append(np.array([step.y for step in steps]))
            self.branches.append(self._branch(steps, (begin, end)))
            for word in {begin, end} - {"limit", "closed"}:
                self.note(f"branch {len(self.branches) - 1}: {word}")

    def _holds(self, line: Array, y: Array) -> bool:
        """Whether a solution lies on a branch, given by its points (points, unknowns)."""
        ways = np.diff(line, axis=0)
        lengths = np.maximum((ways**2).sum(axis=1), 1e-300)
        shares = np.clip(((y - line[:-1]) * ways).sum(axis=1) / lengths, 0, 1)
        nearest = line[:-1] + shares[:, None] * ways
        far = ((nearest - y) ** 2).sum(axis=1) / lengths
        for index in np.argsort(far)[:NEAREST]:
            normal = ways[index] / np.sqrt(lengths[index])
            if far[index] < 1 and meets(self.curve, nearest[index], y, normal):
                return True
        return False

    def _branch(self, steps: list[Step], ends: tuple[str, str]) -> Branch:
        marked: list[tuple[Step, str]] = [(steps[0], "")]
        for first, last in pairwise(steps):
            marked += [(step, kind) for _, kind, step in special(self.curve, first, last)]
            marked.append((last, ""))
        own = tuple(self._point(step, kind) for step, kind in marked if kind)
        for point in own:
            if not any(self._same(point, other) for other in self.points):
                self.points.append(point)
        full = np.array([step.y for step, _ in marked]).T * self.curve.scale[:, None]
        eigenvalues = np.array([step.eigenvalues for step, _ in marked]).T
        kinds = tuple(kind for _, kind in marked)
        stable = np.all(eigenvalues.real < 0, axis=0)
        stable &= np.array([kind == "" for kind in kinds])
        return Branch(full[-1], full[:-1], eigenvalues, stable, kinds, ends, own)

    def _point(self, step: Step, kind: str) -> SpecialPoint:
        full = step.y * self.curve.scale
        more = (frequency(step), criticality(self.curve, step.y)) if kind == "Hopf" else ()
        return SpecialPoint(kind, float(full[-1]), full[:-1], step.eigenvalues, *more)

    def _same(self, one: SpecialPoint, other: SpecialPoint) -> bool:
        """Whether two branches tell of one point."""
        near = [
            np.append(point.state, point.parameter) / self.curve.scale for point in (one, other)
        ]
        return one.kind == other.kind and bool(np.abs(near[0] - near[1]).max() < 1e-6)

    def result(self, model: str, parameter: str, low: float, high: float) -> Continuation:
        """Everything found, the special points sorted by parameter."""
        points = tuple(sorted(self.points, key=lambda point: (point.parameter, *point.state)))
        names = self.curve.equations.names
        branches, notes = tuple(self.branches), tuple(self.notes)
        return Continuation(model, parameter, low, high, names, branches, points, notes)
