"""What the reference says of a run, kept for a while: every target is compared with the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace

import numpy as np

from nullcline import reference
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory

MOST_NUMBERS = 2_000_000
"""Of all trajectories that are kept, together: some 16 MB, and as much for their doubts."""

_kept: OrderedDict[str, Trajectory] = OrderedDict()
_lock = threading.Lock()


def sizes_along(system: System, run: Run) -> dict[str, float]:
    """The size of each state along a run, by name: its largest magnitude; 1 where it is always 0.

    Where the run has no more than its start, the initial one.
    """
    found = expected(system, run)
    largest = np.abs(found.values).max(axis=1).tolist()
    return {name: size or 1.0 for name, size in zip(found.names, largest, strict=True)}


def expected(system: System, run: Run) -> Trajectory:
    """The reference's trajectory, its arrays read-only; the latest ones are kept.

    The key is everything that the System and the Run say, digit by digit: 0.0 and -0.0 are equal
    and yet not the same.
    """
    key = repr((system, replace(run, breaks=(), max_step=np.inf)))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = reference.simulate(system, run)
    for array in (found.times, found.values, found.uncertainty):
        if array is not None:
            array.flags.writeable = False
    with _lock:
        _kept[key] = found
        while sum(each.values.size for each in _kept.values()) > MOST_NUMBERS and len(_kept) > 1:
            _kept.popitem(last=False)
    return found
