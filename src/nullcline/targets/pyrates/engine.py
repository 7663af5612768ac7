"""PyRates made to compile and run cleanly: caches, files, printing, and SciPy on its function."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nullcline.errors import SimulationError
from nullcline.trajectory import SHARE, Array

Function = Callable[[float, Array], Array]

BEYOND = 1e-9
"""The share of a run that is integrated past its end, so that a jump exactly at the end is inside
a step, where the solver sees it, and not in the slope that its interpolant takes from the end."""
MOST_EVALUATIONS = 300_000
"""Of the right-hand side: with DOP853, before a model is taken for stiff; then with LSODA."""


@contextlib.contextmanager
def clean(quiet: bool = True) -> Iterator[None]:
    """PyRates with empty caches, before and after, also on failure; silent unless told."""
    from pyrates import clear_frontend_caches

    path = list(sys.path)
    clear_frontend_caches()
    try:
        with contextlib.ExitStack() as stack:
            if quiet:
                stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
                stack.enter_context(warnings.catch_warnings())
                warnings.simplefilter("ignore")
            stack.enter_context(np.errstate(all="ignore"))
            yield
    finally:
        clear_frontend_caches()
        sys.path[:] = path


@contextlib.contextmanager
def loaded(text: str, circuit: str) -> Iterator[Any]:
    """The CircuitTemplate in a template's text, read from a file in a folder of its own."""
    from pyrates import CircuitTemplate

    with tempfile.TemporaryDirectory() as folder, clean():
        path = Path(folder) / "model.yaml"
        path.write_text(text, encoding="utf-8")
        yield CircuitTemplate.from_yaml(f"{folder}/model/{circuit}")


@dataclass(frozen=True)
class Compiled:
    """PyRates' right-hand side of a circuit: its arguments by name, its states by position."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    names: tuple[str, ...]
    positions: Mapping[str, Any]

    @property
    def initial(self) -> Array:
        """The initial state vector, a copy."""
        return np.array(self.arguments[1], dtype=float)

    def bound(self, values: Mapping[str, float] | None = None) -> Function:
        """f(t, y) -> dy with some arguments replaced; every call returns an array of its own.

        Raises KeyError for a name that is no argument of the right-hand side.
        """
        arguments = list(self.arguments[2:])
        for name, value in (values or {}).items():
            arguments[self.names.index(name, 2) - 2] = np.float64(value)
        buffer = self.names.index("dy") - 2 if "dy" in self.names else None
        function = self.function

        def field(time: float, state: Array) -> Array:
            if buffer is not None:
                arguments[buffer] = np.zeros(len(state))
            return np.array(function(time, np.array(state), *arguments), dtype=float)

        return field


def compiled(circuit: Any, values: Mapping[str, float], **options: Any) -> Compiled:
    """PyRates' float64 right-hand side of a circuit with some variables changed, in place.

    `values` are by path (`p/VdP_op/mu`). Raises SimulationError with what PyRates says.
    """
    options = {"vectorize": True, "verbose": False, **options}
    try:
        circuit.update_var(node_vars=dict(values))
        function, arguments, names, positions = circuit.get_run_func(
            "rhs",
            step_size=options.pop("step_size", 1e-3),
            backend="default",
            solver="scipy",
            float_precision="float64",
            to_file=False,
            in_place=False,
            **options,
        )
    except Exception as error:
        raise SimulationError(f"PyRates cannot compile the model: {error!r}") from error
    if "hist" in names:
        raise SimulationError("the circuit has delays, which PyRates integrates by itself alone")
    return Compiled(function, arguments, names, positions)


@dataclass(frozen=True)
class Solution:
    """The states at the times that were reached, shape (states, samples), and how it ended."""

    times: Array
    values: Array
    status: str
    message: str = ""


def integrate(
    field: Function,
    initial: Array,
    times: Array,
    rtol: float,
    atol: float | None,
    method: str | None = None,
    most: int = MOST_EVALUATIONS,
    **options: Any,
) -> Solution:
    """SciPy on a right-hand side, sampled at the times; the first is the initial one.

    Without a method DOP853 runs, and LSODA after it where `most` evaluations do not suffice,
    for then the model is likely stiff. `options` are those of SciPy's solver.
    """
    options |= {"rtol": rtol, "atol": rtol * SHARE if atol is None else atol}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if method is not None:
            return _stepped(method, field, initial, times, most, **options)
        found = _stepped("DOP853", field, initial, times, most, **options)
        if found.status != "stalled":
            return found
        return _stepped("LSODA", field, initial, times, most, **options)


def _stepped(
    method: str, field: Function, initial: Array, times: Array, most: int, **options: Any
) -> Solution:
    """One solver stepped to the end, or to where it stops; what it reached is kept."""
    from scipy import integrate as scipy_integrate

    values = np.full((len(initial), len(times)), np.nan)
    values[:, 0] = initial
    if not np.isfinite(field(float(times[0]), initial)).all():
        return Solution(times[:1], values[:, :1], "blew up", "at the start, not finite")
    if len(times) == 1:
        return Solution(times, values, "finished")
    end = times[-1] + BEYOND * (times[-1] - times[0])
    solver = getattr(scipy_integrate, method)(field, times[0], initial, end, **options)
    done = 1
    while done < len(times):
        stopped = _step(solver, most)
        if stopped:
            return Solution(times[:done], values[:, :done], *stopped)
        reached = int(np.searchsorted(times, solver.t, side="right"))
        if reached > done:
            values[:, done:reached] = solver.dense_output()(times[done:reached])
            done = reached
    return Solution(times, values, "finished")


def _step(solver: Any, most: int) -> tuple[str, str] | None:
    """One step; the status and the reason where it cannot go on."""
    message = solver.step()
    if solver.status == "failed" or not np.isfinite(solver.y).all():
        return "blew up", f"t = {solver.t:g}: {message or 'the states are no longer finite'}"
    if solver.nfev > most and solver.status == "running":
        return "stalled", f"t = {solver.t:g}: {most} evaluations did not suffice"
    return None
