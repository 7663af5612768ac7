"""Where the chunks of a sweep are computed: in this process, or spread over Dask's workers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from nullcline import differentiable
from nullcline.engine import SOLVERS, Swept
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.sweep.chunks import Chunk
from nullcline.sweep.cluster import dask, spread
from nullcline.sweep.plan import Plan

BACKENDS = ("local", "dask", "jax")
Results = Iterator[tuple[Chunk, Swept]]


@dataclass(frozen=True)
class Backend:
    """How chunks are computed, by which engine (equal numbers have equal names), with which
    solvers it has, and whether every process has to give the same bits."""

    results: Callable[[Plan, Iterable[Chunk]], Results]
    engine: str = "nullcline"
    solvers: tuple[str, ...] = SOLVERS
    exact: bool = False


def backend(given: Any) -> Backend:
    """The backend of that name, or of a running `distributed.Client`."""
    if given is None or given == "local":
        return Backend(local)
    if given == "dask":
        return Backend(dask, exact=True)
    if given == "jax":
        differentiable.require()
        return Backend(jax, "jax", differentiable.SOLVERS)
    if hasattr(given, "submit") and hasattr(given, "scheduler_info"):
        return Backend(lambda plan, chunks: spread(given, plan, chunks), exact=True)
    hint = f"use {', '.join(BACKENDS)} or a running distributed.Client"
    text = f"there is no backend {given!r}{nearest(str(given), BACKENDS)}"
    raise ModelError([Problem(text, hint=hint)])


def local(plan: Plan, chunks: Iterable[Chunk]) -> Results:
    """One chunk after the other, on the cores of this machine."""
    job = plan.job
    for chunk in chunks:
        yield chunk, job(plan.points(chunk))


def jax(plan: Plan, chunks: Iterable[Chunk]) -> Results:
    """One chunk after the other, on JAX's default device; all have the same number of points."""
    job, room = plan.job, math.prod(plan.chunks.block)
    for chunk in chunks:
        yield (
            chunk,
            differentiable.sweep(
                *(job.system, plan.points(chunk), job.run),
                outputs=job.outputs,
                trajectories=job.trajectories,
                features=job.features,
                after=job.after,
                solver=job.solver,
                room=room,
            ),
        )
