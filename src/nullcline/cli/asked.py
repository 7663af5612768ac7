"""What a run or a sweep on the command line asks for: by its options alone, or by a study file."""

from __future__ import annotations

import argparse
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline.cli.numbers import once
from nullcline.dynamics import Dynamics
from nullcline.sources import read_file
from nullcline.study import is_study, load_study, study_and_model
from nullcline.system import System
from nullcline.trajectory import Run

if TYPE_CHECKING:
    from nullcline.sweep import Request

MOST = 100_000_000
"""The most values of one axis."""


def axis(text: str) -> tuple[str, Any]:
    """`mu=0.1,0.5,1` or `a=0.5:1:5` or `a=0.01:100:5:log`, or an interval `a=0.5:1[:log]`."""
    name, equals, given = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return unicodedata.normalize("NFKC", name.strip()), _values(given)
    except ValueError as error:
        hint = str(error) if isinstance(error, _NotPositiveError) else None
        hint = hint or "write NAME=0.1,0.5,1 or NAME=LOW:HIGH:COUNT"
        raise argparse.ArgumentTypeError(f"{text}: {hint}") from None


class _NotPositiveError(ValueError):
    """Ends of which a logarithmic axis has no logarithm."""


def _no_logarithm(low: float, high: float) -> str:
    """The words for an end that is not above 0, and the cure."""
    word, end = ("start", low) if not low > 0 else ("end", high)
    return f"a logarithmic axis cannot {word} at {end:g}; give an end above 0, or leave out `:log`"


def _values(given: str) -> Any:
    import numpy as np

    parts = given.split(":")
    if len(parts) == 1:
        return [float(part) for part in given.split(",")]
    log = parts[-1] == "log"
    low, high, *count = (float(part) for part in parts[: len(parts) - log])
    if not count:
        if log and not (low > 0 and high > 0):
            raise _NotPositiveError(_no_logarithm(low, high))
        return (low, high, "log") if log else (low, high)
    if len(count) > 1 or not 1 <= count[0] <= MOST or count[0] % 1 or not np.isfinite(low + high):
        raise ValueError
    if log and not (low > 0 and high > 0):
        raise _NotPositiveError(_no_logarithm(low, high))
    return (np.geomspace if log else np.linspace)(low, high, int(count[0]))


@dataclass(frozen=True)
class Simulation:
    """One run of a model: by which solver, and from when on it is shown."""

    model: Dynamics
    system: System
    run: Run
    solver: str
    after: float


def simulation(options: argparse.Namespace) -> Simulation:
    """The run that the options ask for, or that of a study, which they override."""
    from nullcline.sweep import declared

    study, model = study_and_model(options.model)
    found: dict[str, Any] = {"duration": None, "sampling": None}
    found |= {"solver": "auto", "after": 0.0, "rtol": None, "atol": None}
    values: dict[str, float] = {}
    if study is None and options.chosen is not None:
        raise ValueError(f"--run: {options.model} is a model file, not a study")
    if study is not None and (run := declared.run_called(study, options.chosen)) is not None:
        found |= {"duration": run.duration or None, "sampling": run.sampling or None}
        found |= declared.settings(run)
        values = dict(declared.values(run))
    found |= {name: v for name in found if (v := getattr(options, name)) is not None}
    length = found["duration"]
    if length is None:
        raise ValueError("a run needs a --duration, in the model's time unit")
    system = model.system()
    every = length / 1000 if found["sampling"] is None else found["sampling"]
    given = system.sorted_values({**values, **once(options.set)})
    tolerances = {"rtol": found["rtol"] or 1e-9, "atol": found["atol"]}
    asked = Run(length, every, **given, **tolerances)
    if not 0 <= found["after"] < length:
        text = f"what comes after t = {found['after']:g} of {length:g} is asked for"
        raise ValueError(f"--after: {text}; it needs 0 <= after < duration")
    return Simulation(model, system, asked, found["solver"], found["after"])


def read(options: argparse.Namespace) -> tuple[Dynamics, Request]:
    """The model, and what is asked of it by the options or by the study, which they override."""
    from dataclasses import replace

    from nullcline.sweep.axes import pairs
    from nullcline.sweep.declared import request

    document = read_file(options.model)
    if not is_study(document):
        if options.sweep:
            raise ValueError(f"--sweep: {options.model} is a model file, not a study")
        return Dynamics.from_document(document), _asked(options)
    wrong = [f"--{name}" for name in ("over", "zip", "latin", "sobol") if getattr(options, name)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: the axes of a study stand in its file")
    study, model = load_study(document, Path(options.model).parent)
    asked = request(study, options.sweep)
    names = {name for name, _ in options.set}
    values = [pair for pair in pairs(asked.values) if pair[0] not in names]
    changes = _given(options)
    if options.feature:
        changes["features"] = options.feature
    for name in ("duration", "sampling"):
        if getattr(options, name) is not None:
            changes[name] = getattr(options, name)
    return model, replace(asked, values=[*values, *options.set], **changes)


def _asked(options: argparse.Namespace) -> Request:
    """The request that the options make alone."""
    from nullcline.sweep import Request

    if options.duration is None:
        raise ValueError("a model is swept for a --duration, in its time unit")
    given = _given(options)
    if options.zip:
        given["method"] = "zip"
    for name, method in (("latin", "latin_hypercube"), ("sobol", "sobol")):
        if getattr(options, name) is not None:
            given |= {"method": method, "n": getattr(options, name)}
    if given.get("method", "zip") == "zip":
        for name in (name for name, value in options.over if isinstance(value, tuple)):
            hint = "give LOW:HIGH:COUNT, or draw points from it with --sobol N or --latin N"
            raise ValueError(f"--over {name}: an interval is no list of numbers; {hint}")
    shared = (options.over, options.duration, options.sampling, options.feature)
    return Request(*shared, values=options.set, **given)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a request that stand on the command line."""
    found = {"outputs": options.record}
    for name in ("after", "seed", "solver", "machine", "rtol", "atol", "chunk"):
        found[name] = getattr(options, name)
    return {name: value for name, value in found.items() if value is not None}
