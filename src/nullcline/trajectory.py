"""What to simulate, what came out, and how far two results lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_SAMPLES = 5_000_000

SHARE = 1e-3
"""The default absolute tolerance of a state: that share of the relative one, times its size."""


def amount(what: str, value: object) -> float:
    """A number as float64; raises ValueError, with its name, for what is none, a text included."""
    if isinstance(value, str | bytes | bool) or not hasattr(value, "__float__"):
        raise ValueError(f"the {what} is no number: {value!r}")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"the {what} is no number: {value!r}") from None


@dataclass(frozen=True)
class Run:
    """What to simulate: for how long, sampled how often, from where, with which parameters.

    `duration` and `sampling` are in the model's time unit; `parameters`, `inputs` and `initial`
    replace the declared values by name; `rtol` and `atol` are what an engine is asked for, the
    default `atol` being SHARE of `rtol` times each state's own size along the run. `sizes` are
    what is known of these beforehand: the largest magnitude of each state, by name. At
    `breaks`, if any are known, the equations jump in time, and a solver should start anew; it
    should take no step longer than `max_step`.
    """

    duration: float
    sampling: float
    parameters: Mapping[str, float] = field(default_factory=dict)
    inputs: Mapping[str, float] = field(default_factory=dict)
    initial: Mapping[str, float] = field(default_factory=dict)
    rtol: float = 1e-9
    atol: float | None = None
    breaks: tuple[float, ...] = field(default=(), repr=False)
    max_step: float = field(default=np.inf, repr=False)
    sizes: Mapping[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not (0 < self.sampling <= self.duration < np.inf):
            said = f"a duration of {self.duration:g} sampled every {self.sampling:g}"
            raise ValueError(f"{said}: a run needs 0 < sampling <= duration, both finite")
        if not self.duration / self.sampling <= MOST_SAMPLES:
            raise ValueError(f"a run has at most {MOST_SAMPLES:,} samples: sample it less often")
        if not (0 < self.rtol < 1 and 0 <= (self.atol or 0.0) < np.inf):
            raise ValueError("a run needs 0 < rtol < 1 and 0 <= atol, both finite")
        given = {**self.parameters, **self.inputs, **self.initial}
        if wrong := [name for name, value in given.items() if not np.isfinite(value)]:
            raise ValueError(f"the value of {', '.join(wrong)} in a run is not finite")

    def absolute(self, start: Mapping[str, float]) -> Array:
        """The absolute tolerance of each state, shape (states,), where it is to be a fixed one.

        `start` holds the states' names and initial values. Without an `atol`, a state's size is
        the larger of its initial value and what `sizes` says; one that has none takes the
        smallest of the others'.
        """
        if self.atol is not None:
            return np.full(len(start), float(self.atol))
        known = [max(abs(value), self.sizes.get(name, 0.0)) for name, value in start.items()]
        sizes = np.array(known, dtype=np.float64)
        sizes[sizes == 0] = min(sizes[sizes > 0], default=1.0)
        tolerances: Array = SHARE * self.rtol * sizes
        return tolerances

    @cached_property
    def times(self) -> Array:
        """The times of the samples, shape (samples,): 0, every `sampling`, and the duration."""
        times = self._times()
        times.flags.writeable = False  # every reader has the same array
        return times

    def _times(self) -> Array:
        count = int(np.floor(self.duration / self.sampling * (1 + 1e-12)))
        times: Array = np.arange(count + 1, dtype=np.float64) * float(self.sampling)
        if abs(times[-1] - self.duration) <= 1e-12 * self.duration:
            times[-1] = self.duration
            return times
        return np.concatenate([times, np.array([self.duration], dtype=np.float64)])


@dataclass(frozen=True)
class Trajectory:
    """The states of one run: `values` has the shape (states, samples), one row a name.

    `status` is "finished", or a word on why the engine stopped early; then `times` and `values`
    hold what was computed so far. `uncertainty` (states, samples) is the result's own, if known.
    """

    names: tuple[str, ...]
    times: Array
    values: Array
    status: str = "finished"
    message: str = ""
    uncertainty: Array | None = None

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.names), len(self.times)):
            raise ValueError(f"{self.values.shape} values for {len(self.names)} states")

    @property
    def finished(self) -> bool:
        """Whether the run reached its end."""
        return self.status == "finished"

    @property
    def scale(self) -> Array:
        """What differences are measured in, shape (states, 1): each variable's range, or a
        thousandth of its size where that is more, or 1 where it is always 0."""
        range_, size = np.ptp(self.values, axis=1), np.abs(self.values).max(axis=1)
        scale: Array = np.maximum(range_, 1e-3 * size)[:, None]
        scale[scale == 0] = 1.0
        return scale

    def certain(self, to: float = 1e-3) -> int:
        """How many samples from the first are certain to that share of each variable's scale."""
        if self.uncertainty is None:
            return len(self.times)
        vague = np.flatnonzero(~np.all(self.uncertainty < to * self.scale, axis=0))
        return max(1, int(vague[0]) if vague.size else len(self.times))

    @property
    def horizon(self) -> float:
        """The time up to which the trajectory is certain to a thousandth; chaos ends it."""
        return float(self.times[self.certain() - 1])

    def __getitem__(self, name: str) -> Array:
        """The samples of one state variable, shape (samples,)."""
        row: Array = self.values[self.names.index(name)]
        return row


@dataclass(frozen=True)
class Deviation:
    """The worst difference between two trajectories, in units of that variable's range."""

    size: float
    variable: str
    time: float
    found: float
    expected: float

    def __str__(self) -> str:
        values = f"{self.found!r} where {self.expected!r} was expected"
        return f"{self.size:.2e} of the range of {self.variable} at t = {self.time:g}: {values}"


def deviation(found: Trajectory, expected: Trajectory) -> Deviation:
    """The worst variable at the worst time, in units of the expected scale: never a mean.

    The two must have the same names and times.
    """
    if found.names != expected.names or not np.array_equal(found.times, expected.times):
        raise ValueError("the two trajectories have other variables or other times")
    return worst(np.abs(found.values - expected.values) / expected.scale, found, expected)


def worst(sizes: Array, found: Trajectory, expected: Trajectory) -> Deviation:
    """The largest of these sizes (states, samples), NaN counting as infinite, and where it is."""
    sizes = np.where(np.isnan(sizes), np.inf, sizes)
    row, column = np.unravel_index(np.argmax(sizes), sizes.shape)
    return Deviation(
        float(sizes[row, column]),
        expected.names[row],
        float(expected.times[column]),
        float(found.values[row, column]),
        float(expected.values[row, column]),
    )
