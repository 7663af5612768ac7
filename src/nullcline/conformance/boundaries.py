"""States exactly on the boundary of a condition, where translations most often differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from nullcline.expression import Apply, Node, Number, Symbol, evaluate, symbols, walk
from nullcline.system import System
from nullcline.trajectory import Array

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
STEPS = frozenset({"sign", "heaviside", "abs", "floor", "ceil"})


def boundary_states(
    system: System, state: Array, values: Mapping[str, float], time: float
) -> Iterator[Array]:
    """The state moved, one variable at a time, onto each boundary that can be solved for it."""
    names = [item.name for item in system.states]
    known: dict[str, Any] = dict(values) | dict(zip(names, state, strict=True))
    for item in system.constants + system.auxiliaries:
        known[item.name] = evaluate(item.tree, known, time)
    for left, right in dict.fromkeys(_boundaries(system)):
        for variable, other in ((left, right), (right, left)):
            if not isinstance(variable, Symbol) or variable.name not in names:
                continue
            if variable.name not in symbols(other):
                moved = state.copy()
                moved[names.index(variable.name)] = evaluate(other, known, time)
                if np.all(np.isfinite(moved)):
                    yield moved


def _boundaries(system: System) -> Iterator[tuple[Node, Node]]:
    """The two sides of every comparison, and of every step as `argument == 0`."""
    for item in system.definitions:
        for node in walk(item.tree):
            if not isinstance(node, Apply):
                continue
            if node.operation in COMPARISONS | {"min", "max"}:
                yield node.arguments[0], node.arguments[1]
            elif node.operation in STEPS:
                argument = node.arguments[0]
                if isinstance(argument, Apply) and argument.operation == "-":
                    yield argument.arguments[0], argument.arguments[1]
                else:
                    yield argument, Number(0)
