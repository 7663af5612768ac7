"""`nullcline query`: a question in SPARQL to all models of a folder, or to the built-in library."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline import library
from nullcline.errors import ModelError, NotInstalled, Place, Problem
from nullcline.host.printing import in_line, say, write
from nullcline.validation.files import EXPECTED

if TYPE_CHECKING:
    from nullcline.datamodel import ConformanceRun
    from nullcline.linked.query import Answer

HELP = "Ask all models of a folder, or of the built-in library, a question in SPARQL."
EXAMPLE = "nullcline query models/ --example parameter --let parameter=tau"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""The first characters of what a spreadsheet runs."""
LIBRARY = "library"
"""What stands for the models that come with the package, unless something here has this name."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("path", metavar="PATH", help="a folder of models, a model file, or `library`")
    add(
        "query", nargs="?", metavar="SPARQL", help="SELECT, ASK, CONSTRUCT or DESCRIBE; - for stdin"
    )
    add("--file", type=Path, metavar="FILE", help="the file that holds the query")
    add("--example", metavar="NAME", help="a query that comes with Nullcline; `list` shows them")
    bind = "the term of a variable of the query: a text, a CURIE or an <IRI>"
    add("--let", action="append", default=[], metavar="VARIABLE=TERM", type=_pair, help=bind)
    conform = "what `nullcline conform --json` found out about the models"
    add("--verdicts", action="append", default=[], type=Path, metavar="FILE", help=conform)
    form = parser.add_mutually_exclusive_group()
    text = "SPARQL results as JSON; of CONSTRUCT and DESCRIBE JSON-LD"
    form.add_argument("--json", action="store_const", dest="form", const="json", help=text)
    form.add_argument("--csv", action="store_const", dest="form", const="csv", help="rows as CSV")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.lstrip("?").isidentifier():
        raise argparse.ArgumentTypeError(f"`{text}` is not VARIABLE=TERM")
    return name.lstrip("?"), value


def run(options: argparse.Namespace) -> int:
    """Print the answer; 1 where a file could not be asked or the query could not be read."""
    try:
        from nullcline.linked.query import ask, examples, read
        from nullcline.linked.repository import Repository
    except ImportError as error:
        raise NotInstalled.of(error, "a query") from error
    if options.example == "list":
        write("".join(f"{name}\n{text}\n" for name, text in examples().items()))
        return 0
    text = _text(options, examples())
    read(text)  # what is wrong with a query is told before a thousand models are read
    runs = [_verdicts(path) for path in options.verdicts]
    found = Repository.of(_files(options.path), Path(options.path))
    for each in runs:
        found.add_verdicts(each)
    answer = ask(found.graph, text, dict(options.let))
    write("".join(f"{line}\n" for line in _lines(answer, options.form)))
    for note in (*answer.notes, *found.notes, *map(str, found.problems)):
        say(f"nullcline: {note}", error=True)
    return 1 if found.problems else 0


def _text(options: argparse.Namespace, known: dict[str, str]) -> str:
    """The query, from wherever it is given."""
    given = [options.query, options.file, options.example]
    if sum(item is not None for item in given) != 1:
        raise ValueError("give one query: as a text, with --file or with --example")
    if options.file is not None:
        from nullcline.sources import read_text

        return read_text(options.file, 1_000_000)
    if options.example is not None:
        if options.example not in known:
            raise ValueError(f"there is no example {options.example}: {', '.join(sorted(known))}")
        return known[options.example]
    return sys.stdin.read() if options.query == "-" else str(options.query)


def _files(path: str) -> list[Path]:
    """The model files of a folder, in any format; of `library`, those of the package."""
    if path == LIBRARY and not Path(path).exists():
        path = str(library.folder())
    if not Path(path).is_dir():
        return [Path(path)]
    from nullcline.linked import SUFFIXES

    below = (file for file in Path(path).rglob("*") if file.suffix.lower() in SUFFIXES)
    found = sorted(f for f in below if f.suffix != ".json" and f.name != EXPECTED and f.is_file())
    if not found:
        raise ModelError([Problem("the folder holds no model file", Place(file=path))])
    return found


def _verdicts(path: Path) -> ConformanceRun:
    from nullcline import datamodel, structure
    from nullcline.sources import read_file

    return structure.load(datamodel.ConformanceRun, read_file(path))


def _lines(answer: Answer, form: str | None) -> Iterator[str]:
    """The answer as text: a table, or what was asked for."""
    if answer.graph is not None:
        if form == "csv":
            raise ValueError("a graph is no table: leave --csv out, or ask with SELECT")
        kind = "json-ld" if form == "json" else "turtle"
        yield answer.graph.serialize(format=kind).rstrip("\n")
    elif form is not None and (form != "csv" or answer.yes is None):
        answer = replace(answer, rows=_inert(answer.rows)) if form == "csv" else answer
        yield (answer.result().serialize(format=form) or b"").decode().rstrip("\n")
    elif answer.yes is not None:
        yield "yes" if answer.yes else "no"
    else:
        yield from _table([answer.columns, *([_cell(term) for term in row] for row in answer.rows)])


def _inert(rows: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], ...]:
    """The rows with an apostrophe before each text that a spreadsheet would run as a formula.

    These begin with =, +, -, @, a tab or a carriage return (OWASP, CSV injection) and are no
    number.
    """
    from rdflib import Literal

    def inert(term: Any) -> Any:
        if not isinstance(term, Literal) or not str(term).startswith(FORMULA) or _is_number(term):
            return term
        return Literal(f"'{term}")

    return tuple(tuple(map(inert, row)) for row in rows)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    yield f"{len(rows) - 1} row{'' if len(rows) == 2 else 's'}"


def _cell(term: Any) -> str:
    """A term in a table: an IRI by its prefix, a text in one line."""
    from nullcline.linked.query import short

    return in_line(short(term))
