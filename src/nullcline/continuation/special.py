"""Folds, Hopf points and branch points between two steps of a branch, located to rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from nullcline.continuation.crossing import branch_point
from nullcline.continuation.equations import Curve
from nullcline.continuation.path import Step, step_at

Found = tuple[float, str, Step]
"""The share of the way between two steps, the kind, and the point."""
HALVINGS = 12


class Lost(Exception):
    """The curve between two steps could not be solved for."""


class Stretch:
    """The curve between two neighbouring steps, as a function of the share of the way."""

    def __init__(self, curve: Curve, first: Step, last: Step) -> None:
        self.curve, self.first, self.last = curve, first, last
        self.length = float((last.y - first.y) @ first.tangent)

    def at(self, share: float) -> Step:
        """The step at that share of the way along the first tangent."""
        if share in (0, 1):
            return self.last if share else self.first
        a, b = self.first, self.last
        through = a.y + share * self.length * a.tangent
        chord = a.y + share * (b.y - a.y)
        bow = (through - chord) * (1 - share)
        for guess in (chord + bow, chord, through):
            y = self.curve.correct(guess, through, a.tangent)
            found = None if y is None else step_at(self.curve, y, a.tangent)
            if found is not None:
                return found
        raise Lost

    def root(self, test: Callable[[Step], float], low: float, high: float) -> float | None:
        """Where a test function is 0; None where it has no change of sign or breaks off."""
        from scipy.optimize import brentq

        try:
            ends = test(self.at(low)), test(self.at(high))
            if not np.all(np.isfinite(ends)) or np.sign(ends[0]) * np.sign(ends[1]) >= 0:
                return None
            found = brentq(lambda s: test(self.at(s)), low, high, xtol=1e-16, rtol=1e-15)
        except (Lost, ValueError, RuntimeError):
            return None
        return float(found)


def special(curve: Curve, first: Step, last: Step) -> list[Found]:
    """The special points between two neighbouring steps of a branch, in order."""
    stretch = Stretch(curve, first, last)
    found = list(_branch_points(stretch))
    along = stretch.root(lambda step: float(step.tangent[-1]), 0.0, 1.0)
    if along is not None and not any(abs(along - share) < 1e-4 for share, _, _ in found):
        found.append((along, "fold", stretch.at(along)))
    cuts = [0.0, *sorted(share for share, _, _ in found), 1.0]
    for low, high in pairwise(cuts):
        gap = 1e-6
        inside = (low + gap * (low > 0), high - gap * (high < 1))
        if inside[0] < inside[1]:
            found += _hopf_points(stretch, *inside, HALVINGS)
    return sorted(found, key=lambda item: item[0])


def _branch_points(stretch: Stretch) -> Iterator[Found]:
    curve, ends = stretch.curve, (stretch.first, stretch.last)
    borders = [curve.border(step.y, step.tangent) for step in ends]
    if not borders[0] * borders[1] < 0:
        return
    share = borders[0] / (borders[0] - borders[1])
    guess = ends[0].y + share * (ends[1].y - ends[0].y)
    y = branch_point(curve, guess)
    if y is not None and np.linalg.norm(y - guess) < stretch.length:
        tangent = ends[0].tangent
        share = float(np.clip((y - ends[0].y) @ tangent / stretch.length, 0.0, 1.0))
        yield share, "branch point", Step(y, tangent, curve.eigenvalues(y))


def _hopf_points(stretch: Stretch, low: float, high: float, halvings: int) -> list[Found]:
    """Where a pair of complex eigenvalues crosses the imaginary axis.

    The count of unstable eigenvalues changes by two there, and by none at a neutral saddle.
    """
    try:
        changes = stretch.at(low).unstable - stretch.at(high).unstable
    except Lost:
        return []
    if abs(changes) < 2:
        return []
    if halvings:
        middle = low + (high - low) / 2
        halves = ((low, middle), (middle, high))
        return [item for a, b in halves for item in _hopf_points(stretch, a, b, halvings - 1)]
    share = stretch.root(_pair, low, high)
    if share is None or not (_crosses(stretch.first) or _crosses(stretch.last)):
        return []
    return [(share, "Hopf", stretch.at(share))]


def _pair(step: Step) -> float:
    """The real part of the complex pair nearest to the imaginary axis; NaN where there is none."""
    pairs = step.eigenvalues[step.eigenvalues.imag > 0]
    return float(pairs.real[np.argmin(np.abs(pairs.real))]) if pairs.size else np.nan


def _crosses(step: Step) -> bool:
    """Whether the pair is off the axis by more than rounding: it stays on it where a quantity is
    conserved."""
    return abs(_pair(step)) > 1e-10 * float(np.abs(step.eigenvalues).max())


def frequency(step: Step) -> float:
    """Of the pair nearest to the imaginary axis, in 1/time unit."""
    pairs = step.eigenvalues[step.eigenvalues.imag > 0]
    return float(pairs.imag[np.argmin(np.abs(pairs.real))] / (2 * np.pi))
