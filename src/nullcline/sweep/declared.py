"""A Sweep of a study file as a Request."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from nullcline import engine
from nullcline.datamodel import Axis, Range, Run, Study
from nullcline.errors import ModelError, Place, Problem
from nullcline.expression import nearest
from nullcline.sweep.request import Request
from nullcline.sweep.samples import RANDOM

SOLVERS = {
    **{"RK45": "dp5", "DOP853": "dop853", "Rosenbrock": "rodas"},
    **{"Radau": "rodas", "BDF": "rodas", "LSODA": "auto"},
}
"""The built-in engine's solver of the same order and kind for each of the schema's that has one:
the stiff ones by its stiff method, the one that switches by its choice."""

MOST = 10_000_000


def request(study: Study, name: str | None = None) -> Request:
    """The sweep of that name, or the only one; raises ModelError with every problem."""
    problems: list[Problem] = []
    name = _name(study, name)
    sweep = study.sweeps[name]
    only = next(iter(study.runs)) if len(study.runs) == 1 else ""
    run = study.runs.get(sweep.run or only)
    if run is None or not run.duration:
        text = f"the sweep `{name}` has no run with a duration"
        raise ModelError([Problem(text, Place(("sweeps", name)), "name one under `run`")])
    drawn = sweep.sampling_method in RANDOM
    over = [(axis, _values(axis, item, drawn, problems)) for axis, item in sweep.axes.items()]
    if problems:
        raise ModelError(problems)
    given = {
        "outputs": list(sweep.outputs) or None,
        "method": sweep.sampling_method or "grid",
        "n": sweep.n,
        "seed": sweep.random_seed or 0,
        "values": values(run, sweep.axes),
        **settings(run),
    }
    known: dict[str, Any] = {key: value for key, value in given.items() if value is not None}
    return Request(over, run.duration, run.sampling or None, list(sweep.features), **known)


def run_called(study: Study, name: str | None) -> Run | None:
    """The run of that name, or the only one; None where a study has none.

    Raises ModelError for an unknown name, and where none of several is named.
    """
    names = list(study.runs)
    if name is None and len(names) < 2:
        return study.runs[names[0]] if names else None
    if name is None:
        text = f"the study {study.name} has {len(names)} runs"
        raise ModelError([Problem(text, hint=f"choose one with --run: {', '.join(names)}")])
    if name not in names:
        text = f"the study {study.name} has no run `{name}`{nearest(name, names)}"
        raise ModelError([Problem(text, hint=f"there are {', '.join(names) or 'none'}")])
    return study.runs[name]


def settings(run: Run) -> dict[str, Any]:
    """How a run is done, by the names that `Dynamics.simulate` and `sweep` have for it; None for
    what it leaves open."""
    return {
        "after": run.transient or 0.0,
        "solver": _solver(run),
        "rtol": run.relative_tolerance,
        "atol": run.absolute_tolerance,
    }


def _name(study: Study, name: str | None) -> str:
    names = list(study.sweeps)
    if name is None and len(names) == 1:
        return names[0]
    if name is None:
        text = f"the study {study.name} has {len(names)} sweeps"
        hint = f"choose one: {', '.join(names)}" if names else "declare one under `sweeps`"
        raise ModelError([Problem(text, hint=hint)])
    if name not in names:
        text = f"the study {study.name} has no sweep `{name}`{nearest(name, names)}"
        raise ModelError([Problem(text, hint=f"there are {', '.join(names) or 'none'}")])
    return name


def values(run: Run, axes: Collection[str] = ()) -> list[tuple[str, float]]:
    """The values of the run, but for what the sweep changes."""
    given = [*run.parameters.items(), *run.initial_values.items()]
    known = [(name, item.value) for name, item in given if name not in axes]
    return [(name, value) for name, value in known if value is not None]


def _solver(run: Run) -> str:
    if run.solver is None:
        return "auto"
    known = [name for name, own in SOLVERS.items() if own in engine.SOLVERS]
    if run.solver not in known:
        text = f"the built-in engine has no solver of the kind {run.solver}"
        hint = f"name one of {', '.join(known)}, or none"
        raise ModelError([Problem(text, Place(("runs", run.name, "solver")), hint)])
    return SOLVERS[run.solver]


def _values(name: str, axis: Axis, drawn: bool, problems: list[Problem]) -> Any:
    """What an axis gives: numbers, or for a sample its interval."""
    if axis.range is None or axis.values:
        if axis.range is not None:
            problems.append(_problem(name, "has both values and a range", "keep one"))
        return list(axis.values)
    low, high = axis.range.lo, axis.range.hi
    if low is None or high is None or not np.isfinite([low, high]).all() or low > high:
        problems.append(_problem(name, "has no range from a lower to a higher end", "give both"))
        return [0.0]
    if drawn:
        return (low, high, "log") if axis.range.log_scale else (low, high)
    return spaced(name, axis.range, problems)


def spaced(name: str, given: Range, problems: list[Problem]) -> Any:
    """The numbers of a Range: n of them or one every step, both ends counted."""
    low, high = float(given.lo or 0.0), float(given.hi or 0.0)
    if given.n is not None and not given.step:
        if given.log_scale and not low > 0:
            problems.append(_problem(name, "is logarithmic from 0 or less", "begin above 0"))
            return [0.0]
        return (np.geomspace if given.log_scale else np.linspace)(low, high, given.n)
    if given.step and given.n is None and not given.log_scale:
        if (high - low) / given.step < MOST:
            count = int(np.floor((high - low) / given.step * (1 + 1e-12))) + 1
            return low + given.step * np.arange(count)
        problems.append(_problem(name, f"has more than {MOST:,} values", "take longer steps"))
    else:
        problems.append(_problem(name, "has a range without one of n and step", "give one of them"))
    return [0.0]


def _problem(name: str, text: str, hint: str) -> Problem:
    return Problem(f"the axis `{name}` {text}", hint=hint)
