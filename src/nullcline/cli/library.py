"""`nullcline library`: the models that come with the package."""

from __future__ import annotations

import argparse

from nullcline import library
from nullcline.host.printing import say, write

HELP = "List the models that come with Nullcline, or print the file of one."
EXAMPLE = "nullcline library hodgkin_huxley > hodgkin_huxley.yaml"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    said = "print the YAML of this model (default: a line for each model)"
    parser.add_argument("name", nargs="?", metavar="NAME", help=said)


def run(options: argparse.Namespace) -> int:
    """Print a line for each model, or the file of one."""
    if options.name is not None:
        write(library.text(options.name))
        return 0
    titles = library.titles()
    wide = max(map(len, titles))
    for name, title in titles.items():
        say(f"{name:<{wide}}  {title}")
    return 0
