"""What is known of a model in each target: only what was proved of the very text that is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from nullcline import structure
from nullcline.datamodel import ConformanceRun, Verdict
from nullcline.errors import ModelError, NullclineError, Place, Problem, Unsupported
from nullcline.report.page import clean
from nullcline.system import System
from nullcline.targets import Target, all_targets

UNKNOWN = "not checked"
OUTCOMES = (
    *("conforms", "deviates", "undefined", "unsupported"),
    *("skipped", "not run", "failed", UNKNOWN),
)
ORDER = ("failed", "undefined", "deviates", "not run", "conforms", "skipped")
"""Which of several verdicts on one text counts."""
LARGEST = 500_000_000
"""Bytes of a file of verdicts that is read."""


@dataclass(frozen=True)
class Standing:
    """One model in one target: the outcome, a sentence, the exported text if there is one."""

    target: str
    title: str
    suffix: str
    outcome: str
    sentence: str
    text: str = ""
    media_type: str = "text/plain"


def read_verdicts(path: Path) -> ConformanceRun:
    """The verdicts that `nullcline conform --json` wrote; raises ModelError for anything else."""
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        hint = "give the file that `nullcline conform --json` wrote"
        raise ModelError(
            [Problem(f"no JSON: {clean(error)}", Place(file=str(path)), hint)]
        ) from None
    if not isinstance(found, dict) or "verdicts" not in found:
        hint = "give the file that `nullcline conform --json` wrote"
        raise ModelError([Problem("it holds no verdicts", Place(file=str(path)), hint)])
    return structure.load(ConformanceRun, found, lambda path_, key=False: Place(path_, str(path)))


def standings(
    name: str, shown: str, system: System | Unsupported | None, known: Sequence[Verdict]
) -> list[Standing]:
    """A model in every target, by the name of the target.

    A verdict on an exported text counts where this text is exported today; one without a text
    (a missing engine) counts for the file and the model of its names.
    """
    found = []
    for target in sorted(all_targets().values(), key=lambda each: each.name):
        text, why = _export(target, system)
        about = {"target": target.name, "title": target.title, "suffix": target.suffix}
        if why:
            found.append(Standing(**about, outcome="unsupported", sentence=why))
            continue
        said = [v for v in known if v.target == target.name and _about(v, text, name, shown)]
        outcome, words = _judged(said)
        rest = {"text": text, "media_type": target.media_type}
        found.append(Standing(**about, outcome=outcome, sentence=words, **rest))
    return found


def _export(target: Target, system: System | Unsupported | None) -> tuple[str, str]:
    """The text, or why there is none."""
    if system is None:
        return "", "the model cannot be run as it stands"
    if isinstance(system, Unsupported):
        return "", f"Nullcline cannot express {system.feature}"
    try:
        return target.export(system), ""
    except Unsupported as error:
        return "", f"{target.title} cannot express {error.feature}"
    except NullclineError as error:
        return "", str(error)


def _about(verdict: Verdict, text: str, name: str, shown: str) -> bool:
    if verdict.exported_text is not None:
        return verdict.exported_text == text and clean(verdict.model_name) == name
    parts, own = PurePath(verdict.model_path or "").parts, PurePath(shown).parts
    same_file = parts[-len(own) :] == own
    return same_file and clean(verdict.model_name) == name and verdict.outcome == "skipped"


def _judged(said: Sequence[Verdict]) -> tuple[str, str]:
    """The worst of what was said: two runs may come to different ends."""
    order = {name: rank for rank, name in enumerate(ORDER)}
    rated = sorted((v for v in said if v.outcome in order), key=lambda v: order[str(v.outcome)])
    if not rated:
        return UNKNOWN, "nobody has run this export and compared it with the reference"
    return str(rated[0].outcome), _sentence(rated[0])


def _sentence(verdict: Verdict) -> str:
    if verdict.outcome != "conforms":
        return clean(verdict.reason) or "no reason was given"
    compared = [each for each in verdict.comparisons if each.worst is not None]
    if not compared:
        return clean(verdict.reason) or "the vector field agrees with the reference"
    sizes = [each.worst.size for each in compared if each.worst is not None]
    if any(size is None for size in sizes):
        return "the size of the deviation is not known"
    worst = max(size for size in sizes if size is not None)
    near = f"at most {worst:.0e} of a variable's range from the reference"
    until = min(each.horizon or 0.0 for each in compared)
    moves = any(each.informative for each in compared)
    still = "" if moves else "; the model does not move in these runs"
    still = still if until > 0 else "; the reference is not certain of any time after the start"
    return f"{near if worst else 'no difference from the reference'} up to t = {until:g}{still}"


def versions(known: Sequence[Verdict]) -> Iterator[str]:
    """The programs that took part, once each."""
    seen = {f"{clean(n)} {clean(s.version)}" for v in known for n, s in v.versions.items()}
    yield from sorted(seen)


def plain(found: Sequence[Standing]) -> list[Mapping[str, Any]]:
    """Standings without their texts, as data that JSON can hold."""
    return [{k: v for k, v in asdict(each).items() if k != "text"} for each in found]
