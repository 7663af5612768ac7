"""The second claim: the trajectory that the engine computes is the model's."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nullcline import reference
from nullcline.conformance.deviates import Deviates
from nullcline.conformance.expected import expected as expected_of
from nullcline.conformance.vector_field import Point, leaves_domain
from nullcline.system import System
from nullcline.targets import Target
from nullcline.trajectory import Deviation, Run, Trajectory, worst


@dataclass(frozen=True)
class Comparison:
    """One run in the engine beside the reference's.

    `worst` is the largest difference up to `horizon`, the time until which the reference is
    certain; `moves` says whether the model moved by more than the tolerance at all; `doubt` is
    a sentence where the run proves less than its length suggests: the engine stalled.
    """

    run: Run
    expected: Trajectory
    found: Trajectory
    worst: Deviation
    horizon: float
    moves: bool
    doubt: str = ""


STRICTER = 1 / 30
"""How much less error is asked for, once, where two trajectories differ: a solver may misjudge
one step over a jump at one tolerance, a wrong model is wrong at every one."""

LATER = 1
"""How many samples an engine may go on where the reference blew up or left its domain."""


def check_path(target: Target, text: str, system: System, run: Run) -> Comparison:
    """Compare the engine's trajectory with the reference's; raises Deviates.

    An engine that stalls where the reference is not sure either has not deviated: the rest is
    compared, and the comparison's `doubt` says so.
    """
    expected = expected_of(system, run)
    found = target.simulate(text, system, run)
    try:
        return _compared(target, system, found, expected, run)
    except Deviates:
        if found.status == "stalled":
            raise
        atol = None if run.atol is None else run.atol * STRICTER
        strict = replace(run, rtol=run.rtol * STRICTER, atol=atol)
        stricter = target.simulate(text, system, strict)
        comparison = _compared(target, system, stricter, expected, strict)
    _check_same(target, found, target.simulate(text, system, run), comparison)
    return comparison


def check_again(target: Target, text: str, system: System, before: Comparison) -> None:
    """Run a run anew, after others with other values; raises Deviates where it gives others.

    What an engine keeps of a run, in a cache or in a variable, must not reach the next one.
    """
    if before.found.status != "stalled":
        found = target.simulate(text, system, before.run)
        _check_same(target, before.found, found, before)


def _check_same(target: Target, first: Trajectory, again: Trajectory, of: Comparison) -> None:
    """The two are of the same run; up to the horizon they are the same within the tolerance."""
    same = first.names == again.names and np.array_equal(first.times, again.times)
    if not same:
        raise Deviates("the same run gave other samples the second time", of)
    certain = of.expected.certain()
    size = np.abs(again.values - first.values)[:, :certain]
    far = worst(size / of.expected.scale, again, first)
    if far.size > target.tolerance:
        raise Deviates(
            f"{far.variable} is {far.found!r} where the same run gave {far.expected!r} before, "
            f"at t = {far.time!r}: something is kept from one run to the next",
            of,
        )


def _compared(
    target: Target, system: System, found: Trajectory, expected: Trajectory, run: Run
) -> Comparison:
    _check_samples(found, expected, run)
    certain, doubted = expected.certain(), ""
    if len(found.times) < certain:
        doubted = _stopped(found, expected)
        certain = len(found.times)
    elif found.status == "stalled" and expected.status == "stalled":
        doubted = f"the engine and the reference stalled after t = {float(found.times[-1])!r}"
    apart = np.abs(found.values[:, :certain] - expected.values[:, :certain])
    doubt = expected.uncertainty
    doubt = np.zeros_like(apart) if doubt is None else doubt[:, :certain]
    far = worst(apart / expected.scale, found, expected)
    values = expected.values[:, :certain]
    moved = np.ptp(values, axis=1) > target.tolerance * np.abs(values).max(axis=1)
    moves = bool(np.any(moved))
    horizon = float(expected.times[certain - 1])
    comparison = Comparison(run, expected, found, far, horizon, moves, doubted)
    beyond = (apart - 10 * doubt) / expected.scale - target.tolerance
    excess = worst(beyond, found, expected)
    if excess.size > 0:
        raise Deviates(
            f"{excess.variable} is {excess.found!r} where {excess.expected!r} was expected, "
            f"at t = {excess.time!r}; at worst {far.size:.2e} of a variable's range",
            comparison,
        )
    if len(found.times) > len(expected.times) + LATER and _ends(system, expected, run):
        raise Deviates(
            f"the model has no value after t = {float(expected.times[-1])!r}; "
            f"the engine goes on to t = {float(found.times[-1])!r}",
            comparison,
        )
    return comparison


def _check_samples(found: Trajectory, expected: Trajectory, run: Run) -> None:
    """The right states at the right times, from the right start to the last digits."""
    if found.names != expected.names:
        raise Deviates(f"the states are {found.names}, not {expected.names}")
    if not np.array_equal(found.times, run.times[: len(found.times)]):
        raise Deviates("the samples are at other times than those asked for")
    for name, first, start in zip(
        found.names, found.values[:, 0], expected.values[:, 0], strict=True
    ):
        if not abs(first - start) <= 1e-15 * abs(start):
            raise Deviates(f"{name} starts at {float(first)!r}, not at {float(start)!r}")


def _stopped(found: Trajectory, expected: Trajectory) -> str:
    """Why an engine may have ended before the reference; raises Deviates where it may not."""
    time = float(found.times[-1])
    unsure = not expected.finished or expected.message
    if found.status == "stalled" and unsure:
        return f"the engine stalled after t = {time!r}, where the reference is not sure either"
    if found.finished:
        raise Deviates(f"the samples end at t = {time!r}; those asked for go on")
    raise Deviates(f"the engine {found.status} after t = {time!r}; the model does not")


def _ends(system: System, expected: Trajectory, run: Run) -> bool:
    """Whether the model itself has no value after the last sample: it blows up, or leaves the
    domain of an operation within two samples along its slope. A number too large is no end."""
    if expected.status != "blew up" or expected.message != "undefined":
        return expected.status == "blew up"
    values = {item.name: item.value for item in system.parameters + system.inputs}
    values |= {**run.parameters, **run.inputs}
    time, state = float(expected.times[-1]), expected.values[:, -1]
    slope = reference.vector_field(system, values)(time, state)
    steps = np.linspace(0, 2 * run.sampling, 21)
    points = [Point(time + h, state + h * slope, values) for h in steps.tolist()]
    rows = range(len(system.states))
    return any(
        bool(np.isnan(point.expected(system)[row])) and leaves_domain(system, point, row)
        for point in points
        for row in rows
    )
