"""The right-hand side of every point of a sweep over a PyRates circuit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from nullcline.errors import ModelError, Problem, SimulationError
from nullcline.targets.pyrates.engine import Compiled, compiled
from nullcline.trajectory import Array

Point = dict[str, float]


def variables(circuit: Any, path: str) -> Iterator[str]:
    """Every variable that `node/operator/variable` stands for; a node may be `all`."""
    *node, operator, variable = path.split("/")
    for name in circuit.get_nodes(node, var_identifier=(operator, variable)):
        yield f"{name}/{operator}/{variable}"


def timed(inputs: Mapping[str, Any] | None, duration: float) -> dict[str, Any]:
    """The inputs as arrays over the whole duration, for `get_run_func`."""
    found = {path: np.asarray(values, dtype=float) for path, values in (inputs or {}).items()}
    if len({values.shape[0] for values in found.values()}) > 1:
        raise ModelError([Problem("the inputs differ in length")])
    return {"inputs": found, "step_size": duration / _length(found)} if found else {}


def _length(inputs: Mapping[str, Any]) -> int:
    return int(next(iter(inputs.values())).shape[0])


class Points:
    """The right-hand side of every point: one for all where that is proved, else one each."""

    def __init__(self, circuit: Any, grid: Any, param_map: Any, inputs: dict[str, Any]) -> None:
        self.circuit, self.grid, self.param_map, self.inputs = circuit, grid, param_map, inputs
        self.samples = _length(inputs["inputs"]) if inputs else 0
        self.first = self.compile(grid.index[0])
        self.shared = self.is_shared()

    def values(self, name: str) -> Point:
        """The parameters of a point."""
        return {key: float(value) for key, value in self.grid.loc[name].items()}

    def compile(self, name: str) -> Compiled:
        """PyRates' right-hand side for one point."""
        from pyrates import clear_frontend_caches
        from pyrates.utility import adapt_circuit

        clear_frontend_caches()
        try:
            circuit = adapt_circuit(self.circuit, self.values(name), dict(self.param_map))
        except Exception as error:
            raise SimulationError(f"PyRates cannot set the parameters: {error!r}") from error
        return compiled(circuit, {}, vectorize=False, **self.inputs)

    def arguments(self, name: str) -> Point:
        """The parameters of a point by their path in the circuit."""
        return {
            path: value
            for key, value in self.values(name).items()
            for node in self.param_map[key].get("nodes", ())
            for variable in self.param_map[key]["vars"]
            for path in variables(self.circuit, f"{node}/{variable}")
        }

    def is_shared(self) -> bool:
        """Whether the first function, given the last point's numbers, is the last function."""
        if any("nodes" not in self.param_map[key] for key in self.grid.columns):
            return False
        last = self.grid.index[-1]
        given = self.arguments(last)
        if not all(path in self.first.names[2:] for path in given):
            return False
        other = self.compile(last)
        if other.names != self.first.names or other.positions != self.first.positions:
            return False
        mine = self.first.bound(given)(0.0, self.first.initial)
        return np.array_equal(mine, other.bound()(0.0, other.initial), equal_nan=True)

    def point(self, name: str) -> tuple[Any, Array, Mapping[str, Any]]:
        """The right-hand side, the initial states and their positions for a point."""
        model = self.first if self.shared else self.compile(name)
        given = self.arguments(name) if self.shared else {}
        return model.bound(given), model.initial, model.positions
