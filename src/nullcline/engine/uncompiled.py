"""The machines that need no compilation: the engine's source run by Python over NumPy's vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nullcline.engine import rows
from nullcline.engine.register import Machine
from nullcline.engine.rosenbrock import room_for
from nullcline.engine.rows import Section, Weights, sections
from nullcline.engine.stiff import slopes_of
from nullcline.engine.task import Result, Task, Work, work_for
from nullcline.engine.transcript import explicit, stiff

WIDEST = 256
"""How many points advance together at most."""

Halt = Callable[[Task, Result, Work], Any]
"""What is asked before every step whether to halt, as an array that holds 0 or 1."""


def never(task: Task, result: Result, work: Work) -> Any:
    """To the end, however long that takes."""
    return np.zeros(1, dtype=np.int64)


@dataclass
class Uncompiled(Machine):
    """The model as a program, run by Python: slow, and there at once."""

    halt: Halt = never
    translate = staticmethod(rows.translate)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.threads = 1

    @property
    def ran(self) -> str:
        """Which machine ran."""
        return "NumPy, nothing compiled"

    def spread(self, task: Task, result: Result) -> None:
        """All points in one thread, as many at a time as there are lanes."""
        work = self.room(max(2, min(len(task.values), WIDEST)))
        halt, code = self.halt(task, result, work), sections(self.code)
        with np.errstate(all="ignore"):
            explicit()(code, Weights(self.method), task, result, work, 0, 1, halt)

    def room(self, lanes: int) -> Work:
        """Room for so many lanes."""
        return work_for(self.code, self.method, lanes)._replace(blocks=lanes)  # type: ignore[arg-type]


@dataclass
class UncompiledStiff(Uncompiled):
    """The same by Rodas5P, point after point."""

    def spread(self, task: Task, result: Result) -> None:
        """All points in one thread."""
        slopes = slopes_of(self.sweep.system, self.values, self.code, task.places)
        room = room_for(self.code.states, self.code.registers, slopes)
        lists: Any = {name: Section(getattr(slopes, name)) for name in ("prologue", "code")}
        listed = slopes._replace(**lists)
        work, gauged = self.room(1), True if len(self.code.watched) else None
        points, halt = np.arange(len(task.values)), self.halt(task, result, work)
        code = sections(self.code)
        with np.errstate(all="ignore"):
            stiff()(code, listed, task, result, work, room, points, halt, gauged)
