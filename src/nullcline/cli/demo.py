"""`nullcline demo`: three models from declaration to report, exports, proof, sweep and picture."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline import library
from nullcline.conformance import WRONG, Outcome, check
from nullcline.dynamics import Dynamics
from nullcline.host.files import replacing, write_text
from nullcline.host.printing import say
from nullcline.suffixes import refuse_folder
from nullcline.targets import all_targets
from nullcline.trajectory import Run

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

HELP = "Take three models from declaration to report, exports, proof, sweep and picture."
EXAMPLE = "nullcline demo out/"


@dataclass(frozen=True)
class Tour:
    """What is done with one model of the library: the sweep and the picture of it."""

    name: str
    over: Mapping[str, Any]
    duration: float
    sampling: float | None
    draw: Callable[[Dynamics, xr.Dataset], Figure]
    after: float = 0.0
    more: Mapping[str, Any] = field(default_factory=dict)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "folder", nargs="?", default="nullcline-demo", metavar="DIR", help="default: nullcline-demo"
    )


def run(options: argparse.Namespace) -> int:
    """Do the whole tour; 1 if any export is not what the model means."""
    folder = Path(options.folder)
    refuse_folder(folder, "the demo")
    folder.mkdir(parents=True, exist_ok=True)
    return max(_tour(tour, folder) for tour in TOURS)


def _tour(tour: Tour, folder: Path) -> int:
    model = library.load(tour.name)
    system = model.system()
    say(f"{model.name}: {model.label}, valid")
    for suffix, form in ((".html", "html"), (".md", "markdown")):
        page = folder / f"{model.name}{suffix}"
        write_text(page, model.generate_report(form))
        say(f"  report      {page}")
    failed = 0
    for target in all_targets().values():
        verdict = check(target, system, Run(tour.duration / 5, tour.duration / 500))
        say(f"  {target.name:<11} {_said(verdict)}")
        failed |= verdict.outcome in WRONG
        if verdict.text:
            path = folder / f"{model.name}_{target.name}{target.suffix}"
            model.to_yaml(path, format=target.name)
            say(f"  {'':<11} {path}")
    began = time.perf_counter()
    found = model.sweep(tour.over, tour.duration, tour.sampling, after=tour.after, **tour.more)
    seconds = time.perf_counter() - began
    picture = folder / f"{model.name}.png"
    with replacing(picture) as path:
        tour.draw(model, found).savefig(path, dpi=110)
    swept = " x ".join(tour.over)
    say(f"  sweep       {found['status'].size:,} points over {swept} in {seconds:.1f} s")
    say(f"  picture     {picture}")
    return int(failed)


def _said(verdict: Any) -> str:
    if verdict.outcome == Outcome.CONFORMS:
        return f"conforms: at most {verdict.deviation:.0e} of a variable's range from the reference"
    return f"{verdict.outcome}: {verdict.reason}"


def _draw_series(model: Dynamics, found: xr.Dataset) -> Figure:
    from nullcline.plot import time_series

    return time_series(found, model=model)


def _draw_map(model: Dynamics, found: xr.Dataset) -> Figure:
    from nullcline.plot import heat_map

    return heat_map(
        found, "amplitude_v", x="I_ext", y="a", title=f"{model.label}: where it oscillates"
    )


def _draw_branches(model: Dynamics, found: xr.Dataset) -> Figure:
    from nullcline.plot import bifurcation

    low, high = (float(found["eta"][end]) for end in (0, -1))
    branches = model.continuation("eta", low, high, box={"r": (0.0, 10.0)})
    for point in branches.points:
        say(f"  {point.kind:<11} eta = {point.parameter:.6f}")
    return bifurcation(branches, "r", sweep=found, model=model)


TOURS = (
    Tour("van_der_pol", {"mu": [0.1, 0.5, 1.0, 2.0, 5.0, 10.0]}, 100.0, 0.05, _draw_series),
    Tour(
        "fitzhugh_nagumo",
        {"a": np.linspace(0.5, 1, 51), "I_ext": np.linspace(0, 1, 51)},
        300.0,
        None,
        _draw_map,
        after=150.0,
        more={"features": ["amplitude:v"]},
    ),
    Tour(
        "qif_mean_field",
        {"eta": np.linspace(-10, 5, 61)},
        200.0,
        None,
        _draw_branches,
        after=150.0,
        more={"features": ["minimum:r", "maximum:r"]},
    ),
)
