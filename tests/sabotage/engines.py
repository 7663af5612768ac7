"""Faults in how an engine is run: buffers, caches, samples, units, values that do not arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from nullcline.expression import Apply, Number
from nullcline.targets import Target
from nullcline.trajectory import Run, Trajectory
from sabotage.faults import Fault

# Faults of the vector field: (field) -> a faulty field


def shared_buffer(field):
    kept = []

    def faulty(t, state, parameters):
        found = field(t, state, parameters)
        kept.append(found)
        kept[0][:] = found
        return kept[0]

    return faulty


def changes_its_argument(field):
    def faulty(t, state, parameters):
        found = field(t, state, parameters)
        state *= 2
        return found

    return faulty


def depends_on_the_last_call(field):
    last = [0.0]

    def faulty(t, state, parameters):
        found = field(t, state, parameters) + 1e-3 * last[0]
        last[0] = float(found[0]) + 1.0
        return found

    return faulty


def stale_parameters(field):
    first = {}

    def faulty(t, state, parameters):
        first.update({name: value for name, value in parameters.items() if name not in first})
        return field(t, state, first)

    return faulty


FIELDS: dict[str, tuple[str, Callable]] = {
    "a shared derivative buffer": ("van der Pol", shared_buffer),
    "the state changed in place": ("van der Pol", changes_its_argument),
    "a result that depends on the call before": ("van der Pol", depends_on_the_last_call),
    "parameters of the first call kept": ("van der Pol", stale_parameters),
    "parameters that do not arrive": (
        "van der Pol",
        lambda field: lambda t, state, parameters: field(t, state, {}),
    ),
    "one parameter that does not arrive": (
        "van der Pol",
        lambda field: lambda t, state, p: field(t, state, {k: p[k] for k in p if k != "w"}),
    ),
    "a float32 result": (
        "van der Pol",
        lambda field: lambda t, state, p: field(t, state, p).astype(np.float32),
    ),
    "float32 within": (
        "van der Pol",
        lambda field: lambda t, s, p: field(t, s, p).astype(np.float32).astype(float),
    ),
    "a list for an array": (
        "van der Pol",
        lambda field: lambda t, state, p: field(t, state, p).tolist(),
    ),
    "a column for a row": (
        "van der Pol",
        lambda field: lambda t, state, p: field(t, state, p)[:, None],
    ),
    "the field's time lost": ("clock", lambda field: lambda t, state, p: field(0.0, state, p)),
    "a step's index for the field's time": (
        "clock",
        lambda field: lambda t, state, p: field(float(int(t / 0.1)), state, p),
    ),
}


def in_field(name: str, model: str, change: Callable) -> Fault:
    def planted(target: Target) -> Target | None:
        sound = target.vector_field
        if sound is None:
            return None
        return replace(target, vector_field=lambda text, system: change(sound(text, system)))

    return Fault(name, model, planted)


# Faults of a run: (simulate, text, system, run) -> a trajectory


def after(change: Callable[[Trajectory], Trajectory]):
    """The trajectory changed."""
    return lambda simulate, text, system, run: change(simulate(text, system, run))


def before(change: Callable[[Run], Run]):
    """The run changed."""
    return lambda simulate, text, system, run: simulate(text, system, change(run))


def relabelled(change: Callable[[Run], Run]):
    """Another run, whose samples are given out for those asked for."""

    def faulty(simulate, text, system, run):
        found = simulate(text, system, change(run))
        return replace(found, times=run.times[: len(found.times)])

    return faulty


def values(change: Callable[[np.ndarray], np.ndarray]):
    """The numbers changed, shape (states, samples)."""
    return after(lambda found: replace(found, values=change(found.values)))


def euler(simulate, text, system, run, target: Target | None = None, steps: int = 100):
    """A fixed step, whatever was asked for."""
    field = target.vector_field(text, system)
    known = {**run.parameters, **run.inputs}
    state = np.array([run.initial.get(i.name, i.value) for i in system.states])
    rows, step = [state], run.sampling / steps
    for k in range(1, len(run.times)):
        for j in range(steps):
            state = state + step * field(run.times[k - 1] + j * step, state, known)
        rows.append(state)
    return Trajectory(tuple(i.name for i in system.states), run.times, np.array(rows).T)


def sparse(found: np.ndarray) -> np.ndarray:
    """Every fourth sample, and straight lines between."""
    at = np.arange(found.shape[1])
    return np.array([np.interp(at, at[::4], row[::4]) for row in found])


def first_two_swapped(run: Run) -> Run:
    names = list(run.parameters)[:2]
    exchanged = dict(zip(names, [run.parameters[name] for name in reversed(names)], strict=True))
    return replace(run, parameters={**run.parameters, **exchanged})


def without(section: str, *names: str):
    """Some values of a run that do not arrive (all, if none is named)."""

    def change(run: Run) -> Run:
        given = getattr(run, section)
        return replace(run, **{section: {k: given[k] for k in given if names and k not in names}})

    return before(change)


def endless(run: Run) -> Run:
    """As many samples, the last of them before the end."""
    count = len(run.times)
    step = run.duration / count
    return replace(run, duration=step * (count - 1), sampling=step)


def cut(found: Trajectory, part: slice) -> Trajectory:
    return replace(found, times=found.times[part], values=found.values[:, part])


def cached():
    """The first result for every later run."""
    kept = []

    def faulty(simulate, text, system, run):
        kept.append(simulate(text, system, run))
        return kept[0]

    return faulty


def one_late():
    """Every run has the values of the run before."""
    last: list[Run] = []

    def faulty(simulate, text, system, run):
        last.append(run)
        return simulate(text, system, replace(run, parameters=last[-2:][0].parameters))

    return faulty


def not_reset():
    """Every run begins where the last one ended."""
    end: dict[str, float] = {}

    def faulty(simulate, text, system, run):
        found = simulate(text, system, replace(run, initial={**run.initial, **end}))
        end.update(zip(found.names, found.values[:, -1].tolist(), strict=True))
        return found

    return faulty


def sticky():
    """Values that were once changed stay so."""
    known: dict[str, float] = {}

    def faulty(simulate, text, system, run):
        known.update(run.parameters)
        return simulate(text, system, replace(run, parameters=dict(known)))

    return faulty


def _stale_text(target: Target) -> Target:
    """What runs is the text that an older model of the same name and parameters had."""

    def simulate(text, system, run):
        trees = [replace(d, tree=Apply("*", (d.tree, Number(1.1)))) for d in system.derivatives]
        old = target.export(replace(system, derivatives=tuple(trees)))
        return target.simulate(old, system, run)

    return replace(target, simulate=simulate)


RUNS: dict[str, tuple[str, Callable]] = {
    "changed parameters that do not arrive": ("van der Pol", without("parameters")),
    "a sweep axis without effect": ("van der Pol", without("parameters", "w")),
    "changed initial values that do not arrive": ("van der Pol", without("initial")),
    "one initial value that does not arrive": ("van der Pol", without("initial", "z")),
    "inputs that do not arrive": ("inputs", without("inputs")),
    "values given to the wrong parameters": ("arithmetic", before(first_two_swapped)),
    "a stale cache of results": ("van der Pol", cached),
    "values that arrive one run late": ("van der Pol", one_late),
    "values that stay for later runs": ("van der Pol", sticky),
    "a state that is not reset": ("van der Pol", not_reset),
    "samples one late": ("van der Pol", values(lambda v: np.roll(v, 1, axis=1))),
    "the first sample lost": ("van der Pol", after(lambda f: cut(f, slice(1, None)))),
    "the last sample lost": ("van der Pol", after(lambda f: cut(f, slice(None, -1)))),
    "the end left out of equal samples": (
        "van der Pol",
        relabelled(endless),
    ),
    "times shifted by one sample": (
        "van der Pol",
        after(lambda f: replace(f, times=f.times + f.times[1])),
    ),
    "a run in other units of time": (
        "van der Pol",
        relabelled(lambda r: replace(r, duration=r.duration / 1000, sampling=r.sampling / 1000)),
    ),
    "rows in another order": ("van der Pol", values(lambda v: v[::-1].copy())),
    "names in another order": (
        "van der Pol",
        after(lambda f: replace(f, names=f.names[::-1])),
    ),
    "a row for another": ("van der Pol", values(lambda v: np.array([v[0]] * len(v)))),
    "half-precision trajectories": ("van der Pol", values(lambda v: v.astype("f2").astype(float))),
    "float32 trajectories": ("van der Pol", values(lambda v: v.astype("f4"))),
    "float32 trajectories in float64": ("van der Pol", values(lambda v: v.astype("f4") * 1.0)),
    "straight lines between sparse samples": ("van der Pol", values(sparse)),
    "a glitch in one sample of one variable": (
        "van der Pol",
        values(lambda v: v + 1e-5 * (np.arange(v.size).reshape(v.shape) == v.size - 3)),
    ),
    "NaN in the last sample": (
        "van der Pol",
        values(lambda v: np.where(np.arange(v.shape[1]) < v.shape[1] - 1, v, np.nan)),
    ),
    "a tolerance pair swapped": (
        "tiny",
        before(lambda r: replace(r, rtol=r.atol, atol=r.rtol)),
    ),
    "tolerances that do not arrive": (
        "van der Pol",
        before(lambda r: replace(r, rtol=1e-3, atol=1e-6)),
    ),
}


def in_run(name: str, model: str, change: Callable) -> Fault:
    def planted(target: Target) -> Target:
        faulty = change() if change in (cached, one_late, not_reset, sticky) else change
        return replace(target, simulate=partial(faulty, target.simulate))

    return Fault(name, model, planted)


def _fixed_step(target: Target) -> Target | None:
    if target.vector_field is None:
        return None
    return replace(target, simulate=partial(euler, target.simulate, target=target))


ENGINE_FAULTS = (
    *(in_field(name, model, change) for name, (model, change) in FIELDS.items()),
    *(in_run(name, model, change) for name, (model, change) in RUNS.items()),
    Fault("a stale cache of texts, by name", "van der Pol", _stale_text),
    Fault("a fixed step for an adaptive one", "van der Pol", _fixed_step),
)
