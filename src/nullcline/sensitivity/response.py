"""What an analysis asks and is told: intervals, values at points, and whether they will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.errors import SimulationError
from nullcline.trajectory import Array


@dataclass(frozen=True)
class Response:
    """The values of a feature at every point, shape (points,), NaN where there is none.

    `status` says in a word how each point ended; `accuracy` is the relative one of the values.
    """

    values: Array
    status: NDArray[np.str_] | None = None
    unit: str | None = None
    accuracy: float = 0.0
    attributes: Mapping[str, Any] = field(default_factory=dict)


Evaluate = Callable[[Mapping[str, Array]], Response | Array]
"""From the points, {name: (points,)}, to what the feature is at each."""


@dataclass(frozen=True)
class Interval:
    """The values that a parameter may take, evenly likely (in the logarithm where `log`).

    `label` is what the result calls it, where that is not its name.
    """

    name: str
    low: float
    high: float
    log: bool = False
    unit: str | None = None
    label: str = ""

    def place(self, share: Array) -> Array:
        """The values at shares (0 to 1) of the interval."""
        if self.log:
            low, high = np.log(self.low), np.log(self.high)
            values = np.exp(low + share * (high - low))
        else:
            values = self.low + share * (self.high - self.low)
        return np.asarray(np.clip(values, self.low, self.high), dtype=np.float64)


def check_whole(
    response: Response, intervals: Sequence[Interval], points: Mapping[str, Array], feature: str
) -> None:
    """Raise SimulationError where a point has no value: how many, why, and where they lie."""
    status = response.status
    good = np.isfinite(response.values)
    if status is not None:
        good &= status == "finished"
    if good.all():
        return
    words = np.full(good.shape, "finished") if status is None else status
    kinds = np.where(words[~good] == "finished", f"have no {feature}", words[~good])
    counted = zip(*np.unique(kinds, return_counts=True), strict=True)
    reasons = ", ".join(f"{count:,} {kind}" for kind, count in counted)
    where = [_where(item, points[item.name], ~good) for item in intervals]
    raise SimulationError(
        f"{(~good).sum():,} of {good.size:,} points are without a value ({reasons}): "
        f"they have {', '.join(where)}; the indices need every point and none is made up: "
        "narrow the ranges, or choose a feature that has a value everywhere"
    )


def _where(interval: Interval, values: Array, without: NDArray[np.bool_]) -> str:
    """Where on an interval the points without a value lie, or that they lie all over it."""
    found = values[without]
    low, high = float(found.min()), float(found.max())
    if high - low > 0.8 * np.ptp(values):
        return f"any {interval.name}"
    return f"{interval.name} from {low:.4g} to {high:.4g}"


def check_varies(response: Response, title: str, feature: str) -> None:
    """Shares of a variance that is not there, or that is the solver's error, mean nothing."""
    values = response.values
    spread, size = float(np.ptp(values)), float(np.abs(values).max())
    if spread == 0 or spread <= 10 * response.accuracy * size:
        doubt = "" if spread == 0 else ", up to the accuracy of the solver"
        text = f"{feature} is {values[0]:.6g} at every point{doubt}: none of the parameters"
        raise SimulationError(f"{text} matters in these ranges, and there are no {title}")
