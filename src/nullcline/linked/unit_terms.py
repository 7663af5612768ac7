"""Which terms of QUDT and of the Units of Measurement Ontology a unit of UCUM is."""

from __future__ import annotations

from functools import cache

from nullcline.linked.namespaces import OBO, UNIT
from nullcline.units.reading import UnitError, canonical, parts

UO = f"{OBO}UO_"

TABLE = """
1 UNITLESS 0000186; s SEC 0000010; ms MilliSEC 0000028; us MicroSEC 0000029;
ns NanoSEC 0000150; min MIN 0000031; h HR 0000032; d DAY 0000033; wk WK 0000034; a YR 0000036;
Hz HZ 0000106; kHz KiloHZ -; MHz MegaHZ -; s-1 PER-SEC -; ms-1 PER-MilliSEC -; min-1 PER-MIN -;
h-1 PER-HR -; d-1 PER-DAY -; V V 0000218; kV KiloV 0000248; mV MilliV 0000247;
uV MicroV 0000249; nV NanoV 0000250; V-1 PER-V -; V.s-1 V-PER-SEC -; V.m-1 V-PER-M 0000268;
A A 0000011; mA MilliA 0000037; uA MicroA 0000038; nA NanoA -; pA PicoA -; A.m-2 A-PER-M2 -;
A.cm-2 A-PER-CentiM2 -; S S 0000264; mS MilliS -; uS MicroS -; nS NanoS -; pS PicoS -;
S.m-1 S-PER-M -; S.cm-1 S-PER-CentiM -; F FARAD -; mF MilliFARAD -; uF MicroFARAD -;
nF NanoFARAD -; pF PicoFARAD -; fF FemtoFARAD -; Ohm OHM -; kOhm KiloOHM -; MOhm MegaOHM -;
GOhm GigaOHM -; Ohm.m OHM-M -; Ohm.cm OHM-CentiM -; C C 0000220; uC MicroC -; nC NanoC -;
pC PicoC -; mol MOL 0000013; mmol MilliMOL 0000040; umol MicroMOL 0000039;
nmol NanoMOL 0000041; mol.L-1 MOL-PER-L 0000062; mmol.L-1 MilliMOL-PER-L 0000063;
umol.L-1 MicroMOL-PER-L 0000064; nmol.L-1 NanoMOL-PER-L 0000065;
pmol.L-1 PicoMOL-PER-L 0000066; mol.m-3 MOL-PER-M3 -; m M 0000008; km KiloM -;
cm CentiM 0000015; mm MilliM 0000016; um MicroM 0000017; nm NanoM 0000018; m2 M2 0000080;
cm2 CentiM2 0000081; mm2 MilliM2 0000082; um2 MicroM2 -; m3 M3 0000096; cm3 CentiM3 0000097;
um3 MicroM3 -; L L 0000099; mL MilliL 0000098; uL MicroL 0000101; m.s-1 M-PER-SEC 0000094;
cm.s-1 CentiM-PER-SEC -; m.s-2 M-PER-SEC2 0000077; m2.s-1 M2-PER-SEC -;
cm2.s-1 CentiM2-PER-SEC -; kg KiloGM 0000009; g GM 0000021; mg MilliGM 0000022;
ug MicroGM 0000023; ng NanoGM 0000024; kg.m-3 KiloGM-PER-M3 0000083; N N 0000108;
Pa PA 0000110; kPa KiloPA -; J J 0000112; W W 0000114; K K 0000012;
Cel DEG_C 0000027; rad RAD 0000123; deg DEG 0000185; rad.s-1 RAD-PER-SEC 0000079;
% PERCENT 0000187; J.mol-1 J-PER-MOL -; C.mol-1 C-PER-MOL -
"""
"""UCUM's code, QUDT's name and the number in the Units of Measurement Ontology; - for none."""


@cache
def terms() -> dict[str, list[str]]:
    """The IRIs of each unit, by its canonical UCUM code."""
    rows = (row.split() for row in TABLE.replace("\n", " ").split(";"))
    return {
        code: [base + name for base, name in ((UNIT, qudt), (UO, uo)) if name != "-"]
        for code, qudt, uo in rows
    }


def ucum(text: str) -> str | None:
    """The canonical UCUM code of a unit as written; None for a text that is no unit."""
    try:
        return canonical(parts(text))
    except (UnitError, ImportError):  # only a text that is no unit needs the package pint here
        return None
