"""Orders shared out among processes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from nullcline.computer import cores
from nullcline.datamodel import ConformanceRun
from nullcline.host.processes import begin, ending
from nullcline.site.facts import Facts
from nullcline.site.making import Made, Order, make

_RUN: list[ConformanceRun] = []
"""The verdicts, which each process gets once and not with each order."""


def made(
    orders: Sequence[Order], run: ConformanceRun, jobs: int | None
) -> Generator[Made, None, None]:
    """What comes of each order, as it comes in; in processes of their own where that helps.

    Should a process end, for lack of memory, those that are not done get one each; the order
    that ends this one too is a problem of its file.
    """
    count = min(jobs or cores(), len(orders))
    if count <= 1:
        yield from (make(order, run) for order in orders)
        return
    done: set[str] = set()
    try:
        for item in _shared(orders, run, count):
            done.add(item.slug)
            yield item
    except BrokenProcessPool:
        for order in orders:
            if order.source.slug not in done:
                yield _alone(order, run)


def _shared(orders: Sequence[Order], run: ConformanceRun, count: int) -> Iterator[Made]:
    pool = ProcessPoolExecutor(count, get_context("spawn"), _begin, (run,))
    with pool, ending():
        waiting = [pool.submit(_make, order) for order in orders]
        for done in as_completed(waiting):
            yield done.result()


def _alone(order: Order, run: ConformanceRun) -> Made:
    try:
        (found,) = _shared([order], run, 1)
    except BrokenProcessPool:
        shown = order.source.shown
        said = f"{shown}: the process that made its page ended, perhaps for lack of memory"
        return Made(order.source.slug, Facts(shown, shown, problems=(said,)), {})
    return found


def _begin(run: ConformanceRun) -> None:
    begin()
    _RUN[:] = [run]


def _make(order: Order) -> Made:
    return make(order, _RUN[0])
