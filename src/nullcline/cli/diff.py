"""`nullcline diff`: what has changed between two models, and whether the dynamics are the same."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline import __version__
from nullcline.errors import ModelError, NullclineError, Place, Problem, counted, short
from nullcline.host.printing import say, write
from nullcline.validation.files import model_files

if TYPE_CHECKING:
    from nullcline.difference import Change, Difference, Row

HELP = "Say what has changed between two models, and whether they have the same dynamics."
EXAMPLE = "nullcline diff old.yaml new.yaml --dynamics-only"
TROUBLE = 2
FORM = 1
"""Of the JSON document."""
SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": "~"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("old", type=Path, metavar="OLD", help="a model or study file, or a folder of them")
    add("new", type=Path, metavar="NEW", help="what it has become; files of folders go by name")
    only = "exit with 0 if the dynamics are the same, however they are written"
    add("--dynamics-only", action="store_true", help=only)
    add("-q", "--quiet", action="store_true", help="print nothing: the exit status says it")
    add("--json", action="store_true", help="print a JSON document")


def run(options: argparse.Namespace) -> int:
    """Print what has changed; 0 if nothing has, 1 if anything has, 2 if a file cannot be read."""
    try:
        pairs, alone = _pairs(options.old, options.new)
        found = [(*pair, _compared(*pair)) for pair in pairs]
    except (NullclineError, OSError) as error:
        say(*f"nullcline: {error}".split("\n"), error=True)
        return TROUBLE
    if options.json:
        write(json.dumps(_document(found, alone), indent=2) + "\n")
    elif not options.quiet:
        for line in _lines(found, alone):
            say(line)
    if options.dynamics_only:
        return 0 if not alone and all(each.same_dynamics for *_, each in found) else 1
    return 0 if not alone and all(each.nothing_changed for *_, each in found) else 1


Found = list[tuple[Path, Path, "Difference"]]


def _pairs(old: Path, new: Path) -> tuple[list[tuple[Path, Path]], dict[Path, str]]:
    """The files that belong together, and those that stand alone, with where they are."""
    if old.is_dir() != new.is_dir():
        problem = Problem("one is a folder, the other is not", Place(file=f"{old}, {new}"))
        raise ModelError([problem])
    if not old.is_dir():
        return [(old, new)], {}
    files = [
        {path.relative_to(top): path for path in model_files([str(top)])} for top in (old, new)
    ]
    both = sorted(files[0].keys() & files[1].keys())
    alone = {files[0][name]: "only in the old" for name in files[0].keys() - files[1].keys()}
    alone |= {files[1][name]: "only in the new" for name in files[1].keys() - files[0].keys()}
    return [(files[0][name], files[1][name]) for name in both], dict(sorted(alone.items()))


def _compared(old: Path, new: Path) -> Difference:
    from nullcline.difference import diff
    from nullcline.study import model_of

    return diff(model_of(old), model_of(new))


def _lines(found: Found, alone: Mapping[Path, str]) -> Iterator[str]:
    for old, new, difference in found:
        if len(found) == 1 or not difference.nothing_changed:
            yield f"{old} -> {new}"
            yield from (f"  {line}" for line in _changes(difference))
            yield f"  {difference}"
    for path, where in alone.items():
        yield f"{path}: {where}"
    if len(found) + len(alone) > 1:
        same = sum(each.nothing_changed for *_, each in found)
        alike = sum(each.same_dynamics for *_, each in found) - same
        others = len(found) - same - alike
        yield (
            f"{counted(len(found), 'model')} in both: {same} unchanged, {alike} written "
            f"differently with the same dynamics, {others} others; {len(alone)} in one only"
        )


def _changes(difference: Difference) -> Iterator[str]:
    rows = {row.name: row for row in difference.equations}
    whole = {row.name: row for row in difference.rows}
    for change in difference.changes:
        head = f"{SIGNS[change.kind]} {'/'.join(map(str, change.path))}"
        name = str(change.path[1]) if len(change.path) > 1 else ""
        equation = change.about == "equation" and name in rows
        remark = _how(rows[name], whole.get(name)) if equation else change.remark
        said = f"{head}: {_said(change)}" + (f" ({remark})" if remark else "")
        yield said
    for old, new in difference.renamed.items():
        yield f"? `{old}` may be called `{new}` now: the models are equal but for such names"
    for name, value in difference.fixed.items():
        yield f"= `{name}`, which one of them has, is taken as {value:.9g}"


def _how(row: Row, whole: Row | None) -> str:
    if row.equal or whole is None or not whole.equal:
        return "different" if row.witness is not None else f"equal {row.how}" if row.equal else ""
    return "the same once all that it uses is written out"


def _said(change: Change) -> str:
    match change.kind:
        case "added":
            return _short(change.new)
        case "removed":
            return _short(change.old)
        case _:
            return f"{_short(change.old)} -> {_short(change.new)}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict) and set(value) == {"rhs"}:
        value = value["rhs"]
    if isinstance(value, dict):
        value = ", ".join(f"{key}: {_short(item)}" for key, item in value.items())
    if isinstance(value, list):
        value = ", ".join(map(_short, value))
    return short(" ".join(str(value).split()), 120)


def _document(found: Found, alone: Mapping[Path, str]) -> dict[str, Any]:
    files = []
    for old, new, each in found:
        plain = asdict(each)
        names = {"old_name": plain.pop("old"), "new_name": plain.pop("new")}
        said = {"verdict": str(each), "same_dynamics": each.same_dynamics}
        files.append({"old": str(old), "new": str(new), **names, **said, **_finite(plain)})
    return {
        "nullcline": __version__,
        "form": FORM,
        "models": files,
        "alone": [str(path) for path in alone],
    }


def _finite(value: Any) -> Any:
    """The same, what JSON has no number for as text: "nan", "inf", "-inf"."""
    match value:
        case float():
            return value if isfinite(value) else str(value)
        case dict():
            return {str(key): _finite(item) for key, item in value.items()}
        case list() | tuple():
            return [_finite(item) for item in value]
    return value
