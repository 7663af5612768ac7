"""The meaning of a System at one point or many: its trees walked as they were written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nullcline.expression.evaluate import value_of
from nullcline.system import Definition, System
from nullcline.trajectory import Array


def vector_field(system: System, values: Mapping[str, Any]) -> Callable[[float, Any], Array]:
    """f(t, state) -> derivatives, shape (states,) or (states, points), by walking the trees.

    `values` replace declared parameters and inputs by name.
    """
    given = {item.name: item.value for item in system.parameters + system.inputs} | dict(values)
    fixed = {name: np.asarray(value, dtype=float)[()] for name, value in given.items()}
    names = [item.name for item in system.states]

    def field(t: float, state: Any) -> Array:
        known = fixed | dict(zip(names, np.asarray(state, dtype=float), strict=True))
        with np.errstate(all="ignore"):
            for item in system.constants + system.auxiliaries:
                known[item.name] = value_of(item.tree, known, np.float64(t))
            rows = [value_of(item.tree, known, np.float64(t)) for item in system.derivatives]
        return np.array(np.broadcast_arrays(*rows), dtype=float).reshape(np.shape(state))

    return field


def cone(system: System, row: int) -> list[Definition]:
    """The constants and auxiliaries that one derivative needs, in order, and itself last."""
    last = system.derivatives[row]
    return [*system.behind(last.tree), last]
