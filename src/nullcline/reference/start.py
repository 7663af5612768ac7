"""Where a model has no value at its start, and by which term."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.expression import Apply, walk, write
from nullcline.expression.evaluate import value_of
from nullcline.reference.walk import cone
from nullcline.system import System
from nullcline.trajectory import Run

LONGEST = 100


def undefined_at_start(system: System, run: Run) -> str:
    """A sentence with the state and the term that have no value at t = 0; empty if all have one.

    The term is the innermost one whose arguments are finite and whose own value is not.
    """
    known: dict[str, Any] = {
        item.name: np.float64({**run.parameters, **run.inputs, **run.initial}.get(item.name, value))
        for item in system.parameters + system.inputs + system.states
        for value in [item.value]
    }
    time = np.float64(0.0)
    with np.errstate(all="ignore"):
        for item in system.constants + system.auxiliaries:
            known[item.name] = value_of(item.tree, known, time)
        for row, state in enumerate(system.states):
            if np.isfinite(value_of(system.derivatives[row].tree, known, time)):
                continue
            for item in cone(system, row):
                for node in reversed(list(walk(item.tree))):
                    if isinstance(node, Apply) and _breaks(node, known, time):
                        return _sentence(state.name, item.name, node, known, time)
            return f"the derivative of `{state.name}` has no value at the start"
    return ""


def _breaks(node: Apply, known: dict[str, Any], time: Any) -> bool:
    inside = [value_of(each, known, time) for each in node.arguments]
    return bool(np.all(np.isfinite(inside)) and not np.isfinite(value_of(node, known, time)))


def _sentence(state: str, name: str, node: Apply, known: dict[str, Any], time: Any) -> str:
    found, text = float(value_of(node, known, time)), write(node)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    where = "" if name == state else f" in `{name}`"
    what = "undefined" if np.isnan(found) else "infinite"
    return f"the derivative of `{state}` has no value at the start: `{text}`{where} is {what} there"
