"""A run as the reference takes it: pieces within which the equations are smooth in time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nullcline.reference.compiled import Rates
from nullcline.trajectory import Array

EXPLODED = 1e100
"""How many times its size a state may become before it has blown up."""
WINDOW = 20_000
A_PIECE = 5_000
"""How many calls more each piece of a run allows."""
BEYOND, MOST_BAD = 1e100, 300
HOPELESS = 100
"""A method is given up where, in a window, it gets on so slowly that the run would take so many
times the most calls."""


@dataclass(frozen=True)
class Piece:
    """From `start` to `end`, with the size that each state has there, a power of two.

    Neither end is a jump: the equations are asked for no time outside.
    """

    start: float
    end: float
    sizes: Array
    longest: float = math.inf


@dataclass(frozen=True)
class Way:
    """What one method makes of a run: the status, and values of shape (states, samples reached).

    `last` is the time and the state at which it ended, `calls` how often it asked for derivatives.
    """

    status: str
    values: Array
    last: tuple[float, Array]
    calls: int = 0


class Refused(Exception):
    """A method asks for derivatives where there are none, again and again, or too often at all."""


class Counted:
    """Derivatives as an array, within one piece at a time, until they were asked for too often.

    From then on, and where one is not finite, all are NaN. With `raises`, for LSODA, which would
    accept a step to NaN, they are large and change their sign from call to call, so that no step is
    accepted; after MOST_BAD such calls Refused is raised.
    """

    def __init__(self, rates: Rates, most: int, end: float, raises: bool = False) -> None:
        self.rates, self.most, self.end, self.raises = rates, most, end, raises
        self.calls, self.before, self.bad = 0, 0.0, 0
        self.low, self.high = 0.0, end
        self.exhausted = False

    def enter(self, piece: Piece) -> None:
        """Ask for times of this piece alone from now on."""
        self.low, self.high, self.bad = piece.start, piece.end, 0
        self.most += A_PIECE

    def again(self, calls: int) -> None:
        """Go back to when there were so many calls."""
        self.calls, self.before, self.bad, self.exhausted = calls, self.low, 0, False

    def __call__(self, t: float, state: Array) -> Array:
        """The derivatives, shape (states,)."""
        t = self.low if t < self.low else min(t, self.high)
        self.calls += 1
        if self.calls % WINDOW == 0:
            self._judge(t)
        found = self.rates(t, state.tolist())
        total = sum(found)
        if total - total != 0.0 or self.exhausted:
            return self._none(len(found))
        return np.array(found)

    def _none(self, count: int) -> Array:
        if not self.raises:
            return np.full(count, np.nan)
        self.bad += 1
        if self.exhausted or self.bad > MOST_BAD:
            raise Refused
        return np.full(count, BEYOND if self.bad % 2 else -BEYOND)

    def _judge(self, t: float) -> None:
        hopeless = WINDOW * self.end > HOPELESS * self.most * (t - self.before)
        self.exhausted = self.calls >= self.most or hopeless
        self.before = t

    def finite(self, t: float, state: Array) -> bool:
        """Tell whether the derivatives are finite there."""
        return all(map(math.isfinite, self.rates(t, state.tolist())))
