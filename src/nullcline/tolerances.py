"""The absolute tolerances of a run's states, which follow the states' own sizes.

A state's size is its largest magnitude so far. One at 0 has none for its error to be measured in,
and its first steps give it none where it leaves 0 more slowly than with a slope: its relative error
does not fall with the step then. Runs with such states are first integrated loosely, which shows
about how large these become.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nullcline.trajectory import SHARE, Array, Run

Field = Callable[[float, Array], Array]

LOOSE = 1e-2
"""The relative tolerance of the loose integration."""
PLACES, TRIALS = 9, 4
"""At how many times of it rounding is looked at, and how often."""
WITHIN = 4.0
"""By what factor a size may have been taken for too large."""
MOST = 40
"""How often a run is integrated at most: a size that was wrong by orders of magnitude comes out
right to a share of the tolerance the next time."""
FAINT = 1e-290
"""A state no larger has no size: float64 could not hold a share of its tolerance."""
DIGIT = 2.0**-52


@dataclass
class Sizes:
    """The sizes (states,) that the states of a run have had, and their absolute tolerances.

    `known` are sizes that they are to come to, `floors` the least tolerances; `share` times a size
    is the tolerance, and 0 where the run has one of its own.
    """

    run: Run
    share: float
    known: Array
    floors: Array
    largest: Array = field(init=False)
    steps: int = field(init=False, default=0)

    def begin(self, state: Array) -> None:
        """Forget all but this state."""
        self.largest, self.linear, self.steps = np.abs(state), np.zeros(len(state)), 0

    def grow(self, state: Array) -> None:
        """Take the end of one more step into account."""
        self.steps += 1
        self.largest = np.fmax(self.largest, np.abs(state))

    def settle(self, step: float, slope: Array) -> None:
        """Let states without a size take what the first step along the slope would give them."""
        rise = step * np.abs(slope)
        young = ~np.isfinite(self.absolute) & np.isfinite(rise)
        self.linear = np.where(young, rise, self.linear)

    @property
    def absolute(self) -> Array:
        """The tolerances now, shape (states,); infinite where a state has no size yet."""
        if self.share == 0.0:
            return np.full(len(self.known), float(self.run.atol or 0.0))
        size = np.maximum(np.maximum(self.largest, self.known), self.linear)
        found = np.maximum(np.where(size > FAINT, self.share * size, 0.0), self.floors)
        tolerances: Array = np.where(found > 0.0, found, np.inf)
        return tolerances

    def finite(self, reach: float) -> Array:
        """The same for a method that perturbs by them: no size is the largest that there is, or
        `reach` where there is none."""
        found = self.absolute
        known = found[np.isfinite(found)]
        least = known.max() if known.size else (self.share * reach or self.share)
        return np.where(np.isfinite(found), found, least)

    def learn(self, seen: Sizes, start: Array, field: Field, times: Array, values: Array) -> None:
        """Know what a loose integration has `seen` of the states that start at 0, and found at the
        times, values (states, times)."""
        young, length = start == 0.0, self.run.duration / max(1, seen.steps)
        self.known = np.where(young, np.fmax(seen.largest, self.known), 0.0)
        self.floors = np.where(young, noise(field, times, values) * length, 0.0)

    def lowered(self) -> bool:
        """Tell whether states came to much less than was known; that is then what they came to."""
        wrong = self.known / WITHIN > self.largest
        self.known = np.where(wrong, self.largest, self.known)
        return bool(wrong.any())


def of_run(run: Run, names: Sequence[str], start: Array) -> Sizes:
    """What is known at the start of a run: the sizes that it names of the states at 0."""
    named = np.array([run.sizes.get(name, 0.0) for name in names], dtype=float)
    share = SHARE * run.rtol if run.atol is None else 0.0
    return Sizes(run, share, np.where(start == 0.0, named, 0.0), np.zeros(len(start)))


def rough(run: Run) -> Run:
    """The run of the loose integration."""
    return replace(run, rtol=LOOSE, sampling=run.duration / (PLACES - 1))


def loose(run: Run, states: int) -> Sizes:
    """The sizes of a loose integration, of which nothing is known."""
    return Sizes(run, LOOSE, np.zeros(states), np.zeros(states))


def resting(field: Field, time: float, start: Array, known: Array) -> bool:
    """Tell whether a state at 0, of which no size is known, has no slope there but for rounding."""
    young = (start == 0.0) & (known == 0.0)
    if not young.any():
        return False
    return bool(np.any(young & (np.abs(field(time, start)) <= shaken(field, time, start))))


def noise(field: Field, times: Array, values: Array) -> Array:
    """How far the derivatives (states,) are uncertain for rounding, at most, at the times of the
    values (states, times): no state can be computed more exactly."""
    found = np.zeros(len(values))
    for time, state in zip(times.tolist(), values.T, strict=True):
        found = np.fmax(found, shaken(field, time, state))
    return np.where(np.isfinite(found), found, 0.0)


def shaken(field: Field, time: float, state: Array) -> Array:
    """How far the derivatives move with the last digits of the time and states (states, ...)."""
    random, here = np.random.default_rng(0), field(time, state)
    found = np.zeros(np.shape(here))
    shape = (len(state) + 1, *(1,) * (np.ndim(state) - 1))
    for _ in range(TRIALS):
        share = random.integers(-4, 5, shape) * DIGIT
        moved = field(time * (1 + float(share[-1].item())), state * (1 + share[:-1]))
        found = np.fmax(found, np.abs(moved - here))
    return found
