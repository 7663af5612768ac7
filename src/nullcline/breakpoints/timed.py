"""Expressions of a System that depend on the time and numbers alone: their values and periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nullcline.expression import Apply, Node, Symbol, operations, symbols
from nullcline.expression.evaluate import value_of
from nullcline.system import System
from nullcline.trajectory import Array, Run

Function = Callable[[Array], Array]

CYCLES = {"sin": 2 * np.pi, "cos": 2 * np.pi, "tan": np.pi}
STEPPED = frozenset({"floor", "ceil"})
MULTIPLES = 12
"""How many of the longest period at most make a period of the whole."""
COMMENSURATE = 1e-13
"""How far the ratio of two periods may be from a whole number, relative to it."""


@dataclass
class Rhythm:
    """How an expression comes back: its `periods`, of which it is made alone where it is `pure`,
    and the `phases` (in cycles) of periodic operations whose argument is not linear in time."""

    periods: list[float] = field(default_factory=list)
    phases: list[tuple[Node, float]] = field(default_factory=list)
    pure: bool = True

    def add(self, other: Rhythm) -> None:
        """Take another expression's in."""
        self.periods += [period for period in other.periods if period not in self.periods]
        self.phases += [phase for phase in other.phases if phase not in self.phases]
        self.pure = self.pure and other.pure

    @property
    def period(self) -> float | None:
        """The period of the whole, if it has one."""
        if not self.pure or not self.periods:
            return None
        longest = max(self.periods)
        for count in range(1, MULTIPLES + 1):
            ratios = count * longest / np.array(self.periods)
            if np.all(np.abs(ratios - np.round(ratios)) <= COMMENSURATE * ratios):
                return count * longest
        return None


class Timed:
    """The names whose values are `known`, and those `timed` ones that depend on the time, too."""

    def __init__(self, system: System, run: Run) -> None:
        given = {item.name: item.value for item in system.parameters + system.inputs}
        given |= {**run.parameters, **run.inputs}
        self.known: dict[str, Any] = {name: np.float64(value) for name, value in given.items()}
        self.timed: dict[str, Node] = {}
        self._rhythms: dict[Node, Rhythm] = {}
        self._affine: dict[Node, tuple[float, float] | None] = {}

    def define(self, name: str, tree: Node) -> None:
        """Take a definition in, unless it depends on states."""
        depends = self.depends(tree)
        if depends:
            self.timed[name] = tree
        elif depends is False:
            self.known[name] = value_of(tree, self.known, np.float64(np.nan))

    def touches(self, tree: Node) -> bool:
        """Tell whether any part of a tree depends on the time."""
        return "time" in operations(tree) or any(name in self.timed for name in symbols(tree))

    def depends(self, tree: Node) -> bool | None:
        """Tell whether a tree depends on the time; None where it depends on the state."""
        names = set(symbols(tree))
        if any(name not in self.known and name not in self.timed for name in names):
            return None
        return "time" in operations(tree) or not names.isdisjoint(self.timed)

    def function(self, *trees: Node) -> Function:
        """The values of the trees at times, shape (trees, times), or (times,) of one alone."""
        timed = self._behind(trees)

        def value(times: Array) -> Array:
            numbers = dict(self.known)
            with np.errstate(all="ignore"):
                for name in timed:
                    numbers[name] = value_of(self.timed[name], numbers, times)
                rows = [value_of(tree, numbers, times) for tree in trees]
            full = [np.broadcast_to(np.asarray(row, dtype=float), np.shape(times)) for row in rows]
            return full[0] if len(full) == 1 else np.array(full)

        return value

    def _behind(self, trees: tuple[Node, ...]) -> list[str]:
        """The names that depend on the time and that the trees need, in an order of evaluation."""
        needed = {name for tree in trees for name in symbols(tree)}
        found: list[str] = []
        for name, tree in reversed(self.timed.items()):
            if name in needed:
                found.append(name)
                needed |= set(symbols(tree))
        return found[::-1]

    def number(self, tree: Node) -> float:
        """The value of a tree that does not depend on the time."""
        with np.errstate(all="ignore"):
            return float(value_of(tree, self.known, np.float64(np.nan)))

    def affine(self, tree: Node) -> tuple[float, float] | None:
        """The (slope, value at t = 0) of a tree that is linear in time; None of others.

        What depends on the state is none that is linear in time.
        """
        if tree not in self._affine:
            self._affine[tree] = self._line(tree)
        return self._affine[tree]

    def _line(self, tree: Node) -> tuple[float, float] | None:
        if isinstance(tree, Symbol) and tree.name in self.timed:
            return self.affine(self.timed[tree.name])
        depends = self.depends(tree)
        if depends is None:
            return None
        if not isinstance(tree, Apply) or not depends:
            return 0.0, self.number(tree)
        if tree.operation == "time":
            return 1.0, 0.0
        lines = [self.affine(argument) for argument in tree.arguments]
        known = [line for line in lines if line is not None]
        if len(known) < len(lines):
            return None
        (a, b), (c, d) = known[0], known[-1]
        match tree.operation:
            case "neg":
                return -a, -b
            case "+":
                return a + c, b + d
            case "-":
                return a - c, b - d
            case "*" if a == 0 or c == 0:
                return a * d + b * c, b * d
            case "/" if c == 0 and d != 0:
                return a / d, b / d
        return None

    def rhythm(self, tree: Node) -> Rhythm:
        """How the tree comes back in time."""
        if tree not in self._rhythms:
            self._rhythms[tree] = self._rhythm(tree)
        return self._rhythms[tree]

    def _rhythm(self, tree: Node) -> Rhythm:
        if isinstance(tree, Symbol):
            return self.rhythm(self.timed[tree.name]) if tree.name in self.timed else Rhythm()
        if not isinstance(tree, Apply):
            return Rhythm()
        if tree.operation == "time":
            return Rhythm(pure=False)
        cycle = self.cycle(tree)
        line = self.affine(tree.arguments[0]) if cycle else None
        if cycle and line is not None:
            whole = tree.operation not in STEPPED
            return Rhythm([abs(cycle / line[0])], pure=whole) if line[0] else Rhythm()
        found = Rhythm()
        for argument in tree.arguments:
            found.add(self.rhythm(argument))
        if cycle and not found.pure:
            found.add(Rhythm(phases=[(tree.arguments[0], cycle)]))
        return found

    def cycle(self, tree: Apply) -> float | None:
        """By how much the argument of a periodic operation grows in a cycle; None of others."""
        if tree.operation in CYCLES:
            return CYCLES[tree.operation]
        if tree.operation in STEPPED:
            return 1.0
        if tree.operation == "mod" and self.depends(tree.arguments[1]) is False:
            return abs(self.number(tree.arguments[1])) or None
        return None
