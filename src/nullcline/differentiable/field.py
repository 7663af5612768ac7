"""A System as functions in JAX: its numbers, its vector field and its quantities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jax.numpy as jnp

from nullcline.differentiable.meanings import value_of
from nullcline.expression import Node, Symbol, symbols
from nullcline.system import Definition, System

Known = dict[str, Any]


def numbers(system: System, values: Mapping[str, Any]) -> Known:
    """Every parameter, input and constant by name, as float64; `values` replace declared ones."""
    given = {item.name: item.value for item in system.parameters + system.inputs} | dict(values)
    known: Known = {name: jnp.asarray(value, dtype=float) for name, value in given.items()}
    for item in system.constants:
        known[item.name] = value_of(item.tree, known, jnp.nan)
    return known


def initial(system: System, values: Mapping[str, Any]) -> Any:
    """The initial state, shape (states,); `values` replace declared ones."""
    given = [values.get(item.name, item.value) for item in system.states]
    return jnp.stack([jnp.asarray(value, dtype=float) for value in given])


def field(system: System) -> Callable[[Any, Any, Known], Any]:
    """f(t, state, numbers) -> derivatives, both of shape (states,), for one point."""
    return quantities(system, [item.tree for item in system.derivatives])


def quantities(system: System, trees: Iterable[Node]) -> Callable[[Any, Any, Known], Any]:
    """f(t, state, numbers) -> the values of these trees, shape (trees,), for one point."""
    wanted = tuple(trees)
    needed = _needed(system, wanted)
    names = [item.name for item in system.states]

    def function(t: Any, state: Any, known: Known) -> Any:
        known = known | {name: state[index] for index, name in enumerate(names)}
        for item in needed:
            known[item.name] = value_of(item.tree, known, t)
        found = [value_of(tree, known, t) for tree in wanted]
        return jnp.stack([jnp.asarray(each, dtype=float) for each in found])

    return function


def _needed(system: System, trees: tuple[Node, ...]) -> list[Definition]:
    """The auxiliaries that these trees depend on, in an order of evaluation."""
    reached = system.reached(name for tree in trees for name in symbols(tree))
    return [item for item in system.auxiliaries if item.name in reached]


def named(names: Iterable[str]) -> list[Node]:
    """The trees of these names alone."""
    return [Symbol(name) for name in names]
