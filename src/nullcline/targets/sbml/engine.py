"""libroadrunner: a document compiled, its numbers set, its rates asked for."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from nullcline.errors import SimulationError
from nullcline.system import System
from nullcline.targets import Field
from nullcline.targets.sbml.cost import refuse_costly
from nullcline.targets.sbml.names import names
from nullcline.trajectory import Array


@contextlib.contextmanager
def quiet() -> Iterator[None]:
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
        refuse_costly(text)
        self.lock = threading.Lock()
        import roadrunner

        with quiet():
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
        if missing := set(order) - set(self.runner.timeCourseSelections):
            raise SimulationError(f"the document has no rate for {', '.join(sorted(missing))}")
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


loaded = lru_cache(maxsize=8)(Model)


def vector_field(text: str, system: System) -> Field:
    """The rates of the rate rules as f(t, state, parameters), by declared names."""
    model = loaded(text, system)

    def field(t: float, state: Any, parameters: Mapping[str, Any]) -> Array:
        with model.lock:
            model.set(t, parameters, dict(zip(model.states, state, strict=True)))
            return model.rates()

    return field
