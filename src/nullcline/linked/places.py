"""Where each node of a graph stands in the declaration that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rdflib import RDF, Graph, Literal, URIRef

from nullcline.datamodel import CLASSES
from nullcline.datamodel.iris import NULLCLINE, slots
from nullcline.errors import Path, Place
from nullcline.sources.graph import ROOTS

NAME = URIRef(NULLCLINE + "name")
SKOLEM = "/.well-known/genid/"


class Places:
    """The path of each node, found by walking from each declaration to what it holds."""

    def __init__(self, graph: Graph, file: str | None = None) -> None:
        self.graph, self.file = graph, file
        self.paths: dict[Any, Path] = {}
        self.ranks: dict[Any, int] = {}
        self.owners: dict[Any, tuple[Any, str]] = {}
        kinds = [URIRef(NULLCLINE + kind) for kind in ROOTS]
        roots: set[Any] = {node for kind in kinds for node in graph.subjects(RDF.type, kind)}
        roots -= set(graph.objects(None, URIRef(NULLCLINE + "model")))
        todo: list[tuple[Any, Path]] = [(node, ()) for node in sorted(roots, reverse=True)]
        while todo:
            node, path = todo.pop()
            if node not in self.paths:
                self.paths[node], self.ranks[node] = path, len(self.ranks)
                todo += list(self._parts(node, path))[::-1]

    def kind(self, node: Any) -> str | None:
        """The class of ours that a node has first."""
        kinds = sorted(str(kind).removeprefix(NULLCLINE) for kind in self.graph[node : RDF.type])
        return next((kind for kind in kinds if kind in CLASSES), None)

    def cells(self, head: Any) -> Iterator[Any]:
        """The cells of a list, as far as it is one."""
        seen = set()
        while head is not None and head != RDF.nil and head not in seen:
            seen.add(head)
            yield head
            head = self.graph.value(head, RDF.rest, any=True)

    def _parts(self, node: Any, path: Path) -> Iterator[tuple[Any, Path]]:
        kind = self.kind(node)
        if kind is None:
            return
        for uri, value in sorted(self.graph.predicate_objects(node)):
            slot = slots(kind).get(str(uri))
            if slot is None or isinstance(value, Literal):
                continue
            known = CLASSES[kind].__dataclass_fields__[slot].metadata
            if "many" not in known:
                yield value, (*path, slot)
                continue
            for index, cell in enumerate(self.cells(value)):
                self.owners[cell] = (node, slot)
                for item in self.graph[cell : RDF.first]:
                    if not isinstance(item, Literal):
                        name = self.graph.value(item, NAME, any=True)
                        keyed = known["many"] == "dict" and isinstance(name, Literal)
                        part = str(name) if keyed else index
                        yield item, (*path, slot, part)

    def path(self, node: Any) -> Path:
        """The path of a node; empty for one that no declaration holds."""
        return self.paths.get(node, ())

    def within(self, node: Any, path: Path, value: Any) -> Path:
        """The path of an item of a list that a slot of a node holds."""
        if value in self.paths:
            return self.paths[value]
        cells = [cell for cell, owner in self.owners.items() if owner == (node, path[-1])]
        held = (i for i, cell in enumerate(cells) if (cell, RDF.first, value) in self.graph)
        return (*path, *(index for index in list(held)[:1]))

    def place(self, path: Path, node: Any) -> Place:
        """A path in a declaration, with the nearest node of the graph."""
        return Place(path, self.file, node=shown(node))


def shown(node: Any) -> str:
    """The IRI of a node, or what stands for one that has none."""
    return f"_:{str(node).rpartition('/')[2]}" if SKOLEM in str(node) else str(node)
