"""A comparison as inline SVG: both trajectories on top of each other, and how far they part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from nullcline.conformance.path import Comparison
from nullcline.trajectory import Array

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 400, 58, 8, 20, 22
HEIGHT = 140
MOST_VARIABLES = 4
MOST_POINTS = 400
FLOOR = 1e-17
"""The smallest deviation that is drawn; float64 tells no smaller one."""


@dataclass(frozen=True)
class Frame:
    """Where numbers go in one picture; `low` to `high` is its vertical range."""

    end: float
    low: float
    high: float

    def points(self, times: Array, values: Array) -> list[str]:
        """One text of points for each stretch of finite values."""
        x = LEFT + (WIDTH - LEFT - RIGHT) * times / self.end
        inside = HEIGHT - TOP - BOTTOM
        y = TOP + inside * (1 - (values - self.low) / (self.high - self.low))
        found, stretch = [], list[str]()
        for across, down in zip(x.tolist(), np.clip(y, -1e4, 1e4).tolist(), strict=True):
            if np.isfinite(down):
                stretch.append(f"{across:.1f},{down:.1f}")
            elif stretch:
                found.append(" ".join(stretch))
                stretch = []
        return [*found, " ".join(stretch)] if stretch else found

    def line(self, kind: str, times: Array, values: Array) -> str:
        """A curve."""
        stretches = self.points(times, values)
        return "".join(f'<polyline class="{kind}" points="{points}"/>' for points in stretches)

    def axes(self, unit: str, low: str, high: str) -> str:
        """The frame, its four numbers and the unit of time."""
        floor, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        return (
            f'<path class="axis" d="M{LEFT} {TOP}V{floor}H{right}"/>'
            f'<text x="{LEFT - 6}" y="{TOP + 10}" text-anchor="end">{escape(high)}</text>'
            f'<text x="{LEFT - 6}" y="{floor}" text-anchor="end">{escape(low)}</text>'
            f'<text x="{LEFT}" y="{HEIGHT - 7}">0</text>'
            f'<text x="{right}" y="{HEIGHT - 7}" text-anchor="end">'
            f"{escape(f't = {self.end:g} {unit}'.rstrip())}</text>"
        )


def overlays(comparison: Comparison, unit: str) -> list[str]:
    """A picture a variable, those first that are furthest apart; at most four."""
    apart = _apart(comparison).max(axis=1)
    order = np.argsort(-apart, kind="stable")[:MOST_VARIABLES]
    return [_overlay(comparison, row, unit) for row in sorted(order.tolist())]


def _overlay(comparison: Comparison, row: int, unit: str) -> str:
    expected, found = comparison.expected, comparison.found
    name = expected.names[row]
    numbers = expected.values[row]
    low, high = float(numbers.min()), float(numbers.max())
    gap = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
    frame = Frame(comparison.run.duration, low - gap, high + gap)
    keep = _kept(len(expected.times))
    inside = frame.line("reference", expected.times[keep], numbers[keep])
    keep = _kept(len(found.times))
    inside += frame.line("engine", found.times[keep], found.values[row][keep])
    said = (
        f"{name} over time: the reference (wide line) and the engine (dashed line), "
        f"between {low:.4g} and {high:.4g}"
    )
    return _svg(name, said, inside + frame.axes(unit, f"{low:.3g}", f"{high:.3g}"))


def deviations(comparison: Comparison, tolerance: float, unit: str) -> str:
    """The largest difference of all variables over time, in units of their ranges, as powers."""
    sizes = _apart(comparison).max(axis=0)
    times = comparison.expected.times[: len(sizes)]
    powers = np.log10(np.clip(sizes, FLOOR, 1e3))
    low = float(np.floor(min(powers.min(), np.log10(tolerance)) - 0.2))
    high = float(np.ceil(max(powers.max(), np.log10(tolerance)) + 0.2))
    frame = Frame(comparison.run.duration, low, high)
    keep = _kept(len(sizes))
    limit = np.full(2, np.log10(tolerance))
    inside = frame.line("limit", np.array([0.0, comparison.run.duration]), limit)
    inside += frame.line("apart", times[keep], powers[keep])
    said = (
        f"the largest deviation over time, at most {sizes.max():.2g} of a variable's range; "
        f"the tolerance of {tolerance:g} is the dotted line"
    )
    return _svg("deviation", said, inside + frame.axes(unit, f"1e{low:.0f}", f"1e{high:.0f}"))


def _apart(comparison: Comparison) -> Array:
    """Differences (states, samples) up to the horizon, in units of the ranges; NaN is infinite."""
    expected, found = comparison.expected, comparison.found
    count = min(expected.certain(), len(found.times))
    apart = np.abs(found.values[:, :count] - expected.values[:, :count]) / expected.scale
    sizes: Array = np.where(np.isnan(apart), np.inf, apart)
    return sizes


def _kept(count: int) -> Sequence[int]:
    """The samples that are drawn."""
    step = -(-count // MOST_POINTS)
    return sorted({*range(0, count, step), count - 1})


def _svg(title: str, said: str, inside: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">'
        f'<text class="name" x="{LEFT}" y="14">{escape(title)}</text>{inside}</svg>'
    )
