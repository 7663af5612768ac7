"""Indices of any function of named parameters: its design, its values, what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.errors import ModelError, Problem
from nullcline.sensitivity.methods import LEVEL, Method, method_called
from nullcline.sensitivity.response import (
    Evaluate,
    Interval,
    Response,
    check_varies,
    check_whole,
)
from nullcline.sweep.request import check_size
from nullcline.trajectory import Array

if TYPE_CHECKING:
    import xarray as xr

PARAMETER, OTHER = "parameter", "other"


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
    check_size(8 * len(intervals) * chosen.points(size, len(intervals)))
    design = chosen.sample(len(intervals), size, int(seed))
    points = {item.name: item.place(design[:, i]) for i, item in enumerate(intervals)}
    response = evaluate(points)
    if not isinstance(response, Response):
        response = Response(np.asarray(response, dtype=np.float64))
    if response.values.shape != (len(design),):
        text = f"{response.values.shape} values of {feature} for {len(design)} points"
        raise ValueError(text)
    check_whole(response, intervals, points, feature)
    check_varies(response, chosen.title, feature)
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
