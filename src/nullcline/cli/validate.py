"""`nullcline validate`: is every file a model, and if not, what is wrong and where.

What is checked stands in two tables of `nullcline.validation`: checks.FORMATS, by the kind of
file, and options.OPTIONS, by what is asked for; each kind of finding is a row of verdict.RULES.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from nullcline.cli.progress import Progress
from nullcline.validation.checks import check, counted
from nullcline.validation.files import model_files
from nullcline.validation.options import OPTIONS
from nullcline.validation.verdict import Verdict

HELP = "Check model files, or all model files of a folder."
EXAMPLE = "nullcline validate models/ my_model.yaml --verbose"
MOST = 50
"""The most problems, and the most notes, that are printed of one file."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="a model file or a folder of them")
    kept = "also list what a file holds that Nullcline keeps and does not use"
    add("-v", "--verbose", action="store_true", help=kept)
    for name, option in OPTIONS.items():
        add(f"--{name}", action="append_const", dest="options", const=name, help=option.help)
    parser.set_defaults(options=[])


def run(options: argparse.Namespace) -> int:
    """Print a line for each good file and the problems of each other; 1 if there are any."""
    files = list(model_files(options.paths))
    bad = 0
    with Progress("validating") as progress:
        for index, path in enumerate(files):
            progress(index / len(files), str(path))
            verdict = check(path, options.options)
            bad += not verdict.valid
            print(*_lines(verdict, options.verbose), sep="\n")
    print(f"{counted(len(files), 'file')}: {len(files) - bad} valid, {bad} with problems")
    return 1 if bad else 0


def _lines(verdict: Verdict, verbose: bool) -> Iterator[str]:
    if not verdict.valid:
        yield from _first(verdict.errors, "more problem", f"{verdict.file}: ")
        return
    yield f"{verdict.file}: valid: {verdict.says}"
    yield from (f"  note: {note}" for note in _first(verdict.notes, "more note"))
    if verbose:
        yield from (f"  kept, not used: {item}" for item in verdict.kept)


def _first(items: Sequence[object], what: str, where: str = "") -> list[str]:
    """The first of many in a line each, and how many more there are."""
    lines = [str(item) for item in items[:MOST]]
    more = len(items) - len(lines)
    return [*lines, f"{where}and {counted(more, what)}"] if more else lines
