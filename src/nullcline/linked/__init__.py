"""Declarations as linked data: what others' tools read, query and give back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from nullcline import datamodel, structure
from nullcline.datamodel.iris import NULLCLINE
from nullcline.datamodel.record import Record
from nullcline.document import Document
from nullcline.errors import ModelError, Problem
from nullcline.linked.curies import IRI
from nullcline.linked.json_ld import compact, json_ld_text
from nullcline.linked.rdf_xml import rdf_xml
from nullcline.linked.terms import annotate, problems
from nullcline.linked.thing import Thing, json_text, thing
from nullcline.linked.turtle import turtle
from nullcline.sources import read_file, read_text
from nullcline.sources.yaml import write

if TYPE_CHECKING:
    from rdflib import Graph

LARGEST = 20_000_000  # bytes of a file
BASE = f"{NULLCLINE}models/"
"""What the IRIs of models begin with."""

DOTS = re.compile(r"/\.{1,2}(/|$)")
"""Steps in an IRI that resolving takes out."""
FORMATS: dict[str, Callable[[list[Thing]], str]] = {
    "turtle": turtle,
    "json-ld": json_ld_text,
    "owl": rdf_xml,
}
"""How things are written in each format of linked data."""
SUFFIXES = {".ttl": "turtle", ".jsonld": "json-ld", ".json": "json", ".owl": "owl"}
SUFFIXES |= {".yaml": "yaml", ".yml": "yaml", ".rdf": "owl", ".nt": "nt"}
"""The format of files with each suffix."""

__all__ = ["BASE", "SUFFIXES", "documents", "dump", "graph", "json_ld", "links", "load"]


def things(records: Record | Iterable[Record], base: str | None = None) -> list[Thing]:
    """The things that declarations are; raises ModelError where two have the same IRI."""
    import nullcline

    if base is not None and (not IRI.fullmatch(base) or DOTS.search(base) or base[-1] not in "/#"):
        raise ValueError(f"the base {base} is not an IRI that ends with / or #")
    found = [thing(one, base) for one in ([records] if isinstance(records, Record) else records)]
    iris = [root.iri for root in found]
    if twice := [iri for iri in iris if iris.count(iri) > 1]:
        said = f"two declarations have the IRI <{twice[0]}>, so that one graph cannot hold both"
        raise ModelError([Problem(said, hint="give them different names")])
    for root in found:
        annotate(root, nullcline.__version__)
    return found


def links(model: Record) -> list[Problem]:
    """A sentence for each term (`iri`, `grounding`) of which no link can be made."""
    return problems(thing(model))


def graph(model: Record | Iterable[Record], base: str | None = None) -> Graph:
    """The graph of a model, of a study, of what was proved, or of several of them.

    IRIs are scoped: `<base><Model>/parameters/<p>`; `base` is BASE for models. What holds several
    things is an rdf:List, in their order.
    """
    from nullcline.sources.graph_text import parse

    return parse(turtle(things(model, base)), "turtle")


def dump(model: Record | Sequence[Record], format: str, base: str | None = None) -> str:
    """The text of a declaration, or of several, in "turtle", "json-ld", "owl", "json" or "yaml".

    Raises ModelError for what the format cannot hold and ValueError for an unknown format.
    """
    try:
        return _text(model, format, base)
    except UnicodeEncodeError:
        message = "a text holds half of a character (a lone surrogate), which no file can hold"
        raise ModelError([Problem(message)]) from None


def _text(model: Record | Sequence[Record], format: str, base: str | None) -> str:
    if write_things := FORMATS.get(format):
        return write_things(things(model, base))
    if not isinstance(model, Record):
        if len(model) != 1:
            raise ValueError(f"a file of the format {format} holds one declaration")
        model = model[0]
    data = structure.dump(model)
    if format == "json":
        return json_text(data, pad="") + "\n"
    if format == "yaml":
        return write(data)
    raise ValueError(f"there is no format {format}: {', '.join([*FORMATS, 'json', 'yaml'])}")


def documents(text: str, format: str, file: str | None = None) -> list[tuple[str, Document]]:
    """The class and the document of each declaration in a text; raises ModelError."""
    from nullcline.sources import json_text, yaml

    if format not in {"json", "yaml"}:
        from nullcline.sources import graph as graphs

        return graphs.read(text, {"owl": "xml"}.get(format, format), file)
    return [_with_class((json_text if format == "json" else yaml).read(text, file))]


def _with_class(document: Document) -> tuple[str, Document]:
    from nullcline.study import is_study

    if isinstance(document.value, dict) and "verdicts" in document.value:
        return "ConformanceRun", document
    return "Study" if is_study(document) else "Dynamics", document


def load(source: str | FilePath, format: str | None = None) -> list[Record]:
    """Every declaration in a text (with a line break) or a file: the exact inverse of `dump`.

    Models are of the class nullcline.Dynamics. Raises ModelError with every problem.
    """
    from nullcline.dynamics import Dynamics

    file = None if isinstance(source, str) and "\n" in source else str(source)
    suffix = FilePath(file).suffix.lower() if file else ""
    found: list[Record] = []
    if format is None and file is not None and suffix not in SUFFIXES:
        read = [_with_class(read_file(file))]
    else:
        text = str(source) if file is None else read_text(source, LARGEST)
        read = documents(text, format or SUFFIXES.get(suffix, "yaml"), file)
    for kind, document in read:
        if kind == "Dynamics":
            found.append(Dynamics.from_document(document))
        else:
            found.append(structure.load(datamodel.CLASSES[kind], document))
    return found


def json_ld(model: Record, base: str | None = None) -> dict[str, Any]:
    """Compact JSON-LD with its context inside, which needs no network to be understood."""
    return compact(things(model, base))
