"""Files that are replaced whole: a write that fails leaves what was there before."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_SUFFIX = 40
"""Characters of a suffix that a file under way keeps: what writes it may go by the suffix."""


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A file to write, which takes the place of `path` once it is whole.

    It stands in the same folder and has the same suffix. What a link leads to is replaced, not the
    link, and the mode of an older file is kept. A pipe or a device is written to as it is. Raises
    OSError that names `path`, whatever step failed.
    """
    given = Path(path)
    with naming(given):
        if given.exists() and not given.is_file():
            yield given
            return
        target = given.resolve()
        part = target.with_name(f".nullcline-{secrets.token_hex(6)}{given.suffix[:LONGEST_SUFFIX]}")
        try:
            _refuse_protected(target)
            yield part
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def write_bytes(path: str | Path, data: bytes) -> None:
    """Replace a file whole by these bytes; raises OSError that names it."""
    with replacing(path) as part:
        part.write_bytes(data)


def write_text(path: str | Path, text: str, errors: str = "strict") -> None:
    """Replace a file whole by a text in UTF-8, its line breaks as they are."""
    write_bytes(path, text.encode("utf-8", errors))


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name this file in every OSError: the system names none, or one that the user never saw."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno is None:  # not of the system, but a sentence of a library
            raise OSError(errno.EIO, str(error) or "it cannot be written", str(path)) from error
        raise OSError(error.errno, error.strerror, str(path)) from error


def _refuse_protected(target: Path) -> None:
    """Raise PermissionError for a file that its owner made read-only: a new one would hide it."""
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
