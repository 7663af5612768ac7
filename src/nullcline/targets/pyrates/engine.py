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

from nullcline import tolerances
from nullcline.errors import SimulationError
from nullcline.steppers import first_step
from nullcline.tolerances import Sizes
from nullcline.trajectory import Array, Run

Function = Callable[[float, Array], Array]

BEYOND = 1e-9
"""The share of a run that is integrated past its end, so that a jump exactly at the end is inside
a step, where the solver sees it, and not in the slope that its interpolant takes from the end."""
MOST_EVALUATIONS = 300_000
"""Of the right-hand side: with DOP853, before a model is taken for stiff; then with LSODA."""

EXPLICIT = frozenset({"RK23", "RK45", "DOP853"})
ORDERS = {"RK23": 2, "RK45": 4, "DOP853": 7, "Radau": 3, "BDF": 1, "LSODA": 1}
"""Of the methods' estimates of their errors."""


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
    span = float(times[-1] - times[0]) or 1.0
    run = Run(span, span, rtol=rtol, atol=atol)
    sizes = tolerances.of_run(run, tuple(map(str, range(len(initial)))), initial)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if atol is None and tolerances.resting(field, float(times[0]), initial, sizes.known):
            places = np.linspace(times[0], times[-1], tolerances.PLACES)
            seen = tolerances.loose(tolerances.rough(run), len(initial))
            found = _attempted(method, field, initial, places, most, seen, options)
            sizes.learn(seen, initial, field, found.times, found.values)
        for _ in range(tolerances.MOST):
            found = _attempted(method, field, initial, times, most, sizes, options)
            if found.status != "finished" or not sizes.lowered():
                break
    return found


def _attempted(
    method: str | None,
    field: Function,
    initial: Array,
    times: Array,
    most: int,
    sizes: Sizes,
    options: dict[str, Any],
) -> Solution:
    """The method, or DOP853 and LSODA after it, with these sizes of the states, which grow."""
    if method is not None:
        return _stepped(method, field, initial, times, most, sizes, **options)
    found = _stepped("DOP853", field, initial, times, most, sizes, **options)
    if found.status != "stalled":
        return found
    sizes.known = np.where(initial == 0.0, np.fmax(sizes.known, sizes.largest), 0.0)
    return _stepped("LSODA", field, initial, times, most, sizes, **options)


def _stepped(
    method: str,
    field: Function,
    initial: Array,
    times: Array,
    most: int,
    sizes: Sizes,
    **options: Any,
) -> Solution:
    """One solver stepped to the end, or to where it stops; what it reached is kept."""
    from scipy import integrate as scipy_integrate

    values = np.full((len(initial), len(times)), np.nan)
    values[:, 0] = initial
    sizes.begin(initial)
    slope = field(float(times[0]), initial)
    if not np.isfinite(slope).all():
        return Solution(times[:1], values[:, :1], "undefined", "at the start, not finite")
    if len(times) == 1:
        return Solution(times, values, "finished")
    options |= _tolerated(method, field, initial, times, slope, sizes, options)
    end = times[-1] + BEYOND * (times[-1] - times[0])
    solver = getattr(scipy_integrate, method)(field, times[0], initial, end, **options)
    done = 1
    while done < len(times):
        stopped = _step(solver, most)
        if stopped:
            return Solution(times[:done], values[:, :done], *stopped)
        sizes.grow(solver.y)
        solver.atol = _absolute(method, sizes, slope)
        reached = int(np.searchsorted(times, solver.t, side="right"))
        if reached > done:
            values[:, done:reached] = solver.dense_output()(times[done:reached])
            done = reached
    return Solution(times, values, "finished")


def _tolerated(
    method: str,
    field: Function,
    initial: Array,
    times: Array,
    slope: Array,
    sizes: Sizes,
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """The tolerances and the first step of a method."""
    span = float(times[-1] - times[0])
    longest = min(span, options.get("max_step", np.inf))
    given = options.get("first_step")
    known = (field, sizes, float(times[0]), initial, longest, ORDERS[method] + 1)
    step = first_step(*known) if given is None else float(given)
    sizes.settle(step, slope)
    absolute = _absolute(method, sizes, slope)
    return {"rtol": sizes.run.rtol, "atol": absolute, "first_step": min(step, longest)}


def _absolute(method: str, sizes: Sizes, slope: Array) -> Array:
    """The absolute tolerances now, finite for implicit methods, which perturb states by them."""
    if method in EXPLICIT:
        return sizes.absolute
    return sizes.finite(sizes.run.duration * float(np.abs(slope).max(initial=0.0)))


def _step(solver: Any, most: int) -> tuple[str, str] | None:
    """One step; the status and the reason where it cannot go on."""
    message = solver.step()
    if solver.status == "failed" or not np.isfinite(solver.y).all():
        return "blew up", f"t = {solver.t:g}: {message or 'the states are no longer finite'}"
    if solver.nfev > most and solver.status == "running":
        return "stalled", f"t = {solver.t:g}: {most} evaluations did not suffice"
    return None
