"""Sweeps side by side: the guide's three, with errors, and the scaling with the points."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from guide import FHN, GUIDE, HH, VDP, Guide, call_c, in_c, in_pyrates, in_scipy, nullcline

from nullcline.engine import Feature, Points, compiled, kept, sweep
from nullcline.engine.compiled import Kernels
from nullcline.engine.program import program
from nullcline.engine.tableau import dp5
from nullcline.expression import Symbol

ROUNDS = 5
SCALES = (1, 100, 10_000, 100_000, 1_000_000)
CHUNK = 1 << 16
"""How many points the features of a large sweep are asked for at once, as `Dynamics.sweep` does."""


def engines() -> dict[str, Callable[[Guide], np.ndarray]]:
    """What is compared, by name; the first is what all are ratios to."""
    found: dict[str, Callable[[Guide], np.ndarray]] = {
        "nullcline": nullcline,
        "nullcline, 1 thread": lambda guide: nullcline(guide, threads=1),
        "nullcline dop853": lambda guide: nullcline(guide, "dop853"),
        "C, SIMD over points": in_c,
        "SciPy RK45, a loop": in_scipy,
    }
    try:
        import pyrates  # noqa: F401
    except ImportError:
        print("PyRates is not installed: left out")
    else:
        found["pyrates.grid_search"] = in_pyrates
        found["pyrates, rtol 1e-6"] = lambda guide: in_pyrates(guide, rtol=1e-6, atol=1e-9)
    return found


def guide_sweeps() -> None:
    """Medians of interleaved warm runs, wall and CPU, and the largest error."""
    every = engines()
    for guide in GUIDE:
        print(f"\n{guide.name}: {guide.points.count} points, T = {guide.duration:g}, rtol 1e-6")
        wall: dict[str, list[float]] = {name: [] for name in every}
        cpu: dict[str, list[float]] = {name: [] for name in every}
        errors = {name: guide.error(engine(guide)) for name, engine in every.items()}
        for _ in range(ROUNDS):
            for name, engine in every.items():
                for _ in range(1 if max(wall[name], default=1) > 0.05 else 5):
                    began, spent = time.perf_counter(), time.process_time()
                    engine(guide)
                    wall[name].append(time.perf_counter() - began)
                    cpu[name].append(time.process_time() - spent)
        first = statistics.median(cpu["nullcline"])
        print(f"{'':<22} {'wall ms':>9} {'CPU ms':>9} {'CPU ratio':>10} {'error':>9}")
        for name in every:
            middle = statistics.median(cpu[name])
            ms = f"{1e3 * statistics.median(wall[name]):9.2f} {1e3 * middle:9.2f}"
            print(f"{name:<22} {ms} {middle / first:10.2f} {errors[name]:9.1e}")


def many(guide: Guide, count: int) -> Points:
    """Random values of the axes within their ranges."""
    rng = np.random.default_rng(0)
    axes = {name: rng.uniform(min(v), max(v), count) for name, v in guide.axes.items()}
    return Points(axes, {}, count)


def features_only(guide: Guide, points: Points, **options: object) -> np.ndarray:
    """The amplitude of the first state in the second half of the run, chunk by chunk."""
    system = guide.system
    feature = (Feature("amplitude", "amplitude", Symbol(system.states[0].name)),)
    run = replace(guide.run, sampling=guide.duration)
    found = [
        sweep(
            system,
            points.part(start, start + CHUNK),
            run,
            trajectories=False,
            features=feature,
            after=guide.duration / 2,
            **options,
        ).features["amplitude"]
        for start in range(0, points.count, CHUNK)
    ]
    return np.concatenate(found)


def scaling(guide: Guide, count: int) -> None:
    """One line: time a point, here and in C, and the process's peak memory."""
    points, times = many(guide, count), np.array([0.0, guide.duration])
    extremes = np.empty((count, 2))

    def timed(function: Callable[[], object]) -> tuple[float, float]:
        began, spent = time.perf_counter(), time.process_time()
        function()
        return time.perf_counter() - began, time.process_time() - spent

    features_only(guide, many(guide, 1))
    call_c(guide, many(guide, 1), times, None, extremes, guide.duration / 2)
    rounds = ROUNDS if count < 100_000 else 1
    ours = [timed(lambda: features_only(guide, points)) for _ in range(rounds)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    half = guide.duration / 2
    theirs = [timed(lambda: call_c(guide, points, times, None, extremes, half)) for _ in ours]
    wall, cpu = (statistics.median(column) for column in zip(*ours, strict=True))
    in_c_cpu = statistics.median(spent for _, spent in theirs)
    us = f"{1e6 * wall / count:12.2f} {1e6 * cpu / count:12.2f} {1e6 * in_c_cpu / count:12.2f}"
    print(f"{guide.name:<5} {count:>9,} {us} {cpu / in_c_cpu:9.2f} {peak:9.0f}", flush=True)


WAYS = {
    "nullcline, nothing compiled": "nullcline",
    "nullcline, engine compiled": "nullcline",
    "pyrates.grid_search": "in_pyrates",
}
"""The whole processes that are compared, each by the function of guide.py that it calls."""


def cold() -> None:
    """Whole processes, interleaved, from start to end: wall and CPU of each, that of what it leaves
    to the background apart."""
    folder = Path(__file__).parent
    call = "import sys; sys.path.insert(0, sys.argv[1]); import guide\n"
    call += "getattr(guide, sys.argv[2])({g.name: g for g in guide.GUIDE}[sys.argv[3]])"

    def run(way: str, name: str) -> tuple[float, float]:
        began, spent = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory() as empty:
            environment = dict(os.environ)
            if way == "nullcline, nothing compiled":  # the background would disturb the others
                environment |= {"NULLCLINE_COMPILE": "never", "NUMBA_CACHE_DIR": empty}
            command = [sys.executable, "-c", call, str(folder), WAYS[way], name]
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        gone = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = gone.ru_utime + gone.ru_stime - spent.ru_utime - spent.ru_stime
        return time.perf_counter() - began, cpu

    ways = [way for way in WAYS if "pyrates" not in way or find_spec("pyrates")]
    print(f"\nwhole processes, seconds\n{'':<5} {'':<28} {'wall':>7} {'CPU':>7}")
    for guide in GUIDE:
        nullcline(guide, machine="register")
        found = {way: [] for way in ways}
        for _ in range(3):
            for way in ways:
                found[way].append(run(way, guide.name))
        for way in ways:
            wall, cpu = (statistics.median(column) for column in zip(*found[way], strict=True))
            print(f"{guide.name:<5} {way:<28} {wall:7.2f} {cpu:7.2f}", flush=True)


def machines(guide: Guide, count: int) -> None:
    """One line: CPU time a point by the register machine, by code compiled for the model, by
    what is chosen in a new process, and in C; CPU seconds that compiling took and loading takes."""
    points, few = many(guide, count), many(guide, 100)
    kernels, seconds = Kernels(program(guide.system), dp5(), 32), []
    for made in (kernels.made, kernels.fetched):  # the second finds them on disk
        began = time.process_time()
        made()
        seconds.append(time.process_time() - began)
        compiled.ADDRESSES.clear()
    features_only(guide, few, threads=1, machine="register")
    every: dict[str, list[float]] = {"auto": [], "register": [], "compiled": []}
    shutil.rmtree(kept.folder() or "", ignore_errors=True)  # the first has to find out
    for _ in range(3 if count < 100_000 else 1):
        for name, spent in every.items():
            began = time.process_time()
            features_only(guide, points, threads=1, machine=name)
            spent.append((time.process_time() - began) / count * 1e6)
    auto, own = every["auto"][0], min(every["compiled"])
    ratio = min(every["register"]) / own
    line = f"{guide.name:<5} {count:>8,} {min(every['register']):10.2f} {own:10.2f} {ratio:8.2f}"
    c = _in_c(guide, points) if guide is not HH else float("nan")
    print(f"{line} {auto:10.2f} {c:8.2f} {seconds[0]:10.2f} {1e3 * seconds[1]:9.1f}", flush=True)


def _in_c(guide: Guide, points: Points) -> float:
    """Microseconds a point of the kernel in C."""
    times, extremes = np.array([0.0, guide.duration]), np.empty((points.count, 2))
    call_c(guide, many(guide, 1), times, None, extremes, guide.duration / 2)
    began = time.process_time()
    call_c(guide, points, times, None, extremes, guide.duration / 2)
    return (time.process_time() - began) / points.count * 1e6


def main() -> None:
    """Everything, or with `scaling NAME COUNT` or `machines NAME COUNT` one line, or `cold`."""
    if sys.argv[1:2] == ["cold"]:
        cold()
        return
    if sys.argv[1:2] == ["machines"]:
        every = {guide.name: guide for guide in (*GUIDE, HH)}
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_CACHE_HOME"] = folder
            os.environ.pop("NUMBA_CACHE_DIR", None)
            machines(every[sys.argv[2]], int(sys.argv[3]))
        return
    if sys.argv[1:2] == ["scaling"]:
        scaling({"VdP": VDP, "FHN": FHN}[sys.argv[2]], int(sys.argv[3]))
        return
    guide_sweeps()
    cold()
    columns = f"{'wall us/pt':>12} {'CPU us/pt':>12} {'C us/pt':>12} {'CPU / C':>9} {'peak MB':>9}"
    print(f"\nfeatures only\n{'':<5} {'points':>9} {columns}", flush=True)
    most = int(sys.argv[1]) if len(sys.argv) > 1 else SCALES[-1]
    for guide in (VDP, FHN):
        for count in [scale for scale in SCALES if scale <= most]:
            command = [sys.executable, __file__, "scaling", guide.name, str(count)]
            subprocess.run(command, check=True)
    head = f"{'register':>10} {'compiled':>10} {'ratio':>8} {'auto':>10} {'C':>8}"
    print("\none thread, features only, CPU us/pt; CPU seconds to compile, ms to load", flush=True)
    print(f"{'':<5} {'points':>8} {head} {'compile s':>10} {'load ms':>9}", flush=True)
    for guide in (*GUIDE, HH):
        for count in [scale for scale in (10_000, 100_000) if scale <= most]:
            command = [sys.executable, __file__, "machines", guide.name, str(count)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
