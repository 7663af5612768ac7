"""Cures of errors in the words of the command line, where the library says them in Python's."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, str] = {
    'give one: {"mu": [0.1, 0.5, 1]}': "give one: --over NAME=0.1,0.5,1",
    'give ranges: {"a": (0.5, 1.0)}': "give ranges: --over NAME=LOW:HIGH",
    'use method="grid" for every combination': "leave --zip out for every combination",
    "give n=1024": "give a whole number above 0, such as 1024",
    'give out="sweep.zarr"': "give -o sweep.zarr",
    "the same call with resume=True": "the same command with --resume",
    "give out= a .zarr file": "give -o a .zarr file",
}
"""What the library says, and what an option of a command is for it."""


def spoken(text: str) -> str:
    """The sentence with each cure as an option of the command line."""
    for python, option in SAID.items():
        text = text.replace(python, option)
    return text
