"""The result of a sweep as an xarray.Dataset: names, dimensions, units and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.engine import STATUSES, Swept
from nullcline.sweep.plan import Plan
from nullcline.system import Definition, Quantity

if TYPE_CHECKING:
    import xarray as xr

TIME, POINT, STATUS, REACHED, STEPS = "time", "point", "status", "reached", "steps"
OWN = (TIME, POINT, STATUS, REACHED, STEPS)
"""The names that every result has for itself; a swept `time` becomes `time_`."""
NOT_RUN = STATUSES.index("not run")


@dataclass(frozen=True)
class Variable:
    """One variable of the result: what a chunk gives for it, and what stands before."""

    name: str
    source: str
    key: int | str
    dtype: str
    empty: float
    attributes: Mapping[str, Any]

    @property
    def timed(self) -> bool:
        """Whether it runs over time."""
        return self.source == "values"

    def of(self, swept: Swept) -> Any:
        """Its values in a chunk, shape (points,) or (points, samples)."""
        match self.source:
            case "values":
                assert swept.values is not None
                return swept.values[:, :, int(self.key)]
            case "features":
                return swept.features[str(self.key)]
        return getattr(swept, self.source)


@dataclass(frozen=True)
class Layout:
    """How a Plan's result is laid out; `variables` end with the status, which marks the rest."""

    plan: Plan
    labels: tuple[str, ...]
    variables: tuple[Variable, ...]

    @property
    def grid(self) -> bool:
        """Whether the dimensions are the axes, rather than a list of points."""
        return self.plan.design.method == "grid"

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions, time apart."""
        return self.labels if self.grid else (POINT,)

    def dims(self, variable: Variable) -> tuple[str, ...]:
        """The dimensions of a variable."""
        return (*self.dimensions, TIME) if variable.timed else self.dimensions

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """The shape of a variable."""
        shape = self.plan.design.shape
        return (*shape, self.plan.samples) if variable.timed else shape

    @property
    def coordinates(self) -> dict[str, tuple[str, Any, dict[str, Any]]]:
        """Each coordinate: its dimension, values and attributes."""
        found: dict[str, tuple[str, Any, dict[str, Any]]] = {}
        for label, axis in zip(self.labels, self.plan.design.axes, strict=True):
            found[label] = (label if self.grid else POINT, axis.values, axis.attributes)
        if self.plan.trajectories:
            unit = self.plan.system.time_unit
            said = {"long_name": "time"} | ({"units": unit} if unit else {})
            found[TIME] = (TIME, self.plan.run.times, said)
        return found

    def dataset(self, arrays: Mapping[str, Any], more: Mapping[str, Any]) -> xr.Dataset:
        """The Dataset of these arrays, `more` its attributes beside the plan's."""
        import xarray as xr

        from nullcline.sweep import accessor  # noqa: F401

        data = {
            item.name: (self.dims(item), arrays[item.name], dict(item.attributes))
            for item in self.variables
        }
        attributes = {**self.plan.attributes, **more}
        return xr.Dataset(data, dict(self.coordinates), attributes)


def layout(plan: Plan) -> Layout:
    """The layout of a Plan's result; every name in it is used once."""
    taken = set(OWN)
    labels = tuple(_free(axis.label, taken) for axis in plan.design.axes)
    system = plan.system
    described: dict[str, Quantity | Definition] = {item.name: item for item in system.states}
    described |= {item.name: item for item in system.auxiliaries}
    variables = []
    if plan.trajectories:
        for index, name in enumerate(plan.outputs):
            item = described[name]
            said = {"long_name": item.description or name}
            said |= {"units": item.unit} if item.unit else {}
            variables.append(Variable(_free(name, taken), "values", index, "f8", np.nan, said))
    for measure in plan.measures:
        name = measure.feature.name
        said = measure.attributes | {"feature": measure.text}
        variables.append(Variable(_free(name, taken), "features", name, "f8", np.nan, said))
    return Layout(plan, labels, (*variables, *_bookkeeping(system.time_unit)))


def _bookkeeping(time_unit: str | None) -> tuple[Variable, ...]:
    unit = {"units": time_unit} if time_unit else {}
    reached = {"long_name": "time reached"} | unit
    steps = {"long_name": "accepted steps of the solver, -1 where none ran"}
    status = {
        "long_name": "how the integration ended",
        "flag_values": list(range(len(STATUSES))),
        "flag_meanings": " ".join(word.replace(" ", "_") for word in STATUSES),
    }
    return (
        Variable(REACHED, "reached", 0, "f8", np.nan, reached),
        Variable(STEPS, "steps", 0, "i8", -1, steps),
        Variable(STATUS, "status", 0, "u1", NOT_RUN, status),
    )


def joined(seen: Iterable[str]) -> str:
    """What was seen, each once, in an order that does not depend on which came first."""
    return ", ".join(sorted(set(seen)))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name
