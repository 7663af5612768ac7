"""Sweeps: one declaration over any number of axes, run in chunks, as an xarray.Dataset."""

from __future__ import annotations

import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline.errors import ModelError, Problem
from nullcline.sweep.arrays import Arrays
from nullcline.sweep.backends import backend as chosen
from nullcline.sweep.bar import Bar, Progress
from nullcline.sweep.dataset import Layout, layout
from nullcline.sweep.files import SUFFIXES, write
from nullcline.sweep.grid_search import to_grid_search
from nullcline.sweep.plan import Plan
from nullcline.sweep.request import Request
from nullcline.system import System

if TYPE_CHECKING:
    import xarray as xr

    from nullcline.sweep.store import Store

__all__ = ["Request", "SweepInterrupted", "sweep", "to_grid_search"]


class SweepInterrupted(UserWarning):
    """A sweep that was stopped by Ctrl-C; what was done is kept."""


def sweep(
    system: System,
    request: Request,
    *,
    backend: Any = None,
    progress: Progress | bool | None = None,
    out: str | Path | None = None,
    resume: bool = False,
) -> xr.Dataset:
    """Do what a Request asks of a System; see `Dynamics.sweep`."""
    run = chosen(backend)
    path = None if out is None else Path(out)
    _check_file(path, resume)
    plan = request.plan(system, path, run.engine, run.solvers)
    # what may be gone on with, or is done by many processes, must not depend on what is compiled
    kept = path is not None and path.suffix == ".zarr"
    plan = replace(plan, exact=kept or run.exact)
    found = _sink(layout(plan), path, resume)
    plan = found.layout.plan
    todo = [chunk for chunk in plan.chunks if not found.whole(chunk)]
    done = plan.design.count - sum(chunk.stop - chunk.start for chunk in todo)
    with _shown(progress, system.name, done) as told:
        try:
            for chunk, swept in run.results(plan, todo):
                found.write(chunk, swept)
                done += chunk.stop - chunk.start
                told(done, plan.design.count)
        except KeyboardInterrupt:
            warnings.warn(_interrupted(plan, done, path), SweepInterrupted, stacklevel=3)
    dataset = found.dataset()
    if path is not None and path.suffix != ".zarr":
        write(dataset, path)
    return dataset


def _check_file(path: Path | None, resume: bool) -> None:
    """Everything that can be wrong with where the result goes."""
    if path is None:
        if resume:
            text = "there is nothing to resume without a file"
            raise ModelError([Problem(text, hint='give out="sweep.zarr"')])
        return
    problems = []
    if path.suffix not in SUFFIXES:
        problems.append(Problem(f"{path}: a sweep is written as {', '.join(SUFFIXES)}"))
    elif resume and path.suffix != ".zarr":
        text = f"{path} cannot be resumed: only a .zarr file is written bit by bit"
        problems.append(Problem(text))
    elif path.exists() and not resume:
        hint = "resume it, remove it, or give another file"
        hint = hint if path.suffix == ".zarr" else "remove it, or give another file"
        problems.append(Problem(f"{path} exists", hint=hint))
    elif not path.resolve().parent.is_dir():
        text = f"{path} cannot be written: there is no folder {path.resolve().parent}"
        problems.append(Problem(text))
    if problems:
        raise ModelError(problems)


def _sink(shape: Layout, path: Path | None, resume: bool) -> Arrays | Store:
    if path is None or path.suffix != ".zarr":
        return Arrays(shape)
    from nullcline.sweep import store

    return store.resumed(path, shape) if path.exists() else store.create(path, shape)


def _shown(
    progress: Progress | bool | None, name: str, already: int
) -> AbstractContextManager[Progress]:
    if progress is None or progress is True:
        return Bar(f"sweeping {name}", already)
    return nullcontext(progress if callable(progress) else lambda done, count: None)


def _interrupted(plan: Plan, done: int, path: Path | None) -> str:
    text = f"the sweep was interrupted: {done:,} of {plan.design.count:,} points are done"
    if path is not None and path.suffix == ".zarr":
        return f"{text} and kept in {path}; the same call with resume=True goes on from there"
    return f"{text}; give out= a .zarr file to be able to go on from there"
