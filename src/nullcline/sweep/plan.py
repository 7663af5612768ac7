"""Plan: everything that a sweep does, known and checked before anything is integrated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from nullcline.engine import Feature, Points, Swept
from nullcline.engine import sweep as integrate
from nullcline.sweep.chunks import Chunk, Chunks, cut, size
from nullcline.sweep.features import Measure
from nullcline.sweep.provenance import fingerprint, model_hash
from nullcline.sweep.samples import Design
from nullcline.system import System
from nullcline.trajectory import Run

BOOKKEEPING = 17
"""Bytes a point of status, time reached and steps."""


@dataclass(frozen=True)
class Job:
    """What is done with any points of a sweep; small, and can be sent to another process."""

    system: System
    run: Run
    outputs: tuple[str, ...]
    trajectories: bool
    features: tuple[Feature, ...]
    after: float
    solver: str
    machine: str = "auto"
    exact: bool = False

    def __call__(self, points: Points, threads: int | None = None) -> Swept:
        """Integrate these points."""
        return integrate(
            self.system,
            points,
            self.run,
            outputs=self.outputs,
            trajectories=self.trajectories,
            features=self.features,
            after=self.after,
            solver=self.solver,
            threads=threads,
            machine=self.machine,
            exact=self.exact,
        )


@dataclass(frozen=True)
class Plan:
    """A sweep: its points, what is recorded and measured of each, and how it is cut."""

    system: System
    design: Design
    run: Run
    outputs: tuple[str, ...]
    trajectories: bool
    measures: tuple[Measure, ...]
    after: float
    solver: str
    fixed: Mapping[str, float] = field(default_factory=dict)
    chunk: int | None = None
    block: tuple[int, ...] | None = None
    engine: str = "nullcline"
    machine: str = "auto"
    exact: bool = False

    @property
    def job(self) -> Job:
        """What is done with the points of every chunk."""
        features = tuple(measure.feature for measure in self.measures)
        kept = (self.outputs, self.trajectories)
        engine = (self.solver, self.machine)
        job = Job(self.system, self.run, *kept, features, self.after, *engine)
        return replace(job, exact=self.exact)

    @cached_property
    def chunks(self) -> Chunks:
        """How the sweep is cut; equal for every run of it, and as before where it is resumed."""
        if self.block is not None:
            return Chunks(self.design.shape, self.block)
        most = self.chunk or size(self.design.count, self.point_bytes)
        return cut(self.design.shape, most)

    def points(self, chunk: Chunk) -> Points:
        """The points of a chunk, in the engine's form."""
        values = self.design.part(chunk.start, chunk.stop)
        states = {axis.name for axis in self.design.axes if axis.initial}
        return Points(
            {name: each for name, each in values.items() if name not in states},
            {name: each for name, each in values.items() if name in states},
            chunk.stop - chunk.start,
        )

    @property
    def samples(self) -> int:
        """The number of times at which trajectories are kept, 0 where they are not."""
        return len(self.run.times) if self.trajectories else 0

    @property
    def point_bytes(self) -> int:
        """The bytes that the result of one point takes."""
        return 8 * (self.samples * len(self.outputs) + len(self.measures)) + BOOKKEEPING

    @property
    def bytes(self) -> int:
        """The bytes that the whole result takes."""
        listed = 8 * len(self.design.axes) if self.design.method != "grid" else 0
        return self.design.count * (self.point_bytes + listed)

    @property
    def identity(self) -> dict[str, Any]:
        """What makes two sweeps the same, in plain data: their results are equal bit for bit."""
        other = {} if self.engine == "nullcline" else {"engine": self.engine}
        if self.machine == "numpy":  # it rounds otherwise than code that is compiled
            other["machine"] = self.machine
        return {
            **other,
            "model": self.system.name,
            "model_hash": model_hash(self.system),
            "method": self.design.method,
            **{f"axis {a.name}": fingerprint(a.values) for a in self.design.axes},
            "order": [axis.name for axis in self.design.axes],
            "duration": self.run.duration,
            "sampling": self.run.sampling if self.trajectories else None,
            "after": self.after,
            "rtol": self.run.rtol,
            "atol": self.run.atol,
            "solver": self.solver,
            "outputs": list(self.outputs) if self.trajectories else [],
            "features": {each.feature.name: each.text for each in self.measures},
            "values": dict(self.fixed),
        }

    @property
    def attributes(self) -> dict[str, Any]:
        """What the result says of how it came about, the engine's own words and versions apart."""
        known = {
            "model": self.system.name,
            "model_hash": model_hash(self.system),
            "rtol": self.run.rtol,
            "duration": self.run.duration,
            "after": self.after,
            "method": self.design.method,
        }
        if self.run.atol is not None:
            known["atol"] = self.run.atol
        if self.trajectories:
            known["sampling"] = self.run.sampling
        if self.design.seed is not None:
            known["seed"] = self.design.seed
        if self.fixed:
            known["values"] = json.dumps(dict(self.fixed))
        return known
