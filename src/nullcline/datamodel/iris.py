"""Which IRI each class, slot and choice of the schema has as linked data."""

from __future__ import annotations

from functools import cache

from nullcline.datamodel import CLASSES, MEANINGS

NULLCLINE = "https://w3id.org/nullcline/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@cache
def predicates(kind: str) -> dict[str, str]:
    """The IRI of each slot of a class."""
    fields = CLASSES[kind].__dataclass_fields__.items()
    return {slot: known.metadata.get("uri", NULLCLINE + slot) for slot, known in fields}


@cache
def slots(kind: str) -> dict[str, str]:
    """The slot of a class that each IRI is."""
    return {uri: slot for slot, uri in predicates(kind).items()}


@cache
def choices(enum: str) -> dict[str, str]:
    """The choice that each IRI is, in an enumeration."""
    return {uri: choice for choice, uri in MEANINGS.get(enum, {}).items()}
