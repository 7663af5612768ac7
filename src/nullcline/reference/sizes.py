"""How large each state is along a run, so that absolute tolerances follow the model's own scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from nullcline.reference.compiled import Rates
from nullcline.reference.methods import way
from nullcline.reference.pieces import Piece
from nullcline.trajectory import Array

FINER = 10
"""How many times between two samples sizes are looked at."""
MOST_LOOKS = 20_000
GROWTH = 2.0**10
"""A state that has grown by so much is given another size."""
MOST_CALLS = 60_000
MOST_PASSES = 6
NUDGES = 8


@dataclass(frozen=True)
class Stretch:
    """A part of a run that ends at a time, and the size of each state in it, a power of two."""

    end: float
    sizes: Array


Cut = Callable[[list[Stretch]], Iterable[Piece]]
"""The pieces of a run in which states have these sizes."""


def stretches(rates: Rates, initial: Array, times: Array, cut: Cut) -> list[Stretch]:
    """The size of each state along a run, by a pass of LSODA at a loose tolerance.

    A size is the largest absolute value so far; where a state is 0, the first that it comes to.
    Passes are repeated while a state shows to be much smaller than it was taken for.
    """
    looks = min(max(MOST_LOOKS, len(times)), FINER * (len(times) - 1) + 1)
    grid, end = np.linspace(0.0, float(times[-1]), looks), float(times[-1])
    sizes = _guessed(rates, initial, float(grid[1]))
    for _ in range(MOST_PASSES):
        found = way("sizes", rates, initial, grid, cut([Stretch(end, sizes)]), MOST_CALLS)
        largest = np.maximum.accumulate(np.abs(found.values), axis=1)
        largest = _filled(largest)
        first = _rounded(largest[:, min(FINER, largest.shape[1] - 1)])
        if np.all(sizes <= GROWTH * first):
            break
        sizes = first
    return _stretches(largest, grid, end)


def _guessed(rates: Rates, initial: Array, step: float) -> Array:
    """The initial sizes; of states that start at 0, those after some steps of Euler's."""
    sizes, state = np.abs(initial), initial
    for _ in range(NUDGES):
        if np.all(sizes > 0):
            break
        with np.errstate(all="ignore"):
            state = state + step * np.array(rates(0.0, state.tolist()))
        sizes = np.where((sizes == 0) & np.isfinite(state), np.abs(state), sizes)
    return _rounded(sizes[:, None])


def _filled(largest: Array) -> Array:
    """The same with the first size that a state comes to in place of zeros before it."""
    found = largest.copy()
    for row in found:
        above = row[row > 0]
        row[row == 0] = above[0] if len(above) else 1.0
    return found


def _rounded(sizes: Array) -> Array:
    """The next power of two, of each; 1 for 0 and for what is not finite."""
    sizes = np.where(np.isfinite(sizes) & (sizes > 0), sizes, 1.0).reshape(-1)
    found: Array = np.exp2(np.clip(np.frexp(sizes)[1], -1021, 1020).astype(float))
    return found


def _stretches(largest: Array, grid: Array, end: float) -> list[Stretch]:
    """As few as there can be, none in which a state grows by more than GROWTH after its first."""
    found, start = list[Stretch](), min(FINER, largest.shape[1] - 1)
    while True:
        grown = np.flatnonzero(np.any(largest > GROWTH * largest[:, start : start + 1], axis=0))
        if not len(grown):
            found.append(Stretch(end, _rounded(largest[:, -1])))
            return found
        last = int(grown[0]) - 1
        found.append(Stretch(float(grid[last]), _rounded(largest[:, last])))
        start = last + 1
