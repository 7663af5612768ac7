"""A sweep by JAX: points in batches that fit its device, with the engine's own contract."""

from __future__ import annotations

import warnings
from typing import Any

import jax
import numpy as np

from nullcline import tolerances
from nullcline.differentiable.batch import Asked, Batch, Found, compiled
from nullcline.differentiable.grid import CELLS
from nullcline.differentiable.precision import double
from nullcline.differentiable.solve import WORDS, Pace, chosen, sizes
from nullcline.engine import Feature, Points, Swept
from nullcline.engine.pieces import Pieces
from nullcline.errors import ModelError, Problem
from nullcline.system import System
from nullcline.trajectory import SHARE, Array, Run

ALL = 1 << 62
FINEST = 64.0
"""How many cells of the features' grid are wanted between two changes of an input in time."""
FULL = 4.0
"""How many of the longest steps make a period of an input."""
ROOM, CPU_ROOM = 2**28, 2**25
"""About how many bytes of samples and of the features' grid a batch holds; on a CPU, fewer at a
time are faster."""


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
    room: int | None = None,
) -> Swept:
    """As `nullcline.engine.sweep`, on JAX's default device, in batches of at most `room` points.

    Features are read from equally spaced values, CELLS cells of the time after the transient or
    as many as `sampling` makes where that is more. Raises ModelError for a feature that cannot
    be had so, and for names that the model does not have.
    """
    _check(features)
    points.checked(system)
    name, why = chosen(solver, run)
    states = tuple(item.name for item in system.states)
    kept = (states if outputs is None else outputs) if trajectories else ()
    grid = _grid(run, after) if features else np.zeros(0)
    asked = Asked(system, kept, features, name)
    size = min(room or points.count, _room(asked, run, grid))
    with double():
        found = _whole(asked, points, run, grid, max(1, size))
    _warn(found.steps, grid, run)
    return Swept(
        times=run.times,
        values=found.values if trajectories else None,
        features={f.name: found.features[:, i].copy() for i, f in enumerate(features)},
        status=found.status.astype(np.uint8),
        reached=found.reached,
        solver=name,
        reason=f"{WORDS[name]}, {why}; diffrax on {jax.devices()[0]}",
        steps=found.steps.astype(np.int64),
    )


def _check(features: tuple[Feature, ...]) -> None:
    if unable := [feature.name for feature in features if feature.kind == "lyapunov"]:
        text = f"the backend jax cannot measure `{unable[0]}` (lyapunov)"
        raise ModelError([Problem(text, hint="leave the backend out")])


def _check_cells(system: System, pieces: Pieces, grid: Array) -> None:
    """Raise ModelError where an input in time changes faster than features' values can follow."""
    if not len(grid) or not len(pieces.stops):
        return
    inner = np.ones(len(pieces.stops), dtype=bool)
    inner[pieces.first[:-1]] = inner[pieces.first[1:] - 1] = False  # the run's own start and end
    lengths = (pieces.stops - pieces.starts)[inner]
    shortest = min(lengths.min(initial=np.inf), FULL * pieces.longest.min(initial=np.inf))
    cell = float(grid[1] - grid[0])
    if shortest < FINEST * cell:
        text = (
            f"the inputs of {system.name} change within {shortest:.3g}, and the backend jax reads "
            f"features from values {cell:.3g} apart"
        )
        hint = f"give sampling={shortest / FINEST:.2g} or less, or leave the backend out"
        raise ModelError([Problem(text, hint=hint)])


def _room(asked: Asked, run: Run, grid: Array) -> int:
    """The most points of a batch."""
    each = len(run.times) * len(asked.outputs) + len(grid) * len({f.of for f in asked.features})
    most = CPU_ROOM if jax.default_backend() == "cpu" else ROOM
    return max(1, most // (8 * max(1, each)))


def _grid(run: Run, after: float) -> Array:
    """The times that features are read at: an even number of cells."""
    span = run.duration - after
    cells = 2 * int(np.ceil(max(CELLS, span / run.sampling * (1 - 1e-9)) / 2))
    return np.linspace(after, run.times[-1], cells + 1)


def _whole(asked: Asked, points: Points, run: Run, grid: Array, size: int) -> Found:
    """All points; once more where states come to much less than was known of their sizes."""
    known, floors = sizes(asked.system, points, run, asked.solver)
    for _ in range(tolerances.MOST):
        found = _parts(asked, points, run, grid, size, (known, floors))
        wrong = (found.status == 0)[:, None] & (known / tolerances.WITHIN > found.sizes)
        if not wrong.any():
            break
        known = np.where(wrong, found.sizes, known)
    return found


def _parts(
    asked: Asked, points: Points, run: Run, grid: Array, size: int, known: tuple[Array, Array]
) -> Found:
    """All batches, of equal size: JAX compiles anew for another."""
    parts = [
        _part(
            *(asked, points.part(start, start + size), run, grid, size),
            (known[0][start : start + size], known[1][start : start + size]),
        )
        for start in range(0, points.count, size)
    ] or [_nothing(asked, run)]
    return Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _part(
    asked: Asked, points: Points, run: Run, grid: Array, size: int, known: tuple[Array, Array]
) -> Found:
    """One batch, filled up to its size with its first point."""
    pieces = Pieces.of(asked.system, run, points, most=ALL)
    _check_cells(asked.system, pieces, grid)
    every = {**points.parameters, **points.initial}
    own = {name: _filled(np.asarray(values, float), size) for name, values in every.items()}
    given = {**run.parameters, **run.inputs, **run.initial}
    pace = Pace(
        end=np.float64(run.times[-1]),
        rtol=np.float64(run.rtol),
        atol=np.float64(run.atol or 0.0),
        longest=np.float64(np.inf),
        breaks=np.zeros(0),
        share=np.float64(run.rtol * SHARE if run.atol is None else 0.0),
        known=np.zeros(0),
        floors=np.zeros(0),
    )
    common = {name: np.float64(value) for name, value in given.items() if name not in own}
    breaks = _filled(_breaks(pieces, points.count), size)
    longest = _filled(pieces.longest, size)
    sizes_, floors = (_filled(each, size) for each in known)
    batch = Batch(own, breaks, longest, sizes_, floors, common, pace, run.times, grid)
    found: Any = compiled(asked)(batch)
    return Found(*(np.array(each)[: points.count] for each in found))


def _filled(values: Array, size: int) -> Array:
    return np.concatenate([values, np.repeat(values[:1], size - len(values), axis=0)])


def _breaks(pieces: Pieces, count: int) -> Array:
    """The jumps of each point, filled up with infinity to a power of two; one infinity at least
    where the equations depend on the time, for what they do at the end."""
    most = int(np.diff(pieces.first).max(initial=1)) - 1
    width = 1 << (most - 1).bit_length() if most else int(np.isfinite(pieces.longest).any())
    found = np.full((count, width), np.inf)
    for point in range(count if width else 0):
        inside = slice(pieces.first[point], pieces.first[point + 1])
        starts, stops = pieces.starts[inside], pieces.stops[inside]
        found[point, : len(starts) - 1] = (stops[:-1] + starts[1:]) / 2
    return found


def _nothing(asked: Asked, run: Run) -> Found:
    shape = (0, len(run.times), len(asked.outputs))
    empty, sizes = np.zeros(0), np.zeros((0, len(asked.system.states)))
    return Found(np.zeros(shape), np.zeros((0, len(asked.features))), empty, empty, empty, sizes)


def _warn(steps: Array, grid: Array, run: Run) -> None:
    """Say so where points took more steps than the features' grid has cells."""
    if not len(grid):
        return
    cells = run.duration / float(grid[1] - grid[0])
    many = int(np.count_nonzero(steps > cells))
    if many:
        text = (
            f"{many:,} of {len(steps):,} points took more steps than features are read from "
            f"values ({cells:,.0f}): give a finer sampling, or leave the backend out"
        )
        warnings.warn(text, UserWarning, stacklevel=2)
