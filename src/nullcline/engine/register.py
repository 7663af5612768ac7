"""The register machine: a model as a program, and the threads that run it for many points."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from nullcline import tolerances
from nullcline.computer import cores
from nullcline.engine import features as measured
from nullcline.engine import probe
from nullcline.engine.ahead import Ahead
from nullcline.engine.cache import there
from nullcline.engine.compiled import Kernels
from nullcline.engine.explicit import integrate
from nullcline.engine.outputs import translate, translated
from nullcline.engine.pieces import Pieces
from nullcline.engine.points import Points
from nullcline.engine.program import Program, program
from nullcline.engine.tableau import Method, check
from nullcline.engine.task import NOT_RUN, Result, Task, code_of, work_for
from nullcline.engine.threads import COMPILED, compile_first, spread
from nullcline.trajectory import SHARE, Array

if TYPE_CHECKING:
    from nullcline.engine.fast import Sweep

MOST_TRIES = 5_000_000
"""How many steps, taken or refused, a point may need."""

LANES, NARROW = 32, 8
"""How many points advance together, and how many where a thread has no more. One instruction
waits for the one before most of the time: 32 lanes take 1.6 times as long as 8."""


NONE = np.empty((0, 0, 0))


class NotCompiledError(Exception):
    """A machine that must not wait would have to: `function` is compiled for none of the `given`
    arguments, the first of which are for so many `lanes`."""

    def __init__(self, function: Any, given: Sequence[tuple[Any, ...]], lanes: int) -> None:
        super().__init__()
        self.function, self.given, self.lanes = function, given, lanes


@dataclass(frozen=True)
class Part:
    """Points that are under way together, their pieces of time, and what is known of their states:
    `sizes` (points, states), and `floors` (points, states), the least absolute tolerances."""

    points: Points
    pieces: Pieces
    sizes: Array = field(default_factory=lambda: NONE)
    floors: Array = field(default_factory=lambda: NONE)


@dataclass
class Machine:
    """The model as a program, with the threads that run it.

    `points` are those that compiled code ran and all, `before` the share of the last ones that
    were done before there was such code.
    """

    sweep: Sweep
    method: Method
    threads: int = field(init=False)
    gauges: list[measured.Gauge] = field(init=False)
    code: Program = field(init=False)
    waits: bool = field(init=False, default=True)
    translate: ClassVar[Callable[..., Any]] = staticmethod(translate)
    points: tuple[int, int] = field(init=False, default=(0, 0))
    before: float = field(init=False, default=1.0)
    trouble: str = field(init=False, default="")

    def __post_init__(self) -> None:
        check(self.method)
        run = self.sweep.run
        self.threads = self.sweep.threads or cores()
        self.values = {**run.parameters, **run.inputs, **run.initial}
        self.gauges = measured.gauges_of(self.sweep.features)
        self.code = program(self.sweep.system, self.values, [gauge.of for gauge in self.gauges])

    def result(self, part: Part, table: Array | None) -> Result:
        """Integrate the points, their outputs into the table (points, outputs, times)."""
        states = [item.name for item in self.sweep.system.states]
        outputs, times = self.sweep.outputs or (), self.sweep.run.times
        own = all(name in states for name in outputs)
        recorded = tuple(states.index(name) for name in outputs) if own else range(len(states))
        samples = NONE if table is None else table
        if not own:
            samples = np.empty((part.points.count, len(states), len(times)))

        part = self.sized(part)

        def once(levels: Array) -> Result:
            return self.integrated(part, levels, (), NONE)

        levels = measured.levels(self.gauges, part.points.count, once)
        result = self.integrated(part, levels, recorded if table is not None else (), samples)
        count, (compiled, every) = part.points.count, self.points
        self.points = compiled + round(count * (1.0 - self.before)), every + count
        if not own and table is not None:
            system = self.sweep.system
            known = (system, self.values, part.points, outputs, times, samples)
            table[:] = translated(*known, self.translate)
        return result

    def integrated(
        self, part: Part, levels: Array, recorded: Sequence[int], samples: Array
    ) -> Result:
        """One integration of the points with these levels of crossings (points, gauges); another
        one where states come to much less than the sizes that were known of them."""
        run, after = self.sweep.run, float(self.sweep.after)
        share = run.rtol * SHARE if run.atol is None else 0.0
        for _ in range(tolerances.MOST):
            result = self.made(part, levels, recorded, samples, (run.rtol, share, after))
            if run.atol is not None or not probe.lowered(part.sizes, result):
                break
        return result

    def sized(self, part: Part) -> Part:
        """The part with what is known of the sizes of states that start at 0: from the run, or from
        a loose integration."""
        run, count, states = self.sweep.run, part.points.count, self.sweep.system.states
        sizes, floors = np.zeros((2, count, len(states)))
        part = replace(part, sizes=sizes, floors=floors)
        if run.atol is not None or count == 0:
            return part
        given = (self.code, *self.columns(part.points))
        known = np.array([run.sizes.get(item.name, 0.0) for item in states], dtype=float)
        young, unsized = probe.unsized(*given, known)
        sizes[:] = np.where(young, known, 0.0)
        if unsized.any():
            times = np.linspace(0.0, run.times[-1], tolerances.PLACES)
            samples = np.empty((count, len(states), tolerances.PLACES))
            levels, every = np.zeros((count, len(self.gauges))), range(len(states))
            loose = (tolerances.LOOSE, tolerances.LOOSE, np.inf)
            made = self.made(part, levels, every, samples, loose, times)
            sizes[:] = np.where(unsized, made.sizes, sizes)
            length = run.duration / np.maximum(made.steps, 1)
            floors[:] = np.where(
                unsized, probe.noise(*given, times, samples) * length[:, None], 0.0
            )
        return part

    def made(
        self,
        part: Part,
        levels: Array,
        recorded: Sequence[int],
        samples: Array,
        limits: tuple[float, float, float],
        times: Array | None = None,
    ) -> Result:
        """One integration; `limits` are rtol, the share of a size that is the absolute tolerance,
        and the time from which features are measured, `times` other ones than the run's."""
        count, ahead = part.points.count, Ahead(part.pieces)
        task = self.task(part, levels, recorded, limits, times)._replace(
            until=ahead.until,
            further=ahead.address,
            starts=ahead.starts,
            stops=ahead.stops,
        )
        result = Result(
            samples=samples,
            gauges=np.zeros((count, len(self.gauges), measured.ROWS)),
            status=np.full(count, NOT_RUN, dtype=np.uint8),
            reached=np.zeros(count),
            steps=np.zeros(count, dtype=np.int64),
            stiff=np.zeros(count, dtype=np.uint8),
            sizes=np.zeros((count, self.code.states)),
        )
        self.spread(task, result)
        ahead.check()
        return result

    def task(
        self,
        part: Part,
        levels: Array,
        recorded: Sequence[int],
        limits: tuple[float, float, float],
        times: Array | None,
    ) -> Task:
        """As `made` is asked for it."""
        run = self.sweep.run
        places, values = self.columns(part.points)
        return Task(
            places=places,
            values=values,
            pieces=part.pieces.first,
            until=part.pieces.first[1:],
            further=0,
            starts=part.pieces.starts,
            stops=part.pieces.stops,
            levels=levels,
            needs=measured.needs(self.sweep.features, self.gauges),
            times=run.times if times is None else times,
            recorded=np.array(recorded, dtype=np.int64),
            rtol=float(limits[0]),
            atol=float(run.atol or 0.0),
            share=float(limits[1]),
            sizes=part.sizes,
            floors=part.floors,
            after=float(limits[2]),
            end=float(run.times[-1]),
            longest=part.pieces.longest,
            most=float(MOST_TRIES),
            patient=self.sweep.patient,
            curved=len(self.method.dense) > 1  # five nodes hold a quartic
            or measured.curved(self.sweep.system, self.gauges),
        )

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
        halt = np.zeros(1, dtype=np.int64)

        def given(first: int, kernels: Kernels) -> tuple[Any, ...]:
            room = work_for(self.code, self.method, kernels.lanes)
            arrays = code_of(self.code, kernels.addresses)
            return arrays, self.method, task, result, room, first, threads, halt

        kernels = self.kernels(count, lambda kernels: given(count, kernels))

        def done() -> float:
            return float(np.count_nonzero(result.status != NOT_RUN)) / count

        def meanwhile(ended: Callable[[float], bool]) -> None:
            self.before = kernels.watch(ended, done)

        def work(first: int) -> None:
            integrate(*given(first, kernels))

        compile_first(integrate, given(count, kernels), kernels.lanes)
        self.prepare(kernels)
        began = time.perf_counter()
        self.before = 0.0 if kernels.active else 1.0
        spread(work, count, threads, halt, meanwhile if self.sweep.machine == "auto" else None)
        kernels.note(self.before * (time.perf_counter() - began))

    def kernels(self, count: int, given: Callable[[Kernels], tuple[Any, ...]]) -> Kernels:
        """The model's own code, yet to be made, for as many lanes as so many points are worth, or
        where it must not wait, for the others if these alone are compiled."""
        lanes = NARROW if count <= NARROW else LANES
        either = [Kernels.of(self.code, self.method, n) for n in (lanes, NARROW + LANES - lanes)]
        for kernels in either[: 1 if self.waits else 2]:
            if (integrate, kernels.lanes) in COMPILED or there(integrate, given(kernels)):
                COMPILED.add((integrate, kernels.lanes))
                return kernels
        if self.waits:
            return either[0]
        raise NotCompiledError(integrate, [given(kernels) for kernels in either], lanes)

    def prepare(self, kernels: Kernels) -> None:
        """What is to be known, fetched or compiled before the first point."""
        match self.sweep.machine:
            case "compiled":
                kernels.upgraded()
                self.trouble = kernels.trouble
            case "auto":
                if not kernels.remembered() and kernels.pays(0.0):
                    kernels.upgraded()

    @property
    def ran(self) -> str:
        """Which machine ran, with how many points each where it was not one alone."""
        compiled, whole = self.points
        if compiled == 0:
            return f"register machine: {self.trouble}" if self.trouble else "register machine"
        if compiled == whole:
            return "compiled for this model"
        parts = f"{whole - compiled:,} points, then compiled for this model for {compiled:,}"
        return f"register machine for {parts}"
