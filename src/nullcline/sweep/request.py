"""From what a user asks of a sweep to its Plan: every problem is told at once, before any work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from nullcline.engine import MACHINES, SOLVERS, no_solver
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest, normal
from nullcline.sweep import axes, features, samples
from nullcline.sweep.plan import Plan
from nullcline.system import System, Values
from nullcline.trajectory import Run

ADVICE = "ask for features and no sampling, give an out= file to fill bit by bit, or sweep less"


@dataclass(frozen=True)
class Request:
    """The arguments of a sweep as they were given; `plan` turns them into what is done."""

    over: axes.Over
    duration: float
    sampling: float | None = None
    features: features.Given = ()
    outputs: str | Sequence[str] | None = None
    after: float = 0.0
    method: str = "grid"
    n: int | None = None
    seed: int = 0
    solver: str = "auto"
    machine: str = "auto"
    rtol: float = 1e-6
    atol: float | None = None
    chunk: int | None = None
    values: axes.Over = ()

    OPTIONS: ClassVar[tuple[str, ...]] = (
        *("duration", "sampling", "features", "outputs", "after", "method", "n", "seed"),
        *("solver", "machine", "rtol", "atol", "chunk"),
        *("parameters", "backend", "progress", "out", "resume"),
    )
    """The keywords of `Dynamics.sweep` that are no names of a model."""

    def plan(
        self,
        system: System,
        out: Path | None = None,
        engine: str = "nullcline",
        solvers: Sequence[str] = SOLVERS,
    ) -> Plan:
        """The Plan of this sweep of a System by an engine that has these solvers; raises
        ModelError with every problem."""
        problems: list[Problem] = []
        samples.check_method(self.method, self.n, self.seed, problems)
        drawn = self.method in samples.RANDOM
        swept = axes.read(system, self.over, drawn, problems)
        if self.method == "zip":
            samples.check_lengths(swept, problems)
        run, fixed = self._run(system, swept, problems)
        outputs = self._outputs(system, problems)
        measures = features.read(system, self.features, outputs, problems)
        self._check_engine(engine, solvers, problems)
        if problems:
            raise ModelError(problems)
        design = samples.Design(swept, self.method)
        if drawn:
            check_size(8 * len(swept) * int(self.n or 0))
            design = samples.drawn(swept, self.method, int(self.n or 0), self.seed)
        plan = Plan(
            *(system, design, run, outputs, self._recorded, measures, float(self.after)),
            *(self.solver, fixed, self.chunk),
            engine=engine,
            machine=self.machine,
        )
        check_size(plan.bytes, out)
        return plan

    @property
    def _recorded(self) -> bool:
        """Whether trajectories are kept: if a sampling is given, or nothing else would be."""
        return self.sampling is not None or not self.features

    def _run(
        self, system: System, swept: tuple[axes.Axis, ...], problems: list[Problem]
    ) -> tuple[Run, dict[str, float]]:
        """The run of every point with the values that all have; a sham where that is wrong."""
        fixed = axes.pairs(self.values)
        both = {name for name, _ in fixed} & {axis.name for axis in swept}
        problems += [
            Problem(f"`{name}` is swept and has a fixed value too") for name in sorted(both)
        ]
        given = Values(parameters={}, inputs={}, initial={})
        try:
            given = system.sorted_values(fixed, self.OPTIONS)
        except ModelError as error:
            problems += error.problems
        try:
            every = self.duration / 1000 if self.sampling is None else self.sampling
            length = float(self.duration)
            run = Run(length, float(every), **given, rtol=self.rtol, atol=self.atol)
        except (TypeError, ValueError) as error:
            problems.append(Problem(str(error)))
            run = Run(1.0, 1.0)
        else:
            if not 0 <= self.after < self.duration:
                text = f"features are to be taken after t = {self.after:g} of {self.duration:g}"
                problems.append(Problem(text, hint="it needs 0 <= after < duration"))
        return run, {**given["parameters"], **given["inputs"], **given["initial"]}

    def _outputs(self, system: System, problems: list[Problem]) -> tuple[str, ...]:
        states = tuple(item.name for item in system.states)
        if self.outputs is None:
            return states
        given = [self.outputs] if isinstance(self.outputs, str) else self.outputs
        outputs = tuple(dict.fromkeys(map(normal, given)))
        known = {*states, *(item.name for item in system.auxiliaries)}
        for name in outputs:
            if name not in known:
                text = f"{system.name} has no variable `{name}` to record{nearest(name, known)}"
                problems.append(Problem(text, hint="states and auxiliaries can be recorded"))
        if not outputs:
            problems.append(Problem("outputs is empty", hint="leave it out for every state"))
        return tuple(name for name in outputs if name in known) or states

    def _check_engine(self, engine: str, solvers: Sequence[str], problems: list[Problem]) -> None:
        machines = MACHINES if engine == "nullcline" else ("auto",)
        if self.machine not in machines:
            hint = f"use {', '.join(machines)}"
            text = f"there is no machine `{self.machine}`{nearest(str(self.machine), machines)}"
            text = text if engine == "nullcline" else f"{text} for the engine {engine}"
            problems.append(Problem(text, hint=hint))
        if self.solver not in solvers:
            problems.append(no_solver(self.solver, solvers))
        if self.chunk is not None and not (
            isinstance(self.chunk, int | np.integer) and self.chunk >= 1
        ):
            text = f"chunk is {self.chunk!r}"
            problems.append(Problem(text, hint="give the number of points of a chunk"))


def memory() -> int:
    """The bytes of memory of this machine, or what its container may use of it."""
    found = 8 * 2**30
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text(encoding="utf-8").strip() if limit.exists() else ""
    return min(found, int(text)) if text.isdigit() else found


def check_size(size: int, out: Path | None = None) -> None:
    """Refuse a result that half the memory, or the disk of a file filled bit by bit, is too
    small for."""
    if out is not None and out.suffix == ".zarr":
        free = shutil.disk_usage(out.resolve().parent).free
        if size > free:
            room = f"the disk of {out} has {free / 1e9:,.1f} GB free"
            hint = "ask for features and no sampling, or sweep less"
            raise ModelError([Problem(f"the result takes {size / 1e9:,.1f} GB, {room}", hint=hint)])
    elif size > memory() / 2:
        room = f"more than half of the memory ({memory() / 1e9:,.1f} GB)"
        raise ModelError([Problem(f"the result takes {size / 1e9:,.1f} GB, {room}", hint=ADVICE)])
