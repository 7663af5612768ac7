"""How results come: trajectories, sweeps and PyRates' tables, read as the same list of curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nullcline.plot.swept import POINT, TIME, SweptData, is_dataset
from nullcline.trajectory import Array, Trajectory

Data = Any
"""The xarray.Dataset of a sweep, a Trajectory, a sequence of them, {name: Trajectory}, or a
DataFrame (time down the index, one column an output, or PyRates' (output, circuit, ...))."""
Points = Any
"""The parameters of each run: PyRates' results_map, {"mu": [0.1, 0.5]}, or None."""


@dataclass(frozen=True)
class Curve:
    """One run: its name, its parameters, and its outputs, each of the shape (samples,)."""

    name: str
    point: Mapping[str, float]
    times: Array
    values: Mapping[str, Array]
    status: str = "finished"

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
        return Curve(self.name, self.point, self.times[first:], values, self.status)


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
    if is_dataset(data):
        return from_dataset(SweptData(data))
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
    values = dict(zip(item.names, item.values, strict=True))
    return Curve(name, {}, item.times, values, item.status)


def from_dataset(swept: SweptData, most: int | None = None) -> list[Curve]:
    """The trajectories of a sweep, `most` of them evenly chosen, each up to its last sample.

    Raises ValueError where the sweep kept none.
    """
    if not swept.outputs:
        raise ValueError("the sweep kept no trajectories; sweep again with a sampling")
    dims = (POINT,) if swept.sampled else swept.axes
    shape = tuple(swept.data.sizes[name] for name in dims)
    if 0 in shape:
        raise ValueError("the sweep has no point: nothing was left by a selection")
    axes = [swept.values(name) for name in swept.axes]
    places = np.arange(int(np.prod(shape)))
    if most is not None and places.size > most:
        places = np.unique(np.linspace(0, places.size - 1, most).round().astype(int))
    times, ended = np.asarray(swept.data[TIME].values, dtype=float), swept.status(*dims)
    kept = {name: swept.data[name].transpose(*dims, TIME) for name in swept.outputs}
    curves = []
    for place in places:
        where = tuple(int(index) for index in np.unravel_index(place, shape))
        along = where * len(axes) if swept.sampled else where
        point = {n: float(v[i]) for n, v, i in zip(swept.axes, axes, along, strict=True)}
        values = {name: _samples(item, dims, where) for name, item in kept.items()}
        held = np.flatnonzero(np.any([np.isfinite(rows) for rows in values.values()], axis=0))
        last = int(held[-1]) + 1 if held.size else 0
        values = {name: rows[:last] for name, rows in values.items()}
        curves.append(Curve(f"run {place}", point, times[:last], values, str(ended[where])))
    return curves


def _samples(item: Any, dims: Sequence[str], where: Sequence[int]) -> Array:
    """One run's samples; of data on disk, only these are read."""
    return np.asarray(item.isel(dict(zip(dims, where, strict=True))).values, dtype=float)


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
        replace(c, point={name: values[i].item() for name, values in columns.items()})
        for i, c in enumerate(curves)
    ]
