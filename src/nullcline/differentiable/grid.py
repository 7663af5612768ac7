"""Features of a quantity from its values at equally spaced times, in JAX."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

CELLS = 4000
"""How many cells the time between the transient and the end has at least."""
NOISE = 10.0
"""Rises smaller than so many tolerances are no oscillation."""


def measured(
    kinds: tuple[tuple[str, float | None], ...], x: Any, times: Any, start: Any, pace: Any
) -> Any:
    """These features (kind, level) of one quantity x at the times (an odd number), shape (kinds,).

    `start` is what it is at the start of the run: its tolerance is that of a state of its size.

    Extremes lie on the quartic through five values, crossings on the cubic through four, and
    integrals are Simpson's.
    """
    width, size = times[1] - times[0], jnp.maximum(jnp.max(jnp.abs(x)), jnp.abs(start))
    size = jnp.where(jnp.isfinite(size), size, 0.0)
    pace = pace._replace(atol=jnp.where(pace.share > 0.0, pace.share * size, pace.atol))
    found = [_value(kind, level, x, times[0], width, pace) for kind, level in kinds]
    return jnp.stack(found)


def _value(kind: str, level: float | None, x: Any, start: Any, width: Any, pace: Any) -> Any:
    match kind:
        case "minimum":
            return -greatest(-x)
        case "maximum":
            return greatest(x)
        case "amplitude":
            return greatest(x) + greatest(-x)
        case "final":
            return x[-1]
        case "mean":
            return mean(x)
        case "std":
            return jnp.sqrt(mean(jnp.square(x - mean(x))))
        case "maxima":
            return peaks(x, pace.atol, pace.rtol)
    middle = (greatest(x) - greatest(-x)) / 2 if level is None else jnp.asarray(level)
    if kind == "time_above":
        return above(x, middle) * width
    period = width * between(x, middle, pace.atol, pace.rtol)
    return period if kind == "period" else 1 / period


def mean(x: Any) -> Any:
    """The mean over time by Simpson's rule."""
    total = x[0] + x[-1] + 4 * jnp.sum(x[1::2]) + 2 * jnp.sum(x[2:-1:2])
    return total / (3 * (len(x) - 1))


def greatest(x: Any) -> Any:
    """The greatest value: that of the quartic through the five values around the greatest one."""
    top = jnp.argmax(x)
    first = jnp.clip(top - 2, 0, len(x) - 5)
    a, b, c, d, e = (x[first + k] for k in range(5))
    ahead = (b - a, (c - 2 * b + a) / 2, (d - 3 * c + 3 * b - a) / 6)
    last = (e - 4 * d + 6 * c - 4 * b + a) / 24
    at = (top - first).astype(x.dtype)
    low, high = jnp.maximum(at - 1, 0.0), jnp.minimum(at + 1, 4.0)

    def slope(s: Any) -> Any:
        second = ahead[1] * (2 * s - 1) + ahead[2] * ((3 * s - 6) * s + 2)
        return ahead[0] + second + last * (((4 * s - 18) * s + 22) * s - 6)

    def halved(_: Any, ends: Any) -> Any:
        half = (ends[0] + ends[1]) / 2
        rising = slope(half) > 0
        return jnp.where(rising, half, ends[0]), jnp.where(rising, ends[1], half)

    # the slope falls through 0 at a maximum between the neighbours
    low, high = lax.fori_loop(0, 40, halved, (low, high))
    s = (low + high) / 2
    value = a + s * (ahead[0] + (s - 1) * (ahead[1] + (s - 2) * (ahead[2] + (s - 3) * last)))
    return jnp.maximum(value, x[top])


def places(x: Any, level: Any) -> Any:
    """Where in each cell (0 to 1) the quantity has the level, if it lies between the cell's ends:
    on the cubic through the four values around."""
    y = x - level
    left, right = y[:-1], y[1:]
    before = jnp.concatenate([3 * y[:1] - 3 * y[1:2] + y[2:3], y[:-2]])
    after = jnp.concatenate([y[2:], 3 * y[-1:] - 3 * y[-2:-1] + y[-3:-2]])
    third = (after - before) / 6 + (left - right) / 2
    second = (right + before) / 2 - left
    first = right - left - second - third
    place = jnp.clip(jnp.where(left == right, 0.0, left / (left - right)), 0.0, 1.0)
    for _ in range(4):
        value = left + place * (first + place * (second + place * third))
        better = place - value / (first + place * (2 * second + 3 * place * third))
        place = jnp.where((better >= 0) & (better <= 1), better, place)
    return place


def above(x: Any, level: Any) -> Any:
    """The time above the level, in cells."""
    left, right, place = x[:-1] > level, x[1:] > level, places(x, level)
    part = jnp.where(left, place, 1 - place)
    return jnp.sum(jnp.where(left & right, 1.0, jnp.where(left | right, part, 0.0)))


def between(x: Any, level: Any, atol: Any, rtol: Any) -> Any:
    """The mean time between upward crossings, in cells; NaN where fewer than two.

    After one crossing the next counts once the quantity was below the level by the noise.
    """
    noise = NOISE * (atol + rtol * jnp.abs(level))
    cells = jnp.arange(len(x) - 1)
    up = (x[:-1] <= level) & (x[1:] > level)
    below = lax.cummax(jnp.where(x[:-1] < level - noise, cells, -1))
    previous = lax.cummax(jnp.where(up, cells, -1))
    previous = jnp.concatenate([jnp.full(1, -1), previous[:-1]])
    counts = up & (below > previous)
    at = cells + places(x, level)
    count = jnp.sum(counts)
    first = jnp.min(jnp.where(counts, at, jnp.inf))
    last = jnp.max(jnp.where(counts, at, -jnp.inf))
    return jnp.where(count > 1, (last - first) / jnp.maximum(count - 1, 1), jnp.nan)


def peaks(x: Any, atol: Any, rtol: Any) -> Any:
    """The number of maxima: rises and then falls that both exceed the noise."""

    def step(carry: Any, value: Any) -> Any:
        high, low, trend, count = carry
        noise = NOISE * (atol + rtol * jnp.abs(value))
        high, low = jnp.maximum(high, value), jnp.minimum(low, value)
        falls = (value < high - noise) & (trend >= 0)
        count = jnp.where(falls & (trend > 0), count + 1, count)
        rises = (value > low + noise) & (trend <= 0)
        trend = jnp.where(falls, -1.0, jnp.where(rises, 1.0, trend))
        return (jnp.where(rises, value, high), jnp.where(falls, value, low), trend, count), None

    zero = jnp.zeros_like(x[0])
    return lax.scan(step, (x[0], x[0], zero, zero), x)[0][3]
