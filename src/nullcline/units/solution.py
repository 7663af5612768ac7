"""Which unknown units follow from what was equated: linear algebra over their exponents."""

from __future__ import annotations

from fractions import Fraction

from nullcline.units.measure import Measure, Unknown, is_one, over, times, unknowns

PREFERRED = ("argument", "zero", "number")
"""The kinds of unknown that an equation is solved for first, the others coming last."""


class Solution:
    """Values of unknowns, each a measure of known units and of unknowns that stay free."""

    def __init__(self) -> None:
        self.values: dict[Unknown, Measure] = {}
        self.origins: dict[Unknown, str] = {}

    def resolve(self, measure: Measure) -> Measure:
        """The measure with everything put in that is known by now."""
        while solved := [key for key in unknowns(measure) if key in self.values]:
            for key in solved:
                power = measure[key]
                without = {other: own for other, own in measure.items() if other is not key}
                value = self.values[key] = self._compressed(self.values[key])
                measure = times(without, value, power)
        return measure

    def _compressed(self, value: Measure) -> Measure:
        return self.resolve(value) if any(key in self.values for key in unknowns(value)) else value

    def equate(self, one: Measure, other: Measure, origin: str) -> bool:
        """Let two measures be equal; False where that contradicts what is known."""
        quotient = self.resolve(over(one, other))
        free = unknowns(quotient)
        if not free:
            return is_one(quotient)
        chosen = min(free, key=_rank)
        rest = {key: own for key, own in quotient.items() if key is not chosen}
        self.values[chosen] = times({}, rest, Fraction(-1) / quotient[chosen])
        self.origins[chosen] = origin
        return True


def _rank(unknown: Unknown) -> int:
    if unknown.kind in PREFERRED:
        return PREFERRED.index(unknown.kind)
    return len(PREFERRED)
