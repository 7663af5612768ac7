"""Nullcline: declare a dynamical model once; export, sweep and prove every form of it.

PYTEST_DONT_REWRITE: the package is also a plugin of pytest, and has no assertions for it.
"""

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
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory

__version__ = "0.1.0"

__all__ = [
    "Dynamics",
    "ExpressionError",
    "ModelError",
    "NullclineError",
    "Place",
    "Problem",
    "Run",
    "SimulationError",
    "System",
    "Trajectory",
    "Unsupported",
    "__version__",
]
