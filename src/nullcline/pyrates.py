"""PyRates' parameter sweeps with numbers that are right: `grid_search` as PyRates has it."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.errors import ModelError, Problem, SimulationError
from nullcline.expression import nearest
from nullcline.targets.pyrates.engine import MOST_EVALUATIONS, Solution, clean, integrate
from nullcline.targets.pyrates.points import Points, timed, variables
from nullcline.trajectory import Array

if TYPE_CHECKING:
    import pandas as pd

OPTIONS: dict[str, tuple[Any, ...]] = {
    "solver": ("scipy",),
    "backend": (None, "default", "numpy"),
    "float_precision": ("float64",),
    "vectorize": (True, False),
    "clear": (True, False),
    "in_place": (True, False),
}
"""Arguments of PyRates that are accepted with these values, all of which give the same numbers:
every point is compiled and integrated by itself, and nothing is left behind."""

SOLVER = ("method", "max_step", "first_step")
"""Arguments that are handed to SciPy's solver."""


class PointStopped(UserWarning):
    """A point of a sweep that did not reach the end; its values after that are NaN."""


def grid_search(
    circuit_template: Any,
    param_grid: Any,
    param_map: Mapping[str, Mapping[str, Any]],
    step_size: float,
    simulation_time: float,
    outputs: Mapping[str, str],
    inputs: Mapping[str, Any] | None = None,
    sampling_step_size: float | None = None,
    permute_grid: bool = False,
    *,
    cutoff: float = 0.0,
    verbose: bool = False,
    rtol: float = 1e-10,
    atol: float | None = None,
    init_kwargs: Mapping[str, Any] | None = None,
    **options: Any,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`pyrates.grid_search`, each point compiled by PyRates in float64 and integrated by itself.

    Returns the time series (index: times, first 0, last one sampling step before the end;
    columns: output, circuit, node, `operator/variable`) and the parameters of each circuit.
    SciPy's DOP853 (LSODA where a point is stiff) or the `method` given runs at `rtol` and `atol`
    (None: by the size of each state), `step_size` its first step. A point that blows up or does not
    finish is NaN from there on, with a warning and a word in `results.attrs["status"]`.

    Raises ModelError with everything in the call that does not exist, SimulationError with what
    PyRates says of a circuit that it cannot compile.
    """
    solver = _options({**dict(init_kwargs or {}), **options}) | {"rtol": rtol, "atol": atol}
    solver.setdefault("first_step", min(step_size, simulation_time))
    with clean(quiet=not verbose):
        circuit = _circuit(circuit_template)
        grid = _grid(param_grid, permute_grid, circuit.name)
        found = _targets(circuit, grid, param_map, outputs, inputs or {})
        times = _times(simulation_time, step_size, sampling_step_size)
        points = Points(circuit, grid, param_map, timed(inputs, simulation_time))
        _check_recorded(found, points.first.positions)
        runs = _runs(points, times, simulation_time, solver, verbose)
    return _frame(runs, found, times, cutoff), grid


@dataclass(frozen=True)
class _Ran:
    """What came out of one point, and the position of every state in it."""

    solution: Solution
    positions: Mapping[str, Any]


def _runs(
    points: Points, times: Array, duration: float, solver: dict[str, Any], verbose: bool
) -> dict[str, _Ran]:
    """Every point integrated; no step passes over more than five samples of an input."""
    if points.inputs:
        spacing = duration / max(points.samples - 1, 1)
        solver["max_step"] = min(solver.get("max_step", np.inf), 5 * spacing)
    solver["most"] = MOST_EVALUATIONS + 20 * points.samples
    runs = {}
    for name in points.grid.index:
        field, initial, positions = points.point(name)
        if verbose:
            print(f"{name}: {dict(points.grid.loc[name])}")
        runs[name] = _Ran(integrate(field, initial, times, **solver), positions)
    return runs


def _options(given: dict[str, Any]) -> dict[str, Any]:
    """What is handed to SciPy; everything else must be known, with a value that we can keep."""
    problems = []
    for name, value in given.items():
        if name in OPTIONS and value not in OPTIONS[name]:
            accepted = " or ".join(repr(option) for option in OPTIONS[name])
            problems.append(Problem(f"{name}={value!r} is not supported here; use {accepted}"))
        elif name not in OPTIONS and name not in SOLVER:
            hint = nearest(name, (*OPTIONS, *SOLVER))
            problems.append(Problem(f"grid_search has no argument `{name}`{hint}"))
    methods = ("RK45", "RK23", "DOP853", "Radau", "BDF", "LSODA")
    if given.get("method", "RK45") not in methods:
        text = f"SciPy has no method {given['method']!r}{nearest(str(given['method']), methods)}"
        problems.append(Problem(text))
    if problems:
        raise ModelError(problems)
    return {name: value for name, value in given.items() if name in SOLVER}


def _circuit(template: Any) -> Any:
    """A CircuitTemplate of our own, from a path or another one."""
    from pyrates import CircuitTemplate

    if isinstance(template, CircuitTemplate):
        return deepcopy(template)
    importlib.invalidate_caches()
    try:
        return deepcopy(CircuitTemplate.from_yaml(template))
    except Exception as error:
        raise SimulationError(f"PyRates cannot load `{template}`: {error}") from error


def _grid(given: Any, permute: bool, name: str) -> pd.DataFrame:
    """One row a point, named after its circuit."""
    import pandas as pd

    if not isinstance(given, pd.DataFrame):
        given = {key: list(values) for key, values in dict(given).items()}
        lengths = {key: len(values) for key, values in given.items()}
        if permute:
            axes = np.meshgrid(*given.values())
            table = np.stack(axes, -1).reshape(-1, len(given))
            given = pd.DataFrame(table, columns=list(given))
        elif len(set(lengths.values())) > 1:
            told = ", ".join(f"`{key}` {length}" for key, length in lengths.items())
            hint = "give permute_grid=True for every combination"
            raise ModelError(
                [Problem(f"the columns of param_grid differ in length: {told}", hint=hint)]
            )
        given = pd.DataFrame(given)
    grid: pd.DataFrame = given.copy()
    grid.index = [f"{name}_{label}" for label in grid.index]
    values = grid.to_numpy(dtype=float)
    if not grid.index.is_unique or not len(grid) or not np.isfinite(values).all():
        text = "param_grid needs at least one point, finite values and an index without duplicates"
        raise ModelError([Problem(text)])
    return grid


def _targets(
    circuit: Any, grid: Any, param_map: Mapping[str, Any], outputs: Any, inputs: Iterable[str]
) -> dict[str, list[str]]:
    """The variables that each output stands for; every problem of the call at once."""
    problems = [
        Problem(f"param_map has no entry for `{key}` of param_grid{nearest(str(key), param_map)}")
        for key in grid.columns
        if key not in param_map
    ]
    wanted = [
        f"{node}/{variable}"
        for entry in param_map.values()
        for node in entry.get("nodes", ())
        for variable in entry["vars"]
    ]
    for path in [*wanted, *inputs, *outputs.values()]:
        problems += _missing(circuit, path)
    if problems:
        raise ModelError(problems)
    for path in wanted:
        _make_float(circuit, path)
    return {key: list(variables(circuit, path)) for key, path in outputs.items()}


def _missing(circuit: Any, path: str) -> list[Problem]:
    """What is wrong with a `node/operator/variable`, with the nearest one there is."""
    try:
        if any(variables(circuit, path)):
            return []
    except (KeyError, ValueError, IndexError):
        pass
    known = [
        f"{name}/{operator.name}/{variable}"
        for name in circuit.get_nodes(["all"])
        for operator in circuit.get_node_template(name).operators
        for variable in operator.variables
    ]
    return [Problem(f"the circuit has no variable `{path}`{nearest(path, known)}")]


def _check_recorded(outputs: Mapping[str, list[str]], positions: Mapping[str, Any]) -> None:
    """Refuse outputs that PyRates does not record."""
    paths = [path for each in outputs.values() for path in each if path not in positions]
    if paths:
        raise ModelError(Problem(f"the output `{path}` is not a state variable") for path in paths)


def _make_float(circuit: Any, path: str) -> None:
    """A parameter declared as an integer would be swept in integers."""
    for found in variables(circuit, path):
        *node, operator, variable = found.split("/")
        declared = circuit.get_node_template("/".join(node)).get_op(operator).variables
        if type(declared[variable]) is int:
            declared[variable] = float(declared[variable])


def _times(duration: float, step: float, sampling: float | None) -> Array:
    """The samples of PyRates: without the end, but with it where the steps do not fit."""
    wanted = sampling or step
    count = round(duration / wanted)
    if count < 1:
        raise ModelError([Problem("simulation_time is shorter than one sample")])
    fits = duration / count - wanted < step * 0.01
    return np.linspace(0.0, duration, count, endpoint=not fits)


def _frame(
    runs: Mapping[str, _Ran], outputs: Mapping[str, list[str]], times: Array, cutoff: float
) -> pd.DataFrame:
    """The table of PyRates: one column an output of a circuit, NaN where a run stopped."""
    import pandas as pd

    columns: list[Any] = []
    data = []
    for key, paths in outputs.items():
        single = len(paths) * len(runs) == 1
        for name, ran in runs.items():
            for path in paths:
                *node, operator, variable = path.split("/")
                columns.append(key if single else (key, name, *node, f"{operator}/{variable}"))
                values = np.full(len(times), np.nan)
                found = ran.solution
                values[: len(found.times)] = found.values[ran.positions[path]]
                data.append(values)
    index = columns if isinstance(columns[0], str) else pd.MultiIndex.from_tuples(columns)
    table = pd.DataFrame(np.array(data).T, columns=index, index=times)
    results: pd.DataFrame = table.loc[cutoff:, :]
    results.attrs["status"] = {name: ran.solution.status for name, ran in runs.items()}
    for name, ran in runs.items():
        if ran.solution.status != "finished":
            text = f"{name} {ran.solution.status}: {ran.solution.message}"
            warnings.warn(text, PointStopped, stacklevel=3)
    return results
