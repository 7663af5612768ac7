"""One branch followed by steps along its arc, as far as the limits of the parameter."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nullcline.continuation.equations import Complex, Curve
from nullcline.trajectory import Array

FIRST, LONGEST, SHORTEST = 5e-3, 0.02, 1e-9
"""Steps along the arc, in scaled unknowns, where those are about 1."""
FAR = 1e3
"""A branch that goes so many scales away is not followed further."""
BENT, STRAIGHT = 0.97, 0.997
"""The cosine between two tangents under which a step is repeated, or over which it grows."""


@dataclass(frozen=True)
class Step:
    """A point of a branch with its unit tangent and its eigenvalues."""

    y: Array
    tangent: Array
    eigenvalues: Complex = field(repr=False)

    @property
    def unstable(self) -> int:
        """How many eigenvalues have a positive real part."""
        return int(np.sum(self.eigenvalues.real > 0))


@dataclass(frozen=True)
class Limits:
    """Between which scaled values the parameter is followed, and by how many steps."""

    low: float
    high: float
    most: int


def step_at(curve: Curve, y: Array, along: Array) -> Step | None:
    """The step at a solution, its tangent not against `along`."""
    tangent = curve.tangent(y, along)
    return None if tangent is None else Step(y, tangent, curve.eigenvalues(y))


def first_step(curve: Curve, y: Array) -> Step | None:
    """The step at a solution where no direction is known: along the growing parameter, if any."""
    matrix = curve.matrix(y)[1]
    if not np.all(np.isfinite(matrix)):
        return None
    rows = np.maximum(np.abs(matrix).max(axis=1, keepdims=True), 1e-300)
    _, sizes, directions = np.linalg.svd(matrix / rows)
    if sizes[-1] < 1e-11 * sizes[0]:
        return None
    along = directions[-1] * (1.0 if directions[-1][-1] >= 0 else -1.0)
    return step_at(curve, y, along)


def follow(curve: Curve, start: Step, limits: Limits) -> tuple[list[Step], str]:
    """The steps after the first one, in the direction of its tangent, and why they end."""
    steps, length = [start], FIRST
    while len(steps) < limits.most:
        last = steps[-1]
        size = 1 + float(np.abs(last.y[:-1]).max())
        length = min(length, LONGEST * size)
        new = _next(curve, last, length)
        if new is None:
            length /= 2
            if length < SHORTEST:
                return steps, "the curve could not be followed further"
            continue
        if not limits.low <= new.y[-1] <= limits.high:
            return [*steps, *_limit(curve, last, new, limits)], "limit"
        if len(steps) > 3 and _passes(curve, last, new, start):
            return [*steps, start], "closed"
        steps.append(new)
        if np.abs(new.y[:-1]).max() > FAR:
            return steps, f"a state grew {FAR:g} times as large"
        if new.tangent @ last.tangent > STRAIGHT:
            length *= 1.5
    return steps, f"{limits.most} steps were not enough"


def _next(curve: Curve, last: Step, length: float) -> Step | None:
    guess = last.y + length * last.tangent
    y = curve.correct(guess, guess, last.tangent)
    if y is None or np.linalg.norm(y - guess) > 0.25 * length:
        return None
    new = step_at(curve, y, last.tangent)
    bent = new is None or new.tangent @ last.tangent < BENT
    return None if bent else new


def _limit(curve: Curve, last: Step, new: Step, limits: Limits) -> list[Step]:
    """The step exactly at the limit that was crossed."""
    end = limits.high if new.y[-1] > limits.high else limits.low
    if last.y[-1] == end:
        return []
    normal = np.zeros(len(last.y))
    normal[-1] = 1.0
    share = (end - last.y[-1]) / (new.y[-1] - last.y[-1])
    guess = last.y + share * (new.y - last.y)
    y = curve.correct(guess, np.append(guess[:-1], end), normal)
    found = None if y is None else step_at(curve, y, last.tangent)
    return [] if found is None else [found]


def _passes(curve: Curve, last: Step, new: Step, start: Step) -> bool:
    """Whether the curve comes back to where it began between two steps."""
    way = new.y - last.y
    share = way @ (start.y - last.y) / (way @ way)
    if not 0 < share <= 1 or last.tangent @ start.tangent < 0.9:
        return False
    nearest = last.y + share * way
    if np.linalg.norm(nearest - start.y) > np.linalg.norm(way):
        return False
    return meets(curve, nearest, start.y, start.tangent)


def meets(curve: Curve, guess: Array, y: Array, normal: Array) -> bool:
    """Whether the solution near a guess, in the plane through y, is y."""
    found = curve.correct(guess, y, normal)
    return found is not None and bool(np.abs(found - y).max() < 1e-6 * (1 + np.abs(y).max()))
