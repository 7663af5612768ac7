"""One run of a System through SciPy, at the accuracy that the run asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from nullcline.breakpoints import timetable
from nullcline.expression.evaluate import value_of
from nullcline.solver import Observer, Unseeing, integrate
from nullcline.switches import Switches, switched
from nullcline.system import System
from nullcline.trajectory import Array, Run, Trajectory


def simulate(
    system: System,
    run: Run,
    progress: Callable[[float], None] = lambda share: None,
    observer: Callable[[], Observer] = Unseeing,
) -> Trajectory:
    """Integrate with SciPy (DOP853, Radau where the model is stiff) at the run's tolerances.

    A run that blows up or stalls has that as its status and holds what was computed so far. The
    `observer` sees every step of each method that is tried.
    """
    names = tuple(item.name for item in system.states)
    start = np.array([run.initial.get(item.name, item.value) for item in system.states])
    given = {item.name: item.value for item in system.parameters + system.inputs}
    fixed: dict[str, Any] = {
        name: np.float64(value)
        for name, value in (given | {**run.parameters, **run.inputs}).items()
    }
    with np.errstate(all="ignore"):
        for item in system.constants:
            fixed[item.name] = value_of(item.tree, fixed, np.float64(np.nan))
    needed = system.needed
    auxiliaries = [item for item in system.auxiliaries if item.name in needed]

    def field(t: float, state: Array) -> Array:
        known = fixed | dict(zip(names, state, strict=True))
        for item in auxiliaries:
            known[item.name] = value_of(item.tree, known, np.float64(t))
        return np.array([value_of(item.tree, known, np.float64(t)) for item in system.derivatives])

    conditions = Switches(system, fixed) if switched(system) else None
    table = timetable(system, run)
    if table is None:
        return integrate(field, names, start, run, progress, conditions, None, observer)
    run = replace(run, max_step=table.longest)
    return integrate(field, names, start, run, progress, conditions, table.breaks, observer)
