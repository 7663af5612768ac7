"""How long diffrax's steps are: absolute tolerances that follow the size of each state."""

from __future__ import annotations

from typing import Any

import diffrax
import equinox as eqx
import jax.numpy as jnp
from jax import lax

FAINT = 1e-290
"""A state no larger has no size: float64 could not hold a share of its tolerance."""
TINY = 1e-300


class Sized(diffrax.AbstractAdaptiveStepSizeController):  # type: ignore[misc]
    """A PIDController whose absolute tolerance of each state is a share of its size.

    A size is the largest magnitude so far, or what is `known` of it (states,); the tolerance is at
    least the `floors` (states,), and infinite for a state that has no size yet. Where the share is
    0 it is `atol`, as it is, outside of steps, for the solver of an implicit method.
    """

    controller: Any
    rtol: Any
    atol: Any
    share: Any
    known: Any
    floors: Any
    longest: Any
    norm: Any = eqx.field(static=True)

    def absolute(self, largest: Any, linear: Any) -> Any:
        """The tolerances of states of these sizes, or of those that their slopes would give."""
        size = jnp.maximum(jnp.maximum(largest, self.known), linear)
        own = jnp.maximum(jnp.where(size > FAINT, self.share * size, 0.0), self.floors)
        followed = jnp.where(own > 0.0, own, jnp.inf)
        return jnp.where(self.share > 0.0, followed, self.atol + TINY)

    def wrap(self, direction: Any) -> Any:
        """See diffrax."""
        return self

    def with_tolerance(self, absolute: Any) -> Any:
        """The PIDController, with these tolerances."""
        return eqx.tree_at(lambda c: c.atol, self.controller, absolute)

    def init(
        self,
        terms: Any,
        t0: Any,
        t1: Any,
        y0: Any,
        dt0: Any,
        args: Any,
        func: Any,
        error_order: Any,
    ) -> Any:
        """See diffrax; the first step is `first`."""
        state = lax.stop_gradient(y0)
        slope = lax.stop_gradient(func(terms, t0, y0, args))
        largest = jnp.abs(state)
        before = self.absolute(largest, 0.0)
        length = jnp.minimum(t1 - t0, self.longest)
        dt0, ahead = self.first(state, slope, before, length, error_order), None
        ahead = lax.stop_gradient(func(terms, t0 + dt0, state + dt0 * slope, args))
        dt0 = self.improved(dt0, state, slope, ahead, before, length, error_order)
        linear = jnp.where(jnp.isfinite(before), 0.0, dt0 * jnp.abs(slope))
        controller = self.with_tolerance(self.absolute(largest, linear))
        end, inner = controller.init(terms, t0, t1, y0, dt0, args, func, error_order)
        return end, (inner, largest, linear)

    def adapt_step_size(
        self,
        t0: Any,
        t1: Any,
        y0: Any,
        y1: Any,
        args: Any,
        y_error: Any,
        error_order: Any,
        state: Any,
    ) -> Any:
        """See diffrax."""
        inner, largest, linear = state
        controller = self.with_tolerance(self.absolute(largest, linear))
        kept, *times, inner, result = controller.adapt_step_size(
            t0, t1, y0, y1, args, y_error, error_order, inner
        )
        after = jnp.abs(lax.stop_gradient(y1))
        largest = jnp.where(kept & (after > largest), after, largest)
        return kept, *times, (inner, largest, linear), result

    def _rates(self, state: Any, slope: Any, absolute: Any, length: Any) -> Any:
        """The sizes of the state and its slope in tolerances, whether either is too small to tell a
        step from, and the unit of time: that of a change by the states' own size, or the run."""
        scale = absolute + self.rtol * jnp.abs(state)
        size, rise = self.norm(state / scale), self.norm(slope / scale)
        small = (size < 1e-5) | (rise * length < 1e-5)
        return size, rise, small, jnp.where(small, length, size / jnp.where(small, 1.0, rise))

    def first(self, state: Any, slope: Any, absolute: Any, length: Any, order: Any) -> Any:
        """A first step along the slope."""
        _, _, small, unit = self._rates(state, slope, absolute, length)
        return jnp.minimum(unit * jnp.where(small, 1e-6, 0.01), length)

    def improved(
        self, h: Any, state: Any, slope: Any, ahead: Any, absolute: Any, length: Any, order: Any
    ) -> Any:
        """The first step from what the slope is after that one (Hairer, Norsett and Wanner, II.4);
        a state without a size that moves should not turn before it has one."""
        _, rise, _, unit = self._rates(state, slope, absolute, length)
        turn = jnp.abs(ahead - slope)
        young = ~jnp.isfinite(absolute) & (jnp.abs(slope) > 0.0) & (turn > 0.0)
        straight = jnp.min(jnp.where(young, jnp.abs(slope) / jnp.where(young, turn, 1.0), 100.0))
        straight = jnp.where(straight > 0.0, jnp.minimum(straight, 100.0), 1.0)
        scale = absolute + self.rtol * jnp.abs(state)
        most = jnp.maximum(rise * unit, self.norm(turn / scale) / h * unit * unit)
        bent = unit * (0.01 / jnp.maximum(most, 1e-15)) ** (1 / order)
        flat = jnp.maximum(h * 1e-3, unit * 1e-6)
        second = jnp.where(most > 1e-15, bent, flat)
        found = jnp.minimum(jnp.minimum(h * straight, second), length)
        return jnp.where(found > 0.0, found, h)
