"""A trajectory with its doubt, from methods that share no step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import numpy as np

from nullcline.reference.compiled import Rates, compiled
from nullcline.reference.inputs import Inputs, TooMany
from nullcline.reference.methods import way
from nullcline.reference.pieces import Piece, Way
from nullcline.reference.sizes import Stretch, stretches
from nullcline.system import System
from nullcline.trajectory import Array, Run, Trajectory

ENDS = frozenset({"blew up", "undefined"})
MOST_WORK = 1_500_000_000
"""How many steps of equations a method may compute, some 20 ns each."""
MOST_CALLS = 1_000_000
PATIENCE = 40
"""The explicit method may ask so many times as often as LSODA did before it has stalled."""


def rates(system: System, values: Mapping[str, float]) -> Rates:
    """f(t, states) -> derivatives, in floats; `values` replace declared parameters and inputs."""
    given = {item.name: item.value for item in system.parameters + system.inputs}
    return compiled(system).rates({**given, **values})


def simulate(system: System, run: Run) -> Trajectory:
    """The trajectory of a System from DOP853 (rtol 1e-11) and LSODA (1e-12), which share no step.

    The result is DOP853's; where that stalls, it is LSODA's, and Radau (1e-9) is the second
    opinion. `uncertainty` is how far the two lie apart at each time. Where either stops early
    (non-finite, exploding, stalled), the status says so and the result ends at the last time that
    both reached; it is "blew up" only where both say so, with "undefined" as `message` where the
    states did not grow but the field has no value further on. `message` tells also where the two
    stopped apart.
    """
    task = _Task(system, run)
    if not np.all(np.isfinite(task.rates(0.0, task.initial.tolist()))):
        start = task.initial[:, None]
        status = "not finite at t = 0"
        return Trajectory(
            task.names, run.times[:1], start, status, uncertainty=np.zeros_like(start)
        )
    try:
        return task.trajectory()
    except TooMany:
        return task.nothing("stalled", "an input changes faster than times can be told apart")


class _Task:
    """One run of one System, as the methods take it."""

    def __init__(self, system: System, run: Run) -> None:
        values = {item.name: item.value for item in system.parameters + system.inputs}
        values |= {**run.parameters, **run.inputs}
        code = compiled(system)
        self.names = tuple(item.name for item in system.states)
        self.times = run.times
        self.initial = np.array(
            [run.initial.get(item.name, item.value) for item in system.states], dtype=float
        )
        self.rates = code.rates(values)
        self.inputs = Inputs(code.steps, values)
        step = float(np.clip(run.sampling, run.duration / 2000, run.duration / 200))
        self.longest = step if self.inputs.timed else float("inf")
        size = len(code.steps.moving) + 20
        self.most = int(min(MOST_CALLS, max(20_000, MOST_WORK / size)))
        self.stretches: list[Stretch] = []

    def pieces(self, sizes: list[Stretch]) -> Iterator[Piece]:
        """The run between its breaks, cut where a state is given another size."""
        end = float(self.times[-1])
        start, left = 0.0, iter(sizes)
        stretch = next(left)
        for low, high in chain(self.inputs.breaks(end), [(end, end)]):
            while stretch.end < low:
                if stretch.end > start:
                    yield Piece(start, stretch.end, stretch.sizes, self.longest)
                    start = stretch.end
                stretch = next(left)
            if low > start:
                yield Piece(start, low, stretch.sizes, self.longest)
            start = high

    def nothing(self, status: str, message: str = "") -> Trajectory:
        """A trajectory that ends where it begins."""
        start, doubt = self.initial[:, None], np.zeros((len(self.initial), 1))
        return Trajectory(self.names, self.times[:1], start, status, message, uncertainty=doubt)

    def way(self, method: str, most: int) -> Way:
        pieces: Iterable[Piece] = self.pieces(self.stretches)
        return way(method, self.rates, self.initial, self.times, pieces, most)

    def trajectory(self) -> Trajectory:
        self.stretches = stretches(self.rates, self.initial, self.times, self.pieces)
        lsoda = self.way("LSODA", self.most)
        patience = PATIENCE * lsoda.calls + 20_000 if lsoda.status == "finished" else self.most
        explicit = self.way("DOP853", min(self.most, patience))
        stalled = [each.status == "stalled" for each in (explicit, lsoda)]
        if stalled == [True, False]:
            return self._judged(lsoda, self.way("Radau", self.most), "LSODA", "Radau", "DOP853")
        if stalled == [False, True]:
            return self._judged(explicit, self.way("Radau", self.most), "DOP853", "Radau", "LSODA")
        return self._judged(explicit, lsoda, "DOP853", "LSODA")

    def _judged(self, best: Way, other: Way, one: str, two: str, stalled: str = "") -> Trajectory:
        """The better way as far as both go, with how far apart they are; Radau's own tolerance is
        part of the doubt."""
        reached = min(best.values.shape[1], other.values.shape[1])
        values = best.values[:, :reached]
        doubt: Array = np.abs(values - other.values[:, :reached])
        ends = {best.status, other.status}
        message = f"{stalled} stalled" if stalled else ""
        if len(ends) == 1 or ends <= ENDS:
            status = "blew up" if ends <= ENDS else best.status
            message = "undefined" if ends == {"undefined"} else message
        else:
            status, message = "stalled", f"{one} {best.status}, {two} {other.status}"
        return Trajectory(
            self.names, self.times[:reached], values, status, message, uncertainty=doubt
        )
