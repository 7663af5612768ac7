"""Where the chunks of a sweep are computed: in this process, or spread over Dask's workers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from nullcline.engine import Swept
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.sweep.chunks import Chunk
from nullcline.sweep.cluster import dask, spread
from nullcline.sweep.plan import Plan

BACKENDS = ("local", "dask")
Results = Iterator[tuple[Chunk, Swept]]
Backend = Callable[[Plan, Iterable[Chunk]], Results]


def backend(given: Any) -> Backend:
    """The backend of that name, or of a running `distributed.Client`."""
    if given is None or given == "local":
        return local
    if given == "dask":
        return dask
    if hasattr(given, "submit") and hasattr(given, "scheduler_info"):
        return lambda plan, chunks: spread(given, plan, chunks)
    hint = f"use {', '.join(BACKENDS)} or a running distributed.Client"
    text = f"there is no backend {given!r}{nearest(str(given), BACKENDS)}"
    raise ModelError([Problem(text, hint=hint)])


def local(plan: Plan, chunks: Iterable[Chunk]) -> Results:
    """One chunk after the other, on the cores of this machine."""
    job = plan.job
    for chunk in chunks:
        yield chunk, job(plan.points(chunk))
