"""Simulation for use: one run of a System, or many parameter points of it at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nullcline.engine import lyapunov, single
from nullcline.engine.choice import MACHINES
from nullcline.engine.points import KINDS, STATUSES, Feature, Points, Swept
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory

SOLVERS = ("auto", "dp5", "dop853", "rodas", "scipy")
TERMS = {
    "dp5": "KISAO:0000087",
    "dop853": "KISAO:0000436",
    "rodas": "KISAO:0000033",
    "scipy": "KISAO:0000436",
}
"""The term of the Kinetic Simulation Algorithm Ontology for each method."""


def simulate(
    system: System,
    run: Run,
    progress: Callable[[float], None] = lambda share: None,
    solver: str = "auto",
) -> Trajectory:
    """One run: by SciPy's solvers ("auto", "scipy"), or by a solver of sweeps.

    A run that ends before its time has that as its status and holds what was computed so far.
    Raises ModelError for a solver that there is not.
    """
    if solver not in SOLVERS:
        raise ModelError([no_solver(solver)])
    if solver in ("auto", "scipy"):
        return single.simulate(system, run, progress)
    from nullcline.engine import one_lane

    return one_lane.simulate(system, run, solver)


def no_solver(solver: str, solvers: Sequence[str] = SOLVERS) -> Problem:
    """A solver that is not there, with the nearest that is."""
    text = f"there is no solver `{solver}`{nearest(str(solver), solvers)}"
    return Problem(text, hint=f"use one of {', '.join(solvers)}")


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
    machine: str = "auto",
    exact: bool = False,
) -> Swept:
    """Integrate every point over the run and keep samples, features or both.

    `outputs` are the states and auxiliaries to keep (None: all states); `after` is the transient
    that features leave out, in the model's time unit; `threads` are as many as there are cores
    unless given; `machine` is one of MACHINES. With "auto" and nothing compiled yet, NumPy runs
    what is done sooner than the engine is compiled (see NULLCLINE_COMPILE); `exact` waits, for the
    same bits always. Raises ModelError for names that the model does not have.
    """
    _check(run, after, solver, threads, machine)
    points.checked(system)
    names = _checked(system, outputs)

    def over(system: System, features: tuple[Feature, ...], trajectories: bool) -> Swept:
        from nullcline.engine.fast import Sweep

        kept = names if trajectories else None
        asked = Sweep(system, run, kept, features, after, solver, threads, machine, exact)
        if solver == "scipy":
            from nullcline.engine import scipy_loop

            return scipy_loop.sweep(asked, points)
        return asked.over(points)

    if any(feature.kind == lyapunov.KIND for feature in features):
        return lyapunov.with_exponents(over, system, features, trajectories)
    return over(system, features, trajectories)


def _check(run: Run, after: float, solver: str, threads: int | None, machine: str) -> None:
    """Raises ValueError for what is wrong whatever the model."""
    if solver not in SOLVERS:
        raise ValueError(str(no_solver(solver)))
    if machine not in MACHINES:
        raise ValueError(f"{machine!r} is no machine: use one of {', '.join(MACHINES)}")
    if not 0 <= after < run.duration:
        raise ValueError(f"after = {after:g} leaves nothing of a run of {run.duration:g}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads = {threads}: use at least 1, or None for all cores")


def _checked(system: System, outputs: tuple[str, ...] | None) -> tuple[str, ...]:
    """The outputs; raises ModelError for those that are neither states nor auxiliaries."""
    known = {item.name: item for item in system.states + system.auxiliaries}
    names = tuple(item.name for item in system.states) if outputs is None else outputs
    if wrong := [name for name in names if name not in known]:
        raise ModelError(
            Problem(f"{system.name} has no variable called `{name}`{nearest(name, known)}")
            for name in wrong
        )
    return names


__all__ = [
    "KINDS",
    "MACHINES",
    "SOLVERS",
    "STATUSES",
    "TERMS",
    "Feature",
    "Points",
    "Swept",
    "simulate",
    "sweep",
]
