"""Terms of others: each one that is written stands in a copy of its vocabulary's list."""

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from nullcline import Dynamics
from nullcline.linked import dump, graph, links, load
from nullcline.linked.curies import KNOWN, CurieError, expand
from nullcline.linked.namespaces import UNIT
from nullcline.linked.unit_terms import UO, terms

rdflib = pytest.importorskip("rdflib")

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = sorted((ROOT / "src" / "nullcline" / "library").glob("*.yaml"))
VALID = sorted((ROOT / "tests" / "data" / "valid").glob("*.yaml"))
LISTS = sorted((ROOT / "tests" / "data" / "terms").glob("*.tsv"))


def rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


TERMS = {row["iri"]: row for path in LISTS for row in rows(path)}
OURS = "https://w3id.org/nullcline/"
OUTSIDE = ("https://doi.org/", "http://purl.obolibrary.org/obo/GO_", "https://w3id.org/tvbo/")
"""What a modeller names: it is theirs, not ours, to be right about it."""


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_says_where_it_comes_from(path: Path) -> None:
    head = path.read_text(encoding="utf-8").splitlines()[:3]
    assert [line.split(":")[0] for line in head[1:]] == ["# source", "# licence"]
    assert all(row["label"].strip() for row in rows(path))


def emitted() -> set[str]:
    """Every IRI in the graphs of the library and of the valid examples, datatypes included."""
    records = [record for path in (*LIBRARY, *VALID) for record in load(path)]
    found: set[str] = set()
    for record in records:
        for triple in graph(record):
            for term in triple:
                if isinstance(term, rdflib.URIRef):
                    found.add(str(term))
                elif isinstance(term, rdflib.Literal) and term.datatype:
                    found.add(str(term.datatype))
    return found


def test_every_iri_that_is_written_exists(record_property: Any) -> None:
    theirs = {iri for iri in emitted() if not iri.startswith((OURS, *OUTSIDE))}
    theirs = {iri for iri in theirs if not iri.startswith("http://www.w3.org/2001/XMLSchema#")}
    assert not theirs - set(TERMS)
    assert len(theirs) > 30
    record_property("terms", len(theirs))


def test_every_term_of_ours_is_in_the_schema() -> None:
    from nullcline.datamodel import CLASSES

    own = {OURS + name for name in CLASSES}
    own |= {OURS + slot for kind in CLASSES.values() for slot in kind.__dataclass_fields__}
    folders = ("models/", "studies/", "conformance/", "software/")
    found = {iri for iri in emitted() if iri.startswith(OURS)}
    assert not {iri for iri in found if not iri.removeprefix(OURS).startswith(folders)} - own


SOLVERS = {
    "Euler": "Euler forward method",
    "Heun": "Heun method",
    "RK4": "explicit fourth-order Runge-Kutta method",
    "RK23": "explicit Runge-Kutta method of order 3(2)",
    "RK45": "Dormand-Prince method",
    "DOP853": "Dormand-Prince 8(5,3) method",
    "Rosenbrock": "Rosenbrock method",
    "Radau": "Radau method",
    "BDF": "backward differentiation formula",
    "LSODA": "LSODA",
    "CVODE": "CVODE",
}


def test_a_solver_is_the_term_with_its_name() -> None:
    from nullcline.datamodel import MEANINGS

    assert {name: TERMS[iri]["label"] for name, iri in MEANINGS["Solver"].items()} == SOLVERS


# Units

BASES = {"A": "mol", "E": "A", "L": "m", "I": "cd", "M": "kg", "H": "K", "T": "s"}
"""What the letters of QUDT's vectors of dimensions are."""


def dimensions(vector: str) -> dict[str, Fraction]:
    """The exponents of the SI base units in QUDT's vector, such as A0E1L-2I0M0H0T0D0."""
    import re

    found = re.findall(r"([AELIMHT])(-?\d+(?:dot\d+)?)", vector)
    powers = {BASES[letter]: Fraction(power.replace("dot", ".")) for letter, power in found}
    return {base: power for base, power in powers.items() if power}


@pytest.mark.parametrize("code", terms())
def test_a_unit_has_the_size_and_the_dimensions_that_qudt_gives(code: str) -> None:
    pytest.importorskip("pint")
    from nullcline.units import unit

    meant = unit(code)
    assert meant.ucum == code
    qudt = TERMS[next(iri for iri in terms()[code] if iri.startswith(UNIT))]
    assert dict(meant.exponents) == dimensions(qudt["dimensions"])
    assert meant.factor == pytest.approx(float(qudt["factor"]), rel=1e-8)


SAME = {
    "m.s-2": {"metre per square second", "metre per second per second"},
    "mol.L-1": {"mole per litre", "molar"},
    "mmol.L-1": {"millimole per litre", "millimolar"},
    "umol.L-1": {"micromole per litre", "micromolar"},
    "nmol.L-1": {"nanomole per litre", "nanomolar"},
    "pmol.L-1": {"picomole per litre", "picomolar"},
}
"""Units that the two vocabularies call by different names."""


def test_both_terms_of_a_unit_have_the_same_name() -> None:
    british = [("meter", "metre"), ("liter", "litre"), ("dimensionless unit", "unitless")]
    differ = {}
    for code, iris in terms().items():
        names = {TERMS[iri]["label"].lower() for iri in iris}
        for american, name in british:
            names = {said.replace(american, name) for said in names}
        if len(names) > 1:
            differ[code] = names
    assert differ == SAME


def test_a_unit_carries_its_terms() -> None:
    text = dump(Dynamics("M", parameters={"v": {"value": 1.0, "unit": "millivolt"}}), "turtle")
    assert 'schema:unitCode "UCUM:mV"' in text
    assert "qudt:hasUnit unit:MilliV" in text
    assert f"obo:IAO_0000039 <{UO}0000247>" in text or "obo:IAO_0000039 obo:UO_0000247" in text
    assert "unitCode" not in dump(Dynamics("M", parameters={"v": {"unit": "furlongs?"}}), "turtle")


# What a modeller attaches

LINKS = {
    "GO:0005261": "http://purl.obolibrary.org/obo/GO_0005261",
    "go:0005261": "http://purl.obolibrary.org/obo/GO_0005261",
    "UBERON:0000955": "http://purl.obolibrary.org/obo/UBERON_0000955",
    "CHEBI:29101": "http://purl.obolibrary.org/obo/CHEBI_29101",
    "SBO:0000259": "http://biomodels.net/SBO/SBO_0000259",
    "NCBITaxon:9606": "http://purl.obolibrary.org/obo/NCBITaxon_9606",
    "doi:10.1007/BF00199471": "https://doi.org/10.1007/BF00199471",
    "10.1007/BF00199471": "https://doi.org/10.1007/BF00199471",
    "orcid:0000-0002-1825-0097": "https://orcid.org/0000-0002-1825-0097",
    "pubmed:12991237": "http://identifiers.org/pubmed/12991237",
    " https://example.org/a?b#c ": "https://example.org/a?b#c",
    "https://example.org/100%": "https://example.org/100%25",
}


@pytest.mark.parametrize(("text", "iri"), LINKS.items())
def test_a_link_is_written_out(text: str, iri: str) -> None:
    assert expand(text) == iri


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("GOO:0005261", "did you mean `go`"),
        ("XYZ:1", "the prefix of `XYZ:1` is not known"),
        ("mitochondrion", "neither an IRI nor a prefix"),
        ("GO:", "neither an IRI nor a prefix"),
        ("GO:1 2", "neither"),
        ("http://a b", "neither"),
        ("http://a\n<b>", "neither"),
        ("javascript:alert(1)", "is not known"),
        ("", "neither"),
    ],
)
def test_what_is_no_link_is_a_sentence(text: str, message: str) -> None:
    with pytest.raises(CurieError) as caught:
        expand(text)
    assert message in f"{caught.value}; {caught.value.hint}"


def test_terms_that_are_no_links_are_reported_with_their_place() -> None:
    model = Dynamics(
        "M",
        iri="XYZ:1",
        parameters={"a": {"value": 1.0, "grounding": ["GO:0005261", "membrane"]}},
    )
    said = [str(problem) for problem in links(model)]
    assert len(said) == 2
    assert said[0].startswith("iri: the prefix of `XYZ:1` is not known")
    assert said[1].startswith("parameters/a/grounding/1: `membrane` is neither")
    text = dump(model, "turtle")
    assert "bqbiol:isVersionOf obo:GO_0005261" in text
    assert "bqmodel:is" not in text


def test_prefixes_are_those_of_the_bioregistry() -> None:
    """All but those that their owners write otherwise, and ours."""
    prefixmaps = pytest.importorskip("prefixmaps")
    source = Path(prefixmaps.__file__).parent / "data" / "merged.csv"
    with source.open(encoding="utf-8") as lines:
        spoken = {(row["prefix"].lower(), row["namespace"]) for row in csv.DictReader(lines)}
    unknown = {name for name, iri in KNOWN.items() if (name, iri) not in spoken}
    own = {"kisao", "wikidata", "biomodels", "quantitykind", "tvbo", "nullcline"}
    assert unknown == own


def test_an_ode_is_said_to_be_one_and_a_map_is_not() -> None:
    assert "mamo:0000046" in dump(Dynamics("M"), "turtle")
    assert "mamo:" not in dump(Dynamics("M", system_type="discrete"), "turtle")
    noisy = {"x": {"equation": "-x", "noise": {"intensity": 1.0}}}
    assert "mamo:" not in dump(Dynamics("M", state_variables=noisy), "turtle")
