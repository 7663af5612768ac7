"""What a site knows of a model in a few words: what the index shows, searches and filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from nullcline.datamodel import Dynamics
from nullcline.datamodel.record import Record
from nullcline.errors import short
from nullcline.linked.curies import CurieError, expand
from nullcline.report.page import clean

SECTIONS = (
    *("state_variables", "parameters", "derived_parameters", "coupling_inputs"),
    *("derived_variables", "functions"),
)
NAMES_ALONE = frozenset({"sbo", "kisao"})
"""Prefixes of terms whose own IRIs lead nowhere; identifiers.org knows where to go."""
MOST_SHOWN, MOST_SEARCHED = 500, 20_000
"""Characters of a description that the index shows, and of all words that it searches."""

DIMENSIONLESS = frozenset({"", "1", "dimensionless", "none", "unitless"})


@dataclass(frozen=True)
class Facts:
    """What the index knows of one file; `problems` are those of a file that holds no model."""

    title: str
    shown: str
    name: str = ""
    description: str = ""
    kind: str = ""
    states: int = 0
    parameters: int = 0
    time_unit: str = ""
    units: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    words: str = ""
    picture: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The same as data that JSON can hold."""
        return asdict(self)

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> Facts:
        """The facts that `plain` gave."""
        lists = {key: tuple(found[key]) for key in ("units", "terms", "problems")}
        return cls(**{**found, **lists})


def facts(model: Dynamics, shown: str) -> Facts:
    """What a model says of itself; the picture and the verdicts are not known yet."""
    units = (clean(item.unit) for _, _, item in items(model) if getattr(item, "unit", None))
    named = {unit for unit in units if unit.lower() not in DIMENSIONLESS}
    said = dict.fromkeys(filter(None, map(clean, _words(model))))
    time = clean(model.time_unit)
    return Facts(
        title=clean(model.label) or clean(model.name) or shown,
        shown=shown,
        name=clean(model.name),
        description=short(clean(model.description), MOST_SHOWN),
        kind=clean(model.model_type).replace("_", " "),
        states=len(model.state_variables),
        parameters=len(model.parameters),
        time_unit=time,
        units=tuple(sorted(named | ({time} if time else set()))),
        terms=tuple(sorted({term for _, term in terms(model)})),
        words=short(" ".join(said), MOST_SEARCHED),
    )


def items(model: Dynamics) -> Iterator[tuple[str, str, Any]]:
    """Every declared quantity and function: its section, its name, itself."""
    for section in SECTIONS:
        for name, item in (getattr(model, section) or {}).items():
            yield section, name, item


def terms(model: Dynamics) -> Iterator[tuple[str, str]]:
    """What stands for a term of an ontology: (a name, or nothing for the model, and the term)."""
    for owner, holder in [("", model), *((name, item) for _, name, item in items(model))]:
        found = [getattr(holder, "iri", None), *(getattr(holder, "grounding", None) or ())]
        for term in found:
            if clean(term):
                yield clean(owner), clean(term)


def address(term: str) -> str:
    """Where a term leads: to its IRI; a text of which no link can be made is left as it is."""
    try:
        iri = expand(term)
    except CurieError:
        return term
    known = term.partition(":")[0].lower() in NAMES_ALONE
    return f"https://identifiers.org/{term}" if known else iri


def _words(model: Dynamics) -> Iterator[str | None]:
    yield model.description
    for _, name, item in items(model):
        yield name
        yield getattr(item, "description", None)
        yield getattr(item, "label", None)
    for reference in model.references:
        if isinstance(reference, Record):
            named = [str(author) for author in reference.authors or ()]
            yield from (*named, reference.title, reference.journal, reference.doi)
            yield str(reference.year or "")
        else:
            yield str(reference)
