"""Folders whose files a program trusts: nobody but its user may write there."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def private(place: Path) -> Path | None:
    """The folder, made if need be, where it can be written, and by this user alone; else None.

    What is read from it may be run, as machine code and pickles are, or believed, as verdicts are.
    """
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError):
        return None
    return place if os.access(place, os.W_OK) and unshared(place) else None


def unshared(place: Path) -> bool:
    """Tell whether a folder is this user's, and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return place.is_dir()
    try:
        found = place.stat()
    except (OSError, ValueError):
        return False
    shared = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not shared
