"""The first claim: the exported vector field is the model's, and it is pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from typing import Any

import numpy as np

from nullcline import reference
from nullcline.boundaries import MOST, TIME, boundary_points
from nullcline.conformance.deviates import Deviates
from nullcline.expression import walk
from nullcline.expression.evaluate import value_of
from nullcline.rounding import uncertain
from nullcline.system import System
from nullcline.targets import Field
from nullcline.trajectory import Array

TOLERANCE = 1e-9
SAMPLES = 20
NUDGE = 1e-6


@dataclass(frozen=True)
class Point:
    """Where the field is compared: a time, a state, and every parameter and input.

    At a `declared` point the values are the declared ones, and the field is given none.
    """

    time: float
    state: Array
    values: dict[str, float]
    declared: bool = False

    def expected(self, system: System) -> Array:
        """The reference's derivatives here, shape (states,)."""
        return reference.vector_field(system, self.values)(self.time, self.state)

    def rounds(self, system: System, row: int, apart: float) -> bool:
        """Whether a difference in one derivative here is one of rounding alone."""
        names = (item.name for item in system.states)
        known = {**self.values, **dict(zip(names, self.state, strict=True)), TIME: self.time}
        points = {name: np.array([value]) for name, value in known.items()}
        return bool(np.any(uncertain(system, row, points, np.array([apart]))))


def check_field(
    field: Field, system: System, sizes: Mapping[str, float], random: np.random.Generator
) -> None:
    """Compare the field at every sampled point; raises Deviates at the first difference.

    `sizes` say how large each state is along a run, so that random states are of its own size too.
    """
    for point in _points(system, sizes, random):
        expected = point.expected(system)
        undefined = [] if np.all(np.isfinite(expected)) else _undefined(system, point, expected)
        handed, values = point.state.copy(), {} if point.declared else point.values
        try:
            found = field(point.time, handed, values)
            again = field(point.time, handed, values)
        except (ArithmeticError, ValueError):
            if undefined:  # an engine may refuse what is undefined
                continue
            raise
        _check_pure(found, again, handed, point.state)
        for row in np.flatnonzero(np.isfinite(expected)).tolist():
            apart = abs(found[row] - expected[row])
            if not (apart <= TOLERANCE * abs(expected[row]) or point.rounds(system, row, apart)):
                raise Deviates(_sentence(system, row, found[row], expected[row], point))
        for row in undefined:
            if np.isfinite(found[row]):
                raise Deviates(_sentence(system, row, found[row], expected[row], point))


def _points(
    system: System, sizes: Mapping[str, float], random: np.random.Generator
) -> Iterator[Point]:
    """Random times, states and parameter values, and points on and about the boundaries."""
    quantities = system.parameters + system.inputs
    start = np.array([item.value for item in system.states])
    own = np.array([sizes[item.name] for item in system.states])
    declared = {item.name: item.value for item in quantities}
    points = [Point(0.0, start, declared)]
    for number in range(SAMPLES):
        spread = random.choice([0.1, 1.0, 3.0]) * (own if number % 2 else 1 + np.abs(start))
        values = {
            item.name: item.value * random.uniform(0.5, 1.5) or random.uniform(0.1, 1.0)
            for item in quantities
        }
        state = start + spread * random.standard_normal(len(start))
        if number % 3 == 2:  # other signs, and zeros
            state = state * random.choice([-1.0, 1.0, 1.0, 0.0], len(state))
            signs = random.choice([-1.0, 1.0, 1.0, 0.0], len(values)).tolist()
            values = {
                name: value * s for (name, value), s in zip(values.items(), signs, strict=True)
            }
        points.append(Point(float(random.uniform(0, 10)), state, values))
    yield from points
    for point in points[:6]:
        yield Point(point.time, point.state, declared, declared=True)
    around = [_around(system, _rounded(point)) for point in points[:3]]
    each = (point for point in chain.from_iterable(zip_longest(*around)) if point is not None)
    yield from islice(each, MOST)


def _rounded(point: Point) -> Point:
    """The same with few digits, which sums and products keep exact; declared ones stay."""
    if point.time == 0:
        return point
    state = np.round(point.state * 1024) / 1024
    values = {name: round(value * 1024) / 1024 for name, value in point.values.items()}
    return Point(round(point.time * 1024) / 1024, state, values)


def _around(system: System, point: Point) -> Iterator[Point]:
    names = [item.name for item in system.states]
    known = point.values | dict(zip(names, point.state.tolist(), strict=True))
    for moved in boundary_points(system, known | {TIME: point.time}):
        state = np.array([moved[name] for name in names])
        values = {name: moved[name] for name in point.values}
        quantities = system.parameters + system.inputs
        declared = all(values[item.name] == item.value for item in quantities)
        yield Point(moved[TIME], state, values, declared)


def _check_pure(found: Any, again: Any, handed: Array, state: Array) -> None:
    if not isinstance(found, np.ndarray) or found.dtype != np.float64:
        raise Deviates("the vector field does not return a float64 array")
    if found.shape != state.shape:
        raise Deviates(f"the vector field has the shape {found.shape}, not {state.shape}")
    if found is again or np.shares_memory(found, again) or np.shares_memory(found, handed):
        raise Deviates("the vector field returns the same array at every call")
    if not np.array_equal(found, again, equal_nan=True) or not np.array_equal(handed, state):
        raise Deviates("the vector field is not pure")


def _undefined(system: System, point: Point, expected: Array) -> list[int]:
    """The derivatives that have no value here, so that an engine must give none either.

    Those are NaN here and all about, from an operation whose finite arguments are outside its
    domain, as log(-1). Not counted are poles, points that a limit fills, and numbers too large.
    """
    random = np.random.default_rng(0)
    around = [_shifted(point, random).expected(system) for _ in range(4)]
    rows = [row for row in range(len(expected)) if all(np.isnan(each[row]) for each in around)]
    return [row for row in rows if np.isnan(expected[row]) and leaves_domain(system, point, row)]


def _shifted(point: Point, random: np.random.Generator) -> Point:
    """A neighbour of a point, to any side, whose zeros are moved too."""
    state = point.state + NUDGE * (1 + np.abs(point.state)) * random.uniform(
        -1, 1, len(point.state)
    )
    values = {
        name: value + NUDGE * (1 + abs(value)) * random.uniform(-1, 1)
        for name, value in point.values.items()
    }
    return Point(point.time + NUDGE * random.uniform(0, 1), state, values)


def leaves_domain(system: System, point: Point, row: int) -> bool:
    """Whether an operation of this derivative has no value here for arguments that are finite."""
    known: dict[str, Any] = {name: np.float64(value) for name, value in point.values.items()}
    known |= dict(zip((item.name for item in system.states), point.state, strict=True))
    time, large, left = np.float64(point.time), False, False
    with np.errstate(all="ignore"):
        for item in reference.cone(system, row):
            for node in walk(item.tree):
                value = value_of(node, known, time)
                inside = [value_of(each, known, time) for each in getattr(node, "arguments", ())]
                left |= bool(np.isnan(value) and np.all(np.isfinite(inside)))
                large |= bool(np.isinf(value))
            known.setdefault(item.name, value_of(item.tree, known, time))
    return left and not large


def _sentence(system: System, row: int, found: float, expected: float, point: Point) -> str:
    name = system.states[row].name
    states = dict(zip((item.name for item in system.states), point.state.tolist(), strict=True))
    return (
        f"d{name}/dt is {float(found)!r} where {float(expected)!r} was expected, "
        f"at t = {point.time!r}, {states | point.values}"
    )
