"""How results come: our trajectories and PyRates' tables, read as the same list of curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.trajectory import Trajectory

Array = NDArray[np.float64]
Data = Any
"""A Trajectory, a sequence of them, {name: Trajectory}, or a DataFrame (time down the index, one
column an output, or PyRates' columns (output, circuit, ...))."""
Points = Any
"""The parameters of each run: PyRates' results_map, {"mu": [0.1, 0.5]}, or None."""


@dataclass(frozen=True)
class Curve:
    """One run: its name, its parameters, and its outputs, each of the shape (samples,)."""

    name: str
    point: Mapping[str, float]
    times: Array
    values: Mapping[str, Array]

    def __getitem__(self, output: str) -> Array:
        """The samples of one output; ValueError where there is none of that name."""
        if output not in self.values:
            raise ValueError(f"there is no output `{output}`; there is {', '.join(self.values)}")
        return self.values[output]

    def since(self, start: float) -> Curve:
        """The run without the time before `start`."""
        return self._part(int(np.searchsorted(self.times, start)))

    def tail(self, part: float) -> Curve:
        """The last part (0 to 1) of the samples, one at least."""
        return self._part(min(int((1 - part) * len(self.times)), len(self.times) - 1))

    def _part(self, first: int) -> Curve:
        values = {name: samples[first:] for name, samples in self.values.items()}
        return Curve(self.name, self.point, self.times[first:], values)


def read(
    data: Data, points: Points, runs: Sequence[int] | None = None, start: float | None = None
) -> list[Curve]:
    """The runs in the order of their points (or as they come), those chosen, from `start` on."""
    found = _curves(data)
    if points is not None:
        found = _placed(found, points)
    if not found:
        raise ValueError("there is no run to draw")
    chosen = found if runs is None else [found[index] for index in runs]
    return chosen if start is None else [curve.since(start) for curve in chosen]


def parameter_of(curves: Sequence[Curve]) -> str:
    """The one parameter in which the runs differ."""
    names = list(curves[0].point)
    varied = [name for name in names if len({curve.point[name] for curve in curves}) > 1]
    if len(varied or names) != 1:
        raise ValueError(f"say which parameter is meant: {', '.join(varied or names) or 'none'}")
    return (varied or names)[0]


def _curves(data: Data) -> list[Curve]:
    match data:
        case Trajectory():
            return [_from_trajectory("", data)]
        case Mapping():
            return [_from_trajectory(str(name), item) for name, item in data.items()]
        case list() | tuple():
            return [_from_trajectory(f"run {index}", item) for index, item in enumerate(data)]
    if not (hasattr(data, "columns") and hasattr(data, "index")):
        raise ValueError(f"a {type(data).__name__} is neither trajectories nor a DataFrame")
    return _from_table(data)


def _from_trajectory(name: str, item: Trajectory) -> Curve:
    return Curve(name, {}, item.times, dict(zip(item.names, item.values, strict=True)))


def _from_table(table: Any) -> list[Curve]:
    """Curves from a DataFrame; several nodes of a circuit give one output each."""
    times = np.asarray(table.index, dtype=float)
    samples = table.to_numpy(dtype=float)
    runs: dict[str, dict[str, Array]] = {}
    for index, column in enumerate(table.columns):
        output, run, *rest = column if isinstance(column, tuple) else (column, "")
        values = runs.setdefault(str(run), {})
        name = str(output) if output not in values else " ".join(map(str, (output, *rest)))
        values[name] = samples[:, index]
    return [Curve(run, {}, times, values) for run, values in runs.items()]


def _placed(curves: list[Curve], points: Points) -> list[Curve]:
    """The curves with their parameters: by name for a results_map, else in order."""
    columns = {str(name): np.asarray(points[name]) for name in points}
    named = {curve.name: curve for curve in curves}
    if hasattr(points, "index") and set(map(str, points.index)) <= set(named):
        curves = [named[str(name)] for name in points.index]
    for name, values in columns.items():
        if len(values) != len(curves):
            raise ValueError(f"{len(values)} values of `{name}` for {len(curves)} runs")
    return [
        Curve(
            c.name, {name: values[i].item() for name, values in columns.items()}, c.times, c.values
        )
        for i, c in enumerate(curves)
    ]
