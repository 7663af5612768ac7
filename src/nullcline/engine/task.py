"""What the compiled integrator is given, and what it fills: arrays by name."""

from __future__ import annotations

from itertools import accumulate
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nullcline.engine.lanes import blocks_for
from nullcline.engine.program import Program
from nullcline.engine.tableau import Method
from nullcline.trajectory import Array

Whole = NDArray[np.int64]

NODES = 5
"""Where a step is read for features: equally spaced, both ends included."""
LEAST, GREATEST, REFERENCE, SUM, SQUARES, SPAN, ABOVE, FIRST, LAST, COUNT, ARMED = range(11)
HIGH, LOW, TREND, PEAKS, NOW, LEVEL, PAUSE, SIZE, ROWS = range(11, 20)
"""The rows of a gauge's state, a vector each."""

EXTREMES, MEANS, CROSSINGS, MAXIMA = 1, 2, 4, 8
"""What a gauge is for, as bits."""

WHOLE = 3
"""How many fields of Work, before the last one, hold whole numbers."""

FINISHED, BLEW_UP, STALLED, LIMIT, UNDEFINED, NOT_RUN, STIFF = range(7)
"""How a point ended: an index into STATUSES, or that a solver for stiff models should take it."""


class Code(NamedTuple):
    """A Program as arrays alone, with the addresses of its sections as processor code, if any."""

    states: int
    base: Array
    prologue: NDArray[np.int32]
    field: NDArray[np.int32]
    watch: NDArray[np.int32]
    derivatives: NDArray[np.int32]
    watched: NDArray[np.int32]
    sources: NDArray[np.int32]
    kernels: Whole


class Task(NamedTuple):
    """Which points, over which times, how exactly.

    `places` are registers and `values` (points, places) what each point has in them. Point p has
    its pieces of time between `starts` and `stops` from `pieces[p]` up to `until[p]`, and where
    these are over, the function at the address `further` puts the next ones there (see `ahead.py`);
    its steps are `longest[p]` long at most.
    `levels` (points, gauges) are the thresholds and `needs` (gauges,) what each gauge is for;
    `curved` says that more than states is measured. The absolute tolerance of a state is `atol` or,
    where `share` is not 0, `share` times its size: its largest magnitude so far, or the one that
    `sizes` (points, states) says; it is at least what `floors` (points, states) say.
    """

    places: Whole
    values: Array
    pieces: Whole
    until: Whole
    further: int
    starts: Array
    stops: Array
    levels: Array
    needs: Whole
    times: Array
    recorded: Whole
    rtol: float
    atol: float
    share: float
    sizes: Array
    floors: Array
    after: float
    end: float
    longest: Array
    most: float
    patient: bool
    curved: bool


class Result(NamedTuple):
    """What every point came to; `samples` (points, recorded, times) and `gauges` (points, gauges,
    rows) may be empty; `sizes` (points, states) are the largest magnitudes of the states."""

    samples: Array
    gauges: Array
    status: NDArray[np.uint8]
    reached: Array
    steps: Whole
    stiff: NDArray[np.uint8]
    sizes: Array


class Work(NamedTuple):
    """The lanes at work: each row of these flat arrays has one number a lane.

    `blocks` stands for the number of lanes, see `blocks_for`.
    `began` and `length` are the time and length of the step just made, `time` and `step` those
    of the next one; `due` is the time of the next sample, `stop` the end of the piece of time,
    `before` the logarithm of the error before, `calm` the size from which growth is a blow-up,
    `longest` the longest step and `most` how many tries at one there may be.
    `sizes` are the largest magnitudes of the states so far, `absolute` their absolute tolerances,
    infinite for a state that has no size yet.
    """

    registers: Array
    states: Array
    ends: Array
    sizes: Array
    absolute: Array
    slopes: Array
    dense: Array
    nodes: Array
    turns: Array
    gauges: Array
    began: Array
    length: Array
    time: Array
    step: Array
    stop: Array
    due: Array
    before: Array
    calm: Array
    tries: Array
    steps: Array
    stretched: Array
    refused: Array
    longest: Array
    most: Array
    point: Whole
    sample: Whole
    piece: Whole
    blocks: tuple[int, ...]


def code_of(program: Program, kernels: Whole | None = None) -> Code:
    """The program as the integrator takes it; `kernels` are looked at before every call."""
    return Code(
        program.states,
        program.base,
        program.prologue,
        program.field,
        program.watch,
        program.derivatives,
        program.watched,
        program.sources,
        np.zeros(3, dtype=np.int64) if kernels is None else kernels,
    )


def work_for(program: Program, method: Method, lanes: int) -> Work:
    """Room for the lanes of one thread."""
    n, watched = program.states, len(program.watched)
    rows = [program.registers, n, n, n, n, n * (method.stages + method.extra + 1)]
    rows += [n * (3 + len(method.dense)), watched * (NODES + 1), NODES, watched * ROWS]
    rows += [1] * (len(Work._fields) - len(rows) - WHOLE - 1)
    ends = list(accumulate(max(1, count) * lanes for count in rows))
    room = aligned(ends[-1])  # vectors of 8 and more: every row starts at a cache line
    floats: list[Any] = [room[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    whole: list[Any] = [np.zeros(lanes, dtype=np.int64) for _ in range(WHOLE)]
    return Work._make([*floats, *whole, blocks_for(lanes)])


def aligned(count: int) -> Array:
    """Zeros from the start of a cache line on: a vector across two of them takes twice as long."""
    room = np.zeros(count + 8)
    start = -room.ctypes.data % 64 // 8
    return room[start : start + count]
