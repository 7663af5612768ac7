"""`nullcline conform`: every model in every target against the reference, in parallel."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from nullcline.cli.live import Live
from nullcline.cli.numbers import add_jobs, positive
from nullcline.cli.outputs import destinations
from nullcline.conformance import Outcome
from nullcline.conformance.table import sentence
from nullcline.host.files import write_text
from nullcline.host.printing import say
from nullcline.suffixes import refuse
from nullcline.suite import LIMIT, Matrix, read_model, run_suite
from nullcline.suite.junit import to_junit
from nullcline.suite.matrix import with_matrix
from nullcline.suite.page import to_html
from nullcline.suite.record import to_json
from nullcline.targets import all_targets, broken_targets, get_target
from nullcline.validation.files import model_files

HELP = "Run every export of every model in its engine and compare it with the reference."
EXAMPLE = "nullcline conform models/ --report conformance.html --junit conformance.xml"
WRITERS: dict[str, Callable[[Matrix], str]] = {
    "report": to_html,
    "junit": to_junit,
    "json": to_json,
}
FILES = {
    "report": ((".html", ".htm"), "a page"),
    "junit": ((".xml",), "JUnit XML"),
    "json": ((".json",), "a conformance record"),
    "update_readme": ((".md", ".markdown"), "a page in Markdown"),
}
"""The suffixes of each output, and what it holds."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="a model or study file, or a folder of them")
    only = "only this one; may be given several times (default: all)"
    add("--target", action="append", metavar="TARGET", help=only)
    add("--duration", type=positive, help="of every run, in the model's time unit")
    add("--report", metavar="FILE", help="a page for people, with every picture: .html")
    add("--junit", metavar="FILE", help="for CI systems: .xml")
    add("--json", metavar="FILE", help="a ConformanceRun of our schema: .json")
    add_jobs(parser)
    limit = f"that one model in one target may take (default: {LIMIT:g})"
    add("--limit", type=positive, default=LIMIT, metavar="SECONDS", help=limit)
    missing = "a missing engine is a failure, as in CI"
    add("--require-all-targets", action="store_true", help=missing)
    add("--update-readme", metavar="FILE", help="write the matrix into this Markdown file")


def run(options: argparse.Namespace) -> int:
    """Print the matrix, then why each cell is not `conforms`; 1 for a deviation or a failure."""
    names = list(dict.fromkeys(options.target or sorted(all_targets())))
    missing = {name: get_target(name).missing() for name in names}
    if not options.target:
        for name, why in sorted(broken_targets().items()):
            say(f"the target `{name}` is left out: {why}", error=True)
    for option, (suffixes, what) in FILES.items():
        if output := getattr(options, option):
            refuse(output, suffixes, what)
    if options.update_readme:
        with_matrix(_read(Path(options.update_readme)), Matrix([], names))
    paths = {path.resolve(): path for path in model_files(options.paths)}
    outputs = {f"--{name.replace('_', '-')}": getattr(options, name) for name in FILES}
    destinations(outputs, *paths.values())
    matrix = Matrix([read_model(p) for p in paths.values()], names, options.require_all_targets)
    with (
        Live(matrix) as live,
        contextlib.closing(
            run_suite(
                matrix.models,
                names,
                duration=options.duration,
                jobs=options.jobs,
                limit=options.limit,
            )
        ) as cells,
    ):
        for cell in cells:
            matrix.add(cell)
            live()
    matrix.ended = datetime.now(UTC)
    _print(matrix)
    _write(matrix, options)
    lacking = options.require_all_targets and any(missing.values())
    return 0 if matrix.good and not lacking else 1


def _print(matrix: Matrix) -> None:
    say(*matrix.text().split("\n"))
    for model in matrix.models:
        if model.problems:
            lines = (line for problem in model.problems for line in problem.split("\n"))
            say("", f"{model.path} does not load:", *(f"  {line}" for line in lines))
    told: dict[tuple[str, str], list[str]] = {}
    for cell in matrix.cells:
        if cell.verdict.outcome != Outcome.CONFORMS or not cell.verdict.informative:
            said = (cell.model.path, sentence(cell.verdict))
            told.setdefault(said, []).append(cell.verdict.target)
    for (path, words), targets in told.items():
        first, *more = words.split("\n")  # what an engine said may have many lines
        say("", f"{path} in {', '.join(targets)} {first}", *(f"  {line}" for line in more))
    say("", f"conformance: {matrix.summary}")


def _write(matrix: Matrix, options: argparse.Namespace) -> None:
    for option, writer in WRITERS.items():
        if path := getattr(options, option):
            write_text(path, writer(matrix), errors="replace")
            say(f"{path}: {option}")
    if options.update_readme:
        path = Path(options.update_readme)
        before = _read(path)
        after = with_matrix(before, matrix)
        if after != before:
            write_text(path, after)
        say(f"{path}: {'matrix written' if after != before else 'unchanged'}")


def _read(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open(encoding="utf-8", newline="") as stream:
        return stream.read()
