"""`nullcline export`: a model in the form of a target."""

from __future__ import annotations

import argparse
import sys

from nullcline.dynamics import OWN, Dynamics

HELP = "Write a model in the form of an export target."
EXAMPLE = "nullcline export vdp.yaml --to pyrates -o model.yaml"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument(
        "--to",
        required=True,
        metavar="TARGET",
        help=f"a name that `nullcline targets` lists, or `{OWN}` for our own YAML",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write there, not to the terminal")


def run(options: argparse.Namespace) -> int:
    """Write the text; what the target cannot express is an error with its reason."""
    model = Dynamics.from_yaml(options.model)
    text = model.to_yaml(options.output, format=options.to)
    if options.output is None:
        sys.stdout.write(text)
    else:
        print(f"{options.output}: {model.name} for {options.to}")
        return 0
    return 0
