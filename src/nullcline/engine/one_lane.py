"""One run of a System by a solver of sweeps."""

from __future__ import annotations

import numpy as np

from nullcline.engine.fast import Sweep
from nullcline.engine.points import STATUSES, Points
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory


def simulate(system: System, run: Run, solver: str) -> Trajectory:
    """Integrate by "dp5", "dop853" or "rodas" at the run's tolerances.

    A run that ends before its time has that as its status and holds what was computed so far.
    """
    names = tuple(item.name for item in system.states)
    found = Sweep(system, run, names, (), 0.0, solver, None).over(Points({}, {}, 1))
    assert found.values is not None
    values = found.values[0].T
    # what is not a number was not reached, but for the start, which a Trajectory has always
    whole = np.all(np.isfinite(values), axis=0)
    count = len(whole) if whole.all() else max(1, int(np.argmin(whole)))
    if not whole[0]:
        values = np.array([[run.initial.get(item.name, item.value)] for item in system.states])
    status = STATUSES[int(found.status[0])]
    return Trajectory(names, found.times[:count], values[:, :count], status)
