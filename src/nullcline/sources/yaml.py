"""YAML as files of ours use it: plain data with text keys, read with places, written readably."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

import yaml

from nullcline.document import Document, Node, Resolved, Scalar
from nullcline.errors import ModelError, Path, Place, Problem
from nullcline.sources import decoded, fail, foreign, read_text, too_deep
from nullcline.sources.yaml_text import write

__all__ = ["Document", "Scalar", "read", "read_file", "write"]

LARGEST = 5_000_000  # characters of a file
DEEPEST = 50  # collections inside collections
MOST = 50  # problems reported of one file
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

WORDS: dict[str, Resolved] = dict.fromkeys(("", "~", "null", "Null", "NULL"))
WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

KEY = re.compile(r"^\s*[\w-]+:(\s|$)|^\s*[\[{]", re.MULTILINE)
"""What a line of YAML as we read it looks like."""
TOO_DEEP = "maximum nesting depth"
"""What libyaml says at a limit of its own, which it meets while it looks ahead on a line."""
BRACKETS = re.compile(
    r""""(?:\\.|[^"\\])*"|'[^']*'|(?P<opens>[\[{])|(?P<closes>[\]}])""", re.DOTALL
)

HINTS = {
    "mapping values are not allowed": "put a text that holds `: ` in quotes",
    "cannot start any token": "indent with spaces; put a text that starts with @, ` or % in quotes",
    "found unexpected end of stream": "a quote or a bracket is not closed",
}
START = "a model file is YAML with a line `name: ...`: `nullcline init DIR` makes one to start from"


def resolve(raw: str) -> Resolved:
    """What an unquoted scalar means in YAML 1.2 (the core schema)."""
    if raw in WORDS:
        return WORDS[raw]
    if INTEGER.fullmatch(raw):
        long = len(raw) > 400
        return (
            float(raw)
            if long and raw[1] not in "ox"
            else int(raw, 0 if raw[1:2] in {"o", "x"} else 10)
        )
    if FLOAT.fullmatch(raw):
        return float(raw)
    if special := SPECIAL.fullmatch(raw):
        return float(special[1] + "inf") if special[2] else float("nan")
    return raw


class _Reader:
    """Builds a document from the events of a parser; collects what is wrong."""

    def __init__(self, text: str, file: str | None) -> None:
        self.file = file
        self.text, self.last, self.level = text, 0, 0
        self.events: Iterator[Any] = self.counted(yaml.parse(text, Loader=LOADER))
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.problems: dict[tuple[str, Path], Problem] = {}

    def counted(self, events: Iterator[Any]) -> Iterator[Any]:
        """The events; notes where the last one ended and how many collections are open there."""
        for event in events:
            self.last = event.end_mark.index
            self.level += isinstance(event, yaml.CollectionStartEvent)
            self.level -= isinstance(event, yaml.CollectionEndEvent)
            yield event

    def ahead(self) -> Place:
        """Where the brackets after the last event are nested too deep."""
        level = self.level
        for found in BRACKETS.finditer(self.text, self.last):
            level += bool(found["opens"]) - bool(found["closes"])
            if level > DEEPEST:
                break
        before = self.text[: found.start()].split("\n")
        return Place((), self.file, len(before), len(before[-1]) + 1)

    def fault(self, event: Any, path: Path, message: str, hint: str | None = None) -> None:
        """Note a problem at an event."""
        place = Place(path, self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        self.problems.setdefault((message, path), Problem(message, place, hint))

    def document(self) -> Node:
        """The tree of the one document that the text may hold."""
        tree: Node | None = None
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if tree is not None:
                self.fault(event, (), "a second document starts here", "one file holds one model")
                break
            tree = self.node(next(self.events), ())
        if tree is None:
            fail("the file is empty", self.file)
        return tree

    def node(self, event: Any, path: Path) -> Node:
        """The tree that an event begins."""
        if path not in self.keys or isinstance(event, yaml.ScalarEvent):
            self.values[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        anchor = getattr(event, "anchor", None)
        if anchor and not any(message.startswith("anchors") for message, _ in self.problems):
            message = "anchors and aliases (`&name`, `*name`) are not read"
            self.fault(event, path, message, "write the value out")
        if tag := getattr(event, "tag", None):
            self.fault(
                event, path, f"the tag `{tag_name(tag)}` is not read", "a model is plain data"
            )
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path)
        if isinstance(event, yaml.AliasEvent):
            return Scalar("", False, None)
        plain = bool(event.implicit[0])
        return Scalar(event.value, not plain, resolve(event.value) if plain else event.value)

    def mapping(self, path: Path) -> dict[str, Node]:
        """The dict whose first event has passed."""
        self.measure(path)
        found: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.key(event, path)
            mark = (event.start_mark.line + 1, event.start_mark.column + 1)
            if key in found:
                line = self.keys[*path, key][0]
                message = f"`{key}` stands here twice, first in line {line}"
                self.fault(event, (*path, key), message, "give each key once")
            else:
                self.keys[*path, key] = mark
            found[key] = self.node(next(self.events), (*path, key))
        return found

    def key(self, event: Any, path: Path) -> str:
        """The text of a key, whatever it would mean as a value."""
        node = self.node(event, (*path, "?"))
        if isinstance(node, Scalar):
            return node.raw
        self.fault(
            event, path, "a key is a list or a mapping", "put a text that holds { or [ in quotes"
        )
        return "?"

    def sequence(self, path: Path) -> list[Node]:
        """The list whose first event has passed."""
        self.measure(path)
        found: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self.node(event, (*path, len(found))))
        return found

    def measure(self, path: Path) -> None:
        """Stop at a text that is nested too deep."""
        if len(path) >= DEEPEST:
            near = self.keys.get(path) or self.values[path]
            raise ModelError([Problem(too_deep(DEEPEST), Place((), self.file, *near))])


def tag_name(tag: str) -> str:
    """A tag as its author wrote it."""
    return tag.replace("tag:yaml.org,2002:", "!!")


def check_characters(text: str, file: str | None) -> None:
    """Refuse a text that is too long or that holds characters which no text has."""
    if len(text) > LARGEST:
        fail(f"the file holds {len(text):,} characters; at most {LARGEST:,} are read", file)
    if found := FORBIDDEN.search(text):
        before = text[: found.start()].splitlines(keepends=True) or [""]
        line, column = len(before), len(before[-1]) + 1
        message = f"this is not text: the character U+{ord(found[0]):04X} stands here"
        raise ModelError([Problem(message, Place((), file, line, column))])


def syntax(error: yaml.YAMLError, file: str | None, ours: bool = True) -> Problem:
    """What the parser says, as a problem; `ours` is whether the text looks like a model file."""
    said = str(getattr(error, "problem", None) or error)
    mark = getattr(error, "problem_mark", None)
    place = Place((), file, mark.line + 1, mark.column + 1) if mark else Place((), file)
    hint = next((hint for part, hint in HINTS.items() if part in said), None) if ours else START
    return Problem(f"this is not YAML: {said}", place, hint)


def read(text: str, file: str | None = None) -> Document:
    """The document that a text holds; raises ModelError with every fault and its place."""
    text = text.removeprefix("\ufeff")
    check_characters(text, file)
    reader = _Reader(text, file)
    tree: Node = {}
    try:
        tree = reader.document()
    except yaml.YAMLError as error:
        said = syntax(error, file, bool(KEY.search(text)))
        if TOO_DEEP in said.message:
            said = Problem(too_deep(DEEPEST), reader.ahead())
        reader.problems["syntax", ()] = said
    problems = list(reader.problems.values())
    if len(problems) > MOST:
        more = Problem(f"{len(problems) - MOST} more problems like these", Place((), file))
        problems = [*problems[:MOST], more]
    if problems or not isinstance(tree, dict) or not any(map(str.isidentifier, tree)):
        foreign.refuse(text, file)
    if problems:
        raise ModelError(problems)
    found = Document(tree, file, reader.keys, reader.values)
    foreign.refuse_template(found)
    return found


def read_bytes(data: bytes, file: str | None = None) -> Document:
    """The document that the bytes of a file hold; raises ModelError as `read` does."""
    return read(decoded(data, LARGEST, file), file)


def read_file(path: str | FilePath) -> Document:
    """The document that a file holds; raises ModelError where it cannot be read."""
    return read(read_text(path, LARGEST), str(path))
