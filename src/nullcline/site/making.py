"""What is made of one model file: its facts, its page, its pictures and its downloads."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nullcline.datamodel import ConformanceRun
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError
from nullcline.linked import json_ld
from nullcline.report.page import clean
from nullcline.site import page
from nullcline.site.downloads import downloads, kept
from nullcline.site.facts import Facts, facts
from nullcline.site.model import Loaded, load
from nullcline.site.pictures import Pictures, pictures
from nullcline.site.source import Source
from nullcline.site.verdict import standings
from nullcline.system import System

PAGE = "index.html"


@dataclass(frozen=True)
class Order:
    """One file to be shown, the title of the site, and the pictures where they are there."""

    source: Source
    title: str
    drawn: Pictures | None = None


@dataclass(frozen=True)
class Made:
    """What came of a file: its facts, the hashes of what was read, and its files by name."""

    slug: str
    facts: Facts
    inputs: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    drawn: Pictures = field(default_factory=Pictures)

    def kept(self) -> dict[str, Any]:
        """What the manifest keeps of it."""
        return {
            "facts": self.facts.plain(),
            "inputs": dict(self.inputs),
            "files": sorted(self.files),
            "drawn": self.drawn.plain(),
        }


def make(order: Order, run: ConformanceRun) -> Made:
    """Everything of one file; whatever goes wrong is a problem of this file alone."""
    source = order.source
    loaded = load(source.path, source.shown)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _made(order, loaded, run)
    except Exception as error:  # a stranger's file must not end the others' site
        said = f"its page could not be made: {type(error).__name__}: {clean(error)}"
        bad = Facts(source.shown, source.shown, problems=(said,))
        return Made(source.slug, bad, loaded.inputs)


def _made(order: Order, loaded: Loaded, run: ConformanceRun) -> Made:
    source, model = order.source, loaded.model
    if model is None:
        bad = Facts(source.shown, source.shown, problems=loaded.problems)
        return Made(source.slug, bad, loaded.inputs)
    about = facts(model, source.shown)
    drawn = order.drawn or Pictures()
    if order.drawn is None and isinstance(loaded.system, System):
        wanted = [n for n, item in model.state_variables.items() if item.variable_of_interest]
        drawn = pictures(loaded.system, loaded.plan, wanted)
    found = standings(about.name, source.shown, loaded.system, run.verdicts)
    files = downloads(loaded, source.slug, found)
    outcomes = {each.target: each.outcome for each in found}
    title = f"{about.title} ({loaded.study})" if loaded.study else about.title
    about = replace(about, title=title, outcomes=outcomes, picture=drawn.small)
    parts = page.Parts(source.slug, about, loaded, drawn, found, files, _linked(model))
    texts = {name: text for name, _, text in drawn.files}
    texts |= {each.file: each.text for each in kept(files)}
    texts[PAGE] = page.write(parts, order.title)
    return Made(source.slug, about, loaded.inputs, texts, drawn)


def _linked(model: Dynamics) -> dict[str, Any] | None:
    """The model as JSON-LD; nothing where linked data cannot hold it, which its download says."""
    try:
        return json_ld(model)
    except ModelError:
        return None
