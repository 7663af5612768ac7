"""Where commands write: what cannot be written, or would destroy an input, is told before work."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

from nullcline.errors import NullclineError
from nullcline.host.printing import in_line
from nullcline.sources import read_file
from nullcline.study import model_file

PICTURES: Mapping[str, str | None] = dict.fromkeys((".png", ".svg", ".pdf"), "matplotlib")
"""The suffixes of pictures, with the package that writes them."""


def destination(output: str | Path, *inputs: str | Path) -> Path:
    """Return where to write; a ValueError where that cannot be, or would destroy an input.

    `inputs` are the files that the command reads; the model that a study names is one too.
    """
    path, shown = Path(output), in_line(output)
    if path.is_dir():
        raise ValueError(f"{shown} is a folder: name a file in it")
    folder = path.resolve().parent
    if not folder.is_dir():
        raise ValueError(f"{shown} cannot be written: there is no folder {in_line(folder)}")
    if path.exists():
        _refuse_input(path, shown, inputs)
    regular = path.is_file() or not path.exists()
    if not (os.access(path, os.W_OK) or not path.exists()):
        raise ValueError(f"{shown} cannot be written: permission denied")
    if regular and not os.access(folder, os.W_OK):  # where the new file is made
        raise ValueError(f"{shown} cannot be written: permission denied in its folder")
    return path


def destinations(outputs: Mapping[str, str | Path | None], *inputs: str | Path) -> dict[str, Path]:
    """The same for several outputs, by their options; no two of them may be one file."""
    found: dict[str, Path] = {}
    for option, output in outputs.items():
        if output is None:
            continue
        path = destination(output, *inputs)
        for other, known in found.items():
            if _same(path, known):
                raise ValueError(f"{other} and {option} both name {in_line(output)}: name two")
        found[option] = path
    return found


def checked(
    output: str | None, model: str, what: str, needs: Mapping[str, str | None]
) -> Path | None:
    """Where to write a file of one of these suffixes, each with the package that it needs."""
    if output is None:
        return None
    suffix = Path(output).suffix.lower()
    if suffix not in needs:
        *others, last = needs
        raise ValueError(f"{output}: {what} are written as {', '.join(others)} or {last}")
    path = destination(output, model)
    if package := needs[suffix]:
        import_module(package)
    return path


def _refuse_input(path: Path, shown: str, inputs: Iterable[str | Path]) -> None:
    """Raise ValueError where a file to be replaced is one that is read."""
    for number, given in enumerate(map(Path, inputs)):
        if _same(path, given):
            what = "a file that is read" if number else "the model file itself"
            raise ValueError(f"{shown} is {what}: write to another file")
        for named in _named_by(given):
            if _same(path, named):
                said = f"{shown} is the model file of {in_line(given)}"
                raise ValueError(f"{said}: write to another file")


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file, or would."""
    with contextlib.suppress(OSError):
        if one.exists() and other.exists():
            return one.samefile(other)
    return one.resolve() == other.resolve()


def _named_by(given: Path) -> Iterator[Path]:
    """The file of the model that a study names; nothing where that cannot be told."""
    if given.is_file():
        with contextlib.suppress(NullclineError, OSError, ValueError, ImportError):
            if found := model_file(read_file(given), given.parent):
                yield found
