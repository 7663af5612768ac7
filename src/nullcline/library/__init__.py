"""The model library: models of the field, each proved in every target, by name."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest

__all__ = ["folder", "load", "names", "text", "titles"]

SUFFIX = ".yaml"


def folder() -> Path:
    """The folder that holds the model files."""
    return Path(str(files("nullcline") / "library"))


def names() -> tuple[str, ...]:
    """The name of every model, sorted."""
    return tuple(sorted(path.stem for path in folder().glob(f"*{SUFFIX}")))


def titles() -> dict[str, str]:
    """Each model's name with its label, a line in words."""
    models = {name: load(name) for name in names()}
    return {name: model.label or model.name for name, model in models.items()}


def text(name: str) -> str:
    """The YAML of a model; raises ModelError for an unknown name, with the nearest there is."""
    known = names()
    if name not in known:
        said = f"there is no model `{name}` in the library{nearest(name, known)}"
        raise ModelError([Problem(said, hint="`nullcline library` lists them")])
    return (folder() / f"{name}{SUFFIX}").read_text(encoding="utf-8")


def load(name: str) -> Dynamics:
    """A model of the library, `load("hodgkin_huxley")`; raises ModelError for an unknown name."""
    return Dynamics.from_yaml(text(name))
