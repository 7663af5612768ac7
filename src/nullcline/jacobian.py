"""The derivatives of a System by its states and parameters, and the Systems that they augment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from nullcline.errors import ModelError, Problem
from nullcline.expression import Apply, Node, Number, Symbol, differential, nearest, symbols
from nullcline.expression.derivative import add, multiply
from nullcline.system import Definition, Quantity, System
from nullcline.tape import Tape
from nullcline.trajectory import Array

D = "∂"
"""Part of every name made here; no model can declare a name with it."""
EXPONENT, RATE = "∑λ", "∑λ'"
"""The running sum of the exponent, and the rate at which the tangent vector grows."""

ZERO, ONE = Number(0), Number(1)


def slope_name(name: str, by: str) -> str:
    """What the derivative of one name by another is called: `∂x/∂k`."""
    return f"{D}{name}/{D}{by}"


def tangent_name(name: str) -> str:
    """What the component of the tangent vector along a state, or its change, is called: `∂x`."""
    return D + name


@dataclass(frozen=True)
class Jacobian:
    """The derivatives of `rows` (the states' derivatives) by `columns`, the zeros left out.

    `entries` are trees by (row, column) over the names of the system and of `definitions`: the
    derivatives of its constants and auxiliaries, in an order of evaluation after those.
    """

    system: System
    columns: tuple[str, ...]
    definitions: tuple[Definition, ...]
    entries: Mapping[tuple[int, int], Node]

    @cached_property
    def _tape(self) -> Tape:
        system = self.system
        known = _needed(system.constants + system.auxiliaries, system)
        fields = [item.tree for item in system.derivatives]
        return Tape((*known, *self.definitions), [*fields, *self.entries.values()])

    def __call__(self, t: Any, state: Any, values: Mapping[str, Any] | None = None) -> Array:
        """The dense matrix, shape (states, columns), or (states, columns, points).

        `state` has the shape (states,) or (states, points); `values` replace declared parameters
        and inputs by name, each a number or an array of shape (points,).
        """
        return self.evaluate(t, state, values)[1]

    def evaluate(
        self, t: Any, state: Any, values: Mapping[str, Any] | None = None
    ) -> tuple[Array, Array]:
        """The vector field, of the shape of the state, and the matrix, in one evaluation."""
        system, state = self.system, np.asarray(state, dtype=float)
        given: dict[str, Any] = {
            item.name: np.float64(item.value) for item in system.parameters + system.inputs
        }
        given |= {name: np.asarray(value, float)[()] for name, value in (values or {}).items()}
        given |= dict(zip((item.name for item in system.states), state, strict=True))
        found = self._tape(given, np.float64(t))
        count, shape = len(system.states), state.shape[1:]
        derivatives = np.empty((count, *shape))
        for row in range(count):
            derivatives[row] = found[row]
        matrix = np.zeros((count, len(self.columns), *shape))
        for place, value in zip(self.entries, found[count:], strict=True):
            matrix[place] = value
        return derivatives, matrix


def jacobian(system: System, columns: Iterable[str] | None = None) -> Jacobian:
    """The derivatives of a System by its states (the default), parameters or inputs.

    Auxiliaries go through the chain rule: what each adds is a definition of its own, so that the
    size stays proportional to the model's. Kinks and jumps: see `nullcline.expression.derivative`.
    Raises ModelError for a name that is none of them.
    """
    states = tuple(item.name for item in system.states)
    names = states if columns is None else tuple(columns)
    _check(system, names)
    definitions: list[Definition] = []
    entries: dict[tuple[int, int], Node] = {}
    needed = _needed(system.constants + system.auxiliaries, system)
    uses = [frozenset(symbols(item.tree)) for item in needed + system.derivatives]
    for column, name in enumerate(names):
        changes: dict[str, Node] = {name: ONE}
        for item, used in zip(needed, uses, strict=False):
            if not used.isdisjoint(changes):
                definitions += _changed(item, changes, slope_name(item.name, name))
        for row, item in enumerate(system.derivatives):
            if uses[len(needed) + row].isdisjoint(changes):
                continue
            if (tree := differential(item.tree, changes)) != ZERO:
                entries[row, column] = tree
    return Jacobian(system, names, tuple(definitions), entries)


def _check(system: System, names: Iterable[str]) -> None:
    known = [item.name for item in system.parameters + system.inputs + system.states]
    hint = "a parameter, an input or a state variable has derivatives by it"
    wrong = [
        Problem(f"{system.name} has no number called `{name}`{nearest(name, known)}", hint=hint)
        for name in names
        if name not in known
    ]
    if wrong:
        raise ModelError(wrong)


def _needed(items: tuple[Definition, ...], system: System) -> tuple[Definition, ...]:
    needed = system.needed
    return tuple(item for item in items if item.name in needed)


def _changed(item: Definition, changes: dict[str, Node], name: str) -> list[Definition]:
    """The definition of how `item` changes, noted in `changes`; none where it does not."""
    tree = differential(item.tree, changes)
    if tree == ZERO:
        return []
    if isinstance(tree, Number | Symbol):
        changes[item.name] = tree
        return []
    changes[item.name] = Symbol(name)
    return [Definition(name, tree)]


def tangent(system: System) -> System:
    """The System with a unit tangent vector w and its exponent: the largest Lyapunov exponent.

    w' = J w - q w with q = (w·J w)/(w·w), so that the length of w stays 1, and EXPONENT' = q:
    EXPONENT at T over T tends to the largest exponent, in 1/time unit (Benettin et al. 1980,
    doi:10.1007/BF02128236, in the limit of renormalising at all times). The states added are
    `tangent_name(x)` for each state x, then EXPONENT, the last state. w starts in a direction
    that no symmetry of a model singles out. Jumps of the equations are not accounted for.
    """
    count = len(system.states)
    vector = [Symbol(tangent_name(item.name)) for item in system.states]
    changes: dict[str, Node] = {
        item.name: component for item, component in zip(system.states, vector, strict=True)
    }
    added: list[Definition] = []
    for item in _needed(system.auxiliaries, system):
        added += _changed(item, changes, tangent_name(item.name))
    rows = [
        Definition(f"J{v.name}", differential(item.tree, changes))
        for v, item in zip(vector, system.derivatives, strict=True)
    ]
    growth = _sum([multiply(v, Symbol(row.name)) for v, row in zip(vector, rows, strict=True)])
    length = _sum([multiply(v, v) for v in vector])
    rate = Definition(RATE, Apply("/", (growth, length)))
    start = 1 + np.modf(np.arange(1, count + 1) * np.sqrt(2))[0]
    start /= np.linalg.norm(start)
    turned = [
        Definition(v.name, Apply("-", (Symbol(row.name), Apply("*", (Symbol(RATE), v)))))
        for v, row in zip(vector, rows, strict=True)
    ]
    unit = [Quantity(v.name, float(value)) for v, value in zip(vector, start, strict=True)]
    return replace(
        system,
        states=(*system.states, *unit, Quantity(EXPONENT, 0.0)),
        auxiliaries=(*system.auxiliaries, *added, *rows, rate),
        derivatives=(*system.derivatives, *turned, Definition(EXPONENT, Symbol(RATE))),
    )


def _sum(terms: list[Node]) -> Node:
    """The sum, by halves, so that it is not deep."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return add(_sum(terms[:half]), _sum(terms[half:]))


def sensitivities(system: System, parameters: Iterable[str]) -> System:
    """The System with its forward sensitivities: S' = J S + df/dp, S(0) = 0.

    The states added are `slope_name(x, p)` for each p and, within it, each state x: the partial
    derivative of x(t) by p, in units of x over units of p. A p may be a parameter, an input or a
    state variable, which then stands for its initial value (S(0) is 1 for itself). Jumps of the
    equations are not accounted for. Raises ModelError for a name that is none of them.
    """
    names = tuple(dict.fromkeys(parameters))
    _check(system, names)
    constants, auxiliaries = list(system.constants), list(system.auxiliaries)
    states, derivatives = list(system.states), list(system.derivatives)
    own = [item.name for item in system.states]
    for name in names:
        changes: dict[str, Node] = {} if name in own else {name: ONE}
        for item in _needed(system.constants, system):
            constants += _changed(item, changes, slope_name(item.name, name))
        changes |= {state: Symbol(slope_name(state, name)) for state in own}
        for item in _needed(system.auxiliaries, system):
            auxiliaries += _changed(item, changes, slope_name(item.name, name))
        states += [Quantity(slope_name(state, name), float(state == name)) for state in own]
        derivatives += [
            Definition(slope_name(item.name, name), differential(item.tree, changes))
            for item in system.derivatives
        ]
    return replace(
        system,
        constants=tuple(constants),
        auxiliaries=tuple(auxiliaries),
        states=tuple(states),
        derivatives=tuple(derivatives),
    )
