"""The page that lists every model, and lets a reader search and filter them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from nullcline.errors import counted
from nullcline.site import frame
from nullcline.site.facts import Facts
from nullcline.site.markup import Markup, data, el, joined, lines
from nullcline.site.page import SIGNS
from nullcline.site.verdict import OUTCOMES, UNKNOWN

Entries = Sequence[tuple[str, Facts]]


def write(entries: Entries, title: str, targets: Sequence[str]) -> str:
    """The page; `entries` are (slug, facts) in their order, `targets` the names of all targets."""
    models = [(slug, facts) for slug, facts in entries if not facts.problems]
    bad = [facts for _, facts in entries if facts.problems]
    named = Counter(facts.title for _, facts in models)
    body = lines(
        el("h1", title),
        _form([facts for _, facts in models], targets),
        el("p", counted(len(models), "model"), id="count", role="status", class_="count"),
        el(
            "ul",
            *(_card(slug, facts, named[facts.title] > 1) for slug, facts in models),
            id="models",
            class_="cards",
        ),
        _problems(bad),
        data([_searched(facts) for _, facts in models], "application/json", id="data"),
    )
    return frame.page(
        title,
        body,
        description=f"{counted(len(models), 'dynamical model')} with equations and pictures.",
        with_script=True,
    )


def _form(models: Sequence[Facts], targets: Sequence[str]) -> Markup:
    """The controls; hidden where no script is run, as they would do nothing."""
    most = max((facts.states for facts in models), default=1)
    search = el("input", type="search", id="q", name="q", autocomplete="off", spellcheck="false")
    number = {"type": "number", "min": "1", "max": str(most), "inputmode": "numeric"}
    fields = [
        _choice("kind", "Kind", {facts.kind for facts in models}),
        _choice("unit", "Unit", {unit for facts in models for unit in facts.units}),
        _choice("term", "Ontology term", {term for facts in models for term in facts.terms}),
        _field("from", "Variables from", el("input", id="from", name="from", **number)),
        _field("to", "to", el("input", id="to", name="to", **number)),
    ]
    proved = [
        _choice(
            f"in.{name}",
            f"Verdict in {name}",
            {facts.outcomes.get(name, UNKNOWN) for facts in models},
            True,
        )
        for name in targets
    ]
    clear = el("button", "Clear all", type="reset", id="clear")
    chosen = el("div", lines(*fields, *proved), class_="fields")
    more = el("details", el("summary", "Filters"), chosen, id="more")
    return el(
        "form",
        lines(
            el("div", el("label", "Search", for_="q"), search, class_="search"),
            el("div", more, clear, class_="below"),
        ),
        id="filters",
        role="search",
        aria_label="Models",
        hidden=True,
    )


def _choice(name: str, label: str, values: set[str], outcomes: bool = False) -> Markup | None:
    """A list to choose from; nothing where there is no choice."""
    found = sorted(values - {""}, key=_ranked if outcomes else _folded)
    if not found or (outcomes and found == [UNKNOWN]):
        return None
    options = (el("option", each, value=each) for each in found)
    chooser = el("select", el("option", "any", value=""), *options, id=name, name=name)
    return _field(name, label, chooser)


def _ranked(outcome: str) -> tuple[int, str]:
    return (OUTCOMES.index(outcome) if outcome in OUTCOMES else len(OUTCOMES), outcome)


def _folded(word: str) -> tuple[str, str]:
    return word.casefold(), word


def _field(name: str, label: str, control: Markup) -> Markup:
    return el("div", el("label", label, for_=name), control, class_="field")


def _card(slug: str, facts: Facts, twice: bool) -> Markup:
    """One model; its file too where another has the same title."""
    chips = [facts.kind, counted(facts.states, "variable"), facts.time_unit, facts.shown * twice]
    return el(
        "li",
        _picture(facts.picture, facts.title),
        el(
            "div",
            el("h2", el("a", facts.title, href=f"models/{slug}/index.html")),
            el("p", facts.description, class_="said") if facts.description else None,
            el("p", *_chips(chips), class_="chips"),
            _outcomes(facts.outcomes),
        ),
    )


def _chips(words: Iterable[str]) -> Iterable[Markup]:
    return (joined(el("span", word), " ") for word in words if word)


def _picture(points: str, title: str) -> Markup:
    """A small trajectory; an empty frame, which says nothing, where there is none."""
    look = {"class_": "small-picture", "viewBox": "-6 -6 112 112"}
    if not points:
        return el("svg", **look, aria_hidden="true")
    said = f"Small picture of the default trajectory of {title}"
    return el("svg", el("polyline", points=points), **look, role="img", aria_label=said)


def _outcomes(outcomes: Mapping[str, str]) -> Markup:
    known = {name: said for name, said in outcomes.items() if said != UNKNOWN}
    if not known:
        return el("p", el("span", UNKNOWN, class_="verdict unknown"), class_="verdicts")
    parts = (
        el(
            "li",
            el("span", SIGNS.get(said, "?"), aria_hidden="true"),
            f" {name}",
            el("span", f": {said}", class_="spoken"),
            class_=f"verdict {'unknown' if said == UNKNOWN else said.replace(' ', '-')}",
        )
        for name, said in outcomes.items()
    )
    return el("ul", *parts, class_="verdicts", aria_label="Conformance")


def _problems(bad: Sequence[Facts]) -> Markup | None:
    if not bad:
        return None
    items = (
        el("li", el("code", facts.shown), el("ul", *(el("li", p) for p in facts.problems[:20])))
        for facts in bad
    )
    words = f"{counted(len(bad), 'file')} could not be shown"
    head = el("h2", words, id="problems")
    return el("section", head, el("ul", *items, class_="bad"), aria_labelledby="problems")


def _searched(facts: Facts) -> dict[str, object]:
    words = (
        facts.title,
        facts.name,
        facts.shown,
        facts.kind,
        *facts.units,
        *facts.terms,
        facts.words,
    )
    return {
        "text": " ".join(words),
        "kind": facts.kind,
        "states": facts.states,
        "units": facts.units,
        "terms": facts.terms,
        "in": facts.outcomes,
    }
