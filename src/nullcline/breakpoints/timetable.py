"""The breaks of a System along a run, found a stretch of time at a time as the run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock

import numpy as np

from nullcline.breakpoints.clocks import Clock, beats, clock, closed
from nullcline.breakpoints.search import GAP, sought
from nullcline.breakpoints.timed import Function, Timed
from nullcline.breakpoints.watched import Watch, watches
from nullcline.expression import Node
from nullcline.system import System
from nullcline.trajectory import Array, Run

BEYOND = 1 + 1e-9
"""How far past its end a run is integrated, so that a jump exactly at the end is inside a step,
where the solver sees it, and not in the slope that its interpolant takes from the end."""
GRID = 4000
"""Into how many parts a run is cut where nothing in it is periodic."""
PARTS, PERIODS = 32, 64
"""Into how many parts each of so many periods is cut, where something is: a stretch."""
BEATS = 256
"""How many breaks a stretch has, about."""
HALVINGS, STRETCHES = 4, 64
"""How often each of so many stretches is halved where a periodic operation runs too fast in it."""
FASTEST = 1 / 16
"""By how much of a cycle a periodic operation may go on from one point of the grid to the next."""
QUARTER = 0.25
"""How much of a period a step takes at most."""
MOST = 1e8
"""How many breaks of one expression a run has at most."""
HELD = 64

UNCERTAIN = (
    "an input varies faster in time than it is looked at: one that is very short may be passed over"
)

Breaks = tuple[Array, Array]
"""Times at which steps end, and others soon after at which they start anew."""


class Timetable:
    """When steps end and start anew, from the start of a run to its end.

    Found are the times at which a comparison, a step or a rounding of an expression in time and
    numbers alone changes, and those at and about the peaks of a narrow bump. `longest` is the
    longest step that a solver should take, and `uncertain` a sentence where something may be
    missed.
    """

    def __init__(self, system: System, run: Run) -> None:
        self.timed, self.end = Timed(system, run), float(run.times[-1])
        self.clocks: list[Clock] = []
        self.searched: list[Watch] = []
        self.uncertain = ""
        for watch in watches(system, self.timed):
            self._take(watch)
        trees = [watch.whole for watch in self.searched]
        rhythms = [self.timed.rhythm(tree) for tree in trees]
        phases = dict.fromkeys(phase for rhythm in rhythms for phase in rhythm.phases)
        self.phases = [self._phase(*phase) for phase in phases]
        periods = [period for rhythm in rhythms for period in rhythm.periods]
        self.cells = PARTS * PERIODS if periods else GRID
        lengths = [PERIODS * period for period in periods]
        lengths += [BEATS * beat for beat in beats(self.clocks)]
        lengths += [self.end / STRETCHES] if self.phases else []
        self.length = min([self.end, *lengths])
        self.longest = self._longest(system, run)
        self._held: dict[int, Breaks] = {}
        self._lock = Lock()

    def _take(self, watch: Watch) -> None:
        if not closed(self.timed, watch):
            self.searched.append(watch)
            return
        found = clock(self.timed, watch, self.clocks)
        if found is None:
            return
        if found.period and self.end / found.period * found.each > MOST:
            self.uncertain = UNCERTAIN
            return
        self.clocks.append(found)

    def _phase(self, tree: Node, cycle: float) -> Function:
        function = self.timed.function(tree)
        return lambda times: function(times) / cycle

    def _longest(self, system: System, run: Run) -> float:
        """A quarter of the shortest period of the model, and about a sample where it has none."""
        step = float(np.clip(run.sampling, run.duration / 2000, run.duration / 200))
        items = [item for item in system.definitions if self.timed.touches(item.tree)]
        every = [p for item in items for p in self.timed.rhythm(item.tree).periods]
        seen = [period for period in every if self.end / period <= MOST]
        if len(seen) < len(every):
            self.uncertain = UNCERTAIN
        return min(step, run.max_step, *(QUARTER * period for period in seen))

    def following(self, time: float, most: int) -> Breaks:
        """At most so many breaks after a time; none where there are none up to the end."""
        before = after = np.zeros(0)
        stretch = int(time / self.length)
        while len(before) < most and stretch * self.length < self.end:
            found = self._stretch(stretch)
            later = (found[0] > time) & (found[1] < self.end)
            if later.any():
                sides = ((before, found[0]), (after, found[1]))
                before, after = _apart(*(np.concatenate([a, b[later]]) for a, b in sides))
            stretch += 1
        return before[:most], after[:most]

    def breaks(self) -> Iterator[tuple[float, float]]:
        """Every end of a step and the start after it, one after the other."""
        time = 0.0
        while len((found := self.following(time, BEATS))[0]):
            yield from zip(*(side.tolist() for side in found), strict=True)
            time = float(found[1][-1])

    def _stretch(self, number: int) -> Breaks:
        with self._lock:
            if number not in self._held:
                for old in list(self._held)[: len(self._held) + 1 - HELD]:
                    del self._held[old]
                low = number * self.length
                self._held[number] = _apart(*self._between(low, min(self.end, low + self.length)))
            return self._held[number]

    def _between(self, low: float, high: float, halved: int = 0) -> Breaks:
        """The breaks in a stretch, in halves where the grid is too coarse for it."""
        grid, searched = self._grid(low, high), self.searched
        if self._too_fast(grid):
            if halved < HALVINGS:
                middle = low + (high - low) / 2
                parts = [self._between(*h, halved + 1) for h in ((low, middle), (middle, high))]
                before, after = (np.concatenate(side) for side in zip(*parts, strict=True))
                return before, after
            self.uncertain, searched = UNCERTAIN, []
        found = [each.within(low, high) for each in self.clocks]
        for watch in searched:
            inner = np.concatenate([np.zeros(0), *(times for times, _ in found)])
            times, gaps = sought(self.timed, watch, grid, inner)
            inside = (times >= low) & (times < high)
            found.append((times[inside], gaps[inside]))
        return _around(found)

    def _too_fast(self, grid: Array) -> bool:
        """Whether a periodic operation goes on too far from one point of the grid to the next."""
        with np.errstate(all="ignore"):
            moves = [np.abs(np.diff(phase(grid))) for phase in self.phases]
        return any(not np.nanmax(move, initial=0.0) <= FASTEST for move in moves)

    def _grid(self, low: float, high: float) -> Array:
        """The stretch and a little more to either side, where it does not begin or end a run."""
        step = (high - low) / self.cells
        places = np.arange(-2.0, self.cells + 3) * step + low
        if low == 0:
            places = np.concatenate([high * np.logspace(-12, -3, 64), places])
        found: Array = np.unique(places[(places >= 0) & (places <= self.end * BEYOND)])
        return found


def _around(found: list[Breaks]) -> Breaks:
    """The gaps around breaks, in order."""
    nothing = (np.zeros(0), np.zeros(0))
    times, gaps = (np.concatenate(side) for side in zip(nothing, *found, strict=True))
    gaps = np.maximum(gaps, GAP * np.abs(times))
    order = np.argsort(times - gaps)
    return (times - gaps)[order], (times + gaps)[order]


def _apart(before: Array, after: Array) -> Breaks:
    """The gaps, those that touch joined."""
    if not before.size:
        return before, after
    until = np.maximum.accumulate(after)
    first = np.concatenate([[True], before[1:] > until[:-1]])
    last = np.concatenate([first[1:], [True]])
    return before[first], until[last]
