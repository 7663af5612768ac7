"""The JSON Schema of a file: a model or a study, in each of the short forms that are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linkml_runtime.utils.schemaview import SchemaView
from records import annotations

STUDY = ("model", "runs", "sweeps")
"""The slots that a study has and a model has not."""


def json_schema(schema: dict[str, Any], view: SchemaView) -> dict[str, Any]:
    """The JSON Schema that LinkML makes of the schema, for files as editors see them.

    A file is a study if it has one of its slots, else a model. LinkML has no words for a text
    without quotes that YAML takes for a number, for lists of names, nor for lists of numbers.
    """
    kept = {"$id", "$schema", "$defs", "title"}
    found = {key: item for key, item in schema.items() if key in kept}
    found["description"] = "A model of Nullcline, or a study of one."
    found["if"] = {"anyOf": [{"required": [slot]} for slot in STUDY]}
    found["then"] = {"$ref": "#/$defs/Study"}
    found["else"] = {"$ref": "#/$defs/Dynamics"}
    for part in parts(found["$defs"]):
        kinds = part.get("type")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if isinstance(kinds, list) and "string" in kinds and "enum" not in part:
            part["type"] = list(dict.fromkeys([*kinds, "number", "boolean"]))
    found["$defs"]["Any"]["type"].append("array")
    for number in parts(found["$defs"]):
        if number.get("items") == {"type": "number"}:
            number["items"] = {"type": ["number", "array"]}
    for name in view.all_classes():
        for slot in view.class_induced_slots(name):
            if annotations(slot).get("names"):
                for form in (name, f"{name}__identifier_optional"):
                    listed(found["$defs"], form, slot.name)
    return found


def listed(classes: dict[str, Any], name: str, slot: str) -> None:
    """Let a list of names stand for a mapping with nothing under them."""
    if name in classes and slot in classes[name]["properties"]:
        known = classes[name]["properties"][slot]
        known["type"] = [*known["type"], "array"]
        known["items"] = {"type": "string"}


def parts(item: Any) -> Iterator[dict[str, Any]]:
    """Every mapping within."""
    if isinstance(item, dict):
        yield item
        item = list(item.values())
    if isinstance(item, list):
        for each in item:
            yield from parts(each)
