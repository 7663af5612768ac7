"""What each slot of the schema says, and the module of plain dataclasses that says it in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonasobj2 import items
from linkml_runtime.linkml_model import ClassDefinition, SlotDefinition
from linkml_runtime.utils.schemaview import SchemaView

KINDS = {"string": "text", "double": "number", "integer": "integer", "boolean": "flag"}
TYPES = {"text": "str", "choice": "str", "number": "float", "integer": "int", "flag": "bool"}

HEAD = '''\
# Generated from schema/nullcline.yaml by `just generate`; never edited.
# fmt: off
# ruff: noqa: E501, N815
"""The objects of model and study files, as plain dataclasses that know their schema."""

from __future__ import annotations

from typing import Any

from nullcline.datamodel.record import Record, record, slot
'''


def annotations(element: SlotDefinition | ClassDefinition) -> dict[str, Any]:
    """The annotations of an element as a plain dict."""
    return {tag: note.value for tag, note in items(element.annotations)}


def slots(view: SchemaView, name: str) -> list[SlotDefinition]:
    """The slots of a class, with the class's own changes, in the order of the schema."""
    return list(view.class_induced_slots(name))


def term(view: SchemaView, element: SlotDefinition | ClassDefinition) -> str | None:
    """The term of another vocabulary that comes nearest to an element."""
    own = [element.slot_uri] if isinstance(element, SlotDefinition) and element.slot_uri else []
    own = [uri for uri in own if not uri.startswith("nullcline:")]
    for curie in (*element.exact_mappings, *own, *element.close_mappings, *element.broad_mappings):
        return str(view.expand_curie(curie))
    return None


def short_form(view: SchemaView, name: str) -> str | None:
    """The slot that a bare value stands for, where a whole object is expected."""
    named = annotations(view.get_class(name)).get("short")
    simple = [s.name for s in slots(view, name) if annotations(s).get("simple_dict_value")]
    return named or next(iter(simple), None)


def kind_of(view: SchemaView, slot: SlotDefinition) -> dict[str, Any]:
    """What a value of the slot is: kind, and the class or the values where the kind has them."""
    ranges = [choice.range for choice in slot.any_of] or [slot.range]
    classes = [r for r in ranges if r != "Any" and r in view.all_classes()]
    if ranges == ["double", "double"]:
        return {"kind": "array"}
    if classes:
        short = short_form(view, classes[0])
        text = {"text": True} if "string" in ranges and not short else {}
        return {"kind": "object", "of": classes[0]} | ({"short": short} if short else text)
    if ranges == ["Any"]:
        return {"kind": "any"}
    if ranges[0] in view.all_enums():
        values = tuple(view.get_enum(ranges[0]).permissible_values)
        return {"kind": "choice", "of": ranges[0], "values": values}
    return {"kind": KINDS[ranges[0]]}


def metadata(view: SchemaView, slot: SlotDefinition) -> dict[str, Any]:
    """Everything that loading, dumping and reporting need to know about a slot."""
    known = kind_of(view, slot)
    if slot.multivalued:
        keyed = known["kind"] == "object" and not slot.inlined_as_list and slot.range != "Any"
        known["many"] = "dict" if keyed else "list"
    limits = {
        "key": slot.key,
        "required": slot.required,
        "pattern": slot.pattern,
        "minimum": slot.minimum_value,
        "maximum": slot.maximum_value,
    }
    noted = {k: v for k, v in annotations(slot).items() if k != "simple_dict_value"}
    known |= {key: value for key, value in limits.items() if value is not None} | noted
    uri = str(view.get_uri(slot, expand=True))
    known |= {} if uri == f"{view.namespaces()['nullcline']}{slot.name}" else {"uri": uri}
    return known | {"doc": slot.description, "term": term(view, slot)}


def python_type(known: dict[str, Any]) -> str:
    """The annotation of a field."""
    many = known.get("many")
    single = TYPES.get(known["kind"], known.get("of", "Any"))
    single = f"str | {single}" if known.get("text") else single
    if known["kind"] == "array":
        single = "float | list[Any]"
    if many:
        return f"dict[str, {single}]" if many == "dict" else f"list[{single}]"
    return single if known.get("key") or single == "Any" else f"{single} | None"


def field_line(view: SchemaView, slot: SlotDefinition) -> str:
    """The line of a class that declares one field."""
    known = metadata(view, slot)
    many = known.get("many")
    empty = f"default_factory={many}" if many else f"default={'' if known.get('key') else None!r}"
    said = ", ".join([empty, *(f"{k}={v!r}" for k, v in known.items() if v is not None)])
    return f"    {slot.name}: {python_type(known)} = slot({said})"


def class_lines(view: SchemaView, name: str) -> Iterator[str]:
    """The text of one class."""
    yield from ("", "", "@record", f"class {name}(Record):")
    yield from (f'    """{view.get_class(name).description}"""', "")
    yield from (field_line(view, slot) for slot in slots(view, name))


def datamodel(view: SchemaView) -> str:
    """The module of dataclasses."""
    names = [name for name in view.all_classes() if name != "Any"]
    lines = [HEAD.rstrip("\n")]
    for name in names:
        lines += class_lines(view, name)
    lines += ["", "", "CLASSES: dict[str, type[Any]] = {"]
    lines += [f"    {name!r}: {name}," for name in names] + ["}", "", "TERMS: dict[str, str] = {"]
    terms = {name: term(view, view.get_class(name)) for name in names}
    lines += [f"    {name!r}: {uri!r}," for name, uri in terms.items() if uri]
    lines += ["}", "", "MEANINGS: dict[str, dict[str, str]] = {"]
    for name, enum in view.all_enums().items():
        values = enum.permissible_values.items()
        known = {str(k): str(view.expand_curie(v.meaning)) for k, v in values if v.meaning}
        lines += [f"    {name!r}: {known!r},"] if known else []
    return "\n".join([*lines, "}", ""])
