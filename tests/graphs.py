"""A file of YAML as a graph, without being checked: what somebody else might write."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize
from urllib.parse import quote

from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection

from nullcline.datamodel import CLASSES
from nullcline.document import Document, Scalar, plain
from nullcline.linked.thing import json_text

OURS = "https://w3id.org/nullcline/"
# Written out here, so that the tests do not ask the code under test for its predicates.
ELSEWHERE = {
    "description": "http://purl.org/dc/terms/description",
    "references": "http://purl.org/dc/terms/references",
    "symbol": "http://www.w3.org/2004/02/skos/core#notation",
}
PARAMETER_VALUE = "http://schema.org/defaultValue"


def raw_graph(document: Document, kind: str = "Dynamics", name: str = "raw") -> Graph:
    """The graph of a document in the shape that linked data of ours have."""
    graph = Graph()
    _thing(graph, kind, document.value, URIRef(f"{OURS}models/{name}"))
    return graph


def predicate(kind: str, slot: str) -> URIRef:
    """The IRI of a slot, known or not."""
    if (kind, slot) == ("Parameter", "value"):
        return URIRef(PARAMETER_VALUE)
    has = kind in CLASSES and slot in CLASSES[kind].__dataclass_fields__
    own = {"Event", "Noise", "Distribution"}  # whose slots are their own
    elsewhere = ELSEWHERE.get(slot) if has and kind not in own else None
    return URIRef(elsewhere or OURS + quote(slot, safe=""))


def _thing(graph: Graph, kind: str, data: Any, node: URIRef) -> URIRef:
    graph.add((node, RDF.type, URIRef(OURS + kind)))
    for slot, value in data.items():
        known = CLASSES[kind].__dataclass_fields__.get(slot)
        metadata = known.metadata if known else {"kind": "any"}
        for term in _values(graph, metadata, value, URIRef(f"{node}/{quote(slot, safe='')}")):
            graph.add((node, predicate(kind, slot), term))
    return node


def _values(graph: Graph, known: Any, value: Any, node: URIRef) -> list[Any]:
    """One term, or none where nothing stands."""
    if isinstance(value, Scalar) and value.value is None:
        return []
    if known.get("many") == "dict" and isinstance(value, dict):
        items = [_named(graph, known, name, item, node) for name, item in value.items()]
        return [Collection(graph, BNode(), items).uri if items else RDF.nil]
    nested = known["kind"] in {"any", "array"} and "many" not in known
    if known.get("names") and isinstance(value, list):
        items = [_named(graph, known, v.raw, {}, node) for v in value]
        return [Collection(graph, BNode(), items).uri]
    if isinstance(value, list) and not nested:
        single = {key: said for key, said in known.items() if key != "many"}
        items = [_values(graph, single, v, URIRef(f"{node}/{i}")) for i, v in enumerate(value)]
        return [Collection(graph, BNode(), [term for item in items for term in item]).uri]
    return [_single(graph, known, value, node)]


def _named(graph: Graph, known: Any, name: str, item: Any, node: URIRef) -> Any:
    """An item under its name; a bare value stands for the slot that the schema names."""
    inner = URIRef(f"{node}/{quote(name, safe='')}")
    empty = isinstance(item, Scalar) and item.value is None
    if not isinstance(item, dict) and not empty and not known.get("short"):
        return _single(graph, {"kind": "any"}, item, inner)
    whole = {} if empty else item if isinstance(item, dict) else {known["short"]: item}
    made = _thing(graph, known["of"], whole, inner)
    names = predicate(known["of"], "name")
    if normalize("NFKC", name) not in {str(said) for said in graph.objects(made, names)}:
        graph.add((made, names, Literal(name)))
    return made


def _single(graph: Graph, known: Any, value: Any, node: URIRef) -> Any:
    if known["kind"] == "object" and isinstance(value, dict):
        return _thing(graph, known["of"], value, node)
    if known["kind"] == "object" and known.get("short"):
        return _thing(graph, known["of"], {known["short"]: value}, node)
    if not isinstance(value, Scalar):
        return Literal(json_text(plain(value)), datatype=RDF.JSON)
    as_text = known["kind"] in {"text", "choice", "object"}
    if isinstance(value.value, float) and not as_text:
        said = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(str(value.value), str(value.value))
        return Literal(said, datatype=XSD.double, normalize=False)
    return Literal(value.raw if as_text else value.value)
