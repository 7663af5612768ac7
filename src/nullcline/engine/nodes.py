"""Where a step is read for features: at five places, or in parts where those are too few."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.calls import WATCH, call_section
from nullcline.engine.instructions import magnitude
from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import bits, lanes_in, lanes_of, load, select, splat, store
from nullcline.engine.machine import evaluate
from nullcline.engine.stepping import between
from nullcline.engine.task import NODES, ROWS, SIZE

NOISE = 10.0
"""Rises smaller than so many tolerances are no oscillation."""
FINE = 256.0
"""No part of a step is longer than this share of what is measured, however smooth the states."""
OUTER, INNER = (35.0, 140.0, -70.0, 28.0, -5.0), (-5.0, 60.0, 90.0, -20.0, 3.0)
"""128 times the weights of five nodes, for half way from the first to the second, and from there
to the third (Lagrange)."""
MOST = 64
"""Into how many parts a step is cut at most, unless it is that long."""


@within
def read(code: Any, method: Any, work: Any, node: int, share: Any) -> None:
    """Every watched expression at a share of the step, into one of the nodes."""
    between(code, method, work, share)
    look(code, work, node, load(work, work.began, 0) + load(work, work.length, 0) * share)


@within
def look(code: Any, work: Any, node: int, time: Any) -> None:
    """Every watched expression at the states in the registers, into one of the nodes."""
    lanes = lanes_in(work)
    store(work.registers, 0, time)
    kernel = code.kernels[WATCH]
    if kernel != 0:
        start, stride = node * lanes, (NODES + 1) * lanes
        call_section(kernel, work.registers, work.nodes, start, stride)
        return
    if len(code.watch):
        evaluate(code.watch, work.registers, work.blocks)
    for g in range(len(code.watched)):
        found = load(work, work.registers, code.watched[g] * lanes)
        store(work.nodes, (g * (NODES + 1) + node) * lanes, found)


@within
def follow(code: Any, work: Any, task: Any, chosen: int) -> None:
    """The sizes of what is measured, before it is measured too: at the end of each step."""
    if task.share == 0.0 or not chosen & bits(load(work, work.time, 0) <= task.after):
        return
    lanes = lanes_in(work)
    for source in range(len(code.sources)):
        i = np.int64(code.sources[source])
        store(work.registers, (1 + i) * lanes, load(work, work.ends, i * lanes))
    look(code, work, NODES, load(work, work.time, 0))
    for g in range(len(code.watched)):
        place = (g * ROWS + SIZE) * lanes
        x = magnitude(load(work, work.nodes, (g * (NODES + 1) + NODES) * lanes))
        size = load(work, work.gauges, place)
        store(work.gauges, place, select(lanes_of(work, chosen) & (x > size), x, size))


@inner
def noise_of(work: Any, task: Any, g: int, value: Any) -> Any:
    """How far a value of a gauge may rise or fall without meaning it."""
    size = load(work, work.gauges, (g * ROWS + SIZE) * lanes_in(work))
    return (magnitude(value) * task.rtol + (size * task.share + task.atol)) * NOISE


@within
def too_coarse(
    code: Any, method: Any, work: Any, task: Any, chosen: int, low: Any, high: Any, count: int
) -> int:
    """The lanes whose step needs more than `count` parts: none where states alone are measured
    and their dense output is a quartic, else those that show more than one in some part."""
    if not task.curved:
        return 0
    length = (high - low) * load(work, work.length, 0)
    coarse: int = chosen & bits(length > (task.end - task.after) * count / FINE)
    if count < MOST and chosen & ~coarse:
        coarse |= _rough(code, method, work, task, chosen & ~coarse, low, high, count)
    return coarse


@within
def _rough(
    code: Any, method: Any, work: Any, task: Any, chosen: int, low: Any, high: Any, count: int
) -> int:
    """The lanes where an expression leaves, by more than the noise, the polynomial of a part."""
    share, rough = (high - low) * (1.0 / count), 0
    for part in range(count):
        start = low + share * float(part)
        for node in range(NODES):
            read(code, method, work, node, start + share * (0.25 * node))
        for node in range(NODES - 1):
            read(code, method, work, NODES, start + share * (0.25 * node + 0.125))
            for g in range(len(code.watched)):
                rough |= chosen & _apart(work, task, g, node)
        if rough == chosen:
            break
    return rough


@within
def _apart(work: Any, task: Any, g: int, node: int) -> int:
    """The lanes where what was read midway between two nodes is not on the polynomial."""
    lanes = lanes_in(work)
    place = g * (NODES + 1) * lanes
    found = load(work, work.nodes, place + NODES * lanes)
    apart = magnitude(found - _middle(work, place, node))
    size = noise_of(work, task, g, found)
    for other in range(NODES):
        beside = noise_of(work, task, g, load(work, work.nodes, place + other * lanes))
        size = select(beside > size, beside, size)
    rough: int = bits(apart > size)
    return rough


@within
def _middle(work: Any, place: int, node: int) -> Any:
    """The polynomial through the five nodes, midway between a node and the next."""
    lanes = lanes_in(work)
    outer = node == 0 or node == NODES - 2
    total = splat(work, 0.0)
    for k in range(NODES):
        weight = OUTER[k if node < 2 else NODES - 1 - k]
        if not outer:
            weight = INNER[k if node < 2 else NODES - 1 - k]
        total = total + load(work, work.nodes, place + k * lanes) * (weight / 128.0)
    return total
