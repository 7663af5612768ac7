"""Where a model's equations jump or peak in time, so that no solver steps over a short input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from nullcline.breakpoints.timetable import BEYOND, Timetable
from nullcline.expression import operations
from nullcline.system import System
from nullcline.trajectory import Array, Run

__all__ = [
    "BEYOND",
    "GAP",
    "Timetable",
    "across",
    "gaps",
    "pieces",
    "segments",
    "timetable",
    "with_breaks",
]


GAP = 1e-12
"""How far to either side of a break of which no more than the time is known, relative to it, a
solver ends and starts anew."""


def timetable(system: System, run: Run) -> Timetable | None:
    """The timetable of a run; None where the derivatives do not depend on the time."""
    if "time" not in system.operations:
        return None
    needed = system.needed
    items = [item for item in system.definitions if item.name in needed]
    items += [item for item in system.derivatives if item not in items]
    timed = any("time" in operations(item.tree) for item in items)
    return Timetable(system, run) if timed else None


def with_breaks(system: System, run: Run) -> Run:
    """The run with all `breaks`, and `max_step`, as the system's explicit time asks for."""
    table = timetable(system, run)
    if table is None:
        return run
    breaks = tuple(before + (after - before) / 2 for before, after in table.breaks())
    return replace(run, breaks=breaks, max_step=table.longest)


def pieces(gaps: Iterable[tuple[float, float]], end: float) -> Iterator[tuple[float, float]]:
    """The pieces of a run between gaps around its breaks, the last reaching beyond its end."""
    start = 0.0
    for before, after in gaps:
        yield start, before
        start = after
    yield start, end * BEYOND


def segments(run: Run) -> list[tuple[float, float]]:
    """The pieces of the run between its breaks, each ending just before and starting just after."""
    return list(pieces(gaps(run), float(run.times[-1])))


def gaps(run: Run) -> Iterator[tuple[float, float]]:
    """The gaps around the breaks of a run."""
    latest, end = 0.0, float(run.times[-1])
    for time in sorted(run.breaks):
        before, after = time * (1 - GAP), time * (1 + GAP)
        if before > 0 and after < end and time * (1 - 2 * GAP) > latest:
            yield before, after
        latest = time


def across(
    field: Callable[[float, Array], Array], before: float, after: float, state: Array
) -> Array:
    """The state after a gap around a jump: half of it with the slope of either side."""
    half = (after - before) / 2
    middle = state + half * field(before, state)
    found: Array = middle + half * field(after, middle)
    return found
