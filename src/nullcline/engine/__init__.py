"""Simulation for use: one run of a System, or many parameter points of it at once."""

from __future__ import annotations

from nullcline.engine.points import KINDS, STATUSES, Feature, Points, Swept
from nullcline.engine.single import simulate
from nullcline.system import System
from nullcline.trajectory import Run

SOLVERS = ("auto", "scipy")


def sweep(
    system: System,
    points: Points,
    run: Run,
    *,
    outputs: tuple[str, ...] | None = None,
    trajectories: bool = True,
    features: tuple[Feature, ...] = (),
    after: float = 0.0,
    solver: str = "auto",
    threads: int | None = None,
) -> Swept:
    """Integrate every point over the run and keep samples, features or both.

    `outputs` are the states and auxiliaries to keep (None: all states); `after` is the transient
    that features leave out, in the model's time unit; `threads` are as many as there are cores
    unless given. Raises ModelError for names that the model does not have.
    """
    from nullcline.engine import scipy_loop

    if solver not in SOLVERS:
        raise ValueError(f"{solver!r} is no solver: use one of {', '.join(SOLVERS)}")
    points.checked(system)
    return scipy_loop.sweep(system, points, run, outputs, trajectories, features, after)


__all__ = ["KINDS", "SOLVERS", "STATUSES", "Feature", "Points", "Swept", "simulate", "sweep"]
