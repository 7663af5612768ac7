"""The second claim: the trajectory that the engine computes is the model's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nullcline import reference
from nullcline.conformance.deviates import Deviates
from nullcline.system import System
from nullcline.targets import Target
from nullcline.trajectory import Deviation, Run, Trajectory, worst


@dataclass(frozen=True)
class Comparison:
    """One run in the engine beside the reference's.

    `worst` is the largest difference up to `horizon`, the time until which the reference is
    certain; `moves` says whether the model moved by more than the tolerance at all.
    """

    run: Run
    expected: Trajectory
    found: Trajectory
    worst: Deviation
    horizon: float
    moves: bool


STRICTER = 1 / 30
"""How much less error is asked for, once, where two trajectories differ: a solver may misjudge
one step over a jump at one tolerance, a wrong model is wrong at every one."""


def check_path(target: Target, text: str, system: System, run: Run) -> Comparison:
    """Compare the engine's trajectory with the reference's; raises Deviates."""
    expected = reference.simulate(system, run)
    try:
        return _compared(target, target.simulate(text, system, run), expected, run)
    except Deviates:
        strict = replace(run, rtol=run.rtol * STRICTER, atol=run.atol * STRICTER)
        return _compared(target, target.simulate(text, system, strict), expected, run)


def _compared(target: Target, found: Trajectory, expected: Trajectory, run: Run) -> Comparison:
    if found.names != expected.names:
        raise Deviates(f"the states are {found.names}, not {expected.names}")
    if not np.array_equal(found.times, run.times[: len(found.times)]):
        raise Deviates("the samples are at other times than those asked for")
    certain = expected.certain()
    if len(found.times) < certain:
        time = found.times[-1]
        raise Deviates(f"the engine {found.status} after t = {time!r}; the model does not")
    apart = np.abs(found.values[:, :certain] - expected.values[:, :certain])
    doubt = expected.uncertainty
    doubt = np.zeros_like(apart) if doubt is None else doubt[:, :certain]
    far = worst(apart / expected.scale, found, expected)
    moves = bool(np.any(np.ptp(expected.values[:, :certain], axis=1) > target.tolerance))
    comparison = Comparison(run, expected, found, far, expected.horizon, moves)
    beyond = (apart - 10 * doubt) / expected.scale - target.tolerance
    excess = worst(beyond, found, expected)
    if excess.size > 0:
        raise Deviates(
            f"{excess.variable} is {excess.found!r} where {excess.expected!r} was expected, "
            f"at t = {excess.time!r}; at worst {far.size:.2e} of a variable's range",
            comparison,
        )
    return comparison
