"""The methods that the reference asks: SciPy's DOP853, LSODA and Radau, a piece at a time."""

from __future__ import annotations

import contextlib
import threading
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from nullcline.reference.compiled import Rates
from nullcline.reference.pieces import EXPLODED, Counted, Piece, Refused, Way
from nullcline.trajectory import Array

TOLERANCES = {"DOP853": 1e-11, "LSODA": 1e-12, "Radau": 1e-9, "sizes": 1e-6}
"""The relative tolerance of each; the absolute one is ABSOLUTE times that, times a state's size."""
ABSOLUTE = 1e-3
CALM = 1e6
"""How many times its size a state may become before a method that ends has met a blow-up."""
SHORT = 64
"""A piece of so few units in the last place is crossed by one step of Euler's."""

_one_at_a_time = threading.RLock()  # LSODA, before SciPy 1.17, has variables of its own


class Ended(Exception):
    """A method cannot go on from this time and state."""

    def __init__(self, time: float, state: Array) -> None:
        super().__init__(time)
        self.time, self.state = time, state


def way(
    method: str, rates: Rates, initial: Array, times: Array, pieces: Iterable[Piece], most: int
) -> Way:
    """What a method makes of a run; `most` is how often it may ask for derivatives, about."""
    field = Counted(rates, most, float(times[-1]), raises=method != "DOP853")
    rows, state, time, first = [initial], initial, 0.0, np.ones(0)
    try:
        for piece in pieces:
            first = first if first.size else piece.sizes
            field.enter(piece)
            while len(rows) < len(times) and times[len(rows)] < piece.start:
                rows.append(state)
            inside = times[len(rows) :]
            inside = np.append(inside[inside < piece.end], piece.end)
            time = piece.start
            if not field.finite(time, state):
                raise Ended(time, state)
            found = _ways(method, field, piece, state, inside)
            for time, state in zip(inside.tolist(), found, strict=True):
                if not np.all(np.abs(state) < EXPLODED * first):
                    raise Ended(time, state)
                if len(rows) < len(times) and times[len(rows)] == time:
                    rows.append(state)
    except Ended as ended:
        values = np.array(rows).T.reshape(len(initial), -1)
        status = _status(field, ended, first, times)
        return Way(status, values, (ended.time, ended.state), field.calls)
    rows += [state] * (len(times) - len(rows))
    return Way("finished", np.array(rows).T.reshape(len(initial), -1), (time, state), field.calls)


def _ways(
    method: str, field: Counted, piece: Piece, state: Array, inside: Array
) -> Iterator[Array]:
    if len(state) == 0:
        return (state for _ in inside)
    if piece.end - piece.start <= SHORT * np.spacing(piece.end):
        return (state + (time - piece.start) * field(piece.start, state) for time in inside)
    if method == "DOP853":
        return _dop853(field, piece, state, inside)
    if method == "Radau":
        return _stepping("Radau", field, piece, state, inside, TOLERANCES[method])
    return _lsoda(field, piece, state, inside, TOLERANCES[method])


def _dop853(field: Counted, piece: Piece, state: Array, inside: Array) -> Iterator[Array]:
    """Steps end at every time that is asked for, with no interpolation; states in units of their
    sizes, as this solver takes a single absolute tolerance."""
    from scipy.integrate import ode

    rtol, sizes = TOLERANCES["DOP853"], piece.sizes
    longest = min(piece.longest, piece.end - piece.start)
    solver = ode(lambda t, y: field(t, y * sizes) / sizes)
    solver.set_integrator("dop853", rtol=rtol, atol=ABSOLUTE * rtol, nsteps=10**8, max_step=longest)
    solver.set_initial_value(state / sizes, piece.start)
    for time in inside.tolist():
        if time > solver.t:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                solver.integrate(time)
        found = solver.y * sizes
        if not solver.successful():
            raise Ended(float(solver.t), found)
        yield found


def _lsoda(
    field: Counted, piece: Piece, state: Array, inside: Array, rtol: float
) -> Iterator[Array]:
    """In one call where that succeeds, else step by step, to know how far it gets."""
    from scipy.integrate import odeint

    options: dict[str, Any] = {
        "rtol": rtol,
        "atol": ABSOLUTE * rtol * piece.sizes,
        "tcrit": [piece.end],
        "hmax": 0.0 if np.isinf(piece.longest) else piece.longest,
        "mxstep": 10**8,
    }
    calls = field.calls
    with _one_at_a_time, warnings.catch_warnings(), contextlib.suppress(Refused):
        warnings.simplefilter("ignore")
        times = np.append(piece.start, inside)
        found, told = odeint(field, state, times, tfirst=True, full_output=True, **options)
        if told["message"] == "Integration successful.":
            return iter(found[1:])
    field.again(calls)
    return _stepping("LSODA", field, piece, state, inside, rtol)


def _stepping(
    method: str, field: Counted, piece: Piece, state: Array, inside: Array, rtol: float
) -> Iterator[Array]:
    """A class of SciPy's; steps of Radau end at the times, its interpolant being of order 3."""
    from scipy import integrate

    options = {"rtol": rtol, "atol": ABSOLUTE * rtol * piece.sizes, "max_step": piece.longest}
    stepper: Any = getattr(integrate, method)
    exact = method == "Radau"
    with _one_at_a_time, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        solver: Any = None
        try:
            solver = stepper(field, piece.start, state, piece.end, **options)
            for time in inside.tolist():
                while solver.t < time:
                    if exact:
                        solver.t_bound, solver.status = time, "running"
                    solver.step()
                    if solver.status == "failed" or not np.all(np.isfinite(solver.y)):
                        raise Ended(float(solver.t), solver.y.copy())
                at_end = exact or solver.t == time
                yield solver.y.copy() if at_end else solver.dense_output()(time)
        except (Refused, ValueError, np.linalg.LinAlgError):  # SciPy refuses a NaN on the way
            at = (piece.start, state) if solver is None else (float(solver.t), solver.y.copy())
            raise Ended(*at) from None


def _status(field: Counted, ended: Ended, sizes: Array, times: Array) -> str:
    """Why a method ended: "blew up", "undefined" where the field has no value further on, or
    "stalled"."""
    quiet = np.all(np.abs(ended.state) < CALM * sizes)
    if not quiet:
        return "blew up"
    if not field.finite(ended.time, ended.state):
        return "undefined"
    slope = np.array(field.rates(ended.time, ended.state.tolist()))
    ahead = float(times[-1]) * np.array([1e-9, 1e-7, 1e-5])
    further = ((ended.time + h, ended.state + h * slope) for h in ahead.tolist())
    return "stalled" if all(field.finite(*point) for point in further) else "undefined"
