"""The SHACL shapes: LinkML's own, fitted to the graph in which a declaration is written.

There a slot with many values holds one rdf:List, a number is any of XSD's kinds of number, and
what has no meaning here is JSON. Each property shape has an IRI, by which a fault is told in words.
"""

from __future__ import annotations

from typing import Any

from linkml.generators.shaclgen import ShaclGenerator
from linkml_runtime.utils.schemaview import SchemaView
from ontology import turtle
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from records import metadata, slots

FINITE = r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$"
INFINITE = rf"^[-+]?(INF|inf)$|{FINITE}"
WHOLE = r"^[-+]?[0-9]+(\.0*)?$"
ARRAY = r"^\[[\s\[\],0-9eE.+-]*\]$"
# Names beyond ASCII are left to whoever reads the graph: SHACL has no words for Unicode's names.
NAME = r"^[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*$"
NUMBERS = {
    "number": ("Number", "A finite number.", FINITE),
    "infinite": ("NumberOrInfinity", "A number, which may be infinite.", INFINITE),
    "integer": ("WholeNumber", "A whole number.", WHOLE),
}

NOTES: list[URIRef] = []
"""Properties that follow from others, for readers of other vocabularies."""

LIST = """\
SELECT $this ?value WHERE {
  $this <{rdf}rest>* ?one, ?other .
  ?one <{rdf}first>/<{name}> ?value .
  ?other <{rdf}first>/<{name}> ?value .
  FILTER (?one != ?other)
}"""


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
        self.list, self.names = self.own("List"), self.own("Names")

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
        self.add(shape, ignoredProperties=[RDF.type, *NOTES])
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
        self.add(own, node=(self.list, self.names) if many == "dict" else self.list)
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
                values = Collection(self.stock, self.stock.value(old, SH["in"]))
                self.add(own, in_=list(values))
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
        if not (known.get("text") or known.get("short")) or known.get("many") == "dict":
            self.add(own, **thing)
            return
        text = {"datatype": XSD.string}
        text |= {"pattern": known["pattern"]} if "pattern" in known else {}
        self.add(own, or_=self.either(thing, text))

    def number_shapes(self) -> None:
        """A number of any of XSD's kinds, finite or not, whole or not."""
        for name, words, pattern in NUMBERS.values():
            kinds = (XSD.double, XSD.integer, XSD.decimal)
            choices = [{"datatype": kind} for kind in kinds]
            shape = self.add(self.own(name), or_=self.either(*choices), pattern=pattern)
            self.graph.add((shape, RDF.type, SH.NodeShape))
            self.graph.add((shape, RDFS.comment, Literal(words)))

    def list_shapes(self) -> None:
        """A list that ends and has one value in each place; no name twice among its items."""
        for name, words in {
            self.list: "A list that comes to its end and holds one value at each place.",
            self.names: "A list in which no name stands twice.",
        }.items():
            self.graph.add((name, RDF.type, SH.NodeShape))
            self.graph.add((name, RDFS.comment, Literal(words)))
        cells = [self.add(BNode(), zeroOrMorePath=RDF.rest) for _ in range(2)]
        ends = self.add(self.own("List/end"), path=cells[0], hasValue=RDF.nil)
        one = tuple(
            self.add(self.own(f"List/{name}"), path=RDF[name], minCount=1, maxCount=1)
            for name in ("first", "rest")
        )
        cell = self.either({"in_": [RDF.nil]}, {"property": one})
        each = self.add(self.own("List/cell"), path=cells[1], or_=cell)
        self.add(self.list, property=(ends, each))
        text = LIST.replace("{rdf}", str(RDF)).replace("{name}", f"{self.ours}name")
        query = self.add(BNode(), select=text, message="No name stands here twice.")
        self.graph.add((query, RDF.type, SH.SPARQLConstraint))
        self.add(self.names, sparql=query)
