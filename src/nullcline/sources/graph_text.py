"""Texts that hold a graph, read without reaching for anything outside of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from xml.parsers import expat

import rdflib
from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from nullcline.errors import ModelError, Place, Problem
from nullcline.sources import fail, foreign, too_deep
from nullcline.sources.json_text import parse as parse_json

LARGEST = 20_000_000  # characters of a text
DEEPEST = 200  # elements of XML, or collections of JSON, inside others
LONGEST = 1_000_000  # characters of a text in XML, whose lines rdflib joins in quadratic time
SUFFIXES = {".ttl": "turtle", ".nt": "nt", ".jsonld": "json-ld", ".owl": "xml", ".rdf": "xml"}
NAMES = {"turtle": "Turtle", "nt": "N-Triples", "json-ld": "JSON-LD", "xml": "RDF/XML"}
NOWHERE = "https://w3id.org/nullcline/models/"
"""What relative IRIs are resolved against, rather than against where the file lies."""


def parse(text: str, format: str, file: str | None = None) -> Graph:
    """The graph of a text in a format, or of the format with a suffix; raises ModelError."""
    format = SUFFIXES.get(format, format)
    if len(text) > LARGEST:
        fail(f"the file holds more than {LARGEST:,} characters", file)
    text, graph = text.removeprefix("\ufeff"), _Graph(bind_namespaces="none")
    own = ("XML (", "RDF/XML") if format == "xml" else ("XML (",)  # an IRI looks like an element
    try:
        with _literally():
            if format == "json-ld":
                data = parse_json(text, file, DEEPEST)
                _check_contexts(data, file)
                to_rdf(data, graph, NOWHERE, allow_lists_of_lists=True)
            else:
                if format == "xml":
                    foreign.refuse(text, file, own)
                    _check_xml(text, file)
                graph.parse(data=text, format=format, publicID=NOWHERE)
    except ModelError:
        raise
    except RecursionError:
        fail("the file is nested too deep", file)
    except Exception as error:  # rdflib's parsers raise whatever their inner workings do
        foreign.refuse(text, file, own)
        _refuse(error, NAMES[format], file)
    return graph


def _refuse(error: Exception, name: str, file: str | None) -> NoReturn:
    """A sentence for what a parser says, with the line if it knows one."""
    line = getattr(error, "lines", None)
    said = " ".join(str(getattr(error, "_why", None) or error).split())[:200]
    if isinstance(error, AttributeError | TypeError | LookupError | NameError):
        said = "a part of it is not what stands there in this format"
    elif "integer string conversion" in said:
        said = "a whole number has too many digits"
    place = Place((), file, line + 1 if isinstance(line, int) else None)
    raise ModelError([Problem(f"this is not {name}: {said}", place)]) from None


@contextmanager
def _literally() -> Iterator[None]:
    """Literals keep their characters, and nothing is logged about those that mean nothing."""
    log, before = logging.getLogger("rdflib.term"), rdflib.NORMALIZE_LITERALS
    silent, log.disabled, rdflib.NORMALIZE_LITERALS = log.disabled, True, False
    try:
        yield
    finally:
        log.disabled, rdflib.NORMALIZE_LITERALS = silent, before


def _check_contexts(data: Any, file: str | None) -> None:
    """Refuse a context that stands elsewhere."""
    todo = [data]
    while todo:
        part = todo.pop()
        if isinstance(part, list):
            todo += part
        elif isinstance(part, dict):
            todo += part.values()
            found = part.get("@context")
            contexts = found if isinstance(found, list) else [found]
            remote = [one for one in [*contexts, part.get("@import")] if isinstance(one, str)]
            if remote:
                said = f"the context `{remote[0][:100]}` stands elsewhere, and nothing is fetched"
                fail(said, file, "put the context into the file")


def _check_xml(text: str, file: str | None) -> None:
    """Refuse entities, by which a few lines of XML become gigabytes or reach for other files."""
    parser = expat.ParserCreate("utf-8")
    depth = length = 0

    def here(message: str, hint: str | None = None) -> NoReturn:
        place = Place((), file, parser.CurrentLineNumber)
        raise ModelError([Problem(message, place, hint)])

    def doctype(*_: Any) -> None:
        said = "a document type (<!DOCTYPE ...>) is not read: it could declare entities"
        here(said, "write the IRIs out")

    def deeper(*_: Any) -> None:
        nonlocal depth, length
        depth, length = depth + 1, 0
        if depth > DEEPEST:
            here(too_deep(DEEPEST))

    def back(_: str) -> None:
        nonlocal depth
        depth -= 1

    def longer(text: str) -> None:
        nonlocal length
        length += len(text)
        if length > LONGEST:
            here(f"a text of more than {LONGEST:,} characters is not read from XML")

    parser.StartDoctypeDeclHandler = doctype
    parser.CharacterDataHandler = longer
    parser.StartElementHandler, parser.EndElementHandler = deeper, back
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        said = f"this is not XML: {expat.ErrorString(error.code)}"
        raise ModelError([Problem(said, Place((), file, error.lineno, error.offset + 1))]) from None


class _Graph(Graph):
    """A graph that does not keep prefixes, which rdflib does in quadratic time."""

    def bind(self, *_: Any, **__: Any) -> None:
        """Nothing: a prefix says nothing about a model."""
