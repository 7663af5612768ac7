"""Verdicts as people read them: a word, a sentence, a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import overload

from nullcline.conformance import WRONG, Outcome, Verdict
from nullcline.host.printing import in_line
from nullcline.host.showing import table

Row = Sequence[str]


def short(verdict: Verdict) -> str:
    """The outcome, with the size of the worst deviation where something was compared."""
    return f"{verdict.outcome} {_size(verdict)}" if verdict.worst else str(verdict.outcome)


def _size(verdict: Verdict) -> str:
    return f"{verdict.deviation:.0e}" if verdict.deviation else "0"


def sentence(verdict: Verdict) -> str:
    """The verdict in words, without its target and model."""
    if verdict.outcome != Outcome.CONFORMS:
        return f"{verdict.outcome}: {verdict.reason}"
    near = "conforms: no difference from the reference"
    if verdict.deviation:
        near = f"conforms: at most {_size(verdict)} of a variable's range from the reference"
    until = f" up to t = {verdict.horizon:g}"
    still = f"; {verdict.reservation}, so this proves little" if verdict.reservation else ""
    return near + until + still


def text_table(rows: Iterable[Row]) -> str:
    """Rows in columns that line up, the first row a heading."""
    plain = [[in_line(" ".join(cell.split())) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*plain, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in plain]
    return "\n".join(lines)


def markdown_table(rows: Sequence[Row]) -> str:
    """Rows as a table in Markdown, the first row a heading; every text is escaped."""
    head, *body = [f"| {' | '.join(map(markdown, row))} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *body])


def markdown(text: str) -> str:
    """A text without any meaning to Markdown, on one line."""
    line = escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_\[\]|~!#{}$])", r"\\\1", line)


class Verdicts(Sequence[Verdict]):
    """The verdicts on one model, a target each; shown as a table."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._verdicts = tuple(verdicts)

    @property
    def conform(self) -> bool:
        """Tell whether no verdict is WRONG; what is unsupported or not run says why."""
        return all(verdict.outcome not in WRONG for verdict in self)

    @property
    def rows(self) -> list[Row]:
        """A heading and a row a verdict: model, target, in words."""
        found = [(verdict.model, verdict.target, sentence(verdict)) for verdict in self]
        return [("model", "target", "verdict"), *found]

    @overload
    def __getitem__(self, index: int) -> Verdict: ...
    @overload
    def __getitem__(self, index: slice) -> Verdicts: ...
    def __getitem__(self, index: int | slice) -> Verdict | Verdicts:
        if isinstance(index, slice):
            return Verdicts(self._verdicts[index])
        return self._verdicts[index]

    def __len__(self) -> int:
        return len(self._verdicts)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self._verdicts)

    def __repr__(self) -> str:
        return text_table(self.rows)

    def _repr_markdown_(self) -> str:
        return markdown_table(self.rows)

    def _repr_html_(self) -> str:
        head, *body = self.rows
        return table(head, body)
