"""Many models as one graph to ask questions of, each known by its file too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rdflib import RDF, BNode, Graph, Literal, URIRef

from nullcline.datamodel import ConformanceRun
from nullcline.datamodel.iris import NULLCLINE, XSD
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Problem
from nullcline.linked import BASE, LARGEST, SUFFIXES, documents, things
from nullcline.linked.namespaces import EARL, PROV
from nullcline.linked.thing import Iri, Thing, Value
from nullcline.linked.thing import Literal as Said
from nullcline.sources import read_text
from nullcline.study import load_study

STRING = XSD + "string"
MODEL_PATH = URIRef(NULLCLINE + "model_path")


@dataclass
class Repository:
    """A graph, the files and IRIs of its models by name, and what could not be taken in."""

    graph: Graph = field(default_factory=Graph)
    models: dict[str, list[tuple[Path, URIRef]]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, files: Iterable[Path], root: Path | None = None) -> Repository:
        """The repository of the models and studies in files, in any format, below a folder.

        Models that share a name have IRIs that hold their paths from there too.
        """
        found = cls()
        named: dict[str, list[tuple[list[Path], Dynamics]]] = {}
        for path in files:
            try:
                models = read_models(path)
            except ModelError as error:
                found.problems += error.problems
                continue
            for model in models:
                same = named.setdefault(model.name, [])
                twin = next((paths for paths, other in same if other == model), None)
                if twin is None:
                    same.append(([path], model))
                else:
                    twin.append(path)
        for same in named.values():
            for paths, model in same:
                found.add(model, paths, BASE if len(same) == 1 else scope(paths[0], root))
        return found

    def add(self, model: Dynamics, paths: Sequence[Path], base: str = BASE) -> None:
        """Take a model in, with the files that hold it."""
        (thing,) = things(model, base)
        node = add_thing(self.graph, thing)
        for path in paths:
            self.graph.add((node, MODEL_PATH, Literal(path.as_posix())))
            self.models.setdefault(model.name, []).append((path, node))

    def add_verdicts(self, run: ConformanceRun) -> None:
        """Take in what `nullcline conform --json` found out about the models that are here."""
        strangers = []
        known = []
        for verdict in run.verdicts:
            subject = self.about(verdict.model_path or "", verdict.model_name or "")
            if subject is None:
                strangers.append(verdict.model_path)
            else:
                known.append((verdict, subject))
                verdict.exported_text, verdict.comparisons = None, []
        run.verdicts = [verdict for verdict, _ in known]
        (root,) = things(run)
        earl = EARL + "subject"
        parts = [part for part in root.parts() if part.kind == "Verdict"]
        for part, (_, subject) in zip(parts, known, strict=True):
            part.notes[:] = [note for note in part.notes if note[0] != earl]
            part.notes.append((earl, Iri(str(subject))))
            part.notes.append((PROV + "wasGeneratedBy", Iri(root.iri)))
        add_thing(self.graph, root)
        if strangers:
            said = f"{len(strangers)} verdicts are about models that are not here"
            self.notes.append(f"{said}, the first about {strangers[0]}")

    def about(self, path: str, name: str) -> URIRef | None:
        """The model of this name whose file has the path that ends most alike."""
        ends = [
            (_alike(Path(path), file.absolute()), node) for file, node in self.models.get(name, [])
        ]
        best = max((count for count, _ in ends), default=0)
        return next((node for count, node in ends if count == best), None) if best else None


def _alike(one: Path, other: Path) -> int:
    """How many parts at the end two paths share."""
    count = 0
    for a, b in zip(one.parts[::-1], other.parts[::-1], strict=False):
        if a != b:
            break
        count += 1
    return count


def scope(path: Path, root: Path | None) -> str:
    """What IRIs begin with where models share a name: the file too."""
    inner = path.relative_to(root) if root and path.is_relative_to(root) else path
    return f"{BASE}{quote(inner.as_posix().lstrip('./'))}/"


def read_models(path: Path) -> list[Dynamics]:
    """The models of a file in any format, and of the studies in it."""
    text, format = read_text(path, LARGEST), SUFFIXES.get(path.suffix.lower(), "yaml")
    found = []
    for kind, document in documents(text, format, str(path)):
        if kind == "Study":
            found.append(load_study(document, path.parent)[1])
        elif kind == "Dynamics":
            found.append(Dynamics.from_document(document))
    return found


def add_thing(graph: Graph, root: Thing) -> URIRef:
    """Put a thing and all that it holds into a graph; gives its node."""
    add, node = graph.add, URIRef(root.iri)
    for one in root.walk():
        subject = URIRef(one.iri)
        for kind in one.types():
            add((subject, RDF.type, URIRef(kind)))
        for slot, value in one.facts:
            add((subject, URIRef(one.predicate(slot)), term(graph, value)))
        for predicate, value in one.notes:
            add((subject, URIRef(predicate), term(graph, value)))
    return node


def term(graph: Graph, value: Value) -> Any:
    """A value as a term of the graph; several as an rdf:List."""
    match value:
        case Said():
            return Literal(
                value.text,
                datatype=None if value.datatype.endswith("#string") else URIRef(value.datatype),
                normalize=False,
            )
        case tuple():
            head: Any = RDF.nil
            for item in reversed(value):
                cell = BNode()
                graph.add((cell, RDF.first, term(graph, item)))
                graph.add((cell, RDF.rest, head))
                head = cell
            return head
        case Iri():
            return URIRef(value.text)
    return URIRef(value.iri)
