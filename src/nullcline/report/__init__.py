"""Which reports there are: a model's equations, numbers and words for people to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nullcline.datamodel import Dynamics
from nullcline.report import html, markdown, tex
from nullcline.report.model import page_of
from nullcline.report.page import Page

FORMATS: Mapping[str, Callable[[Page], str]] = {
    "markdown": markdown.write,
    "html": html.write,
    "latex": tex.write,
}


def report(model: Dynamics, format: str = "markdown") -> str:
    """A report on a model: Markdown for notebooks and GitHub, one HTML file, or a LaTeX document.

    Made for any declaration, one with missing numbers or unsupported features included; those
    are named. Raises ValueError for another format.
    """
    if format not in FORMATS:
        raise ValueError(f"there is no report as {format!r}; there is {', '.join(FORMATS)}")
    return FORMATS[format](page_of(model))


__all__ = ["FORMATS", "report"]
