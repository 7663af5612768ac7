"""Whether two models have the same vector field, all that is computed on the way written out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from nullcline.difference.algebra import Algebra, Form, TooLargeError
from nullcline.difference.numbers import Agreement, Witness, compare
from nullcline.difference.sample import Box
from nullcline.expression import Apply, Node, Number, Symbol, substitute, symbols
from nullcline.system import Definition, Quantity, System


class How(StrEnum):
    """How two equations compare."""

    TEXT = "as written"
    ALGEBRA = "by algebra"
    NUMBERS = "by numbers"
    DIFFERENT = "different"
    UNKNOWN = "not known"


@dataclass(frozen=True)
class Row:
    """One equation of both: how it compares, at how many points, and where the two part."""

    name: str
    how: How
    points: int = 0
    witness: Witness | None = None

    @property
    def equal(self) -> bool:
        """Whether both have the same values, as far as is known."""
        return self.how in (How.TEXT, How.ALGEBRA, How.NUMBERS)


def aligned(old: System, new: System) -> tuple[System, System, dict[str, float]]:
    """Both with the same parameters and inputs, and the states of `new` in the order of `old`.

    Those that only one of them has are replaced by their numbers, which come back by name; both
    must have the same states.
    """
    order = {item.name: index for index, item in enumerate(old.states)}
    new = replace(
        new,
        states=tuple(sorted(new.states, key=lambda item: order[item.name])),
        derivatives=tuple(sorted(new.derivatives, key=lambda item: order[item.name])),
    )
    free = [{item.name for item in (*one.parameters, *one.inputs)} for one in (old, new)]
    shared = free[0] & free[1]
    fixed: dict[str, float] = {}
    return _fixed(old, shared, fixed), _fixed(new, shared, fixed), fixed


def _fixed(system: System, shared: set[str], fixed: dict[str, float]) -> System:
    numbers: dict[str, Node] = {}
    for item in (*system.parameters, *system.inputs):
        if item.name not in shared:
            fixed[item.name] = item.value
            if np.isfinite(item.value):
                number = Number(abs(item.value))
                numbers[item.name] = Apply("neg", (number,)) if item.value < 0 else number

    def changed(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(replace(item, tree=substitute(item.tree, numbers)) for item in items)

    quantities = (*system.parameters, *system.inputs)
    return replace(
        system,
        parameters=tuple(item for item in quantities if item.name in shared),
        inputs=(),
        constants=changed(system.constants),
        auxiliaries=changed(system.auxiliaries),
        derivatives=changed(system.derivatives),
    )


def rows(old: System, new: System, box: Box) -> tuple[Row, ...]:
    """Each derivative of two systems that are aligned: by algebra, and where that fails by numbers.

    A name that is free in neither (it had no number) makes a derivative "not known".
    """
    algebra = Algebra()
    forms = [_forms(algebra, system) for system in (old, new)]
    found: dict[int, Row] = {}
    doubtful = []
    for index, item in enumerate(old.derivatives):
        pair = [each.get(item.name) for each in forms]
        if pair[0] is not None and pair[0] == pair[1]:
            found[index] = Row(item.name, How.ALGEBRA)
        elif _unbound(old, index) or _unbound(new, index):
            found[index] = Row(item.name, How.UNKNOWN)
        else:
            doubtful.append(index)
    numbers = compare(old, new, doubtful, box) if doubtful else {}
    for index, agreement in numbers.items():
        found[index] = _row(old.derivatives[index].name, agreement)
    return tuple(found[index] for index in range(len(old.derivatives)))


def _row(name: str, agreement: Agreement) -> Row:
    if agreement.witness is not None:
        return Row(name, How.DIFFERENT, agreement.points, agreement.witness)
    how = How.NUMBERS if agreement.equal else How.UNKNOWN
    return Row(name, how, agreement.points)


def _forms(algebra: Algebra, system: System) -> Mapping[str, Form | None]:
    """The form of each derivative; None where it or what it depends on is too large."""
    known: dict[str, Form] = {}
    large: set[str] = set()
    found: dict[str, Form | None] = {}
    for item in system.definitions:
        names = symbols(item.tree)
        try:
            form = None if large.intersection(names) else algebra.form(item.tree, known)
        except TooLargeError:
            form = None
        if any(item is each for each in system.derivatives):
            found[item.name] = form
        elif form is None:
            large.add(item.name)
        else:
            known[item.name] = form
    return found


def _unbound(system: System, row: int) -> bool:
    reached = system.reached(symbols(system.derivatives[row].tree))
    return not set(system.names).issuperset(reached)


def equation(name: str, old: Node, new: Node, values: Mapping[str, float], box: Box) -> Row:
    """Two equations by themselves, each name in them free; `values` are about what they are."""
    if old == new:
        return Row(name, How.TEXT)
    one, other = (_alone(name, tree, (old, new), values) for tree in (old, new))
    return replace(rows(one, other, box)[0], name=name)


def _alone(name: str, tree: Node, both: Iterable[Node], values: Mapping[str, float]) -> System:
    """A system of this one equation, whose state does not stand in it."""
    names = dict.fromkeys(each for one in both for each in symbols(one))
    free = tuple(Quantity(each, values.get(each, 1.0)) for each in names)
    state = f"{name}'"
    return System(name, free, (), (), (Quantity(state, 0.0),), (), (Definition(state, tree),))


def renamed(system: System, names: Mapping[str, str]) -> System:
    """The system with other names, at every place."""
    trees: dict[str, Node] = {old: Symbol(new) for old, new in names.items()}

    def named(items: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
        return tuple(replace(item, name=names.get(item.name, item.name)) for item in items)

    def written(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(
            replace(item, name=names.get(item.name, item.name), tree=substitute(item.tree, trees))
            for item in items
        )

    return replace(
        system,
        parameters=named(system.parameters),
        inputs=named(system.inputs),
        states=named(system.states),
        constants=written(system.constants),
        auxiliaries=written(system.auxiliaries),
        derivatives=written(system.derivatives),
    )
