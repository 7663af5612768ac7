"""One step of an explicit Runge-Kutta method for many points at once, each with its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.engine.calls import FIELD, STEP, call_section, call_step
from nullcline.engine.instructions import exponent, magnitude, mantissa, root, shifted
from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import lanes_in, load, select, splat, store
from nullcline.engine.machine import evaluate

LOG2 = 0.6931471805599453
LOGARITHM = (
    *(-1.9367597429416812, 3.5140872969985373, -2.4400297626119785),
    *(1.1160900268305953, -0.2838268477815075, 0.030449004538586698),
)
"""The polynomial that comes closest to the logarithm from 1 to 2."""


@within
def slopes(code: Any, work: Any, time: Any, row: int) -> None:
    """The derivatives at the states in the registers, into one row of slopes."""
    lanes = lanes_in(work)
    store(work.registers, 0, time)
    n, kernel = code.states, code.kernels[FIELD]
    if kernel != 0:
        call_section(kernel, work.registers, work.slopes, row * n * lanes, lanes)
        return
    evaluate(code.field, work.registers, work.blocks)
    for i in range(n):
        found = load(work, work.registers, code.derivatives[i] * lanes)
        store(work.slopes, (row * n + i) * lanes, found)


@within
def stage(code: Any, method: Any, work: Any, row: int, h: Any) -> None:
    """The states of one stage, into the registers."""
    lanes = lanes_in(work)
    n, first, last = code.states, method.start[row], method.start[row + 1]
    for i in range(n):
        total = (
            load(work, work.slopes, (method.column[first] * n + i) * lanes) * method.weight[first]
        )
        for k in range(first + 1, last):
            slope = load(work, work.slopes, (method.column[k] * n + i) * lanes)
            total = total + slope * method.weight[k]
        store(work.registers, (1 + i) * lanes, load(work, work.states, i * lanes) + h * total)


@within
def stages(code: Any, method: Any, work: Any, t: Any, h: Any) -> None:
    """All stages of a step of length `work.step` from `work.time`, and its end (states and
    slopes)."""
    lanes, kernel = lanes_in(work), code.kernels[STEP]
    if kernel != 0:
        call_step(kernel, work)
        return
    for row in range(1, method.stages + 1):
        stage(code, method, work, row, h)
        if row == method.stages:
            for i in range(code.states * lanes):
                work.ends[i] = work.registers[lanes + i]
        slopes(code, work, t + h * method.times[row], row)


@within
def error(code: Any, method: Any, work: Any, h: Any, rtol: float) -> Any:
    """The mean square of the step's error over the states, 1 being what is allowed."""
    lanes = lanes_in(work)
    n, width = code.states, method.error.shape[1]
    first, second = splat(work, 0.0), splat(work, 0.0)
    for i in range(n):
        x, y = load(work, work.states, i * lanes), load(work, work.ends, i * lanes)
        scale = 1.0 / tolerated(work, i, x, y, rtol)
        e = load(work, work.slopes, i * lanes) * method.error[0, 0]
        for k in range(1, method.stages + 1):
            e = e + load(work, work.slopes, (k * n + i) * lanes) * method.error[0, k]
        e = e * scale
        first = first + e * e
        if width > 7:
            f = splat(work, 0.0)
            for k in range(method.stages + 1):
                f = f + load(work, work.slopes, (k * n + i) * lanes) * method.error[1, k]
            f = f * scale
            second = second + f * f
    size = h * h * (1.0 / n)
    if width > 7:
        whole = first + second * 0.01
        return size * select(whole == 0.0, 0.0, first * (first / whole))
    return size * first


@inner
def tolerated(work: Any, i: int, x: Any, y: Any, rtol: float) -> Any:
    """What an error of a state is measured in, between two of its values; infinite where it has
    no size yet."""
    x, y = magnitude(x), magnitude(y)
    return select(x > y, x, y) * rtol + load(work, work.absolute, i * lanes_in(work))


@inner
def power(x: Any, exponents: float) -> Any:
    """x to a power, for positive x; right to four digits, which is plenty for a step's length."""
    return rough_exp(logarithm(x) * exponents)


@inner
def logarithm(x: Any) -> Any:
    """The natural logarithm of positive normal numbers, to 2e-5: a polynomial of the mantissa."""
    m = mantissa(x)
    p = m * LOGARITHM[5] + LOGARITHM[4]
    p = p * m + LOGARITHM[3]
    p = p * m + LOGARITHM[2]
    p = p * m + LOGARITHM[1]
    return exponent(x) * LOG2 + (p * m + LOGARITHM[0])


@inner
def rough_exp(x: Any) -> Any:
    """e**x to 1e-5 for x between -600 and 600."""
    magic = 6755399441055744.0
    whole = x * (1 / LOG2) + magic
    r = x - (whole - magic) * LOG2
    p = (r * (1 / 120) + 1 / 24) * r + 1 / 6
    p = ((p * r + 0.5) * r + 1.0) * r + 1.0
    return p * shifted(whole)


@inner
def clipped(x: Any, low: float, high: float) -> Any:
    """x between two numbers; `low` for NaN."""
    x = select(x > low, x, low)
    return select(x < high, x, high)


@within
def stretch(code: Any, method: Any, work: Any, h: Any, rtol: float) -> Any:
    """|h lambda| of a step, from its two evaluations at the step's end (Hairer and Wanner), each
    state in its tolerances."""
    lanes = lanes_in(work)
    n, row = code.states, method.stages + method.extra + 1
    change, apart = splat(work, 0.0), splat(work, 0.0)
    for i in range(n):
        total = splat(work, 0.0)
        for k in range(method.start[row], method.start[row + 1]):
            slope = load(work, work.slopes, (method.column[k] * n + i) * lanes)
            total = total + slope * method.weight[k]
        x, y = load(work, work.states, i * lanes), load(work, work.ends, i * lanes)
        scale = 1.0 / tolerated(work, i, x, y, rtol)
        total = total * h * scale
        last = load(work, work.slopes, ((method.stages - 1) * n + i) * lanes)
        rise = (load(work, work.slopes, (method.stages * n + i) * lanes) - last) * scale
        change, apart = change + rise * rise, apart + total * total
    return magnitude(h) * root(change / apart)


@within
def interpolant(code: Any, method: Any, work: Any, t: Any, h: Any, whole: int) -> None:
    """The coefficients of the dense output of a step, into `work.dense`: those of the states
    that are watched, and of the others where `whole` is not 0."""
    lanes = lanes_in(work)
    n, width = code.states, method.error.shape[1]
    for extra in range(method.extra):
        row = method.stages + 1 + extra
        stage(code, method, work, row, h)
        slopes(code, work, t + h * method.times[row], row)
    for place in range(n if whole else len(code.sources)):
        i = place if whole else np.int64(code.sources[place])
        before, after = load(work, work.states, i * lanes), load(work, work.ends, i * lanes)
        first = load(work, work.slopes, i * lanes)
        last = load(work, work.slopes, (method.stages * n + i) * lanes)
        rise = after - before
        store(work.dense, i * lanes, rise)
        store(work.dense, (n + i) * lanes, h * first - rise)
        store(work.dense, (2 * n + i) * lanes, (rise + rise) - h * (last + first))
        for c in range(method.dense.shape[0]):
            total = splat(work, 0.0)
            for k in range(width):
                slope = load(work, work.slopes, (k * n + i) * lanes)
                total = total + slope * method.dense[c, k]
            store(work.dense, ((3 + c) * n + i) * lanes, total * h)


@within
def between(code: Any, method: Any, work: Any, share: Any) -> None:
    """The states that are watched, at a share (0 to 1) of the step, into the registers."""
    lanes = lanes_in(work)
    n, rest = code.states, 1.0 - share
    for source in range(len(code.sources)):
        i = np.int64(code.sources[source])
        last = 2 + method.dense.shape[0]
        found = load(work, work.dense, (last * n + i) * lanes)
        for c in range(last, 0, -1):
            further = load(work, work.dense, ((c - 1) * n + i) * lanes)
            found = found * (share if c % 2 == 0 else rest) + further
        store(work.registers, (1 + i) * lanes, load(work, work.states, i * lanes) + found * share)
