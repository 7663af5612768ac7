"""The meaning of a System: its trees walked, integrated twice by SciPy, with its own doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nullcline.breakpoints import across, segments, with_breaks
from nullcline.expression.evaluate import value_of
from nullcline.system import Definition, System
from nullcline.trajectory import Array, Run, Trajectory

TOLERANCES = {"DOP853": (1e-11, 1e-13), "Radau": (1e-8, 1e-10), "looser": (1e-7, 1e-9)}
"""(rtol, atol) of each way; Radau is taken a second time, looser, where it is alone."""
MOST_CALLS = {"DOP853": 120_000, "Radau": 300_000, "looser": 300_000}
WINDOW = 20_000
ENDS = frozenset({"blew up", "undefined"})
EXPLODED = 1e100
CALM = 1e6


def vector_field(system: System, values: Mapping[str, Any]) -> Callable[[float, Any], Array]:
    """f(t, state) -> derivatives, shape (states,) or (states, points), by walking the trees.

    `values` replace declared parameters and inputs by name.
    """
    given = {item.name: item.value for item in system.parameters + system.inputs} | dict(values)
    fixed = {name: np.asarray(value, dtype=float)[()] for name, value in given.items()}
    names = [item.name for item in system.states]

    def field(t: float, state: Any) -> Array:
        known = fixed | dict(zip(names, np.asarray(state, dtype=float), strict=True))
        with np.errstate(all="ignore"):
            for item in system.constants + system.auxiliaries:
                known[item.name] = value_of(item.tree, known, np.float64(t))
            rows = [value_of(item.tree, known, np.float64(t)) for item in system.derivatives]
        return np.array(np.broadcast_arrays(*rows), dtype=float).reshape(np.shape(state))

    return field


def cone(system: System, row: int) -> list[Definition]:
    """The constants and auxiliaries that one derivative needs, in order, and itself last."""
    last = system.derivatives[row]
    return [*system.behind(last.tree), last]


def simulate(system: System, run: Run) -> Trajectory:
    """The trajectory of a System, from two methods that share no step: DOP853 and Radau.

    The result is the explicit method's (the implicit one's where that stalls); `uncertainty` is
    how far the two lie apart at each time. Where either stops early (non-finite, exploding,
    stalled), the status says so and the result ends at the last time that both reached; it is
    "blew up" only where both say so, with "undefined" as `message` where the states did not grow
    but the field has no value further on. `message` tells also where the two stopped apart.
    """
    run = with_breaks(system, run)
    initial = np.array([run.initial.get(item.name, item.value) for item in system.states])
    field = vector_field(system, {**run.parameters, **run.inputs})
    explicit = _integrate("DOP853", field, initial, run)
    implicit = _integrate("Radau", field, initial, run)
    names = tuple(item.name for item in system.states)
    best, other = (implicit, explicit) if explicit[0] == "stalled" else (explicit, implicit)
    reached = min(best[1].shape[1], other[1].shape[1])
    if best is implicit:
        doubt = np.full_like(implicit[1], TOLERANCES["Radau"][0]) * np.abs(implicit[1])
        doubt[:, :reached] += np.abs(implicit[1][:, :reached] - explicit[1][:, :reached])
        looser = _integrate("looser", field, initial, run)[1]
        both = min(looser.shape[1], doubt.shape[1])
        doubt[:, :both] += np.abs(implicit[1][:, :both] - looser[:, :both])
        doubt[:, both:] = np.inf
        times, alone = run.times[: doubt.shape[1]], "DOP853 stalled"
        status = "blew up" if best[0] in ENDS else best[0]
        return Trajectory(names, times, best[1], status, alone, uncertainty=doubt)
    ends = {best[0], other[0]}
    same = len(ends) == 1 or ends <= ENDS
    doubt = np.abs(explicit[1][:, :reached] - implicit[1][:, :reached])
    values = best[1][:, :reached]
    status = "blew up" if ends <= ENDS else best[0] if same else "stalled"
    message = "" if same else f"DOP853 {explicit[0]}, Radau {implicit[0]}"
    message = "undefined" if ends == {"undefined"} else message
    return Trajectory(names, run.times[:reached], values, status, message, uncertainty=doubt)


def _integrate(
    method: str, field: Callable[[float, Any], Array], initial: Array, run: Run
) -> tuple[str, Array]:
    """(status, values of shape (states, samples reached)) by one method of SciPy."""
    rows = [initial]
    counted = _Counted(field, MOST_CALLS[method], float(run.times[-1]))

    def result(status: str) -> tuple[str, Array]:
        return status, np.array(rows).T.reshape(len(initial), -1)

    if not np.all(np.isfinite(field(0.0, initial))):
        return result("not finite at t = 0")
    state, before = initial, 0.0
    try:
        with np.errstate(all="ignore"):
            for start, end in segments(run):
                if start > 0:
                    state = across(counted, before, start, state)
                    rows.extend(state for time in run.times[len(rows) :] if time <= start)
                state, before, status = _segment(method, counted, state, (start, end), run, rows)
                if status != "finished":
                    return result(status)
    except TimeoutError:
        return result("stalled")
    except ValueError:  # SciPy refuses a NaN that arose on the way
        return result("undefined")
    return result("finished")


class _Counted:
    """A field that raises TimeoutError after the most calls, or sooner where there is no hope.

    There is none where WINDOW calls bring so little of the run that it would take a hundred
    times the most calls: on a jump that the solution cannot leave.
    """

    def __init__(self, field: Callable[[float, Any], Array], most: int, end: float) -> None:
        self.field, self.most, self.end = field, most, end
        self.calls, self.latest, self.before = 0, 0.0, 0.0

    def __call__(self, t: float, state: Array) -> Array:
        self.calls += 1
        self.latest = max(self.latest, t)
        if self.calls % WINDOW == 0:
            reached = self.latest - self.before
            if self.calls > self.most or WINDOW * self.end > 100 * self.most * reached:
                raise TimeoutError
            self.before = self.latest
        return self.field(t, state)


def _segment(
    method: str,
    field: Callable[[float, Any], Array],
    state: Array,
    within: tuple[float, float],
    run: Run,
    rows: list[Array],
) -> tuple[Array, float, str]:
    """The state and time at the end of one piece of the run, and the status; fills the rows."""
    from scipy import integrate

    (rtol, atol), times = TOLERANCES[method], run.times
    start, end = within
    calm = CALM * (1 + np.abs(rows[0]).max(initial=0.0))
    options = {"rtol": rtol, "atol": atol, "max_step": run.max_step}
    explicit = method == "DOP853"
    stepper = integrate.DOP853 if explicit else integrate.Radau
    solver: Any = stepper(field, start, state, end, **options)
    while len(rows) < len(times) and solver.t < end:
        if not explicit:  # the interpolant of Radau is of order 3 alone: let steps end at samples
            solver.t_bound, solver.status = min(times[len(rows)], end), "running"
        solver.step()
        if solver.status == "failed":
            undefined = not _defined_after(field, solver.t, solver.y, run.duration)
            quiet = np.all(np.abs(solver.y) < calm)
            well = quiet and not undefined
            return solver.y, solver.t, "stalled" if well else "undefined" if quiet else "blew up"
        if not np.all(np.abs(solver.y) < EXPLODED):
            return solver.y, solver.t, "blew up"
        dense = solver.dense_output()
        while len(rows) < len(times) and times[len(rows)] <= solver.t:
            rows.append(dense(times[len(rows)]) if explicit else solver.y.copy())
    return solver.y, solver.t, "finished"


def _defined_after(
    field: Callable[[float, Any], Array], time: float, state: Array, duration: float
) -> bool:
    """Whether the field is finite a little further on in the direction that it has here."""
    slope = field(time, state)
    steps = duration * np.array([1e-9, 1e-7, 1e-5])
    return all(np.all(np.isfinite(field(time + h, state + h * slope))) for h in steps)
