"""What a single value must look like: one function for each kind of slot."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from nullcline.datamodel.record import Record, is_set
from nullcline.document import Node, Scalar, plain
from nullcline.errors import ModelError, Path, Place, Problem

Slot = Mapping[str, Any]
Locate = Callable[..., Place]
DEEPEST = 50
QUOTES = "put a text that holds { or [ in quotes"


class MismatchError(Exception):
    """A value that does not suit its slot, in words, and what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


def instead(node: Node, expected: str, hint: str | None = None) -> MismatchError:
    """Something stands where something else was expected."""
    return MismatchError(f"{shown(node)} stands here instead of {expected}", hint)


def shown(node: Node) -> str:
    """A few words for what stands somewhere."""
    if not isinstance(node, Scalar):
        return "a mapping" if isinstance(node, dict) else "a list"
    if node.value is None:
        return "nothing"
    said = node.raw or str(node.value)
    said = said if len(said) <= 60 else said[:60] + "…"
    return f"the text `{said}`" if isinstance(node.value, str) else f"`{said}`"


def nearest(name: str, known: list[str]) -> str | None:
    """A hint with the known name that looks most like a name."""
    close = get_close_matches(name, known, 1) or get_close_matches(name.lower(), known, 1)
    return f"did you mean `{close[0]}`?" if close else None


def absent(node: Node) -> bool:
    """Whether nothing stands there."""
    return isinstance(node, Scalar) and node.value is None


def as_node(data: Any, where: Locate, path: Path = ()) -> Node:
    """Plain Python data, objects of the datamodel and NumPy numbers as a tree of scalars."""
    if len(path) > DEEPEST:
        raise ModelError([Problem(f"the data are nested more than {DEEPEST} deep", where(()))])
    data = data.tolist() if hasattr(data, "tolist") else data
    if isinstance(data, Record):
        slots = ((name, getattr(data, name)) for name in data.__dataclass_fields__)
        data = {name: value for name, value in slots if is_set(value)}
    match data:
        case Mapping():
            for key in data:
                if not isinstance(key, str):
                    said = f"the key {key!r} is not a text"
                    raise ModelError([Problem(said, where(path), "put it in quotes")])
            return {str(key): as_node(item, where, (*path, key)) for key, item in data.items()}
        case list() | tuple():
            return [as_node(item, where, (*path, index)) for index, item in enumerate(data)]
        case None:
            return Scalar("null", False, None)
        case bool():
            return Scalar("", False, data)
        case str():
            return Scalar(str(data), True, str(data))
        case int():
            small = abs(data) < 10**400
            return (
                Scalar(int.__repr__(data), False, int(data))
                if small
                else Scalar("inf", False, math.inf)
            )
        case float():
            return Scalar(float.__repr__(data), False, float(data))
    raise ModelError([Problem(f"{type(data).__name__} is not plain data", where(path))])


def text(slot: Slot, node: Node) -> str:
    """The characters as they stand, whatever they would mean without quotes."""
    if not isinstance(node, Scalar):
        raise instead(node, "a text", QUOTES)
    if isinstance(node.value, bool) and not node.raw:
        raise instead(node, "a text", "put it in quotes")
    pattern = slot.get("pattern")
    if pattern and not re.search(pattern, node.raw):
        raise MismatchError(f"the text `{node.raw}` does not look like `{pattern}`")
    return node.raw


def number(slot: Slot, node: Node) -> float:
    """A finite number within the limits of its slot; where the slot says so, also infinity."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise instead(node, "a number", unquote(node))
    may_be_infinite = bool(slot.get("infinite")) and isinstance(value, float)
    is_nan = isinstance(value, float) and math.isnan(value)
    if is_nan or (abs(value) > sys.float_info.max and not may_be_infinite):
        raise instead(node, "a number" if may_be_infinite else "a finite number")
    least, most = slot.get("minimum", -math.inf), slot.get("maximum", math.inf)
    if value < least:
        raise MismatchError(f"{shown(node)} is less than {least}, the least that is allowed")
    if value > most:
        raise MismatchError(f"{shown(node)} is more than {most}, the most that is allowed")
    return value


def unquote(node: Node) -> str | None:
    """What to do about a number in quotes."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None
    try:
        float(node.raw)
    except ValueError:
        return None
    return f"write {node.raw.strip()} without quotes" if node.quoted else "write it in digits alone"


def array(slot: Slot, node: Node) -> Any:
    """A number, or a list of numbers, or a list of such lists."""
    if isinstance(node, list):
        return [array(slot, item) for item in node]
    try:
        return number(slot, node)
    except MismatchError as fault:
        if fault.hint or not isinstance(node, Scalar) or not isinstance(node.value, str):
            raise
        hint = "write the number itself, or declare a derived parameter with this as its equation"
        raise MismatchError(fault.message, hint) from None


def integer(slot: Slot, node: Node) -> int:
    """A whole number; 2.0 is one."""
    value = number(slot, node)
    if value != int(value):
        raise instead(node, "a whole number")
    return int(value)


def flag(_slot: Slot, node: Node) -> bool:
    """True or false."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    raise instead(node, "true or false")


def choice(slot: Slot, node: Node) -> str:
    """One of the values of an enumeration."""
    values = list(slot["values"])
    if isinstance(node, Scalar) and node.raw in values:
        return node.raw
    said = f"{shown(node)} is not one of {', '.join(values)}"
    raise MismatchError(said, nearest(node.raw, values) if isinstance(node, Scalar) else None)


def anything(_slot: Slot, node: Node) -> Any:
    """Whatever stands there."""
    return plain(node)


KINDS: dict[str, Callable[[Slot, Node], Any]] = {
    "text": text,
    "number": number,
    "array": array,
    "integer": integer,
    "flag": flag,
    "choice": choice,
    "any": anything,
}
