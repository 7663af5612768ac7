"""`nullcline schema`: the JSON Schema of model and study files, for editors."""

from __future__ import annotations

import argparse

from nullcline.datamodel.json_schema import path
from nullcline.host.printing import write

HELP = "Print the JSON Schema of model and study files, with which editors complete and check them."
EXAMPLE = "nullcline schema > nullcline.schema.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    said = "print where the file lies in this installation instead"
    parser.add_argument("--path", action="store_true", help=said)


def run(options: argparse.Namespace) -> int:
    """Print the schema, or the path of its file."""
    file = path()
    write(f"{file}\n" if options.path else file.read_text(encoding="utf-8"))
    return 0
