"""SciPy's steppers: how long their first step is, and whether stability keeps the others short."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.tolerances import Field, Sizes
from nullcline.trajectory import Array


def first_step(
    field: Field, sizes: Sizes, time: float, state: Array, length: float, order: int
) -> float:
    """The first step of an explicit method of that order (Hairer, Norsett and Wanner, Solving ODEs
    I, II.4), at most `length`.

    Rates are taken per unit of time in which the states would change by their own size, or per
    `length` where nothing that has a size moves. A state without one that moves should not turn
    before it has one.
    """
    slope, absolute = field(time, state), sizes.absolute
    scale = absolute + sizes.run.rtol * np.abs(state)
    scale = np.where(scale > 0.0, scale, np.inf)

    def norm(vector: Array) -> float:
        return float(np.sqrt(np.mean((vector / scale) ** 2))) if len(vector) else 0.0

    size, rise = norm(state), norm(slope)
    small = size < 1e-5 or rise * length < 1e-5
    unit = length if small else size / rise
    h = min(unit * (1e-6 if small else 0.01), length)
    if not h > 0.0:  # the rates are beyond what a float64 can be divided by
        return float(max(np.finfo(float).tiny, 10 * np.spacing(time)))
    turn = np.abs(field(time + h, state + h * slope) - slope)
    young = ~np.isfinite(absolute) & (np.abs(slope) > 0.0) & (turn > 0.0)
    straight = min((np.abs(slope[young]) / turn[young]).tolist(), default=100.0)
    straight = min(straight, 100.0) if straight > 0.0 else 1.0
    most = max(rise * unit, norm(turn) / h * unit * unit)
    second = unit * (0.01 / most) ** (1 / order) if most > 1e-15 else max(h * 1e-3, unit * 1e-6)
    found = min(h * straight, second, length)
    return found if found > 0.0 else h


def stretched(solver: Any) -> float:
    """|h lambda| of the last step of DOP853, from its two evaluations at the step's end."""
    if solver.h_previous is None:
        return 0.0
    step, slopes = solver.t - solver.t_old, solver.K
    last = solver.n_stages - 1
    inner = solver.y_old + step * (slopes[:last].T @ solver.A[last, :last])
    scale = solver.atol + solver.rtol * np.abs(solver.y)
    scale = np.where(scale > 0.0, scale, np.inf)
    apart = float(np.linalg.norm((solver.y - inner) / scale))
    rise = float(np.linalg.norm((slopes[last + 1] - slopes[last]) / scale))
    return step * rise / apart if apart else 0.0
