"""The three sweeps of the PyRates guide, and each engine's way to run them."""

from __future__ import annotations

import contextlib
import ctypes
import io
import itertools
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from nullcline import Dynamics, Run, System
from nullcline.engine import Points, sweep


@dataclass(frozen=True)
class Guide:
    """A model of the library, the values swept, the run, and the parameters' order in C."""

    name: str
    file: str
    axes: dict[str, list[float]]
    duration: float
    sampling: float
    order: tuple[str, ...]
    outputs: tuple[str, ...]

    @cached_property
    def dynamics(self) -> Dynamics:
        folder = files("nullcline") / "library"
        return Dynamics.from_yaml((folder / self.file).read_text(encoding="utf-8"))

    @cached_property
    def system(self) -> System:
        return self.dynamics.system()

    @cached_property
    def points(self) -> Points:
        grid = np.meshgrid(*self.axes.values(), indexing="ij")
        columns = {name: values.ravel() for name, values in zip(self.axes, grid, strict=True)}
        return Points(columns, {}, len(next(iter(columns.values()))))

    @cached_property
    def run(self) -> Run:
        return Run(self.duration, self.sampling, rtol=1e-6, atol=1e-9)

    @cached_property
    def exact(self) -> np.ndarray:
        """By SciPy's DOP853 at 1e-12 (points, samples, states)."""
        run = replace(self.run, rtol=1e-12, atol=1e-13)
        return sweep(self.system, self.points, run, solver="scipy").values

    def error(self, values: np.ndarray) -> float:
        """The worst deviation of the outputs, over each point's range of that output."""
        states = [item.name for item in self.system.states]
        exact = self.exact[:, :, [states.index(name) for name in self.outputs]]
        exact = exact[:, : values.shape[1]]  # PyRates leaves the last sample out
        return float((np.abs(values - exact) / np.ptp(exact, axis=1)[:, None]).max())


VDP = Guide("VdP", "van_der_pol.yaml", {"mu": [0.1, 0.5, 1, 2, 5, 10]}, 100, 0.01, ("mu",),
            ("x", "z"))  # fmt: skip
FHN = Guide(
    "FHN",
    "fitzhugh_nagumo.yaml",
    {"a": np.linspace(0.5, 1, 5).tolist(), "I_ext": np.linspace(0, 1, 5).tolist()},
    200,
    0.1,
    ("a", "b", "tau", "I_ext"),
    ("v",),
)
QIF = Guide("QIF", "qif_mean_field.yaml", {"eta": np.linspace(-10, 5, 30).tolist()}, 500, 0.1,
            ("tau", "eta", "J", "Delta"), ("r",))  # fmt: skip
GUIDE = (VDP, FHN, QIF)
HH = Guide("HH", "hodgkin_huxley.yaml", {"I_ext": [0, 20]}, 100, 0.1, (), ("V",))
"""Not of the guide, and without a kernel in C: a model that is functions for the most part."""


def nullcline(guide: Guide, solver: str = "auto", **options: object) -> np.ndarray:
    """(points, samples, outputs) by the sweep engine."""
    system = guide.system
    return sweep(
        system, guide.points, guide.run, outputs=guide.outputs, solver=solver, **options
    ).values


@lru_cache
def library(name: str) -> ctypes.CDLL:
    """The hand-written kernel, compiled for one model."""
    built = Path(tempfile.mkdtemp()) / f"{name}.so"
    source = Path(__file__).with_name("kernel.c")
    flags = ["-O3", "-march=native", "-Wno-psabi", "-ffp-contract=fast", "-shared", "-fPIC"]
    command = ["cc", *flags, f"-DMODEL={name.upper()}", "-o", built, source, "-lm"]
    subprocess.run([str(part) for part in command], check=True)
    loaded = ctypes.CDLL(str(built))
    double, array = ctypes.c_double, ctypes.c_void_p
    loaded.sweep.argtypes = [ctypes.c_long, array, array, ctypes.c_long, array]
    loaded.sweep.argtypes += [double, double, double, array, array]
    loaded.sweep.restype = ctypes.c_long
    return loaded


def in_c(guide: Guide) -> np.ndarray:
    """(points, samples, states) by the kernel in C."""
    count, times = guide.points.count, guide.run.times
    series = np.empty((count, 2, len(times)))
    call_c(guide, guide.points, times, series, None)
    states = [item.name for item in guide.system.states]
    return series.transpose(0, 2, 1)[:, :, [states.index(name) for name in guide.outputs]]


def call_c(
    guide: Guide,
    points: Points,
    times: np.ndarray,
    series: np.ndarray | None,
    range_: np.ndarray | None,
    after: float = 0.0,
) -> None:
    system, count = guide.system, points.count
    declared = {item.name: item.value for item in system.parameters}
    columns = [
        np.broadcast_to(points.parameters.get(name, declared[name]), count) for name in guide.order
    ]
    parameters = np.stack(columns, axis=1)
    initial = np.tile([item.value for item in system.states], (count, 1))
    library(guide.name).sweep(
        count,
        parameters.ctypes.data,
        initial.ctypes.data,
        len(times),
        times.ctypes.data,
        guide.run.rtol,
        guide.run.atol,
        after,
        series.ctypes.data if series is not None else None,
        range_.ctypes.data if range_ is not None else None,
    )


def in_scipy(guide: Guide) -> np.ndarray:
    """(points, samples, states) by a loop of SciPy's RK45 over an exported right-hand side."""
    from scipy.integrate import solve_ivp

    system, run = guide.system, guide.run
    start = [item.value for item in system.states]
    field = FIELDS[guide.name]
    rows = []
    for index in range(guide.points.count):
        declared = {item.name: item.value for item in system.parameters}
        declared |= {name: values[index] for name, values in guide.points.parameters.items()}
        args = tuple(float(declared[name]) for name in guide.order)
        options = {"rtol": run.rtol, "atol": run.atol, "args": args, "t_eval": run.times}
        rows.append(solve_ivp(field, (0, run.duration), start, **options).y.T)
    states = [item.name for item in system.states]
    return np.array(rows)[:, :, [states.index(name) for name in guide.outputs]]


def _vdp(t: float, s: np.ndarray, mu: float) -> list[float]:
    return [s[1], mu * (1 - s[0] ** 2) * s[1] - s[0]]


def _fhn(t: float, s: np.ndarray, a: float, b: float, tau: float, drive: float) -> list[float]:
    return [s[0] - s[0] ** 3 / 3 - s[1] + drive, (s[0] + a - b * s[1]) / tau]


def _qif(t: float, s: np.ndarray, tau: float, eta: float, j: float, delta: float) -> list[float]:
    r, v = s
    return [delta / (tau * np.pi) + 2 * r * v, v**2 + eta + j * r * tau - (np.pi * r * tau) ** 2]


FIELDS = {"VdP": _vdp, "FHN": _fhn, "QIF": _qif}


@contextlib.contextmanager
def module(guide: Guide, **parameters: float) -> Iterator[str]:
    """The model exported to PyRates as a module, as the guide does; its circuit's name."""
    dynamics = Dynamics.from_yaml(guide.dynamics.to_yaml())
    for name, value in parameters.items():
        dynamics.parameters[name].value = value
    with tempfile.TemporaryDirectory() as root:
        name = f"bench_{next(COUNTER)}"
        folder = Path(root) / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "model.yaml").write_text(dynamics.render_code("pyrates"), encoding="utf-8")
        sys.path.insert(0, root)
        try:
            yield f"{name}.model.{dynamics.name}_circuit"
        finally:
            sys.path.remove(root)


def in_pyrates(guide: Guide, **options: object) -> np.ndarray:
    """(points, samples but the last, outputs) by PyRates' grid_search, a call for each value of
    the first axis where there are two, as in the guide."""
    from pyrates import grid_search

    *outer, inner = guide.axes
    blocks = []
    for value in guide.axes[outer[0]] if outer else [None]:
        with module(guide, **({outer[0]: value} if outer else {})) as circuit:
            place = f"{guide.dynamics.name}_op"
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                results, _ = grid_search(
                    circuit_template=circuit,
                    param_grid={inner: list(guide.axes[inner])},
                    param_map={inner: {"vars": [f"{place}/{inner}"], "nodes": ["p"]}},
                    simulation_time=guide.duration,
                    step_size=1e-3,
                    sampling_step_size=guide.sampling,
                    outputs={name: f"p/{place}/{name}" for name in guide.outputs},
                    solver="scipy",
                    backend="default",
                    clear=True,
                    **options,
                )
        columns = [
            results.to_numpy()[:, [c[0] == name for c in results.columns]] for name in guide.outputs
        ]
        blocks.append(np.stack(columns, axis=-1).transpose(1, 0, 2))
    return np.concatenate(blocks)


COUNTER = itertools.count()
