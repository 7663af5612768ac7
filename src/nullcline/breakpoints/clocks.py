"""Breaks of one watched expression in any stretch of time: by a formula where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from nullcline.breakpoints.search import GAP, sought
from nullcline.breakpoints.timed import Timed
from nullcline.breakpoints.watched import Watch
from nullcline.trajectory import Array

PERIOD_GRID = 64
"""How many points the shortest period in a repeating expression is looked at, at least."""
LEAST_GRID, MOST_GRID = 4000, 200_000
"""How many points the whole period is looked at, at least and at most."""
START = 0.381966
"""Where in its period a repeating expression is first looked at: where nothing is likely to be."""


class Clock(Protocol):
    """The breaks of one expression; `period` is None where these do not repeat."""

    @property
    def period(self) -> float | None:
        """The time after which the breaks repeat."""

    @property
    def each(self) -> int:
        """How many breaks a period has."""

    def within(self, low: float, high: float) -> tuple[Array, Array]:
        """The breaks from low to high (excluded), and half the gap around each."""


@dataclass(frozen=True)
class Once:
    """A break at one time."""

    time: float
    period: float | None = None
    each: int = 1

    def within(self, low: float, high: float) -> tuple[Array, Array]:
        """See Clock."""
        found = np.array([self.time] if low <= self.time < high else [], dtype=float)
        return found, np.zeros_like(found)


@dataclass(frozen=True)
class Repeating:
    """Breaks at `times` of a period, and in every other one."""

    times: Array
    gaps: Array
    period: float

    @property
    def each(self) -> int:
        """See Clock."""
        return len(self.times)

    def within(self, low: float, high: float) -> tuple[Array, Array]:
        """See Clock."""
        first = np.floor((low - self.times.max(initial=0.0)) / self.period)
        last = np.ceil((high - self.times.min(initial=0.0)) / self.period)
        times = np.arange(first, last + 1)[:, None] * self.period + self.times
        inside = (times >= low) & (times < high)
        return times[inside], np.broadcast_to(self.gaps, times.shape)[inside]


def clock(timed: Timed, watch: Watch, inner: list[Clock]) -> Clock | None:
    """The clock of a watched expression; None where it has no break, or is to be sought.

    `inner` are the clocks of what is inside of it, and others.
    """
    line = timed.affine(watch.difference) or _rounded(timed, watch)
    if line is not None:
        slope, start = line
        if slope == 0 or watch.kind == "peak":
            return None
        if watch.kind == "zero":
            return Once(-start / slope)
        period = abs(1 / slope)
        return Repeating(np.array([float(np.mod(-start / slope, period))]), np.zeros(1), period)
    whole = timed.rhythm(watch.whole).period
    return None if whole is None else _over_period(timed, watch, whole, inner)


def closed(timed: Timed, watch: Watch) -> bool:
    """Tell whether no search along the run is needed."""
    line = timed.affine(watch.difference) or _rounded(timed, watch)
    return line is not None or timed.rhythm(watch.whole).period is not None


def _rounded(timed: Timed, watch: Watch) -> tuple[float, float] | None:
    """The line of what is rounded to a whole number."""
    if watch.kind != "value" or not hasattr(watch.left, "arguments"):
        return None
    return timed.affine(watch.left.arguments[0])


def _over_period(timed: Timed, watch: Watch, period: float, inner: list[Clock]) -> Clock:
    """What one period has, looked at closely."""
    low, high = START * period, (1 + START) * period
    shortest = min(timed.rhythm(watch.difference).periods)
    count = int(np.clip(PERIOD_GRID * period / shortest, LEAST_GRID, MOST_GRID))
    known = [each.within(low, high)[0] for each in inner if _fits(each, period)]
    grid = np.linspace(low, high, count + 1)
    times, gaps = sought(timed, watch, grid, np.concatenate([np.zeros(0), *known]))
    times, order = np.unique(np.mod(times, period), return_index=True)
    return Repeating(times, np.maximum(gaps[order], GAP * period), period)


def _fits(clock: Clock, period: float) -> bool:
    """Tell whether another clock has so few breaks in a period that they can all be looked at."""
    return clock.period is not None and clock.period * MOST_GRID > period


def beats(clocks: list[Clock]) -> Iterator[float]:
    """The mean time between the breaks of each that repeats."""
    yield from (each.period / each.each for each in clocks if each.period and each.each)
