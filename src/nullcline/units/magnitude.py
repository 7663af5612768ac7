"""How large a unit is: factors and exponents over the SI base units, from pint's definitions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

from nullcline.errors import NotInstalled
from nullcline.units.atoms import METRIC, PREFIXES, TERMS

BASE = {
    **{"gram": "kg", "meter": "m", "second": "s", "ampere": "A"},
    **{"kelvin": "K", "mole": "mol", "candela": "cd"},
}
"""What pint's root units are called in SI; pint's radian and count are no dimensions there."""
PREFIXED = frozenset(METRIC.values()) | {"molar"}

Magnitude = tuple[Fraction, Mapping[str, Fraction]]
"""A factor and the exponents of the SI base units."""


@cache
def registry() -> Any:
    """Pint's registry, with exact fractions instead of floats."""
    try:
        import pint
    except ModuleNotFoundError as error:
        raise NotInstalled.of(error, "a check of units") from None
    return pint.UnitRegistry(non_int_type=Fraction)


@cache
def magnitude(code: str) -> Magnitude | None:
    """One of a UCUM code with its prefix, such as `mV`, in SI base units; None if unknown."""
    if is_number(code):
        return Fraction(10 if code == "10*" else int(code)), {}
    if (parts := split(code)) is None:
        return None
    prefix, term = parts
    power = PREFIXES[prefix][1] if prefix else 0
    quantity = registry().Quantity(1, "dimensionless") * registry().parse_expression(TERMS[term][0])
    root = quantity.to_root_units()
    units = {str(name): Fraction(power) for name, power in dict(root._units).items()}
    grams = units.get("gram", Fraction(0))
    factor = Fraction(root.magnitude) * Fraction(
        10**power if power > 0 else 1, 10 ** max(-power, 0)
    )
    exponents = {BASE[name]: power for name, power in units.items() if name in BASE}
    return factor * ten(-3 * grams.numerator), exponents


def ten(power: int) -> Fraction:
    """A power of ten."""
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def is_number(code: str) -> bool:
    """Whether a code is a whole number or UCUM's sign for ten."""
    return code == "10*" or code.isdecimal()


def split(code: str) -> tuple[str, str] | None:
    """The prefix (or nothing) and the unit of a UCUM code; None where it is none."""
    if code in TERMS:
        return "", code
    for size in (1, 2):
        prefix, term = code[:size], code[size:]
        if prefix in PREFIXES and term in TERMS and TERMS[term][1]:
            return prefix, term
    return None


@cache
def _codes() -> Mapping[str, str]:
    """UCUM codes by the names of pint, the first code of several."""
    return {TERMS[code][0]: code for code in reversed(list(TERMS))}


@cache
def spelled_out(word: str) -> str | None:
    """UCUM for a unit's name as pint reads it (`millivolts`); None where there is none."""
    prefixes = {name: code for code, (name, _) in PREFIXES.items()}
    for prefix, name, _ in registry().parse_unit_name(word):
        code = "mol.L-1" if name == "molar" else _codes().get(name)
        if code is None or (prefix and (prefix not in prefixes or name not in PREFIXED)):
            continue
        return prefixes.get(prefix, "") + code
    return None
