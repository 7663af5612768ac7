"""Verdicts as JSON: a structure of our own, which stays as it is described in the docs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import nullcline
from nullcline.validation.verdict import ERROR, NOTE, Finding, Verdict

FORM = 1
"""Of the structure; a key that is added is no new form, one that changes its meaning is."""


def to_json(verdicts: Sequence[Verdict]) -> str:
    """The text of a JSON document with every finding on every file."""
    files = [_file(verdict) for verdict in verdicts]
    findings = [item for verdict in verdicts for item in verdict.findings]
    errors, notes = (sum(item.severity == each for item in findings) for each in (ERROR, NOTE))
    valid = sum(verdict.valid for verdict in verdicts)
    invalid = sum(verdict.invalid for verdict in verdicts)
    document = {
        "nullcline": nullcline.__version__,
        "form": FORM,
        "summary": {
            **{"files": len(files), "valid": valid, "invalid": invalid},
            **{"not_checked": len(files) - valid - invalid, "errors": errors, "notes": notes},
        },
        "files": files,
    }
    return json.dumps(document, indent=2) + "\n"


def _file(verdict: Verdict) -> Mapping[str, Any]:
    return {
        "file": verdict.file,
        "valid": verdict.valid,
        "checked": not verdict.unchecked,
        "kind": verdict.kind or None,
        "name": verdict.name or None,
        "findings": [_finding(item) for item in verdict.findings],
        "kept": list(verdict.kept),
        "remarks": list(verdict.remarks),
    }


def _finding(item: Finding) -> Mapping[str, Any]:
    place = item.problem.place
    return {
        "rule": item.rule,
        "severity": item.severity,
        "message": item.problem.message,
        "hint": item.problem.hint,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": list(place.path),
        "node": place.node,
    }
