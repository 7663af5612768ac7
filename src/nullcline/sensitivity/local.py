"""How a trajectory moves with a parameter: the forward sensitivity equations, solved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.engine import simulate
from nullcline.errors import SimulationError
from nullcline.jacobian import sensitivities, slope_name
from nullcline.jumps import refuse_jumps
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory

if TYPE_CHECKING:
    import xarray as xr


def local_sensitivity(
    system: System,
    parameters: str | Iterable[str] | None,
    run: Run,
) -> xr.Dataset:
    """The derivative of every state by parameters (None: all) over time, at one point.

    `values` (state, time) is the trajectory; `raw` (parameter, state, time) is dx/dp, in the unit
    of x over that of p; `normalised` is p dx/dp over the range of x in this run, without a unit
    (0 for a p that is 0). A state's name stands for its initial value. Raises ModelError for an
    unknown name or a derivative that jumps by the state's own making, and SimulationError where the
    run ends before its time.
    """
    declared = [item.name for item in system.parameters]
    given = declared if parameters is None else parameters
    names = [given] if isinstance(given, str) else list(dict.fromkeys(given))
    moved = {item.name for item in system.states} | set(names)
    refuse_jumps(system, moved, "local sensitivities")
    found = simulate(sensitivities(system, names), run)
    if not found.finished:
        reached = f"after t = {found.times[-1]:g} of {run.duration:g}"
        raise SimulationError(f"{system.name} {found.status} {reached}: no sensitivities beyond")
    numbers = {x.name: x.value for x in system.parameters + system.inputs + system.states}
    numbers |= {**run.parameters, **run.inputs, **run.initial}
    return _dataset(system, {name: numbers[name] for name in names}, run, found)


def _dataset(system: System, point: Mapping[str, float], run: Run, found: Trajectory) -> xr.Dataset:
    import xarray as xr

    states = [item.name for item in system.states]
    values = np.array([found[name] for name in states])
    raw = np.array([[found[slope_name(x, p)] for x in states] for p in point])
    sizes = np.array(list(point.values()))[:, None, None]
    dims = ("parameter", "state", "time")
    units: Mapping[str, Any] = {"units": system.time_unit} if system.time_unit else {}
    return xr.Dataset(
        {
            "values": (dims[1:], values),
            "raw": (dims, raw, {"long_name": "derivative of the state by the parameter"}),
            "normalised": (dims, raw * sizes / found.scale[: len(states)], {"units": "1"}),
        },
        {"parameter": list(point), "state": states, "time": ("time", found.times, units)},
        {"model": system.name, "rtol": run.rtol, "duration": run.duration},
    )
