"""Verdicts as SARIF 2.1.0 (OASIS), which CI systems show beside the lines of a file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nullcline
from nullcline.validation.files import STDIN
from nullcline.validation.verdict import RULES, Finding, Verdict

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
COLUMNS = "unicodeCodePoints"


def to_sarif(verdicts: Sequence[Verdict]) -> str:
    """The text of a SARIF log with one run and a result a finding."""
    results = [_result(item, verdict.file) for verdict in verdicts for item in verdict.findings]
    run = {
        "tool": {"driver": _driver()},
        "invocations": [{"executionSuccessful": True}],
        "columnKind": COLUMNS,
        "results": results,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _driver() -> Mapping[str, Any]:
    rules = [
        {
            "id": name,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": severity},
        }
        for name, (severity, text) in RULES.items()
    ]
    return {"name": "Nullcline", "version": nullcline.__version__, "rules": rules}


def _result(item: Finding, file: str) -> Mapping[str, Any]:
    problem, place = item.problem, item.problem.place
    hint = f"; {problem.hint}" if problem.hint else ""
    location: dict[str, Any] = {"artifactLocation": {"uri": uri(place.file or file)}}
    if place.line is not None:
        column = {} if place.column is None else {"startColumn": place.column}
        location["region"] = {"startLine": place.line, **column}
    where: dict[str, Any] = {"physicalLocation": location}
    if place.path:
        name = "/".join(map(str, place.path))
        where["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "member"}]
    return {
        "ruleId": item.rule,
        "ruleIndex": list(RULES).index(item.rule),
        "level": item.severity,
        "message": {"text": _escaped(problem.message + hint)},
        "locations": [where],
    }


def _escaped(text: str) -> str:
    """Braces doubled (section 3.11.5): single ones hold the numbers of arguments."""
    return text.replace("{", "{{").replace("}", "}}")


def uri(file: str) -> str:
    """A reference relative to the working folder, or a file URI for what lies outside of it."""
    if file == STDIN:
        return "stdin"
    path = Path(os.path.normpath(file))
    here = Path.cwd()
    if path.is_absolute() and path.is_relative_to(here):
        path = path.relative_to(here)
    if path.is_absolute() or ".." in path.parts:
        return Path(os.path.normpath(here / path)).as_uri()
    from urllib.parse import quote  # as slow to load as the rest of the program

    return quote(path.as_posix(), errors="surrogateescape")
