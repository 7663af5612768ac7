"""How a right-hand side is integrated by SciPy, with an end to blow-ups and stalls."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import partial
from typing import Any

import numpy as np

from nullcline import tolerances
from nullcline.breakpoints import gaps
from nullcline.outcome import SLIDES
from nullcline.solver.attempt import Attempt, Field, Gaps
from nullcline.solver.observed import Conditions, Observer, Unseeing
from nullcline.trajectory import Array, Run, Trajectory

__all__ = ["Conditions", "Observer", "Unseeing", "integrate"]


def integrate(
    field: Field,
    names: tuple[str, ...],
    initial: Array,
    run: Run,
    progress: Callable[[float], None] = lambda share: None,
    conditions: Conditions | None = None,
    breaks: Gaps | None = None,
    observer: Callable[[], Observer] = Unseeing,
) -> Trajectory:
    """Integrate field(t, state) over the run: DOP853, or Radau where the model shows to be stiff.

    Where Radau fails too, DOP853 goes on, and the longer result is kept. Steps end before and start
    behind changes of the `conditions`, where they are given, and before and behind the `breaks`
    (gaps around times; those of the run, unless given). A run that becomes non-finite, explodes
    or stalls ends with a status and what was computed. Every method has an `observer` of its own.
    """
    start = dict(zip(names, np.asarray(initial, dtype=float).tolist(), strict=True))
    state = np.array(list(start.values()), dtype=float)
    sizes, attempt = (
        tolerances.of_run(run, names, state),
        partial(_attempted, field, conditions, breaks or partial(gaps, run)),
    )
    with np.errstate(all="ignore"):
        if run.atol is None and tolerances.resting(field, 0.0, state, sizes.known):
            rough = tolerances.rough(run)
            seen = tolerances.loose(rough, len(state))
            result = attempt(Unseeing, start, rough, seen, lambda share: None).result()
            sizes.learn(seen, state, field, result.times, result.values)
    for _ in range(tolerances.MOST):
        found = attempt(observer, start, run, sizes, progress)
        if found.status != "finished" or not sizes.lowered():
            break
    return found.result()


def _attempted(
    field: Field,
    conditions: Conditions | None,
    breaks: Gaps,
    observer: Callable[[], Observer],
    start: dict[str, float],
    run: Run,
    sizes: Any,
    to: Any,
) -> Attempt:
    """The better of both methods' ways over the run with these Sizes, its progress told `to`."""
    given = (field, start, run, to, conditions)
    explicit = Attempt("DOP853", *given, copy(sizes), breaks, observer())
    explicit.advance()
    found = explicit
    if explicit.status in ("stiff", "stalled") and explicit.message != SLIDES:
        implicit = Attempt("Radau", *given, copy(sizes), breaks, observer())
        implicit.advance()
        if implicit.status != "finished" and explicit.status == "stiff":
            explicit.patient = True
            explicit.advance()
        found = explicit if len(explicit.rows) > len(implicit.rows) else implicit
    sizes.largest, sizes.steps = found.sizes.largest, found.sizes.steps
    return found
