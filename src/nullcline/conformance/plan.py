"""How long a run proves enough and stays cheap, where nobody said how long."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from nullcline import reference
from nullcline.expression import walk
from nullcline.system import System
from nullcline.trajectory import Array, Run

LONGEST = 100.0
"""The default duration, in the model's time unit."""

SAMPLES = 100
"""How many samples a run has after the first."""

MOST_CALLS = 4000
"""Of the right-hand side, at a low tolerance, in a default run; the reference takes many more."""

MOST_NODES = 250_000
"""Of the equations' trees, in all those calls: a large model gets fewer."""

EXPLODING = 1e6
"""How many times where it began (or 1, if that is 0) a state may grow, in a default run."""


@dataclass(frozen=True)
class Plan:
    """What is known of the run before it is chosen, and in words where that was taken from."""

    duration: float | None = None
    sampling: float | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)
    inputs: Mapping[str, float] = field(default_factory=dict)
    initial: Mapping[str, float] = field(default_factory=dict)
    chosen_by: str = ""

    def run(self, system: System) -> tuple[Run, str]:
        """The run, and in words who chose its duration.

        Without a duration: 100 time units, or the largest of 50, 20, 10, ... that the model gets
        through in few steps and without exploding. At most 100 samples and the first.
        """
        duration, chosen_by = self.duration, self.chosen_by
        if duration is None:
            duration, chosen_by = cheap_duration(system, self)
        sampling = max(self.sampling or 0.0, duration / SAMPLES)
        values = (self.parameters, self.inputs, self.initial)
        return Run(duration, min(sampling, duration), *values), chosen_by

    def lasting(self, duration: float | None) -> Plan:
        """The same with another duration, if one is given."""
        if duration is None:
            return self
        return replace(self, duration=duration, sampling=None, chosen_by="asked for")


def cheap_duration(system: System, plan: Plan) -> tuple[float, str]:
    """100 or the largest 5, 2 or 1 times a power of ten that is cheap, and why, in words."""
    reached = _reached(system, plan)
    if reached >= LONGEST or reached <= 0:
        return LONGEST, "default"
    power = 10.0 ** np.floor(np.log10(reached))
    nice = next(float(step * power) for step in (5, 2, 1, 0.5) if step * power <= reached)
    return float(f"{nice:.1g}"), "default, kept short"


def _reached(system: System, plan: Plan) -> float:
    """The time that a rough integration gets to at that cost and without exploding."""
    from scipy.integrate import LSODA

    initial = np.array([plan.initial.get(item.name, item.value) for item in system.states])
    field = reference.rates(system, {**plan.parameters, **plan.inputs})
    sizes = np.where(initial == 0, 1.0, np.abs(initial))
    calls = 0

    def counted(t: float, state: Array) -> Array:
        nonlocal calls
        calls += 1
        return np.array(field(t, state.tolist()))

    nodes = sum(1 for item in system.definitions for _ in walk(item.tree))
    affordable = min(MOST_CALLS, max(100, MOST_NODES // nodes))
    most = EXPLODING * sizes
    before = 0.0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        if not np.all(np.isfinite(field(0.0, initial.tolist()))):
            return 0.0
        solver = LSODA(counted, 0.0, initial, LONGEST, rtol=1e-4, atol=1e-7 * sizes)
        while solver.status == "running" and calls < affordable:
            before = solver.t
            solver.step()
            if not np.all(np.abs(solver.y) < most):
                return float(0.9 * before)
    return LONGEST if solver.status == "finished" else float(before)
