"""What a declaration says in the terms of others, beside what it says in ours.

These facts follow from the declaration; who reads it back takes the declaration's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from nullcline.datamodel.iris import NULLCLINE
from nullcline.errors import Path, Place, Problem
from nullcline.linked import namespaces as ns
from nullcline.linked.curies import CurieError, expand
from nullcline.linked.thing import Iri, Literal, Thing, Value, encode, own_base
from nullcline.linked.unit_terms import terms, ucum

ROLES = {
    "Parameter": [ns.SBO + "0000002"],
    "DerivedParameter": [ns.SBO + "0000002"],
    "Equation": [ns.SBO + "0000064"],
    "Reference": [ns.BIBO + "Document"],
    "ConformanceRun": [ns.PROV + "Activity"],
    "Verdict": [ns.EARL + "Assertion"],
    "Software": [ns.PROV + "SoftwareAgent"],
}
"""What an object of a class also is."""

Note = tuple[str, Value]
MODELS = own_base("Dynamics")


def annotate(root: Thing, version: str) -> None:
    """Give a declaration and all that it holds their classes and notes in others' terms."""
    for one in root.walk():
        one.classes.extend(_classes(one, root))
        one.notes.extend(_notes(one, root))
    if root.kind in {"Dynamics", "Study"}:
        root.notes.append((ns.PROV + "wasGeneratedBy", _conversion(root, version)))


def _classes(one: Thing, root: Thing) -> Iterator[str]:
    yield from ROLES.get(one.kind, [])
    if one.kind == "Dynamics":
        yield ns.SCHEMA + "Dataset"
        if _is_ode(one):
            yield ns.MAMO + "0000046"


def _is_ode(model: Thing) -> bool:
    """Whether a model is one of ordinary differential equations without noise."""
    discrete = model.value("system_type") == Iri(ns.SBO + "0000063")
    return not discrete and not any(part.value("noise") for part in model.parts())


def _notes(one: Thing, root: Thing) -> Iterator[Note]:
    name = one.text("label") or one.text("name")
    if name:
        yield ns.RDFS + "label", Literal(name)
    if one.text("name") and one is not root:
        yield ns.DCTERMS + "isPartOf", Iri(root.iri)
    if unit := one.text("unit"):
        yield from _unit(unit)
    for predicate, iri in _links(one):
        yield predicate, Iri(iri)
    if one.kind == "Dynamics":
        yield from _found_by_search(one)
    if one.kind == "Reference":
        for slot, predicate in (("title", ns.DCTERMS + "title"), ("doi", ns.BIBO + "doi")):
            if said := one.text(slot):
                yield predicate, Literal(said)


def _unit(text: str) -> Iterator[Note]:
    """The unit of a quantity: UCUM's code, and the terms that ontologies of units have for it."""
    if not (code := ucum(text)):
        return
    yield ns.SCHEMA + "unitCode", Literal(f"UCUM:{code}")
    for iri in terms().get(code, []):
        in_qudt = iri.startswith(ns.UNIT)
        yield (ns.QUDT + "hasUnit" if in_qudt else ns.OBO + "IAO_0000039"), Iri(iri)


def _links(one: Thing) -> Iterator[tuple[str, str]]:
    """What a thing is linked to, each with the property; a text that is no link makes none."""
    for predicate, text, _ in attached(one):
        if iri := _expanded(text):
            yield predicate, iri
    if origin := one.text("derived_from_model"):
        yield ns.PROV + "wasDerivedFrom", _expanded(origin) or MODELS + encode(origin)
    if one.kind == "Reference" and (doi := one.text("doi")) and (iri := _expanded(doi)):
        yield ns.SCHEMA + "sameAs", iri
    if one.kind == "Reference" and (url := one.text("url")) and (iri := _expanded(url)):
        yield ns.SCHEMA + "url", iri
    if one.kind == "Verdict" and (name := one.text("model_name")):
        yield ns.EARL + "subject", MODELS + encode(name)


def attached(one: Thing) -> Iterator[tuple[str, str, Path]]:
    """The terms that a modeller attached to a thing: what each is to it, its text, its place."""
    if text := one.text("iri"):
        same = {"Dynamics": ns.BQMODEL + "is", "Reference": ns.SCHEMA + "sameAs"}
        yield same.get(one.kind, ns.BQBIOL + "is"), text, (*one.path, "iri")
    grounding = one.value("grounding")
    if isinstance(grounding, tuple):
        for index, item in enumerate(grounding):
            if isinstance(item, Literal):
                yield ns.BQBIOL + "isVersionOf", item.text, (*one.path, "grounding", index)


def _expanded(text: str) -> str | None:
    try:
        return expand(text)
    except CurieError:
        return None


def _found_by_search(model: Thing) -> Iterator[Note]:
    """What search engines read of a page."""
    yield ns.SCHEMA + "name", Literal(model.text("label") or model.text("name") or "")
    if said := model.text("description"):
        yield ns.SCHEMA + "description", Literal(said)
    for part in model.parts():
        if part.kind == "StateVariable":
            yield ns.SCHEMA + "variableMeasured", Literal(part.text("name") or "")
        elif part.kind == "Reference" and (doi := part.text("doi")) and (iri := _expanded(doi)):
            yield ns.SCHEMA + "citation", Iri(iri)


def _conversion(root: Thing, version: str) -> Thing:
    """Where this form of the declaration comes from."""
    agent = Thing(f"{NULLCLINE}software/{encode(version)}", "", root.path)
    agent.classes.append(ns.PROV + "SoftwareAgent")
    agent.notes.append((ns.RDFS + "label", Literal(f"Nullcline {version}")))
    made = Thing(f"{root.iri}/conversion", "", root.path)
    made.classes.append(ns.PROV + "Activity")
    made.notes.append((ns.PROV + "wasAssociatedWith", agent))
    return made


def problems(root: Thing) -> list[Problem]:
    """A sentence for each term attached to a thing of which no link can be made."""
    found = []
    for one in root.walk():
        for _, text, path in attached(one):
            try:
                expand(text)
            except CurieError as error:
                found.append(Problem(str(error), Place(path), error.hint))
    return found
