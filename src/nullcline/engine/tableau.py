"""Explicit Runge-Kutta methods as tables: stages, errors, dense output and step control."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nullcline.trajectory import Array

Whole = NDArray[np.int64]

DENSE = (1, 4)
"""How many rows beyond the cubic a dense output may have: it is read as a quartic or of order 7."""


class Method(NamedTuple):
    """One embedded method with `stages` stages, after which comes the slope at the step's end.

    Row s of the sparse table (`start`, `column`, `weight`) gives the state of stage s from the
    slopes before it: rows up to `stages` make the step, the next `extra` ones its dense output.
    The last row is the step's end less the last stage, which shows how stiff a model is. `error`
    (2, slopes) and `dense` (coefficients beyond three, slopes) weigh all slopes. `control` holds
    the exponents of the error and of the one before, the safety, the least and the greatest
    change of a step, the largest stable |h lambda|, and the exponent of the first step.
    """

    stages: int
    extra: int
    start: Whole
    column: Whole
    weight: Array
    times: Array
    error: Array
    dense: Array
    control: Array


def _method(
    rows: list[Any], times: list[float], stages: int, error: Any, dense: Any, control: Any
) -> Method:
    """The tables of a method; `rows` are dense and start with that of stage 0, which is empty."""
    width = len(rows)
    full = np.zeros((width + 1, width))
    for index, row in enumerate(rows):
        full[index, : len(row)] = row
    full[width] = full[stages] - full[stages - 1]
    where = [np.flatnonzero(row) for row in full]
    method = Method(
        stages,
        width - stages - 1,
        np.concatenate([[0], np.cumsum([len(found) for found in where])]).astype(np.int64),
        np.concatenate(where).astype(np.int64),
        np.concatenate([row[found] for row, found in zip(full, where, strict=True)]),
        np.array(times, dtype=float),
        np.array(error, dtype=float),
        np.array(dense, dtype=float),
        np.array(control, dtype=float),
    )
    check(method)
    return method


def check(method: Method) -> None:
    """Raise ValueError, with everything that is wrong, for tables that do not fit each other or
    what reads them: nothing looks at their sizes again."""
    slopes, rows = method.stages + method.extra + 1, len(method.start) - 1
    known = method.column.size > 0 and 0 <= method.column.min() <= method.column.max() < slopes
    demands = {
        "1 or 4 rows of `dense`": method.dense.ndim == 2 and len(method.dense) in DENSE,
        f"{slopes} columns of `dense`": method.dense.shape[-1] == slopes,
        "2 rows of `error`": method.error.ndim == 2 and len(method.error) == 2,
        f"{method.stages + 1} to {slopes} columns of `error`": (
            method.stages < method.error.shape[-1] <= slopes
        ),
        f"{slopes} times": method.times.shape == (slopes,),
        f"{slopes + 1} rows of weights": rows == slopes + 1,
        "a column of a slope for each weight": (
            bool(known) and method.start[-1] == len(method.column) == len(method.weight)
        ),
        "7 numbers of `control`": method.control.shape == (7,),
    }
    if wrong := [text for text, holds in demands.items() if not holds]:
        raise ValueError(f"a method of {method.stages} stages needs {'; '.join(wrong)}")


@lru_cache
def dp5() -> Method:
    """Dormand and Prince 5(4), J. Comput. Appl. Math. 6 (1980); dense output of order 4 by
    Shampine, Math. Comput. 46 (1986); control as in Hairer, Norsett and Wanner (1993), II.4."""
    last = [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84]
    rows = [
        [],
        [1 / 5],
        [3 / 40, 9 / 40],
        [44 / 45, -56 / 15, 32 / 9],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
        last,
    ]
    error = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40]
    dense = [
        *(-12715105075 / 11282082432, 0, 87487479700 / 32700410799),
        *(-10690763975 / 1880347072, 701980252875 / 199316789632),
        *(-1453857185 / 822651844, 69997945 / 29380423),
    ]
    control = [0.2 - 0.75 * 0.04, 0.04, 0.9, 0.2, 10.0, 3.25, 1 / 5]
    times = [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]
    return _method(rows, times, 6, [error, [0.0] * 7], [dense], control)


@lru_cache
def dop853() -> Method:
    """Dormand and Prince 8(5,3) with dense output of order 7, by Hairer, Norsett and Wanner
    (1993), II.10; the coefficients are those that SciPy holds."""
    from scipy.integrate import DOP853

    table = DOP853
    rows = [*(table.A[s, :s] for s in range(12)), table.B, *table.A_EXTRA]
    error = np.zeros((2, 16))
    error[0, :13], error[1, :13] = table.E5, table.E3
    control = [1 / 8, 0.0, 0.9, 1 / 3, 6.0, 6.1, 1 / 8]
    return _method(rows, [*table.C, 1.0, *table.C_EXTRA], 12, error, table.D, control)
