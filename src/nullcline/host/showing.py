"""The short form of a model or a result: a head and a few rows, as lines or as a table of HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from nullcline.host.printing import in_line

MOST = 12
"""The most rows of a short form."""
LONGEST = 100
"""The most characters of a line."""


def lines(head: str, rows: Iterable[str], most: int = MOST) -> str:
    """The head and, indented below it, the first rows, and how many more there are."""
    rows = list(rows)
    shown = [f"  {row}" for row in rows[:most]]
    more = [f"  and {len(rows) - most} more"] if len(rows) > most else []
    return "\n".join(_cut(in_line(line)) for line in (head, *shown, *more))


def aligned(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Rows of cells as lines in which the columns stand below each other."""
    rows = list(rows)
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{c:<{w}}" for c, w in zip(row, wide, strict=True)).rstrip() for row in rows]


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table of HTML in which every text is escaped, with a caption that says what it is of."""
    said = f"<caption>{_text(caption)}</caption>" if caption else ""
    titles = "".join(f'<th scope="col">{_text(title)}</th>' for title in head)
    cells = ("".join(f"<td>{_text(cell)}</td>" for cell in row) for row in rows)
    inside = "".join(f"<tr>{line}</tr>" for line in cells)
    return f"<table>{said}<thead><tr>{titles}</tr></thead><tbody>{inside}</tbody></table>"


def _text(text: str) -> str:
    return escape(in_line(text))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
