"""Nullcline: declare a dynamical model once; export, sweep and prove every form of it.

PYTEST_DONT_REWRITE: the package is also a plugin of pytest, and has no assertions for it.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nullcline import library as library
    from nullcline import plot as plot
    from nullcline import pyrates as pyrates
    from nullcline.dynamics import Dynamics
    from nullcline.errors import (
        ExpressionError,
        ModelError,
        NullclineError,
        Place,
        Problem,
        SimulationError,
        Unsupported,
    )
    from nullcline.result import RunStopped, Trajectory
    from nullcline.system import System
    from nullcline.trajectory import Run

__version__ = "0.1.0"

__all__ = [
    "Dynamics",
    "ExpressionError",
    "ModelError",
    "NullclineError",
    "Place",
    "Problem",
    "Run",
    "RunStopped",
    "SimulationError",
    "System",
    "Trajectory",
    "Unsupported",
    "__version__",
]

SHOWN = ("library", "plot", "pyrates")
"""The modules that users call, which are attributes without an import of their own."""

_HOMES = {
    **{"Dynamics": "dynamics", "System": "system"},
    **{"Run": "trajectory", "Trajectory": "result", "RunStopped": "result"},
}
"""The module of each name that is not an error's: loaded when it is first asked for, because a
program that needs no equation (`nullcline --help`, files known to be valid) starts three times
as fast without NumPy."""


if not TYPE_CHECKING:  # a type checker knows the names above, and tells a misspelt one

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            if name.startswith("_") or find_spec(f"{__name__}.{name}") is None:
                raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
            return import_module(f"{__name__}.{name}")
        found = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*__all__, *SHOWN})
