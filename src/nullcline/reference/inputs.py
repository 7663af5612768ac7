"""The times at which the equations jump, bend or peak by the time alone, found as a run goes on.

Every step that depends on the time and on no state is known on a window of the run by its knots:
times between which it is continuous and monotone. They are found from the time outwards: where its
argument, monotone between its own knots, takes the values at which a function turns or jumps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np

from nullcline.expression import OPERATIONS
from nullcline.reference.knots import (
    Function,
    changes,
    crossings,
    extrema,
    joined,
    jumps,
    levels,
    refined,
    zeros,
)
from nullcline.reference.steps import Step, Steps
from nullcline.trajectory import Array

MOST_KNOTS = 20_000
"""A window that has more is halved."""
SHORTEST = 1e-12
"""No window is shorter, as a share of the run."""
NARROW = 8.0
"""From this power on, a peak of the base is worth a start anew."""

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
STEEP = frozenset({"sigmoid", "tanh", "erf", "erfc", "atan"})
GROWING = frozenset({"exp", "expm1", "sinh", "cosh"})
TURNS = {"sin": 0.5, "cos": 0.0, "tan": 0.5}
"""By how much of pi the places at which they turn, or jump, are shifted."""


class TooMany(Exception):
    """A window has more knots than it may have."""


class Inputs:
    """The steps of a System that depend on the time alone, for given parameters and inputs."""

    def __init__(self, steps: Steps, values: Mapping[str, float]) -> None:
        self.steps, self.timed = steps.steps, sorted(steps.timed)
        self.fixed: dict[int, Any] = {}
        needed = self._behind(self.timed) - steps.timed
        with np.errstate(all="ignore"):
            for number in sorted(needed):
                self.fixed[number] = self._meaning(number, self.fixed, values)
        self.cones = {number: sorted(self._behind([number]) & steps.timed) for number in self.timed}

    def _behind(self, numbers: list[int]) -> set[int]:
        found, stack = set[int](), list(numbers)
        while stack:
            number = stack.pop()
            if number not in found:
                found.add(number)
                stack.extend(self.steps[number].arguments)
        return found

    def _meaning(self, number: int, known: Mapping[int, Any], values: Mapping[str, Any]) -> Any:
        step = self.steps[number]
        if step.operation == "number":
            return np.float64(step.of)
        if step.operation == "name":
            return np.float64(values[str(step.of)])
        return OPERATIONS[step.operation].meaning(*(known[each] for each in step.arguments))

    def function(self, number: int) -> Function:
        """A step as a function of an array of times."""

        def value(times: Array) -> Array:
            if number in self.fixed:
                return np.full(np.shape(times), self.fixed[number])
            known = dict(self.fixed)
            with np.errstate(all="ignore"):
                for each in self.cones[number]:
                    timed = self.steps[each].operation == "time"
                    known[each] = times if timed else self._meaning(each, known, {})
            return np.broadcast_to(np.asarray(known[number], dtype=float), np.shape(times))

        return value

    def breaks(self, end: float) -> Iterator[tuple[float, float]]:
        """In order, each jump as the last time before and the first time after it, up to the end.

        A window has as many knots as can be held; a run has as many windows as it needs. Raises
        TooMany where the inputs change faster than times can be told apart.
        """
        if not any(self.steps[number].operation != "time" for number in self.timed):
            return
        start, length, last = 0.0, end, -1.0
        for index in count(1):
            stop = start + length if start + length < end * (1 - 1e-9) else end
            try:
                found = _Window(self, start, stop).breaks()
            except TooMany:
                length /= 2
                if length < SHORTEST * end:
                    raise
                continue
            for low, high in found:
                if last < low < end:
                    yield low, high
                    last = high
            start = stop
            if start >= end:
                return
            if index % 8 == 0:
                length *= 2


class _Window:
    """The knots of every timed step from `start` to `end`, and which of them are breaks."""

    def __init__(self, inputs: Inputs, start: float, end: float) -> None:
        self.inputs, self.ends = inputs, np.array([start, end])
        self.knots: dict[int, Array] = {}
        self.found: list[tuple[Array, Array]] = []

    def breaks(self) -> list[tuple[float, float]]:
        for number in self.inputs.timed:
            knots = self._knots(number, self.inputs.steps[number])
            if len(knots) > MOST_KNOTS:
                raise TooMany
            self.knots[number] = knots
        if not self.found:
            return []
        low, high = (np.concatenate(side) for side in zip(*self.found, strict=True))
        return _apart(low, high)

    def _break(self, pairs: tuple[Array, Array]) -> tuple[Array, Array]:
        self.found.append(pairs)
        return pairs

    def _peaks(self, number: int) -> None:
        """Start anew where this step has an extremum."""
        if number in self.knots:
            peaks = extrema(self.inputs.function(number), self.knots[number])
            self._break((peaks, peaks))

    def _knots(self, number: int, step: Step) -> Array:
        if step.operation == "time":
            return self.ends
        timed = [each for each in step.arguments if each in self.knots]
        knots = joined(self.ends, *(self.knots[each] for each in timed))
        if step.operation in COMPARISONS or step.operation in ("min", "max"):
            return self._compared(number, step, knots, both=len(timed) > 1)
        if step.operation in ("floor", "ceil", "mod"):
            return self._rounded(number, step, knots)
        if step.operation in TURNS:
            return self._turning(step, knots)
        if len(step.arguments) == 1:
            return self._one(step, knots)
        if len(step.arguments) == 2 and step.operation not in ("and", "or"):
            return self._two(number, step, knots, both=len(timed) > 1)
        return knots

    def _compared(self, number: int, step: Step, knots: Array, both: bool) -> Array:
        """Where a comparison changes, or the smaller of two is the other."""
        left, right = map(self.inputs.function, step.arguments)

        def apart(times: Array) -> Array:
            with np.errstate(all="ignore"):
                found: Array = left(times) - right(times)
            return found

        if both:
            knots = refined(apart, knots)
        truth = self.inputs.function(number) if step.operation in COMPARISONS else None
        pairs = self._break(changes(truth or (lambda times: np.sign(apart(times))), knots))
        return joined(knots, *pairs)

    def _rounded(self, number: int, step: Step, knots: Array) -> Array:
        """The jumps of floor, ceil and mod: where the argument, or the quotient, is whole."""
        first, *divisor = map(self.inputs.function, step.arguments)

        def whole(times: Array) -> Array:
            with np.errstate(all="ignore"):
                found = first(times) / divisor[0](times) if divisor else first(times)
            return np.asarray(found, dtype=float)

        if len([each for each in step.arguments if each in self.knots]) > 1:
            knots = refined(whole, knots)
        low, high = self._levels(whole, knots, 1.0, 0.0)
        if len(low):
            low, high = jumps(self.inputs.function(number), low, high)
        self._break((low, high))
        return joined(knots, low, high)

    def _levels(
        self, function: Function, knots: Array, apart: float, shift: float
    ) -> tuple[Array, Array]:
        brackets = levels(function, knots, apart, shift, MOST_KNOTS)
        if brackets is None:
            raise TooMany
        return crossings(function, *brackets)

    def _turning(self, step: Step, knots: Array) -> Array:
        argument = self.inputs.function(step.arguments[0])
        pairs = self._levels(argument, knots, np.pi, TURNS[step.operation] * np.pi)
        if step.operation == "tan":
            self._break(pairs)
        return joined(knots, *pairs)

    def _one(self, step: Step, knots: Array) -> Array:
        operation, number = step.operation, step.arguments[0]
        argument = self.inputs.function(number)
        if operation in STEEP or operation in ("abs", "sign", "heaviside", "cosh"):
            pairs = zeros(argument, knots)
            if operation != "cosh":
                self._break(pairs)
            knots = joined(knots, *pairs)
        if operation in GROWING:
            self._peaks(number)
        return knots

    def _two(self, number: int, step: Step, knots: Array, both: bool) -> Array:
        first, second = step.arguments
        if step.operation in ("/", "**"):
            knots = self._steep(step, first, second, knots)
        if both:
            knots = refined(self.inputs.function(number), knots)
        return knots

    def _steep(self, step: Step, first: int, second: int, knots: Array) -> Array:
        """Poles, and the peaks that a division or a power makes narrow."""
        if step.operation == "/" and second in self.knots:
            self._peaks(second)
            return joined(knots, *self._break(zeros(self.inputs.function(second), knots)))
        if step.operation == "**":
            self._peaks(second)
            power = abs(float(self.inputs.fixed.get(second, np.inf)))
            if power >= NARROW:
                self._peaks(first)
            if first in self.knots:
                pairs = zeros(self.inputs.function(first), knots)
                if power < 1 or power % 1:
                    self._break(pairs)
                return joined(knots, *pairs)
        return knots


def _apart(low: Array, high: Array) -> list[tuple[float, float]]:
    """The same in order, those that touch joined to one."""
    order = np.argsort(low)
    low, high = low[order], np.maximum.accumulate(high[order])
    if not len(low):
        return []
    first = np.append(True, low[1:] > high[:-1] + 4 * np.spacing(high[:-1]))
    last = np.append(first[1:], True)
    return list(zip(low[first].tolist(), high[last].tolist(), strict=True))
