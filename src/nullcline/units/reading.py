"""What the text of a unit means: its factor, its dimension, its canonical UCUM code."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from nullcline.units.atoms import ARBITRARY, NOTHING
from nullcline.units.grammar import Reader, UnitError, shown
from nullcline.units.magnitude import is_number, magnitude

__all__ = ["Unit", "UnitError", "canonical", "parts", "unit"]

LONGEST, LARGEST = 200, 99


@dataclass(frozen=True)
class Unit:
    """A unit as written and as understood: `factor` SI base units to the power of `exponents`.

    `ucum` is its canonical UCUM code (`mV`, `ms-1`, `uA.cm-2`, `1`). Two spellings of a unit are
    equal; `Hz` and `s-1`, which are equally large, have different codes and are not.
    """

    text: str = field(compare=False)
    ucum: str
    factor: float
    exponents: Mapping[str, Fraction] = field(hash=False)


@lru_cache(maxsize=4096)
def unit(text: str) -> Unit:
    """The unit that a text spells: UCUM first, then the spellings of the field.

    Raises UnitError with the nearest known unit. Needs pint (the extra `units`).
    """
    return _made(text, parts(text))


@lru_cache(maxsize=4096)
def parts(text: str) -> Mapping[str, Fraction]:
    """The units of UCUM, each with its prefix, and their powers; raises UnitError."""
    if len(text) > LONGEST:
        raise UnitError(f"{shown(text)} is longer than any unit ({LONGEST} characters)")
    plain = unicodedata.normalize("NFKC", text.strip())
    if plain.lower() in NOTHING:
        return {}
    if plain.lower() in ARBITRARY:
        return {"[arb'U]": Fraction(1)}
    found = {code: power for code, power in Reader(text, plain).whole().items() if power}
    if any(abs(power) > LARGEST for power in found.values()):
        raise UnitError(f"{shown(text)} has an exponent beyond {LARGEST}")
    return MappingProxyType(found)


def _made(text: str, parts: Mapping[str, Fraction]) -> Unit:
    factor, exponents = Fraction(1), dict[str, Fraction]()
    rest = 1.0
    for code, power in parts.items():
        one, inside = magnitude(code) or (Fraction(1), {})
        if power.denominator == 1:
            factor *= one**power.numerator
        else:
            rest *= float(one) ** float(power)
        for base, exponent in inside.items():
            exponents[base] = exponents.get(base, Fraction(0)) + exponent * power
    try:
        size = float(factor) * rest
    except OverflowError:
        size = float("inf")
    if not 0 < size < float("inf"):
        raise UnitError(f"{shown(text)} is too large or too small for a number of the computer")
    order = ("kg", "m", "s", "A", "K", "mol", "cd")
    kept = {base: exponents[base] for base in order if exponents.get(base)}
    return Unit(text, canonical(parts), size, MappingProxyType(kept))


def canonical(parts: Mapping[str, Fraction]) -> str:
    """Numbers, then what is multiplied, then what is divided by, each by its code."""
    said = [
        _powered(code, power)
        for code, power in sorted(
            parts.items(), key=lambda item: (not is_number(item[0]), item[1] < 0, item[0])
        )
    ]
    return ".".join(said) or "1"


def _powered(code: str, power: Fraction) -> str:
    if code == "10*" or power.denominator == 1:
        return code if power == 1 and code != "10*" else f"{code}{power}"
    return f"{code}^({power})"
