"""Where a System rests: its equilibria in a box, from many starts, and how stable each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nullcline.continuation.equations import Complex, Equations, sorted_eigenvalues
from nullcline.errors import ModelError, Problem, SimulationError
from nullcline.expression import nearest
from nullcline.host.printing import in_line
from nullcline.host.showing import MOST, table
from nullcline.system import System
from nullcline.trajectory import Array

Box = Mapping[str, tuple[float | None, float | None]]
"""From where to where each state is searched; None for an end that is open."""
ROUNDS = 60
SAME = 1e-6
"""Two solutions closer than that, in widths of the box, are one."""
EXACT = 1e-10
"""A step of Newton's method that small, in widths of the box, was the last one."""
FLAT = 1e-9
"""A real part is 0 that is this small beside the largest eigenvalue."""


@dataclass(frozen=True, repr=False)
class Equilibrium:
    """A state at rest, shape (states,), with the eigenvalues of the Jacobian there.

    `stability` is one of: stable or unstable node or focus, saddle, saddle-focus, centre,
    non-hyperbolic. `residual` is the largest derivative that remains.
    """

    names: tuple[str, ...]
    state: Array
    eigenvalues: Complex = field(repr=False)
    stability: str
    residual: float

    def __getitem__(self, name: str) -> float:
        """A state by its name; raises ModelError with the nearest there is."""
        if name not in self.names:
            text = f"the equilibrium has no state `{name}`{nearest(name, self.names)}"
            raise ModelError([Problem(text, hint=f"there is {', '.join(self.names)}")])
        return float(self.state[self.names.index(name)])

    def __repr__(self) -> str:
        state = [f"{n} = {x:.6g}" for n, x in zip(self.names, self.state, strict=True)]
        more = f", and {len(state) - MOST} more" if len(state) > MOST else ""
        return in_line(f"Equilibrium({', '.join(state[:MOST])}{more}: {self.stability})")

    def _repr_html_(self) -> str:
        rows = [(n, f"{x:.6g}") for n, x in zip(self.names, self.state, strict=True)]
        return table(("state", "value"), rows, f"Equilibrium: {self.stability}")

    @property
    def stable(self) -> bool:
        """Whether every small disturbance dies away."""
        return bool(np.all(self.eigenvalues.real < 0))


def equilibria(
    system: System,
    values: Mapping[str, float] | None = None,
    box: Box | None = None,
    starts: int = 256,
) -> tuple[Equilibrium, ...]:
    """The equilibria that Newton's method finds from many starts, sorted by state.

    `values` replace declared numbers by name. `box` gives (low, high) by state: where to look, and
    what is dropped outside; for other states the search starts around the initial value and the
    trajectory from there, and nothing is dropped. Starts are a Sobol sequence: the same each time.
    Raises ModelError for a system that depends on the time and for what cannot be a box, and
    SimulationError where no equilibrium was found. Nothing proves that none is missing.
    """
    equations = Equations(system, values or {})
    region = Region.around(equations, box or {})
    found = region.search(equations, starts)[0]
    if not found:
        raise nothing(system, region, starts)
    return tuple(_equilibrium(equations, state) for state in found)


def nothing(system: System, region: Region, starts: int, where: str = "") -> SimulationError:
    """The error that says where no equilibrium was found."""
    ends = zip(region.names, region.low, region.high, strict=True)
    looked = ", ".join(f"{name} from {low:.4g} to {high:.4g}" for name, low, high in ends)
    message = f"no equilibrium of {system.name} found{where} from {starts} starts with {looked}"
    return SimulationError(f"{message}; give another box if there is one elsewhere")


def _equilibrium(equations: Equations, state: Array) -> Equilibrium:
    found, matrix = equations.evaluate(state)
    eigenvalues = sorted_eigenvalues(matrix)
    residual = float(np.abs(found).max())
    word = "non-hyperbolic" if _degenerate(equations, state) else stability(eigenvalues)
    return Equilibrium(equations.names, state, eigenvalues, word, residual)


def _degenerate(equations: Equations, state: Array) -> bool:
    """Whether one more step of Newton's method changes the smallest eigenvalue by a tenth: at a
    double root the method creeps, and the eigenvalue where it stops is that of a place nearby."""
    found, matrix = equations.evaluate(state)
    if not np.all(np.isfinite(matrix)) or np.linalg.matrix_rank(matrix) < len(state):
        return False
    after = equations.evaluate(state - np.linalg.solve(matrix, found))[1]
    least, then = (np.abs(np.linalg.eigvals(each)).min() for each in (matrix, after))
    return bool(np.all(np.isfinite(after)) and abs(then - least) > 0.1 * least)


def stability(eigenvalues: Complex) -> str:
    """The word for the eigenvalues of an equilibrium."""
    real, size = eigenvalues.real, np.abs(eigenvalues).max()
    flat = np.abs(real) <= FLAT * size
    turning = bool(np.any(np.abs(eigenvalues.imag) > FLAT * size))
    if np.any(flat):
        centre = np.all(flat) and np.all(eigenvalues != 0)
        return "centre" if centre else "non-hyperbolic"
    if np.all(real < 0) or np.all(real > 0):
        kind = "focus" if turning else "node"
        return f"{'stable' if real[0] < 0 else 'unstable'} {kind}"
    return "saddle-focus" if turning else "saddle"


@dataclass(frozen=True)
class Region:
    """Where to look: starts between `low` and `high`, results kept inside `least` and `most`."""

    names: tuple[str, ...]
    low: Array
    high: Array
    least: Array
    most: Array

    @classmethod
    def around(cls, equations: Equations, box: Box) -> Region:
        """The box, and around the trajectory what the box leaves open."""
        names = equations.names
        least, most = _ends(equations.system.name, names, box)
        low, high = _visited(equations)
        width = (high - low) + 0.5 * np.maximum(np.abs(low), np.abs(high))
        width = np.where(width > 0, width, 1.0)
        low = np.where(np.isfinite(least), least, np.minimum(low - width, most - width))
        high = np.where(np.isfinite(most), most, np.maximum(high + width, low + width))
        return cls(names, low, high, least, most)

    @property
    def width(self) -> Array:
        """The size of each side, shape (states,)."""
        return self.high - self.low

    def starts(self, count: int) -> Array:
        """Points of the region, shape (states, count); every other one from far outside, on the
        sides that are open."""
        from scipy.stats import qmc

        power = max(2, int(np.ceil(np.log2(count))))
        unit: Array = qmc.Sobol(len(self.names), scramble=False).random_base2(power).T
        inner = self.low[:, None] + self.width[:, None] * unit
        far = np.tan(np.pi * (unit - 0.5) * 0.98) * self.width[:, None]
        outer = np.clip(inner + far, self.least[:, None], self.most[:, None])
        return np.where(np.arange(inner.shape[1]) % 2 == 0, inner, outer)

    def search(
        self, equations: Equations, count: int, parameters: Array | None = None
    ) -> list[list[Array]]:
        """The distinct equilibria, sorted, for each value of the parameter (or once)."""
        starts = self.starts(count)
        starts = np.column_stack([equations.initial, starts])
        found = []
        for value in [None] if parameters is None else parameters:
            states, good = self._newton(equations, starts, value)
            found.append(self._distinct(states[:, good]))
        return found

    def _newton(
        self, equations: Equations, states: Array, parameter: float | None
    ) -> tuple[Array, NDArray[np.bool_]]:
        """Newton's method on all starts; half of them with steps of a tenth of the region."""
        count, size = len(equations), self.width[:, None]
        longest = np.where(np.arange(states.shape[1]) % 4 < 2, 1.0, 0.1)
        states, before, good = states.copy(), states.copy(), np.zeros(states.shape[1], dtype=bool)
        active = np.arange(states.shape[1])
        with np.errstate(all="ignore"):
            for round_ in range(ROUNDS):
                now = states[:, active]
                found, matrix = equations.evaluate(now, parameter)
                matrix = matrix[:, :count]
                step = _solved(np.moveaxis(matrix, -1, 0), found.T).T
                moved = np.abs(step / size).max(axis=0)
                limit = longest[active] if round_ < ROUNDS // 2 else 1.0
                left = ~np.isfinite(moved)  # the domain: go back half of the way
                onward = now - step * np.minimum(1.0, limit / moved)
                states[:, active] = np.where(left, (now + before[:, active]) / 2, onward)
                stuck = left & np.all(now == before[:, active], axis=0)
                before[:, active] = np.where(left, before[:, active], now)
                small = np.abs(step) <= EXACT * (size + np.abs(now))
                large = (np.abs(matrix) * size).sum(axis=1)
                root = np.all(small & (np.abs(found) <= 1e-8 * large), axis=0)
                good[active[root]] = True
                active = active[~root & ~stuck]
        inside = states >= self.least[:, None] - SAME * size
        inside &= states <= self.most[:, None] + SAME * size
        return states, good & np.all(inside, axis=0)

    def _distinct(self, states: Array) -> list[Array]:
        kept: list[Array] = []
        for state in states.T:
            near = SAME * (self.width + np.abs(state))
            if not any(np.all(np.abs(state - other) <= near) for other in kept):
                kept.append(state)
        return sorted(kept, key=lambda state: tuple(np.round(state / self.width, 9)))


def _solved(matrices: Array, right: Array) -> Array:
    """The solution for each point; the shortest where a matrix is singular; NaN where undefined."""
    bad = ~np.isfinite(matrices.sum(axis=(1, 2)) + right.sum(axis=1))
    matrices = np.where(bad[:, None, None], np.eye(right.shape[1]), matrices)
    right = np.where(bad[:, None], np.nan, right)
    try:
        found = np.linalg.solve(matrices, right[:, :, None])
    except np.linalg.LinAlgError:
        found = np.linalg.pinv(matrices, rcond=1e-13) @ right[:, :, None]
    return np.asarray(found[:, :, 0], dtype=np.float64)


def _ends(model: str, names: tuple[str, ...], box: Box) -> tuple[Array, Array]:
    """The least and most of each state that the box allows; ModelError where it makes no sense."""
    wrong = [
        Problem(f"{model} has no state variable called `{name}`{nearest(name, names)}")
        for name in box
        if name not in names
    ]
    wrong += [
        Problem(f"the box of `{name}` is {ends!r}", hint="give (low, high), None for an open end")
        for name, ends in box.items()
        if not isinstance(ends, tuple | list) or len(ends) != 2
    ]
    if wrong:
        raise ModelError(wrong)
    closed = {
        name: (-np.inf if low is None else low, np.inf if high is None else high)
        for name, (low, high) in box.items()
    }
    wrong = [
        Problem(f"the box of `{name}` is from {low:g} to {high:g}", hint="give low < high")
        for name, (low, high) in closed.items()
        if not low < high
    ]
    if wrong:
        raise ModelError(wrong)
    ends = np.array([closed.get(name, (-np.inf, np.inf)) for name in names], dtype=float)
    return ends[:, 0], ends[:, 1]


def _visited(equations: Equations) -> tuple[Array, Array]:
    """The least and most of each state on the way from the initial state, as far as it is cheap."""
    import warnings

    from scipy.integrate import LSODA

    start = equations.initial
    value = None
    if equations.parameter is not None:
        declared = equations.system.parameters + equations.system.inputs
        value = next(item.value for item in declared if item.name == equations.parameter)
        value = equations.values.get(equations.parameter, value)
    found, matrix = equations.evaluate(start, value)
    seen = [start]
    if np.all(np.isfinite(found)) and np.all(np.isfinite(matrix)):
        rates = np.abs(np.linalg.eigvals(matrix[:, : len(equations)]))
        slowest = min((rate for rate in rates if rate > 1e-6 * rates.max()), default=1.0)
        sizes = np.abs(start)
        sizes = np.where(sizes > 0, sizes, np.abs(found) / (rates.max() or 1.0))
        sizes = np.where(sizes > 0, sizes, sizes.max() or 1.0)
        tolerances = {"rtol": 1e-4, "atol": 1e-6 * sizes}
        solver = LSODA(
            lambda t, y: equations.evaluate(y, value)[0], 0.0, start, 30 / slowest, **tolerances
        )
        limit = 1e4 * max(sizes.max(), np.abs(found).max() / slowest)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            while solver.status == "running" and len(seen) < 500:
                solver.step()
                if not np.all(np.abs(solver.y) < limit):
                    break
                seen.append(solver.y.copy())
    return np.min(seen, axis=0), np.max(seen, axis=0)
