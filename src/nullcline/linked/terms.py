"""Terms of other vocabularies: which of them say what a declaration says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nullcline.datamodel.iris import NULLCLINE, RDF, XSD

if TYPE_CHECKING:
    from nullcline.linked.thing import Thing

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "http://schema.org/"
PROV = "http://www.w3.org/ns/prov#"
BIBO = "http://purl.org/ontology/bibo/"
BQBIOL = "http://biomodels.net/biology-qualifiers/"
BQMODEL = "http://biomodels.net/model-qualifiers/"
SBO = "http://biomodels.net/SBO/SBO_"
KISAO = "http://www.biomodels.net/kisao/KISAO#KISAO_"
MAMO = "http://identifiers.org/mamo/MAMO_"
QUDT = "http://qudt.org/schema/qudt/"
EARL = "http://www.w3.org/ns/earl#"
OBO = "http://purl.obolibrary.org/obo/"

PREFIXES = {
    "nullcline": NULLCLINE,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "dcterms": DCTERMS,
    "schema": SCHEMA,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": PROV,
    "earl": EARL,
    "bibo": BIBO,
    "bqbiol": BQBIOL,
    "bqmodel": BQMODEL,
    "sbo": SBO,
    "kisao": KISAO,
    "mamo": MAMO,
    "qudt": QUDT,
    "unit": "http://qudt.org/vocab/unit/",
    "obo": OBO,
}

ROLES = {
    "Dynamics": [MAMO + "0000046"],
    "Parameter": [SBO + "0000002"],
    "DerivedParameter": [SBO + "0000002"],
    "Equation": [SBO + "0000064"],
    "Reference": [BIBO + "Document"],
    "ConformanceRun": [PROV + "Activity"],
    "Verdict": [EARL + "Assertion"],
    "Software": [PROV + "SoftwareAgent"],
}
"""What an object of a class also is."""


def types(thing: Thing) -> list[str]:
    """The classes of a thing: ours first, then others'."""
    own = (
        [] if thing.kind not in ROLES and not thing.kind[0].isupper() else [NULLCLINE + thing.kind]
    )
    return [*own, *ROLES.get(thing.kind, [])]
