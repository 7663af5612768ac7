"""One point of a System from its start to its end, by diffrax."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import diffrax
import jax.numpy as jnp
from jax import lax

from nullcline.breakpoints import GAP
from nullcline.differentiable import SOLVERS
from nullcline.differentiable.control import TINY, Sized
from nullcline.engine import Points
from nullcline.engine.fast import Sweep
from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest
from nullcline.system import System
from nullcline.trajectory import Array, Run

METHODS: dict[str, Callable[[], Any]] = {
    "dopri5": diffrax.Dopri5,
    "dopri8": diffrax.Dopri8,
    "kvaerno5": diffrax.Kvaerno5,
}
WORDS = {
    "dopri5": "Dormand-Prince 5(4)",
    "dopri8": "Dormand-Prince 8(7)",
    "kvaerno5": "Kvaerno 5(4), implicit",
}
STRICT = 1e-7
"""Below this relative tolerance the method of order 8 is taken, as the built-in engine does."""
EXPLODED = 1e100
LEAST = 2.3e-15
"""The shortest step, over the duration of the run: one that hardly moves the time."""


class Pace(NamedTuple):
    """How a point is integrated: its end, tolerances, longest step, and the times (breaks,) at
    which its equations jump, in order, filled up with infinity.

    The absolute tolerance of a state is `atol` or, where `share` is not 0, `share` times its size:
    its largest magnitude so far, or the one that `known` (states,) says; it is at least what
    `floors` (states,) say.
    """

    end: Any
    rtol: Any
    atol: Any
    longest: Any
    breaks: Any
    share: Any
    known: Any
    floors: Any


def chosen(solver: str, run: Run) -> tuple[str, str]:
    """The method, and why; raises ModelError for one that is not here."""
    if solver == "auto":
        strict = run.rtol < STRICT
        name = "dopri8" if strict else "dopri5"
        return name, f"since rtol {run.rtol:g} is {'' if strict else 'not '}below {STRICT:g}"
    if solver not in METHODS:
        text = f"the backend jax has no solver `{solver}`{nearest(str(solver), SOLVERS)}"
        raise ModelError([Problem(text, hint=f"use one of {', '.join(SOLVERS)}")])
    return solver, "chosen by name"


def norm(scaled: Any) -> Any:
    """The root mean square of the errors, infinite where one is no number: the step is halved."""
    size = jnp.sqrt(jnp.mean(jnp.square(scaled)))
    return jnp.where(jnp.isfinite(size), size, jnp.inf)


def integrated(
    field: Callable[[Any, Any, Any], Any],
    name: str,
    saved: list[Any],
    state: Any,
    known: Any,
    pace: Pace,
    adjoint: Any,
    most: int,
) -> Any:
    """The diffrax Solution of one point, which ends early rather than raise.

    Around a jump the equations are those of the side that a step lies on, whatever the rounding
    of the time.
    """

    def right(t: Any, y: Any, args: Any) -> Any:
        known, pace = args
        return field(_inside(t, pace), y, known)

    return diffrax.diffeqsolve(
        diffrax.ODETerm(right),
        METHODS[name](),
        t0=jnp.zeros_like(pace.end),
        t1=pace.end,
        dt0=None,
        y0=state,
        args=(known, pace),
        saveat=diffrax.SaveAt(subs=saved, controller_state=True),
        stepsize_controller=_control(pace, state),
        adjoint=adjoint,
        event=diffrax.Event(_exploded),
        max_steps=most,
        throw=False,
    )


def _control(pace: Pace, start: Any) -> Any:
    """How long steps are: none over a jump, and none so short that the time stands still."""
    inner = diffrax.PIDController(
        rtol=pace.rtol,
        atol=jnp.zeros_like(pace.known),
        dtmax=pace.longest,
        dtmin=LEAST * pace.end,
        force_dtmin=False,
        norm=norm,
    )
    control = Sized(
        inner, pace.rtol, _fixed(pace, start), *pace[-3:], longest=pace.longest, norm=norm
    )
    if not pace.breaks.size:
        return control
    return diffrax.ClipStepSizeController(control, jump_ts=pace.breaks)


def sizes(system: System, points: Points, run: Run, name: str) -> tuple[Array, Array]:
    """What the built-in engine finds of the sizes of states that start at 0, for this method: these
    (points, states), and least absolute tolerances."""
    solver = "rodas" if name == "kvaerno5" else "auto"
    return Sweep(system, run, None, (), 0.0, solver, None).sizes(points)


def _fixed(pace: Pace, start: Any) -> Any:
    """Absolute tolerances that do not change: those at the start, a state without a size having the
    largest that there is."""
    size = jnp.maximum(jnp.abs(lax.stop_gradient(start)), pace.known)
    own = pace.share * jnp.where(size > 0.0, size, jnp.max(size))
    return jnp.where(pace.share > 0.0, jnp.where(own > 0.0, own, pace.share), pace.atol + TINY)


def _exploded(t: Any, y: Any, args: Any, **_: Any) -> Any:
    return jnp.max(jnp.abs(y)) >= EXPLODED


def largest(solution: Any) -> Any:
    """The largest magnitudes of the states (states,) along a Solution."""
    state = solution.controller_state
    return getattr(state, "inner_state", state)[1]


def _inside(t: Any, pace: Pace) -> Any:
    """The time, moved out of the gap around each jump to the side that it is on."""
    breaks = pace.breaks
    if not breaks.size:
        return t
    before = jnp.searchsorted(breaks, t, side="right")
    edges = jnp.concatenate([jnp.zeros(1), breaks, jnp.full(1, jnp.inf)])
    inside = jnp.clip(t, edges[before] * (1 + GAP), edges[before + 1] * (1 - GAP))
    return jnp.minimum(inside, pace.end * (1 - GAP))
