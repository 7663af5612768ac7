"""What a planted fault is, and what the check makes of it in one target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from nullcline import Unsupported
from nullcline.conformance import Outcome, Verdict, check
from nullcline.system import System
from nullcline.targets import Target
from sabotage.models import MODELS, RUN

PURITY = ("not pure", "same array", "does not return", "has the shape", "two exports", "same run")
CAUGHT = {
    "field": "deviates: a derivative has another value",
    "trajectory": "deviates: a trajectory has another value, or other samples",
    "purity": "deviates: two calls or two runs do not give the same, or no float64 array",
    "FAILED": "the engine refuses the text or ends with an error",
}


@dataclass(frozen=True)
class Fault:
    """A fault, the model in which it matters, and the target with it (None: it cannot have it).

    `survives` explains a fault that the check does not see, and need not or cannot see.
    """

    name: str
    model: str
    planted: Callable[[Target], Target | None]
    survives: str = ""


@dataclass(frozen=True)
class Cell:
    """What became of a fault in a target: a word of CAUGHT, "survived" or "n/a"; and why."""

    fault: Fault
    target: str
    result: str
    reason: str = ""

    @property
    def counts(self) -> bool:
        """Whether the fault was there at all."""
        return self.result != "n/a"


def in_system(
    name: str, model: str, change: Callable[[System], System], survives: str = ""
) -> Fault:
    """A fault in what is written: the text is that of another system."""

    def planted(target: Target) -> Target:
        return replace(target, export=lambda system: target.export(change(system)))

    return Fault(name, model, planted, survives)


def in_text(name: str, model: str, change: Callable[[str], str], survives: str = "") -> Fault:
    """A fault in the text itself."""

    def planted(target: Target) -> Target:
        return replace(target, export=lambda system: change(target.export(system)))

    return Fault(name, model, planted, survives)


_controls: dict[tuple[str, str], Verdict] = {}


def control(target: Target, model: str) -> Verdict:
    """The verdict on the target without a fault: what is caught there would prove nothing."""
    key = target.name, model
    if key not in _controls:
        _controls[key] = check(target, MODELS[model], RUN)
    return _controls[key]


def plant(fault: Fault, target: Target) -> Cell:
    """Check the target with the fault in it."""
    system = MODELS[fault.model]
    sound = control(target, fault.model)
    if sound.outcome != Outcome.CONFORMS:
        reason = f"without the fault it is {sound.outcome}: {sound.reason}"
        return Cell(fault, target.name, "n/a", reason)
    faulty = fault.planted(target)
    if faulty is None:
        return Cell(fault, target.name, "n/a", "the engine exposes no vector field")
    changed = faulty.simulate is not target.simulate
    changed |= faulty.vector_field is not target.vector_field
    try:
        if not changed and faulty.export(system) == target.export(system):
            return Cell(fault, target.name, "n/a", "the text has no word for it")
    except Unsupported as error:
        return Cell(fault, target.name, "n/a", f"cannot be written: {error.feature}")
    verdict = check(faulty, system, RUN)
    return Cell(fault, target.name, _result(verdict.outcome, verdict.reason), verdict.reason)


def _result(outcome: Outcome, reason: str) -> str:
    match outcome:
        case Outcome.CONFORMS:
            return "survived"
        case Outcome.FAILED:
            return "FAILED"
        case Outcome.DEVIATES if any(word in reason for word in PURITY):
            return "purity"
        case Outcome.DEVIATES if "/dt is" in reason:
            return "field"
        case Outcome.DEVIATES:
            return "trajectory"
        case _:
            return "n/a"
