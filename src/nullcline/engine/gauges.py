"""What is measured of an expression while integrating: extremes, means, crossings, peaks.

Each step's dense output is read at five equally spaced places, through which a polynomial of
degree 4 is laid: integrals are Boole's (order 6), extremes and crossings are where the polynomial
has them, and an extreme's value is that of the expression itself there.
"""

from __future__ import annotations

from typing import Any

from nullcline.engine.instructions import magnitude
from nullcline.engine.jit import inner, within
from nullcline.engine.lanes import bits, lanes_in, lanes_of, load, select, splat, store
from nullcline.engine.nodes import noise_of, read, too_coarse
from nullcline.engine.stepping import clipped
from nullcline.engine.task import (
    ABOVE,
    ARMED,
    COUNT,
    CROSSINGS,
    EXTREMES,
    FIRST,
    GREATEST,
    HIGH,
    LAST,
    LEAST,
    LEVEL,
    LOW,
    MAXIMA,
    MEANS,
    NODES,
    NOW,
    PAUSE,
    PEAKS,
    REFERENCE,
    ROWS,
    SIZE,
    SPAN,
    SQUARES,
    SUM,
    TREND,
)

SIXTH = 1 / 6


@within
def measure(code: Any, method: Any, work: Any, task: Any, chosen: int, fresh: int) -> None:
    """Take one step of the chosen lanes into account; `fresh` ones have no step before it.

    A fresh lane starts (its span is negative) or comes from a jump of the equations.
    """
    began, share = load(work, work.began, 0), 1.0 / load(work, work.length, 0)
    low, high = (task.after - began) * share, (task.end - began) * share
    low, high = clipped(low, 0.0, 1.0), clipped(high, 0.0, 1.0)
    count, left = 1, chosen
    while left:  # each lane by itself: how one is cut must not depend on its neighbours
        coarse = too_coarse(code, method, work, task, left, low, high, count)
        ready, new = left & ~coarse, fresh
        width = (high - low) * (1.0 / count)
        for part in range(count if ready else 0):
            _part(code, method, work, task, ready, new, low + width * float(part), width)
            new = 0
        left, count = coarse, count * 2


@within
def _part(
    code: Any, method: Any, work: Any, task: Any, chosen: int, fresh: int, low: Any, share: Any
) -> None:
    """Take a part of the step into account, `share` of it from `low` on."""
    lanes = lanes_in(work)
    began, h = load(work, work.began, 0), load(work, work.length, 0)
    if fresh:
        read(code, method, work, NODES, low)
    for node in range(1, NODES):
        read(code, method, work, node, low + share * (0.25 * node))
    width = share * h
    for g in range(len(code.watched)):
        _begin(work, task, g, chosen, fresh)
        if task.needs[g] & MEANS:
            _sum(work, g, chosen, width)
        if task.needs[g] & EXTREMES:
            _range(work, g, chosen)
        if task.needs[g] & MAXIMA:
            _peaks(work, task, g, chosen)
        if task.needs[g] & CROSSINGS:
            _cross(work, task, g, chosen, began + low * h, width)
    for g in range(len(code.watched)):
        if task.needs[g] & EXTREMES:
            _extremes(code, method, work, g, chosen, low, share * 0.25)
    for g in range(len(code.watched)):
        place = g * (NODES + 1) * lanes
        last = load(work, work.nodes, place + (NODES - 1) * lanes)
        now = (g * ROWS + NOW) * lanes
        store(work.gauges, now, select(lanes_of(work, chosen), last, load(work, work.gauges, now)))


@within
def _keep(work: Any, g: int, row: int, chosen: int, value: Any) -> None:
    lanes = lanes_in(work)
    place = (g * ROWS + row) * lanes
    store(work.gauges, place, select(lanes_of(work, chosen), value, load(work, work.gauges, place)))


@within
def _get(work: Any, g: int, row: int) -> Any:
    lanes = lanes_in(work)
    return load(work, work.gauges, (g * ROWS + row) * lanes)


@within
def _node(work: Any, g: int, node: int) -> Any:
    lanes = lanes_in(work)
    return load(work, work.nodes, (g * (NODES + 1) + node) * lanes)


@within
def _begin(work: Any, task: Any, g: int, chosen: int, fresh: int) -> None:
    """The first node: the last one of the step before, or for a fresh lane its own."""
    lanes = lanes_in(work)
    place = g * (NODES + 1) * lanes
    own, zero = _node(work, g, NODES), splat(work, 0.0)
    before = _get(work, g, NOW)
    store(work.nodes, place, select(lanes_of(work, chosen & fresh), own, before))
    for node in range(NODES + 1 if fresh else NODES):
        size, x = _get(work, g, SIZE), magnitude(_node(work, g, node))
        _keep(work, g, SIZE, chosen, select(x > size, x, size))
    new = chosen & fresh & bits(_get(work, g, SPAN) < 0.0)
    if new:
        for row in (LEAST, GREATEST, REFERENCE, HIGH, LOW):
            _keep(work, g, row, new, own)
        for row in (SUM, SQUARES, SPAN, ABOVE, FIRST, LAST, COUNT, TREND, PEAKS, PAUSE):
            _keep(work, g, row, new, zero)
        level = _get(work, g, LEVEL)
        armed = own < level - noise_of(work, task, g, level)
        _keep(work, g, ARMED, new, select(armed, 1.0, zero))


@within
def _sum(work: Any, g: int, chosen: int, width: Any) -> None:
    """The integrals of the expression and of its square, less a first value."""
    zero = _get(work, g, REFERENCE)
    a, b, c = _node(work, g, 0) - zero, _node(work, g, 1) - zero, _node(work, g, 2) - zero
    d, e = _node(work, g, 3) - zero, _node(work, g, 4) - zero
    part = (a + e) * 7.0 + (b + d) * 32.0 + c * 12.0
    _keep(work, g, SUM, chosen, _get(work, g, SUM) + part * width / 90.0)
    part = (a * a + e * e) * 7.0 + (b * b + d * d) * 32.0 + (c * c) * 12.0
    _keep(work, g, SQUARES, chosen, _get(work, g, SQUARES) + part * width / 90.0)
    _keep(work, g, SPAN, chosen, _get(work, g, SPAN) + width)


@within
def _range(work: Any, g: int, chosen: int) -> None:
    """The extremes at the nodes."""
    least, greatest = _get(work, g, LEAST), _get(work, g, GREATEST)
    for node in range(NODES):
        x = _node(work, g, node)
        least, greatest = select(x < least, x, least), select(x > greatest, x, greatest)
    _keep(work, g, LEAST, chosen, least)
    _keep(work, g, GREATEST, chosen, greatest)


@within
def _peaks(work: Any, task: Any, g: int, chosen: int) -> None:
    """The maxima: a rise and then a fall that both exceed the noise."""
    high, low, trend = _get(work, g, HIGH), _get(work, g, LOW), _get(work, g, TREND)
    peaks = _get(work, g, PEAKS)
    for node in range(NODES):
        x = _node(work, g, node)
        noise = noise_of(work, task, g, x)
        high, low = select(x > high, x, high), select(x < low, x, low)
        falls = (x < high - noise) & (trend >= 0.0)
        peaks = select(falls & (trend > 0.0), peaks + 1.0, peaks)
        rises = (x > low + noise) & (trend <= 0.0)
        trend = select(falls, -1.0, select(rises, 1.0, trend))
        low, high = select(falls, x, low), select(rises, x, high)
    _keep(work, g, HIGH, chosen, high)
    _keep(work, g, LOW, chosen, low)
    _keep(work, g, TREND, chosen, trend)
    _keep(work, g, PEAKS, chosen, peaks)


@inner
def _cross(work: Any, task: Any, g: int, chosen: int, start: Any, width: Any) -> None:
    """Upward crossings of the level and the time above it.

    After one crossing the next counts once the expression was below the level by the noise.
    """
    level, one, zero = _get(work, g, LEVEL), splat(work, 1.0), splat(work, 0.0)
    noise = noise_of(work, task, g, level)
    for node in range(NODES - 1):
        x, y = _node(work, g, node) - level, _node(work, g, node + 1) - level
        _keep(work, g, ARMED, chosen & bits(x < zero - noise), one)
        up, down = chosen & bits((x <= 0.0) & (y > 0.0)), chosen & bits((x > 0.0) & (y <= 0.0))
        above = select((x > 0.0) & (y > 0.0), one, zero)
        if up | down:
            place = _crossing(work, g, node, level)
            rest = select(lanes_of(work, up), 1.0 - place, place)
            above = select(lanes_of(work, up | down), rest, above)
            time = start + width * ((place + float(node)) * 0.25)
            counts = up & bits(_get(work, g, ARMED) > 0.0)
            first = counts & bits(_get(work, g, COUNT) == 0.0)
            _keep(work, g, FIRST, first, time)
            pause = time - _get(work, g, LAST)
            longest = select(pause > _get(work, g, PAUSE), pause, _get(work, g, PAUSE))
            _keep(work, g, PAUSE, counts & ~first, longest)
            _keep(work, g, LAST, counts, time)
            _keep(work, g, COUNT, counts, _get(work, g, COUNT) + one)
            _keep(work, g, ARMED, counts, zero)
        _keep(work, g, ABOVE, chosen, _get(work, g, ABOVE) + above * width * 0.25)


@within
def _crossing(work: Any, g: int, node: int, level: Any) -> Any:
    """Where between two nodes (0 to 1) the polynomial has the level, by Newton's method."""
    x, y = _node(work, g, node) - level, _node(work, g, node + 1) - level
    place = clipped(x / (x - y), 0.0, 1.0)
    a, b, c = _node(work, g, 0), _node(work, g, 1), _node(work, g, 2)
    d, e = _node(work, g, 3), _node(work, g, 4)
    p, q, r = b - a, c - b, d - c
    second, third = q - p, r - q - (q - p)
    fourth = (e - d - r) - (r - q) - third
    for _ in range(4):
        s = place + float(node)
        value = s * (s - 1.0)
        found = a - level + s * p + value * (second * 0.5)
        slope = p + (s + s - 1.0) * (second * 0.5)
        found = found + value * (s - 2.0) * (third * SIXTH)
        slope = slope + ((3.0 * s - 6.0) * s + 2.0) * (third * SIXTH)
        found = found + value * (s - 2.0) * (s - 3.0) * (fourth * (0.25 * SIXTH))
        slope = slope + (((4.0 * s - 18.0) * s + 22.0) * s - 6.0) * (fourth * (0.25 * SIXTH))
        better = place - found / slope
        inside = (better >= 0.0) & (better <= 1.0)
        place = select(inside, better, place)
    return place


@inner
def _extremes(
    code: Any, method: Any, work: Any, g: int, chosen: int, low: Any, quarter: Any
) -> None:
    """The extremes between nodes: where the slope of the polynomial turns, if it goes beyond
    those so far; what is kept is the value of the expression itself there."""
    lanes = lanes_in(work)
    a, b, c = _node(work, g, 0), _node(work, g, 1), _node(work, g, 2)
    d, e = _node(work, g, 3), _node(work, g, 4)
    p, q, r = b - a, c - b, d - c
    second, third = q - p, r - q - (q - p)
    fourth = (e - d - r) - (r - q) - third
    for node in range(NODES):
        slope = _slope(p, second, third, fourth, splat(work, float(node)))
        store(work.turns, node * lanes, slope)
    s = splat(work, 0.0)
    for node in range(NODES - 1):
        x, y = load(work, work.turns, node * lanes), load(work, work.turns, (node + 1) * lanes)
        turns = chosen & bits(x * y < 0.0)
        if turns:
            place = clipped(x / (x - y), 0.0, 1.0)
            for _ in range(2):
                middle = _slope(p, second, third, fourth, place + float(node))
                after = place + (1.0 - place) * (middle / (middle - y))
                before = place * (x / (x - middle))
                place = clipped(select(x * middle > 0.0, after, before), 0.0, 1.0)
            s = place + float(node)
            guess = a + s * (p + (s - 1.0) * (second * 0.5))
            cubic = s * (s - 1.0) * (s - 2.0)
            guess = guess + cubic * (third * SIXTH + (s - 3.0) * (fourth * (0.25 * SIXTH)))
            beyond = (guess > _get(work, g, GREATEST)) | (guess < _get(work, g, LEAST))
            turns &= bits(beyond)
        if turns:
            read(code, method, work, NODES, low + quarter * s)
            found = _node(work, g, NODES)
            least, greatest = _get(work, g, LEAST), _get(work, g, GREATEST)
            _keep(work, g, LEAST, turns, select(found < least, found, least))
            _keep(work, g, GREATEST, turns, select(found > greatest, found, greatest))


@inner
def _slope(p: Any, second: Any, third: Any, fourth: Any, s: Any) -> Any:
    """The slope of the polynomial through five nodes, at s (0 to 4), from its differences."""
    total = p + (s + s - 1.0) * (second * 0.5)
    total = total + ((3.0 * s - 6.0) * s + 2.0) * (third * SIXTH)
    return total + (((4.0 * s - 18.0) * s + 22.0) * s - 6.0) * (fourth * (0.25 * SIXTH))
