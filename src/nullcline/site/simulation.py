"""The default simulation of a model: long enough to show what it does, short enough to see it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from nullcline.conformance.plan import Plan
from nullcline.engine import simulate
from nullcline.system import System
from nullcline.trajectory import Array, Run, Trajectory

SAMPLES = 4000
MOST_PERIODS, SHOWN_PERIODS = 30, 12
LARGEST, RTOL = 1e30, 1e-7
SECONDS = 60.0
"""How long one simulation may take."""


class TooLong(Exception):
    """A simulation that was stopped for the time it took."""


def shown(system: System, plan: Plan) -> Trajectory:
    """The states at the declared values, about 4000 samples from t = 0.

    The length is the plan's (100 time units, or less where that is costly), shortened to a dozen
    periods of what oscillates fastest, or to some four times of what settles. Raises TooLong.
    """
    run, _ = plan.run(system)
    run = replace(run, rtol=RTOL)
    found = _simulated(system, _sampled(run, run.duration))
    better = duration(found) if len(found.times) > 1 else np.inf
    if plan.duration is None and better < found.times[-1]:
        found = _simulated(system, _sampled(run, better))
    return _drawable(found)


def _drawable(found: Trajectory) -> Trajectory:
    """What came before a state grew beyond all that a picture can show."""
    beyond = np.flatnonzero(~np.all(np.abs(found.values) < LARGEST, axis=0))
    count = int(beyond[0]) if beyond.size else len(found.times)
    if count == len(found.times):
        return found
    status = "a state that grows without end" if found.finished else found.status
    return Trajectory(found.names, found.times[:count], found.values[:, :count], status)


def duration(found: Trajectory) -> float:
    """How much of a trajectory is worth showing, in its unit of time."""
    end = float(found.times[-1])
    periods = max((_periods(row) for row in found.values), default=0)
    if periods > MOST_PERIODS:
        return _nice(end * SHOWN_PERIODS / periods)
    settled = float(found.times[_unsettled(found)])
    if found.finished and 0 < settled < 0.15 * end:
        return min(end, _nice(4 * settled))
    return end


def _periods(values: Array) -> int:
    """How often a variable rises through the middle of its range."""
    low, high = values.min(), values.max()
    if not high - low > 1e-6 * max(abs(low), abs(high)):
        return 0
    above = values > (low + high) / 2
    return int(np.count_nonzero(above[1:] & ~above[:-1]))


def _unsettled(found: Trajectory) -> int:
    """The last sample at which a variable is a hundredth of its range from its end."""
    apart = np.abs(found.values - found.values[:, -1:]) > 0.01 * found.scale
    return int(np.flatnonzero(apart.any(axis=0))[-1]) if apart.any() else 0


def _nice(number: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(number))
    return float(next(f"{step * power:.1g}" for step in (1, 2, 5, 10) if step * power >= number))


def _sampled(run: Run, length: float) -> Run:
    return replace(run, duration=length, sampling=length / SAMPLES)


def _simulated(system: System, run: Run) -> Trajectory:
    began = time.monotonic()

    def patience(share: float) -> None:
        if time.monotonic() - began > SECONDS:
            raise TooLong(f"the simulation took longer than {SECONDS:g} s and was stopped")

    return simulate(system, run, patience)
