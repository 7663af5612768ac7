"""The meaning of a System: its trees walked, integrated twice by SciPy, with its own doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nullcline.expression import walk
from nullcline.expression.evaluate import value_of
from nullcline.system import System
from nullcline.trajectory import Array, Run, Trajectory

TOLERANCES = {"DOP853": (1e-11, 1e-13), "Radau": (1e-8, 1e-10)}
MOST_CALLS = {"DOP853": 120_000, "Radau": 300_000}
EXPLODED = 1e12


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


def largest(system: System, values: Mapping[str, float], time: float, state: Array) -> float:
    """The largest finite number that arises on the way to the derivatives, a scale of rounding."""
    known: dict[str, Any] = {name: np.float64(value) for name, value in values.items()}
    known |= dict(zip((item.name for item in system.states), state, strict=True))
    found = [0.0]
    with np.errstate(all="ignore"):
        for item in system.definitions:
            numbers = [value_of(node, known, np.float64(time)) for node in walk(item.tree)]
            found += [abs(float(number)) for number in numbers if np.isfinite(number)]
            known.setdefault(item.name, numbers[0])
    return max(found)


def simulate(system: System, run: Run) -> Trajectory:
    """The trajectory of a System, from two methods that share no step: DOP853 and Radau.

    The result is the explicit method's (the implicit one's where that stalls); `uncertainty` is
    how far the two lie apart at each time. Where either stops early (non-finite, exploding,
    stalled), the status says so and the result ends at the last time that both reached.
    """
    initial = np.array([run.initial.get(item.name, item.value) for item in system.states])
    field = vector_field(system, {**run.parameters, **run.inputs})
    longest = run.sampling if "time" in system.operations else np.inf
    explicit = _integrate("DOP853", field, initial, run.times, longest)
    implicit = _integrate("Radau", field, initial, run.times, longest)
    names = tuple(item.name for item in system.states)
    best, other = (implicit, explicit) if explicit[0] == "stalled" else (explicit, implicit)
    reached = min(best[1].shape[1], other[1].shape[1])
    if best is implicit:
        doubt = np.full_like(implicit[1], TOLERANCES["Radau"][0]) * np.abs(implicit[1])
        doubt[:, :reached] += np.abs(implicit[1][:, :reached] - explicit[1][:, :reached])
        return Trajectory(names, run.times[: doubt.shape[1]], best[1], best[0], uncertainty=doubt)
    status = best[0] if best[0] != "finished" else other[0]
    doubt = np.abs(explicit[1][:, :reached] - implicit[1][:, :reached])
    return Trajectory(names, run.times[:reached], best[1][:, :reached], status, uncertainty=doubt)


def _integrate(
    method: str, field: Callable[[float, Any], Array], initial: Array, times: Array, longest: float
) -> tuple[str, Array]:
    """(status, values of shape (states, samples reached)) by one method of SciPy."""
    from scipy import integrate

    rows = [initial]
    calls = 0
    options = dict(zip(("rtol", "atol"), TOLERANCES[method], strict=True)) | {"max_step": longest}
    end = times[-1] * (1 + 1e-9)  # a jump exactly at the end is inside a step, where it is seen

    def counted(t: float, state: Array) -> Array:
        nonlocal calls
        calls += 1
        if calls > MOST_CALLS[method]:
            raise TimeoutError
        return field(t, state)

    def result(status: str) -> tuple[str, Array]:
        return status, np.array(rows).T.reshape(len(initial), -1)

    if not np.all(np.isfinite(field(0.0, initial))):
        return result("not finite at t = 0")
    try:
        solver = getattr(integrate, method)(counted, 0.0, initial, end, **options)
        while len(rows) < len(times):
            if method == "Radau":  # its interpolant is of order 3 alone: let steps end at samples
                solver.t_bound, solver.status = times[len(rows)], "running"
            solver.step()
            if solver.status == "failed" or not np.all(np.abs(solver.y) < EXPLODED):
                return result("blew up")
            dense = solver.dense_output()
            while len(rows) < len(times) and times[len(rows)] <= solver.t:
                rows.append(solver.y.copy() if method == "Radau" else dense(times[len(rows)]))
    except TimeoutError:
        return result("stalled")
    except ValueError:  # SciPy refuses a NaN that arose on the way
        return result("blew up")
    return result("finished")
