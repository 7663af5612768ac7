"""What a continuation found: branches of equilibria, and the special points on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.continuation.equations import Complex
from nullcline.host.showing import MOST, lines, table
from nullcline.trajectory import Array

KINDS = ("fold", "Hopf", "branch point")
"""What a special point can be."""
ROUNDING = 1e-12
"""What is that small beside the range of a parameter, or the largest of a state, is shown as 0."""


@dataclass(frozen=True, repr=False)
class SpecialPoint:
    """A point where the equilibria change: a "fold", a "Hopf" point or a "branch point".

    `state` has the shape (states,). Of a Hopf point, `frequency` is that of the cycle that begins
    there, in 1/time unit (the angular one over 2 pi), and `criticality` is "supercritical" where
    the first Lyapunov coefficient is negative (stable cycles, if all else is stable), else
    "subcritical"; "" where it cannot be told.
    """

    kind: str
    parameter: float
    state: Array
    eigenvalues: Complex = field(repr=False)
    frequency: float | None = None
    criticality: str = ""

    def __repr__(self) -> str:
        state = ", ".join(f"{x:.6g}" for x in self.state[:MOST])
        more = ", ..." if len(self.state) > MOST else ""
        return f"SpecialPoint({self.said} at {self.parameter:.12g}, state ({state}{more}))"

    @property
    def said(self) -> str:
        """The kind in words, with what is known of it."""
        return f"{self.criticality} {self.kind}".strip()


@dataclass(frozen=True, repr=False)
class Branch:
    """A curve of equilibria, in order along it, the special points included.

    `parameter` has the shape (points,), `states` and `eigenvalues` (states, points), `stable`
    (points,) and `kinds` (points,): the kind of a special point, else "". `ends` say why the curve
    ends on either side; `closed` curves end where they began.
    """

    parameter: Array
    states: Array
    eigenvalues: Complex = field(repr=False)
    stable: NDArray[np.bool_]
    kinds: tuple[str, ...]
    ends: tuple[str, str]
    special: tuple[SpecialPoint, ...]

    def __repr__(self) -> str:
        low, high = float(self.parameter.min()), float(self.parameter.max())
        share = float(np.mean(self.stable))
        stable = {0.0: "unstable", 1.0: "stable"}.get(share, "stable in part")
        special = ", ".join(dict.fromkeys(point.said for point in self.special))
        with_ = f", with {special}" if special else ""
        count = f"{len(self.parameter)} points from {low:g} to {high:g}"
        return f"Branch({count}, {stable}{with_})"

    @property
    def closed(self) -> bool:
        """Whether the curve is an isola, which ends where it began."""
        return self.ends == ("closed", "closed")


@dataclass(frozen=True, repr=False)
class Continuation:
    """The branches of equilibria of a model over a parameter, and their special points, each once,
    sorted by parameter. `incomplete` holds a sentence for whatever was cut short; `units` those of
    the parameter and the states that declare one."""

    model: str
    parameter: str
    low: float
    high: float
    names: tuple[str, ...]
    branches: tuple[Branch, ...]
    points: tuple[SpecialPoint, ...]
    incomplete: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    time_unit: str | None = None

    def of(self, kind: str) -> tuple[SpecialPoint, ...]:
        """The special points of one of KINDS, in any case; raises ValueError for another word."""
        named = {each.lower(): each for each in KINDS}
        if kind.lower() not in named:
            raise ValueError(f"there are no points of the kind `{kind}`, only {', '.join(KINDS)}")
        return tuple(point for point in self.points if point.kind == named[kind.lower()])

    def rows(self) -> Iterator[dict[str, Any]]:
        """One dictionary a point of a branch: `branch`, the parameter, the states, `stable`,
        `growth` (the largest real part of an eigenvalue) and `special`; a model's own name that is
        one of these has the column, and ours gets an underscore."""
        ours = [self.column(name) for name in ("branch", "stable", "growth", "special")]
        for number, branch in enumerate(self.branches):
            growth = branch.eigenvalues.real.max(axis=0)
            for index, value in enumerate(branch.parameter):
                state = dict(zip(self.names, branch.states[:, index].tolist(), strict=True))
                said = (bool(branch.stable[index]), float(growth[index]), branch.kinds[index])
                yield {
                    ours[0]: number,
                    self.parameter: float(value),
                    **state,
                    **dict(zip(ours[1:], said, strict=True)),
                }

    def column(self, name: str) -> str:
        """The name of a column of ours, out of the way of the model's names."""
        while name in (*self.names, self.parameter):
            name += "_"
        return name

    def to_frame(self) -> Any:
        """The rows as a pandas DataFrame."""
        from pandas import DataFrame

        return DataFrame(list(self.rows()))

    def to_dataset(self) -> Any:
        """The rows as an xarray Dataset: the dimension `point`, the parameter and `branch` as
        coordinates along it, and each eigenvalue's parts with the dimension `mode`."""
        import xarray

        frame = self.to_frame()
        point, mode = self.column("point"), self.column("mode")
        data: dict[str, Any] = {name: (point, frame[name].to_numpy()) for name in frame}
        coordinates = {name: data.pop(name) for name in (self.column("branch"), self.parameter)}
        eigenvalues = np.concatenate([branch.eigenvalues for branch in self.branches], axis=1)
        for part in ("real", "imag"):
            name = self.column(f"eigenvalue_{part}")
            data[name] = ((mode, point), getattr(eigenvalues, part))
        attributes = {"model": self.model, "parameter": self.parameter}
        return xarray.Dataset(data, coordinates, attributes)

    def shown(self, value: float) -> float:
        """A value of the parameter for people: what is 0 but for rounding is 0."""
        return 0.0 if abs(value) <= ROUNDING * (self.high - self.low) else float(value)

    def _rounded(self, point: SpecialPoint) -> Array:
        """The state of a point for people, measured by the largest of each state."""
        sizes = [np.abs(branch.states).max(axis=1) for branch in self.branches]
        size = np.max([np.abs(point.state), *sizes], axis=0)
        size = np.where(size > ROUNDING * size.max(), size, size.max())
        rounded: Array = np.where(np.abs(point.state) <= ROUNDING * size, 0.0, point.state)
        return rounded

    def __str__(self) -> str:
        count = len(self.branches)
        said = [
            f"{self.model}: {count} {'branch' if count == 1 else 'branches'} over "
            f"{self.parameter} from {self.low:g} to {self.high:g}"
        ]
        for point in self.points:
            shown = zip(self.names, self._rounded(point), strict=True)
            state = ", ".join(f"{n} = {x:.6g}" for n, x in shown)
            more = f", frequency {point.frequency:.6g}" if point.frequency is not None else ""
            said.append(
                f"  {point.said} at {self.parameter} = {self.shown(point.parameter):.12g}"
                f" ({state}){more}"
            )
        return "\n".join([*said, *(f"  note: {note}" for note in self.incomplete)])

    def __repr__(self) -> str:
        head, *rows = str(self).splitlines()
        return lines(head, (row.strip() for row in rows))

    def _repr_html_(self) -> str:
        head = str(self).splitlines()[0]
        rows = [
            (
                *(point.said, f"{self.shown(point.parameter):.12g}"),
                *(f"{x:.6g}" for x in self._rounded(point)),
                f"{point.frequency:.6g}" if point.frequency is not None else "",
            )
            for point in self.points
        ]
        titles = ("special point", self.parameter, *self.names, "frequency")
        return table(titles, rows, ". ".join((head, *self.incomplete)))
