"""What a sweep runs over: names of the model, each with the numbers or the interval given."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.system import Quantity, System
from nullcline.trajectory import Array

Over = Mapping[str, Any] | Iterable[tuple[str, Any]]
"""Names with what is given for each: numbers, or (low, high) and perhaps "log" for samples."""

HINT = "a parameter, an input or the initial value of a state variable can be swept"


@dataclass(frozen=True)
class Axis:
    """One swept quantity with the numbers that it takes (or, before sampling, its two ends)."""

    quantity: Quantity
    initial: bool
    values: Array
    log: bool = False

    @property
    def name(self) -> str:
        """The name in the model."""
        return self.quantity.name

    @property
    def label(self) -> str:
        """The name in the result: an initial value is told apart from the state over time."""
        return f"initial_{self.name}" if self.initial else self.name

    @property
    def attributes(self) -> dict[str, str]:
        """What the result says of the axis: unit and name in words."""
        said = self.quantity.description or self.name
        long_name = f"initial value of {self.name}" if self.initial else said
        unit = self.quantity.unit
        return {"long_name": long_name} | ({"units": unit} if unit else {})


def pairs(given: Over | None) -> list[tuple[str, Any]]:
    """Names in the form that the model has them, each with what was given for it."""
    items = (given.items() if isinstance(given, Mapping) else given) or ()
    if any(not isinstance(item, tuple | list) or len(item) != 2 for item in items):
        hint = 'give {"mu": [0.1, 0.5, 1]}, each name with its values'
        raise ModelError([Problem("names stand here without values", hint=hint)])
    return [(unicodedata.normalize("NFKC", str(name)), value) for name, value in items]


def read(system: System, over: Over, interval: bool, problems: list[Problem]) -> tuple[Axis, ...]:
    """The axes of a sweep; what is wrong with them goes to `problems`.

    With `interval` each is (low, high) or (low, high, "log"), else a list of numbers.
    """
    given = pairs(over)
    if not given:
        problems.append(Problem("the sweep has no axis", hint='give one: {"mu": [0.1, 0.5, 1]}'))
    known = {item.name: item for item in system.parameters + system.inputs + system.states}
    states = {item.name for item in system.states}
    axes: dict[str, Axis] = {}
    for name, value in given:
        if name not in known:
            text = f"{system.name} has no number called `{name}` to sweep{nearest(name, known)}"
            problems.append(Problem(text, hint=HINT))
        elif name in axes:
            problems.append(Problem(f"the axis `{name}` is given twice", hint="give it once"))
        else:
            if not interval and isinstance(value, tuple) and len(value) == 2:
                problems.append(_two(name, value))
            values, log = _interval(name, value, problems) if interval else (value, False)
            numbers = _numbers(name, values, problems)
            axes[name] = Axis(known[name], name in states, numbers, log)
            if interval and numbers.size == 2:
                _check_ends(axes[name], problems)
    return tuple(axes.values())


def _two(name: str, value: tuple[Any, ...]) -> Problem:
    """The refusal of (low, high) where numbers are meant: a range elsewhere, it would be two."""
    low, high = (f"{end!r:.24}" for end in value)
    hint = f"give [{low}, {high}] for these two, np.linspace({low}, {high}, 50) for a range of them"
    text = f"the axis `{name}` is a tuple of two, which is a range where points are drawn at random"
    return Problem(text, hint=f'{hint}, or method="sobol" and n= to draw from it')


def _interval(name: str, value: Any, problems: list[Problem]) -> tuple[Any, bool]:
    parts = list(value) if isinstance(value, Sequence) or np.ndim(value) else [value]
    log = len(parts) == 3 and parts[2] == "log"
    if len(parts) != 2 and not log:
        text = f"the axis `{name}` of a sample is an interval"
        problems.append(Problem(text, hint='give (low, high) or (low, high, "log")'))
        return [0.0], False
    return parts[:2], log


def _check_ends(axis: Axis, problems: list[Problem]) -> None:
    low, high = axis.values
    said = f"the interval of the axis `{axis.name}`"
    if np.isfinite(axis.values).all() and not low < high:
        problems.append(Problem(f"{said} is empty: {low:g} to {high:g}", hint="lower end first"))
    if axis.log and not low > 0:
        problems.append(Problem(f"{said} is logarithmic from {low:g}", hint="begin above 0"))


def _numbers(name: str, value: Any, problems: list[Problem]) -> Array:
    """The numbers of one axis as float64."""
    try:
        if not isinstance(value, np.ndarray):
            value = [value] if isinstance(value, str | bytes) else list(value)
        if np.asarray(value).dtype.kind not in "iuf" and np.asarray(value).size:
            raise TypeError
        found: Array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        hint = "give a list of numbers, such as [0.1, 0.5, 1]"
        problems.append(Problem(f"the axis `{name}` is not a list of numbers", hint=hint))
        return np.zeros(1)
    if found.ndim != 1 or not found.size:
        wrong = f"has {found.ndim} dimensions" if found.size else "is empty"
        problems.append(Problem(f"the axis `{name}` {wrong}", hint="give a list of numbers"))
        return np.zeros(1)
    for index in np.flatnonzero(~np.isfinite(found))[:1]:
        text = f"value {index + 1} of {found.size} on the axis `{name}` is {found[index]}"
        problems.append(Problem(text, hint="every value must be finite"))
    return found
