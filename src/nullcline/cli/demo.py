"""`nullcline demo`: three models from declaration to report, exports, proof, sweep and picture."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from nullcline.cli.progress import Progress
from nullcline.conformance import Outcome, check
from nullcline.dynamics import Dynamics
from nullcline.engine import simulate
from nullcline.targets import all_targets
from nullcline.trajectory import Run, Trajectory

HELP = "Take three models from declaration to report, exports, proof, sweep and picture."
EXAMPLE = "nullcline demo out/"


@dataclass(frozen=True)
class Tour:
    """What is done with one model of the library: the sweep and the picture of it."""

    file: str
    duration: float
    sampling: float
    points: tuple[Mapping[str, float], ...]
    draw: Callable[[Any, list[Trajectory], Tour], Any]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "folder", nargs="?", default="nullcline-demo", metavar="DIR", help="default: nullcline-demo"
    )


def run(options: argparse.Namespace) -> int:
    """Do the whole tour; 1 if any export is not what the model means."""
    folder = Path(options.folder)
    folder.mkdir(parents=True, exist_ok=True)
    return max(_tour(tour, folder) for tour in TOURS)


def _tour(tour: Tour, folder: Path) -> int:
    source = files("nullcline") / "library" / tour.file
    model = Dynamics.from_yaml(source.read_text(encoding="utf-8"))
    system = model.system()
    print(f"{model.name}: {model.label}, valid")
    for suffix, form in ((".html", "html"), (".md", "markdown")):
        page = folder / f"{model.name}{suffix}"
        page.write_text(model.generate_report(form), encoding="utf-8")
        print(f"  report      {page}")
    failed = 0
    for target in all_targets().values():
        verdict = check(target, system, Run(tour.duration / 5, tour.duration / 500))
        print(f"  {target.name:<11} {_said(verdict)}")
        failed |= verdict.outcome in (Outcome.DEVIATES, Outcome.FAILED)
        if verdict.text:
            path = folder / f"{model.name}_{target.name}{target.suffix}"
            model.to_yaml(path, format=target.name)
            print(f"  {'':<11} {path}")
    found = _sweep(tour, model)
    picture = folder / f"{model.name}.png"
    tour.draw(model, found, tour).savefig(picture, dpi=110)
    swept = " x ".join(dict.fromkeys(name for point in tour.points for name in point))
    print(f"  sweep       {len(found)} points over {swept}")
    print(f"  picture     {picture}")
    return int(failed)


def _said(verdict: Any) -> str:
    if verdict.outcome == Outcome.CONFORMS:
        return f"conforms: at most {verdict.deviation:.0e} of a variable's range from the reference"
    return f"{verdict.outcome}: {verdict.reason}"


def _sweep(tour: Tour, model: Dynamics) -> list[Trajectory]:
    system = model.system()
    found = []
    with Progress(f"sweeping {model.name}") as progress:
        for index, point in enumerate(tour.points):
            values = system.sorted_values(point)
            plan = Run(tour.duration, tour.sampling, **values, rtol=1e-7, atol=1e-9)
            found.append(simulate(system, plan))
            progress((index + 1) / len(tour.points))
    return found


def _draw_series(model: Dynamics, found: list[Trajectory], tour: Tour) -> Any:
    from nullcline.plot import time_series

    return time_series(found, {"mu": [point["mu"] for point in tour.points]}, model=model)


def _draw_map(model: Dynamics, found: list[Trajectory], tour: Tour) -> Any:
    from nullcline.plot import heat_map

    half = [trajectory["v"][len(trajectory.times) // 2 :] for trajectory in found]
    amplitudes = np.array([np.ptp(values) for values in half])
    a, current = (sorted({point[name] for point in tour.points}) for name in ("a", "I_ext"))
    return heat_map(
        amplitudes.reshape(len(a), len(current)),
        current,
        a,
        xlabel="I_ext",
        ylabel="a",
        label="Amplitude of v",
        title=f"{model.label}: where it oscillates",
    )


def _draw_bifurcation(model: Dynamics, found: list[Trajectory], tour: Tour) -> Any:
    from nullcline.plot import bifurcation_diagram

    points = {"eta": [point["eta"] for point in tour.points]}
    return bifurcation_diagram(found, points, "r", traces=[0, 10, 15, 25], model=model)


TOURS = (
    Tour(
        "van_der_pol.yaml",
        100.0,
        0.05,
        tuple({"mu": mu} for mu in (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)),
        _draw_series,
    ),
    Tour(
        "fitzhugh_nagumo.yaml",
        200.0,
        0.1,
        tuple(
            {"a": float(a), "I_ext": float(current)}
            for a in np.linspace(0.5, 1, 5)
            for current in np.linspace(0, 1, 5)
        ),
        _draw_map,
    ),
    Tour(
        "qif_mean_field.yaml",
        200.0,
        0.1,
        tuple({"eta": float(eta)} for eta in np.linspace(-10, 5, 30)),
        _draw_bifurcation,
    ),
)
