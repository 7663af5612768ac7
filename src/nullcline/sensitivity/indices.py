"""Indices of any function of named parameters: its design, its values, what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nullcline.errors import ModelError, Problem, SimulationError
from nullcline.sensitivity.methods import LEVEL, Method, method_called
from nullcline.trajectory import Array

if TYPE_CHECKING:
    import xarray as xr

PARAMETER, OTHER = "parameter", "other"


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


def indices(
    evaluate: Evaluate,
    intervals: Sequence[Interval],
    feature: str,
    *,
    method: str = "sobol",
    n: int | None = None,
    seed: int = 0,
) -> xr.Dataset:
    """The sensitivity of what `evaluate` gives to each parameter; see `Dynamics.sensitivity`.

    Raises SimulationError where a point has no value, or where all have the same: a design is
    only whole with every point, and none is filled in.
    """
    chosen = method_called(method)
    size = _size(chosen, n, seed, method)
    design = chosen.sample(len(intervals), size, int(seed))
    points = {item.name: item.place(design[:, i]) for i, item in enumerate(intervals)}
    response = evaluate(points)
    if not isinstance(response, Response):
        response = Response(np.asarray(response, dtype=np.float64))
    if response.values.shape != (len(design),):
        text = f"{response.values.shape} values of {feature} for {len(design)} points"
        raise ValueError(text)
    _check_whole(response, intervals, points, feature)
    _check_varies(response, chosen, feature)
    found = chosen.estimate(design, response.values, int(seed))
    said = {
        "summary": f"{chosen.title} from {len(design):,} points, {chosen.doubt}",
        "feature": feature,
        "method": method,
        "n": size,
        "points": len(design),
        "seed": int(seed),
        "confidence_level": LEVEL,
        "feature_mean": float(response.values.mean()),
        "feature_std": float(response.values.std()),
    }
    return _dataset(found, intervals, response, {**response.attributes, **said})


def _size(chosen: Method, n: int | None, seed: int, method: str) -> int:
    size = chosen.n if n is None else n
    if not isinstance(size, int | np.integer) or isinstance(size, bool):
        raise ModelError([Problem(f"n = {n!r} is no whole number", hint=f"give n={chosen.n}")])
    problems = []
    if said := chosen.wrong(int(size)):
        problems.append(Problem(f"n = {size} {said} (method {method})"))
    if not isinstance(seed, int | np.integer) or seed < 0:
        problems.append(Problem(f"the seed is {seed!r}", hint="give an integer that is 0 or more"))
    if problems:
        raise ModelError(problems)
    return int(size)


def _check_whole(
    response: Response, intervals: Sequence[Interval], points: Mapping[str, Array], feature: str
) -> None:
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


def _check_varies(response: Response, chosen: Method, feature: str) -> None:
    """Shares of a variance that is not there, or that is the solver's error, mean nothing."""
    values = response.values
    spread, size = float(np.ptp(values)), float(np.abs(values).max())
    if spread == 0 or spread <= 10 * response.accuracy * size:
        doubt = "" if spread == 0 else ", up to the accuracy of the solver"
        text = f"{feature} is {values[0]:.6g} at every point{doubt}: none of the parameters"
        raise SimulationError(f"{text} matters in these ranges, and there are no {chosen.title}")


def _dataset(
    found: Mapping[str, Array],
    intervals: Sequence[Interval],
    response: Response,
    attributes: Mapping[str, Any],
) -> xr.Dataset:
    import xarray as xr

    names = [item.label or item.name for item in intervals]
    effects = {"units": response.unit} if response.unit else {}
    data: dict[str, Any] = {}
    for name, values in found.items():
        unit = {"units": "1"} if "order" in name or "total" in name else effects
        dims = (PARAMETER, OTHER)[: np.ndim(values)]
        data[name] = (dims, values, {"long_name": name.replace("_", " "), **unit})
    coords: dict[str, Any] = {
        PARAMETER: names,
        "low": (PARAMETER, [item.low for item in intervals]),
        "high": (PARAMETER, [item.high for item in intervals]),
        "unit": (PARAMETER, [item.unit or "" for item in intervals]),
    }
    if any(np.ndim(values) == 2 for values in found.values()):
        coords[OTHER] = names
    return xr.Dataset(data, coords, dict(attributes))
