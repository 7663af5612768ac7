"""Units as SBML defines them: products of powers of named kinds, scaled by powers of ten."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from nullcline.targets.renaming import renamed
from nullcline.units import Unit, UnitError, unit

ATOMS = {
    **{"A": "ampere", "Bq": "becquerel", "C": "coulomb", "F": "farad", "g": "gram", "Gy": "gray"},
    **{"H": "henry", "Hz": "hertz", "J": "joule", "K": "kelvin", "kat": "katal", "L": "litre"},
    **{"lm": "lumen", "lx": "lux", "m": "metre", "mol": "mole", "N": "newton", "Ohm": "ohm"},
    **{"Pa": "pascal", "rad": "radian", "S": "siemens", "s": "second", "sr": "steradian"},
    **{"Sv": "sievert", "T": "tesla", "V": "volt", "W": "watt", "Wb": "weber", "cd": "candela"},
}
"""SBML's kinds of unit by their UCUM code."""
BASES = {
    **{"kg": "kilogram", "m": "metre", "s": "second", "A": "ampere", "K": "kelvin"},
    **{"mol": "mole", "cd": "candela"},
}
KINDS = frozenset({*ATOMS.values(), *BASES.values(), "avogadro", "dimensionless", "item"})
OFFSET = frozenset({"Cel", "[degF]"})
"""Units with a zero of their own, which no product of powers is."""


@dataclass(frozen=True)
class Part:
    """(multiplier * 10^scale * kind)^exponent, one `unit` of a definition."""

    kind: str
    exponent: Fraction = Fraction(1)
    scale: int = 0
    multiplier: float = 1.0


class Units:
    """The units of one model: what a text refers to, and the definitions that this needs."""

    def __init__(self, texts: Iterable[str | None]) -> None:
        known = {text: _known(text) for text in texts if text}
        self.known = {text: found for text, found in known.items() if found is not None}
        codes = dict.fromkeys(found.ucum for found in self.known.values())
        plain = {code: _plain(code) for code in codes}
        parts = {code: parts_of(code) for code in codes}
        self.references = {code: simple(parts[code]) for code in codes}
        self.defined = {code: parts[code] for code in codes if self.references[code] is None}
        taken: set[str] = set(KINDS)
        for code in self.defined:
            taken.add(found := renamed([plain[code]], taken.__contains__)[plain[code]])
            self.references[code] = found

    def reference(self, text: str | None) -> str | None:
        """The identifier for a unit's text, or None where it is not known."""
        return self.references[self.known[text].ucum] if text in self.known else None

    def measures_time(self, text: str | None) -> bool:
        """Whether a unit is one of time, or a plain number, as SBML's time may be."""
        return text in self.known and dict(self.known[text].exponents) in ({}, {"s": 1})

    def elements(self) -> Iterator[Element]:
        """A `unitDefinition` for each unit that is no kind of SBML's own."""
        for code, parts in self.defined.items():
            found = Element("unitDefinition", id=str(self.references[code]), name=code)
            inside = SubElement(found, "listOfUnits")
            for part in parts:
                SubElement(
                    inside,
                    "unit",
                    kind=part.kind,
                    exponent=_digits(float(part.exponent)),
                    scale=str(part.scale),
                    multiplier=_digits(part.multiplier),
                )
            yield found


def _known(text: str) -> Unit | None:
    try:
        found = unit(text)
    except UnitError:
        return None
    codes = {re.sub(r"-?\d+$", "", part) for part in found.ucum.split(".")}
    arbitrary = any(code.startswith("[") and not unit(code).exponents for code in codes)
    return None if arbitrary or codes & OFFSET or not set(found.exponents) <= set(BASES) else found


def _plain(code: str) -> str:
    """A UCUM code as an identifier: `uA.cm-2` is `uA_per_cm2`."""
    text = re.sub(
        r"\.?([^.\d]+)-(\d+)", lambda m: f"_per_{m[1]}{m[2] if m[2] != '1' else ''}", code
    )
    text = re.sub(r"\W", "_", text.replace("%", "percent"), flags=re.ASCII).strip("_")
    return text if text[:1].isalpha() else f"unit_{text}"


def parts_of(code: str) -> tuple[Part, ...]:
    """A UCUM code, factor by factor, in SBML's kinds; in base units where there is none."""
    parts = [part for factor in code.split(".") for part in _factor(factor)]
    return tuple(parts) or (Part("dimensionless"),)


def _factor(code: str) -> list[Part]:
    found = re.fullmatch(r"(.*?)(-?\d+)?", code)
    base, power = found[1], Fraction(int(found[2] or 1))  # type: ignore[index]
    if base[:1] in "0123456789":  # a number, or 10* with its power
        factor = unit(code).factor
        return [] if factor == 1 else [Part("dimensionless", Fraction(1), *_scaled(factor))]
    whole = unit(base)
    for atom in sorted(ATOMS, key=len, reverse=True):
        if base.endswith(atom) and unit(atom).exponents == whole.exponents:
            ratio = whole.factor / unit(atom).factor
            return [Part(ATOMS[atom], power, *_scaled(ratio))]
    inside = [Part(BASES[name], power * each) for name, each in whole.exponents.items()]
    if len(inside) == 1 and inside[0].exponent == power:
        return [Part(inside[0].kind, power, *_scaled(whole.factor))]
    if whole.factor != 1:
        inside.insert(0, Part("dimensionless", power, *_scaled(whole.factor)))
    return inside


def _scaled(factor: float) -> tuple[int, float]:
    """(scale, multiplier) with multiplier * 10^scale the factor; a bare power of ten if it is."""
    power = round(math.log10(factor))
    return (power, 1.0) if math.isclose(factor, 10.0**power, rel_tol=1e-14) else (0, factor)


def simple(parts: tuple[Part, ...]) -> str | None:
    """The kind that needs no definition, if the unit is just that."""
    return parts[0].kind if parts == (Part(parts[0].kind),) else None


def _digits(value: float) -> str:
    return repr(value).removesuffix(".0")
