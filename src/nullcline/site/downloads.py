"""What of a model can be taken along: its file, its exports, linked data, BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nullcline.datamodel import Dynamics
from nullcline.errors import ModelError
from nullcline.linked import dump
from nullcline.site.citation import bibtex
from nullcline.site.model import Loaded
from nullcline.site.verdict import Standing

LINKED = (
    ("Turtle (RDF)", "turtle", ".ttl", "text/turtle"),
    ("JSON-LD", "json-ld", ".jsonld", "application/ld+json"),
)


@dataclass(frozen=True)
class Download:
    """One file beside the page of a model, or the reason for which there is none."""

    title: str
    file: str
    media_type: str
    text: str
    reason: str = ""


def downloads(loaded: Loaded, slug: str, found: Sequence[Standing]) -> list[Download]:
    """Every form of a model; nothing is left out without a word."""
    model = loaded.model
    assert model is not None
    yaml = ("application/yaml", loaded.text)
    files = [Download("Nullcline (YAML)", f"{slug}.yaml", *yaml)]
    if loaded.study:
        files = [Download("Nullcline study (YAML)", f"{slug}_study.yaml", *yaml)]
        own = model.to_yaml()
        files += [Download("Nullcline (YAML)", f"{slug}.yaml", "application/yaml", own)]
    for each in found:
        file = _file(slug, each.target, each.suffix)
        reason = each.sentence if not each.text else ""
        files.append(Download(each.title, file, each.media_type, each.text, reason))
    files += _linked(model, slug)
    return [*files, Download("BibTeX", f"{slug}.bib", "application/x-bibtex", bibtex(model))]


def _linked(model: Dynamics, slug: str) -> Iterator[Download]:
    for title, format, suffix, kind in LINKED:
        try:
            yield Download(title, f"{slug}{suffix}", kind, dump(model, format))
        except ModelError as error:
            yield Download(title, f"{slug}{suffix}", kind, "", str(error))


def kept(files: Sequence[Download]) -> Iterator[Download]:
    """Those that there are."""
    return (each for each in files if not each.reason)


def _file(slug: str, target: str, suffix: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", target)
    ending = "".join(re.findall(r"\.[A-Za-z0-9]+", suffix)) or ".txt"
    return f"{slug}_{name}{ending}"
