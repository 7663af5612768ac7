"""Many points of a System at once, compiled by JAX for its device: samples, features, status."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import diffrax
import jax
import jax.numpy as jnp

from nullcline.differentiable.field import field, initial, named, numbers, quantities
from nullcline.differentiable.grid import measured
from nullcline.differentiable.solve import Pace, integrated, largest
from nullcline.engine import STATUSES, Feature
from nullcline.expression import Node
from nullcline.system import System

MOST_STEPS = 1_000_000
"""How many steps, taken or refused, a point may need."""
CALM = 1e6
FINISHED, BLEW_UP, STALLED, LIMIT, UNDEFINED = map(
    STATUSES.index, ("finished", "blew up", "stalled", "step limit", "undefined")
)


class Asked(NamedTuple):
    """What is asked of every point, apart from numbers: each of these is compiled once."""

    system: System
    outputs: tuple[str, ...]
    features: tuple[Feature, ...]
    solver: str


class Batch(NamedTuple):
    """The numbers of a batch: each point's own values (points,) by name, breaks (points, n) and
    longest step (points,), and what is known of its states' sizes (points, states); those that all
    have; the times of the samples and of the grid that features are read from."""

    own: dict[str, Any]
    breaks: Any
    longest: Any
    known: Any
    floors: Any
    common: dict[str, Any]
    pace: Pace
    times: Any
    grid: Any


class Found(NamedTuple):
    """What came out, a row a point; `features` has the shape (points, features)."""

    values: Any
    features: Any
    status: Any
    reached: Any
    steps: Any
    sizes: Any


@lru_cache(maxsize=32)
def compiled(asked: Asked) -> Callable[[Batch], Found]:
    """The function of a batch; JAX compiles it for each shape that it meets."""
    one = _One(asked)

    def many(batch: Batch) -> Found:
        def point(own: dict[str, Any], breaks: Any, longest: Any, known: Any, floors: Any) -> Found:
            pace = batch.pace._replace(breaks=breaks, longest=longest, known=known, floors=floors)
            return one({**batch.common, **own}, pace, batch.times, batch.grid)

        each = (batch.own, batch.breaks, batch.longest, batch.known, batch.floors)
        found: Found = jax.vmap(point)(*each)
        return found

    whole: Callable[[Batch], Found] = jax.jit(many)
    return whole


class _One:
    """One point as a function of its numbers."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.watched: dict[Node, list[int]] = {}
        for index, feature in enumerate(asked.features):
            assert feature.of is not None
            self.watched.setdefault(feature.of, []).append(index)
        self.field = field(asked.system)
        self.outputs = quantities(asked.system, named(asked.outputs))
        self.gauges = quantities(asked.system, self.watched)

    def __call__(self, values: dict[str, Any], pace: Pace, times: Any, grid: Any) -> Found:
        system = self.asked.system
        known, start = numbers(system, _but_states(system, values)), initial(system, values)
        defined = jnp.all(jnp.isfinite(self.field(jnp.zeros_like(pace.end), start, known)))

        def right(t: Any, state: Any, known: Any) -> Any:
            return jnp.where(defined, self.field(t, state, known), 0.0)

        saved = [diffrax.SubSaveAt(t1=True)]
        if self.asked.outputs:
            saved.append(diffrax.SubSaveAt(ts=times, fn=self._read(self.outputs)))
        if self.watched:
            saved.append(diffrax.SubSaveAt(ts=grid, fn=self._read(self.gauges)))
        solution = integrated(
            *(right, self.asked.solver, saved, start, known, pace, diffrax.ForwardMode()),
            MOST_STEPS,
        )
        reached, end = solution.ts[0][0], solution.ys[0][0]
        status = self._status(solution.result, reached, end, start, known, pace)
        status = jnp.where(defined, status, UNDEFINED)
        reached = jnp.where(defined, reached, 0.0)
        values = jnp.zeros((len(times), 0))
        if self.asked.outputs:
            values = jnp.where((times <= reached)[:, None], solution.ys[1], jnp.nan)
        zero = jnp.zeros_like(pace.end)
        before = self.gauges(zero, start, known) if self.watched else jnp.zeros(0)
        features = self._features(solution.ys[-1], grid, before, pace)
        steps = jnp.where(defined, solution.stats["num_accepted_steps"], 0)
        sizes = largest(solution)
        return Found(
            values, jnp.where(status == FINISHED, features, jnp.nan), status, reached, steps, sizes
        )

    @staticmethod
    def _read(function: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
        return lambda t, state, args: function(t, state, args[0])

    def _features(self, series: Any, grid: Any, before: Any, pace: Pace) -> Any:
        """Every feature of one point, from its quantities (grid, quantities)."""
        found: list[Any] = [jnp.nan] * len(self.asked.features)
        for column, indices in enumerate(self.watched.values()):
            features = [self.asked.features[index] for index in indices]
            kinds = tuple((feature.kind, feature.threshold) for feature in features)
            row = measured(kinds, series[:, column], grid, before[column], pace)
            for place, index in enumerate(indices):
                found[index] = row[place]
        return jnp.stack(found) if found else jnp.zeros(0)

    def _status(
        self, result: Any, time: Any, state: Any, start: Any, known: Any, pace: Pace
    ) -> Any:
        """How the point ended; steps that became too short do so for one of three reasons."""
        size = jnp.max(jnp.abs(state))
        grown = (size >= CALM * (1 + jnp.max(jnp.abs(start)))) | ~jnp.isfinite(size)
        slope = self.field(time, state, known)
        ahead = [pace.end * share for share in (0.0, 1e-9, 1e-7, 1e-5)]
        near = [self.field(time + h, state + h * slope, known) for h in ahead]
        undefined = ~jnp.all(jnp.isfinite(jnp.stack(near)))
        stuck = jnp.where(grown, BLEW_UP, jnp.where(undefined, UNDEFINED, STALLED))
        limit = jnp.where(result == diffrax.RESULTS.max_steps_reached, LIMIT, stuck)
        blown = jnp.where(result == diffrax.RESULTS.event_occurred, BLEW_UP, limit)
        return jnp.where(result == diffrax.RESULTS.successful, FINISHED, blown)


def _but_states(system: System, values: dict[str, Any]) -> dict[str, Any]:
    states = {item.name for item in system.states}
    return {name: value for name, value in values.items() if name not in states}
