"""The proof: an exported text, run in its engine, against the reference."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import numpy as np

from nullcline.breakpoints import with_breaks
from nullcline.conformance.deviates import Deviates
from nullcline.conformance.expected import sizes_along
from nullcline.conformance.path import Comparison, check_again, check_path
from nullcline.conformance.vector_field import check_field
from nullcline.conformance.versions import versions
from nullcline.errors import NotRun, Unsupported, installing
from nullcline.reference import undefined_at_start
from nullcline.system import System
from nullcline.targets import Target
from nullcline.trajectory import Deviation, Run

PRECISE = (1e-11, 1e-13)
"""(rtol, atol) at which an engine is run, so that what differs is the model and not the solver."""


class Outcome(StrEnum):
    """What a check came to."""

    CONFORMS = "conforms"
    DEVIATES = "deviates"
    UNSUPPORTED = "unsupported"
    SKIPPED = "skipped"
    NOT_RUN = "not run"
    UNDEFINED = "undefined"
    FAILED = "failed"


WRONG = frozenset({Outcome.DEVIATES, Outcome.UNDEFINED, Outcome.FAILED})
"""The outcomes by which whoever asks for a proof is not to be content."""


@dataclass(frozen=True)
class Verdict:
    """What is known of one export, and what a person needs to believe it or to mend it.

    `reason` is a sentence for every outcome but a plain "conforms": where one is given beside
    that, the vector field alone was proved. `comparisons` are the runs that were
    compared, at the declared and at changed values; `text` is what was exported and `versions`
    those of the package and of the engine.
    """

    target: str
    model: str
    outcome: Outcome
    reason: str = ""
    comparisons: tuple[Comparison, ...] = ()
    text: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def worst(self) -> Deviation | None:
        """The largest difference of all runs, in units of the variable's range."""
        found = [comparison.worst for comparison in self.comparisons]
        return max(found, key=lambda deviation: deviation.size, default=None)

    @property
    def deviation(self) -> float:
        """The size of the worst difference, or 0 where nothing was compared."""
        return self.worst.size if self.worst else 0.0

    @property
    def horizon(self) -> float:
        """The time up to which the reference was certain in every run."""
        return min((comparison.horizon for comparison in self.comparisons), default=0.0)

    @property
    def reservation(self) -> str:
        """A sentence on why a trajectory that agrees proves little, or nothing where it does not.

        An engine stalled, the reference is not certain, or the model does not move.
        """
        doubts = [comparison.doubt for comparison in self.comparisons if comparison.doubt]
        if doubts:
            return doubts[0]
        if self.horizon == 0:
            return "the reference is not certain of any time after the start"
        if not any(comparison.moves for comparison in self.comparisons):
            return "the model does not move in these runs"
        return ""

    @property
    def informative(self) -> bool:
        """Whether the model moved by more than the tolerance in some run, and none was in doubt."""
        return not self.reservation


def check(target: Target, system: System, run: Run, seed: int = 0) -> Verdict:
    """Whether the text that `target` exports of `system` means what the system means.

    The vector field at random states, times and parameter values, at the declared ones, and on
    and about the boundaries of conditions (relative 1e-9, where the engine exposes it; where the
    model has no value the engine has none), its purity, and the trajectory at
    the declared and at changed parameters, within `target.tolerance` of each variable's range
    plus the reference's own doubt; then at the declared ones anew, for what an engine may keep.
    """
    began = time.perf_counter()
    verdict = Verdict(target.name, system.name, Outcome.CONFORMS, versions=versions(target))
    if missing := target.missing():
        reason = f"{', '.join(missing)} missing{installing(missing)}"
        return replace(verdict, outcome=Outcome.SKIPPED, reason=reason)
    try:
        verdict = replace(verdict, text=target.export(system))
        random = np.random.default_rng(seed)
        verdict = replace(verdict, comparisons=_compared(target, verdict.text, system, run, random))
        verdict = _judged(verdict, target)
    except Unsupported as error:
        verdict = replace(verdict, outcome=Outcome.UNSUPPORTED, reason=error.feature)
    except NotRun as error:
        verdict = replace(verdict, outcome=Outcome.NOT_RUN, reason=str(error))
    except _Undefined as error:
        verdict = replace(verdict, outcome=Outcome.UNDEFINED, reason=str(error))
    except Deviates as error:
        shown = (error.comparison,) if error.comparison else ()
        verdict = replace(verdict, outcome=Outcome.DEVIATES, reason=str(error), comparisons=shown)
    except Exception as error:  # whatever an engine raises is its verdict, not our crash
        reason = f"{type(error).__name__}: {error}"
        verdict = replace(verdict, outcome=Outcome.FAILED, reason=reason)
    return replace(verdict, seconds=time.perf_counter() - began)


def _compared(
    target: Target, text: str, system: System, run: Run, random: np.random.Generator
) -> tuple[Comparison, ...]:
    atol = None if run.atol is None else min(run.atol, PRECISE[1])
    run = replace(run, rtol=min(run.rtol, PRECISE[0]), atol=atol)
    if target.export(system) != text:
        raise Deviates("two exports of the same model differ")
    sizes = sizes_along(system, run)
    if target.vector_field is not None:
        check_field(target.vector_field(text, system), system, sizes, random)
    if why := undefined_at_start(system, run):
        raise _Undefined(why)
    runs = (run, changed(system, run, sizes, random))
    declared, moved = (check_path(target, text, system, _prepared(system, each)) for each in runs)
    check_again(target, text, system, declared)
    return declared, moved


class _Undefined(Exception):
    """The model itself has no value at its start."""


def _prepared(system: System, run: Run) -> Run:
    """The run with what an engine may be told beforehand: breaks in time, sizes of states."""
    sizes = dict(sizes_along(system, run))
    return with_breaks(system, replace(run, sizes=sizes))


def _judged(verdict: Verdict, target: Target) -> Verdict:
    """What runs that agree, but in doubt or for no time at all, come to."""
    doubts = [comparison.doubt for comparison in verdict.comparisons if comparison.doubt]
    if doubts and target.vector_field is None:
        return replace(verdict, outcome=Outcome.FAILED, reason=f"stalled: {doubts[0]}")
    if doubts:
        return replace(verdict, reason=f"the vector field agrees; {doubts[0]}")
    if verdict.horizon == 0:
        return replace(verdict, reason="the reference is certain of no time after t = 0")
    return verdict


def changed(
    system: System, run: Run, sizes: Mapping[str, float], random: np.random.Generator
) -> Run:
    """The same run with every parameter, input and initial value moved, none to 0 or 1.

    A state that starts at 0 is moved by a share of the size that it comes to.
    """

    def moved(items: Any, given: Mapping[str, float]) -> dict[str, float]:
        return {
            item.name: given.get(item.name, item.value) * random.uniform(0.8, 1.2)
            or random.uniform(0.01, 0.1) * sizes.get(item.name, 1.0)
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
