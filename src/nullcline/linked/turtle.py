"""Turtle: things in the order of the declaration, every digit of every number written out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nullcline.datamodel.iris import XSD
from nullcline.linked.namespaces import PREFIXES
from nullcline.linked.thing import Iri, Literal, Thing, Value

ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
ESCAPED = re.compile('[\\\\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')
LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|[0-9]+")


def turtle(things: list[Thing]) -> str:
    """The text of a Turtle file."""
    base, _, name = things[0].iri.rpartition("/") if things else ("", "", "")
    base = f"{base}/" if name and not set(":#?") & set(name) else ""
    said = "\n\n".join(block for root in things for block in _blocks(root, base))
    used = [name for name in PREFIXES if re.search(rf"(?<![\w:]){name}:", said)]
    lines = [f"@base <{base}> ."] if base else []
    lines += [f"@prefix {name}: <{PREFIXES[name]}> ." for name in used]
    return "\n".join([*lines, "", said, ""])


def _blocks(root: Thing, base: str) -> Iterator[str]:
    for one in root.walk():
        facts = [(one.predicate(slot), value) for slot, value in one.facts] + one.notes
        lines = [f"a {', '.join(map(iri, one.types()))}"]
        lines += [f"{iri(uri)} {_value(value, base)}" for uri, value in facts]
        yield f"{_own(one, base)}\n    " + " ;\n    ".join(lines) + " ."


def _own(thing: Thing, base: str) -> str:
    """The IRI of a thing of ours: it holds nothing that resolving it would change."""
    return f"<{thing.iri.removeprefix(base) if base else thing.iri}>"


def _value(value: Value, base: str) -> str:
    match value:
        case tuple():
            return f"( {' '.join(_value(item, base) for item in value)} )" if value else "()"
        case Iri():
            return iri(value.text)
        case Thing():
            return _own(value, base)
        case Literal():
            return literal(value)


def literal(value: Literal) -> str:
    """A literal, with its datatype unless it is a text or true or false."""
    if value.datatype == XSD + "boolean" or value.datatype == XSD + "integer":
        return value.text
    said = f'"{ESCAPED.sub(_escape, value.text)}"'
    return said if value.datatype == XSD + "string" else f"{said}^^{iri(value.datatype)}"


def _escape(found: re.Match[str]) -> str:
    return ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}"


def iri(text: str) -> str:
    """An IRI, by a prefix where that is possible."""
    for name, namespace in PREFIXES.items():
        if text.startswith(namespace) and LOCAL.fullmatch(text, len(namespace)):
            return f"{name}:{text.removeprefix(namespace)}"
    return f"<{text}>"
