"""Whether a difference is what another order or form of the same arithmetic makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nullcline import reference
from nullcline.expression import Apply, Node, Number, Symbol
from nullcline.expression.operations import OPERATIONS, TRUTH
from nullcline.system import System
from nullcline.trajectory import Array

LAST_DIGIT = 2.3e-16
TRIALS = 32
STEPS = 4
ALLOWED = 250
"""How many times the effect of a few last digits a translation may be off: it takes detours."""
WIDER = 1e3
GROWS = 4
"""Rounding grows with the size of what was rounded, a jump does not."""


def is_rounding(
    system: System,
    row: int,
    values: Mapping[str, float],
    time: float,
    state: Array,
    apart: float,
) -> bool:
    """Whether a derivative is that uncertain if every operation errs in its last digits.

    A jump is not rounding: a difference beside one stands, unless the derivative takes all values
    in between too, for it is then lost to rounding altogether, as sin(1e20*x) is.
    """
    known: dict[str, Any] = {name: np.float64(value) for name, value in values.items()}
    known |= dict(zip((item.name for item in system.states), state, strict=True))

    def sample(size: float) -> Array:
        random = np.random.default_rng(0)
        trials = [_shaken_row(system, row, known, time, size, random) for _ in range(TRIALS)]
        return np.sort(trials)

    with np.errstate(all="ignore"):
        near, far = sample(LAST_DIGIT), sample(WIDER * LAST_DIGIT)
    spread = np.ptp(near)
    if np.ptp(far) > GROWS * spread:
        return bool(apart <= ALLOWED * spread)
    return bool(np.diff(near).max() < 0.4 * spread and apart <= 2 * spread)


def _shaken_row(
    system: System,
    row: int,
    known: Mapping[str, Any],
    time: float,
    size: float,
    random: np.random.Generator,
) -> float:
    """One derivative, every number on the way moved by a few times that share of itself."""
    found = dict(known)
    *before, last = reference.cone(system, row)
    for item in before:
        found[item.name] = _shaken(item.tree, found, time, size, random)
    return float(_shaken(last.tree, found, time, size, random))


def _shaken(
    tree: Node, known: Mapping[str, Any], time: float, size: float, random: np.random.Generator
) -> Any:
    match tree:
        case Number(value):
            found = np.float64(value)
        case Symbol(name):
            found = known[name]
        case Apply("time"):
            found = np.float64(time)
        case Apply(operation, arguments):
            inside = [_shaken(each, known, time, size, random) for each in arguments]
            found = OPERATIONS[operation].meaning(*inside)
            if OPERATIONS[operation].gives == TRUTH:
                return found
    return found * (1 + size * random.integers(-STEPS, STEPS + 1))
