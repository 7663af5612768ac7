"""What an export target is, and which there are: one file in this folder each."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from nullcline.expression import nearest
from nullcline.suffixes import YAML, refuse
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory

GROUP = "nullcline.targets"
OWN = "nullcline"
"""The name of our own format, where others are those of targets."""

ALIKE = ((".yaml", ".yml"), (".xml", ".sbml"), (".c", ".h"))
"""Suffixes of one format each."""

Field = Callable[[float, Any, Mapping[str, Any]], Any]
"""f(t, state, parameters) -> the derivatives; state has the shape (states,)."""


def _same_names(system: System) -> dict[str, str]:
    return {name: name for name in system.names}


@dataclass(frozen=True)
class Target:
    """A form in which a model leaves Nullcline, and how that very text is run in its engine."""

    name: str
    title: str
    media_type: str
    suffix: str
    """Of the files that we name; a user may take any of `suffixes`."""
    export: Callable[[System], str]
    simulate: Callable[[str, System, Run], Trajectory]
    vector_field: Callable[[str, System], Field] | None = None
    names: Callable[[System], dict[str, str]] = _same_names
    requires: tuple[str, ...] = ()
    reserved: frozenset[str] = field(default_factory=frozenset)
    tolerance: float = 1e-6
    written: Callable[[str], None] | None = None
    """Called with the path of a file after its text was written there."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes that promise a text of this kind: our own and those of the same format."""
        return next((known for known in ALIKE if self.suffix in known), (self.suffix,))

    def announce(self, path: str) -> None:
        """Tell the engine that a file was written, so that it forgets what it knew of it."""
        if self.written is not None:
            self.written(path)

    def missing(self) -> tuple[str, ...]:
        """The modules or commands that the engine needs and this machine lacks."""
        return tuple(
            name
            for name in self.requires
            if importlib.util.find_spec(name) is None and shutil.which(name) is None
        )


def all_targets() -> dict[str, Target]:
    """Every target by name: the files of this folder, then those that other packages add.

    One that cannot be loaded is left out; `broken_targets` says why.
    """
    return _scan()[0]


def broken_targets() -> dict[str, str]:
    """A sentence for each target that cannot be loaded, by the name of its file or entry point."""
    return _scan()[1]


def _scan() -> tuple[dict[str, Target], dict[str, str]]:
    """The targets by name, and why others cannot be loaded."""

    def own(module: str) -> Any:
        return getattr(importlib.import_module(f"{__name__}.{module}"), "TARGET", None)

    names = [module.name for module in pkgutil.iter_modules(__path__)]
    loads: list[tuple[str, Callable[[], Any]]] = [(name, partial(own, name)) for name in names]
    loads += [(entry.name, entry.load) for entry in entry_points(group=GROUP)]
    found: dict[str, Target] = {}
    broken: dict[str, str] = {}
    for name, load in loads:
        try:
            target = load()
        except (Exception, SystemExit) as error:  # whatever the file of somebody else does
            said = " ".join(str(error).split())[:200]
            broken[name] = f"it cannot be loaded: {type(error).__name__}: {said}"
            continue
        if isinstance(target, Target):
            found[target.name] = target
        elif target is not None:
            broken[name] = "it is no Target"
    return found, broken


def get_target(name: str) -> Target:
    """The target of that name; raises ValueError with the nearest name there is."""
    targets, broken = _scan()
    if name not in targets and name in broken:
        raise ValueError(f"the target `{name}`: {broken[name]}")
    if name not in targets:
        known = ", ".join(sorted(targets))
        raise ValueError(
            f"there is no target `{name}`{nearest(name, targets)} (there are: {known})"
        )
    return targets[name]


def refuse_export(output: str | Path, format: str) -> None:
    """Raise ValueError where the suffix of a file promises another format than the export's."""
    if format == OWN:
        refuse(output, YAML, "our own YAML")
    else:
        refuse(output, get_target(format).suffixes, f"the export `{format}`")
