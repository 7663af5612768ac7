"""Where a model's equations jump or peak in time, so that no solver steps over a short input."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from nullcline.expression import Apply, Node, Symbol, operations, walk
from nullcline.expression.evaluate import value_of
from nullcline.system import Definition, System
from nullcline.trajectory import Array, Run

GRID = 4001
MOST = 10_000
"""How many breaks a run has at most; each costs a solver a few dozen evaluations."""

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "min", "max"})
CENTRES = frozenset({"sign", "heaviside", "abs", "sigmoid", "tanh", "erf", "erfc", "atan"})
BEYOND = 1 + 1e-9
"""How far past its end a run is integrated, so that a jump exactly at the end is inside a step,
where the solver sees it, and not in the slope that its interpolant takes from the end."""
GAP = 1e-12
"""How far to either side of a jump in time, relative to it, a solver ends and starts anew."""

Function = Callable[[Array], Array]


def with_breaks(system: System, run: Run) -> Run:
    """The run with `breaks` and `max_step` as the system's explicit time asks for.

    `breaks` are the times at which a comparison, a step or a rounding of an expression in time
    and numbers alone changes, and at which the argument of a bump peaks. Steps are about a
    sample long at most, so that a smooth bump as wide as a sample is seen.
    """
    if "time" not in system.operations:
        return run
    needed = system.needed
    items = [item for item in system.definitions if item.name in needed]
    items += [item for item in system.derivatives if item not in items]
    if not any("time" in operations(item.tree) for item in items):
        return run
    step = float(np.clip(run.sampling, run.duration / 2000, run.duration / 200))
    breaks = tuple(_breaks(items, _numbers(system, run), run.duration))
    return replace(run, breaks=breaks, max_step=min(step, run.max_step))


def segments(run: Run) -> list[tuple[float, float]]:
    """The pieces of the run between its breaks, each ending just before and starting just after."""
    end = float(run.times[-1])
    breaks = [b for b in sorted(run.breaks) if b * (1 - GAP) > 0 and b * (1 + GAP) < end]
    apart = [b for a, b in pairwise([0.0, *breaks]) if b * (1 - 2 * GAP) > a]
    starts = [0.0, *(b * (1 + GAP) for b in apart)]
    return list(zip(starts, [*(b * (1 - GAP) for b in apart), end * BEYOND], strict=True))


def across(
    field: Callable[[float, Array], Array], before: float, after: float, state: Array
) -> Array:
    """The state after a gap around a jump: half of it with the slope of either side."""
    half = (after - before) / 2
    middle = state + half * field(before, state)
    found: Array = middle + half * field(after, middle)
    return found


def _numbers(system: System, run: Run) -> dict[str, Any]:
    given = {item.name: item.value for item in system.parameters + system.inputs}
    given |= {**run.parameters, **run.inputs}
    return {name: np.float64(value) for name, value in given.items()}


def _breaks(items: list[Definition], known: dict[str, Any], end: float) -> list[float]:
    """In (0, end), sorted; what is inside an expression is found before what is around it."""
    found: set[float] = set()
    base = np.linspace(0.0, end, GRID)
    timed: dict[str, Node] = {}
    done: set[Node] = set()
    for item in items:
        if _depends(item.tree, known, timed) is False:
            known[item.name] = value_of(item.tree, known, np.float64(np.nan))
            continue
        for node in reversed(list(walk(item.tree))):
            if not isinstance(node, Apply) or node in done or not _depends(node, known, timed):
                continue
            done.add(node)
            for argument, kind in _watched(node):
                function = _function(argument, known, timed)
                found.update(_changes(function, _refined(base, found, end), kind))
                if len(found) >= MOST:
                    return sorted(time for time in found if 0 < time < end)[:MOST]
        if _depends(item.tree, known, timed):
            timed[item.name] = item.tree
    return sorted(time for time in found if 0 < time < end)


def _depends(tree: Node, known: dict[str, Any], timed: dict[str, Node]) -> bool | None:
    """Whether a tree depends on the time; None where it depends on the state."""
    names = {node.name for node in walk(tree) if isinstance(node, Symbol)}
    if any(name not in known and name not in timed for name in names):
        return None
    return "time" in operations(tree) or not names.isdisjoint(timed)


def _watched(node: Apply) -> Iterator[tuple[Node, str]]:
    """The expressions that mark this operation's changes in time, and what to look for."""
    operation, arguments = node.operation, node.arguments
    if operation in COMPARISONS:
        yield Apply("-", (arguments[0], arguments[1])), "zero"
    elif operation in CENTRES:
        yield arguments[0], "zero"
    elif operation == "mod":
        yield Apply("floor", (Apply("/", arguments),)), "value"
    elif operation in ("floor", "ceil"):
        yield node, "value"
    elif operation == "exp":
        yield arguments[0], "peak"
    elif operation == "/":
        yield arguments[1], "peak"
    elif operation == "**" and isinstance(arguments[1], Apply):
        yield arguments[0], "peak"


def _function(tree: Node, known: dict[str, Any], timed: dict[str, Node]) -> Function:
    def value(times: Array) -> Array:
        numbers = dict(known)
        with np.errstate(all="ignore"):
            for name, definition in timed.items():
                numbers[name] = value_of(definition, numbers, times)
            found = value_of(tree, numbers, times)
        return np.broadcast_to(np.asarray(found, dtype=float), np.shape(times))

    return value


def _refined(base: Array, found: set[float], end: float) -> Array:
    """The grid, and on it the breaks so far with a point close to either side."""
    breaks = np.array(sorted(found))
    near = 1e-9 * end
    grid = np.concatenate([base, breaks, breaks - near, breaks + near])
    return np.unique(grid[(grid >= 0) & (grid <= end)])


def _changes(function: Function, grid: Array, kind: str) -> Iterator[float]:
    """The times at which the function changes: its sign, its value, or where it peaks."""
    values = function(grid)
    if kind in ("zero", "peak"):
        peaks = _peaks(function, grid, values)
        if kind == "peak":
            yield from peaks.tolist()
            return
        grid = np.unique(np.concatenate([grid, peaks]))
    marks = _sign(function) if kind == "zero" else function
    levels = marks(grid)
    both = np.isfinite(levels[:-1]) & np.isfinite(levels[1:]) & (levels[:-1] != levels[1:])
    yield from _bisected(marks, grid[:-1][both], grid[1:][both]).tolist()


def _sign(function: Function) -> Function:
    def sign(times: Array) -> Array:
        found: Array = np.sign(function(times))
        return found

    return sign


def _bisected(marks: Function, low: Array, high: Array) -> Array:
    """The first float after which the mark differs from that at `low`, for each bracket."""
    low, high = low[:MOST].copy(), high[:MOST].copy()
    before = marks(low)
    for _ in range(64):
        middle = low + (high - low) / 2
        left = marks(middle) == before
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    return high


def _peaks(function: Function, grid: Array, values: Array) -> Array:
    """The local extrema, by a golden-section search from the three points around each."""
    rise = np.sign(np.diff(values))
    where = np.flatnonzero((rise[:-1] * rise[1:] < 0) | ((rise[:-1] != 0) & (rise[1:] == 0)))
    where = where[: MOST // 10] + 1
    low, high = grid[where - 1], grid[np.minimum(where + 1, len(grid) - 1)]
    up = np.where(values[where] >= values[where - 1], 1.0, -1.0)
    ratio = (np.sqrt(5) - 1) / 2
    for _ in range(60):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        keep = up * function(left) >= up * function(right)
        low, high = np.where(keep, low, left), np.where(keep, right, high)
    found: Array = (low + high) / 2
    return found
