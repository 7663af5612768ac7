"""The way between plain data and the objects of the datamodel, as the schema says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from nullcline.datamodel.record import Record, is_set
from nullcline.document import Document
from nullcline.errors import Path, Place
from nullcline.structure.loading import Loader
from nullcline.structure.scalars import Locate, as_node

T = TypeVar("T", bound=Record)
Kept = tuple[Path, Mapping[str, Any], Any]


def load(cls: type[T], data: Document | Mapping[str, Any], locate: Locate | None = None) -> T:
    """An object of `cls` from a document or from plain Python data.

    `locate(path, key)` says where a path stands, where the data themselves do not know.
    The object is made without calling `__init__`. Raises ModelError with every problem.
    """
    if isinstance(data, Document):
        node, where = data.value, locate or data.place
    else:
        where = locate or (lambda path, key=False: Place(path))
        node = as_node(data, where)
    return Loader(where).root(cls, node)


def dump(instance: Record) -> dict[str, Any]:
    """Plain data that hold all that is set: slots in the schema's order, keys in the user's."""
    found: dict[str, Any] = {}
    for name, known in instance.__dataclass_fields__.items():
        value = getattr(instance, name)
        if not is_set(value):
            continue
        if known.metadata.get("many") == "dict":
            found[name] = {key: keyed(key, item) for key, item in value.items()}
        else:
            found[name] = plain(value)
    return found


def keyed(key: str, item: Any) -> Any:
    """An object that stands under its name, without repeating the name."""
    found = plain(item)
    if isinstance(item, Record) and found.get("name") == key:
        del found["name"]
    return found


def plain(value: Any) -> Any:
    """A value without objects of the datamodel and without NumPy's types."""
    if isinstance(value, Record):
        return dump(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def kept(instance: Record, path: Path = ()) -> list[Kept]:
    """Every slot that is kept without being used and that says something.

    Each with its path, its metadata (`kept` is `note`, or `dynamics` where using the model
    without it would change the dynamics; `feature` then names it) and its value.
    """
    found: list[Kept] = []
    for name, known in instance.__dataclass_fields__.items():
        value, here = getattr(instance, name), (*path, name)
        if "kept" in known.metadata:
            says = is_set(value) and value != known.metadata.get("neutral")
            found += [(here, known.metadata, value)] if says else []
        else:
            for place, item in inside(value, here):
                found += kept(item, place)
    return found


def inside(value: Any, path: Path) -> list[tuple[Path, Record]]:
    """The objects that a value is or holds."""
    match value:
        case Record():
            return [(path, value)]
        case dict():
            parts = list(value.items())
        case list():
            parts = list(enumerate(value))
        case _:
            return []
    return [((*path, key), item) for key, item in parts if isinstance(item, Record)]
