"""What is said of one file: what it holds, and each finding with its rule and severity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from nullcline.errors import Place, Problem

ERROR, WARNING, NOTE = "error", "warning", "note"

RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "read": (ERROR, "The file can be read: it exists and holds one document in its format."),
        "schema": (ERROR, "Every slot is one of the schema and holds what the schema says."),
        "equations": (ERROR, "Every equation can be read and every name in it is declared."),
        "study": (ERROR, "The model of a study is valid and every name of the study is one of it."),
        "missing": (NOTE, "A number that a simulation needs is not given."),
        "unsupported": (NOTE, "The file says something that Nullcline cannot express."),
        "sweep": (NOTE, "A sweep of a study cannot be run as it stands."),
        "terms": (NOTE, "Every term of others is one of which a link can be made."),
        "archive": (ERROR, "An archive holds all that belongs to one, and each part can be read."),
        "changed": (NOTE, "An archive is as this version of Nullcline would write it."),
        "units": (ERROR, "The terms of every equation agree in their units."),
        "plain-numbers": (ERROR, "They agree, and no number in an equation stands for a unit."),
        "installed": (WARNING, "The packages that the check needs are installed, so it was made."),
        "check": (ERROR, "The check came to its end."),
    }
)
"""Each rule's severity and what it demands. A finding has the rule of the check that made it."""


@dataclass(frozen=True)
class Finding:
    """A problem, or a note, and the rule that it breaks."""

    rule: str
    problem: Problem

    @property
    def severity(self) -> str:
        """Of its rule: "error", "warning" or "note"."""
        return RULES[self.rule][0]


@dataclass(frozen=True)
class Verdict:
    """One file: `kind` is "model" or "study", or empty where it could not be told.

    `says` is what it holds in a few words, `kept` what it holds that Nullcline does not use, and
    `needs` are the other files that it was judged by, `remarks` what the checks found out.
    """

    file: str
    kind: str = ""
    name: str = ""
    says: str = ""
    findings: tuple[Finding, ...] = ()
    kept: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What makes it invalid."""
        return tuple(item.problem for item in self.findings if item.severity == ERROR)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is said of it beside."""
        return tuple(item.problem for item in self.findings if item.severity == NOTE)

    @property
    def unchecked(self) -> tuple[Problem, ...]:
        """What could not be checked, so that it is neither valid nor invalid."""
        return tuple(item.problem for item in self.findings if item.severity == WARNING)

    @property
    def invalid(self) -> bool:
        """Tell whether something is wrong with it."""
        return bool(self.errors)

    @property
    def valid(self) -> bool:
        """Tell whether nothing is wrong with it, and all was checked."""
        return not self.errors and not self.unchecked

    def plain(self) -> dict[str, Any]:
        """The same as dictionaries and lists."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Verdict:
        """What `plain` made; raises KeyError or TypeError for anything else."""
        return cls(
            **{name: str(data[name]) for name in ("file", "kind", "name", "says")},
            findings=tuple(_finding(**item) for item in data["findings"]),
            kept=tuple(map(str, data["kept"])),
            needs=tuple(map(str, data["needs"])),
            remarks=tuple(map(str, data["remarks"])),
        )


def _finding(rule: str, problem: Mapping[str, Any]) -> Finding:
    RULES[rule]
    place = dict(problem["place"])
    where = Place(tuple(place.pop("path")), **place)
    return Finding(rule, Problem(problem["message"], where, problem["hint"]))
