"""`nullcline convert`: models and studies from one form of the same declaration into another."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nullcline.cli.outputs import destination
from nullcline.datamodel.record import Record
from nullcline.host.files import write_bytes
from nullcline.host.printing import say, write
from nullcline.linked import SUFFIXES, dump, links, load
from nullcline.linked.thing import encode
from nullcline.suffixes import DECLARATIONS, agreed

HELP = "Convert a model or study between YAML, JSON, Turtle, JSON-LD and OWL, without any loss."
EXAMPLE = "nullcline convert vdp.yaml -o vdp.ttl"
FORMATS = ("yaml", "json", "turtle", "json-ld", "owl")
MANY = frozenset({"turtle", "json-ld", "owl"})
"""The formats that hold any number of declarations."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="a model or study; - is the standard input"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write there; a folder for a file of each; - is the"
        " standard output, which is the default",
    )
    parser.add_argument(
        "--from", dest="source", choices=(*FORMATS, "nt"), help="default: by suffix"
    )
    parser.add_argument("--to", choices=FORMATS, help="default: by the suffix of the output")
    parser.add_argument(
        "--base", metavar="IRI", help="what the IRIs of the declarations begin with in a graph"
    )


def run(options: argparse.Namespace) -> int:
    """Write what was read; a file that is not valid is an error with all of its problems."""
    output = None if options.output in {None, "-"} else Path(options.output)
    if output and output.suffix.lower() == ".omex":
        raise ValueError(f"{output}: an archive is made by `nullcline export --to omex`")
    format = options.to
    if output and not output.is_dir() and (output.suffix or options.to):
        format = agreed(output, options.to, DECLARATIONS, "a model or study")
    if format is None:
        raise ValueError(f"name the format: --to {', --to '.join(FORMATS)}")
    records = [one for file in options.files for one in _read(file, options.source)]
    if format in MANY:
        for problem in (problem for one in records for problem in links(one)):
            say(f"note: {problem}", error=True)
    if output is None:
        write(dump(records, format, options.base))
        return 0
    written: set[tuple[int, int]] = set()
    for path, chosen in _outputs(output, records, format).items():
        for file in options.files:
            destination(path, file)
        if path.exists() and _identity(path) in written:  # `A` and `a` may be one file
            raise ValueError(f"{path} was written just now: two names are one to this file system")
        write_bytes(path, dump(chosen, format, options.base).encode())
        written.add(_identity(path))
        say(f"{path}: {', '.join(map(_name, chosen))}")
    return 0


def _read(file: str, format: str | None) -> list[Record]:
    if file != "-":
        if format is None and Path(file).suffix.lower() == ".omex":
            said = "the model is read; what else the archive holds (runs, exports, verdicts) is not"
            say(f"note: {file}: {said}", error=True)
        return load(Path(file), format)
    try:
        text = sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("what came in is not text in UTF-8") from None
    return load(text + "\n", format or "yaml")


def _outputs(output: Path, records: list[Record], format: str) -> dict[Path, list[Record]]:
    """Which declarations go into which file."""
    if not output.is_dir():
        if len(records) > 1 and format not in MANY:
            said = f"one {format} file holds one declaration, and {len(records)} were read"
            raise ValueError(f"{said}: name a folder with -o")
        return {output: records}
    suffix = next(suffix for suffix, name in SUFFIXES.items() if name == format)
    found: dict[Path, list[Record]] = {}
    for one in records:
        path = output / f"{encode(_name(one))}{suffix}"
        if path in found:
            raise ValueError(f"{path} would be written twice: two declarations have one name")
        found[path] = [one]
    return found


def _identity(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_dev, about.st_ino


def _name(record: Record) -> str:
    return str(getattr(record, "name", "conformance"))
