"""`nullcline report`: a model as a page for people."""

from __future__ import annotations

import argparse
import sys

from nullcline.cli.export import destination
from nullcline.study import model_of

HELP = "Write a report of a model: equations, tables, references."
EXAMPLE = "nullcline report vdp.yaml --format html -o vdp.html"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or a study of it")
    parser.add_argument(
        "--format",
        choices=("markdown", "html", "latex"),
        default="markdown",
        help="default: markdown",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write there, not to standard output"
    )


def run(options: argparse.Namespace) -> int:
    """Write the report."""
    path = None if options.output is None else destination(options.output, options.model)
    text = model_of(options.model).generate_report(options.format)
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
        print(f"{options.output}: report")
    return 0
