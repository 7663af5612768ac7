"""The trajectory of a model as users get it: variables by name, with units, as a table or drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline import trajectory
from nullcline.errors import NullclineError, Place, Problem
from nullcline.expression import nearest, normal
from nullcline.host.printing import escaped
from nullcline.host.showing import MOST, lines, table
from nullcline.system import System
from nullcline.trajectory import Array

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure


class RunStopped(UserWarning):
    """A run that ended before its time; its trajectory holds what was computed."""


class UnknownVariable(NullclineError, KeyError):
    """A name that a trajectory does not hold."""

    def __str__(self) -> str:
        """The sentence as it is; a KeyError would quote it."""
        return escaped(self.args[0])


@dataclass(frozen=True, repr=False)
class Trajectory(trajectory.Trajectory):
    """The states of one run over time: `t["x"]` are the samples of x, shape (samples,).

    `units` has the unit of each state that declares one, and `time_unit` that of `times`. See
    `nullcline.trajectory.Trajectory` for `values`, `status` and the rest.
    """

    units: Mapping[str, str] = field(default_factory=dict)
    time_unit: str | None = None
    model: str = ""

    @classmethod
    def of(cls, system: System, found: trajectory.Trajectory, after: float = 0.0) -> Trajectory:
        """A run of a System without the samples before `after`; the last one always stays."""
        first = min(int(np.searchsorted(found.times, after)), len(found.times) - 1)
        given = {item.name: getattr(found, item.name) for item in fields(found)}
        given |= {"times": found.times[first:], "values": found.values[:, first:]}
        if found.uncertainty is not None:
            given["uncertainty"] = found.uncertainty[:, first:]
        units = {item.name: item.unit for item in system.states if item.unit}
        return cls(**given, units=units, time_unit=system.time_unit, model=system.name)

    def __getitem__(self, name: str) -> Array:
        """The samples of one state, shape (samples,); raises UnknownVariable with the nearest."""
        name = normal(str(name))
        if name not in self.names:
            there = f"there is {', '.join(self.names)}" if self.names else "there is none"
            said = f"the trajectory has no variable `{name}`{nearest(str(name), self.names)}"
            raise UnknownVariable(str(Problem(said, Place(), there)))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def keys(self) -> tuple[str, ...]:
        """The names of the states, so that `dict(t)` has the samples of each."""
        return self.names

    def to_dataset(self) -> xr.Dataset:
        """The states over the dimension `time` (`time_` where a state has that name), each with
        its unit; the model, the status and what the solver said are attributes."""
        import xarray as xr

        time = self._time
        unit = {"units": self.time_unit} if self.time_unit else {}
        data = {
            name: (time, row, {"units": self.units[name]} if name in self.units else {})
            for name, row in zip(self.names, self.values, strict=True)
        }
        said = {"model": self.model, "status": self.status, "message": self.message}
        times = (time, self.times, {"long_name": "time", **unit})
        return xr.Dataset(data, {time: times}, {key: text for key, text in said.items() if text})

    def to_dataframe(self) -> pd.DataFrame:
        """A column for each state over the time as index; units in `attrs["units"]` by name."""
        import pandas as pd

        time = self._time
        frame = pd.DataFrame(dict(self), index=pd.Index(self.times, name=time))
        frame.attrs["units"] = {time: self.time_unit, **self.units}
        return frame

    @property
    def _time(self) -> str:
        """The name of the time in a table: as a sweep has it, out of the way of the states."""
        time = "time"
        while time in self.names:
            time += "_"
        return time

    def stopped(self, duration: float) -> str:
        """How a run of that duration ended before its time, in a sentence."""
        unit = f" {self.time_unit}" if self.time_unit else ""
        said = f"{self.model} {self.status} at t = {self.times[-1]:g} of {duration:g}{unit}"
        return f"{said}, where its trajectory ends" + (f": {self.message}" * bool(self.message))

    def plot(self, **options: Any) -> Figure:
        """The states over time, a panel for each unit; `options` are those of plot.time_series."""
        from nullcline.plot import time_series

        return time_series(self, **options)

    @property
    def _head(self) -> str:
        of = f" of {self.model}" if self.model else ""
        unit = f" {self.time_unit}" if self.time_unit else ""
        span = f"t = {self.times[0]:g} to {self.times[-1]:g}{unit}"
        head = f"Trajectory{of}: {len(self.times):,} samples, {span}, {self.status}"
        return head + (f" ({self.message})" if self.message else "")

    def __repr__(self) -> str:
        wide = max(map(len, self.names[:MOST]), default=0)
        return lines(self._head, (f"{name:<{wide}}  {self._course(name)}" for name in self.names))

    def _repr_html_(self) -> str:
        rows = ((name, self.units.get(name, ""), *self._ends(name)) for name in self.names)
        titles = ("state", "unit", "first", "last", "least", "greatest")
        return table(titles, rows, self._head)

    def _ends(self, name: str) -> tuple[str, str, str, str]:
        row = self[name]
        first, last, low, high = (f"{x:.6g}" for x in (row[0], row[-1], row.min(), row.max()))
        return first, last, low, high

    def _course(self, name: str) -> str:
        """Where a state begins, ends, and what it lies between."""
        first, last, low, high = self._ends(name)
        unit = f" {self.units[name]}" if name in self.units else ""
        return f"{first} to {last}, between {low} and {high}{unit}"
