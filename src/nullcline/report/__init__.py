"""Which reports there are: a model's equations, numbers and words for people to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nullcline.datamodel import Dynamics
from nullcline.report import html, markdown, pdf, tex
from nullcline.report.model import page_of
from nullcline.report.page import Page

FORMATS: Mapping[str, Callable[[Page], str]] = {
    "markdown": markdown.write,
    "html": html.write,
    "latex": tex.write,
}
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm"),
    "latex": (".tex", ".latex"),
    "pdf": (".pdf",),
}
"""The suffixes of the files that hold a report of each format."""


def report(model: Dynamics, format: str = "markdown") -> str:
    """A report on a model: Markdown for notebooks and GitHub, one HTML file, or a LaTeX document.

    Made for any declaration, one with missing numbers or unsupported features included; those
    are named. Raises ValueError for another format.
    """
    if format == "pdf":
        raise ValueError("a PDF is no text: `nullcline report MODEL -o FILE.pdf` makes one")
    if format not in FORMATS:
        raise ValueError(f"there is no report as {format!r}; there is {', '.join(FORMATS)}")
    return FORMATS[format](page_of(model))


def encoded(model: Dynamics, format: str) -> bytes:
    """The bytes of a report's file: a text in UTF-8, or a PDF, which needs a LaTeX."""
    return pdf.write(page_of(model)) if format == "pdf" else report(model, format).encode()


__all__ = ["FORMATS", "SUFFIXES", "encoded", "report"]
