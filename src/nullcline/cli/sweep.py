"""`nullcline sweep`: a model, or the sweep of a study, over any number of axes."""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from nullcline.cli.asked import axis, read
from nullcline.cli.numbers import ABSOLUTE, add_set, tolerance
from nullcline.cli.outputs import PICTURES, checked, destination
from nullcline.cli.words import spoken
from nullcline.host.files import replacing
from nullcline.host.printing import say

if TYPE_CHECKING:
    import xarray as xr

HELP = "Simulate a model at many parameter values, or run the sweep of a study."
EXAMPLE = (
    "nullcline sweep vdp.yaml --over mu=0.1:5:50 --over x=0,1,2 --feature amplitude:x "
    "--duration 100 --after 50 -o vdp.zarr"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("model", metavar="FILE", help="a model or study file")
    add("--sweep", metavar="NAME", help="which sweep of a study; needed where it has several")
    add(
        "--over",
        action="append",
        default=[],
        type=axis,
        metavar="NAME=VALUES",
        help="a swept parameter, input or initial value: 0.1,0.5,1 or low:high:count, "
        "low:high:count:log; low:high for samples; may be given several times",
    )
    methods = parser.add_mutually_exclusive_group()
    methods.add_argument("--zip", action="store_true", help="axes together, not each with each")
    methods.add_argument("--latin", type=int, metavar="N", help="a Latin hypercube of N points")
    methods.add_argument("--sobol", type=int, metavar="N", help="N points of a Sobol sequence")
    add("--seed", type=int, metavar="SEED", help="of the random points (default: 0)")
    add(
        "--feature",
        action="append",
        default=[],
        metavar="FEATURE",
        help="what to measure: amplitude, mean:x**2 + z, spread=maximum:x - z; may be given "
        "several times",
    )
    kept = "a variable to keep (default: every state); may be given several times"
    add("--record", action="append", metavar="NAME", help=kept)
    add("--duration", type=float, help="in the model's time unit")
    add("--after", type=float, help="features leave out the time before (default: 0)")
    add("--sampling", type=float, help="time between samples; without it features alone are kept")
    _engine_arguments(parser)
    add("--plot", metavar="FILE", help="a picture: .png, .svg or .pdf")
    add("-o", "--output", metavar="FILE", help="the result: .zarr, .nc or .csv")
    add("--resume", action="store_true", help="go on with the sweep that a .zarr file holds")


def _engine_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add_set(parser)
    add("--solver", metavar="NAME", help="auto (the default), or one of the engine's solvers")
    add(
        "--machine",
        metavar="NAME",
        help="auto (the default): whichever takes the least time; register: for all models; "
        "compiled: for this one, kept on disk; numpy: slow, nothing compiled",
    )
    add("--rtol", type=tolerance, help="relative tolerance (default: 1e-06)")
    add("--atol", type=tolerance, help=ABSOLUTE)
    add("--chunk", type=int, metavar="N", help="points that are done and written at once")
    add("--backend", choices=("local", "dask", "jax"), help="where it is computed (default: local)")


def run(options: argparse.Namespace) -> int:
    """Sweep, write what was asked for, say how it ended; 1 if any point ended early."""
    from nullcline.sweep import SweepInterrupted, sweep

    picture = checked(options.plot, options.model, "pictures", PICTURES)
    if options.output is not None and not Path(options.output).is_dir():
        destination(options.output, options.model)
    model, request = read(options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", SweepInterrupted)
        found = sweep(
            model.system(),
            request,
            backend=options.backend,
            out=options.output,
            resume=options.resume,
        )
    stopped = [w for w in caught if issubclass(w.category, SweepInterrupted)]
    for warning in (w for w in caught if w not in stopped):
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if stopped:
        say(f"nullcline: {spoken(str(stopped[0].message))}", error=True)
        return 130
    _tell(options, found, picture)
    return _ended(model.name, found)


def _tell(options: argparse.Namespace, found: xr.Dataset, picture: Path | None) -> None:
    """Write the picture, or the table where nothing else was asked for."""
    from nullcline.sweep.files import table

    count = found["status"].size
    if options.output is not None:
        names = ", ".join(str(name) for name in found.data_vars)
        say(f"{options.output}: {count:,} points: {names}")
    if picture is not None:
        from nullcline import plot

        with replacing(picture) as path:
            plot.show_sweep(found).savefig(path, dpi=150)
        say(f"{picture}: picture")
    if options.output is None and picture is None:
        table(found, sys.stdout)


def _ended(name: str, found: xr.Dataset) -> int:
    """Say how many points ended early, and how; 1 if any did."""
    import numpy as np

    from nullcline.engine import STATUSES

    codes, counts = np.unique(found["status"].values, return_counts=True)
    ends = zip(codes.tolist(), counts.tolist(), strict=True)
    early = [f"{count:,} {STATUSES[code]}" for code, count in ends if code]
    if early:
        whole = f"of {found['status'].size:,} points of {name}"
        say(f"nullcline: {whole}: {', '.join(early)}", error=True)
    return 1 if early else 0
