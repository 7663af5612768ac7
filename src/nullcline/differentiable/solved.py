"""The solution of a System as a function of its numbers, with derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import diffrax
import jax.numpy as jnp
import numpy as np

from nullcline.breakpoints import with_breaks
from nullcline.differentiable.field import field, initial, named, numbers, quantities
from nullcline.differentiable.precision import require_double
from nullcline.differentiable.solve import Pace, chosen, integrated, sizes
from nullcline.engine import Points
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.system import System
from nullcline.trajectory import SHARE, Run

MODES: dict[str, Callable[[], Any]] = {
    "reverse": diffrax.RecursiveCheckpointAdjoint,
    "forward": diffrax.ForwardMode,
}


def vector_field(system: System) -> Callable[..., Any]:
    """See `nullcline.differentiable.vector_field`."""
    function = field(system)

    def derivatives(t: Any, state: Any, values: Mapping[str, Any] | None = None) -> Any:
        require_double()
        values = _checked(values or {}, [*system.parameters, *system.inputs], system)
        return function(jnp.asarray(t, dtype=float), jnp.asarray(state), numbers(system, values))

    return derivatives


def solution(
    system: System,
    run: Run,
    outputs: tuple[str, ...] | None,
    solver: str,
    mode: str,
    most: int,
) -> Callable[..., Any]:
    """See `nullcline.differentiable.solution`."""
    if mode not in MODES:
        raise ValueError(f"{mode!r} is no mode: use one of {', '.join(MODES)}")
    states = [item.name for item in system.states]
    names = states if outputs is None else list(outputs)
    _checked(dict.fromkeys(names), [*system.states, *system.auxiliaries], system)
    name, share = chosen(solver, run)[0], run.rtol * SHARE if run.atol is None else 0.0
    learned = [found[0] for found in sizes(system, Points({}, {}, 1), run, name)]
    found = with_breaks(system, run)
    breaks = [*found.breaks, *([np.inf] if np.isfinite(found.max_step) else [])]
    right, read = field(system), quantities(system, named(names))
    given = {**run.parameters, **run.inputs, **run.initial}
    quantities_ = [*system.parameters, *system.inputs, *system.states]

    def solved(values: Mapping[str, Any] | None = None) -> Any:
        require_double()
        every = {**given, **_checked(values or {}, quantities_, system)}
        known = numbers(system, {n: v for n, v in every.items() if n not in states})
        times = jnp.asarray(run.times)
        rtol, atol, longest = map(jnp.asarray, (run.rtol, run.atol or 0.0, found.max_step))
        sizes = (share, *map(jnp.asarray, learned))
        pace = Pace(times[-1], rtol, atol, longest, jnp.asarray(breaks, dtype=float), *sizes)
        saved = [
            diffrax.SubSaveAt(ts=times, fn=lambda t, y, args: read(t, y, args[0])),
            diffrax.SubSaveAt(t1=True, fn=lambda t, y, args: t),
        ]
        start = initial(system, every)
        made = integrated(right, name, saved, start, known, pace, MODES[mode](), most)
        reached = times <= made.ys[1][0]
        return jnp.where(reached[:, None], made.ys[0], jnp.nan).T

    return solved


def _checked(values: Mapping[str, Any], items: list[Any], system: System) -> Mapping[str, Any]:
    """The values; raises ModelError for a name that is none of these."""
    known = [item.name for item in items]
    if wrong := [name for name in values if name not in known]:
        raise ModelError(
            Problem(f"{system.name} has no `{name}` to give here{nearest(name, known)}")
            for name in wrong
        )
    return values
