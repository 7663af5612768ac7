"""Auxiliary variables along trajectories, from the samples of the states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from nullcline.engine.jit import inner, outer, stamp
from nullcline.engine.lanes import blocks_for
from nullcline.engine.machine import evaluate
from nullcline.engine.points import Points
from nullcline.engine.program import program
from nullcline.engine.task import aligned, code_of
from nullcline.expression import Symbol
from nullcline.system import System
from nullcline.trajectory import Array

LANES = 32
BLOCKS = blocks_for(LANES)


def translated(
    system: System,
    values: Mapping[str, float],
    points: Points,
    outputs: Sequence[str],
    times: Array,
    samples: Array,
    translate: Callable[..., Any],
) -> Array:
    """The outputs (points, outputs, times) along the states (points, states, times) by
    this `translate` or an uncompiled form of it."""
    code = program(system, values, [Symbol(name) for name in outputs])
    given = {**points.parameters, **points.initial}
    names = [name for name in given if name in code.places]
    places = np.array([code.places[name] for name in names], dtype=np.int64)
    columns = np.empty((points.count, len(names)))
    for column, name in enumerate(names):
        columns[:, column] = given[name]
    found = np.empty((points.count, len(outputs), len(times)))
    registers = aligned(code.registers * LANES)
    translate(code_of(code), places, columns, times, samples, found, registers)
    return found


def _translator(version: int) -> Any:
    def translate(
        code: Any, places: Any, values: Any, times: Any, samples: Any, found: Any, registers: Any
    ) -> int:
        """LANES samples of one point at a time."""
        for point in range(values.shape[0]):
            for r in range(len(code.base)):
                for lane in range(LANES):
                    registers[r * LANES + lane] = code.base[r]
            for k in range(len(places)):
                for lane in range(LANES):
                    registers[places[k] * LANES + lane] = values[point, k]
            evaluate(code.prologue, registers, BLOCKS)
            for start in range(0, len(times), LANES):
                _block(code, times, samples[point], found[point], registers, start)
        return version

    return translate


@inner
def _block(code: Any, times: Any, states: Any, found: Any, registers: Any, start: int) -> None:
    width = min(LANES, len(times) - start)
    for lane in range(width):
        registers[lane] = times[start + lane]
        for i in range(code.states):
            registers[(1 + i) * LANES + lane] = states[i, start + lane]
    evaluate(code.watch, registers, BLOCKS)
    for g in range(len(code.watched)):
        ended = states[0, start] * 0.0
        for lane in range(width):
            ended = states[0, start + lane] * 0.0
            value = registers[code.watched[g] * LANES + lane]
            found[g, start + lane] = np.nan if ended != 0.0 else value


translate = outer(_translator(stamp()))
