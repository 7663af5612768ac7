"""How much each parameter of a model matters for what it does: over ranges, and at a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.errors import ModelError, Problem
from nullcline.sensitivity.indices import indices
from nullcline.sensitivity.methods import METHODS, method_called
from nullcline.sensitivity.response import Evaluate, Interval, Response
from nullcline.sweep import Request, axes, sweep
from nullcline.sweep.bar import Progress
from nullcline.system import System
from nullcline.trajectory import Array

if TYPE_CHECKING:
    import xarray as xr


def sensitivity(
    system: System,
    asked: Request,
    *,
    method: str = "sobol",
    n: int | None = None,
    seed: int = 0,
    evaluate: Evaluate | None = None,
    backend: Any = None,
    progress: Progress | bool | None = None,
) -> xr.Dataset:
    """The sensitivity of a feature of a System to parameters in ranges; `Dynamics.sensitivity`.

    `asked` is the sweep of one feature, `over` its ranges. `evaluate` replaces the model: a
    function from {name: (points,)} to the values, (points,).
    """
    problems: list[Problem] = []
    read = axes.read(system, asked.over, True, problems)
    if problems:
        raise ModelError(problems)
    method_called(method)
    intervals = [_interval(axis) for axis in read]

    def request(points: Mapping[str, Array]) -> Request:
        return replace(asked, over=points, method="zip")

    def of_model(points: Mapping[str, Array]) -> Response:
        found = sweep(system, request(points), backend=backend, progress=progress)
        return _response(found, asked.rtol)

    feature = _feature(system, request({item.name: np.ones(1) for item in intervals}))
    return indices(evaluate or of_model, intervals, feature, method=method, n=n, seed=seed)


def _interval(axis: axes.Axis) -> Interval:
    low, high = axis.values.tolist()
    return Interval(axis.name, low, high, axis.log, axis.quantity.unit, axis.label)


def declared(model: Any) -> dict[str, tuple[Any, ...]]:
    """The declared domains of a Dynamics' parameters that have two finite ends, as ranges.

    Raises ModelError where there is none.
    """
    found: dict[str, tuple[Any, ...]] = {}
    for name, item in model.parameters.items():
        ends = [getattr(item.domain, end, None) for end in ("lo", "hi")]
        if all(end is not None and np.isfinite(end) for end in ends):
            found[name] = (*ends, "log") if item.domain.log_scale else tuple(ends)
    if not found:
        text = f"no parameter of {model.name} has a domain with two finite ends"
        raise ModelError([Problem(text, hint='give ranges: {"a": (0.5, 1.0)}')])
    return found


def _feature(system: System, request: Request) -> str:
    """The text of the one feature; raises ModelError with every problem of the sweep to come."""
    measures = request.plan(system).measures
    if len(measures) != 1:
        names = ", ".join(f"`{item.text}`" for item in measures)
        hint = f"choose one of {names}" if names else "give one, such as `amplitude:x`"
        text = f"sensitivity is of one feature, not of `{request.features}`"
        raise ModelError([Problem(text, hint=hint)])
    return request.features if isinstance(request.features, str) else measures[0].text


def _response(found: xr.Dataset, accuracy: float) -> Response:
    """The values of the one feature of a sweep, with how each point ended."""
    (values,) = (item for item in found.data_vars.values() if "feature" in item.attrs)
    words = [word.replace("_", " ") for word in found["status"].attrs["flag_meanings"].split()]
    status = np.array(words)[found["status"].values]
    kept = {key: value for key, value in found.attrs.items() if key not in ("method", "sampling")}
    return Response(values.values, status, values.attrs.get("units"), accuracy, kept)


__all__ = ["METHODS", "Evaluate", "Interval", "Response", "declared", "indices", "sensitivity"]
