"""Compiled code on disk: a file for each, named by what it was made from, the oldest removed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from nullcline.computer import cache_folder
from nullcline.host.folders import private

LARGEST = 64 * 2**20
"""Bytes of all files together, from which on the ones not used for longest are removed."""
SUFFIX = ".kernel"
DIGEST = hashlib.sha256().digest_size


def folder() -> Path | None:
    """Where files are kept: made if need be; None where nothing can be written, or where others
    could write too, since what is read from there is run."""
    return private(_place())


def _place() -> Path:
    if own := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(own) / "nullcline-kernels"
    return cache_folder() / "kernels"


def read(key: str) -> bytes | None:
    """What was kept under a key; None where there is nothing, or not all of it."""
    place = folder()
    if place is None:
        return None
    path = place / (key + SUFFIX)
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    digest, content = whole[:DIGEST], whole[DIGEST:]
    with contextlib.suppress(OSError):
        if digest != _digest(key, content):
            path.unlink()
            return None
        os.utime(path)
    return content if digest == _digest(key, content) else None


def write(key: str, content: bytes) -> bool:
    """Keep something under a key, if that can be done: whole, or not at all."""
    place = folder()
    if place is None:
        return False
    try:
        number, name = tempfile.mkstemp(dir=place, prefix=key[:16], suffix=".part")
    except OSError:
        return False
    try:
        with os.fdopen(number, "wb") as file:
            file.write(_digest(key, content) + content)
        os.replace(name, place / (key + SUFFIX))
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        return False
    _trim(place)
    return True


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).digest()


def _trim(place: Path) -> None:
    """Remove what was not used for longest until all together is small enough again."""
    found = []
    for path in place.iterdir():
        with contextlib.suppress(OSError):
            known = path.stat()
            found.append((known.st_mtime, known.st_size, path))
    total = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if total <= LARGEST:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            total -= size
