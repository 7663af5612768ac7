"""Which units UCUM knows, by code: what pint calls each, and whether it takes a prefix.

Codes and meanings: The Unified Code for Units of Measure, version 2.1 (https://ucum.org/ucum).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PREFIXES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        **{"Y": ("yotta", 24), "Z": ("zetta", 21), "E": ("exa", 18), "P": ("peta", 15)},
        **{"T": ("tera", 12), "G": ("giga", 9), "M": ("mega", 6), "k": ("kilo", 3)},
        **{"h": ("hecto", 2), "da": ("deca", 1), "d": ("deci", -1), "c": ("centi", -2)},
        **{"m": ("milli", -3), "u": ("micro", -6), "n": ("nano", -9), "p": ("pico", -12)},
        **{"f": ("femto", -15), "a": ("atto", -18), "z": ("zepto", -21), "y": ("yocto", -24)},
    }
)
"""The decimal prefixes: what pint calls them, and the power of ten."""

METRIC: Mapping[str, str] = MappingProxyType(
    {
        **{"m": "meter", "s": "second", "g": "gram", "rad": "radian", "K": "kelvin"},
        **{"C": "coulomb", "cd": "candela", "mol": "mole", "sr": "steradian", "Hz": "hertz"},
        **{"N": "newton", "Pa": "pascal", "J": "joule", "W": "watt", "A": "ampere"},
        **{"V": "volt", "F": "farad", "Ohm": "ohm", "S": "siemens", "Wb": "weber"},
        **{"Cel": "delta_degree_Celsius", "T": "tesla", "H": "henry", "lm": "lumen"},
        **{"lx": "lux", "Bq": "becquerel", "Gy": "gray", "Sv": "sievert", "kat": "katal"},
        **{"l": "liter", "L": "liter", "ar": "are", "t": "metric_ton", "bar": "bar"},
        **{"u": "unified_atomic_mass_unit", "eV": "electron_volt", "pc": "parsec"},
        **{"dyn": "dyne", "erg": "erg", "P": "poise", "G": "1e-4*tesla", "cal": "calorie"},
        **{"U": "enzyme_unit", "Ci": "37e9*becquerel", "eq": "mole", "osm": "mole"},
        **{"mho": "siemens", "gf": "gram_force", "m[Hg]": "133322*pascal"},
        **{"m[H2O]": "9806.65*pascal"},
        **{"[e]": "elementary_charge", "[k]": "boltzmann_constant", "[c]": "speed_of_light"},
        **{"[h]": "planck_constant", "[eps_0]": "vacuum_permittivity", "[g]": "standard_gravity"},
    }
)
"""The units that take a prefix, as expressions of pint."""

PLAIN: Mapping[str, str] = MappingProxyType(
    {
        **{"min": "minute", "h": "hour", "d": "day", "wk": "week", "a": "year", "a_j": "year"},
        **{"mo": "month", "mo_j": "month", "deg": "degree", "'": "arcminute", "''": "arcsecond"},
        **{"%": "percent", "[ppth]": "1e-3", "[ppm]": "ppm", "[ppb]": "1e-9", "[pi]": "pi"},
        **{"atm": "atmosphere", "Ao": "angstrom", "[in_i]": "inch", "[ft_i]": "foot"},
        **{"[yd_i]": "yard", "[mi_i]": "mile", "b": "barn", "[arb'U]": "1"},
    }
)
"""The units that take no prefix."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        **{"M": "mol.L-1", "molar": "mol.L-1", "Molar": "mol.L-1", "Ω": "Ohm", "°C": "Cel"},
        **{"degC": "Cel", "celsius": "Cel", "Celsius": "Cel", "°": "deg", "Å": "Ao"},
        **{"sec": "s", "secs": "s", "hr": "h", "hrs": "h", "mmHg": "mm[Hg]", "ppm": "[ppm]"},
        **{"ppb": "[ppb]", "ohm": "Ohm", "day": "d", "days": "d", "liter": "L", "litre": "L"},
        **{"year": "a", "years": "a", "yr": "a", "percent": "%", "per_cent": "%"},
        **{"arbitrary": "[arb'U]", "arb": "[arb'U]", "unknown": "[arb'U]", "one": "1"},
        **{"spike": "1", "spikes": "1", "count": "1", "counts": "1", "cell": "1", "cells": "1"},
        **{"cycle": "1", "cycles": "1", "beat": "1", "beats": "1", "item": "1", "items": "1"},
        **{"molecule": "1", "molecules": "1", "bpm": "min-1", "rpm": "min-1", "cmH2O": "cm[H2O]"},
        **{"mmH2O": "mm[H2O]"},
        **{"unitless": "1", "dimensionless": "1", "none": "1"},
    }
)
"""Spellings of the field, outside UCUM, as UCUM."""

NOTHING = frozenset({"", "-", "--", "none", "1", "dimensionless", "unitless", "n/a"})
"""Whole texts, in small letters, that say that a quantity has no unit."""
ARBITRARY = frozenset({"arbitrary", "arbitrary unit", "arbitrary units", "a.u.", "arb. units"})
"""Whole texts, in small letters, of a unit that nobody can convert."""

REFUSED: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("B", "dB", "Np", "decibel", "bel", "neper"), "is a logarithmic unit"),
        "[pH]": "is a logarithmic unit",
        **dict.fromkeys(("[degF]", "degF", "°F"), "is a scale with a zero of its own"),
    }
)
"""What is a unit and cannot be a factor."""

TERMS: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        **{code: (name, True) for code, name in METRIC.items()},
        **{code: (name, False) for code, name in PLAIN.items()},
    }
)
"""Every unit by its UCUM code: what pint calls it, and whether it takes a prefix."""
