"""Graphs checked against the SHACL shapes of the schema, and told of as YAML files are."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path as FilePath

from rdflib import SH, Graph

from nullcline import structure
from nullcline.datamodel import CLASSES
from nullcline.document import Document
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Path, Problem
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
        for kind, document in read(path):
            if kind == "Dynamics":
                Dynamics.from_document(document)
            elif kind == "Study":
                load_study(document, FilePath(path).parent)
            else:
                structure.load(CLASSES[kind], document)
    except ModelError as error:
        return list(error.problems)
    return []


def read(path: str | FilePath) -> list[tuple[str, Document]]:
    """The class and document of each declaration in a file that suits the shapes.

    Raises ModelError with every problem, of the shapes and of the reading.
    """
    file = str(path)
    graph = parse(read_text(path, LARGEST), FilePath(path).suffix.lower(), file)
    found = violations(graph, file)
    try:
        declared = documents(graph, file)
        for kind, document in declared if found else ():
            structure.load(CLASSES[kind], document)
    except ModelError as error:
        told = [problem.place.path for problem in found]
        found += [other for other in error.problems if not _beside(other.place.path, told)]
    if found:
        rest = len(found) - MOST
        more = [Problem(f"{rest} more problems like these")] if rest > 0 else []
        raise ModelError([*found[:MOST], *more])
    return declared


def violations(graph: Graph, file: str | None = None) -> list[Problem]:
    """What the shapes refuse in a graph, each place and sentence once."""
    graph = graph.skolemize()  # pyshacl writes a blank node out with all that hangs on it
    places = Places(graph, file)
    found = sorted(_results(graph, places), key=lambda violation: violation.order)
    said = dict.fromkeys(problem for violation in found for problem in violation.problems())
    return list(said)


def _results(graph: Graph, places: Places) -> Iterator[Violation]:
    from pyshacl import validate

    log = logging.getLogger("pyshacl")
    conforms, report, _ = validate(
        graph, shacl_graph=shapes(), inplace=True, do_owl_imports=False, logger=log
    )
    for result in () if conforms else report.objects(None, SH.result):
        yield Violation.of(report, result, places)


@cache
def shapes() -> Graph:
    """The shapes of the schema."""
    text = (files("nullcline.datamodel") / "nullcline.shacl.ttl").read_text("utf-8")
    return Graph().parse(data=text, format="turtle")


def _beside(path: Path, told: list[Path]) -> bool:
    """Whether something is told at a path already, or around it, or inside of it."""
    return any(path[: len(each)] == each[: len(path)] for each in told)
