"""Everything of the engine that numba compiles, compiled once by sweeps of next to nothing."""

from __future__ import annotations

import os

import numpy as np

from nullcline.engine.points import Feature, Points
from nullcline.engine.register import LANES, NARROW
from nullcline.expression import Symbol
from nullcline.system import Definition, Quantity, System
from nullcline.trajectory import Run

SMALLEST = System(
    name="smallest",
    parameters=(),
    constants=(),
    inputs=(),
    states=(Quantity("x", 1.0),),
    auxiliaries=(Definition("y", Symbol("x")),),
    derivatives=(Definition("x", Symbol("x")),),
)


def compile_all(first: int = LANES) -> None:
    """Compile what is not on disk yet, beginning with lanes for so many points.

    That is what somebody may be waiting for; the rest is done at a low priority.
    """
    from nullcline.engine import sweep

    run, measured = Run(1e-3, 1e-3), (Feature("x", "final", Symbol("x")),)

    def tiny(count: int, solver: str, output: str, features: tuple[Feature, ...] = ()) -> None:
        points = Points({}, {"x": np.ones(count)}, count)
        options = {"outputs": (output,), "features": features, "machine": "register"}
        sweep(SMALLEST, points, run, solver=solver, threads=1, **options)  # type: ignore[arg-type]

    tiny(first, "dp5", "x")
    if hasattr(os, "nice"):
        os.nice(10)
    tiny(NARROW + LANES - first, "dp5", "x")
    tiny(1, "dp5", "y")
    tiny(1, "rodas", "x")
    tiny(1, "rodas", "x", measured)
