"""Numbers on the command line, as argparse takes them, and the options that many commands have."""

from __future__ import annotations

import argparse
import math
import unicodedata
from typing import Any

ABSOLUTE = "absolute tolerance (default: follows the size of each state)"
"""The help of --atol."""


def assignment(text: str) -> tuple[str, float]:
    """`NAME=VALUE`."""
    name, equals, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        what = f"`{value}` is not a number" if equals else "write NAME=VALUE"
        raise argparse.ArgumentTypeError(f"{text}: {what}") from None
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text}: the value must be finite")
    return unicodedata.normalize("NFKC", name.strip()), number


def tolerance(text: str) -> float:
    """A tolerance of a solver."""
    return positive(text, "a tolerance")


def positive(text: str, what: str = "this") -> float:
    """A number more than 0."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number") from None
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: {what} must be finite and positive")
    return number


def count(text: str) -> int:
    """A whole number from 1 on."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is not a whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """`--jobs N`."""
    said = "processes at a time (default: one a core)"
    parser.add_argument("--jobs", type=count, metavar="N", help=said)


def add_set(
    parser: argparse.ArgumentParser, what: str = "another parameter, input or initial value"
) -> None:
    """`--set NAME=VALUE`, any number of times."""
    said = f"{what}; may be given several times"
    form = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    parser.add_argument("--set", type=assignment, help=said, **form)  # type: ignore[arg-type]


def once(given: list[tuple[str, Any]], option: str = "--set") -> dict[str, Any]:
    """What an option gives by name, each name once."""
    values: dict[str, Any] = {}
    for name, value in given:
        if name in values:
            both = [f"{v:g}" if isinstance(v, float) else str(v) for v in (values[name], value)]
            raise ValueError(f"{option} gives `{name}` twice: {both[0]} and {both[1]}")
        values[name] = value
    return values
