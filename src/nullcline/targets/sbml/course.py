"""One run of a document by CVODE, the integrator of libroadrunner, from jump to jump."""

from __future__ import annotations

from typing import Any

import numpy as np

from nullcline.breakpoints import across, segments
from nullcline.system import System
from nullcline.targets.sbml.engine import Model, loaded, quiet
from nullcline.trajectory import Array, Run, Trajectory

SHARE = 0.1
"""Of the tolerance asked for: what CVODE is given, since its errors add up over many steps."""
FINEST = 1e-14
STEPS = {"adams": 1_000_000, "bdf": 5_000_000}
"""How many a run may take, or 20,000 a sample where that is more."""
SHORT = 1e-12
"""The share of a run that CVODE can make no step of."""
APPROACH = tuple(10.0**-digits for digits in range(1, 12))
"""How near to its end a run is looked at, as shares of the time since the last sample."""
EXPLODED, CALM = 1e100, 1e6


def simulate(text: str, system: System, run: Run) -> Trajectory:
    """Integrate the document with the engine's own CVODE from its own initial state.

    Adams' methods come first, and those for stiff models (BDF) where they stall.
    """
    model = loaded(text, system)
    with model.lock, quiet():
        found = _Course(model, run, "adams").result()
        if found.status == "stalled":
            other = _Course(model, run, "bdf").result()
            found = max(other, found, key=lambda each: len(each.times))
    return found


class _Course:
    """One run; `rows` holds the samples that were reached."""

    def __init__(self, model: Model, run: Run, method: str) -> None:
        self.model, self.run, self.method, self.times = model, run, method, run.times
        self.numbers = {**run.parameters, **run.inputs}
        model.set(0.0, self.numbers, run.initial)
        self.rows = [model.state()]
        self.latest = (0.0, self.rows[0])
        self.cvode = self.solver()

    def result(self) -> Trajectory:
        """The whole run, or as far as it went."""
        status, message = self.whole()
        values = np.array(self.rows).T
        times = self.times[: len(self.rows)]
        return Trajectory(tuple(self.model.states), times, values, status, message)

    def solver(self) -> Any:
        """CVODE as the run asks for it."""
        run, cvode = self.run, self.model.runner.getIntegratorByName("cvode")
        longest = run.max_step if np.isfinite(run.max_step) else 0.0
        cvode.setValue("relative_tolerance", max(run.rtol * SHARE, FINEST))
        # one a state: a single one is scaled by the state's present value, be it 1e-46
        start = dict(zip(self.model.states, self.rows[0].tolist(), strict=True))
        absolute = [max(each * SHARE, 1e-300) for each in run.absolute(start).tolist()]
        cvode.setValue("absolute_tolerance", absolute)
        cvode.setValue("stiff", self.method == "bdf")
        cvode.setValue("maximum_time_step", longest)
        cvode.setValue("maximum_num_steps", max(20_000, STEPS[self.method] // len(self.times)))
        return cvode

    def whole(self) -> tuple[str, str]:
        """Every segment between jumps in time; the status, and what the engine said."""
        if not np.all(np.isfinite(self.model.rates())):
            return "blew up", "the derivatives are not finite at t = 0"
        before, last = 0.0, float(self.times[-1])
        try:
            for start, end in segments(self.run):
                if end - start < SHORT * last:  # crossed with the next jump
                    continue
                if start > 0:
                    self.cross(before, start)
                before = min(end, last)
                if not self.segment(start, before):
                    return "blew up", "the states are no longer finite"
            if len(self.rows) < len(self.times):
                self.cross(before, last)
        except RuntimeError as error:
            return "blew up" if self.explodes() else "stalled", str(error)
        return "finished", ""

    def segment(self, start: float, end: float) -> bool:
        """To the end of one piece, sample by sample; whether the states stayed finite."""
        self.cvode.restart(start)
        time, self.latest = start, (start, self.model.state())
        while time < end:
            sample = self.times[len(self.rows)] if len(self.rows) < len(self.times) else end
            following = float(min(sample, end))
            self.cvode.integrate(time, following - time)
            time, state = self.latest = following, self.model.state()
            if not np.all(np.abs(state) < EXPLODED):
                return False
            if following == sample and len(self.rows) < len(self.times):
                self.rows.append(state)
        return True

    def explodes(self) -> bool:
        """Whether the states grow out of bounds towards the time at which CVODE gave up.

        The engine keeps the states of the last call that ended well: it is asked for later ones.
        """
        limit = CALM * (1 + float(np.abs(self.rows[0]).max(initial=0.0)))
        (time, state), end = self.latest, self.model.core.getTime()
        self.model.set(time, self.numbers, dict(zip(self.model.states, state, strict=True)))
        self.cvode.restart(time)
        try:
            for share in APPROACH:
                following = end - share * (end - self.latest[0])
                self.cvode.integrate(time, following - time)
                time, state = following, self.model.state()
                if not (np.all(np.abs(state) < limit) and np.all(np.isfinite(self.model.rates()))):
                    return True
        except RuntimeError:
            pass
        return False

    def cross(self, before: float, after: float) -> None:
        """Over a jump in time, by the slopes on either side of it."""
        names = tuple(self.model.states)

        def field(t: float, state: Array) -> Array:
            self.model.set(t, self.numbers, dict(zip(names, state, strict=True)))
            return self.model.rates()

        state = across(field, before, after, self.model.state())
        while len(self.rows) < len(self.times) and self.times[len(self.rows)] <= after:
            self.rows.append(state)
        self.model.set(after, self.numbers, dict(zip(names, state, strict=True)))
