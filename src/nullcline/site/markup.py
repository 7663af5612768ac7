"""HTML elements as values: a text is escaped unless it was made here."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from nullcline.linked.json_ld import in_html

VOID = frozenset({"meta", "link", "input", "br"})


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


Child = str | None
Attribute = str | int | bool | None


def el(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element; texts in it are escaped, `class_` is class and `aria_label` is aria-label.

    An attribute that is True stands without a value; one that is None or False is left out.
    """
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{plain(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{said}>")
    return Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def plain(words: object) -> str:
    """A text as it stands in HTML, in an attribute too; one that is HTML already is escaped too."""
    return escape(str(words), quote=True)


def joined(*children: Child, by: str = "") -> Markup:
    """Parts one after the other, those escaped that are not HTML."""
    found = (child for child in children if child is not None)
    return Markup(by.join(child if isinstance(child, Markup) else escape(child) for child in found))


def lines(*children: Child) -> Markup:
    """The same with a line each, those without anything left out."""
    return joined(*(child for child in children if child), by="\n")


def data(value: Any, kind: str, **attributes: Attribute) -> Markup:
    """A script element that holds JSON and is never run, whatever texts are in it."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return el("script", Markup(in_html(text)), type=kind, **attributes)


def link(words: str, address: str) -> Markup:
    """A link to another site; an address that is not http(s) is shown and leads nowhere."""
    if address.lower().startswith(("http://", "https://")):
        return el("a", words, href=address, rel="noreferrer")
    return el("code", words)
