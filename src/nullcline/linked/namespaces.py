"""The namespaces whose terms are used, and the prefixes that they are written with."""

from __future__ import annotations

from nullcline.datamodel.iris import NULLCLINE, RDF, XSD

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
DCTERMS = "http://purl.org/dc/terms/"
SCHEMA = "http://schema.org/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
EARL = "http://www.w3.org/ns/earl#"
BIBO = "http://purl.org/ontology/bibo/"
BQBIOL = "http://biomodels.net/biology-qualifiers/"
BQMODEL = "http://biomodels.net/model-qualifiers/"
SBO = "http://biomodels.net/SBO/SBO_"
KISAO = "http://www.biomodels.net/kisao/KISAO#KISAO_"
MAMO = "http://identifiers.org/mamo/MAMO_"
QUDT = "http://qudt.org/schema/qudt/"
UNIT = "http://qudt.org/vocab/unit/"
OBO = "http://purl.obolibrary.org/obo/"

PREFIXES = {
    "nullcline": NULLCLINE,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "dcterms": DCTERMS,
    "schema": SCHEMA,
    "skos": SKOS,
    "prov": PROV,
    "earl": EARL,
    "bibo": BIBO,
    "bqbiol": BQBIOL,
    "bqmodel": BQMODEL,
    "sbo": SBO,
    "kisao": KISAO,
    "mamo": MAMO,
    "qudt": QUDT,
    "unit": UNIT,
    "obo": OBO,
}
