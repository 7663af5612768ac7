"""Processes that work for this one: they end with it, quietly, however it ends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import active_children, parent_process
from types import FrameType


def begin() -> None:
    """Make the process that calls this end with its parent; the initializer of pools.

    An interruption of the terminal reaches every process of the command: the workers end at once,
    and the first process tells it. Where the parent is killed, nobody would ever tell them.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def ending() -> Iterator[None]:
    """End the processes that were started inside, where an exception or an interruption leaves."""
    before = set(active_children())
    try:
        yield
    except BaseException:
        for process in set(active_children()) - before:
            process.terminate()
        raise


@contextmanager
def terminable() -> Iterator[None]:
    """Leave by an exception where the system asks this process to end: what is begun is undone."""
    usable = threading.current_thread() is threading.main_thread()
    if not usable or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
