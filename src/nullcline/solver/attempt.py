"""One method's way over a run: its steps, its jumps, and when it is given up."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nullcline import tolerances
from nullcline.breakpoints import GAP, across, pieces
from nullcline.outcome import CALM, EXPLODED, SLIDES, Stop, reason
from nullcline.solver.observed import Conditions, Observer
from nullcline.steppers import first_step, stretched
from nullcline.trajectory import Array, Run, Trajectory

MOST_CALLS = {"DOP853": 5_000_000, "Radau": 400_000}
WINDOW = 20_000
"""How many evaluations show how fast a run gets on, and whether it is stiff."""
HOPELESS = 10
"""A run is given up when, in three windows, it would need that many times the most calls."""
STIFF = 6.1
"""The largest |h lambda| at which DOP853 is stable (Hairer and Wanner, Solving ODEs II, IV.2)."""
LEAPS, CROWDED = 50, 1e-6
"""So many jumps within that share of a run are one state that slides along them."""
SMOOTH = 1e-6
"""Slopes that differ by less across a change, relative to the largest, do not jump."""
MOST_LEAPS = 10_000
"""After so many changes of conditions, they are left to the control of errors."""
MOST_REPEATS = 20
"""How often a step is taken again up to a change before it is cut in halves."""
EACH = 10_000
"""How many more evaluations each break of a run is worth."""
Field = Callable[[float, Array], Array]
Gaps = Callable[[], Iterator[tuple[float, float]]]


class Attempt:
    """One method's way over the run, which can be interrupted where it shows to be stiff."""

    def __init__(
        self,
        method: str,
        field: Field,
        start: dict[str, float],
        run: Run,
        progress: Callable[[float], None],
        conditions: Conditions | None,
        sizes: tolerances.Sizes,
        breaks: Gaps,
        observer: Observer,
    ) -> None:
        self.sizes = sizes
        self.method, self.field, self.run, self.progress = method, field, run, progress
        self.times = run.times
        self.start, self.rows = start, [np.array(list(start.values()), dtype=float)]
        self.status, self.message = "running", ""
        self.patient = False
        self.calls = self.stiff_steps = self.slow_windows = 0
        self.window = (0, 0.0, 0)
        self.sizes.begin(self.rows[0])
        self.limit = CALM * float(np.abs(self.rows[0]).max(initial=0.0))
        self.following = pieces(breaks(), float(self.times[-1]))
        self.piece, self.later = next(self.following), next(self.following, None)
        self.passed = 0
        self.conditions, self.repeats = conditions, 0
        self.leaps, self.jumps = 0, deque[float](maxlen=LEAPS)
        self.end = self.behind = self.reach = 0.0
        self.solver: Any = None
        self.observer, self.fresh = observer, True

    def result(self) -> Trajectory:
        """Every sample reached, with how it ended; the observer learns that this way was chosen."""
        values = np.array(self.rows).T.reshape(len(self.start), -1)
        self.observer.chosen()
        return Trajectory(
            tuple(self.start), self.times[: len(self.rows)], values, self.status, self.message
        )

    def advance(self) -> None:
        """Step on to the end or to a reason to stop, which becomes the status."""
        self.status, self.message = "running", ""
        try:
            with np.errstate(all="ignore"):
                if self.solver is None:
                    self._start(self.piece[0], self.rows[0])
                while len(self.rows) < len(self.times):
                    self._step()
            self.status = "finished"
        except Stop as stop:
            self.status, self.message = str(stop), stop.message
        except ValueError:  # SciPy's refusal of a NaN on the way
            refusal = self._reason(self.solver.t, self.solver.y)
            self.status, self.message = str(refusal), refusal.message

    def _start(
        self, start: float, state: Array, end: float | None = None, step: float | None = None
    ) -> None:
        """A new solver from here to the `end` (of the segment), its first step being `step`."""
        from scipy import integrate as scipy_integrate

        run, self.end = self.run, self.piece[1] if end is None else end
        stepper = getattr(scipy_integrate, self.method)
        slope = self.field(start, state)
        if not (np.all(np.isfinite(slope)) and np.all(np.abs(state) < EXPLODED)):
            raise self._reason(start, state)  # no step would ever be accepted
        longest = min(self.end - start, run.max_step)
        if step is None:
            order = 8 if self.method == "DOP853" else 4
            step = first_step(self._counted, self.sizes, start, state, longest, order)
        step = min(step, longest)
        self.reach = run.duration * float(np.abs(slope).max(initial=0.0))
        self.limit = self.limit or CALM * self.reach
        self.sizes.settle(step, slope)
        options = {"rtol": run.rtol, "atol": self._absolute(), "max_step": run.max_step}
        options["first_step"] = step
        self.solver = stepper(self._counted, start, state, self.end, **options)

    def _absolute(self) -> Array:
        """The absolute tolerances now; Radau's are finite, since it perturbs states by them."""
        explicit = self.method == "DOP853"
        return self.sizes.absolute if explicit else self.sizes.finite(self.reach)

    def _reason(self, time: float, state: Array, message: str = "") -> Stop:
        known = (self.field, tuple(self.start), self.limit, float(self.times[-1]))
        return reason(*known, time, state, message)

    def _counted(self, t: float, state: Array) -> Array:
        self.calls += 1
        most = MOST_CALLS[self.method] + EACH * self.passed
        if self.calls > most:
            raise Stop("stalled", f"more than {most} evaluations")
        return self.field(t, state)

    def _step(self) -> None:
        """One step, and the samples that it reaches; the next segment where one ends.

        The interpolant of SciPy's Radau is of order 3, far less than its steps: those end at
        samples.
        """
        exact, solver = self.method == "Radau", self.solver
        begin, state = solver.t, solver.y
        if exact:
            sample = self.times[len(self.rows)]
            solver.t_bound, solver.status = min(sample, self.end), "running"
        message = solver.step()
        if solver.status == "failed":
            stop = self._reason(solver.t, solver.y, message or "")
            if str(stop) == "stalled" and self._slides(solver.t, solver.y):
                stop.message = SLIDES
            raise stop
        if not np.all(np.abs(solver.y) < EXPLODED):
            raise self._reason(solver.t, solver.y)
        self.sizes.grow(solver.y)
        solver.atol = self._absolute()
        self.progress(min(1.0, solver.t / self.times[-1]))
        dense = solver.dense_output()
        if self.conditions is not None and self._changed(dense, begin, state):
            return
        self.observer.step(dense, begin, solver.t, self.fresh)
        self.fresh = False
        while len(self.rows) < len(self.times) and self.times[len(self.rows)] <= solver.t:
            row = solver.y.copy() if exact else dense(self.times[len(self.rows)])
            self.rows.append(row)
        if solver.t >= self.end < self.piece[1]:
            self._leap(solver.t, solver.y)
        elif solver.t >= self.end and self.later is not None:
            self.piece, self.later = self.later, next(self.following, None)
            self.passed += 1
            self._cross(solver.t, self.piece[0], solver.y)
        self._judge()

    def _cross(self, before: float, after: float, state: Array) -> None:
        """Over a jump, by the slopes on either side of it."""
        state = across(self._counted, before, after, state)
        self.fresh = True
        while len(self.rows) < len(self.times) and self.times[len(self.rows)] <= after:
            self.rows.append(state.copy())
        self._start(after, state)

    def _changed(self, dense: Any, begin: float, state: Array) -> bool:
        """Whether a condition changed in the step, which is then to be taken again up to there."""
        length = self.solver.t - begin
        found = self.conditions.first(dense, begin, self.solver.t) if self.conditions else None
        if found is None:
            self.repeats = 0
            return False
        (time, exact), end = found, self.times[-1]
        gap = GAP * max(abs(time), 1e-3 * end)
        self.repeats += 1
        if self.repeats > MOST_REPEATS:
            time = begin + (time - begin) / 2
        self.behind = time + gap
        if self.behind >= self.piece[1] or (not exact and length < 1e-6 * end):
            return False
        if not exact:
            self._start(begin, state, step=time - begin)
        elif time - gap > begin:
            self._start(begin, state, time - gap)
        else:
            self._leap(begin, state)
        return True

    def _slides(self, time: float, state: Array) -> bool:
        """Whether a condition would change at once if the state went straight on."""
        slope, ahead = self._counted(time, state), CROWDED * self.times[-1]

        def straight(times: Array) -> Array:
            found: Array = state[:, None] + slope[:, None] * (times - time)
            return found

        changes = self.conditions and self.conditions.first(straight, time, time + ahead)
        return bool(changes) and bool(self.jumps)

    def _leap(self, before: float, state: Array) -> None:
        """Over a change of the state's own making, unless there is no end of them."""
        step = self.solver.h_abs
        old = self._counted(before, state)
        new = self._counted(self.behind, state + (self.behind - before) * old)
        self._cross(before, self.behind, state)
        size, apart = max(np.abs(old).max(), np.abs(new).max()), np.abs(new - old).max()
        self.leaps, self.repeats = self.leaps + 1, 0
        if self.leaps >= MOST_LEAPS:
            self.conditions = None
        if apart <= SMOOTH * size:
            self.solver.h_abs = max(self.solver.h_abs, min(step, self.end - self.behind))
            return
        self.jumps.append(self.behind)
        if len(self.jumps) == LEAPS and self.jumps[-1] - self.jumps[0] < CROWDED * self.times[-1]:
            raise Stop("stalled", SLIDES)

    def _judge(self) -> None:
        """Raise Stop where the run is hopelessly slow, or stiff for an explicit method."""
        if self.method == "DOP853":
            self.stiff_steps = self.stiff_steps + 1 if stretched(self.solver) > STIFF else 0
        calls, before, passed = self.window
        if self.calls - calls < WINDOW:
            return
        time, end = self.solver.t, self.times[-1]
        needed = (end - time) * (self.calls - calls) / max(time - before, 1e-300)
        self.window = (self.calls, time, self.passed)
        hopeless = needed > HOPELESS * MOST_CALLS[self.method]
        hopeless = hopeless and self.calls - calls > EACH * (self.passed - passed)
        self.slow_windows = self.slow_windows + 1 if hopeless else 0
        if self.slow_windows >= 3:
            raise Stop("stalled", f"{needed:.0e} more evaluations would be needed")
        stiff = self.stiff_steps >= 15 and needed > MOST_CALLS["Radau"] / 4
        if stiff and not self.patient:
            raise Stop("stiff")
