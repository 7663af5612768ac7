"""A sweep as a loop of SciPy's solvers: slow, and with steps that are none of the fast engine's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from nullcline.engine import rows
from nullcline.engine.ends import enter
from nullcline.engine.fast import Sweep
from nullcline.engine.features import ROWS
from nullcline.engine.gauges import measure
from nullcline.engine.points import STATUSES, Points, Swept
from nullcline.engine.register import Machine, Part
from nullcline.engine.single import simulate
from nullcline.engine.tableau import dop853
from nullcline.engine.task import SPAN, Result, Task, work_for
from nullcline.engine.transcript import transcribed
from nullcline.engine.vectors import VECTORS
from nullcline.trajectory import Array, Run


def sweep(asked: Sweep, points: Points) -> Swept:
    """Every point by `simulate`, features being measured on the dense output of its steps."""
    return asked.by(Loop(asked, dop853()), points, "scipy")


@dataclass
class Loop(Machine):
    """One point after the other."""

    translate = staticmethod(rows.translate)
    part: Part = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.threads = 1

    @property
    def ran(self) -> str:
        """Which machine ran."""
        return "SciPy's solvers, point after point"

    def integrated(
        self, part: Part, levels: Array, recorded: Sequence[int], samples: Array
    ) -> Result:
        """See Machine."""
        self.part = part
        return super().integrated(part, levels, recorded, samples)

    def sized(self, part: Part) -> Part:
        """The part as it is: `simulate` finds the sizes of states by itself."""
        sizes, floors = np.zeros((2, part.points.count, len(self.sweep.system.states)))
        return replace(part, sizes=sizes, floors=floors)

    def spread(self, task: Task, result: Result) -> None:
        """All points in this thread."""
        for point in range(self.part.points.count):

            def observer(point: int = point) -> Gauges:
                return Gauges(self, task, result, point)

            trajectory = simulate(self.sweep.system, self._run(point), observer=observer)
            count = len(trajectory.times)
            if result.samples.size:
                result.samples[point, :, :count] = trajectory.values[task.recorded]
                result.samples[point, :, count:] = np.nan
            result.status[point] = STATUSES.index(trajectory.status)
            result.reached[point] = trajectory.times[-1]

    def _run(self, point: int) -> Run:
        run, points = self.sweep.run, self.part.points
        inputs = {item.name for item in self.sweep.system.inputs}
        given = {name: float(values[point]) for name, values in points.parameters.items()}
        initial = {name: float(values[point]) for name, values in points.initial.items()}
        return replace(
            run,
            parameters={**run.parameters, **{n: v for n, v in given.items() if n not in inputs}},
            inputs={**run.inputs, **{n: v for n, v in given.items() if n in inputs}},
            initial={**run.initial, **initial},
        )


class Gauges:
    """The gauges of the engine, uncompiled, over the dense output of SciPy's steps."""

    def __init__(self, loop: Loop, task: Task, result: Result, point: int) -> None:
        self.task, self.result, self.point, self.steps = task, result, point, 0
        self.code: Any = rows.sections(loop.code)
        self.work: Any = work_for(loop.code, loop.method, 1)._replace(blocks=1)  # type: ignore[arg-type]
        self.measure, entered = _plain()
        prologue: Any = self.code.prologue
        with np.errstate(all="ignore"):  # as compiled, where nothing warns
            entered(self.code, task, self.work, 0, point)
            rows.evaluate(prologue, self.work.registers, 1)

    def step(self, dense: Callable[[float], Array], start: float, end: float, fresh: bool) -> None:
        """See Observer."""
        self.steps += 1
        work, task = self.work, self.task
        if len(self.code.watched) and end > task.after and start < task.end:
            work.began[0], work.length[0] = start, end - start
            self.measure(self.code, dense, work, task, 1, int(fresh or self.new))

    @property
    def new(self) -> bool:
        """Tell whether no step was measured yet."""
        return bool(self.work.gauges[SPAN] < 0)

    def chosen(self) -> None:
        """See Observer."""
        self.result.steps[self.point] = self.steps
        count = len(self.code.watched) * ROWS
        self.result.gauges[self.point] = self.work.gauges[:count].reshape(-1, ROWS)


@lru_cache
def _plain() -> tuple[Callable[..., Any], Callable[..., Any]]:
    forms: dict[str, Callable[..., Any]] = {
        **VECTORS,
        **{"evaluate": rows.evaluate, "between": _between},
    }
    return transcribed(measure, forms), transcribed(enter, forms)


def _between(code: Any, dense: Callable[[float], Array], work: Any, share: Any) -> None:
    """The states at a share of the step, into the registers."""
    states = dense(float(work.began[0] + share[0] * work.length[0]))
    work.registers[1 : 1 + code.states] = states
