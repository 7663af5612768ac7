"""Points at which two vector fields are compared: random ones, ends of domains, boundaries."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

import numpy as np

from nullcline.conformance.boundaries import TIME, boundary_points
from nullcline.system import System
from nullcline.trajectory import Array

POINTS = 200
"""Random points."""
BOUNDARIES = (200, 60, 60)
"""Points on and about the boundaries of conditions, of each system, from each of some points."""
TYPICAL = 10.0

Box = Mapping[str, tuple[float, float]]
"""The (low, high) that a model declares of a name; either may be infinite."""


def sample(old: System, new: System, box: Box, seed: int = 0) -> dict[str, Array]:
    """Values of every state, parameter, input and TIME, one array each, all of one length.

    Both systems have the same names without an equation.
    """
    random = np.random.default_rng(seed)
    quantities = (*old.states, *old.parameters, *old.inputs)
    found = {item.name: _values(item.value, box.get(item.name), random) for item in quantities}
    found[TIME] = np.abs(_values(0.0, None, random)) * TYPICAL
    near = _boundaries(old, new, found)
    return {
        name: np.concatenate([values, [point[name] for point in near]])
        for name, values in found.items()
    }


def _values(
    declared: float, ends: tuple[float, float] | None, random: np.random.Generator
) -> Array:
    """The declared value, values about it, of other sizes and signs, small whole ones, the ends."""
    start = declared if np.isfinite(declared) else 1.0
    near = start * random.uniform(0.5, 1.5, POINTS)
    spread = (start or 1.0) * random.standard_normal(POINTS)
    wide = random.standard_normal(POINTS) * 10.0 ** random.integers(-2, 3, POINTS)
    whole = random.integers(-3, 4, POINTS).astype(float)
    inside, share = near, [0.3, 0.2, 0.35, 0.15]
    if ends is not None:
        low, high = np.clip(ends, -1e6, 1e6)
        inside = random.uniform(low, high, POINTS) if low < high else near
        inside[random.random(POINTS) < 0.15] = low
        inside[random.random(POINTS) < 0.15] = high
    chosen = random.choice(4, POINTS, p=share)
    found = np.choose(chosen, [inside, spread, wide, whole])
    found[0] = start
    found[1:10] = near[1:10]
    return found


def _boundaries(old: System, new: System, found: Mapping[str, Array]) -> list[dict[str, float]]:
    """Points on and about the boundaries of both, from points of few digits: sums stay exact."""
    found_near: list[dict[str, float]] = []
    for index, most in enumerate(BOUNDARIES, 1):
        start = {name: round(float(values[index]) * 1024) / 1024 for name, values in found.items()}
        with np.errstate(all="ignore"):
            for system in (old, new):
                found_near += islice(boundary_points(system, start), most)
    return found_near
