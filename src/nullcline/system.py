"""System: what a model means, in the one form that every target, engine and check reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

import numpy as np

from nullcline.errors import ModelError, Problem, short
from nullcline.expression import Node, nearest, operations, symbols

Given = Mapping[str, float] | Iterable[tuple[str, float]]
"""Numbers by name, as a mapping or as pairs."""


class Values(TypedDict):
    """Numbers by name, sorted into what a Run takes."""

    parameters: dict[str, float]
    inputs: dict[str, float]
    initial: dict[str, float]


@dataclass(frozen=True)
class Quantity:
    """A name with a number: a parameter, an input (default 0) or a state (its initial value)."""

    name: str
    value: float
    unit: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class Definition:
    """A name with an equation: a constant, an auxiliary, or the derivative of a state.

    `text` is the right-hand side as its author wrote it; `tree` has the model's own functions
    written out, so that only OPERATIONS remain.
    """

    name: str
    tree: Node
    text: str = ""
    unit: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class System:
    """d(states)/dt = derivatives, all names declared, all numbers finite.

    `constants` depend on parameters alone and `auxiliaries` on anything; both stand in an order
    of evaluation. `derivatives` and `states` have the same names in the same order, which is the
    order of the state vector. The time is in `time_unit`.
    """

    name: str
    parameters: tuple[Quantity, ...]
    constants: tuple[Definition, ...]
    inputs: tuple[Quantity, ...]
    states: tuple[Quantity, ...]
    auxiliaries: tuple[Definition, ...]
    derivatives: tuple[Definition, ...]
    time_unit: str | None = None
    description: str | None = None

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Everything that has an equation, in an order of evaluation."""
        return self.constants + self.auxiliaries + self.derivatives

    @property
    def names(self) -> tuple[str, ...]:
        """Every declared name, once."""
        quantities = self.parameters + self.inputs + self.states
        return tuple(item.name for item in quantities + self.constants + self.auxiliaries)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each parameter, input and state that declares one, by name."""
        quantities = self.parameters + self.inputs + self.states
        return {item.name: item.unit for item in quantities if item.unit}

    @cached_property
    def needed(self) -> frozenset[str]:
        """The names that the derivatives depend on, directly or through others."""
        return self.reached(name for item in self.derivatives for name in symbols(item.tree))

    def reached(self, names: Iterable[str]) -> frozenset[str]:
        """These names and those that they depend on, directly or through others."""
        found = set(names)
        for definition in reversed(self.constants + self.auxiliaries):
            if definition.name in found:
                found.update(symbols(definition.tree))
        return frozenset(found)

    def behind(self, *trees: Node) -> tuple[Definition, ...]:
        """The constants and auxiliaries that these trees depend on, in an order of evaluation."""
        reached = self.reached(name for tree in trees for name in symbols(tree))
        return tuple(item for item in self.constants + self.auxiliaries if item.name in reached)

    @cached_property
    def operations(self) -> frozenset[str]:
        """Every operation that an equation uses."""
        return frozenset().union(*(operations(item.tree) for item in self.definitions))

    def sorted_values(self, values: Given, options: Iterable[str] = ()) -> Values:
        """New numbers by name, as the `parameters`, `inputs` and `initial` of a Run.

        Raises ModelError with every name that has no number, the nearest that has one (or, of the
        `options` of a call, the nearest of those) beside it; every name that is given twice; and
        every value that is no number.
        """
        found = Values(parameters={}, inputs={}, initial={})
        homes = {item.name: found["parameters"] for item in self.parameters}
        homes |= {item.name: found["inputs"] for item in self.inputs}
        homes |= {item.name: found["initial"] for item in self.states}
        problems = []
        for given, value in values.items() if isinstance(values, Mapping) else values:
            name = unicodedata.normalize("NFKC", str(given))
            if name not in homes:
                problems.append(self._unknown(name, list(homes), list(options)))
            elif name in homes[name]:
                problems.append(Problem(f"`{name}` is given two values", hint="give it one"))
            elif not is_number(value):
                problems.append(_no_number(name, value))
            else:
                homes[name][name] = float(value)
        if problems:
            raise ModelError(problems)
        return found

    def _unknown(self, name: str, numbers: list[str], options: list[str]) -> Problem:
        near = nearest(name, [*options, *numbers])
        text = f"{self.name} has no number called `{name}`"
        if any(f"`{option}`" in near for option in options):
            text = f"the call has no option `{name}`, and {self.name} no number of that name"
        return Problem(text + near, hint="a parameter, an input or a state variable can be set")


def is_number(value: Any) -> bool:
    """Tell whether this is one number: Python's or NumPy's, and no truth value."""
    return np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf"


def _no_number(name: str, value: Any) -> Problem:
    many = np.ndim(value) == 1 and not isinstance(value, str)
    hint = f"a run has one; to run many, sweep over {{{name!r}: [...]}}" if many else "give one"
    return Problem(f"the value of `{name}` is no number: {short(repr(value))}", hint=hint)
