"""How a right-hand side is integrated by SciPy, with an end to blow-ups and stalls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nullcline.trajectory import Array, Run, Trajectory

MOST_CALLS = 400_000
EXPLODED = 1e12


class Stop(Exception):
    """The integration cannot or should not go on; says why."""


def integrate(
    field: Callable[[float, Array], Array],
    names: tuple[str, ...],
    initial: Array,
    run: Run,
    progress: Callable[[float], None] = lambda share: None,
) -> Trajectory:
    """Integrate field(t, state) over the run, DOP853 first, Radau where that needs too many steps.

    A run that becomes non-finite, explodes or stalls ends with a status and what was computed.
    """
    explicit = _attempt("DOP853", MOST_CALLS // 4, field, names, initial, run, progress)
    if explicit.status != "stalled":
        return explicit
    return _attempt("Radau", MOST_CALLS, field, names, initial, run, progress)


def _attempt(
    method: str,
    most: int,
    field: Callable[[float, Array], Array],
    names: tuple[str, ...],
    initial: Array,
    run: Run,
    progress: Callable[[float], None],
) -> Trajectory:
    from scipy import integrate as scipy_integrate

    calls = 0

    def guarded(t: float, state: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls > most:
            raise Stop("stalled")
        return field(t, state)

    times = run.times
    rows = [np.asarray(initial, dtype=float)]
    status = "finished"
    solver: Any = None
    try:
        with np.errstate(all="ignore"):
            solver = getattr(scipy_integrate, method)(
                guarded, 0.0, rows[0], times[-1], rtol=run.rtol, atol=run.atol
            )
            while len(rows) < len(times):
                message = solver.step()
                if solver.status == "failed":
                    raise Stop(_why(solver, message))
                if not np.all(np.abs(solver.y) < EXPLODED):
                    raise Stop("blew up")
                progress(solver.t / times[-1])
                dense = solver.dense_output()
                while len(rows) < len(times) and times[len(rows)] <= solver.t:
                    rows.append(dense(times[len(rows)]))
    except Stop as stop:
        status = str(stop)
    except ValueError as error:  # SciPy's refusal of a NaN on the way
        status, message = "blew up", str(error)
    return Trajectory(names, times[: len(rows)], np.array(rows).T.reshape(len(names), -1), status)


def _why(solver: Any, message: str | None) -> str:
    moving = np.all(np.isfinite(solver.y)) and np.all(np.isfinite(solver.fun(solver.t, solver.y)))
    return "stalled" if moving and np.abs(solver.y).max() < 1e6 else "blew up"
