"""In what two sweeps differ, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WORDS = {
    "model_hash": "the equations or numbers of the model",
    "order": "the order of the axes",
    "method": "the sampling method",
    "values": "the fixed values",
    "after": "the transient",
}


def differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> Iterator[str]:
    """What a sweep says of itself that another does not, a phrase each."""
    for key in dict.fromkeys((*there, *here)):
        old, new = there.get(key), here.get(key)
        if old == new:
            continue
        axis = key.removeprefix("axis ")
        if key.startswith("axis "):
            if old is None or new is None:
                yield f"`{axis}` is swept {'here' if old is None else 'there'} only"
            else:
                yield f"the values of the axis `{axis}` differ ({old} there and {new} here)"
        elif key == "order" and sorted(old or ()) != sorted(new or ()):
            continue
        elif key == "model_hash":
            yield f"{WORDS[key]} differ"
        else:
            yield f"{WORDS.get(key, key)}: {_said(old)} there and {_said(new)} here"


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {each}" for name, each in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else f"{value}"
