"""Two vector fields compared by their values: equal at every point, or a point that tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nullcline.conformance.boundaries import TIME
from nullcline.difference.rounding import explained
from nullcline.difference.sample import Box, sample
from nullcline.expression import operations, symbols
from nullcline.system import System
from nullcline.tape import Tape
from nullcline.trajectory import Array

TOLERANCE = 1e-12
"""Relative; what lies beyond is a difference unless every operation's last digits explain it."""
LOOKED_AT = 20
"""Of the points where two differ, how many of the worst, and of the others, are explained."""
ENOUGH = 20
"""At how many points both must be finite to be called equal."""


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
    values = sample(_only(old, rows), _only(new, rows), box)
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


def _only(system: System, rows: Sequence[int]) -> System:
    """The system with these derivatives alone, whose boundaries are then looked for."""
    derivatives = tuple(system.derivatives[row] for row in rows)
    needed = system.reached(name for item in derivatives for name in symbols(item.tree))
    return replace(
        system,
        constants=tuple(item for item in system.constants if item.name in needed),
        auxiliaries=tuple(item for item in system.auxiliaries if item.name in needed),
        derivatives=derivatives,
    )


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
    order = np.argsort(-apart[suspects], kind="stable")
    for index in _unexplained(systems, row, _chosen(suspects[order].tolist()), one, other, values):
        used = _used(systems, row)
        names = [name for name in values if name in used]
        shown = {"t" if name == TIME else name: float(values[name][index]) for name in names}
        pair = (float(one[index]), float(other[index]))
        witness = Witness(systems[0].derivatives[row].name, shown, *pair)
        return Agreement(int(finite.sum()), witness)
    return Agreement(int(finite.sum()))


def _unexplained(
    systems: tuple[System, System],
    row: int,
    chosen: list[int],
    one: Array,
    other: Array,
    values: Mapping[str, Array],
) -> list[int]:
    """Those of the chosen points where float64 does not explain the difference."""
    if not chosen:
        return []
    points = {name: column[chosen] for name, column in values.items()}
    found = explained(*systems, row, points, one[chosen], other[chosen])
    return [index for index, is_explained in zip(chosen, found, strict=True) if not is_explained]


def _chosen(suspects: list[int]) -> list[int]:
    """The worst, and some of the others: to explain one takes long."""
    rest = suspects[LOOKED_AT:]
    return suspects[:LOOKED_AT] + rest[:: len(rest) // LOOKED_AT + 1]


def _used(systems: Sequence[System], row: int) -> set[str]:
    """The names, and TIME, that a derivative depends on in any of the systems."""
    found: set[str] = set()
    for system in systems:
        tree = system.derivatives[row].tree
        found |= system.reached(symbols(tree))
        trees = (tree, *(item.tree for item in system.behind(tree)))
        found |= {TIME} if any("time" in operations(each) for each in trees) else set()
    return found
