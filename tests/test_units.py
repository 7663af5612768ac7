"""Texts of units: UCUM and the spellings of the field, each with its meaning."""

import math
from fractions import Fraction

import pint
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nullcline.errors import NullclineError
from nullcline.units import UnitError, unit
from nullcline.units.atoms import METRIC, PLAIN, PREFIXES

SPELLINGS = {
    "ms-1": "per_ms|1/ms|/ms|ms^-1|ms**-1|1 / ms|per ms|ms⁻¹|1/msec|{spike}/ms|(ms)^-1"
    "|spikes/ms|ms-1",
    "mV": "mV|millivolt|millivolts|mV{membrane}| mV |(mV)",
    "uF.cm-2": "uF/cm2|µF/cm²|μF/cm^2|uF/cm**2|uF_per_cm2|uF·cm⁻²"
    "|uF cm^-2|uF*cm**-2|microfarad/cm2",
    "1": "1||-|none|None|dimensionless|unitless|Dimensionless|{spike}|mV/mV",
    "%": "%|percent",
    "nA": "nA|nanoampere",
    "mV.ms-1": "mV/ms|mV_per_ms|mV per ms|mV.ms-1|mV ms^-1",
    "mV-1": "per_mV|1/mV|/mV",
    "mmol.L-1": "mM|mmol/L|mmol.L-1|millimolar",
    "mol.L-1": "M|molar|mol/L",
    "Ohm": "Ω|ohm|Ohm|ohms",
    "cm.kOhm": "kohm_cm|kΩ·cm|cm.kOhm",
    "mol.A-1.m-1.s-1": "mol_per_m_per_A_per_s",
    "pA.mV-1.ms-1": "pA/(mV.ms)|pA/mV/ms|pA_per_mV_per_ms",
    "10*3": "10*3|10^3",
    "d": "d|day|days",
    "a": "a|year|years",
    "Cel": "Cel|degC|°C|celsius",
    "[arb'U]": "arbitrary|a.u.|[arb'U]|Arbitrary units",
}


@pytest.mark.parametrize("code", SPELLINGS)
def test_the_spellings_of_one_unit_are_read_alike(code):
    for text in SPELLINGS[code].split("|"):
        found = unit(text)
        assert (found.ucum, found.text) == (code, text)
        assert found == unit(code)
        assert hash(found) == hash(unit(code))


UCUM = {  # the definitions of the specification, as it writes them
    **{"N": "kg.m/s2", "Pa": "N/m2", "J": "N.m", "W": "J/s", "V": "J/C", "F": "C/V"},
    **{"Ohm": "V/A", "S": "/Ohm", "Wb": "V.s", "T": "Wb/m2", "H": "Wb/A", "C": "A.s"},
    **{"Hz": "s-1", "lm": "cd.sr", "lx": "lm/m2", "Bq": "s-1", "Gy": "J/kg", "Sv": "J/kg"},
    **{"l": "dm3", "L": "l", "ar": "100.m2", "min": "60.s", "h": "60.min", "d": "24.h"},
    **{"wk": "7.d", "a_j": "36525.10*-2.d", "mo_j": "a_j/12", "a": "a_j", "mo": "mo_j"},
    **{"t": "10*3.kg", "bar": "10*5.Pa", "dyn": "g.cm/s2", "erg": "dyn.cm", "P": "dyn.s/cm2"},
    **{"G": "10*-4.T", "Ci": "37.10*9.Bq", "m[Hg]": "133322.Pa", "atm": "101325.Pa"},
    **{"Ao": "10*-1.nm", "b": "100.fm2", "mho": "S", "gf": "g.[g]", "[c]": "299792458.m/s"},
    **{"[g]": "980665.10*-5.m/s2", "cal": "4184.10*-3.J", "U": "umol/min", "kat": "mol/s"},
    **{"deg": "2.[pi].rad/360", "'": "deg/60", "''": "'/60", "[in_i]": "254.10*-2.cm"},
    **{"[ft_i]": "12.[in_i]", "[yd_i]": "3.[ft_i]", "[mi_i]": "5280.[ft_i]", "%": "10*-2"},
    **{"[ppth]": "10*-3", "[ppm]": "10*-6", "[ppb]": "10*-9", "eq": "mol", "osm": "mol"},
    **{"[eps_0]": "/(4.[pi].10*-7.N/A2.[c]2)"},
}


@pytest.mark.parametrize("code", UCUM)
def test_units_are_what_the_specification_says(code):
    defined, found = unit(UCUM[code]), unit(code)
    assert found.exponents == defined.exponents
    assert math.isclose(found.factor, defined.factor, rel_tol=1e-9)


def test_what_comes_after_a_slash_is_only_the_next_unit():
    """Section 7 of UCUM: `.` and `/` bind alike and are read from the left."""
    assert unit("J/kg.K") == unit("J.K/kg")
    assert unit("mV_per_ms_s").exponents == unit("V").exponents


REGISTRY = pint.UnitRegistry()
BASES = {"kilogram": "kg", "meter": "m", "second": "s", "ampere": "A", "kelvin": "K"}
BASES |= {"mole": "mol", "candela": "cd"}


@pytest.mark.parametrize("code", [*METRIC, *PLAIN])
def test_every_prefix_of_every_unit_is_what_pint_says(code):
    name = METRIC.get(code) or PLAIN[code]
    base = (REGISTRY.parse_expression(name) * REGISTRY.dimensionless).to_base_units()
    powers = {BASES[str(n)]: Fraction(p) for n, p in base._units.items() if str(n) in BASES}
    for prefix, (_, power) in {"": ("", 0), **(PREFIXES if code in METRIC else {})}.items():
        if prefix and prefix + code in {*METRIC, *PLAIN}:  # `cd` is no centiday, `Pa` no peta-year
            continue
        found = unit(prefix + code)
        assert found.exponents == powers
        assert math.isclose(found.factor, float(base.magnitude) * 10.0**power, rel_tol=1e-12)


def test_what_two_readings_could_be_is_decided():
    decided = {"m": "m", "S": "S", "s": "s", "a": "a", "min": "min", "h": "h", "Pa": "Pa"}
    decided |= {"cd": "cd", "mM": "mmol.L-1", "MM": "Mmol.L-1", "kat": "kat", "nA": "nA", "T": "T"}
    assert {text: unit(text).ucum for text in decided} == decided
    assert unit("Mm").factor == 1e6  # megametre: M is molar only where UCUM has no other reading
    assert unit("ft").exponents == {"kg": 1}  # UCUM's femtotonne, not the foot


REFUSED = {
    "mv": "did you mean `mV`?",
    "KHz": "did you mean `kHz`?",
    "milivolt": "is not known",
    "foo": "is not known",
    "0.1 mV": "power of ten",
    "1e-3 V": "cannot stand",
    "mV)": "cannot stand",
    "(mV": "is not closed",
    "mV--1": "whole number",
    "mV^": "missing",
    "m^9999": "beyond 99",
    "m^99999": "small whole number",
    "Ym99": "too large",
    "m^(1/0)": "divided by 0",
    "dB": "logarithmic",
    "[pH]": "logarithmic",
    "degF": "a zero of its own",
    "ms-": "missing",
    "per": "missing",
    "/": "missing",
    "_": "cannot stand",
    "mV__s": "cannot stand",
    "{x": "no meaning",
    "mV\x00": "no meaning",
    "mV\U0001f600": "no meaning",
    "0": "no factor",
    "9" * 50: "no factor",
    "(" * 50: "too deep",
    "m." * 200: "longer than any unit",
    "__import__('os')": "cannot stand",
    "kg*": "missing",
    "mmin": "is not known",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_unit_is_refused_in_a_sentence(text):
    with pytest.raises(UnitError) as caught:
        unit(text)
    assert isinstance(caught.value, NullclineError)
    assert REFUSED[text] in str(caught.value)


CODES = st.tuples(st.sampled_from(["", *PREFIXES]), st.sampled_from([*METRIC])).map("".join)
POWERS = st.sampled_from(["", "2", "-1", "-3", "+2"])
FACTORS = st.tuples(CODES | st.sampled_from([*PLAIN, "10*3", "10*-2", "7"]), POWERS)


@given(st.lists(st.tuples(st.sampled_from("./"), FACTORS), min_size=1, max_size=5))
def test_canonical_text_reads_back_as_the_same_unit(drawn):
    text = "".join(
        sign + code + ("" if code[:2] == "10" else power) for sign, (code, power) in drawn
    ).lstrip(".")
    try:
        found = unit(text)
    except UnitError as error:
        if "too large" not in str(error):  # yottaparsecs to the third power, say
            raise
        return
    assert unit(found.ucum) == found
    assert unit(found.ucum).ucum == found.ucum


@given(st.text(max_size=30) | st.text("mVsAkgµ²⁻¹12-+^*/._(){}[] per", max_size=20))
@example("10*")
@example("1.")
@example("m^(-1/2)")
@example("per_per_s")
@example("²")
def test_any_text_is_a_unit_or_refused(text):
    try:
        found = unit(text)
    except UnitError:
        return
    assert found.factor > 0
    assert unit(found.ucum) == found


@pytest.mark.parametrize(
    ("text", "ucum", "factor"),
    [
        ("cmH2O", "cm[H2O]", 98.0665),  # pascals, by UCUM
        ("cmH2O/L", "cm[H2O].L-1", 98066.5),
        ("bpm", "min-1", 1 / 60),
        ("rpm", "min-1", 1 / 60),
        ("beats/min", "min-1", 1 / 60),
        ("molecules/cell", "1", 1.0),
        ("item", "1", 1.0),
        ("molecule.um-3", "um-3", 1e18),
    ],
)
def test_spellings_of_physiology_and_of_counts_are_known(text, ucum, factor):
    found = unit(text)
    assert found.ucum == ucum
    assert found.factor == pytest.approx(factor, rel=1e-12)
