"""libroadrunner: a document compiled, its rates asked for, and CVODE run on it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from nullcline.breakpoints import across, segments
from nullcline.errors import SimulationError
from nullcline.expression import Symbol, walk
from nullcline.system import System
from nullcline.targets import Field
from nullcline.targets.sbml.names import names
from nullcline.trajectory import Array, Run, Trajectory

LARGEST = 50_000
"""How many terms a document may have once every rule is written out where it is used."""
SHARE = 0.1
"""Of the tolerance asked for: what CVODE is given, since its errors add up over many steps."""
FINEST = 1e-14
STEPS = 5_000_000
"""How many a run may take, or 20,000 a sample where that is more."""
SHORT = 1e-12
"""The share of a run that CVODE can make no step of."""
EXPLODED, CALM = 1e100, 1e6


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """No words of the engine on the terminal: what it says is in the errors that it raises."""
    from roadrunner import Logger

    level = Logger.getLevel()
    names = ("SUNLOGGER_ERROR_FILENAME", "SUNLOGGER_WARNING_FILENAME")
    kept = {name: os.environ.get(name) for name in names}
    Logger.setLevel(Logger.LOG_FATAL)
    os.environ.update(dict.fromkeys(names, os.devnull))  # read where CVODE is set up
    try:
        yield
    finally:
        Logger.setLevel(level)
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Model:
    """A compiled document, whose every number is set anew before it is asked anything."""

    def __init__(self, text: str, system: System) -> None:
        _refuse_large(system)
        import roadrunner

        with _quiet():
            try:
                self.runner = roadrunner.RoadRunner(text)
            except RuntimeError as error:
                raise SimulationError(f"libroadrunner refuses the document: {error}") from error
            self.runner.timeCourseSelections = [f"{name}'" for name in self.runner.getRateRuleIds()]
        known = {name: index for index, name in enumerate(self.core.getGlobalParameterIds())}
        own = names(system)
        numbers = system.parameters + system.inputs
        self.numbers = {item.name: known[own[item.name]] for item in numbers}
        self.states = {item.name: known[own[item.name]] for item in system.states}
        order = [f"{own[name]}'" for name in self.states]
        self.rows = [self.runner.timeCourseSelections.index(each) for each in order]
        every = [*self.numbers.values(), *self.states.values()]
        self.declared = dict(zip(every, self.core.getGlobalParameterValues(every), strict=True))

    @property
    def core(self) -> Any:
        """The engine's own form of the model, where its numbers are."""
        return self.runner.model

    def set(self, time: float, numbers: Mapping[str, float], state: Mapping[str, float]) -> None:
        """Every number: those that the document declares, but for these."""
        values = dict(self.declared)
        values |= {self.numbers[name]: float(value) for name, value in numbers.items()}
        values |= {self.states[name]: float(value) for name, value in state.items()}
        self.core.setTime(float(time))
        self.core.setGlobalParameterValues(list(values), list(values.values()))

    def rates(self) -> Array:
        """The derivatives at what was set, in the system's order."""
        return np.array(self.runner.getSelectedValues(), dtype=float)[self.rows]

    def state(self) -> Array:
        """The states, shape (states,)."""
        return np.array(self.core.getGlobalParameterValues(list(self.states.values())), dtype=float)


def _refuse_large(system: System) -> None:
    """Raise SimulationError for a model that would take the engine minutes, or all memory."""
    sizes: dict[str, int] = {}
    total = 0
    for item in system.definitions:
        nodes = walk(item.tree)
        size = sum(sizes.get(node.name, 1) if isinstance(node, Symbol) else 1 for node in nodes)
        total += size
        if item not in system.derivatives:
            sizes[item.name] = size
    if total > LARGEST:
        raise SimulationError(
            f"libroadrunner writes every rule out where it is used, {total} terms here and "
            f"{LARGEST} at most: the document stands, but it is not run in this engine"
        )


_model = lru_cache(maxsize=8)(Model)


def vector_field(text: str, system: System) -> Field:
    """The rates of the rate rules as f(t, state, parameters), by declared names."""
    model = _model(text, system)

    def field(t: float, state: Any, parameters: Mapping[str, Any]) -> Array:
        model.set(t, parameters, dict(zip(model.states, state, strict=True)))
        return model.rates()

    return field


def simulate(text: str, system: System, run: Run) -> Trajectory:
    """Integrate the document with the engine's own CVODE from its own initial state."""
    course = _Course(_model(text, system), run)
    with _quiet():
        status, message = course.whole()
    values = np.array(course.rows).T.reshape(len(system.states), -1)
    states = tuple(item.name for item in system.states)
    return Trajectory(states, run.times[: len(course.rows)], values, status, message)


class _Course:
    """One run; `rows` holds the samples that were reached."""

    def __init__(self, model: Model, run: Run) -> None:
        self.model, self.run, self.times = model, run, run.times
        self.numbers = {**run.parameters, **run.inputs}
        model.set(0.0, self.numbers, run.initial)
        self.rows = [model.state()]
        self.cvode = self.solver()

    def solver(self) -> Any:
        run, cvode = self.run, self.model.runner.getIntegratorByName("cvode")
        longest = run.max_step if np.isfinite(run.max_step) else 0.0
        cvode.setValue("relative_tolerance", max(run.rtol * SHARE, FINEST))
        # one a state: a single one is scaled by the state's present value, be it 1e-46
        absolute = [max(run.atol * SHARE, 1e-300)] * len(self.model.states)
        cvode.setValue("absolute_tolerance", absolute)
        cvode.setValue("maximum_time_step", longest)
        cvode.setValue("maximum_num_steps", max(20_000, STEPS // len(self.times)))
        return cvode

    def whole(self) -> tuple[str, str]:
        """Every segment between jumps in time; the status, and what the engine said."""
        limit = CALM * (1 + float(np.abs(self.rows[0]).max(initial=0.0)))
        if not np.all(np.isfinite(self.model.rates())):
            return "blew up", "the derivatives are not finite at t = 0"
        before, last = 0.0, float(self.times[-1])
        try:
            for start, end in segments(self.run):
                if end - start < SHORT * last:  # crossed with the next jump
                    continue
                if start > 0:
                    self.cross(before, start)
                before = min(end, last)
                if not self.segment(start, before):
                    return "blew up", "the states are no longer finite"
            if len(self.rows) < len(self.times):
                self.cross(before, last)
        except RuntimeError as error:
            state = self.model.state()
            well = np.all(np.abs(state) < limit) and np.all(np.isfinite(self.model.rates()))
            return "stalled" if well else "blew up", str(error)
        return "finished", ""

    def segment(self, start: float, end: float) -> bool:
        """To the end of one piece, sample by sample; whether the states stayed finite."""
        self.cvode.restart(start)
        time = start
        while time < end:
            sample = self.times[len(self.rows)] if len(self.rows) < len(self.times) else end
            following = float(min(sample, end))
            self.cvode.integrate(time, following - time)
            time, state = following, self.model.state()
            if not np.all(np.abs(state) < EXPLODED):
                return False
            if following == sample and len(self.rows) < len(self.times):
                self.rows.append(state)
        return True

    def cross(self, before: float, after: float) -> None:
        """Over a jump in time, by the slopes on either side of it."""
        names = tuple(self.model.states)

        def field(t: float, state: Array) -> Array:
            self.model.set(t, self.numbers, dict(zip(names, state, strict=True)))
            return self.model.rates()

        state = across(field, before, after, self.model.state())
        while len(self.rows) < len(self.times) and self.times[len(self.rows)] <= after:
            self.rows.append(state)
        self.model.set(after, self.numbers, dict(zip(names, state, strict=True)))
