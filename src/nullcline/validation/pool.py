"""Files checked by several processes, the verdicts in the order of the files."""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path

from nullcline.errors import Place, Problem
from nullcline.host.processes import begin, ending
from nullcline.validation.judging import Work
from nullcline.validation.verdict import Finding, Verdict

AHEAD = 8
"""Parts a process that wait for it, so that it never waits."""
PART = 8
"""Files that a process is given at a time."""


def shared(items: Sequence[Path], work: Work, count: int) -> Iterator[Verdict]:
    """The verdicts by `count` processes; a file at which one dies costs no other its verdict."""
    parts = [items[start : start + PART] for start in range(0, len(items), PART)]
    with _executor(count) as executor, ending():
        waiting: deque[Future[list[Verdict]]] = deque()
        for index in range(len(parts)):
            while len(waiting) < AHEAD * count and index + len(waiting) < len(parts):
                waiting.append(executor.submit(_part, work, parts[index + len(waiting)]))
            try:
                found = waiting.popleft().result()
            except BrokenProcessPool:
                waiting.clear()
                break
            yield from found
        else:
            return
    yield from _one_by_one([item for part in parts[index:] for item in part], work)


def _part(work: Work, items: Sequence[Path]) -> list[Verdict]:
    return [work(item) for item in items]


def _one_by_one(items: Sequence[Path], work: Work) -> Iterator[Verdict]:
    """The verdicts by one process, once one has died: which file it was is known then."""
    waiting = deque(items)
    while waiting:
        with _executor(1) as executor, ending():
            try:
                while waiting:
                    found = executor.submit(work, waiting[0]).result()
                    waiting.popleft()
                    yield found
            except BrokenProcessPool:
                yield _ended(waiting.popleft())


def _ended(path: Path) -> Verdict:
    message = "the process that checked it was ended (by the system, or out of memory)"
    problem = Problem(message, Place(file=str(path)))
    return Verdict(str(path), findings=(Finding("check", problem),))


def _executor(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, _context(), initializer=begin)


def _context() -> BaseContext:
    """A copy of this process where that is safe and quick: while nothing has made threads."""
    can_fork = sys.platform == "linux" and "numpy" not in sys.modules
    return multiprocessing.get_context("fork" if can_fork else "spawn")
