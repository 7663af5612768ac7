"""`nullcline validate`: is every file a model, and if not, what is wrong and where."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from nullcline.cli.progress import Progress
from nullcline.datamodel import Study
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Place, Problem, Unsupported
from nullcline.sources.yaml import read_file
from nullcline.structure import kept
from nullcline.study import is_study, load_study

HELP = "Check model files, or all model files of a folder."
EXAMPLE = "nullcline validate models/ my_model.yaml --verbose"
SUFFIXES = (".yaml", ".yml")
MOST = 50
"""The most problems, and the most notes, that are printed of one file."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a model file or a folder of them")
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="also list what a file holds that Nullcline keeps and does not use",
    )


def run(options: argparse.Namespace) -> int:
    """Print a line for each good file and the problems of each other; 1 if there are any."""
    files = list(model_files(options.paths))
    bad = 0
    with Progress("validating") as progress:
        for index, path in enumerate(files):
            progress(index / len(files), str(path))
            try:
                print(_good(path, options.verbose))
            except ModelError as error:
                bad += 1
                print(*_first(error.problems, "more problem", f"{path}: "), sep="\n")
    print(f"{_counted(len(files), 'file')}: {len(files) - bad} valid, {bad} with problems")
    return 1 if bad else 0


def model_files(paths: list[str]) -> Iterator[Path]:
    """The files named, and every model file below a folder; a folder without one is an error."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path
            continue
        found = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and p.is_file())
        if not found:
            problem = Problem("the folder holds no .yaml or .yml file", Place(file=str(path)))
            raise ModelError([problem])
        yield from found


def _good(path: Path, verbose: bool) -> str:
    document = read_file(path)
    if is_study(document):
        study, model = load_study(document, path.parent)
        counts = f"{_counted(len(study.runs), 'run')}, {_counted(len(study.sweeps), 'sweep')}"
        said = f"{path}: valid: the study {study.name} of {model.name} ({counts})"
        notes = _first(list(_sweep_notes(study, model)), "more note")
        return "\n".join([said, *(f"  note: {note}" for note in notes)])
    model = Dynamics.from_document(document)
    found = model.check()
    sizes = {
        "state variable": len(model.state_variables),
        "derived variable": len(model.derived_variables),
        "parameter": len(model.parameters),
        "derived parameter": len(model.derived_parameters),
    }
    counted = ", ".join(_counted(n, what) for what, n in sizes.items() if n)
    lines = [f"{path}: valid: {model.name} ({counted})"]
    notes = _first((*found.missing, *found.unsupported), "more note")
    lines += [f"  note: {note}" for note in notes]
    if verbose:
        for inner, _, value in kept(model):
            lines.append(f"  kept, not used: {'/'.join(map(str, inner))}: {_short(value)}")
    return "\n".join(lines)


def _sweep_notes(study: Study, model: Dynamics) -> Iterator[str]:
    """Why sweeps of a study could not be run as they stand."""
    from nullcline.sweep.declared import request

    for name in study.sweeps:
        try:
            request(study, name).plan(model.system())
        except ModelError as error:
            yield from (f"the sweep {name}: {problem}" for problem in error.problems)
        except Unsupported as error:
            yield f"the sweep {name}: {error}"


def _first(items: Sequence[object], what: str, where: str = "") -> list[str]:
    """The first of many in a line each, and how many more there are."""
    lines = [str(item) for item in items[:MOST]]
    more = len(items) - len(lines)
    return [*lines, f"{where}and {_counted(more, what)}"] if more else lines


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
