"""How a tree of dicts, lists and scalars becomes objects of the datamodel."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, TypeVar

from nullcline.datamodel import CLASSES
from nullcline.datamodel.record import Record, empty, is_set
from nullcline.document import Node, Scalar
from nullcline.errors import ModelError, Path, Problem
from nullcline.structure.scalars import (
    KINDS,
    QUOTES,
    Locate,
    MismatchError,
    Slot,
    absent,
    instead,
    nearest,
)

T = TypeVar("T", bound=Record)
RAISED = "what is raised is read as a power; subscripts are part of a name"
NAME = "a name has letters, digits and _, and does not start with a digit"


class Loader:
    """Makes objects from a tree; collects every problem on the way."""

    def __init__(self, where: Locate) -> None:
        self.where = where
        self.problems: list[Problem] = []

    def fault(self, path: Path, message: str, hint: str | None = None, key: bool = False) -> None:
        """Note a problem, where the path (or its key) stands."""
        self.problems.append(Problem(message, self.where(path, key), hint))

    def root(self, cls: type[T], node: Node) -> T:
        """The whole tree as an object; raises ModelError with every problem."""
        try:
            found = self.record(cls, node, ())
        except MismatchError as fault:
            self.fault((), fault.message, fault.hint)
        if self.problems:
            raise ModelError(self.problems)
        return found

    def record(self, cls: type[T], node: Node, path: Path, name: str | None = None) -> T:
        """An object; `name` is the key that it stands under."""
        fields = cls.__dataclass_fields__
        if not isinstance(node, dict):
            raise instead(node, "a mapping", QUOTES if "rhs" in fields else used(cls))
        found: dict[str, Any] = {}
        for key, item in node.items():
            if key in fields:
                found[key] = self.slot(fields[key].metadata, item, (*path, key))
            else:
                self.unknown(cls, key, path)
        inner = found.get("name") if name is not None else None
        if inner not in {name, None} and normal(inner) != name:
            said = f"the name `{inner}` differs from `{name}`, under which it stands"
            self.fault((*path, "name"), said, "leave the inner name out")
        found |= {} if name is None else {"name": name}
        instance = cls.__new__(cls)
        for key, known in fields.items():
            value = found.get(key)
            setattr(instance, key, empty(known) if value is None else value)
            if known.metadata.get("required") and key not in node and name is None:
                self.fault((*path, key), f"the {key} is missing")
        return instance

    def unknown(self, cls: type[Record], key: str, path: Path) -> None:
        """Note a slot that the class does not have."""
        schema = next(base.__name__ for base in cls.__mro__ if base in CLASSES.values())
        hint = nearest(key, list(cls.__dataclass_fields__)) or used(cls)
        if schema == "Dynamics" and not path and key in CLASSES["Study"].__dataclass_fields__:
            hint = "the file is a study, whose model `nullcline.study.model_of(path)` reads"
        hint = hint if normal(key).isidentifier() else "put a text that holds a comma in quotes"
        self.fault((*path, key), f"{schema} has no slot `{key}`", hint, key=True)

    def slot(self, known: Slot, node: Node, path: Path) -> Any:
        """The value of a slot; None where nothing stands there or where it is wrong."""
        try:
            if absent(node) or blank(known, node):
                return self.nothing(known, node, path)
            if known.get("many") == "dict":
                return self.keyed(known, node, path)
            if known.get("many") == "list":
                return list(self.items(known, node, path))
            value = self.single(known, node, path)
        except MismatchError as fault:
            self.fault(path, fault.message, fault.hint)
            return None
        return value if is_set(value) else None

    def nothing(self, known: Slot, node: Node, path: Path) -> None:
        """Refuse an empty text where one is needed; `null` says that there is none."""
        what = "equation" if path[-1] in {"rhs", "expression"} else path[-1]
        if blank(known, node) or known.get("required"):
            raise MismatchError(f"the {what} is empty")

    def items(self, known: Slot, node: Node, path: Path) -> Iterator[Any]:
        """The values of a list."""
        if not isinstance(node, list):
            raise instead(node, "a list", "begin each item with a dash")
        for index, item in enumerate(node):
            here = (*path, index)
            try:
                value = self.single(known, item, here)
            except MismatchError as fault:
                self.fault(here, fault.message, fault.hint)
                continue
            yield self.name(known, value, here) if isinstance(value, str) else value

    def single(self, known: Slot, node: Node, path: Path) -> Any:
        """One value; a text may stand for an object."""
        if absent(node) and known["kind"] != "any":
            raise MismatchError("nothing stands here")
        if known["kind"] != "object":
            return KINDS[known["kind"]](known, node)
        if isinstance(node, Scalar) and known.get("text"):
            return KINDS["text"](known, node)
        return self.record(CLASSES[known["of"]], self.whole(known, node), path)

    def whole(self, known: Slot, node: Node) -> Node:
        """A mapping in place of a bare value, where the class has a slot for bare values."""
        short = known.get("short")
        if not short or isinstance(node, dict):
            return node
        kind = CLASSES[known["of"]].__dataclass_fields__[short].metadata["kind"]
        return {short: node} if isinstance(node, Scalar) or kind == "array" else node

    def keyed(self, known: Slot, node: Node, path: Path) -> dict[str, Any]:
        """Objects by name, in the order of the file."""
        found: dict[str, Any] = {}
        for key, item, here in self.entries(known, node, path):
            name = self.name(known, key, here, key=isinstance(node, dict))
            if name in found:
                read = "" if name == key else f" (`{key}` is read as `{name}`)"
                said = f"the name `{name}` stands here a second time{read}"
                self.fault(here, said, "give each name once", key=isinstance(node, dict))
            try:
                whole = {} if absent(item) else self.whole(known, item)
                found[name] = self.record(CLASSES[known["of"]], whole, here, name)
            except MismatchError as fault:
                self.fault(here, fault.message, fault.hint)
        return found

    def entries(self, known: Slot, node: Node, path: Path) -> Iterator[tuple[str, Node, Path]]:
        """Each name with what stands under it, and where; a list of names has nothing under."""
        if isinstance(node, dict):
            yield from ((key, item, (*path, key)) for key, item in node.items())
        elif isinstance(node, list) and known.get("names"):
            for index, item in enumerate(node):
                if isinstance(item, Scalar):
                    yield item.raw, {}, (*path, index)
                else:
                    self.fault((*path, index), instead(item, "a name").message)
        else:
            raise instead(node, "a mapping", "write each under its own name")

    def name(self, known: Slot, text: str, path: Path, key: bool = False) -> str:
        """A name as equations see it."""
        if not known.get("identifier"):
            return text
        name = normal(text)
        from nullcline.expression import is_identifier  # loads NumPy, which a start can do without

        if not is_identifier(text):
            hint = RAISED if name.isidentifier() else NAME
            self.fault(path, f"`{text}` cannot be a name in an equation", hint, key)
        return name


def normal(name: Any) -> str:
    """A name in the form NFKC, in which Python's grammar reads it."""
    return unicodedata.normalize("NFKC", str(name))


def blank(known: Slot, node: Node) -> bool:
    """Whether an empty text stands where the schema wants one that is not."""
    text = isinstance(node, Scalar) and (node.value is None or isinstance(node.value, str))
    return bool(known.get("pattern") and text and isinstance(node, Scalar) and not node.raw.strip())


def used(cls: type[Record]) -> str:
    """A hint with the slots of a class that have a meaning here."""
    fields = cls.__dataclass_fields__.items()
    return f"it has {', '.join(name for name, known in fields if 'kept' not in known.metadata)}"
