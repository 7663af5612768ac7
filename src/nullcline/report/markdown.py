"""A report in Markdown that notebooks and GitHub draw alike."""

from __future__ import annotations

import re
from typing import assert_never
from urllib.parse import quote

from nullcline.report.page import (
    Block,
    Cell,
    Code,
    Formula,
    Inline,
    Items,
    Link,
    Listing,
    Math,
    Page,
    Paragraph,
    Table,
    Text,
)

_ESCAPES = {
    **{character: f"\\{character}" for character in r"\`*_[]|~!#{}"},
    **{"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "<span>$</span>"},
}
"""GitHub's own advice for a dollar sign that starts no formula is a span around it."""


def write(page: Page) -> str:
    """The report as Markdown; formulas stand in $...$ and $$...$$, each on one line."""
    parts = [f"# {_text(page.title)}", *map(_block, page.blocks)]
    for section in page.sections:
        parts += [f"## {section.title}", *map(_block, section.blocks)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Paragraph(content=content):
            return _line(content)
        case Formula():
            return f"$${block.latex}$$"
        case Listing(text=text):
            fence = "`" * max(3, 1 + _longest_run(text))
            return f"{fence}text\n{text}\n{fence}"
        case Table():
            return _table(block)
        case Items(items=items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case _:
            assert_never(block)


def _table(table: Table) -> str:
    head = f"| {' | '.join(table.columns)} |"
    rule = f"|{' --- |' * len(table.columns)}"
    rows = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table.rows]
    return "\n".join([head, rule, *rows])


def _cell(cell: Cell) -> str:
    return "".join(map(_inline, cell))


def _line(content: Cell) -> str:
    """A line that no word of it turns into a list, a heading or a rule."""
    line = _cell(content)
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", line)


def _inline(part: Inline) -> str:
    match part:
        case Text(text=text):
            return _text(text)
        case Code(text=text):
            plain = re.fullmatch(r"[\w/ .,:()+-]+", text)
            return f"`{text}`" if plain else f"<code>{_text(text)}</code>"
        case Math(latex=latex):
            return f"${latex}$"
        case Link(text=text, address=""):
            return _text(text)
        case Link(text=text, address=address):
            return f"[{_text(text)}]({quote(address, safe=':/?#@!$&=+,;%~')})"
        case _:
            assert_never(part)


def _text(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
