"""What a study does with its model, run by run and sweep by sweep, as far as SED-ML can say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nullcline import datamodel
from nullcline.system import System
from nullcline.trajectory import Array, Run

MOST_POINTS = 10_000
"""A sweep of more points is not written out point by point."""

SOLVER = "DOP853"
RELATIVE = 1e-6
SAMPLES = 1000
"""What a run is simulated with, and how often it is sampled, where its study does not say."""

LEFT_OUT = "left out of the SED-ML file"


@dataclass(frozen=True)
class Experiment:
    """A run, repeated at each of the `points` (values by name, shape (points,)) if there are any.

    `solver` is the IRI of the method in KiSAO, `outputs` are the variables that are reported.
    """

    name: str
    run: Run
    solver: str
    outputs: tuple[str, ...]
    points: Mapping[str, Array] = field(default_factory=dict)


def experiments(study: datamodel.Study, system: System) -> tuple[list[Experiment], list[str]]:
    """The runs and sweeps of a study, and a sentence on whatever SED-ML cannot express of it.

    Raises ModelError for what cannot be run.
    """
    said: list[Experiment] = []
    left_out: list[str] = []
    for what, experiment in [*_runs(study, system), *_sweeps(study, system, left_out)]:
        run, steps = experiment.run, len(experiment.run.times) - 1
        if abs(steps * run.sampling - run.duration) > 1e-9 * run.duration:
            reason = f"{run.duration:g} is no whole number of samples of {run.sampling:g}"
            left_out.append(f"{what} is {LEFT_OUT}: {reason}")
        else:
            said.append(experiment)
    return said, left_out


def _runs(study: datamodel.Study, system: System) -> Iterator[tuple[str, Experiment]]:
    names = tuple(item.name for item in system.states)
    for name, run in study.runs.items():
        if not run.duration:
            continue
        given = {**run.parameters, **run.initial_values}
        values = {key: item.value for key, item in given.items() if item.value is not None}
        simulated = Run(
            run.duration,
            run.sampling or run.duration / SAMPLES,
            **system.sorted_values(values),
            rtol=run.relative_tolerance or RELATIVE,
            atol=run.absolute_tolerance,
        )
        yield f"the run {name}", Experiment(name, simulated, _solver(run), names)


def _sweeps(
    study: datamodel.Study, system: System, left_out: list[str]
) -> Iterator[tuple[str, Experiment]]:
    from nullcline.sweep.declared import request

    for name, sweep in study.sweeps.items():
        what, plan = f"the sweep {name}", request(study, name).plan(system)
        if plan.measures:
            listed = ", ".join(sweep.features)
            left_out.append(f"{what} has features ({listed}), which are {LEFT_OUT}")
        if plan.design.count > MOST_POINTS:
            left_out.append(f"{what} is {LEFT_OUT}: it has more than {MOST_POINTS:,} points")
            continue
        points = plan.design.part(0, plan.design.count)
        declared = study.runs[sweep.run or next(iter(study.runs))]
        yield what, Experiment(name, plan.run, _solver(declared), plan.outputs, points)


def _solver(run: datamodel.Run) -> str:
    return datamodel.MEANINGS["Solver"][run.solver or SOLVER]
