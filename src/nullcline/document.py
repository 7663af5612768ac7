"""A text as read: a tree of dicts, lists and scalars that knows where each part stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nullcline.errors import Path, Place

Resolved = str | int | float | bool | None
Plain = Resolved | dict[str, "Plain"] | list["Plain"]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: the characters in the file, whether they were quoted, what they mean."""

    raw: str
    quoted: bool
    value: Resolved


Node = Scalar | dict[str, "Node"] | list["Node"]


@dataclass(frozen=True, slots=True)
class Document:
    """A tree, with the line and column (from 1) of each key and each value by its path.

    A collection under a key has the place of its key: it begins on a line below. What was read
    from a graph has no lines: its objects have the IRIs of their nodes.
    """

    value: Node
    file: str | None = None
    keys: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    values: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    nodes: Mapping[Path, str] = field(default_factory=dict)

    def place(self, path: Path, key: bool = False) -> Place:
        """Where a value stands, or its key; for an unknown path, its nearest known ancestor."""
        first, second = (self.keys, self.values) if key else (self.values, self.keys)
        for length in range(len(path), -1, -1):
            near = path[:length]
            if found := first.get(near) or second.get(near):
                return Place(path, self.file, *found)
            if near in self.nodes:
                return Place(path, self.file, node=self.nodes[near])
        return Place(path, self.file)

    def plain(self) -> Plain:
        """The same tree as plain Python values."""
        return plain(self.value)


def plain(node: Node) -> Plain:
    """A tree as plain Python values."""
    match node:
        case Scalar():
            return node.value
        case dict():
            return {key: plain(item) for key, item in node.items()}
        case _:
            return [plain(item) for item in node]
