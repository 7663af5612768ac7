"""The SHACL shapes: LinkML's own, fitted to the graph in which a declaration is written.

There a slot with many values holds one rdf:List, a number is any of XSD's kinds of number, and
what has no meaning here is JSON. Each property shape has an IRI, by which a fault is told in words.
SHACL Core has no words for items of a list that share a name: whoever reads the graph refuses them.
"""

from __future__ import annotations

from typing import Any

from linkml.generators.shaclgen import ShaclGenerator
from linkml_runtime.utils.schemaview import SchemaView
from ontology import turtle
from rdflib import DCTERMS, PROV, RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from records import metadata, slots

FINITE = r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$"
INFINITE = rf"^[-+]?(INF|inf)$|{FINITE}"
WHOLE = r"^[-+]?[0-9]+(\.0*)?$"
ARRAY = r"^\[[\s\[\],0-9eE.+-]*\]$"
# Names beyond ASCII are left to whoever reads the graph: SHACL has no words for Unicode's names.
NAME = r"^[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*$"
LARGEST = Literal("1.7976931348623157e308", datatype=XSD.double, normalize=False)
LEAST = Literal("-1.7976931348623157e308", datatype=XSD.double, normalize=False)
INFINITY = Literal("INF", datatype=XSD.double, normalize=False)
NEGATIVE = Literal("-INF", datatype=XSD.double, normalize=False)
# Limits are what only numbers have, of whatever kind: NaN and texts lie outside of any.
NUMBERS = {
    "number": ("Number", "A finite number.", FINITE, LEAST, LARGEST),
    "infinite": (
        "NumberOrInfinity",
        "A number, which may be infinite.",
        INFINITE,
        NEGATIVE,
        INFINITY,
    ),
    "integer": ("WholeNumber", "A whole number.", WHOLE, LEAST, LARGEST),
}

NOTES = {
    str(RDFS): "label",
    str(DCTERMS): "isPartOf title",
    str(PROV): "wasDerivedFrom wasGeneratedBy",
    "http://schema.org/": "citation description name sameAs unitCode url variableMeasured",
    "http://purl.org/ontology/bibo/": "doi",
    "http://biomodels.net/biology-qualifiers/": "is isVersionOf",
    "http://biomodels.net/model-qualifiers/": "is",
    "http://qudt.org/schema/qudt/": "hasUnit",
    "http://purl.obolibrary.org/obo/": "IAO_0000039",
    "http://www.w3.org/ns/earl#": "subject",
}
"""Properties that follow from a declaration, written for readers of other vocabularies."""


def shapes(path: str, view: SchemaView) -> str:
    """The shapes as Turtle; `path` is the schema's file."""
    stock = ShaclGenerator(path).as_graph()
    fitted = Fitted(view, stock)
    for name in view.all_classes():
        if name != "Any":
            fitted.node_shape(name)
    fitted.number_shapes()
    fitted.list_shapes()
    return turtle(fitted.graph, view)


class Fitted:
    """The shapes in the making."""

    def __init__(self, view: SchemaView, stock: Graph) -> None:
        self.view, self.stock, self.graph = view, stock, Graph()
        self.ours = str(view.expand_curie("nullcline:"))
        self.list = self.own("List")

    def own(self, name: str) -> URIRef:
        """The IRI of a shape that is no class."""
        return URIRef(f"{self.ours}shapes/{name}")

    def add(self, node: Node, /, **facts: Any) -> Node:
        """Facts in SHACL's terms; a list becomes an rdf:List, anything else of Python a literal."""
        for name, value in facts.items():
            for each in value if isinstance(value, tuple) else (value,):
                said = self.collection(each) if isinstance(each, list) else each
                said = said if isinstance(said, Node) else Literal(said)
                self.graph.add((node, SH[name.rstrip("_")], said))
        return node

    def collection(self, items: list[Node]) -> Node:
        """A list of nodes."""
        return Collection(self.graph, BNode(), items).uri

    def either(self, *choices: dict[str, Any]) -> list[Node]:
        """What sh:or holds: one shape for each choice."""
        return [self.add(BNode(), **choice) for choice in choices]

    def node_shape(self, name: str) -> None:
        """The shape of a class and of its slots."""
        shape = URIRef(self.ours + name)
        for fact in (RDF.type, SH.targetClass, SH.closed, RDFS.comment):
            self.graph.add((shape, fact, self.stock.value(shape, fact)))
        notes = [URIRef(space + name) for space, said in NOTES.items() for name in said.split()]
        self.add(shape, ignoredProperties=[RDF.type, *notes])
        stocked = {self.stock.value(p, SH.order): p for p in self.stock[shape : SH.property]}
        for order, slot in enumerate(slots(self.view, name)):
            own = self.own(f"{name}/{slot.name}")
            self.add(shape, property=own)
            self.slot_shape(shape, own, stocked[Literal(order)], metadata(self.view, slot))

    def slot_shape(self, shape: URIRef, own: URIRef, old: Node, known: dict[str, Any]) -> None:
        """The shape of a slot, and of the items of its list."""
        self.graph.add((own, RDF.type, SH.PropertyShape))
        for fact in (SH.path, SH.order, SH.description, SH.minCount):
            if (value := self.stock.value(old, fact)) is not None:
                self.graph.add((own, fact, value))
        self.add(own, maxCount=1)
        if not (many := known.get("many")):
            self.values(own, old, known)
            return
        self.add(own, node=self.list)
        item, path = URIRef(f"{own}/item"), self.stock.value(old, SH.path)
        rest = self.add(BNode(), zeroOrMorePath=RDF.rest)
        self.graph.add((item, RDF.type, SH.PropertyShape))
        self.add(item, path=[path, rest, RDF.first])
        self.add(shape, property=item)
        self.values(item, old, known)
        if known.get("identifier") and many == "dict":
            rest = self.add(BNode(), zeroOrMorePath=RDF.rest)
            steps = [path, rest, RDF.first, URIRef(f"{self.ours}name")]
            named = self.add(URIRef(f"{own}/name"), path=steps, pattern=NAME)
            self.graph.add((named, RDF.type, SH.PropertyShape))
            self.add(shape, property=named)

    def values(self, own: URIRef, old: Node, known: dict[str, Any]) -> None:
        """What a value, or each item of a list, must be."""
        match known["kind"]:
            case "text":
                patterns = (known.get("pattern"), NAME if known.get("identifier") else None)
                self.add(own, datatype=XSD.string, nodeKind=SH.Literal)
                for pattern in filter(None, patterns):
                    self.add(own, pattern=pattern)
            case "flag":
                self.add(own, datatype=XSD.boolean, nodeKind=SH.Literal)
            case "any":
                self.add(own, nodeKind=SH.Literal)
            case "choice":
                terms = list(Collection(self.stock, self.stock.value(old, SH["in"])))
                texts = [Literal(value) for value in known["values"]]
                self.add(own, in_=[*terms, *(text for text in texts if text not in terms)])
            case "object":
                self.objects(own, known)
            case "array":
                array = {"datatype": RDF.JSON, "pattern": ARRAY}
                self.add(own, or_=self.either({"node": self.own(NUMBERS["number"][0])}, array))
            case "number" | "integer" as kind:
                kind = "infinite" if known.get("infinite") else kind
                self.add(own, node=self.own(NUMBERS[kind][0]))
                limits = {"minInclusive": "minimum", "maxInclusive": "maximum"}
                self.add(own, **{k: known[v] for k, v in limits.items() if v in known})

    def objects(self, own: URIRef, known: dict[str, Any]) -> None:
        """An object of a class; where a text may stand for it, also a text."""
        thing = {"class_": URIRef(self.ours + known["of"]), "nodeKind": SH.BlankNodeOrIRI}
        if known.get("text"):
            self.add(own, or_=self.either(thing, {"datatype": XSD.string}))
        else:
            self.add(own, **thing)

    def number_shapes(self) -> None:
        """A number of any of XSD's kinds: finite, or not, or whole."""
        for name, words, pattern, least, most in NUMBERS.values():
            shape = self.described(self.own(name), words)
            self.add(shape, pattern=pattern, minInclusive=least, maxInclusive=most)

    def described(self, shape: URIRef, words: str) -> URIRef:
        """A shape of no class, in words."""
        self.graph.add((shape, RDF.type, SH.NodeShape))
        self.graph.add((shape, RDFS.comment, Literal(words)))
        return shape

    def list_shapes(self) -> None:
        """A list that ends and has one value at each place."""
        cell = self.described(self.own("Cell"), "A place of a list, which holds one value.")
        for name in ("first", "rest"):
            one = self.add(self.own(f"Cell/{name}"), path=RDF[name], minCount=1, maxCount=1)
            self.graph.add((one, RDF.type, SH.PropertyShape))
            self.add(cell, targetSubjectsOf=RDF[name], property=one)
        self.described(self.list, "A list that comes to its end.")
        rest = self.add(BNode(), zeroOrMorePath=RDF.rest)
        self.add(self.list, property=self.add(self.own("List/end"), path=rest, hasValue=RDF.nil))
