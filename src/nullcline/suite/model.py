"""A model file as a row of the matrix: its System and its run, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nullcline import datamodel
from nullcline.conformance.plan import Plan
from nullcline.errors import ModelError, Unsupported, unexpected
from nullcline.study import study_and_model
from nullcline.system import System


@dataclass(frozen=True)
class Model:
    """One file: `system` where it holds a model that Nullcline can express.

    Otherwise `problems` says what is wrong, a sentence each, or `unsupported` what it cannot say.
    """

    path: str
    name: str = ""
    system: System | None = None
    plan: Plan = field(default_factory=Plan)
    problems: tuple[str, ...] = ()
    unsupported: Unsupported | None = None

    @property
    def valid(self) -> bool:
        """Whether the file holds a model at all."""
        return not self.problems


def read_model(path: Path) -> Model:
    """The model of a file, or of a study with its first run; never raises for what it holds."""
    name = ""
    try:
        study, model = study_and_model(path)
        name = model.name
        system = model.system()
    except Unsupported as error:
        return Model(str(path), name, unsupported=error)
    except ModelError as error:
        return Model(str(path), name, problems=tuple(str(error).split("\n")))
    except Exception as error:  # of one file, which must not end the work on the others
        return Model(str(path), name, problems=(str(unexpected(error, str(path))),))
    return Model(str(path), name, system, plan_of(study, system))


def plan_of(study: datamodel.Study | None, system: System) -> Plan:
    """What the first run of a study says that has a meaning for the model alone."""
    if study is None or not study.runs:
        return Plan()
    name, run = next(iter(study.runs.items()))
    given = {**run.parameters, **run.initial_values}
    values = {key: item.value for key, item in given.items() if item.value is not None}
    sorted_values = system.sorted_values(values)
    chosen_by = f"run {name} of the study"
    return Plan(run.duration or None, run.sampling, **sorted_values, chosen_by=chosen_by)
