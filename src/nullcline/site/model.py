"""A model file as read for a site: the model, its System, its run, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from nullcline import structure
from nullcline.conformance.plan import Plan
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Unsupported
from nullcline.report.page import clean
from nullcline.sources import FORMATS, read_file, yaml
from nullcline.study import is_study, load_study
from nullcline.suite.model import plan_of
from nullcline.system import System


@dataclass(frozen=True)
class Loaded:
    """One file. `system` is missing, with `reason`, where the model cannot be run as it stands.

    `text` is the file in YAML.
    `model` is missing, with `problems`, where the file holds none; `inputs` are the hashes of
    what was read, by path from the folder of the file; `study` is the name of a study.
    """

    text: str
    inputs: dict[str, str]
    model: Dynamics | None = None
    study: str = ""
    system: System | Unsupported | None = None
    reason: str = ""
    plan: Plan = field(default_factory=Plan)
    problems: tuple[str, ...] = ()


def load(path: Path, shown: str) -> Loaded:
    """What a file holds; never raises for it. Places are told by the path that is shown."""
    text, inputs = "", {path.name: mark(path)}
    try:
        document = read_file(path)
        as_yaml = path.suffix.lower() not in FORMATS
        text = path.read_bytes().decode("utf-8", "replace") if as_yaml else ""
        if not is_study(document):
            model = Dynamics.from_document(document)
            return _model(text or yaml.write(model.to_dict()), inputs, model)
        study, model = load_study(document, path.parent)
        text = text or yaml.write(structure.dump(study))
        if isinstance(study.model, str):
            inputs[study.model] = mark(path.parent / study.model)
        found = _model(text, inputs, model, clean(study.name))
        if not isinstance(found.system, System):
            return found
        plan = plan_of(study, found.system)
        return Loaded(text, inputs, model, found.study, found.system, plan=plan)
    except OSError as error:
        return Loaded("", inputs, problems=(f"{shown}: {error.strerror}",))
    except (ModelError, Unsupported) as error:
        told = str(error).replace(str(path), shown).replace(f"{path.parent}/", "")
        return Loaded(text, inputs, problems=tuple(map(clean, told.splitlines())))


def _model(text: str, inputs: dict[str, str], model: Dynamics, study: str = "") -> Loaded:
    try:
        return Loaded(text, inputs, model, study, model.system())
    except Unsupported as error:
        return Loaded(text, inputs, model, study, error, str(error))
    except ModelError as error:
        reason = "; ".join(problem.message for problem in error.problems)
        return Loaded(text, inputs, model, study, None, reason)


def mark(path: Path) -> str:
    """The hash of a file, or nothing where it cannot be read."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
