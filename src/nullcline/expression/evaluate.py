"""What a tree means: its value over NumPy arrays, in float64."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nullcline.expression.operations import OPERATIONS
from nullcline.expression.tree import Apply, Node, Number, Symbol


def evaluate(tree: Node, values: Mapping[str, Any], time: Any = np.nan) -> Any:
    """The value of a tree; names (and the time) may be numbers or arrays that broadcast.

    Outside the domain of an operation the value is NaN or infinite, without a warning: both
    branches of a `where` are evaluated and one is chosen.
    """
    known = {name: np.asarray(value, dtype=float)[()] for name, value in values.items()}
    with np.errstate(all="ignore"):
        return value_of(tree, known, np.asarray(time, dtype=float)[()])


def value_of(tree: Node, values: Mapping[str, Any], time: Any) -> Any:
    """The same for values that are float64 already, under the caller's own `np.errstate`."""
    spine: list[Apply] = []
    while isinstance(tree, Apply) and tree.arguments:  # a long sum leans to the left
        spine.append(tree)
        tree = tree.arguments[0]
    if isinstance(tree, Number):
        found = np.float64(tree.value)
    elif isinstance(tree, Symbol):
        found = values[tree.name]
    else:
        found = time if tree.operation == "time" else OPERATIONS[tree.operation].meaning()
    while spine:
        node = spine.pop()
        rest = [value_of(argument, values, time) for argument in node.arguments[1:]]
        found = OPERATIONS[node.operation].meaning(found, *rest)
    return found
