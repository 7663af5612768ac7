"""The equations of equilibria: F = 0 in the states and one parameter, scaled to size 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.errors import ModelError, Problem
from nullcline.expression import nearest, operations
from nullcline.jacobian import jacobian
from nullcline.system import System
from nullcline.trajectory import Array

Complex = NDArray[np.complex128]


class Equations:
    """F(states, parameter) and its derivatives, at other values than the declared ones.

    Raises ModelError for a System that depends on the time, or a name that it does not have.
    """

    def __init__(
        self, system: System, values: Mapping[str, float], parameter: str | None = None
    ) -> None:
        _autonomous(system)
        self.system, self.parameter = system, parameter
        self.names = tuple(item.name for item in system.states)
        sections = system.sorted_values(values)
        self.values: dict[str, Any] = {**sections["parameters"], **sections["inputs"]}
        given = sections["initial"]
        self.initial = np.array([given.get(item.name, item.value) for item in system.states])
        if parameter is not None:
            _varied(system, parameter)
        columns = self.names if parameter is None else (*self.names, parameter)
        self._jacobian = jacobian(system, columns)

    def __len__(self) -> int:
        return len(self.names)

    def evaluate(self, states: Array, parameter: Any = None) -> tuple[Array, Array]:
        """F, shape (states, ...), and its derivatives by states and parameter, if there is one:
        shape (states, columns, ...)."""
        varied = {} if self.parameter is None else {self.parameter: parameter}
        return self._jacobian.evaluate(np.nan, states, self.values | varied)


def _autonomous(system: System) -> None:
    needed = system.needed
    for item in system.constants + system.auxiliaries + system.derivatives:
        wanted = item.name in needed or item in system.derivatives
        if wanted and "time" in operations(item.tree):
            message = f"{system.name} depends on the time in the equation of `{item.name}`"
            hint = "a model has equilibria only if no equation depends on the time explicitly"
            raise ModelError([Problem(message, hint=hint)])


def _varied(system: System, name: str) -> None:
    known = [item.name for item in system.parameters + system.inputs]
    if name not in known:
        message = f"{system.name} has no parameter or input called `{name}`{nearest(name, known)}"
        raise ModelError([Problem(message, hint="branches follow one of those")])


class Curve:
    """The solutions of F(y) = 0 as curves in y = (states, parameter)/scale, shape (states + 1,).

    Each row of F is divided by its largest derivative at the solutions that are known, of shape
    (solutions, states + 1): by the same number everywhere, or a row that vanishes would not be 0.
    """

    def __init__(self, equations: Equations, scale: Array, known: Array) -> None:
        self.equations, self.scale = equations, scale
        matrices = equations.evaluate(known[:, :-1].T, known[:, -1])[1] * scale[:, None]
        size = np.nan_to_num(np.abs(matrices), nan=0.0, posinf=0.0).max(axis=(1, 2))
        self._rows = np.where(size > 0, size, 1.0)

    def matrix(self, y: Array) -> tuple[Array, Array]:
        """F and its derivatives by y."""
        full = y * self.scale
        found, matrix = self.equations.evaluate(full[:-1], full[-1])
        return found / self._rows, matrix * self.scale / self._rows[:, None]

    def correct(self, guess: Array, through: Array, normal: Array) -> Array | None:
        """The solution in the plane through a point with this normal, by Newton's method from a
        guess, to rounding; None where it does not converge."""
        y, before = guess, np.inf
        for _ in range(12):
            found, matrix = self.matrix(y)
            right = np.append(found, normal @ (y - through))
            try:
                step = np.linalg.solve(np.vstack([matrix, normal]), right)
            except np.linalg.LinAlgError:
                return None
            size = float(np.abs(step).max())
            if not np.isfinite(size) or size > max(0.9 * before, 1e-9):
                return None
            y = y - step
            if size < 1e-14 or (size < 1e-11 and size > 0.1 * before):
                return y
            before = size
        return y if before < 1e-10 else None

    def tangent(self, y: Array, along: Array) -> Array | None:
        """The unit tangent at a solution that does not point against `along`."""
        unit = np.zeros(len(y))
        unit[-1] = 1.0
        try:
            found = np.linalg.solve(np.vstack([self.matrix(y)[1], along]), unit)
        except np.linalg.LinAlgError:
            return None
        size = float(np.linalg.norm(found))
        if not 0 < size < np.inf:
            return None
        return np.asarray(found / size, dtype=np.float64)

    def border(self, y: Array, tangent: Array) -> float:
        """The determinant of the derivatives bordered by the tangent: 0 at branch points alone."""
        return float(np.linalg.det(np.vstack([self.matrix(y)[1], tangent])))

    def eigenvalues(self, y: Array) -> Complex:
        """Of the Jacobian by the states, in 1/time unit, the largest real part first."""
        full = y * self.scale
        return sorted_eigenvalues(self.equations.evaluate(full[:-1], full[-1])[1][:, :-1])


def sorted_eigenvalues(matrix: Array) -> Complex:
    """The eigenvalues, the largest real part first, of a pair the positive frequency first."""
    found = np.linalg.eigvals(matrix).astype(np.complex128)
    order = np.lexsort((-found.imag, -found.real))
    return found[order]
