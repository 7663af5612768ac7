"""Pieces of time that the integrator asks for when those that it was given are over."""

from __future__ import annotations

import ctypes

import numpy as np

from nullcline.engine.pieces import Pieces

FURTHER = ctypes.CFUNCTYPE(None, ctypes.c_int64)
"""A function of the number of a point; the integrator calls it by its address."""


class Ahead:
    """The pieces of one integration: `starts` and `stops` are the integrator's own, and change.

    Any thread may call, each for points of its own. `address` is 0 where nothing is left out.
    """

    def __init__(self, pieces: Pieces) -> None:
        self.pieces, self.first = pieces, pieces.first
        self.starts, self.stops = pieces.starts, pieces.stops
        self.until = pieces.first[1:].copy()
        self.trouble: BaseException | None = None
        self.address = 0
        if pieces.more:
            self.starts, self.stops = pieces.starts.copy(), pieces.stops.copy()
            self.function = FURTHER(self._further)
            self.address = ctypes.cast(self.function, ctypes.c_void_p).value or 0

    def check(self) -> None:
        """Raise what was raised while the integrator was waiting, if anything was."""
        if self.trouble is not None:
            raise self.trouble

    def _further(self, point: int) -> None:
        first, until = int(self.first[point]), int(self.until[point])
        self.until[point] = first
        try:
            following = self.pieces.after(point, float(self.stops[until - 1]))
            last = first + len(following)
            table = np.array(following, dtype=float).reshape(-1, 2)
            self.starts[first:last], self.stops[first:last] = table[:, 0], table[:, 1]
            self.until[point] = last
        except BaseException as error:  # nobody else can take it: the caller is compiled
            self.trouble = error
