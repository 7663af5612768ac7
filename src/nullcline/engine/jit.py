"""How the engine's own functions are compiled: once, kept on disk where that can be written."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.options import DefaultOptions

from nullcline.engine.parts import PIPELINE
from nullcline.host.folders import unshared

F = TypeVar("F", bound=Callable[..., Any])

njit: Any = numba.njit
UNCOUNTED = {"_nrt": False} if hasattr(DefaultOptions, "_nrt") else {}
"""An undocumented option of numba; without it all works, but slower."""

OPTIONS = {"nogil": True, "error_model": "numpy", **UNCOUNTED}
"""Division by zero gives infinity; nothing is rearranged: NaN and infinity keep their meaning, and
vectors of any width are rounded alike. No function makes an array, so none counts references,
which would take longer than the arithmetic."""
PART = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **PIPELINE}


def inner(function: F) -> F:
    """A function that is compiled as part of those that call it."""
    compiled: F = njit(**PART, **OPTIONS)(function)
    return compiled


def alone(function: F) -> F:
    """As `inner`, for one point at a time: a product and a sum may become one instruction."""
    compiled: F = njit(fastmath={"contract"}, **PART, **OPTIONS)(function)
    return compiled


def within(function: F) -> F:
    """A function that is always made part of its caller: the arrays that it is given, hundreds of
    words, would take longer to hand over than it takes itself."""
    compiled: F = njit(forceinline=True, **PART, **OPTIONS)(function)
    return compiled


def outer(function: F) -> F:
    """A function that is compiled once and kept on disk; in memory alone where no folder can be
    written, or where others could write too: numba keeps pickles, which run when they are read."""
    try:
        compiled: F = njit(cache=True, **OPTIONS)(function)
    except RuntimeError:
        return cast(F, njit(**OPTIONS)(function))
    return compiled if trusted(compiled) else cast(F, njit(**OPTIONS)(function))


def trusted(compiled: Any) -> bool:
    """Whether only those can write to the folder of a function's code who own the package or this
    process.

    Beside the sources it is as safe as these are, which Python runs as well.
    """
    path = getattr(getattr(compiled, "_cache", None), "cache_path", None)
    if path is None:
        return False
    place, sources = Path(path), Path(__file__).resolve().parent
    if place.resolve().is_relative_to(sources):
        return True
    with contextlib.suppress(OSError):
        if not any(place.iterdir()):  # made by numba just now, as the user's umask has it
            place.chmod(0o700)
    return unshared(place)


def stamp() -> int:
    """A number that changes with any source file of the engine.

    A compiled function that has it in its closure is compiled anew when another file changed.
    """
    files = sorted(Path(__file__).parent.glob("*.py"))
    return zlib.crc32(b"".join(path.read_bytes() for path in files))
