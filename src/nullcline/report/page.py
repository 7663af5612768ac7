"""What a report is made of, whatever it is written in: texts that are data, and formulas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize


@dataclass(frozen=True)
class Text:
    """Words of a person, to be escaped wherever they are shown."""

    text: str


@dataclass(frozen=True)
class Code:
    """A text shown letter by letter."""

    text: str


@dataclass(frozen=True)
class Math:
    """LaTeX of our own making."""

    latex: str


@dataclass(frozen=True)
class Link:
    """An http(s) address and the words that lead to it."""

    text: str
    address: str


Inline = Text | Code | Math | Link
Cell = tuple[Inline, ...]


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    content: Cell


@dataclass(frozen=True)
class Formula:
    """An equation in LaTeX: what stands left of the sign, the sign, and the summands."""

    left: str
    sign: str
    terms: tuple[str, ...]

    @property
    def latex(self) -> str:
        """The whole equation on one line."""
        return " ".join((self.left, self.sign, *self.terms))


@dataclass(frozen=True)
class Listing:
    """An equation that cannot be set as a formula, as it stands in the declaration."""

    text: str


@dataclass(frozen=True)
class Table:
    """Rows of cells under column titles."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Cell, ...]


Block = Paragraph | Formula | Listing | Table | Items


@dataclass(frozen=True)
class Section:
    """A title and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A whole report."""

    title: str
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


def text(words: object) -> Cell:
    """Words as the content of a cell or a paragraph; nothing where there are none."""
    found = clean(words)
    return (Text(found),) if found else ()


def clean(words: object) -> str:
    """Words on one line without anything that does not print (controls, half surrogates)."""
    if words is None:
        return ""
    printable = (
        character if character.isprintable() else " " for character in normalize("NFC", str(words))
    )
    return " ".join("".join(printable).split())


def paragraphs(words: object) -> tuple[Paragraph, ...]:
    """Words with blank lines between them, as paragraphs."""
    parts = str(words or "").replace("\r\n", "\n").split("\n\n")
    return tuple(Paragraph(text(part)) for part in parts if clean(part))


def table(columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> tuple[Table, ...]:
    """A table without the columns that are empty in every row; no table without rows."""
    found = [tuple(row) for row in rows]
    titles = tuple(columns)
    used = [index for index in range(len(titles)) if any(row[index] for row in found)]
    if not used or not found:
        return ()
    kept = tuple(tuple(row[index] for index in used) for row in found)
    return (Table(tuple(titles[index] for index in used), kept),)
