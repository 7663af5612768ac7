"""A study file: a model with the runs and sweeps that are done with it, each name checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path as FilePath

from nullcline import datamodel, structure
from nullcline.document import Document, Scalar
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Path, Place, Problem
from nullcline.expression import nearest
from nullcline.sources import read_file

SLOTS = frozenset({"model", "runs", "sweeps"})
"""What a study file holds and a model file does not."""

Locate = Callable[[Path], Place]


def is_study(document: Document) -> bool:
    """Whether a document is a study rather than a model."""
    return isinstance(document.value, dict) and not SLOTS.isdisjoint(document.value)


def model_of(path: str | FilePath) -> Dynamics:
    """The model that a file declares, or that of a study; raises ModelError with every problem."""
    return study_and_model(path)[1]


def model_file(document: Document, folder: FilePath) -> FilePath | None:
    """The file of the model that a study names, by a path relative to `folder`, if it names one."""
    named = document.value.get("model") if isinstance(document.value, dict) else None
    return folder / named.raw if isinstance(named, Scalar) else None


def study_and_model(path: str | FilePath) -> tuple[datamodel.Study | None, Dynamics]:
    """What a file declares: a model, or a study (None otherwise) and its model.

    Raises ModelError with every problem.
    """
    document = read_file(path)
    if is_study(document):
        return load_study(document, FilePath(path).parent)
    return None, Dynamics.from_document(document)


def load_study(document: Document, folder: FilePath) -> tuple[datamodel.Study, Dynamics]:
    """A study and its model, whose path is relative to `folder`.

    Raises ModelError with every problem of the study, or of its model.
    """
    study = structure.load(datamodel.Study, document)
    if isinstance(study.model, str):
        model = Dynamics.from_file(folder / study.model)
    elif study.model is None:
        raise ModelError([Problem("the study has no model", document.place(()), "give one")])
    else:

        def inside(path: Path, key: bool = False) -> Place:
            return document.place(("model", *path), key)

        model = Dynamics.adopted(study.model, inside)
    if problems := list(_problems(study, model, lambda path: document.place(path, key=True))):
        raise ModelError(problems)
    return study, model


def _problems(study: datamodel.Study, model: Dynamics, locate: Locate) -> Iterator[Problem]:
    numbers = {*model.parameters, *model.coupling_inputs, *model.state_variables}
    variables = {*model.state_variables, *model.derived_variables}
    for name, run in study.runs.items():
        for slot, known in (("parameters", numbers), ("initial_values", {*model.state_variables})):
            for changed in getattr(run, slot):
                if changed not in known:
                    yield _unknown(changed, known, locate(("runs", name, slot, changed)))
    for name, sweep in study.sweeps.items():
        if sweep.run is not None and sweep.run not in study.runs:
            yield _unknown(sweep.run, set(study.runs), locate(("sweeps", name, "run")), "run")
        for axis in sweep.axes:
            if axis not in numbers:
                yield _unknown(axis, numbers, locate(("sweeps", name, "axes", axis)))
        for index, output in enumerate(sweep.outputs):
            if output not in variables:
                place = locate(("sweeps", name, "outputs", index))
                yield _unknown(output, variables, place, "variable")


def _unknown(name: str, known: set[str], place: Place, what: str = "number") -> Problem:
    return Problem(f"there is no {what} called `{name}`{nearest(name, known)}", place)
