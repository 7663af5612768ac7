"""What a shape refuses, in the words in which the same fault of a YAML file is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdflib import RDF, SH, Graph, Literal, URIRef

from nullcline.datamodel import CLASSES
from nullcline.datamodel.iris import NULLCLINE, predicates
from nullcline.document import Node
from nullcline.errors import Path, Problem
from nullcline.linked.places import Places, shown
from nullcline.sources.graph_literal import LiteralError, scalar
from nullcline.structure.loading import Loader, used
from nullcline.structure.scalars import QUOTES, MismatchError, instead

SHAPES = NULLCLINE + "shapes/"
WHOLE_LIST = "give the values in an rdf:List, which says their order"


@dataclass(frozen=True)
class Violation:
    """A result of SHACL: the node, the constraint, and the class and slot whose shape it breaks."""

    component: Any
    focus: Any
    kind: str
    slot: str
    part: str
    value: Any
    places: Places

    @classmethod
    def of(cls, report: Graph, result: Any, places: Places) -> Violation:
        """A result as it stands in a report."""
        facts = dict(report.predicate_objects(result))
        shape = str(facts.get(SH.sourceShape))
        kind, slot, part = (*shape.removeprefix(SHAPES).split("/"), "", "")[:3]
        focus, component = facts.get(SH.focusNode), facts.get(SH.sourceConstraintComponent)
        if kind == "Cell":
            owner, slot = places.owners.get(focus, (focus, ""))
            focus, kind, part = owner, places.kind(owner) or "", "cell"
        elif component == SH.ClosedConstraintComponent:
            kind, slot = shape.removeprefix(NULLCLINE), str(facts.get(SH.resultPath))
        return cls(component, focus, kind, slot, part, facts.get(SH.value), places)

    @property
    def order(self) -> tuple[Any, ...]:
        """By which violations are told in the order of the declaration."""
        ranks = list(CLASSES[self.kind].__dataclass_fields__) if self.kind in CLASSES else []
        rank = ranks.index(self.slot) if self.slot in ranks else len(ranks)
        found = self.places.ranks.get(self.focus, len(self.places.ranks))
        return found, str(self.focus), rank, self.slot, self.part, str(self.value)

    def problems(self) -> list[Problem]:
        """The sentences: at least one for each violation."""
        loader = Loader(lambda path, key=False: self.places.place(path, self.focus))
        path = (*self.places.path(self.focus), self.slot)
        if self.component == SH.ClosedConstraintComponent:
            self.unknown(loader, path[:-1])
        elif self.part == "cell" or self.component == SH.HasValueConstraintComponent:
            loader.fault(path, "the list is broken", WHOLE_LIST)
        elif self.component == SH.MinCountConstraintComponent:
            loader.fault(path, f"the {self.slot} is missing")
        elif self.component == SH.MaxCountConstraintComponent:
            self.several(loader, path)
        else:
            self.unsuitable(loader, path)
        if not loader.problems:
            loader.fault(path, f"{short(self.value)} does not suit the slot {self.slot}")
        return loader.problems

    def unknown(self, loader: Loader, path: Path) -> None:
        """A slot that the class does not have."""
        name = self.slot.removeprefix(NULLCLINE)
        if right := predicates(self.kind).get(name):
            said = f"the slot {name} has another IRI than <{self.slot}>"
            loader.fault((*path, name), said, f"write <{right}>")
        elif name != self.slot:
            loader.unknown(CLASSES[self.kind], name, path)
        else:
            said = f"{self.kind} has no slot <{self.slot}>"
            loader.fault(path, said, "keep what is no part of the model in a graph of its own")

    def several(self, loader: Loader, path: Path) -> None:
        """More values than one."""
        uri = URIRef(predicates(self.kind)[self.slot])
        values = sorted(short(value) for value in self.places.graph.objects(self.focus, uri))
        many = "many" in self.known
        hint = WHOLE_LIST if many else "keep one of them"
        said = " and ".join(values[:3])
        loader.fault(path, f"the {self.slot} has {len(values)} values: {said}", hint)

    @property
    def known(self) -> dict[str, Any]:
        """What the schema says about the slot."""
        return dict(CLASSES[self.kind].__dataclass_fields__[self.slot].metadata)

    def unsuitable(self, loader: Loader, path: Path) -> None:
        """A value that does not suit the slot."""
        known, value = self.known, self.value
        many = known.pop("many", None)
        if self.part == "name" and not isinstance(value, Literal):
            loader.fault(path, f"{short(value)} stands here instead of a name")
            return
        if self.part == "name":
            loader.name(known, str(value), (*path, str(value)), key=True)
            return
        path = self.places.within(self.focus, path, value) if self.part == "item" else path
        try:
            if many and self.part != "item":
                raise instead(self.node("any"), "a list", WHOLE_LIST)
            self.alike(known, path, loader)
        except (MismatchError, LiteralError) as fault:
            loader.fault(path, str(fault), fault.hint)

    def alike(self, known: dict[str, Any], path: Path, loader: Loader) -> None:
        """Ask of the value what is asked of one in a YAML file."""
        node, kind = self.node(known["kind"]), known["kind"]
        if kind == "object" and node == {}:
            found, wanted = self.places.kind(self.value), known["of"]
            if found is None:
                hint = f"say that it is one: `a nullcline:{wanted}`"
                said = f"{short(self.value)} stands here instead of {article(wanted)}"
                raise MismatchError(said, hint)
            raise MismatchError(f"this is {article(found)} where {article(wanted)} is wanted")
        if kind == "object" and not known.get("text"):
            raise instead(
                node, "a mapping", QUOTES if known.get("short") else used(CLASSES[known["of"]])
            )
        if node == {} and kind == "choice":
            raise MismatchError(f"{short(self.value)} is not one of {', '.join(known['values'])}")
        loader.slot(known, node, path)

    def node(self, kind: str) -> Node:
        """The value as a tree; raises LiteralError for a literal that does not suit the kind."""
        if isinstance(self.value, Literal):
            return scalar(kind, self.value)
        cell = (self.value, RDF.first, None) in self.places.graph
        return [] if cell or self.value == RDF.nil else {}


def article(name: str) -> str:
    """The name of a class in a sentence."""
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def short(value: Any) -> str:
    """A term in a sentence."""
    said = f"`{value}`" if isinstance(value, Literal) else f"<{shown(value)}>"
    return said if len(said) <= 120 else f"{said[:119]}…"
