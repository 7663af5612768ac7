"""Two vector fields compared by their values: equal at every point, or a point that tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nullcline.conformance.boundaries import TIME
from nullcline.conformance.rounding import is_rounding
from nullcline.difference.sample import Box, sample
from nullcline.expression import Apply, operations, symbols, walk
from nullcline.expression.evaluate import value_of
from nullcline.system import System
from nullcline.tape import Tape
from nullcline.trajectory import Array

TOLERANCE = 1e-12
"""Relative; what lies beyond is a difference unless every operation's last digits explain it."""
ENOUGH = 20
"""At how many points both must be finite to be called equal."""
GROWING = frozenset({"exp", "expm1", "sinh", "cosh", "+", "-", "*", "/", "**", "neg", "mod"})
"""Operations that leave the range of float64 where the real number is finite."""


@dataclass(frozen=True)
class Witness:
    """Where two vector fields part: the numbers that they depend on, by name, and both values."""

    name: str
    values: Mapping[str, float]
    old: float
    new: float


@dataclass(frozen=True)
class Agreement:
    """One derivative by numbers: at how many points it was finite, and where the two part."""

    points: int
    witness: Witness | None = None

    @property
    def equal(self) -> bool:
        """Whether it was compared at enough points and never parted."""
        return self.witness is None and self.points >= ENOUGH


def compare(old: System, new: System, rows: Sequence[int], box: Box) -> dict[int, Agreement]:
    """These derivatives of two systems, which have the same states, parameters and inputs."""
    values = sample(old, new, box)
    known = {name: value for name, value in values.items() if name != TIME}
    size = len(values[TIME])
    found = []
    for system in (old, new):
        trees = [system.derivatives[row].tree for row in rows]
        tape = Tape(system.constants + system.auxiliaries, trees)
        numbers = tape(known, values[TIME])
        found.append([np.broadcast_to(np.asarray(n, dtype=float), (size,)) for n in numbers])
    return {
        row: _row((old, new), row, one, other, values)
        for row, one, other in zip(rows, *found, strict=True)
    }


def _row(
    systems: tuple[System, System], row: int, one: Array, other: Array, values: Mapping[str, Array]
) -> Agreement:
    finite = np.isfinite(one) & np.isfinite(other)
    with np.errstate(all="ignore"):
        apart = np.abs(one - other) / np.maximum(np.abs(one), np.abs(other))
    apart = np.where(one == other, 0.0, apart)
    only = np.isfinite(one) != np.isfinite(other)
    suspects = np.flatnonzero((finite & (apart > TOLERANCE)) | only)
    apart = np.where(only, 0.0, apart)  # finite differences are the better witnesses
    for index in suspects[np.argsort(-apart[suspects], kind="stable")].tolist():
        point = {name: float(column[index]) for name, column in values.items()}
        pair = (float(one[index]), float(other[index]))
        if not _explained(systems, row, point, pair):
            names = [name for name in point if name in _used(systems, row)]
            shown = {"t" if name == TIME else name: point[name] for name in names}
            witness = Witness(systems[0].derivatives[row].name, shown, *pair)
            return Agreement(int(finite.sum()), witness)
    return Agreement(int(finite.sum()))


def _used(systems: Sequence[System], row: int) -> set[str]:
    """The names, and TIME, that a derivative depends on in any of the systems."""
    found: set[str] = set()
    for system in systems:
        tree = system.derivatives[row].tree
        found |= system.reached(symbols(tree))
        trees = (tree, *(item.tree for item in system.behind(tree)))
        found |= {TIME} if any("time" in operations(each) for each in trees) else set()
    return found


def _explained(
    systems: tuple[System, System], row: int, point: Mapping[str, float], pair: tuple[float, float]
) -> bool:
    """Whether float64 alone makes the two differ here: by rounding, or by leaving its range."""
    if not np.all(np.isfinite(pair)):
        return any(_overflows(system, row, point) for system in systems)
    apart = abs(pair[0] - pair[1])
    for system in systems:
        values = {i.name: point[i.name] for i in system.parameters + system.inputs}
        state = np.array([point[item.name] for item in system.states])
        if is_rounding(system, row, values, point[TIME], state, apart):
            return True
    return False


def _overflows(system: System, row: int, point: Mapping[str, float]) -> bool:
    """Whether an operation on finite numbers gives infinity where it is defined."""
    known = {name: np.float64(value) for name, value in point.items()}
    tree = system.derivatives[row].tree
    with np.errstate(all="ignore"):
        for item in system.behind(tree):
            known[item.name] = value_of(item.tree, known, known[TIME])
        for each in (*(item.tree for item in system.behind(tree)), tree):
            for node in walk(each):
                if not isinstance(node, Apply) or node.operation not in GROWING:
                    continue
                sides = [float(value_of(part, known, known[TIME])) for part in node.arguments]
                divided = node.operation == "/" and sides[1] == 0
                divided |= node.operation == "**" and sides[0] == 0
                result = float(value_of(node, known, known[TIME]))
                if np.all(np.isfinite(sides)) and np.isinf(result) and not divided:
                    return True
    return False
