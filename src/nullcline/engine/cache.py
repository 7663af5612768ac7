# mypy: disable-error-code="no-untyped-call"
"""Whether a function of the engine is compiled already: in this process, or on disk."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

INTERNALS = ("_cache", "overloads", "targetctx", "typeof_pyval", "add_overload")
"""What is read of numba's functions, none of it documented; without it nothing counts as there."""


def there(function: Any, arguments: tuple[Any, ...]) -> bool:
    """Whether a call with such arguments compiles nothing; what is on disk is loaded for it.

    Numba's cache tells by the types of the arguments, the processor, and the dates of the files.
    """
    if not all(hasattr(function, name) for name in INTERNALS):
        return False
    kinds = tuple(function.typeof_pyval(argument) for argument in arguments)
    if kinds in function.overloads:
        return True
    module = function.py_func.__module__.rpartition(".")[2]
    place = folder(function)
    if place is None or not any(place.glob(f"{module}.*.nbi")):
        return False  # known in no time; what follows takes numba some tenths of a second
    try:
        found = function._cache.load_overload(kinds, function.targetctx)
    except Exception:  # whatever pickle raises of a damaged file
        forget(function)
        return False
    if found is None:
        return False
    function.targetctx.insert_user_function(found.entry_point, found.fndesc, [found.library])
    function.add_overload(found)
    return True


def forget(function: Any) -> None:
    """Empty a damaged cache, if that can be done."""
    with contextlib.suppress(OSError):
        function._cache.flush()


def folder(function: Any) -> Path | None:
    """Where the compiled code of a function is kept, None where it cannot be."""
    path = getattr(getattr(function, "_cache", None), "cache_path", None)
    if not path:
        return None
    try:
        os.makedirs(path, exist_ok=True)
    except OSError:
        return None
    return Path(path) if os.access(path, os.W_OK) else None
