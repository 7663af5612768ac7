"""The chunks of a sweep on Dask's workers, any of which may die."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from nullcline.engine import Swept
from nullcline.errors import SimulationError, require
from nullcline.sweep.chunks import Chunk
from nullcline.sweep.plan import Job, Plan

Results = Iterator[tuple[Chunk, Swept]]

IN_FLIGHT = 3
"""Chunks under way for each thread of the workers: enough that none of them waits."""
DEATHS = 3
"""How often a chunk is given to Dask anew after its workers died of it."""


def dask(plan: Plan, chunks: Iterable[Chunk]) -> Results:
    """On the cluster of the current client, or a process for each core of this machine."""
    require("dask", "distributed", what="the backend dask")
    distributed = import_module("distributed")
    try:
        client, own = distributed.get_client(), False
    except ValueError:
        client, own = distributed.Client(threads_per_worker=1, dashboard_address=None), True
    try:
        yield from spread(client, plan, chunks)
    finally:
        if own:
            client.close()
            client.cluster.close()


def run_part(job: Job, points: Any) -> Swept:
    """What a worker does; its own threads run other chunks, so each takes one."""
    return job(points, threads=1)


def spread(client: Any, plan: Plan, chunks: Iterable[Chunk]) -> Results:
    """On the workers of a client, in the order in which they finish.

    A worker that dies is no loss: Dask gives its chunks to another. Only a few chunks for each
    worker are under way, so that neither they nor the scheduler hold the sweep in memory.
    """
    with _flights(client) as flights:
        for chunk in chunks:
            flights.start(plan, chunk)
            while flights.full:
                yield from flights.landed(plan)
        while flights.open:
            yield from flights.landed(plan)


class _Flights:
    """The chunks that are under way on a cluster."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.open: dict[Any, Chunk] = {}
        self.deaths: dict[int, int] = {}

    @property
    def full(self) -> bool:
        threads: int = sum(self.client.nthreads().values())
        return len(self.open) >= IN_FLIGHT * max(1, threads)

    def start(self, plan: Plan, chunk: Chunk) -> None:
        future = self.client.submit(run_part, plan.job, plan.points(chunk), pure=False)
        self.open[future] = chunk

    def landed(self, plan: Plan) -> Results:
        """Those that have finished, at least one of them."""
        wait = import_module("distributed").wait
        for future in wait(list(self.open), return_when="FIRST_COMPLETED").done:
            chunk = self.open.pop(future)
            if (found := self._result(future, plan, chunk)) is not None:
                yield chunk, found

    def _result(self, future: Any, plan: Plan, chunk: Chunk) -> Swept | None:
        """The result of a chunk, or None where it was started anew."""
        module = import_module("distributed.client")
        lost = (import_module("distributed").KilledWorker, module.FutureCancelledError)
        try:
            found: Swept = future.result()
        except lost as error:
            deaths = self.deaths[chunk.index] = self.deaths.get(chunk.index, 0) + 1
            if deaths > DEATHS:
                where = f"points {chunk.start} to {chunk.stop - 1}"
                text = f"the workers die of {where}, each time they are tried: {error}"
                raise SimulationError(text) from error
            self.start(plan, chunk)
            return None
        return found


@contextmanager
def _flights(client: Any) -> Iterator[_Flights]:
    flights = _Flights(client)
    try:
        yield flights
    finally:
        if flights.open:
            client.cancel(list(flights.open))
