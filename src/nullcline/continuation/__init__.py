"""Equilibria of a System and their branches over a parameter, with stability and special points.

Branches are followed by pseudo-arclength continuation (H. B. Keller 1977) with the exact Jacobian.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from nullcline.continuation.branch import Branch, Continuation, SpecialPoint
from nullcline.continuation.collection import Collection
from nullcline.continuation.equations import Curve, Equations
from nullcline.continuation.equilibria import Box, Equilibrium, Region, equilibria, nothing
from nullcline.continuation.path import Limits
from nullcline.errors import ModelError, Problem
from nullcline.system import System

__all__ = [
    "Box",
    "Branch",
    "Continuation",
    "Equilibrium",
    "SpecialPoint",
    "continuation",
    "equilibria",
]


def continuation(
    system: System,
    parameter: str,
    low: float,
    high: float,
    values: Mapping[str, float] | None = None,
    box: Box | None = None,
    seeds: int = 9,
    starts: int = 128,
    most: int = 4000,
) -> Continuation:
    """The branches of equilibria of a System for a parameter or input between low and high.

    Equilibria are searched as `equilibria` does at `seeds` values of the parameter, and from each
    that lies on no known branch one is followed both ways, to the limits, by at most `most` steps
    each way. `values` replace other declared numbers by name. Raises ModelError for a system that
    depends on the time, an unknown name, or low >= high, and SimulationError where no equilibrium
    was found. Nothing proves that no branch is missing: more `seeds` and `starts` look closer.
    """
    _check(parameter, low, high, values or {})
    equations = Equations(system, values or {}, parameter)
    region = Region.around(equations, box or {})
    grid = low + (high - low) * (np.arange(seeds) + 0.5 + 0.1 / np.pi) / seeds
    grid = np.concatenate([[low], grid, [high]])
    found = region.search(equations, starts, grid)
    known = [np.append(state, p) for p, some in zip(grid, found, strict=True) for state in some]
    if not known:
        where = f" at {len(grid)} values of {parameter} from {low:g} to {high:g}"
        raise nothing(system, region, starts, where)
    size = np.abs(known).max(axis=0)[:-1]
    scale = np.append(np.where(size > 1e-6 * region.width, size, region.width), high - low)
    limits = Limits(low / scale[-1], high / scale[-1], most)
    collection = Collection(Curve(equations, scale, np.array(known)), limits)
    for point in known:
        collection.add(point / scale)
    if not collection.branches:
        raise ModelError([Problem(_continuum(system, parameter))])
    result = collection.result(system.name, parameter, low, high)
    return replace(result, units=system.units, time_unit=system.time_unit)


def _check(parameter: str, low: float, high: float, values: Mapping[str, float]) -> None:
    """ModelError for a parameter that goes nowhere, or is set too."""
    if not -np.inf < low < high < np.inf:
        message = f"{parameter} cannot go from {low:g} to {high:g}"
        raise ModelError([Problem(message, hint="give two finite numbers, the lower one first")])
    if parameter in values:
        message = f"{parameter} goes from {low:g} to {high:g} and is not set too"
        raise ModelError([Problem(message, hint="leave it out of the values")])


def _continuum(system: System, parameter: str) -> str:
    return (
        f"the equilibria of {system.name} are no curves over {parameter}: the derivatives depend "
        "on each other, as where a quantity is conserved; give that a parameter and leave out a "
        "state variable"
    )
