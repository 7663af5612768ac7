"""A sweep on the register machine: points in chunks, chunks over threads, features from gauges."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Thread, Timer
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.engine import features as measured
from nullcline.engine.explicit import integrate
from nullcline.engine.outputs import translated
from nullcline.engine.pieces import Pieces
from nullcline.engine.points import Feature, Points, Swept
from nullcline.engine.program import Program, program
from nullcline.engine.tableau import Method, dop853, dp5
from nullcline.engine.task import NOT_RUN, STIFF, Result, Task, code_of, work_for
from nullcline.system import System
from nullcline.trajectory import Array, Run

METHODS: dict[str, Callable[[], Method]] = {"dp5": dp5, "dop853": dop853}
STRICT = 1e-7
"""Below this relative tolerance the method of order 8 takes less time than that of order 5."""

CHUNK = 1 << 15
"""How many points are under way between two looks at the features."""

MOST_TRIES = 5_000_000
"""How many steps, taken or refused, a point may need."""

LANES, NARROW = 32, 8
"""How many points advance together, and how many where a thread has no more. One instruction
waits for the one before most of the time: 32 lanes take 1.6 times as long as 8."""

FEW = 64
"""Up to so many points the calling thread takes a share itself: starting one costs more."""

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
        """The sweep by "dp5", "dop853", "rodas" or, by the tolerance, "auto".

        With "auto", points that show to be stiff go to the solver of STIFF_SOLVERS, if any.
        """
        name, reason = self.chosen()
        machine = self.machine(name)
        found = self.room(points.count, name)
        pieces, stiff = Pieces.of(self.system, self.run, points), np.zeros(points.count, np.uint8)
        for start in range(0, points.count, CHUNK):
            rows = slice(start, min(start + CHUNK, points.count))
            part = _Part(points.part(start, start + CHUNK), pieces.part(start, start + CHUNK))
            table = None if found.values is None else found.values[rows].transpose(0, 2, 1)
            result = machine.result(part, table)
            found.status[rows], found.reached[rows] = result.status, result.reached
            found.steps[rows], stiff[rows] = result.steps, result.stiff
            for feature in self.features:
                measure = measured.value(feature, machine.gauges, result, float(self.run.times[-1]))
                found.features[feature.name][rows] = measure
        reason = f"{reason}; register machine, at most {machine.threads} threads"
        if stiff.any():
            reason = f"{reason}; {np.count_nonzero(stiff)} of {points.count} points are stiff"
        return self.finished(points, replace(found, reason=reason))

    def machine(self, name: str) -> Machine:
        """The model as a program, run by this solver."""
        threads = self.threads or _cores()
        if name not in METHODS:
            from nullcline.engine.stiff import Stiff

            return Stiff(self, dp5(), threads)
        return Machine(self, METHODS[name](), threads)

    def room(self, count: int, name: str) -> Swept:
        """A result that is yet to be filled; a variable's samples lie next to each other."""
        times, values = self.run.times, None
        if self.outputs is not None:
            values = np.empty((count, len(self.outputs), len(times))).transpose(0, 2, 1)
        return Swept(
            times=times,
            values=values,
            features={feature.name: np.full(count, np.nan) for feature in self.features},
            status=np.full(count, NOT_RUN, dtype=np.uint8),
            reached=np.zeros(count),
            solver=name,
            reason="",
            steps=np.zeros(count, dtype=np.int64),
        )

    def finished(self, points: Points, found: Swept) -> Swept:
        """The result, with what a solver for stiff models made of the points left to it."""
        left = np.flatnonzero(found.status == STIFF)
        if not left.size:
            return found
        name, solver = next(iter(STIFF_SOLVERS.items()))
        other = solver(replace(self, solver=name), points.taken(left))
        for feature, values in other.features.items():
            found.features[feature][left] = values
        if found.values is not None and other.values is not None:
            found.values[left] = other.values
        found.status[left], found.reached[left] = other.status, other.reached
        found.steps[left] = other.steps
        reason = f"{found.reason}, and were left to {name} ({other.reason})"
        return replace(found, solver=f"{found.solver}+{name}", reason=reason)

    def chosen(self) -> tuple[str, str]:
        """The solver, and why."""
        if self.solver != "auto":
            return self.solver, "chosen by name"
        if self.run.rtol < STRICT:
            return "dop853", f"order 8, since rtol {self.run.rtol:g} is below {STRICT:g}"
        return "dp5", f"order 5, since rtol {self.run.rtol:g} is not below {STRICT:g}"

    @property
    def patient(self) -> bool:
        """Whether an explicit method goes on at a point that shows to be stiff."""
        return self.solver != "auto" or not STIFF_SOLVERS


STIFF_SOLVERS: dict[str, Callable[[Sweep, Points], Swept]] = {"rodas": Sweep.over}
"""Solvers that take over stiff points, by name, the first being used. Each runs the points from
their start and gives the status, samples and features of every one of them."""


@dataclass(frozen=True)
class _Part:
    """Points that are under way together, and their pieces of time."""

    points: Points
    pieces: Pieces


@dataclass
class Machine:
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
            needs=measured.needs(self.sweep.features, self.gauges),
            times=run.times,
            recorded=np.array(recorded, dtype=np.int64),
            rtol=float(run.rtol),
            atol=float(run.atol),
            after=float(self.sweep.after),
            end=float(run.times[-1]),
            longest=float(part.pieces.longest),
            most=float(MOST_TRIES),
            patient=self.sweep.patient,
            curved=len(self.method.dense) > 1  # five nodes hold a quartic
            or measured.curved(self.sweep.system, self.gauges),
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
        """Every thread takes every so-manieth point; an interrupt stops them all."""
        count = len(task.values)
        threads = max(1, min(self.threads, -(-count // LANES)))
        lanes = NARROW if count <= NARROW else LANES
        halt, arrays = np.zeros(1, dtype=np.int64), code_of(self.code)

        def work(first: int) -> None:
            room = work_for(self.code, self.method, lanes)
            integrate(arrays, self.method, task, result, room, first, threads, halt)

        compile_first(integrate, lambda: work(count), lanes)
        spread(work, count, threads, halt)


def spread(work: Callable[[int], None], count: int, threads: int, halt: NDArray[np.int64]) -> None:
    """Call work(0), work(1)... in a thread each; an interrupt makes `halt` 1, and waits."""
    # few points are worked on in this thread, which cannot be interrupted meanwhile
    own = 1 if count <= FEW else 0
    others = [Thread(target=work, args=(first,)) for first in range(own, threads)]
    for thread in others:
        thread.start()
    try:
        for first in range(own):
            work(first)
        for thread in others:
            thread.join()
    except BaseException:
        halt[0] = 1
        for thread in others:
            thread.join()
        raise


COMPILED: set[tuple[Any, ...]] = set()
"""The functions that this process has, each with the kinds of arguments that it has them for."""


def compile_first(function: Any, nothing: Callable[[], None], *kinds: Any) -> None:
    """Compile a function, if need be, by a call for no point; say so where it takes long.

    It is compiled anew for each of `kinds`, such as the number of lanes.
    """
    if (function, *kinds) in COMPILED:
        return
    note = Timer(1.0, _say, ["nullcline: compiling the sweep engine, once on this machine\n"])
    note.daemon = True
    note.start()
    try:
        nothing()
    finally:
        note.cancel()
    COMPILED.add((function, *kinds))


def _say(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(text)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
