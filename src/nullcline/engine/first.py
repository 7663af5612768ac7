"""What runs a sweep while the engine is not compiled: at once without it, until that would take
longer than to compile it. Meanwhile it is compiled in the background, for the next sweep."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from nullcline.engine import background
from nullcline.engine.cache import folder, there
from nullcline.engine.choice import METHODS, machine
from nullcline.engine.register import Machine, NotCompiledError
from nullcline.engine.tableau import dp5
from nullcline.engine.task import NOT_RUN, Result, Task, Work
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.terminal import waiting

if TYPE_CHECKING:
    from nullcline.engine.fast import Sweep

T = TypeVar("T")

VARIABLE, MODES = "NULLCLINE_COMPILE", ("background", "wait", "never")
"""The environment variable that says how the engine is compiled, and what it may be."""

COST = background.COST
"""About how many seconds it takes to compile the engine."""
LOOK = 0.25
"""Seconds between two looks at how far the sweep and the compilation are."""

SPENT = [0.0]
"""Seconds that this process computed without the engine."""


def mode() -> str:
    """How the engine is compiled here; raises ModelError for a value that means nothing."""
    found = os.environ.get(VARIABLE) or MODES[0]
    if found not in MODES:
        hint = f"use one of {', '.join(MODES)}"
        text = f"{VARIABLE} is {found!r}{nearest(found, MODES)}"
        raise ModelError([Problem(text, hint=hint)])
    return found


def by_first(sweep: Sweep, solver: str, by: Callable[[Machine], T]) -> T:
    """What `by` makes of the first machine that is there."""
    if sweep.machine == "numpy":
        return by(_uncompiled(sweep, solver, None))
    engine, how = machine(sweep, solver), mode()
    if sweep.machine != "auto" or sweep.exact or how == "wait":
        return by(engine)
    engine.waits = False
    try:
        return by(engine)
    except NotCompiledError as missing:
        found = missing
    place = folder(found.function)
    if place is not None and how == "background":
        background.start(place, found.lanes)
    try:
        if how == "never":
            return by(_uncompiled(sweep, solver, None))
        with waiting(background.MEANWHILE):
            return by(_uncompiled(sweep, solver, found))
    except _OverError:
        return by(machine(sweep, solver))


def _uncompiled(sweep: Sweep, solver: str, missing: NotCompiledError | None) -> Machine:
    from nullcline.engine.uncompiled import Uncompiled, UncompiledStiff, never

    halt = never if missing is None else _halt(missing)
    if solver not in METHODS:
        return UncompiledStiff(sweep, dp5(), halt=halt)
    return Uncompiled(sweep, METHODS[solver](), halt=halt)


class _OverError(Exception):
    """The sweep is worth the compiled engine."""


def _halt(missing: NotCompiledError) -> Callable[[Task, Result, Work], Any]:
    return lambda task, result, work: Patience(missing, task, result, work)


class Patience:
    """Stands for an array that says whether to halt, and stops the sweep where the compiled engine
    is there, or would be before it ends."""

    def __init__(self, missing: NotCompiledError, task: Task, result: Result, work: Work) -> None:
        self.missing, self.task, self.result, self.work = missing, task, result, work
        self.seen = self.began = time.monotonic()

    def __getitem__(self, index: int) -> int:
        now = time.monotonic()
        if now - self.seen > LOOK:
            SPENT[0] += now - self.seen
            self.seen = now
            if self.ready() or SPENT[0] + self.left(now - self.began) > COST:
                raise _OverError
        return 0

    def ready(self) -> bool:
        """Whether the compiled engine has come meanwhile."""
        return any(there(self.missing.function, given) for given in self.missing.given)

    def left(self, elapsed: float) -> float:
        """The seconds that the rest of the sweep would take."""
        share = self.share()
        return elapsed * (1.0 - share) / share if share > 0 else np.inf

    def share(self) -> float:
        """How much of the sweep is done: points that ended, and the time of those under way."""
        ended = self.result.status != NOT_RUN
        under_way = self.work.point[~ended[self.work.point]]
        first = {point: lane for lane, point in reversed(list(enumerate(self.work.point)))}
        times = sum(self.work.time[first[point]] for point in set(under_way.tolist()))
        return float((np.count_nonzero(ended) + times / self.task.end) / max(1, len(ended)))
