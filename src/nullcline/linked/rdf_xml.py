"""RDF/XML, the form in which OWL files are passed on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from nullcline.datamodel.iris import NULLCLINE, RDF, XSD
from nullcline.errors import ModelError, Path, Place, Problem
from nullcline.linked.namespaces import OWL, PREFIXES
from nullcline.linked.thing import Iri, Literal, Thing, Value

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def rdf_xml(things: list[Thing]) -> str:
    """The text of an OWL ontology that holds the things as individuals."""
    return "".join(f"{line}\n" for line in _Writer().document(things))


class _Writer:
    """The lines of a file; the cells of lists have names that count up."""

    def __init__(self) -> None:
        self.cells = 0

    def document(self, things: list[Thing]) -> Iterator[str]:
        """The lines of the whole file."""
        names = "".join(f'\n         xmlns:{name}="{uri}"' for name, uri in PREFIXES.items())
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield f"<rdf:RDF{names}>"
        for root in things:
            yield f"  <owl:Ontology rdf:about={quoteattr(root.iri + '/ontology')}>"
            yield f'    <owl:imports rdf:resource="{NULLCLINE}schema"/>'
            yield "  </owl:Ontology>"
            yield from self.described(root)
        yield "</rdf:RDF>"

    def described(self, root: Thing) -> Iterator[str]:
        """A thing and what it holds, one after the other."""
        for one in root.walk():
            lists: list[str] = []
            yield f"  <rdf:Description rdf:about={quoteattr(one.iri)}>"
            for uri in [OWL + "NamedIndividual", *one.types()]:
                yield f"    <rdf:type rdf:resource={quoteattr(uri)}/>"
            for slot, value in one.facts:
                yield self.fact(one.predicate(slot), value, (*one.path, slot), lists)
            for uri, value in one.notes:
                yield self.fact(uri, value, one.path, lists)
            yield "  </rdf:Description>"
            yield from lists

    def fact(self, uri: str, value: Value, path: Path, lists: list[str]) -> str:
        """The line of a fact; the cells of a list go to `lists`."""
        tag = name(uri)
        match value:
            case Iri(text) | Thing(text):
                return f"    <{tag} rdf:resource={quoteattr(text)}/>"
            case Literal(text, datatype):
                typed = "" if datatype == XSD + "string" else f" rdf:datatype={quoteattr(datatype)}"
                return f"    <{tag}{typed}>{characters(text, path)}</{tag}>"
            case ():
                return f'    <{tag} rdf:resource="{RDF}nil"/>'
        first = self.cells + 1
        self.cells += len(value)
        for cell, item in enumerate(value, first):
            nil = f'rdf:resource="{RDF}nil"'
            rest = f'rdf:nodeID="cell{cell + 1}"' if cell < first + len(value) - 1 else nil
            lists.append(f'  <rdf:Description rdf:nodeID="cell{cell}">')
            lists.append(self.fact(RDF + "first", item, (*path, cell - first), lists))
            lists += [f"    <rdf:rest {rest}/>", "  </rdf:Description>"]
        return f'    <{tag} rdf:nodeID="cell{first}"/>'


def name(uri: str) -> str:
    """The name of the element that a property is."""
    for short, namespace in PREFIXES.items():
        if uri.startswith(namespace) and uri[len(namespace) :].isidentifier():
            return f"{short}:{uri[len(namespace) :]}"
    raise ValueError(f"{uri} cannot be the name of an XML element")


def characters(text: str, path: Path) -> str:
    """The characters of a text; a ModelError for one that no XML file can hold."""
    if found := FORBIDDEN.search(text):
        message = f"the text holds the character U+{ord(found[0]):04X}, which RDF/XML cannot hold"
        raise ModelError([Problem(message, Place(path), "write Turtle or JSON-LD")])
    return escape(text, {"\r": "&#13;"})
