"""Nullcline: declare a dynamical model once; export, sweep and prove every form of it."""

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
