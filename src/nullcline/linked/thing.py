"""A declaration as things with facts: the one tree that all linked data are written from."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from nullcline.datamodel import CLASSES, MEANINGS
from nullcline.datamodel.iris import NULLCLINE, RDF, XSD, predicates
from nullcline.datamodel.record import Record
from nullcline.errors import ModelError, Path, Place, Problem
from nullcline.structure import dump, load

FOLDERS = {"Dynamics": "models", "Study": "studies", "ConformanceRun": "conformance"}


@dataclass(frozen=True, slots=True)
class Iri:
    """A link to a thing that is described elsewhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: its characters and the IRI of its datatype."""

    text: str
    datatype: str = XSD + "string"


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of the datamodel: its IRI, its class and its facts in the schema's order.

    A value is a tuple where the slot holds several, in their order. `path` is where the object
    stands in the declaration. `classes` and `notes`, in the terms of others, follow from the
    facts and are not read back; a thing that is no object of the datamodel has no `kind`.
    """

    iri: str
    kind: str
    path: Path
    facts: list[tuple[str, Value]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    notes: list[tuple[str, Value]] = field(default_factory=list)

    def value(self, slot: str) -> Value | None:
        """What a slot holds."""
        return next((value for name, value in self.facts if name == slot), None)

    def text(self, slot: str) -> str | None:
        """The characters of a slot that holds a single value."""
        value = self.value(slot)
        return value.text if isinstance(value, Literal) else None

    def predicate(self, slot: str) -> str:
        """The IRI of the property that a slot is."""
        return predicates(self.kind)[slot]

    def types(self) -> list[str]:
        """Every class of the thing: ours first, then others'."""
        return [*([NULLCLINE + self.kind] if self.kind else []), *self.classes]

    def parts(self) -> list[Thing]:
        """The things that this one holds, in their order."""
        values = [value for _, value in self.facts]
        flat = [
            one for value in values for one in (value if isinstance(value, tuple) else (value,))
        ]
        return [one for one in flat if isinstance(one, Thing)]

    def walk(self) -> Iterator[Thing]:
        """This thing and everything that it holds, notes about it included."""
        yield self
        for part in self.parts():
            yield from part.walk()
        for _, value in self.notes:
            if isinstance(value, Thing):
                yield from value.walk()


Value = Iri | Literal | Thing | tuple[Iri | Literal | Thing, ...]


def encode(name: str) -> str:
    """A name as one part of an IRI: no two names alike, and none that a path would resolve."""
    said = quote(name, safe="")
    return said if said.strip(".") else said.replace(".", "%2E")


def own_base(kind: str) -> str:
    """What the IRIs of objects of a class begin with, where nobody says otherwise."""
    return f"{NULLCLINE}{FOLDERS.get(kind, kind)}/"


def thing(record: Record, base: str | None = None) -> Thing:
    """The thing that an object of the datamodel is; `base` is what its IRI begins with.

    Raises ModelError for an object that was edited into one that no file could hold.
    """
    kind = next(kind.__name__ for kind in type(record).__mro__ if kind in CLASSES.values())
    data = dump(load(CLASSES[kind], dump(record)))
    name = str(data.get("name") or data.get("started_at") or kind)
    return _thing(kind, data, (base or own_base(kind)) + encode(name), ())


def _thing(kind: str, data: dict[str, Any], iri: str, path: Path) -> Thing:
    fields = CLASSES[kind].__dataclass_fields__
    facts = [
        (slot, _value(fields[slot].metadata, item, f"{iri}/{slot}", (*path, slot)))
        for slot, item in data.items()
    ]
    return Thing(iri, kind, path, facts)


def _value(known: Any, data: Any, iri: str, path: Path) -> Value:
    match known.get("many"):
        case "dict":
            return tuple(
                _thing(known["of"], {"name": name, **item}, f"{iri}/{encode(name)}", (*path, name))
                for name, item in data.items()
            )
        case "list":
            return tuple(
                _single(known, item, f"{iri}/{index + 1}", (*path, index))
                for index, item in enumerate(data)
            )
    return _single(known, data, iri, path)


def _single(known: Any, data: Any, iri: str, path: Path) -> Iri | Literal | Thing:
    if known["kind"] == "object" and isinstance(data, dict):
        return _thing(known["of"], data, iri, path)
    if known["kind"] == "choice" and (meaning := MEANINGS.get(known["of"], {}).get(data)):
        return Iri(meaning)
    return literal(data, path)


def literal(value: Any, path: Path = ()) -> Literal:
    """A value with the datatype that keeps it: what is nested is JSON."""
    match value:
        case bool():
            return Literal("true" if value else "false", XSD + "boolean")
        case int():
            return Literal(int.__repr__(value), XSD + "integer")
        case float():
            said = float.__repr__(value)
            return Literal(
                {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(said, said), XSD + "double"
            )
        case str():
            value.encode()
            return Literal(str.__str__(value))
    return Literal(json_text(value, path), RDF + "JSON")


def json_text(value: Any, path: Path = (), pad: str | None = None) -> str:
    """Plain data as JSON; infinity is 1e999, which every reader of JSON takes for infinity.

    On one line, or with a line for each part below an indent. Raises ModelError for NaN.
    """
    inner = None if pad is None else pad + "  "
    first, between, last = (
        ("", ",", "") if pad is None else (f"\n{inner}", f",\n{inner}", f"\n{pad}")
    )
    match value:
        case float() if math.isnan(value):
            raise ModelError([Problem("NaN stands here, and JSON has no word for it", Place(path))])
        case float() if math.isinf(value):
            return "1e999" if value > 0 else "-1e999"
        case dict() if value:
            colon = ":" if pad is None else ": "
            parts = [
                json.dumps(key, ensure_ascii=False) + colon + json_text(item, (*path, key), inner)
                for key, item in value.items()
            ]
            return f"{{{first}{between.join(parts)}{last}}}"
        case list() if value:
            parts = [json_text(item, (*path, at), inner) for at, item in enumerate(value)]
            return f"[{first}{between.join(parts)}{last}]"
    said = json.dumps(value, ensure_ascii=False)
    said.encode()
    return said
