"""Calls of compiled functions: compiled once, then spread over threads."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.engine import background
from nullcline.engine.cache import folder, there
from nullcline.terminal import waiting

FEW = 64
"""Up to so many points the calling thread takes a share itself: starting one costs more."""


def spread(
    work: Callable[[int], None],
    count: int,
    threads: int,
    halt: NDArray[np.int64],
    meanwhile: Callable[[Callable[[float], bool]], None] | None = None,
) -> None:
    """Call work(0), work(1)... in a thread each; an interrupt makes `halt` 1, and waits.

    Where this thread has no share of the work, it calls `meanwhile` with a function that waits
    so many seconds for the others and says whether they have ended.
    """
    # few points are worked on in this thread, which cannot be interrupted meanwhile
    own = 1 if count <= FEW else 0
    others = [Thread(target=work, args=(first,)) for first in range(own, threads)]

    def ended(seconds: float) -> bool:
        until = time.perf_counter() + seconds
        for thread in others:
            thread.join(max(0.0, until - time.perf_counter()))
        return not any(thread.is_alive() for thread in others)

    for thread in others:
        thread.start()
    try:
        for first in range(own):
            work(first)
        if meanwhile is not None and own == 0:
            meanwhile(ended)
        for thread in others:
            thread.join()
    except BaseException:
        halt[0] = 1
        for thread in others:
            thread.join()
        raise


COMPILED: set[tuple[Any, ...]] = set()
"""The functions that this process has, each with the kinds of arguments that it has them for."""


def compile_first(function: Any, nothing: tuple[Any, ...], *kinds: Any) -> None:
    """Compile a function, if need be, by a call for no point, whose arguments are `nothing`; say
    so where it takes long.

    It is compiled anew for each of `kinds`, such as the number of lanes. Where another process
    compiles the engine, this function is waited for.
    """
    if (function, *kinds) in COMPILED:
        return
    with waiting(background.COMPILING):
        if (place := folder(function)) is not None:
            background.wait(place, lambda: there(function, nothing))
        function(*nothing)
    COMPILED.add((function, *kinds))
