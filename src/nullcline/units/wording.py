"""How a disagreement of units is said: which term, in which unit, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nullcline.units.measure import (
    Measure,
    dimension,
    dimension_name,
    factor,
    is_one,
    logarithm,
    over,
    spelled,
)


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, its measure, its unit as its author spelt it."""

    said: str
    measure: Measure
    text: str | None = None
    verb: str = "is"

    @property
    def size(self) -> tuple[object, ...]:
        """The dimension and the factor; equal for sides that agree."""
        return frozenset(dimension(self.measure).items()), round(logarithm(self.measure), 8)

    @property
    def unit(self) -> str:
        """The unit with the dimension in words."""
        name = dimension_name(self.measure)
        text = self.text if self.text is not None else spelled(self.measure)
        if text == "dimensionless":
            return "dimensionless"
        return f"in {text} ({name})"


def disagreement(one: Side, other: Side) -> str:
    """Two things that should have one unit; the first is the one that seems wrong."""
    text = f"{one.said} is {one.unit}, but {other.said} {other.verb} {other.unit}"
    if dimension(one.measure) != dimension(other.measure):
        return text
    return f"{text}: one dimension, in units that differ by a factor of {_ratio(one, other)}"


def _ratio(one: Side, other: Side) -> str:
    ratio = factor(over(one.measure, other.measure))
    return _number(ratio if ratio >= 1 else 1 / ratio)


def hint(one: Side, other: Side, quantities: Mapping[str, Measure]) -> str:
    """What the first would have to be multiplied or divided by to agree with the second.

    `quantities` are measures by name, among which something suitable is looked for.
    """
    if dimension(one.measure) == dimension(other.measure):
        ratio = factor(over(one.measure, other.measure))
        return _by(ratio) if ratio > 1 else f"divide it by {_number(1 / ratio)}"
    needed, inverse = over(other.measure, one.measure), over(one.measure, other.measure)
    if found := _named(needed, quantities):
        return f"multiply it by something in {spelled(needed)}, such as {found}"
    if found := _named(inverse, quantities):
        return f"divide it by something in {spelled(inverse)}, such as {found}"
    return f"it lacks a factor in {spelled(needed)}"


def _by(ratio: float) -> str:
    return f"multiply it by {_number(ratio)}"


def _named(wanted: Measure, quantities: Mapping[str, Measure]) -> str:
    same = [name for name, own in quantities.items() if is_one(over(own, wanted))]
    return _listed(same[:3])


def _listed(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _number(value: float) -> str:
    return f"{value:.6g}" if value < 1e6 else f"{value:.3g}"
