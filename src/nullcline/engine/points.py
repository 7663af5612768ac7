"""What a sweep is asked for and what it gives: parameter points, features, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nullcline.errors import ModelError, Problem
from nullcline.expression import Node, nearest
from nullcline.system import System
from nullcline.trajectory import Array

STATUSES = ("finished", "blew up", "stalled", "step limit", "undefined", "not run")
"""How a point's integration ended; a point's `status` is an index into this."""

KINDS = (
    *("minimum", "maximum", "mean", "std", "amplitude", "period", "frequency", "maxima"),
    *("final", "time_above", "lyapunov"),
)
"""What can be measured of a quantity over time."""


@dataclass(frozen=True)
class Points:
    """Many parameter points of one System: arrays of shape (count,) by name.

    `parameters` holds parameters and inputs, `initial` the initial values of states; what is not
    named keeps the declared value.
    """

    parameters: Mapping[str, Array]
    initial: Mapping[str, Array]
    count: int

    def __post_init__(self) -> None:
        for name, values in {**self.parameters, **self.initial}.items():
            if np.shape(values) != (self.count,):
                raise ValueError(f"{name} has the shape {np.shape(values)}, not ({self.count},)")

    def part(self, start: int, stop: int) -> Points:
        """The points from `start` up to `stop`, without a copy."""
        stop = min(stop, self.count)
        return Points(
            {name: values[start:stop] for name, values in self.parameters.items()},
            {name: values[start:stop] for name, values in self.initial.items()},
            max(0, stop - start),
        )

    def taken(self, indices: NDArray[np.int64]) -> Points:
        """The points at these indices."""
        return Points(
            {name: values[indices] for name, values in self.parameters.items()},
            {name: values[indices] for name, values in self.initial.items()},
            len(indices),
        )

    def checked(self, system: System) -> Points:
        """Itself; raises ModelError for a name that the system has no number for."""
        numbers = {item.name for item in system.parameters + system.inputs}
        states = {item.name for item in system.states}
        wrong = [(name, numbers, "parameter") for name in self.parameters if name not in numbers]
        wrong += [(name, states, "state") for name in self.initial if name not in states]
        if wrong:
            raise ModelError(
                Problem(f"{system.name} has no {kind} called `{name}`{nearest(name, known)}")
                for name, known, kind in wrong
            )
        return self


@dataclass(frozen=True)
class Feature:
    """What is measured of one quantity while integrating, after the transient.

    `name` is the column's name, `kind` one of KINDS, `of` any expression over the model's names
    and the time (None for lyapunov). `threshold` is the level of time_above (required), and the
    level whose upward crossings make a period or frequency (None: midway between the least and
    the greatest value).
    """

    name: str
    kind: str
    of: Node | None
    threshold: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is no kind of feature: use one of {', '.join(KINDS)}")
        if self.of is None and self.kind != "lyapunov":
            raise ValueError(f"the feature {self.name} ({self.kind}) needs an expression `of`")
        if self.kind == "time_above" and self.threshold is None:
            raise ValueError(f"the feature {self.name} (time_above) needs a threshold")


@dataclass(frozen=True)
class Swept:
    """What came out of a sweep.

    `times` has the shape (samples,) and `values` (points, samples, outputs): NaN after a point
    ended, None if not asked for. `features`, `status` (an index into STATUSES), `reached` (the
    time reached, in the model's unit) and `steps` (accepted ones) have the shape (points,).
    `solver` says in one word which solver ran and `reason` why, and on what.
    """

    times: Array
    values: Array | None
    features: dict[str, Array]
    status: NDArray[np.uint8]
    reached: Array
    solver: str
    reason: str
    steps: NDArray[np.int64]
