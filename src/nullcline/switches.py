"""The conditions of a System that change by its own state, and when they do within a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from nullcline.expression import Apply, Node, Number, Symbol, symbols
from nullcline.system import System
from nullcline.tape import Tape
from nullcline.trajectory import Array

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
STEPS = frozenset({"sign", "heaviside"})
ROUNDINGS = frozenset({"floor", "ceil", "mod"})
KINKS = frozenset({"min", "max"})
"""They bend, and do not jump; what is below the other side may be a window of its own."""

ZERO = Number(0)
EDGE = 1e-3
NODES = np.concatenate([[0.0, EDGE], np.linspace(0, 1, 9)[1:-1], [1 - EDGE, 1.0]])
"""Where in a step conditions are looked at, as shares of it."""
NOISE = 1e-14
"""Sides that differ by less, relative to them, are equal: roundings make no change."""
CLOSE = 1e-13
"""How closely a change is located, relative to its time: well within the gap that is left."""
REACH = 2.0
"""An extreme is looked into where it is so many differences of neighbouring nodes from zero."""

Dense = Callable[[Array], Array]


class Switches:
    """Every difference whose sign, or whole number whose value, a condition depends on.

    `fixed` has the numbers that do not change along a run, constants among them.
    """

    def __init__(self, system: System, fixed: Mapping[str, Any]) -> None:
        self.sides = list(dict.fromkeys(_of_states(system)))
        trees = [tree for left, right, _ in self.sides for tree in (left, right)]
        given = [item for item in system.behind(*trees) if item.name not in fixed]
        self.tape, self.fixed = Tape(given, trees), dict(fixed)
        self.names = tuple(item.name for item in system.states)
        self.rounds = np.array([rounds for *_, rounds in self.sides], dtype=bool)

    def __len__(self) -> int:
        return len(self.sides)

    def levels(self, times: Array, states: Array) -> tuple[Array, Array]:
        """The differences (switches, times), and a mark of each that changes as it does.

        A mark is NaN where it is undecided.
        """
        known = self.fixed | dict(zip(self.names, states, strict=True))
        rows = [np.broadcast_to(np.asarray(r, float), times.shape) for r in self.tape(known, times)]
        left, right = np.array(rows[::2]), np.array(rows[1::2])
        with np.errstate(all="ignore"):
            levels = left - right
            unsure = np.abs(levels) <= NOISE * np.maximum(np.abs(left), np.abs(right))
            marks = np.where(self.rounds[:, None], levels, np.sign(levels))
            marks[unsure & ~self.rounds[:, None]] = np.nan
        return levels, marks

    def first(self, dense: Dense, start: float, end: float) -> tuple[float, bool] | None:
        """The first time in a step at which a mark has changed, and True; or a time inside of it
        at which to look closer, and False."""
        times = start + NODES * (end - start)
        levels, marks = self.levels(times, dense(times))
        before = _first_known(marks)
        brackets = [*_changes(marks, before, times), *self._dips(dense, levels, before, times)]
        if brackets:
            return min(self._bisected(dense, before, brackets)), True
        if (_turns(levels) >= 2)[~self.rounds].any():
            return (start + end) / 2, False
        return None

    def _dips(
        self, dense: Dense, levels: Array, before: Array, times: Array
    ) -> Iterator[tuple[int, float, float]]:
        """Brackets of changes between two nodes that are gone at the next one."""
        for switch, node in zip(*np.nonzero(_towards_zero(levels)), strict=True):
            if self.rounds[switch]:
                continue
            low, high = times[node], times[node + 2]
            ratio = (np.sqrt(5) - 1) / 2
            for _ in range(40):  # nearer than roundings let a minimum be told
                pair = np.array([high - ratio * (high - low), low + ratio * (high - low)])
                found, marks = self.levels(pair, dense(pair))
                other = np.isfinite(marks[switch]) & (marks[switch] != before[switch])
                if other.any():
                    yield int(switch), float(times[node]), float(pair[other][0])
                    break
                left, right = np.abs(found[switch])
                low, high = (low, pair[1]) if left <= right else (pair[0], high)

    def _bisected(
        self, dense: Dense, before: Array, brackets: list[tuple[int, float, float]]
    ) -> list[float]:
        """The time from which each bracket's mark is no longer what it was."""
        switch = np.array([each[0] for each in brackets])
        low, high = (np.array([each[side] for each in brackets]) for side in (1, 2))
        row = np.arange(len(brackets))
        for _ in range(60):
            middle = low + (high - low) / 2
            marks = self.levels(middle, dense(middle))[1][switch, row]
            changed = np.isfinite(marks) & (marks != before[switch])
            low, high = np.where(changed, low, middle), np.where(changed, middle, high)
            if np.all(high - low <= CLOSE * np.abs(high)):
                break
        return [float(time) for time in high]


def switched(system: System) -> bool:
    """Whether a condition of the equations depends on a state."""
    if system.operations.isdisjoint(COMPARISONS | STEPS | ROUNDINGS | KINKS):
        return False
    return any(True for _ in _of_states(system))


def _of_states(system: System) -> Iterator[tuple[Node, Node, bool]]:
    """Those boundaries that a state moves over."""
    states = {item.name for item in system.states}
    for left, right, rounds in _found(system):
        if system.reached((*symbols(left), *symbols(right))) & states:
            yield left, right, rounds


def _first_known(marks: Array) -> Array:
    """The first mark of each row that is decided."""
    found: Array = marks[np.arange(len(marks)), np.argmax(np.isfinite(marks), axis=1)]
    return found


def _changes(marks: Array, before: Array, times: Array) -> Iterator[tuple[int, float, float]]:
    changed = np.isfinite(marks) & (marks != before[:, None])
    for switch in np.flatnonzero(changed.any(axis=1)):
        node = int(np.argmax(changed[switch]))
        yield int(switch), float(times[node - 1]), float(times[node])


def _towards_zero(levels: Array) -> Array:
    """Of each three neighbouring nodes, whether the middle one is nearest to a zero in reach."""
    size = np.abs(levels)
    left, middle, right = size[:, :-2], size[:, 1:-1], size[:, 2:]
    rise = np.maximum(left - middle, right - middle)
    found: Array = (left >= middle) & (right >= middle) & (middle <= REACH * rise) & (rise > 0)
    return found


def _turns(levels: Array) -> Array:
    """How often each row rises after a fall or falls after a rise, where zero is in reach."""
    moves = np.diff(levels, axis=1)
    largest = np.abs(moves).max(axis=1)
    signs = np.where(np.abs(moves) > 1e-6 * largest[:, None], np.sign(moves), 0.0)
    turns = np.array([np.count_nonzero(np.diff(row[row != 0])) for row in signs])
    found: Array = np.where(np.abs(levels).min(axis=1) <= REACH * largest, turns, 0)
    return found


def _found(system: System) -> Iterator[tuple[Node, Node, bool]]:
    """Both sides of every boundary at which a condition changes, and whether it is a rounding."""
    needed, inside = system.needed, set[str]()
    auxiliaries = [item for item in system.constants + system.auxiliaries if item.name in needed]
    for item in reversed([*auxiliaries, *system.derivatives]):
        named = item.name in inside and item not in system.derivatives
        stack: list[tuple[Node, bool]] = [(item.tree, named)]
        seen: set[tuple[int, bool]] = set()
        while stack:
            node, within = stack.pop()
            if (id(node), within) in seen:
                continue
            seen.add((id(node), within))
            if isinstance(node, Symbol):
                inside |= {node.name} if within else set()
            elif isinstance(node, Apply):
                found = _boundary(node, within)
                if found is not None:
                    yield found
                within = within or (found is not None)
                stack.extend((argument, within) for argument in node.arguments)


def _boundary(node: Apply, within: bool) -> tuple[Node, Node, bool] | None:
    operation, arguments = node.operation, node.arguments
    if operation in COMPARISONS or operation in KINKS:
        return arguments[0], arguments[1], False
    if operation in STEPS or (within and operation == "abs"):
        return arguments[0], ZERO, False
    if operation in ROUNDINGS:
        whole = Apply("/", arguments) if operation == "mod" else arguments[0]
        return Apply("ceil" if operation == "ceil" else "floor", (whole,)), ZERO, True
    return None
