"""What two declarations say differently, slot by slot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from math import isclose
from typing import Any

from nullcline import datamodel, structure
from nullcline.errors import NullclineError, Path

SECTIONS = (
    *("parameters", "derived_parameters", "coupling_inputs", "functions"),
    *("derived_variables", "state_variables"),
)
ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
SAME_UNIT = "the same unit"
ABOUT: Mapping[str, str] = {
    **{"value": "value", "initial_value": "value"},
    **{"unit": "unit", "time_unit": "unit"},
    **{"equation": "equation", "cases": "equation", "arguments": "equation"},
}
"""What a change of a slot is about; of every other slot it is "metadata"."""


@dataclass(frozen=True)
class Change:
    """One thing that is said differently; `remark` says how the two compare, where it is known.

    `kind` is "added", "removed", "changed" or "moved" (the order of the state variables); `about`
    is "value", "unit", "equation", "metadata", or the section of what was added or removed.
    """

    kind: str
    path: Path
    about: str
    old: Any = None
    new: Any = None
    remark: str = ""


def changes(old: datamodel.Dynamics, new: datamodel.Dynamics) -> Iterator[Change]:
    """Every change, by the sections of a model file."""
    one, other = structure.dump(old), structure.dump(new)
    names = [name for name in old.__dataclass_fields__ if name not in SECTIONS]
    for slot in names:
        if one.get(slot) != other.get(slot):
            yield _changed((slot,), one.get(slot), other.get(slot))
    for section in SECTIONS:
        yield from _section(section, one.get(section, {}), other.get(section, {}))


def _section(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, item in old.items():
        if name not in new:
            yield Change(REMOVED, (section, name), section, old=item)
    for name, item in new.items():
        if name not in old:
            yield Change(ADDED, (section, name), section, new=item)
    both = [name for name in old if name in new]
    for name in both:
        one, other = old[name], new[name]
        for slot in dict.fromkeys((*one, *other)):
            if one.get(slot) != other.get(slot):
                same = _quantity(slot, one, other)
                yield _changed((section, name, slot), one.get(slot), other.get(slot), same)
    order = [name for name in new if name in old]
    if section == "state_variables" and order != both:
        yield Change(MOVED, (section,), section, both, order, "the order of the state")


def _changed(path: Path, old: Any, new: Any, remark: str = "") -> Change:
    about = ABOUT.get(str(path[-1]), "metadata")
    if about == "unit":
        remark = remark or _units(old, new)
    return Change(CHANGED, path, about, old, new, remark)


def _units(old: Any, new: Any) -> str:
    """How two units compare, where both can be read."""
    before, after = _size(old), _size(new)
    if before is None or after is None:
        return ""
    (one, kind), (other, kind_of_other) = before, after
    if kind != kind_of_other:
        return "units of different quantities"
    if isclose(one, other, rel_tol=1e-12):
        return SAME_UNIT
    return f"1 {new} is {other / one:.12g} {old}"


def _quantity(slot: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Whether number and unit together are the same quantity as before."""
    if slot not in ("value", "initial_value", "unit"):
        return ""
    slot = "initial_value" if "initial_value" in old else "value"
    numbers = old.get(slot), new.get(slot)
    sizes = _size(old.get("unit")), _size(new.get("unit"))
    if old.get("unit") == new.get("unit") or sizes[0] is None or sizes[1] is None:
        return ""
    one, other = numbers
    if sizes[0][1] != sizes[1][1] or not (isinstance(one, float) and isinstance(other, float)):
        return ""
    same = isclose(one * sizes[0][0], other * sizes[1][0], rel_tol=1e-12)
    return "the same quantity" if same else ""


def _size(text: Any) -> tuple[float, Any] | None:
    """A unit's size in SI base units, and which; None where it cannot be read here."""
    if not isinstance(text, str):
        return None
    try:
        units: Any = import_module("nullcline.units")
        unit = units.unit(text)
    except (ImportError, NullclineError):
        return None
    return unit.factor, dict(unit.exponents)
