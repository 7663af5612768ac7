"""A graph as the documents that it holds: every fact about one thing at its place in a tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from rdflib import RDF, BNode, Graph, Literal, URIRef

from nullcline.datamodel import CLASSES
from nullcline.datamodel.iris import NULLCLINE, choices, slots
from nullcline.document import Document, Node, Scalar
from nullcline.errors import ModelError, Path, Place, Problem, short
from nullcline.sources import fail, read_text
from nullcline.sources.graph_literal import LiteralError, scalar
from nullcline.sources.graph_text import LARGEST, parse

NOTHING = Scalar("null", False, None)
ROOTS = ("Dynamics", "Study", "ConformanceRun")
DEEPEST = 50
MOST = 50  # problems reported of one file


def read(text: str, format: str, file: str | None = None) -> list[tuple[str, Document]]:
    """The class and the document of each declaration in a text; raises ModelError."""
    return documents(parse(text, format, file), file)


def read_file(path: str | FilePath) -> Document:
    """The document of the one declaration that a file holds."""
    file = str(path)
    found = read(read_text(path, LARGEST), FilePath(path).suffix.lower(), file)
    if len(found) > 1:
        names = ", ".join(document.nodes[()] for _, document in found[:5])
        said = f"the file holds {len(found)} declarations where one is wanted: {names}"
        fail(said, file, "`nullcline convert` makes a file of each")
    return found[0][1]


def documents(graph: Graph, file: str | None = None) -> list[tuple[str, Document]]:
    """The class and the document of each declaration in a graph; raises ModelError."""
    reader = _Reader(graph, file)
    found = list(reader.roots())
    if not reader.problems:  # what they leave out would seem to be linked from nowhere
        reader.unlinked()
    if not found and not reader.problems:
        said = "the graph declares no model: nothing in it is a nullcline:Dynamics"
        raise ModelError([Problem(said, Place((), file))])
    if reader.problems:
        rest = len(reader.problems) - MOST
        more = [Problem(f"{rest} more problems like these", Place((), file))] if rest > 0 else []
        raise ModelError([*reader.problems[:MOST], *more])
    return found


class _Reader:
    """Walks from each declaration to what it holds; collects what is wrong on the way."""

    def __init__(self, graph: Graph, file: str | None) -> None:
        self.graph, self.file = graph, file
        self.problems: list[Problem] = []
        self.seen: set[Any] = set()
        self.nodes: dict[Path, str] = {}

    def fault(self, path: Path, message: str, hint: str | None = None, node: Any = None) -> None:
        """Note a problem at a path, or at a node that has none."""
        place = Document({}, self.file, nodes=self.nodes).place(path)
        if node is not None:
            place = Place(path, self.file, node=str(node))
        self.problems.append(Problem(message, place, hint))

    def kinds(self, node: Any) -> list[str]:
        """The classes of ours that a node says it has."""
        own = [str(kind) for kind in self.graph.objects(node, RDF.type)]
        return sorted(kind.removeprefix(NULLCLINE) for kind in own if kind.startswith(NULLCLINE))

    def roots(self) -> Iterator[tuple[str, Document]]:
        """Every declaration that no other holds, by the order of their IRIs."""
        inner = set(self.graph.objects(None, URIRef(NULLCLINE + "model")))
        for kind in ROOTS:
            found: set[Any] = set(self.graph.subjects(RDF.type, URIRef(NULLCLINE + kind)))
            for node in sorted(found - inner):
                self.nodes = {}
                tree = self.record(kind, node, ())
                yield kind, Document(tree, self.file, nodes=self.nodes)

    def unlinked(self) -> None:
        """Note every node of ours that no declaration holds."""
        found: list[Any] = list(self.graph.subject_objects(RDF.type))
        for node, kind in sorted(found):
            name = str(kind).removeprefix(NULLCLINE)
            if name in CLASSES and str(kind) != name and node not in self.seen:
                self.fault((), f"no model holds this {name}", "link it from its model", node)

    def record(self, kind: str, node: Any, path: Path) -> dict[str, Node]:
        """The facts about a node by slot."""
        self.nodes[path] = str(node) if isinstance(node, URIRef) else f"_:{node}"
        if len(path) > DEEPEST:
            self.fault(path, f"the declaration is nested more than {DEEPEST} deep")
            return {}
        if node in self.seen:
            self.fault(path, "this stands in more than one place", "a thing is part of one other")
            return {}
        self.seen.add(node)
        if wrong := [name for name in self.kinds(node) if name != kind]:
            self.fault(path, f"this is a {wrong[0]} where a {kind} is wanted")
        values: dict[str, list[Any]] = defaultdict(list)
        for uri, value in self.graph.predicate_objects(node):
            slot = slots(kind).get(str(uri))
            own = str(uri).removeprefix(NULLCLINE) if str(uri).startswith(NULLCLINE) else None
            if name := slot or own:
                values[name].append(value)
        return {slot: self.slot(kind, slot, values[slot], path) for slot in sorted(values)}

    def slot(self, kind: str, slot: str, values: list[Any], path: Path) -> Node:
        """What a slot holds; an unknown slot holds nothing, and is refused with its name later."""
        here = (*path, slot)
        fields = CLASSES[kind].__dataclass_fields__
        if slot not in fields:
            return NOTHING
        known = fields[slot].metadata
        if len(values) > 1:
            said = " and ".join(sorted(_short(value) for value in values)[:3])
            hint = "several values stand in an rdf:List" if "many" in known else "keep one of them"
            self.fault(here, f"{slot} has {len(values)} values: {said}", hint)
            return NOTHING
        if "many" not in known:
            return self.single(known, values[0], here)
        cells = self.cells(values[0], here)
        if known["many"] == "list":
            return [self.single(known, item, (*here, at)) for at, item in enumerate(cells)]
        return self.keyed(known, cells, here)

    def keyed(self, known: Any, cells: list[Any], path: Path) -> Node:
        """Things by their names, in the order of the list."""
        found: dict[str, Node] = {}
        for item in cells:
            names = list(self.graph.objects(item, URIRef(NULLCLINE + "name")))
            if isinstance(item, Literal) or len(names) != 1 or not isinstance(names[0], Literal):
                said = f"{_short(item)} stands here instead of a {known['of']} with one name"
                self.fault(path, said, None, None if isinstance(item, Literal) else item)
                self.seen.add(item)
                continue
            name = str(names[0])
            if name in found:
                self.fault(
                    (*path, name), f"the name `{name}` stands here a second time", None, item
                )
            held = self.record(known["of"], item, (*path, name))
            found[name] = {slot: value for slot, value in held.items() if slot != "name"}
        return found

    def cells(self, head: Any, path: Path) -> list[Any]:
        """The items of a list; a fault where it does not end or forks."""
        found: list[Any] = []
        while head != RDF.nil:
            first = list(self.graph.objects(head, RDF.first))
            rest = list(self.graph.objects(head, RDF.rest))
            if isinstance(head, Literal) or len(first) != 1 or len(rest) != 1:
                said = f"{_short(head)} is not a list" if not found else "the list is broken"
                self.fault(path, said, "give the values in an rdf:List, which says their order")
                break
            if head in self.seen:
                self.fault(path, "the list runs in a circle or into another list")
                break
            self.seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found

    def single(self, known: Any, value: Any, path: Path) -> Node:
        """One value: a thing, a choice or a literal."""
        is_thing = not isinstance(value, Literal)
        if known["kind"] == "object" and is_thing:
            return self.record(known["of"], value, path)
        if (
            known["kind"] == "choice"
            and is_thing
            and (said := choices(known["of"]).get(str(value)))
        ):
            return Scalar(said, True, said)
        if is_thing or (known["kind"] == "object" and not known.get("text")):
            wanted = known.get("of") or f"a {known['kind']}"
            self.fault(path, f"{_short(value)} stands here instead of {wanted}")
            return NOTHING
        try:
            return scalar(known["kind"], value)
        except LiteralError as error:
            self.fault(path, str(error), error.hint)
            return NOTHING


def _short(value: Any) -> str:
    """A term in a sentence."""
    said = f"`{value}`" if isinstance(value, Literal) else f"<{value}>"
    said = f"_:{value}" if isinstance(value, BNode) else said
    return short(said, 120)
