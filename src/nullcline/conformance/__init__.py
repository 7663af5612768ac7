"""The proof: an exported text, run in its engine, against the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from nullcline.conformance.deviates import Deviates
from nullcline.conformance.field import check_field
from nullcline.conformance.path import check_path
from nullcline.errors import Unsupported
from nullcline.system import System
from nullcline.targets import Target
from nullcline.trajectory import Run

PRECISE = (1e-11, 1e-13)
"""(rtol, atol) at which an engine is run, so that what differs is the model and not the solver."""


class Outcome(StrEnum):
    """What a check came to."""

    CONFORMS = "conforms"
    DEVIATES = "deviates"
    UNSUPPORTED = "unsupported"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """What is known of one export: the outcome, why, and how far off it was at the worst.

    `deviation` is the worst trajectory difference in units of the variable's range, `horizon`
    the time up to which the reference is certain, `informative` whether the model moved by more
    than the tolerance at all.
    """

    target: str
    model: str
    outcome: Outcome
    reason: str = ""
    deviation: float = 0.0
    horizon: float = 0.0
    informative: bool = True
    text: str = ""


def check(target: Target, system: System, run: Run, seed: int = 0) -> Verdict:
    """Whether the text that `target` exports of `system` means what the system means.

    The vector field at random states, times and parameter values and on the boundaries of
    conditions (relative 1e-9, where the engine exposes it), its purity, and the trajectory at
    the declared and at changed parameters, within `target.tolerance` of each variable's range
    plus the reference's own doubt.
    """
    if missing := target.missing():
        return Verdict(target.name, system.name, Outcome.SKIPPED, f"{', '.join(missing)} missing")
    try:
        return _check(target, system, run, np.random.default_rng(seed))
    except Unsupported as error:
        return Verdict(target.name, system.name, Outcome.UNSUPPORTED, error.feature)
    except Deviates as error:
        return Verdict(target.name, system.name, Outcome.DEVIATES, str(error), text=error.text)
    except Exception as error:  # whatever an engine raises is its verdict, not our crash
        reason = f"{type(error).__name__}: {error}"
        return Verdict(target.name, system.name, Outcome.FAILED, reason)


def _check(target: Target, system: System, run: Run, random: np.random.Generator) -> Verdict:
    run = replace(run, rtol=min(run.rtol, PRECISE[0]), atol=min(run.atol, PRECISE[1]))
    text = target.export(system)
    try:
        if target.export(system) != text:
            raise Deviates("two exports of the same model differ")
        if target.vector_field is not None:
            check_field(target.vector_field(text, system), system, random)
        paths = [
            check_path(target, text, system, each) for each in (run, changed(system, run, random))
        ]
    except Deviates as error:
        error.text = text
        raise
    return Verdict(
        target.name,
        system.name,
        Outcome.CONFORMS,
        deviation=max(path.deviation for path in paths),
        horizon=min(path.horizon for path in paths),
        informative=any(path.moves for path in paths),
        text=text,
    )


def changed(system: System, run: Run, random: np.random.Generator) -> Run:
    """The same run with every parameter, input and initial value moved, none to 0 or 1."""

    def moved(items: Any, given: Mapping[str, float]) -> dict[str, float]:
        return {
            item.name: given.get(item.name, item.value) * random.uniform(0.8, 1.2)
            or random.uniform(0.01, 0.1)
            for item in items
        }

    return Run(
        run.duration,
        run.sampling,
        moved(system.parameters, run.parameters),
        moved(system.inputs, run.inputs),
        moved(system.states, run.initial),
        run.rtol,
        run.atol,
    )
