"""The ontology: LinkML's own OWL, without what would be false of the graphs that we write.

In them a slot with many values holds one rdf:List, so that nothing can be said of its values in
OWL; and a slot may hold different things in different classes, so that none has one range.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from linkml.generators.owlgen import OwlSchemaGenerator
from linkml_runtime.linkml_model import EnumDefinition
from linkml_runtime.utils.schemaview import SchemaView
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.plugins.serializers.turtle import TurtleSerializer
from rdflib.term import Node
from records import metadata, slots

SETTINGS: dict[str, Any] = {
    "metaclasses": False,
    "type_objects": False,
    "add_ols_annotations": False,
    "use_native_uris": False,
    "skip_vacuous_min_zero_cardinality_axioms": True,
    "skip_vacuous_local_range_axioms": True,
    "consolidate_cardinality_axioms": True,
}
SAID = {
    *(RDFS.label, DCTERMS.title, DCTERMS.license, SKOS.definition),
    *(SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch),
}
CARDINALITY = (OWL.cardinality, OWL.maxCardinality)
SCHEMA_ORG = "http://schema.org/"
LITERALS: dict[str, tuple[URIRef, ...]] = {
    "text": (XSD.string,),
    "flag": (XSD.boolean,),
    "integer": (XSD.integer,),
    "number": (XSD.double, XSD.integer),
    "array": (XSD.double, XSD.integer, RDF.JSON),
    "any": (XSD.string, XSD.double, XSD.integer, XSD.boolean, RDF.JSON),
}


def turtle(graph: Graph, view: SchemaView) -> str:
    """A graph as text that is the same wherever and whenever it is written."""
    for prefix in view.schema.prefixes.values():
        graph.bind(prefix.prefix_prefix, prefix.prefix_reference, replace=True)
    stream = BytesIO()
    Exact(graph).serialize(stream, encoding="utf-8")
    said = re.sub(r"[ \t]+$", "", stream.getvalue().decode(), flags=re.MULTILINE)
    return said.rstrip("\n") + "\n"


class Exact(TurtleSerializer):
    """Turtle with every digit of a number; rdflib would write seven."""

    def label(self, node: Node, position: int) -> str:
        """The text of a term."""
        if isinstance(node, Literal) and node.datatype == XSD.double:
            return f'"{node}"^^{self.getQName(XSD.double)}'
        return str(super().label(node, position))


def ontology(path: str, view: SchemaView) -> str:
    """The ontology as Turtle; `path` is the schema's file."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # it warns of each slot that is an object here, a text there
    try:
        stock = OwlSchemaGenerator(path, **SETTINGS).as_graph()
    finally:
        logging.disable(before)
    found = Graph()
    ours = str(view.expand_curie("nullcline:"))
    found.add((URIRef(view.schema.id), RDF.type, OWL.Ontology))
    for node in sorted(s for s in set(stock.subjects()) if str(s).startswith(ours)):
        if "#" not in node and str(node) != f"{ours}Any":
            say(found, stock, node)
    kinds: dict[URIRef, set[URIRef]] = {}
    for name in view.all_classes():
        if name != "Any":
            found.add((URIRef(ours + name), RDF.type, OWL.Class))
            for uri, kind in properties(found, view, name):
                kinds.setdefault(uri, set()).add(kind)
    for uri, found_kinds in kinds.items():
        # What leads to a thing here and to a text there is neither of OWL's kinds of property.
        kind = next(iter(found_kinds)) if len(found_kinds) == 1 else RDF.Property
        found.add((uri, RDF.type, kind))
    for name, enum in view.all_enums().items():
        choices(found, view, URIRef(ours + name), enum)
    return turtle(found, view)


def say(found: Graph, stock: Graph, node: Node) -> None:
    """What LinkML says of a class or slot that holds of our graphs too."""
    for fact, value in stock.predicate_objects(node):
        if fact in SAID and value != node:
            found.add((node, fact, value))
        slot = stock.value(value, OWL.onProperty)
        for cardinality in CARDINALITY:
            if fact == RDFS.subClassOf and (number := stock.value(value, cardinality)):
                restriction(found, node, slot, cardinality, number)


def restriction(found: Graph, node: Node, slot: Node, fact: URIRef, value: Node) -> None:
    """A class that a class is below: those with so many values of a slot, or values of a kind."""
    made = BNode(f"{node} {slot} {fact}")  # by which the text is sorted
    found.add((node, RDFS.subClassOf, made))
    found.add((made, RDF.type, OWL.Restriction))
    found.add((made, OWL.onProperty, slot))
    found.add((made, fact, value))


def properties(found: Graph, view: SchemaView, name: str) -> Iterator[tuple[URIRef, URIRef]]:
    """What the slots of a class lead from and to; yields each with its kind of property."""
    ours = str(view.expand_curie("nullcline:"))
    for slot in slots(view, name):
        known = metadata(view, slot)
        uri, kind = URIRef(str(view.get_uri(slot, expand=True))), known["kind"]
        found.add((uri, URIRef(f"{SCHEMA_ORG}domainIncludes"), URIRef(ours + name)))
        values = LITERALS.get(kind) or (URIRef(ours + known["of"]),)
        text = (XSD.string,) if known.get("text") or known.get("short") == "rhs" else ()
        for value in (*values, *text):
            found.add((uri, URIRef(f"{SCHEMA_ORG}rangeIncludes"), value))
        if known.get("many"):
            restriction(found, URIRef(ours + name), uri, OWL.maxCardinality, Literal(1))
        elif kind == "object" and not text:
            restriction(found, URIRef(ours + name), uri, OWL.allValuesFrom, *values)
        if known.get("many") or kind == "object":
            yield uri, OWL.ObjectProperty
        if not known.get("many") and (kind in LITERALS or text):
            yield uri, OWL.DatatypeProperty
        if kind == "choice":
            for value in view.get_enum(known["of"]).permissible_values.values():
                yield uri, OWL.ObjectProperty if value.meaning else OWL.DatatypeProperty


def choices(found: Graph, view: SchemaView, node: URIRef, enum: EnumDefinition) -> None:
    """The values of an enumeration: terms of other vocabularies, or else texts."""
    terms = [value.meaning for value in enum.permissible_values.values()]
    if all(terms):
        found.add((node, RDF.type, OWL.Class))
        values = [URIRef(str(view.expand_curie(term))) for term in terms]
    elif not any(terms):
        found.add((node, RDF.type, RDFS.Datatype))
        values = [Literal(str(name)) for name in enum.permissible_values]
    else:
        found.add((node, RDF.type, OWL.Class))
        return
    found.add((node, OWL.oneOf, Collection(found, BNode(), values).uri))
