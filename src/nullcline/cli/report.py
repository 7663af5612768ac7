"""`nullcline report`: a model as a page for people."""

from __future__ import annotations

import argparse

from nullcline.cli.outputs import destination
from nullcline.host.files import write_bytes
from nullcline.host.printing import say, write
from nullcline.report import SUFFIXES, encoded
from nullcline.study import model_of
from nullcline.suffixes import agreed

HELP = "Write a report of a model: equations, tables, references."
EXAMPLE = "nullcline report vdp.yaml -o vdp.html"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or a study of it")
    parser.add_argument(
        "--format",
        choices=tuple(SUFFIXES),
        help="default: by the suffix of the output, else markdown; pdf needs a LaTeX",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write there, not to standard output"
    )


def run(options: argparse.Namespace) -> int:
    """Write the report."""
    if options.output is None:
        if options.format == "pdf":
            raise ValueError("a PDF is no text: name its file with -o FILE.pdf")
        write(model_of(options.model).generate_report(options.format or "markdown"))
        return 0
    path = destination(options.output, options.model)
    format = agreed(path, options.format, SUFFIXES, "a report", "markdown")
    write_bytes(path, encoded(model_of(options.model), format))
    say(f"{options.output}: report")
    return 0
