"""Whether a System's equations jump where a state, or a parameter, crosses a boundary."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nullcline.boundaries import TIME, crossings
from nullcline.errors import ModelError, Problem
from nullcline.system import System
from nullcline.tape import Tape
from nullcline.trajectory import Array

DRAWS = 16
"""Random points, beside the declared one, from which boundaries are sought."""

FAR, NEAR = 1e-6, 1e-9
"""How far to either side of a boundary it is looked, relative to the crossing's own size."""

LEAST = 1e-3
"""A smaller jump, relative to how large the derivative mostly is, is none: it adds as little."""


def refuse_jumps(system: System, names: Collection[str], what: str) -> None:
    """Raise ModelError if a derivative jumps where one of `names` crosses a boundary.

    A jump changes a neighbouring trajectory at once (its saltation matrix: Leine and Nijmeijer
    2004, doi:10.1007/978-3-540-44398-8), which equations in derivatives do not hold. `what`, a
    plural, is what cannot be had.
    """
    if found := jump(system, names):
        text = f"{what} of {system.name} cannot be had: the derivative of `{found[0]}` jumps"
        hint = "smooth the condition, for example with a steep sigmoid"
        raise ModelError([Problem(f"{text} where `{found[1]}` crosses a condition", hint=hint)])


def jump(system: System, names: Collection[str]) -> tuple[str, str] | None:
    """A state whose derivative jumps, and the name whose crossing of a boundary makes it jump."""
    needed = system.needed
    kept = tuple(item for item in system.auxiliaries if item.name in needed)
    constants = tuple(item for item in system.constants if item.name in needed)
    small = replace(system, constants=constants, auxiliaries=kept)
    field = Tape(small.constants + kept, [item.tree for item in small.derivatives])
    points = list(_points(small))
    least = LEAST * np.nanmedian([np.abs(_rates(field, known)) for known in points], axis=0)
    for known in points:
        for name, value in crossings(small, known, names):
            if (index := _jumps(field, known, name, value, least)) is not None:
                return small.states[index].name, name
    return None


def _points(system: System) -> Iterator[dict[str, float]]:
    """The declared numbers, then others at random about them."""
    declared = {x.name: x.value for x in system.parameters + system.inputs + system.states}
    yield declared | {TIME: 0.0}
    random = np.random.default_rng(0)
    for _ in range(DRAWS):
        moved = {x.name: float(random.normal(x.value, 1 + abs(x.value))) for x in system.states}
        yield declared | moved | {TIME: float(random.uniform(0, 100))}


def _rates(field: Tape, known: Mapping[str, Any]) -> Array:
    """The derivatives, shape (states, values of a name that has several)."""
    values: dict[str, Any] = {name: np.asarray(value, float) for name, value in known.items()}
    shape = np.broadcast_shapes(*(value.shape for value in values.values()))
    time = values.pop(TIME)
    return np.array([np.broadcast_to(np.asarray(row, float), shape) for row in field(values, time)])


def _jumps(
    field: Tape, known: Mapping[str, float], name: str, value: float, least: Array
) -> int | None:
    """The number of a derivative that differs from side to side however near they are."""

    def difference(step: float) -> Array:
        sides = value + step * max(abs(value), 1e-3) * np.array([-1.0, 1.0])
        rates = _rates(field, {**known, name: sides})
        found: Array = np.abs(rates[:, 1] - rates[:, 0])
        return found

    with np.errstate(all="ignore"):
        far, near = difference(FAR), difference(NEAR)
        jumps = np.isfinite(far) & (near > 0.5 * far) & (near > least)
    return int(np.flatnonzero(jumps)[0]) if jumps.any() else None
