"""What all objects of the datamodel share: how they are made, compared and shown."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field
from typing import Any, ClassVar, TypeVar, dataclass_transform

T = TypeVar("T")


def slot(*, default: Any = MISSING, default_factory: Any = MISSING, **metadata: Any) -> Any:
    """A field of a record, with what the schema says about it as its metadata."""
    return field(default=default, default_factory=default_factory, metadata=metadata)


class Record:
    """A dataclass whose methods are written once, because making them for each class is slow."""

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.__dataclass_fields__
        if len(values) > len(fields):
            raise TypeError(f"{type(self).__name__} takes at most {len(fields)} values")
        given = dict(zip(fields, values, strict=False))
        for name in named:
            if name not in fields or name in given:
                what = "twice" if name in given else "an unknown slot"
                raise TypeError(f"{type(self).__name__} got {what}: {name}")
        given |= named
        for name, known in fields.items():
            setattr(self, name, given[name] if name in given else empty(known))

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        names = self.__dataclass_fields__
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def __repr__(self) -> str:
        shown = ((name, getattr(self, name)) for name in self.__dataclass_fields__)
        said = ", ".join(f"{name}={value!r}" for name, value in shown if is_set(value))
        return f"{type(self).__name__}({said})"


@dataclass_transform(field_specifiers=(slot,))
def record(cls: type[T]) -> type[T]:
    """A dataclass with slots, so that a misspelt attribute is an error."""
    return dataclass(slots=True, init=False, repr=False, eq=False)(cls)


def empty(known: Field[Any]) -> Any:
    """The value of a field that nobody has set."""
    make = known.default_factory
    return known.default if make is MISSING else make()


def is_set(value: Any) -> bool:
    """Whether somebody has set a field to this value; 0 and False are set, {} and "" are not."""
    return value is not None and not (isinstance(value, (str, list, dict)) and not value)
