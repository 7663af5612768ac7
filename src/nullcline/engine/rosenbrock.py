# mypy: disable-error-code="untyped-decorator,no-untyped-call"
"""One step of Rodas5P for one point: matrix, stages, error, dense output, the next step."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nullcline.engine.band import Whole, factor, solve
from nullcline.engine.jit import alone
from nullcline.engine.lanes import lanes_in
from nullcline.engine.one import run
from nullcline.engine.rodas5p import DENSE, GAMMA, NODES, SLOPES, STAGES, A, C
from nullcline.trajectory import Array

SAFETY, LEAST, MOST = 0.9, 0.2, 6.0
"""The share of the step that the error allows, and how much it may change at once."""


class Slopes(NamedTuple):
    """The Jacobian as a program: which register is which entry of the matrix.

    Register 0 holds the time and the next ones the states; `clock` is one more that holds the
    time, by which the field is differentiated too, or 0. Entry k is in the register `entries[k]`
    and belongs at (rows[k], columns[k]) of the matrix, in the order of unknowns `order` (state i
    is unknown `order[i]`), which has `below` and `above` diagonals. The derivatives by time of
    the states `timed` are in the registers `drifts`. Registers `places` hold the columns `given`
    of a task.
    """

    base: Array
    prologue: NDArray[np.int32]
    code: NDArray[np.int32]
    places: Whole
    given: Whole
    entries: Whole
    rows: Whole
    columns: Whole
    clock: int
    timed: Whole
    drifts: Whole
    order: Whole
    below: int
    above: int


class Room(NamedTuple):
    """Scratch of one thread; `dense` has the shape that readers of a dense output look at.

    `first` is the field at `state`, `next` that at `end`, `drift` its derivative by time;
    `memory` has the step and error of the last step taken, and whether one was refused since.
    """

    registers: Array
    slopes: Array
    state: Array
    end: Array
    first: Array
    next: Array
    drift: Array
    inside: Array
    unknown: Array
    stages: Array
    entries: Array
    matrix: Array
    pivots: Whole
    memory: Array
    dense: Array


def room_for(states: int, registers: int, slopes: Slopes) -> Room:
    """Room for models of this size."""
    state, end, first, following, drift, inside, unknown = np.zeros((7, states))
    return Room(
        registers=np.zeros(registers),
        slopes=np.zeros(len(slopes.base)),
        state=state,
        end=end,
        first=first,
        next=following,
        drift=drift,
        inside=inside,
        unknown=unknown,
        stages=np.zeros((STAGES, states)),
        entries=np.zeros(len(slopes.entries)),
        matrix=np.zeros((states, states)),
        pivots=np.zeros(states, dtype=np.int64),
        memory=np.zeros(3),
        dense=np.zeros((1, 1)),
    )


@alone
def value(code: Any, room: Any, t: float, state: Any, found: Any) -> bool:
    """The field at a time and state, and whether all of it is finite."""
    room.registers[0] = t
    for i in range(code.states):
        room.registers[1 + i] = state[i]
    run(code.field, room.registers)
    total = 0.0
    for i in range(code.states):
        found[i] = room.registers[code.derivatives[i]]
        total += found[i] * 0.0
    return total == 0.0


@alone
def linearise(code: Any, slopes: Any, room: Any, t: float) -> None:
    """The entries of the Jacobian and the derivatives by time, at the current state.

    One that is not finite is left out: the method is less exact then, which its error shows.
    """
    registers = room.slopes
    registers[0] = registers[slopes.clock] = t
    for i in range(code.states):
        registers[1 + i] = room.state[i]
    run(slopes.code, registers)
    for k in range(len(slopes.entries)):
        found = registers[slopes.entries[k]]
        room.entries[k] = found if math.isfinite(found) else 0.0
    for k in range(len(slopes.timed)):
        found = registers[slopes.drifts[k]]
        room.drift[slopes.timed[k]] = found if math.isfinite(found) else 0.0


@alone
def tolerated(task: Any, work: Any, room: Any, i: int, size: float) -> float:
    """What an error of a state of that size is measured in; infinite where it has none yet."""
    return float(task.rtol * abs(size) + work.absolute[i * lanes_in(work)])


@alone
def begin(code: Any, task: Any, work: Any, room: Any, left: float) -> float:
    """The first step: one over which the state changes by a hundredth of its size, or in which a
    state that has none yet does not turn."""
    size, rise = 0.0, 0.0
    for i in range(code.states):
        scale = tolerated(task, work, room, i, room.state[i])
        size += (room.state[i] / scale) ** 2
        rise += (room.first[i] / scale) ** 2
    size, rise = math.sqrt(size / code.states), math.sqrt(rise / code.states)
    h = 0.01 * size / rise if size > 1e-5 and rise * task.end > 1e-5 else 1e-6 * task.end
    h = float(min(h, left))
    for i in range(code.states):
        room.inside[i] = room.state[i] + h * room.first[i]
    value(code, room, work.time[0] + h, room.inside, room.next)
    straight = 1.0
    for i in range(code.states):
        if work.absolute[i * lanes_in(work)] == np.inf:
            turn = abs(room.next[i] - room.first[i])
            if turn * straight > abs(room.first[i]) > 0.0:
                straight = abs(room.first[i]) / turn
    return float(h * straight)


@alone
def _decompose(slopes: Any, room: Any, diagonal: float) -> bool:
    """Factor diagonal * I - J; False if it is singular."""
    matrix, size = room.matrix, room.matrix.shape[0]
    for i in range(size):
        last = min(size, i + slopes.below + slopes.above + 1)
        for j in range(max(0, i - slopes.below), last):
            matrix[i, j] = 0.0
        matrix[i, i] = diagonal
    for k in range(len(slopes.entries)):
        matrix[slopes.rows[k], slopes.columns[k]] -= room.entries[k]
    return factor(matrix, room.pivots, slopes.below, slopes.above)


@alone
def stages(code: Any, slopes: Any, room: Any, t: float, h: float) -> bool:
    """The stages of a step and the state at its end; False if it cannot be made."""
    n, inside, x = code.states, room.inside, room.unknown
    if not _decompose(slopes, room, 1.0 / (GAMMA * h)):
        return False
    for s in range(STAGES):
        if s == 0:
            for i in range(n):
                room.next[i] = room.first[i]
        else:
            _gather(room, s)
            value(code, room, t + NODES[s] * h, inside, room.next)
        for i in range(n):
            total = room.next[i] + h * SLOPES[s] * room.drift[i]
            part = 0.0
            for j in range(s):
                part += C[s, j] * room.stages[j, i]
            x[slopes.order[i]] = total + part / h
        solve(room.matrix, room.pivots, slopes.below, slopes.above, x)
        for i in range(n):
            room.stages[s, i] = x[slopes.order[i]]
    finite = 0.0
    for i in range(n):
        room.end[i] = inside[i] + room.stages[STAGES - 1, i]
        finite += room.end[i] * 0.0
    return finite == 0.0


@alone
def _gather(room: Any, s: int) -> None:
    """Where stage s reads the field; the last two add the stage before to the place before."""
    for i in range(len(room.state)):
        if s >= STAGES - 2:
            room.inside[i] += room.stages[s - 1, i]
        else:
            total = room.state[i]
            for j in range(s):
                total += A[s, j] * room.stages[j, i]
            room.inside[i] = total


@alone
def error(code: Any, task: Any, work: Any, room: Any) -> float:
    """The last stage, which is the estimated error, in tolerances (root mean square)."""
    total = 0.0
    for i in range(code.states):
        size = max(abs(room.state[i]), abs(room.end[i]))
        scale = tolerated(task, work, room, i, size)
        total += (room.stages[STAGES - 1, i] / scale) ** 2
    return math.sqrt(total / code.states)


@alone
def control(room: Any, h: float, err: float) -> float:
    """The next step, by Gustafsson's predictive controller (Hairer and Wanner, IV.8)."""
    memory = room.memory
    if not err <= 1e30:
        memory[2] = 1.0
        return h * LEAST
    change = SAFETY * max(err, 1e-12) ** -0.2
    if err > 1.0:
        memory[2] = 1.0
        return float(h * max(LEAST, min(change, 0.9)))
    if memory[0] > 0.0:
        predicted = (h / memory[0]) * (memory[1] / max(err * err, 1e-24)) ** 0.2
        change = min(change, SAFETY * predicted)
    change = max(LEAST, min(change, MOST))
    if memory[2] != 0.0:
        change = min(change, 1.0)
    memory[0], memory[1], memory[2] = h, max(err, 1e-2), 0.0
    return float(h * change)


@alone
def dense(code: Any, work: Any, room: Any) -> None:
    """The dense output of the step as the coefficients that readers of samples expect:
    y + s (a + (1 - s) (b + s (c + (1 - s) d))) at the share s."""
    n, lanes = code.states, lanes_in(work)
    width = n * lanes
    for i in range(n):
        b, c, d = 0.0, 0.0, 0.0
        for j in range(STAGES):
            stage = room.stages[j, i]
            b += DENSE[0, j] * stage
            c += DENSE[1, j] * stage
            d += DENSE[2, j] * stage
        place = i * lanes
        work.dense[place] = room.end[i] - room.state[i]
        work.dense[place + width] = b
        work.dense[place + 2 * width] = c + d
        work.dense[place + 3 * width] = -d
