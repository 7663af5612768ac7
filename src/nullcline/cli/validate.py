"""`nullcline validate`: is every file a model, and if not, what is wrong and where.

What is checked stands in two tables of `nullcline.validation`: checks.FORMATS, by the kind of
file, and options.OPTIONS, by what is asked for; each kind of finding is a row of verdict.RULES.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nullcline.cli.numbers import add_jobs
from nullcline.cli.outputs import destination
from nullcline.cli.progress import Progress
from nullcline.errors import counted
from nullcline.host.files import write_text
from nullcline.host.folders import unshared
from nullcline.host.printing import in_line, say, write
from nullcline.suffixes import agreed
from nullcline.validation.files import STDIN, model_files
from nullcline.validation.judging import Work, verdicts
from nullcline.validation.options import OPTIONS
from nullcline.validation.record import to_json
from nullcline.validation.sarif import to_sarif
from nullcline.validation.store import LARGEST, Store, user_folder
from nullcline.validation.verdict import Verdict

HELP = "Check model files, or all model files of a folder."
EXAMPLE = "nullcline validate models/ my_model.yaml --verbose"
MOST = 50
"""The most problems, and the most notes, that are printed of one file."""
WRITERS: dict[str, Callable[[Sequence[Verdict]], str]] = {"json": to_json, "sarif": to_sarif}
FORMS = {"text": (".txt", ".log"), "json": (".json",), "sarif": (".sarif", ".json")}
"""The suffixes of each form of output, the first that has one is taken."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="a model file, a folder of them, or - for stdin")
    kept = "also list what a file holds that Nullcline keeps and does not use"
    add("-v", "--verbose", action="store_true", help=kept)
    add("-q", "--quiet", action="store_true", help="print problems alone, and no summary")
    for name, option in OPTIONS.items():
        add(f"--{name}", action="append_const", dest="options", const=name, help=option.help)
    plain = "print a JSON document"
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_const", dest="form", const="json", help=plain)
    ci = "print SARIF 2.1.0, which CI systems show beside the lines of a file"
    form.add_argument("--sarif", action="store_const", dest="form", const="sarif", help=ci)
    add("-o", "--output", type=Path, metavar="FILE", help="write there, not to standard output")
    add_jobs(parser)
    where = "where verdicts on unchanged files are kept (default: the user's cache folder)"
    add("--cache", type=Path, metavar="FOLDER", help=where)
    add("--no-cache", action="store_true", help="check every file again and keep nothing")
    parser.set_defaults(options=[])


def run(options: argparse.Namespace) -> int:
    """Print a line for each good file and the problems of each other; 1 where one is not valid."""
    judged: list[Verdict] = []
    if options.output is not None:
        options.form = agreed(options.output, options.form, FORMS, "a list of verdicts", "text")
    found = _watched(options, judged)
    lines = (
        map(in_line, _text(found, judged, options))
        if options.form in {None, "text"}
        else _form(found, options.form)
    )
    if options.output is None:
        for line in lines:
            write(f"{line}\n") if options.form in WRITERS else say(line)
    else:
        whole = "".join(f"{line}\n" for line in lines)
        write_text(options.output, whole)
    return 0 if all(verdict.valid for verdict in judged) else 1


def _watched(options: argparse.Namespace, judged: list[Verdict]) -> Iterator[Verdict]:
    """The verdicts as they come, each noted, while the terminal shows how far it is."""
    names = tuple(options.options)
    if options.output is not None:
        destination(options.output)
    if options.paths == ["-"]:
        from nullcline.validation.checks import check

        judged.append(check(Path(STDIN), names, sys.stdin.buffer.read(LARGEST)))
        yield judged[0]
        return
    files = list(model_files(options.paths))
    if options.output is not None:
        destination(options.output, *files)
    if options.cache and options.cache.is_dir() and not unshared(options.cache):
        said = "others may write to it, so no verdict is kept or taken from there"
        say(f"nullcline: {options.cache}: {said}; make it yours alone (chmod 700)", error=True)
    store = None if options.no_cache else Store.at(options.cache or user_folder(), names)
    with Progress("validating") as progress:
        for verdict in verdicts(files, Work(names, store), options.jobs):
            progress(len(judged) / len(files), verdict.file)
            judged.append(verdict)
            yield verdict


def _form(found: Iterator[Verdict], form: str) -> Iterator[str]:
    yield WRITERS[form](list(found)).rstrip("\n")


def _text(
    found: Iterator[Verdict], judged: Sequence[Verdict], options: argparse.Namespace
) -> Iterator[str]:
    for verdict in found:
        yield from (f"{verdict.file}: not checked: {why.message}" for why in verdict.unchecked)
        if verdict.invalid:
            yield from _first(verdict.errors, "more problem", f"{verdict.file}: ")
        elif verdict.valid and not options.quiet:
            yield from _good(verdict, options.verbose)
        if options.verbose:
            yield from (f"  {remark}" for remark in verdict.remarks)
    if not options.quiet:
        good = sum(verdict.valid for verdict in judged)
        bad = sum(verdict.invalid for verdict in judged)
        rest = len(judged) - good - bad
        more = f", {rest} not checked" if rest else ""
        yield f"{counted(len(judged), 'file')}: {good} valid, {bad} with problems{more}"


def _good(verdict: Verdict, verbose: bool) -> Iterator[str]:
    yield f"{verdict.file}: valid: {verdict.says}"
    yield from (f"  note: {note}" for note in _first(verdict.notes, "more note"))
    if verbose:
        yield from (f"  kept, not used: {item}" for item in verdict.kept)


def _first(items: Sequence[object], what: str, where: str = "") -> list[str]:
    """The first of many in a line each, and how many more there are."""
    lines = [str(item) for item in items[:MOST]]
    more = len(items) - len(lines)
    return [*lines, f"{where}and {counted(more, what)}"] if more else lines
