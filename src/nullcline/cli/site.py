"""`nullcline site`: a folder of models as a static site."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from nullcline import library
from nullcline.cli.numbers import add_jobs
from nullcline.cli.progress import Progress
from nullcline.errors import Place, Problem, counted
from nullcline.host.printing import say
from nullcline.suffixes import refuse_folder
from nullcline.validation.files import model_files

if TYPE_CHECKING:
    from nullcline.datamodel import ConformanceRun

HELP = "Make a static site of model files: search, equations, pictures, downloads."
EXAMPLE = "nullcline site models/ -o site/ --verdicts conformance.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="a model or study file, or a folder of them")
    add("--library", action="store_true", help="also the models that Nullcline brings along")
    add("-o", "--output", default="site", metavar="FOLDER", help="where to write (default: site)")
    add("--title", metavar="TEXT", help="the title of the site (default: Models)")
    proved = parser.add_mutually_exclusive_group()
    said = "to be shown: what `nullcline conform --json` wrote"
    proved.add_argument("--verdicts", metavar="FILE", help=said)
    proved.add_argument(
        "--conform", action="store_true", help="run every export now, and show what comes of it"
    )
    add_jobs(parser)


def run(options: argparse.Namespace) -> int:
    """Write the site and say what it holds; 1 where a file could not be shown."""
    from nullcline.site import build

    if not options.paths and not options.library:
        raise ValueError("nothing to show: name model files or folders, or give --library")
    output = Path(options.output)
    refuse_folder(output, "a site")
    outside: list[str] = []
    found = list(_files(options, output, outside))
    verdicts = _verdicts(options, [path for path, _ in found])
    default = "Models" if options.paths else "Nullcline's model library"
    with Progress("site") as progress:
        report = build(
            found,
            output,
            title=options.title or default,
            verdicts=verdicts,
            jobs=options.jobs,
            progress=progress,
        )
    say(*outside)
    for _, problems in report.bad:
        say(*problems)
    kept = report.models + len(report.bad) - report.made
    pages = counted(report.models, "model")
    said = f"{counted(report.files, 'file')}, {report.size / 1e6:.1f} MB, {kept} unchanged"
    bad = f", {len(report.bad) + len(outside)} with problems" if report.bad or outside else ""
    say(f"{output / 'index.html'}: {pages}{bad} ({said})")
    return 1 if report.bad or outside else 0


def _files(
    options: argparse.Namespace, output: Path, outside: list[str]
) -> Iterator[tuple[Path, str]]:
    """Each model file with its path below the folder it was found in; none of the site itself.

    A link in a folder to a file that is not in it would publish what nobody put there: what to
    say of it is added to `outside`.
    """
    roots = [Path(path) for path in options.paths]
    roots += [library.folder()] if options.library else []
    own = output.resolve()
    for root in roots:
        for path in model_files([str(root)]):
            if own in path.resolve().parents:
                continue
            if root.is_dir() and root.resolve() not in path.resolve().parents:
                hint = "put the file into the folder, or name it"
                said = Problem(
                    "a link to a file outside of the folder", Place(file=str(path)), hint
                )
                outside.append(str(said))
                continue
            yield path, path.relative_to(root).as_posix() if root.is_dir() else path.name


def _verdicts(options: argparse.Namespace, paths: list[Path]) -> ConformanceRun | None:
    if options.verdicts:
        from nullcline.site.verdict import read_verdicts

        return read_verdicts(Path(options.verdicts))
    if not options.conform:
        return None
    from nullcline.suite import Matrix, read_model, run_suite
    from nullcline.suite.record import record
    from nullcline.targets import all_targets

    names = sorted(all_targets())
    matrix = Matrix([read_model(path) for path in paths], names)
    with Progress("conformance") as progress:
        for cell in run_suite(matrix.models, names, jobs=options.jobs):
            matrix.add(cell)
            progress(matrix.known / matrix.count, cell.model.path)
    return record(matrix)
