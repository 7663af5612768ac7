"""The stiff solver beside SciPy's LSODA, in turn in one process: ratios and largest errors."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import odeint, solve_ivp
from scipy.linalg import expm

from nullcline import Dynamics, Run
from nullcline.engine import Points, sweep
from nullcline.system import System

TURNS = 7
RTOL = 1e-6


@dataclass(frozen=True)
class Case:
    """A stiff problem for both: a System, and a function of the state and a parameter's values."""

    title: str
    system: System
    field: Callable[..., Any]
    start: list[float]
    run: Run
    name: str
    values: np.ndarray
    band: int | None = None

    def ours(self, solver: str) -> np.ndarray:
        points = Points({self.name: self.values}, {}, len(self.values))
        found = sweep(self.system, points, self.run, solver=solver)
        assert found.values is not None
        assert (found.status == 0).all()
        return found.values

    def solve_ivp(self) -> np.ndarray:
        run, band = self.run, {} if self.band is None else {"lband": 1, "uband": 1}
        rows = [
            solve_ivp(
                *(self.field, (0, run.duration), self.start, "LSODA", run.times),
                **{"args": (value,), "rtol": run.rtol, "atol": run.atol, **band},
            ).y.T
            for value in self.values
        ]
        return np.array(rows)

    def odeint(self) -> np.ndarray:
        run, band = self.run, {} if self.band is None else {"ml": 1, "mu": 1}
        rows = [
            odeint(
                *(self.field, self.start, run.times, (value,)),
                **{"tfirst": True, "rtol": run.rtol, "atol": run.atol, "mxstep": 10**6, **band},
            )
            for value in self.values
        ]
        return np.array(rows)

    @property
    def checked(self) -> list[int]:
        """The points that are compared with the reference, which takes long."""
        return sorted({0, len(self.values) // 2, len(self.values) - 1})

    def exact(self) -> np.ndarray:
        """The chain by the matrix exponential, the others by Radau at 1e-10 or less."""
        run, rows = self.run, []
        for value in self.values[self.checked]:
            if self.band is None:
                options = {"args": (value,), "rtol": 1e-10, "atol": run.atol * 1e-5}
                done = solve_ivp(
                    self.field, (0, run.times[-1]), self.start, "Radau", run.times, **options
                )
                rows.append(done.y.T)
                continue
            size, row = len(self.start), [np.array(self.start)]
            matrix = np.eye(size, k=1) + np.eye(size, k=-1) - 2 * np.eye(size)
            step = expm(matrix * value * run.sampling)
            for _ in run.times[1:]:
                row.append(step @ row[-1])
            rows.append(np.array(row))
        return np.array(rows)


def system(equations: dict[str, str], start: list[float], **parameters: float) -> System:
    model = Dynamics("M", parameters=parameters)
    for (name, equation), value in zip(equations.items(), start, strict=True):
        model.add_state_variable(name, equation, value)
    return model.system()


def robertson(t: float, y: Any, k: float) -> list[float]:
    a, b, c = y
    slow, fast, back = k * a, 3e7 * b * b, 1e4 * b * c
    return [back - slow, slow - back - fast, fast]


def van_der_pol(t: float, y: Any, mu: float) -> list[float]:
    x, z = y
    return [z, mu * (1 - x * x) * z - x]


def chain(t: float, y: Any, rate: float) -> np.ndarray:
    slope = -2 * rate * y
    slope[1:] += rate * y[:-1]
    slope[:-1] += rate * y[1:]
    return slope


def cases() -> list[Case]:
    reaction = {"a": "1e4*b*c - k*a", "b": "k*a - 1e4*b*c - 3e7*b**2", "c": "3e7*b**2"}
    oscillator = {"x": "z", "z": "mu*(1 - x**2)*z - x"}
    size = 100
    places = [[j for j in (i - 1, i + 1) if 0 <= j < size] for i in range(size)]
    line = {
        f"x{i}": f"rate*({' + '.join(f'x{j}' for j in places[i])} - 2*x{i})" for i in range(size)
    }
    hot = [float(np.sin(i)) + i / 50 for i in range(size)]
    one, two = system(reaction, [1, 0, 0], k=0.04), system(oscillator, [2, 0], mu=1e3)
    three = system(line, hot, rate=1e3)
    long = Run(1e5, 1e3, rtol=RTOL, atol=1e-10)
    wide = Run(2000, 10, rtol=RTOL, atol=1e-9)
    short = Run(1, 0.01, rtol=RTOL, atol=1e-9)
    few, many = np.array([0.04]), np.geomspace(0.02, 0.08, 50)
    return [
        Case("Robertson, t = 1e5", one, robertson, [1, 0, 0], long, "k", few),
        Case("the same, 50 points", one, robertson, [1, 0, 0], long, "k", many),
        Case("Van der Pol, mu = 1000", two, van_der_pol, [2, 0], wide, "mu", np.array([1e3])),
        Case(
            *("the same, 50 points", two, van_der_pol, [2, 0], wide, "mu"),
            np.geomspace(500, 2000, 50),
        ),
        Case("chain of 100", three, chain, hot, short, "rate", np.array([1e3]), 1),
        Case(
            "the same, 50 points", three, chain, hot, short, "rate", np.geomspace(500, 2e3, 50), 1
        ),
    ]


def main() -> None:
    """Print each case's medians, ratios to solve_ivp's LSODA and largest errors."""
    began = time.process_time()
    cases()[0].ours("rodas")
    print(f"first call: {time.process_time() - began:.2f} CPU s (compiling where not yet cached)")
    print(f"rtol {RTOL:g}; errors relative to each variable's largest size; {TURNS} turns each")
    for case in cases():
        engines: dict[str, Callable[[], np.ndarray]] = {
            "LSODA, solve_ivp": case.solve_ivp,
            "LSODA, odeint": case.odeint,
            "nullcline, rodas": lambda case=case: case.ours("rodas"),
            "nullcline, auto": lambda case=case: case.ours("auto"),
        }
        exact = case.exact()
        scale = np.abs(exact).max(axis=1, keepdims=True)
        times: dict[str, list[float]] = {name: [] for name in engines}
        errors = {}
        for _ in range(TURNS):
            for name, engine in engines.items():
                began = time.perf_counter()
                found = engine()
                times[name].append(time.perf_counter() - began)
                errors[name] = float(np.max(np.abs(found[case.checked] - exact) / scale))
        medians = {name: statistics.median(each) for name, each in times.items()}
        first = medians["LSODA, solve_ivp"]
        print(f"\n{case.title:<24} {'ms':>9} {'LSODA is':>10} {'error':>9}")
        for name, median in medians.items():
            ratio = first / median
            print(f"{name:<24} {median * 1e3:9.2f} {ratio:8.1f} x {errors[name]:9.1e}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
