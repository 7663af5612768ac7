"""Graphs checked against the SHACL shapes of the schema, and told of as YAML files are."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath

from pyshacl import validate
from rdflib import SH, Graph

from nullcline import structure
from nullcline.datamodel import CLASSES
from nullcline.document import Document
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Path, Place, Problem
from nullcline.linked.places import Places
from nullcline.linked.violation import Violation
from nullcline.sources import read_text
from nullcline.sources.graph import MOST, documents
from nullcline.sources.graph_text import LARGEST, parse
from nullcline.study import load_study


def problems(path: str | FilePath) -> list[Problem]:
    """Everything that is wrong with a file in Turtle, JSON-LD, N-Triples or RDF/XML.

    What the shapes refuse comes first, in the words of YAML files; then what is said about other
    places by reading the graph, or else by the equations.
    """
    try:
        for kind, document in declared(graph_of(path), str(path)):
            if kind == "Dynamics":
                Dynamics.from_document(document)
            elif kind == "Study":
                load_study(document, FilePath(path).parent)
            else:
                structure.load(CLASSES[kind], document)
    except ModelError as error:
        return list(error.problems)
    return []


def graph_of(path: str | FilePath) -> Graph:
    """The graph that a file holds; raises ModelError where it cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib warns of literals that a sentence will be about
        return parse(read_text(path, LARGEST), FilePath(path).suffix.lower(), str(path))


def declared(graph: Graph, file: str | None = None) -> list[tuple[str, Document]]:
    """The class and document of each declaration in a graph that suits the shapes.

    Raises ModelError with every problem, of the shapes and of the reading.
    """
    found = violations(graph, file)
    found_in: list[tuple[str, Document]] = []
    try:
        found_in = documents(graph, file)
        for kind, document in found_in if found else ():
            structure.load(CLASSES[kind], document)
    except ModelError as error:
        told = [problem.place.path for problem in found]
        found += [other for other in error.problems if not _told(other.place.path, told)]
    if found:
        rest = len(found) - MOST
        more = [Problem(f"{rest} more problems like these", Place((), file))] if rest > 0 else []
        raise ModelError([*found[:MOST], *more])
    return found_in


def models(graph: Graph, file: str | None = None) -> list[Document]:
    """The documents of the models and studies in a graph that suits the shapes."""
    found = declared(graph, file)
    for kind, document in found:
        if kind not in {"Dynamics", "Study"}:
            place = Place((), file, node=document.nodes[()])
            raise ModelError([Problem(f"this is a {kind}, no model and no study", place)])
    return [document for _, document in found]


def violations(graph: Graph, file: str | None = None) -> list[Problem]:
    """What the shapes refuse in a graph, each place and sentence once."""
    graph = graph.skolemize()  # pyshacl writes a blank node out with all that hangs on it
    places = Places(graph, file)
    found = sorted(_results(graph, places), key=lambda violation: violation.order)
    said = dict.fromkeys(problem for violation in found for problem in violation.problems())
    return list(said)


def _results(graph: Graph, places: Places) -> Iterator[Violation]:
    log = logging.getLogger("pyshacl")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        conforms, report, _ = validate(
            graph, shacl_graph=shapes(), inplace=True, do_owl_imports=False, logger=log
        )
    if not isinstance(report, Graph):  # a failure of pyshacl, which has words for it
        raise ModelError(
            [Problem(f"the graph cannot be checked: {report}", Place((), places.file))]
        )
    for result in () if conforms else report.objects(None, SH.result):
        yield Violation.of(report, result, places)


@cache
def shapes() -> Graph:
    """The shapes of the schema."""
    text = (files("nullcline.datamodel") / "nullcline.shacl.ttl").read_text("utf-8")
    return Graph().parse(data=text, format="turtle")


def _told(path: Path, told: list[Path]) -> bool:
    """Whether something is told already at a path, or around or inside of it."""
    return bool(path) and any(each and path[: len(each)] == each[: len(path)] for each in told)
