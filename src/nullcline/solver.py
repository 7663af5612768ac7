"""How a right-hand side is integrated by SciPy, with an end to blow-ups and stalls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nullcline.trajectory import Array, Run, Trajectory

MOST_CALLS = 400_000
EXPLODED = 1e12
CALM = 1e6
BEYOND = 1 + 1e-9
"""How far past its end a run is integrated, so that a jump exactly at the end is inside a step,
where the solver sees it, and not in the slope that its interpolant takes from the end."""


class Stop(Exception):
    """The integration cannot or should not go on: a status, and what the solver said."""

    def __init__(self, status: str, message: str = "") -> None:
        super().__init__(status)
        self.message = message


def integrate(
    field: Callable[[float, Array], Array],
    names: tuple[str, ...],
    initial: Array,
    run: Run,
    progress: Callable[[float], None] = lambda share: None,
    longest: float = np.inf,
) -> Trajectory:
    """Integrate field(t, state) over the run, DOP853 first, Radau where that needs too many steps.

    No step is longer than `longest`: a model with explicit time needs one, or a short input is
    stepped over. A run that becomes non-finite, explodes or stalls ends with a status and what
    was computed.
    """
    explicit = _attempt("DOP853", MOST_CALLS // 4, field, names, initial, run, progress, longest)
    if explicit.status != "stalled":
        return explicit
    return _attempt("Radau", MOST_CALLS, field, names, initial, run, progress, longest)


def _attempt(
    method: str,
    most: int,
    field: Callable[[float, Array], Array],
    names: tuple[str, ...],
    initial: Array,
    run: Run,
    progress: Callable[[float], None],
    longest: float,
) -> Trajectory:
    times = run.times
    rows = [np.asarray(initial, dtype=float)]
    status, message = "finished", ""
    try:
        with np.errstate(all="ignore"):
            _fill(rows, times, _solver(method, most, field, rows[0], run, longest), progress)
    except Stop as stop:
        status, message = str(stop), stop.message
    except ValueError as error:  # SciPy's refusal of a NaN on the way
        status, message = "blew up", str(error)
    values = np.array(rows).T.reshape(len(names), -1)
    return Trajectory(names, times[: len(rows)], values, status, message)


def _solver(
    method: str,
    most: int,
    field: Callable[[float, Array], Array],
    initial: Array,
    run: Run,
    longest: float,
) -> Any:
    """SciPy's stepper over a field that may be called `most` times."""
    from scipy import integrate as scipy_integrate

    calls = 0

    def counted(t: float, state: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls > most:
            raise Stop("stalled", f"more than {most} evaluations")
        return field(t, state)

    end = run.times[-1] * BEYOND
    stepper = getattr(scipy_integrate, method)
    return stepper(counted, 0.0, initial, end, rtol=run.rtol, atol=run.atol, max_step=longest)


def _fill(rows: list[Array], times: Array, solver: Any, progress: Callable[[float], None]) -> None:
    """Step to the end, appending the state at each sample; raises Stop where that fails.

    The interpolant of SciPy's Radau is of order 3, far less than its steps: those end at samples.
    """
    exact = isinstance(solver, _stiff())
    while len(rows) < len(times):
        if exact:
            solver.t_bound, solver.status = times[len(rows)], "running"
        message = solver.step()
        if solver.status == "failed":
            calm = np.all(np.isfinite(solver.y)) and np.abs(solver.y).max() < CALM
            raise Stop("stalled" if calm else "blew up", message or "")
        if not np.all(np.abs(solver.y) < EXPLODED):
            raise Stop("blew up")
        progress(solver.t / times[-1])
        dense = solver.dense_output()
        while len(rows) < len(times) and times[len(rows)] <= solver.t:
            rows.append(solver.y.copy() if exact else dense(times[len(rows)]))


def _stiff() -> Any:
    from scipy.integrate import Radau

    return Radau
