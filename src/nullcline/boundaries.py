"""Points on and about the boundaries of conditions, where translations most often differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from fractions import Fraction
from itertools import chain, zip_longest
from typing import Any

import numpy as np

from nullcline.expression import Apply, Node, Number, Symbol, evaluate, symbols, walk
from nullcline.expression.evaluate import value_of
from nullcline.system import Definition, System
from nullcline.trajectory import Array

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "min", "max"})
STEPS = frozenset({"sign", "heaviside", "abs"})
ROUNDINGS = frozenset({"floor", "ceil", "mod"})
TIME = "time()"
"""The key of the time among the numbers by name; no name that a model declares."""

WHOLES = (0, 1, -1, 2)
CROSSINGS = 4
MOST = 200
"""How many points a model gets at most."""

_SIZES = np.logspace(-3, 6, 37)
GRID = np.unique(np.concatenate([-_SIZES, [0.0], _SIZES]))

Known = dict[str, Any]
Difference = Callable[[Array], Array]


def boundary_points(system: System, known: Mapping[str, float]) -> Iterator[dict[str, float]]:
    """The numbers (states, parameters, inputs, TIME) with one moved onto and beside a boundary.

    Each symbol that a boundary depends on, directly or through others, is moved in turn. A
    point exactly on a boundary is given only where at most one operation of the two sides
    rounds, so that a right translation that sums in another order is on the boundary too.
    """
    ways = [_moved(*way, dict(known)) for way in _ways(system, known)]
    for count, point in enumerate(chain.from_iterable(zip_longest(*ways))):
        if count > MOST:
            return
        if point is not None:
            yield point


def crossings(
    system: System, known: Mapping[str, float], names: Collection[str]
) -> Iterator[tuple[str, float]]:
    """The values of each of `names` at which it crosses a boundary, all others as in `known`."""
    for before, left, right, name in _ways(system, known):
        if name in names:
            difference = _difference(before, left, right, name, dict(known))
            for value in _solved(difference, before, left, right, name, dict(known)):
                yield name, value


def _ways(
    system: System, known: Mapping[str, float]
) -> Iterator[tuple[tuple[Definition, ...], Node, Node, str]]:
    """Every boundary with each number that it depends on: what is computed before, both sides."""
    for _, left, right in dict.fromkeys(_boundaries(system)):
        before = system.behind(left, right)
        trees = [item.tree for item in before] + [left, right]
        names = dict.fromkeys(name for tree in trees for name in symbols(tree))
        free = [name for name in names if name in known]
        if any(_uses_time(tree) for tree in trees):
            free.append(TIME)
        yield from ((before, left, right, name) for name in free)


def _uses_time(tree: Node) -> bool:
    return any(isinstance(node, Apply) and node.operation == "time" for node in walk(tree))


def _boundaries(system: System) -> Iterator[tuple[str, Node, Node]]:
    """(the definition it is in, one side, the other) of every boundary."""
    for item in system.definitions:
        for node in walk(item.tree):
            if not isinstance(node, Apply):
                continue
            arguments = node.arguments
            if node.operation in COMPARISONS:
                yield item.name, arguments[0], arguments[1]
            elif node.operation in STEPS:
                first = arguments[0]
                if isinstance(first, Apply) and first.operation == "-":
                    yield item.name, first.arguments[0], first.arguments[1]
                else:
                    yield item.name, first, Number(0)
            elif node.operation in ROUNDINGS:
                for whole in WHOLES:
                    number: Node = Number(abs(whole))
                    number = Apply("neg", (number,)) if whole < 0 else number
                    of = Apply("*", (number, arguments[1])) if node.operation == "mod" else number
                    yield item.name, arguments[0], of


def _moved(
    before: tuple[Definition, ...], left: Node, right: Node, name: str, known: Known
) -> Iterator[dict[str, float]]:
    """The numbers with `name` on each crossing, and near and far to either side."""
    difference = _difference(before, left, right, name, known)
    for value in _solved(difference, before, left, right, name, known):
        if difference(np.array([value]))[0] == 0:
            numbers = known | {name: value}
            if _roundings(before, left, right, numbers) <= 1:
                yield numbers
        for step in (1e-7 * max(abs(value), 1e-3), 0.1 * (1 + abs(value))):
            yield known | {name: value - step}
            yield known | {name: value + step}


def _difference(
    before: tuple[Definition, ...], left: Node, right: Node, name: str, known: Known
) -> Difference:
    """The left side minus the right as a function of `name`."""

    def difference(values: Array) -> Array:
        numbers = {key: np.float64(value) for key, value in known.items()} | {name: values}
        with np.errstate(all="ignore"):
            for item in before:
                numbers[item.name] = value_of(item.tree, numbers, numbers[TIME])
            sides = [value_of(side, numbers, numbers[TIME]) for side in (left, right)]
            found = np.asarray(sides[0], dtype=float) - np.asarray(sides[1], dtype=float)
        return np.broadcast_to(found, np.shape(values))

    return difference


def _solved(
    difference: Difference,
    before: tuple[Definition, ...],
    left: Node,
    right: Node,
    name: str,
    known: Known,
) -> list[float]:
    """The values at which the difference is 0 or changes sign, to the last float."""
    for side, other in ((left, right), (right, left)):
        bare = isinstance(side, Symbol) and side.name == name and not before
        if bare and name not in symbols(other):
            value = float(evaluate(other, known, known[TIME]))
            return [value] if np.isfinite(value) else []
    grid = np.unique(np.concatenate([GRID, known[name] + 0.37 * GRID]))
    signs = np.sign(difference(grid))
    if np.all(signs == signs[0]):
        return []
    changes = np.isfinite(signs[:-1]) & np.isfinite(signs[1:]) & (signs[:-1] != signs[1:])
    where = np.flatnonzero(changes)
    where = where[np.argsort(np.abs(grid[where] - known[name]))][:CROSSINGS]
    low, high = grid[where], grid[where + 1]
    sign = signs[where]
    for _ in range(70):
        middle = low + (high - low) / 2
        same = np.sign(difference(middle)) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return [_exact(difference, *pair) for pair in zip(low.tolist(), high.tolist(), strict=True)]


def _exact(difference: Difference, low: float, high: float) -> float:
    """The bracket's value of the fewest digits among those of difference 0, or its upper end."""
    near = [low, high]
    for _ in range(4):
        near = [float(np.nextafter(near[0], -np.inf)), *near, float(np.nextafter(near[-1], np.inf))]
    near += [float(np.round(high, digits)) for digits in range(13)]
    hits = [value for value in near if difference(np.array([value]))[0] == 0]
    return min(hits, key=lambda value: len(repr(value)), default=high)


def _roundings(before: tuple[Definition, ...], left: Node, right: Node, known: Known) -> int:
    """How many operations on the way to the two sides round; 9 for one that is no arithmetic."""
    values = {name: np.float64(value) for name, value in known.items()}
    count = 0
    for tree in [*(item.tree for item in before), left, right]:
        for node in walk(tree):
            if isinstance(node, Apply) and node.arguments:
                count += _rounds(node, values, values[TIME])
        for item in before:
            if item.tree is tree:
                values[item.name] = value_of(tree, values, values[TIME])
    return count


def _rounds(node: Apply, values: Known, time: Any) -> int:
    """1 if the operation rounds here, 0 if its result is exact, 9 if nobody knows."""
    numbers = [float(value_of(argument, values, time)) for argument in node.arguments]
    found = float(value_of(node, values, time))
    if not np.all(np.isfinite([found, *numbers])):
        return 9
    sides = [Fraction(number) for number in numbers]
    match node.operation:
        case "+":
            exact = sides[0] + sides[1]
        case "-":
            exact = sides[0] - sides[1]
        case "*":
            exact = sides[0] * sides[1]
        case "/" if sides[1]:
            exact = sides[0] / sides[1]
        case "**" if sides[1] in (2, 3, 4):
            exact = sides[0] ** int(sides[1])
        case "neg" | "abs" | "min" | "max" | "where" | "indicator" | "floor" | "ceil" | "sign":
            return 0
        case "<" | "<=" | ">" | ">=" | "==" | "!=" | "and" | "or" | "not" | "heaviside":
            return 0
        case _:
            return 9
    return int(exact != Fraction(found))
