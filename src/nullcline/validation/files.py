"""Which files are model files: those that are named, and those below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from nullcline.errors import ModelError, Place, Problem
from nullcline.sources import FORMATS

SUFFIXES = (".yaml", ".yml")
"""Of the files that are looked for in a folder, where other formats may hold anything."""
READ = frozenset({*SUFFIXES, *FORMATS})
"""Of the files that can be read where they are named."""
STDIN = "<stdin>"
"""In place of a path, for what was read from standard input."""
EXPECTED = "nullcline-expected.yaml"
"""The name of the file of expected failures, which stands among model files and is none."""


def model_files(paths: Sequence[str]) -> Iterator[Path]:
    """The files named, and every model file below a folder, each once, in a fixed order.

    Links to folders are not followed. Raises ModelError for a folder without a model file and
    for one that cannot be read.
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        found = sorted(_below(path)) if path.is_dir() else [path]
        if not found:
            said, hint = "the folder holds no .yaml or .yml file", "name files of other formats"
            raise ModelError([Problem(said, Place(file=str(path)), hint)])
        yield from (file for file in found if file not in seen)
        seen.update(found)


def _below(folder: Path) -> Iterator[Path]:
    for here, _, files in os.walk(folder, onerror=_refuse):
        for name in files:
            path = Path(here, name)
            if path.suffix.lower() in SUFFIXES and name != EXPECTED and not path.is_dir():
                yield path


def _refuse(error: OSError) -> None:
    message = f"the folder cannot be read: {error.strerror}"
    raise ModelError([Problem(message, Place(file=str(error.filename)))])
