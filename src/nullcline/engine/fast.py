"""A sweep on the register machine: points in chunks, chunks over threads, features from gauges."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Thread

import numpy as np

from nullcline.engine import features as measured
from nullcline.engine.explicit import integrate
from nullcline.engine.lanes import LANES
from nullcline.engine.outputs import translated
from nullcline.engine.pieces import Pieces
from nullcline.engine.points import Feature, Points, Swept
from nullcline.engine.program import Program, program
from nullcline.engine.tableau import Method, dop853, dp5
from nullcline.engine.task import NOT_RUN, STIFF, Result, Task, code_of, work_for
from nullcline.system import System
from nullcline.trajectory import Array, Run

METHODS: dict[str, Callable[[], Method]] = {"dp5": dp5, "dop853": dop853, "rodas": dp5}
STRICT = 1e-7
"""Below this relative tolerance the method of order 8 takes less time than that of order 5."""

CHUNK = 1 << 15
"""How many points are under way between two looks at the features."""

MOST_TRIES = 5_000_000
"""How many steps, taken or refused, a point may need."""

NONE = np.empty((0, 0, 0))


@dataclass(frozen=True)
class Sweep:
    """What is asked of every point; `outputs` is None where no trajectories are kept."""

    system: System
    run: Run
    outputs: tuple[str, ...] | None
    features: tuple[Feature, ...]
    after: float
    solver: str
    threads: int | None

    def over(self, points: Points) -> Swept:
        """The sweep by an explicit method: "dp5", "dop853" or, by the tolerance, "auto"."""
        count, times = points.count, self.run.times
        name, reason = self.chosen()
        stiff = 0
        machine = _Machine(self, METHODS[name](), self.threads or _cores())
        table = None if self.outputs is None else np.empty((count, len(self.outputs), len(times)))
        found = {feature.name: np.full(count, np.nan) for feature in self.features}
        status, reached = np.zeros(count, dtype=np.uint8), np.zeros(count)
        steps, pieces = np.zeros(count, dtype=np.int64), Pieces.of(self.system, self.run, points)
        for start in range(0, count, CHUNK):
            rows = slice(start, min(start + CHUNK, count))
            part = _Part(points.part(start, start + CHUNK), pieces.part(start, start + CHUNK))
            result = machine.result(part, None if table is None else table[rows])
            status[rows], reached[rows] = result.status, result.reached
            steps[rows] = result.steps
            stiff += machine.stiff
            for feature in self.features:
                found[feature.name][rows] = measured.value(feature, machine.gauges, result)
        if stiff and name != "rodas":
            name = "rodas" if stiff == count else f"{name}+rodas"
            reason = f"{reason}, and {stiff} of {count} points were stiff for it"
        reason = f"{reason}; register machine, {LANES} lanes, at most {machine.threads} threads"
        values = None if table is None else table.transpose(0, 2, 1)
        return Swept(times, values, found, status, reached, name, reason, steps)

    def chosen(self) -> tuple[str, str]:
        """The solver, and why."""
        if self.solver != "auto":
            return self.solver, "chosen by name"
        if self.run.rtol < STRICT:
            return "dop853", f"order 8, since rtol {self.run.rtol:g} is below {STRICT:g}"
        return "dp5", f"order 5, since rtol {self.run.rtol:g} is not below {STRICT:g}"


@dataclass(frozen=True)
class _Part:
    """Points that are under way together, and their pieces of time."""

    points: Points
    pieces: Pieces


@dataclass
class _Machine:
    """The model as a program, with the threads that run it."""

    sweep: Sweep
    method: Method
    threads: int
    gauges: list[measured.Gauge] = field(init=False)
    code: Program = field(init=False)

    def __post_init__(self) -> None:
        run = self.sweep.run
        self.values = {**run.parameters, **run.inputs, **run.initial}
        self.gauges = measured.gauges_of(self.sweep.features)
        self.code = program(self.sweep.system, self.values, [gauge.of for gauge in self.gauges])

    def result(self, part: _Part, table: Array | None) -> Result:
        """Integrate the points, their outputs into the table (points, outputs, times)."""
        states = [item.name for item in self.sweep.system.states]
        outputs, times = self.sweep.outputs or (), self.sweep.run.times
        own = all(name in states for name in outputs)
        recorded = tuple(states.index(name) for name in outputs) if own else range(len(states))
        samples = NONE if table is None else table
        if not own:
            samples = np.empty((part.points.count, len(states), len(times)))

        def once(levels: Array) -> Result:
            return self.integrated(part, levels, (), NONE)

        levels = measured.levels(self.gauges, part.points.count, once)
        result = self.integrated(part, levels, recorded if table is not None else (), samples)
        if not own and table is not None:
            system = self.sweep.system
            table[:] = translated(system, self.values, part.points, outputs, times, samples)
        return result

    def integrated(
        self, part: _Part, levels: Array, recorded: Sequence[int], samples: Array
    ) -> Result:
        """One integration of the points with these levels of crossings (points, gauges)."""
        run, count = self.sweep.run, part.points.count
        places, values = self.columns(part.points)
        task = Task(
            places=places,
            values=values,
            pieces=part.pieces.first,
            starts=part.pieces.starts,
            stops=part.pieces.stops,
            levels=levels,
            times=run.times,
            recorded=np.array(recorded, dtype=np.int64),
            rtol=float(run.rtol),
            atol=float(run.atol),
            after=float(self.sweep.after),
            end=float(run.times[-1]),
            longest=float(part.pieces.longest),
            most=float(MOST_TRIES),
            patient=self.sweep.solver != "auto",
        )
        result = Result(
            samples=samples,
            gauges=np.zeros((count, len(self.gauges), measured.ROWS)),
            status=np.full(count, NOT_RUN, dtype=np.uint8),
            reached=np.zeros(count),
            steps=np.zeros(count, dtype=np.int64),
            stiff=np.zeros(count, dtype=np.uint8),
        )
        self.spread(task, result)
        return result

    def columns(self, points: Points) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Array]:
        """The registers that differ between the points, and what each point has in them."""
        every = {**points.parameters, **points.initial}
        given = {self.code.places[n]: v for n, v in every.items() if n in self.code.places}
        values = np.empty((points.count, len(given)))
        for column, numbers in enumerate(given.values()):
            values[:, column] = numbers
        return np.array(list(given), dtype=np.int64), values

    def spread(self, task: Task, result: Result) -> None:
        """Integrate every point by the solver, and those that are stiff for it by Rodas5P."""
        if self.sweep.solver != "rodas":
            self.explicit(task, result)
            stiff = np.flatnonzero(result.status == STIFF)
        else:
            stiff = np.arange(len(task.values))
        if len(stiff):
            from nullcline.engine.stiff import take

            take(self.sweep.system, self.values, self.code, task, result, stiff, self.threads)
        self.stiff = len(stiff)

    def explicit(self, task: Task, result: Result) -> None:
        """Every thread takes every so-manieth point; an interrupt stops them all."""
        threads = max(1, min(self.threads, -(-len(task.values) // (LANES // 2))))
        halt, arrays = np.zeros(1, dtype=np.int64), code_of(self.code)

        def work(first: int) -> None:
            room = work_for(self.code, self.method)
            integrate(arrays, self.method, task, result, room, first, threads, halt)

        others = [Thread(target=work, args=(first,)) for first in range(1, threads)]
        for thread in others:
            thread.start()
        try:
            work(0)
        except BaseException:
            halt[0] = 1
            raise
        finally:
            for thread in others:
                thread.join()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
