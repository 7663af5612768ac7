"""Texts of strangers on a terminal: what would act there, or not be seen, is printed by its code.

A name, a key or an IRI may hold ESC and the C1 controls, which terminals obey, and bidirectional
controls, which show another text than the one that is there (Boucher and Anderson 2023, Trojan
Source, arXiv:2111.00169). Every command prints through `say` or `write`.
"""

from __future__ import annotations

import sys
from typing import TextIO

KEPT = "\n\t"
"""What no terminal takes for more than it is, though Python does not call it printable."""


def escaped(text: object, kept: str = KEPT) -> str:
    r"""A text in which every character that is not printable, but `kept`, stands as its code.

    Printable is what Unicode does not list under Other or Separator (str.isprintable): ESC is
    printed as \x1b, a right-to-left override as \u202e.
    """
    said = str(text)
    if said.isprintable():
        return said
    return "".join(c if c in kept or c.isprintable() else code(c) for c in said)


def in_line(text: object) -> str:
    r"""The same in one line: a line break too is printed by its code, as \n."""
    return escaped(text, "")


def code(character: str) -> str:
    """A character as Python writes it in a literal."""
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def say(*lines: object, error: bool = False) -> None:
    """Print each text in one line of its own to standard output, or to standard error.

    A line break in a text is what a stranger wrote: it is escaped as the rest is, so that nobody
    forges a line. What the encoding of the stream lacks is printed by its code, too.
    """
    stream = sys.stderr if error else sys.stdout
    for line in lines:
        print(_encodable(in_line(line), stream), file=stream)


def write(text: str) -> None:
    """Put a document on standard output: as it is into a file or a pipe, escaped on a terminal."""
    if sys.stdout.isatty():
        text = _encodable(escaped(text), sys.stdout)
    sys.stdout.write(text)


def _encodable(text: str, stream: TextIO) -> str:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
