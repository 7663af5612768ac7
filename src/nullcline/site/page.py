"""The page of one model: its equations, numbers, pictures, verdicts, forms and sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nullcline.report.html import block
from nullcline.report.model import page_of
from nullcline.report.page import Section, clean, paragraphs
from nullcline.site import frame
from nullcline.site.citation import bibtex
from nullcline.site.downloads import Download, kept
from nullcline.site.facts import Facts, address, terms
from nullcline.site.markup import Markup, data, el, joined, lines, link
from nullcline.site.metadata import dataset
from nullcline.site.model import Loaded
from nullcline.site.pictures import Pictures
from nullcline.site.svg import embedded
from nullcline.site.verdict import UNKNOWN, Standing

SIGNS = {"conforms": "✓", "deviates": "✗", "failed": "✗", "unsupported": "–", "skipped": "–"}
SIGNS |= {"undefined": "✗", "not run": "–"}
"""What stands before an outcome, beside its colour; a question mark where nothing is known."""


@dataclass(frozen=True)
class Parts:
    """All that the page of a model shows."""

    slug: str
    facts: Facts
    loaded: Loaded
    pictures: Pictures
    standings: Sequence[Standing]
    downloads: Sequence[Download]
    linked: dict[str, Any] | None = None


def write(parts: Parts, site: str) -> str:
    """The page; `site` is the title of the whole site."""
    facts, model = parts.facts, parts.loaded.model
    assert model is not None
    report = page_of(model)
    references = [section for section in report.sections if section.title == "References"]
    named = [section for section in report.sections if section not in references]
    sections = [
        ("Behaviour", _behaviour(parts)),
        *((section.title, _blocks(section)) for section in named),
        ("Ontology terms", _terms(parts)),
        ("Conformance", _conformance(parts.standings)),
        ("Downloads", _downloads(parts.downloads)),
        ("Citation", _citation(parts, references)),
        ("Model file", _file(parts.loaded.text)),
    ]
    found = [(_place(title), title, inside) for title, inside in sections if inside]
    intro = report.blocks[len(paragraphs(model.label)) if facts.title != facts.name else 0 :]
    body = lines(
        el("h1", facts.title),
        _summary(facts),
        el("div", Markup("\n".join(map(block, intro))), class_="intro"),
        _contents(found),
        *(_section(place, title, inside) for place, title, inside in found),
    )
    files = [(each.title, each.file, each.media_type) for each in kept(parts.downloads)]
    described = [data(dataset(model, facts, files), "application/ld+json")]
    described += [data(parts.linked, "application/ld+json")] if parts.linked else []
    home = el("nav", el("a", site, href="../../index.html"), aria_label="Site")
    return frame.page(
        f"{facts.title} – {site}",
        body,
        description=facts.description,
        header=home,
        head=lines(*described),
    )


def _place(title: str) -> str:
    return title.lower().replace(" ", "-")


def _section(place: str, title: str, inside: Markup) -> Markup:
    head = el("h2", title, id=place)
    return el("section", lines(head, inside), aria_labelledby=place)


def _contents(found: Sequence[tuple[str, str, Markup]]) -> Markup:
    items = (el("li", el("a", title, href=f"#{place}")) for place, title, _ in found)
    return el("nav", el("ul", *items), class_="contents", aria_label="On this page")


def _summary(facts: Facts) -> Markup:
    pairs = {
        "Name": el("code", facts.name),
        "Kind": facts.kind,
        "State variables": str(facts.states),
        "Parameters": str(facts.parameters),
        "File": el("code", facts.shown),
    }
    rows = (el("div", el("dt", name), el("dd", said)) for name, said in pairs.items() if said)
    return el("dl", *rows, class_="facts")


def _blocks(section: Section) -> Markup:
    return Markup("\n".join(map(block, section.blocks)))


def _behaviour(parts: Parts) -> Markup:
    if parts.loaded.reason:
        return el("p", f"There are no pictures: {clean(parts.loaded.reason)}.")
    figures = (
        el("figure", Markup(embedded(file)), el("figcaption", caption), class_=name.split(".")[0])
        for name, caption, file in parts.pictures.files
    )
    drawn, unit = parts.pictures, parts.facts.time_unit
    words = "Simulated by Nullcline with the declared parameters and initial values"
    if parts.loaded.plan.chosen_by:
        words = f"Simulated by Nullcline as the {parts.loaded.plan.chosen_by} says"
    length = f", for {drawn.duration:g} {unit}".rstrip() + ("" if unit else " units of time")
    said = f"{words}{length if drawn.files else ''}. {drawn.said}".strip()
    return lines(el("p", said), el("div", *figures, class_="figures"))


def _terms(parts: Parts) -> Markup | None:
    assert parts.loaded.model is not None
    rows = [
        el(
            "li",
            joined(el("code", owner) if owner else "the model", ": ", link(term, address(term))),
        )
        for owner, term in dict.fromkeys(terms(parts.loaded.model))
    ]
    return el("ul", *rows) if rows else None


def _conformance(found: Sequence[Standing]) -> Markup:
    words = (
        "An export conforms when it was run in the engine that it is meant for and did what the"
        " model says, compared with an independent reference."
    )
    rows = (
        el("li", el("strong", each.title), verdict(each.outcome), el("span", each.sentence))
        for each in found
    )
    return lines(el("p", words), el("ul", *rows, class_="standings"))


def verdict(outcome: str) -> Markup:
    """An outcome as a sign, a colour and a word."""
    sign = el("span", SIGNS.get(outcome, "?"), aria_hidden="true")
    kind = "unknown" if outcome == UNKNOWN else outcome.replace(" ", "-")
    return el("span", sign, f" {outcome}", class_=f"verdict {kind}")


def _downloads(files: Sequence[Download]) -> Markup:
    rows = (el("li", *_download(each)) for each in files)
    return el("ul", *rows, class_="downloads")


def _download(each: Download) -> Iterator[Markup | str]:
    if each.reason:
        yield joined(el("span", each.title, class_="missing"), f" – not available: {each.reason}")
        return
    yield el("a", each.title, href=each.file, download=True)
    size = len(each.text.encode("utf-8", "replace"))
    yield el("span", f" {each.file}, {max(1, round(size / 1000))} kB", class_="small")


def _citation(parts: Parts, references: Sequence[Section]) -> Markup:
    assert parts.loaded.model is not None
    shown = el("pre", el("code", bibtex(parts.loaded.model)))
    return lines(*map(_blocks, references), _folded("BibTeX", shown))


def _file(text: str) -> Markup:
    return _folded("Show the YAML", el("pre", el("code", text)))


def _folded(title: str, inside: Markup) -> Markup:
    held = el("div", inside, class_="wide", tabindex="0", role="region", aria_label=title)
    return el("details", el("summary", title), held)
