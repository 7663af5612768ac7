"""The page for people: every class, slot and value of the schema, and the terms they stand for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from linkml_runtime.linkml_model import ClassDefinition, EnumDefinition, SlotDefinition
from linkml_runtime.utils.schemaview import SchemaView
from records import metadata, slots

Element = ClassDefinition | SlotDefinition | EnumDefinition

HEAD = """\
<!-- Generated from schema/nullcline.yaml by `just generate`; never edited. -->
# Vocabulary

What may stand in a model file, a study file and a file of conformance results: each class with its
slots, the values they take and what they mean. In linked data a class is
`nullcline:Parameter`, a slot `nullcline:initial_value` and so on, where `nullcline:` is
<{namespace}>; where a slot is written with a term of another vocabulary, its name links
there. Beside that, "=" marks a term of another vocabulary that means the same, "≈" one that comes
near, "⊂" one that is broader. The same for programs:
[OWL](../schema/generated/nullcline.owl.ttl), [SHACL](../schema/generated/nullcline.shacl.ttl),
[JSON Schema](../schema/generated/nullcline.schema.json),
[JSON-LD context](../schema/generated/nullcline.context.jsonld).
"""

KEPT = """\
## Kept slots

Slots that Nullcline keeps as they are written and does not use. Where the last column says
something, a model that has the slot is refused by whatever needs the equations, because leaving it
out would change the dynamics.
"""

WORDS = {
    "text": "text",
    "number": "number",
    "integer": "whole number",
    "flag": "true or false",
    "array": "number, or nested lists of numbers",
    "any": "anything",
}
SIGNS = {"exact_mappings": "=", "close_mappings": "≈", "broad_mappings": "⊂"}


def page(view: SchemaView) -> str:
    """The whole page."""
    lines = [HEAD.format(namespace=view.expand_curie("nullcline:"))]
    names = [name for name in view.all_classes() if name != "Any"]
    for name in names:
        lines += class_lines(view, name)
    for name, enum in view.all_enums().items():
        lines += [f"## {name}", "", enum.description + mapped(view, enum, " "), ""]
        lines += table("value", "meaning", "term", rows=values(view, enum))
    lines += [KEPT, *table("slot", "of", "value", "meaning", "refused as", rows=kept(view, names))]
    lines += ["## Prefixes", "", *table("prefix", "stands for", rows=prefixes(view))]
    return "\n".join(lines).rstrip("\n") + "\n"


def class_lines(view: SchemaView, name: str) -> Iterator[str]:
    """The part of the page that tells of one class."""
    own = view.get_class(name)
    yield from (f"## {name}", "", own.description + mapped(view, own, " "), "")
    known = [(slot, metadata(view, slot)) for slot in slots(view, name)]
    used = [each for each in known if "kept" not in each[1]]
    rows = [
        (slot_name(view, slot), value(view, slot), meaning(slot), mapped(view, slot))
        for slot, _ in used
    ]
    if rows:
        yield from table("slot", "value", "meaning", "terms", rows=rows)
    if rest := [f"`{slot.name}`" for slot, said in known if "kept" in said]:
        yield from (f"[Kept](#kept-slots): {', '.join(rest)}.", "")


def kept(view: SchemaView, names: list[str]) -> Iterator[tuple[str, ...]]:
    """A row for each slot that is kept, with the classes that have it."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        for slot in slots(view, name):
            known = metadata(view, slot)
            if "kept" in known:
                row = (slot_name(view, slot), value(view, slot), meaning(slot))
                rows.setdefault((*row, refusal(known)), []).append(link(name))
    for (slot, what, said, feature), classes in sorted(rows.items(), key=alphabet):
        yield slot, ", ".join(classes), what, said, feature


def alphabet(row: tuple[tuple[str, ...], list[str]]) -> tuple[str, ...]:
    """By name, then by what is said of it."""
    (name, *said), _ = row
    return (name.strip("`["), *said)


def refusal(known: dict[str, Any]) -> str:
    """What a model with this slot is refused for."""
    neutral = known.get("neutral")
    but = f" (unless `{str(neutral).lower()}`)" if neutral is not None else ""
    return f"{known['feature']}{but}" if "feature" in known else ""


def slot_name(view: SchemaView, slot: SlotDefinition) -> str:
    """The name of a slot, with a link where its IRI is not ours."""
    uri = slot.slot_uri
    own = not uri or uri.startswith("nullcline:")
    return f"`{slot.name}`" if own else f"[`{slot.name}`]({view.expand_curie(uri)})"


def value(view: SchemaView, slot: SlotDefinition) -> str:
    """What may stand in a slot, in words."""
    known = metadata(view, slot)
    single = WORDS.get(known["kind"]) or link(known["of"])
    if known.get("text") or known.get("short") == "rhs":
        single += " or text"
    many = {"dict": f"{single}, each under its name", "list": f"list of {single}"}
    said = many.get(known.get("many", ""), single)
    limits = {"minimum": "at least {}", "maximum": "at most {}", "pattern": "like `{}`"}
    if known.get("pattern") == r"\S":
        limits["pattern"] = "not empty"
    found = [text.format(known[key]) for key, text in limits.items() if key in known]
    found += ["or infinite"] if known.get("infinite") else []
    found += ["**required**"] if known.get("required") or known.get("key") else []
    return ", ".join([said, *found])


def meaning(slot: SlotDefinition) -> str:
    """The description of a slot, in one line of a table."""
    return " ".join(slot.description.split()).replace("|", "\\|")


def mapped(view: SchemaView, element: Element, lead: str = "") -> str:
    """The terms of other vocabularies for an element, each with a sign and a link."""
    found = [
        f"{sign} [{curie}]({view.expand_curie(curie)})"
        for kind, sign in SIGNS.items()
        for curie in getattr(element, kind)
    ]
    return f"{lead}({', '.join(found)})" if found and lead else ", ".join(found)


def values(view: SchemaView, enum: EnumDefinition) -> Iterator[tuple[str, ...]]:
    """A row for each value of an enumeration."""
    for name, item in enum.permissible_values.items():
        term = f"[{item.meaning}]({view.expand_curie(item.meaning)})" if item.meaning else ""
        yield f"`{name}`", item.description, term


def prefixes(view: SchemaView) -> Iterator[tuple[str, ...]]:
    """A row for each prefix."""
    for prefix in view.schema.prefixes.values():
        yield f"`{prefix.prefix_prefix}:`", f"<{prefix.prefix_reference}>"


def link(name: str) -> str:
    """A name with a link to where the page tells of it."""
    return f"[{name}](#{name.lower()})"


def table(*head: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table; a column without a word is left out."""
    rows = list(rows)
    full = [index for index in range(len(head)) if any(row[index] for row in rows)]
    lines = [
        [head[i] for i in full],
        ["---"] * len(full),
        *([row[i] for i in full] for row in rows),
    ]
    yield from ("| " + " | ".join(line) + " |" for line in lines)
    yield ""
