"""The engine's own source run by Python: its compiled functions as they stand in their files, over
NumPy's vectors, and array forms of the few that take most of the time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import FunctionType
from typing import Any

from numba.core.dispatcher import Dispatcher

from nullcline.engine import explicit as compiled
from nullcline.engine.rows import EXPLICIT, STIFF
from nullcline.engine.vectors import VECTORS


@lru_cache
def explicit() -> Callable[..., int]:
    """`explicit.integrate`, uncompiled; it takes a Work whose `blocks` is its number of lanes."""
    return transcribed(compiled.integrate, {**VECTORS, **EXPLICIT})


@lru_cache
def stiff() -> Callable[..., int]:
    """`rodas.integrate`, uncompiled, in the same way."""
    from nullcline.engine import rodas

    return transcribed(rodas.integrate, {**VECTORS, **STIFF})


def transcribed(function: Any, forms: Mapping[str, Callable[..., Any]]) -> Callable[..., int]:
    """The Python function of a compiled one, calling such functions too; `forms` take the place of
    what has their names."""
    spaces: dict[str, dict[str, Any]] = {}

    def plain(function: Any) -> Any:
        python = function.py_func
        if python.__module__ not in spaces:
            spaces[python.__module__] = space = dict(vars(sys.modules[python.__module__]))
            for name, value in space.items():
                if name in forms:
                    space[name] = forms[name]
                elif isinstance(value, Dispatcher):
                    space[name] = plain(value)
        return FunctionType(
            python.__code__,
            spaces[python.__module__],
            python.__name__,
            python.__defaults__,
            python.__closure__,
        )

    found: Callable[..., int] = plain(function)
    return found
