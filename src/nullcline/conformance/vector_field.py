"""The first claim: the exported vector field is the model's, and it is pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nullcline import reference
from nullcline.conformance.boundaries import boundary_states
from nullcline.conformance.deviates import Deviates
from nullcline.system import System
from nullcline.targets import Field
from nullcline.trajectory import Array

TOLERANCE = 1e-9
SAMPLES = 20
ROUNDING = 2.3e-16


@dataclass(frozen=True)
class Point:
    """Where the field is compared: a time, a state, and every parameter and input."""

    time: float
    state: Array
    values: dict[str, float]

    def expected(self, system: System) -> Array:
        """The reference's derivatives here, shape (states,)."""
        return reference.vector_field(system, self.values)(self.time, self.state)


def check_field(field: Field, system: System, random: np.random.Generator) -> None:
    """Compare the field at every sampled point; raises Deviates at the first difference."""
    for point in _points(system, random):
        expected = point.expected(system)
        handed = point.state.copy()
        found = field(point.time, handed, point.values)
        again = field(point.time, handed, point.values)
        _check_pure(found, again, handed, point.state)
        for row in np.flatnonzero(np.isfinite(expected)).tolist():
            apart = abs(found[row] - expected[row])
            if not (
                apart <= TOLERANCE * abs(expected[row]) or _rounding(system, point, row, apart)
            ):
                raise Deviates(_sentence(system, row, found[row], expected[row], point))


def _points(system: System, random: np.random.Generator) -> Iterator[Point]:
    """Random times, states and parameter values, each also moved onto conditions' boundaries."""
    quantities = system.parameters + system.inputs
    start = np.array([item.value for item in system.states])
    points = [Point(0.0, start, {item.name: item.value for item in quantities})]
    for _ in range(SAMPLES):
        spread = random.choice([0.1, 1.0, 3.0]) * (1 + np.abs(start))
        values = {
            item.name: item.value * random.uniform(0.5, 1.5) or random.uniform(0.1, 1.0)
            for item in quantities
        }
        state = start + spread * random.standard_normal(len(start))
        points.append(Point(float(random.uniform(0, 10)), state, values))
    for point in points:
        yield point
        for state in boundary_states(system, point.state, point.values, point.time):
            yield Point(point.time, state, point.values)


def _check_pure(found: Any, again: Any, handed: Array, state: Array) -> None:
    if not isinstance(found, np.ndarray) or found.dtype != np.float64:
        raise Deviates("the vector field does not return a float64 array")
    if found.shape != state.shape:
        raise Deviates(f"the vector field has the shape {found.shape}, not {state.shape}")
    if found is again or np.shares_memory(found, again) or np.shares_memory(found, handed):
        raise Deviates("the vector field returns the same array at every call")
    if not np.array_equal(found, again, equal_nan=True) or not np.array_equal(handed, state):
        raise Deviates("the vector field is not pure")


def _rounding(system: System, point: Point, row: int, apart: float) -> bool:
    """Whether a difference is what rounding the inputs' last digit does to this equation.

    A jump is not rounding: where such a step moves the result by more than 1e-6 of the largest
    number on the way, the difference stands.
    """
    random = np.random.default_rng(0)

    def nudged(size: int) -> Array:
        factors: Array = 1 + ROUNDING * random.integers(-1, 2, size).astype(np.float64)
        return factors

    moved = []
    for _ in range(16):
        values = dict(
            zip(
                point.values,
                np.array([*point.values.values()]) * nudged(len(point.values)),
                strict=True,
            )
        )
        near = Point(point.time * (1 + ROUNDING), point.state * nudged(len(point.state)), values)
        moved.append(near.expected(system)[row])
    spread = float(np.ptp([*moved, point.expected(system)[row]]))
    largest = reference.largest(system, point.values, point.time, point.state)
    return bool(spread < 1e-6 * largest and apart <= 1e3 * spread + 1e-14 * largest)


def _sentence(system: System, row: int, found: float, expected: float, point: Point) -> str:
    name = system.states[row].name
    states = dict(zip((item.name for item in system.states), point.state.tolist(), strict=True))
    return (
        f"d{name}/dt is {found!r} where {expected!r} was expected, "
        f"at t = {point.time!r}, {states | point.values}"
    )
