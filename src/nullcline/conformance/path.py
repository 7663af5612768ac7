"""The second claim: the trajectory that the engine computes is the model's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nullcline import reference
from nullcline.conformance.deviates import Deviates
from nullcline.system import System
from nullcline.targets import Target
from nullcline.trajectory import Array, Run, Trajectory


@dataclass(frozen=True)
class Path:
    """How far two trajectories lay apart at most, up to which time, and whether anything moved."""

    deviation: float
    horizon: float
    moves: bool


STRICTER = 1 / 30
"""How much less error is asked for, once, where two trajectories differ: a solver may misjudge
one step over a jump at one tolerance, a wrong model is wrong at every one."""


def check_path(target: Target, text: str, system: System, run: Run) -> Path:
    """Compare the engine's trajectory with the reference's; raises Deviates."""
    expected = reference.simulate(system, run)
    try:
        return _compared(target, target.simulate(text, system, run), expected, run)
    except Deviates:
        strict = replace(run, rtol=run.rtol * STRICTER, atol=run.atol * STRICTER)
        return _compared(target, target.simulate(text, system, strict), expected, run)


def _compared(target: Target, found: Trajectory, expected: Trajectory, run: Run) -> Path:
    if found.names != expected.names:
        raise Deviates(f"the states are {found.names}, not {expected.names}")
    if not np.array_equal(found.times, run.times[: len(found.times)]):
        raise Deviates("the samples are at other times than those asked for")
    scale = _scale(expected.values)
    doubt = np.zeros_like(expected.values) if expected.uncertainty is None else expected.uncertainty
    certain = _certain(doubt / scale)
    if len(found.times) < certain:
        time = found.times[-1]
        raise Deviates(f"the engine {found.status} after t = {time!r}; the model does not")
    values, doubt = expected.values[:, :certain], doubt[:, :certain]
    apart = np.abs(found.values[:, :certain] - values)
    excess = (apart - 10 * doubt) / scale - target.tolerance
    excess = np.where(np.isnan(excess), np.inf, excess)
    row, column = np.unravel_index(np.argmax(excess), excess.shape)
    if excess[row, column] > 0:
        wrong, right = float(found.values[row, column]), float(values[row, column])
        time = float(run.times[column])
        raise Deviates(
            f"{found.names[row]} is {wrong!r} where {right!r} was expected, at t = {time!r}, "
            f"{(apart / scale)[row, column]:.2e} of its range"
        )
    moves = bool(np.any(np.ptp(values, axis=1) > target.tolerance))
    return Path(float((apart / scale).max()), float(run.times[certain - 1]), moves)


def _scale(values: Array) -> Array:
    """Each variable's range, or a thousandth of its size where that is more, shape (states, 1)."""
    scale: Array = np.maximum(np.ptp(values, axis=1), 1e-3 * np.abs(values).max(axis=1))[:, None]
    scale[scale == 0] = 1.0
    return scale


def _certain(doubt: Array) -> int:
    """How many samples from the first the reference is certain of, to a thousandth."""
    vague = np.flatnonzero(~np.all(doubt < 1e-3, axis=0))
    return max(1, int(vague[0]) if vague.size else doubt.shape[1])
