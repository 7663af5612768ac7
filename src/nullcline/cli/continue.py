"""`nullcline continue`: branches of equilibria over a parameter, with folds and Hopf points."""  # noqa: N999

from __future__ import annotations

import argparse
import csv
import math
import unicodedata
from pathlib import Path

from nullcline.cli.numbers import add_set, once
from nullcline.cli.outputs import destination
from nullcline.cli.progress import Progress
from nullcline.continuation import Continuation
from nullcline.host.files import replacing
from nullcline.host.printing import say
from nullcline.study import model_of

HELP = "Follow the equilibria of a model over a parameter; find its folds and Hopf points."
EXAMPLE = "nullcline continue qif.yaml --over eta=-10:5 --set J=15 -o branches.csv"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or a study of it")
    parser.add_argument(
        "--over",
        type=_range,
        required=True,
        metavar="NAME=LOW:HIGH",
        help="the parameter or input, and from where to where",
    )
    add_set(parser, "another parameter or input")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="every point of every branch, as .csv"
    )


def _range(text: str) -> tuple[str, float, float]:
    name, _, ends = text.partition("=")
    low, colon, high = ends.partition(":")
    try:
        found = float(low), float(high)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: write NAME=LOW:HIGH, as eta=-10:5") from None
    if not (colon and all(map(math.isfinite, found))):
        raise argparse.ArgumentTypeError(f"{text}: both ends must be finite")
    return unicodedata.normalize("NFKC", name.strip()), *found


def run(options: argparse.Namespace) -> int:
    """Print the branches and special points; write the points if asked for."""
    if options.output and Path(options.output).suffix.lower() != ".csv":
        raise ValueError(f"{options.output}: the points are written as .csv")
    path = destination(options.output, options.model) if options.output else None
    model = model_of(options.model)
    name, low, high = options.over
    with Progress(f"following {model.name}"):
        found = model.continuation(name, low, high, values=once(options.set))
    say(*str(found).split("\n"))
    for number, branch in enumerate(found.branches):
        ends = (float(branch.parameter.min()), float(branch.parameter.max()))
        span = " to ".join(f"{found.shown(end):g}" for end in ends)
        stable = f"{int(branch.stable.sum())} of {len(branch.stable)} points stable"
        say(f"  branch {number}: {found.parameter} from {span}, {stable}")
    if path is not None:
        say(f"{path}: {_write(path, found)} points")
    return 0


def _write(path: Path, found: Continuation) -> int:
    """The rows as CSV; how many there are."""
    rows = list(found.rows())
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return len(rows)
