"""What a quantity is measured in: a product of UCUM codes and of unknowns, to some powers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from nullcline.errors import Path
from nullcline.units.magnitude import magnitude
from nullcline.units.reading import canonical

LARGEST = 10**6
"""The largest power, and the largest denominator of one, that is followed."""
CLOSE = 1e-9
"""Two factors whose decimal logarithms differ by less are equal."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """A unit that nobody declared: of a quantity, of a number in an equation, of an argument."""

    kind: str
    name: str
    path: Path = ()


Measure = Mapping[Any, Fraction]
"""Powers by UCUM code or Unknown; {} is a plain number."""
PLAIN: Measure = {}


class BeyondError(Exception):
    """Powers or equations that outgrow what is followed."""


def times(one: Measure, other: Measure, power: Fraction = Fraction(1)) -> dict[Any, Fraction]:
    """The product of one and of another to a power."""
    found = dict(one)
    for key, own in other.items():
        found[key] = found.get(key, Fraction(0)) + own * power
        if not found[key]:
            del found[key]
        elif abs(found[key]) > LARGEST or found[key].denominator > LARGEST:
            raise BeyondError
    return found


def over(one: Measure, other: Measure) -> dict[Any, Fraction]:
    """The quotient."""
    return times(one, other, Fraction(-1))


def unknowns(measure: Measure) -> list[Unknown]:
    """The unknowns in a measure, as they come."""
    return [key for key in measure if isinstance(key, Unknown)]


def dimension(measure: Measure) -> dict[str, Fraction]:
    """The exponents of the SI base units; unknowns are left out."""
    found: dict[str, Fraction] = {}
    for code, power in measure.items():
        if isinstance(code, str) and (known := magnitude(code)):
            found = times(found, known[1], power)
    return found


def logarithm(measure: Measure) -> float:
    """The decimal logarithm of the factor to SI base units."""
    sizes = ((magnitude(code), power) for code, power in measure.items() if isinstance(code, str))
    return math.fsum(float(power) * _log(known[0]) for known, power in sizes if known)


def _log(factor: Fraction) -> float:
    return math.log10(factor.numerator) - math.log10(factor.denominator)


def factor(measure: Measure) -> float:
    """How many SI base units it is, with the digits of a logarithm rounded away."""
    return float(f"{10.0 ** max(-300.0, min(300.0, logarithm(measure))):.10g}")


def is_one(measure: Measure) -> bool:
    """Whether a measure is that of a plain number: no unknown, no dimension, no factor."""
    return not unknowns(measure) and not dimension(measure) and abs(logarithm(measure)) < CLOSE


def spelled(measure: Measure) -> str:
    """The measure as a UCUM code, in the units that it was made of; `[x]` is that of an `x`.

    A product that is 1, such as uA.mS-1.mV-1, is said to be dimensionless.
    """
    if len(measure) > 1 and is_one(measure):
        return "dimensionless"
    codes = {
        key if isinstance(key, str) else f"[{key.name}]": power for key, power in measure.items()
    }
    return canonical(codes) if codes else "dimensionless"


_NAMED = {
    **{"voltage": "V", "current": "A", "time": "s", "length": "m", "area": "m2", "volume": "m3"},
    **{"conductance": "S", "resistance": "Ohm", "capacitance": "F", "charge": "C", "mass": "kg"},
    **{"temperature": "K", "amount of substance": "mol", "concentration": "mol.m-3"},
    **{"force": "N", "energy": "J", "power": "W", "pressure": "Pa", "frequency": "s-1"},
    **{"magnetic flux": "Wb", "inductance": "H", "time²": "s2", "voltage²": "V2"},
}


def dimension_name(measure: Measure) -> str:
    """A dimension in words: `voltage`, `current/area`, or its SI base units."""
    from nullcline.units.reading import unit

    wanted = dimension(measure)
    if not wanted:
        return "a plain number"
    named = {word: unit(code).exponents for word, code in _NAMED.items()}
    for word, own in named.items():
        if own == wanted:
            return word
    for below in ("time", "area", "voltage", "time²", "volume", "length", "voltage²", "charge"):
        rest = times(wanted, named[below])
        if not rest:
            return f"1/{below}"
        for word, own in named.items():
            if own == rest and word != below:
                return f"{word}/{below}"
    return canonical(wanted)
