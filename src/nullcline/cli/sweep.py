"""`nullcline sweep`: a model, or the sweep of a study, over any number of axes."""

from __future__ import annotations

import argparse
import sys
import unicodedata
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nullcline.cli.export import destination
from nullcline.cli.simulate import PICTURES, assignment, checked, replacing, tolerance
from nullcline.dynamics import Dynamics
from nullcline.sources.yaml import read_file
from nullcline.study import is_study, load_study

if TYPE_CHECKING:
    import xarray as xr

    from nullcline.sweep import Request

HELP = "Simulate a model at many parameter values, or run the sweep of a study."
EXAMPLE = (
    "nullcline sweep vdp.yaml --over mu=0.1:5:50 --over x=0,1,2 --feature amplitude:x "
    "--duration 100 --after 50 -o vdp.zarr"
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("model", metavar="FILE", help="a study file, or a model file")
    add("--sweep", metavar="NAME", help="which sweep of a study; needed where it has several")
    add(
        "--over",
        action="append",
        default=[],
        type=_axis,
        metavar="NAME=VALUES",
        help="a swept parameter, input or initial value: 0.1,0.5,1 or low:high:count, "
        "low:high:count:log; low:high for samples; may be given several times",
    )
    methods = parser.add_mutually_exclusive_group()
    methods.add_argument("--zip", action="store_true", help="axes together, not each with each")
    methods.add_argument("--latin", type=int, metavar="N", help="a Latin hypercube of N points")
    methods.add_argument("--sobol", type=int, metavar="N", help="N points of a Sobol sequence")
    add("--seed", type=int, metavar="SEED", help="of the random points (0)")
    add(
        "--feature",
        action="append",
        default=[],
        metavar="FEATURE",
        help="what to measure: amplitude, mean:x**2 + z, spread=maximum:x - z; several times",
    )
    add("--record", action="append", metavar="NAME", help="a variable to keep (every state)")
    add("--duration", type=float, help="in the model's time unit")
    add("--after", type=float, help="features leave out the time before (0)")
    add("--sampling", type=float, help="time between samples; without it features alone are kept")
    _engine_arguments(parser)
    add("--plot", metavar="FILE", help="a picture: .png, .svg or .pdf")
    add("-o", "--output", metavar="FILE", help="the result: .zarr, .nc or .csv")
    add("--resume", action="store_true", help="go on with the sweep that a .zarr file holds")


def _engine_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--set", action="append", default=[], type=assignment, metavar="NAME=VALUE", help="a value")
    add("--solver", metavar="NAME", help="auto (default), or one of the engine's solvers")
    add("--rtol", type=tolerance, help="relative tolerance (1e-06)")
    add("--atol", type=tolerance, help="absolute tolerance (1e-09)")
    add("--chunk", type=int, metavar="N", help="points that are done and written at once")
    add("--backend", choices=("local", "dask"), help="where it is computed (local)")


def _axis(text: str) -> tuple[str, Any]:
    """`mu=0.1,0.5,1` or `a=0.5:1:5` or `a=0.01:100:5:log`, or an interval `a=0.5:1[:log]`."""
    name, equals, given = text.partition("=")
    try:
        if not equals:
            raise ValueError
        return unicodedata.normalize("NFKC", name.strip()), _values(given)
    except ValueError:
        hint = "write NAME=0.1,0.5,1 or NAME=LOW:HIGH:COUNT"
        raise argparse.ArgumentTypeError(f"{text}: {hint}") from None


def _values(given: str) -> Any:
    import numpy as np

    parts = given.split(":")
    if len(parts) == 1:
        return [float(part) for part in given.split(",")]
    log = parts[-1] == "log"
    low, high, *count = (float(part) for part in parts[: len(parts) - log])
    if not count:
        return (low, high, "log") if log else (low, high)
    if len(count) > 1 or not count[0].is_integer() or count[0] < 1 or not np.isfinite(low + high):
        raise ValueError
    if log and not (low > 0 and high > 0):
        raise ValueError
    return (np.geomspace if log else np.linspace)(low, high, int(count[0]))


def run(options: argparse.Namespace) -> int:
    """Sweep, write what was asked for, say how it ended; 1 if any point ended early."""
    from nullcline.sweep import SweepInterrupted, sweep

    picture = checked(options.plot, options.model, "pictures", PICTURES)
    if options.output is not None and not Path(options.output).is_dir():
        destination(options.output, options.model)
    model, request = _read(options)
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
        print(f"nullcline: {_resumable(str(stopped[0].message))}", file=sys.stderr)
        return 130
    _tell(options, found, picture)
    return _ended(model.name, found)


def _read(options: argparse.Namespace) -> tuple[Dynamics, Request]:
    """The model, and what is asked of it by the options or by the study, which they override."""
    from dataclasses import replace

    from nullcline.sweep.axes import pairs
    from nullcline.sweep.declared import request

    document = read_file(options.model)
    if not is_study(document):
        if options.sweep:
            raise ValueError(f"--sweep: {options.model} is a model file, not a study")
        return Dynamics.from_document(document), _asked(options)
    wrong = [f"--{name}" for name in ("over", "zip", "latin", "sobol") if getattr(options, name)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)}: the axes of a study stand in its file")
    study, model = load_study(document, Path(options.model).parent)
    asked = request(study, options.sweep)
    names = {name for name, _ in options.set}
    values = [pair for pair in pairs(asked.values) if pair[0] not in names]
    changes = _given(options)
    if options.feature:
        changes["features"] = options.feature
    for name in ("duration", "sampling"):
        if getattr(options, name) is not None:
            changes[name] = getattr(options, name)
    return model, replace(asked, values=[*values, *options.set], **changes)


def _asked(options: argparse.Namespace) -> Request:
    """The request that the options make alone."""
    from nullcline.sweep import Request

    if options.duration is None:
        raise ValueError("a model is swept for a --duration, in its time unit")
    given = _given(options)
    if options.zip:
        given["method"] = "zip"
    for name, method in (("latin", "latin_hypercube"), ("sobol", "sobol")):
        if getattr(options, name) is not None:
            given |= {"method": method, "n": getattr(options, name)}
    if given.get("method", "zip") == "zip":
        for name in (name for name, value in options.over if isinstance(value, tuple)):
            hint = "give LOW:HIGH:COUNT, or draw points from it with --sobol N or --latin N"
            raise ValueError(f"--over {name}: an interval is no list of numbers; {hint}")
    shared = (options.over, options.duration, options.sampling, options.feature)
    return Request(*shared, values=options.set, **given)


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The fields of a request that stand on the command line."""
    found = {"outputs": options.record}
    for name in ("after", "seed", "solver", "rtol", "atol", "chunk"):
        found[name] = getattr(options, name)
    return {name: value for name, value in found.items() if value is not None}


def _tell(options: argparse.Namespace, found: xr.Dataset, picture: Path | None) -> None:
    """Write the picture, or the table where nothing else was asked for."""
    from nullcline.sweep.files import table

    count = found["status"].size
    if options.output is not None:
        names = ", ".join(str(name) for name in found.data_vars)
        print(f"{options.output}: {count:,} points: {names}")
    if picture is not None:
        from nullcline import plot

        with replacing(picture) as path:
            plot.show_sweep(found).savefig(path, dpi=150)
        print(f"{picture}: picture")
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
        print(f"nullcline: {whole}: {', '.join(early)}", file=sys.stderr)
    return 1 if early else 0


def _resumable(text: str) -> str:
    """The sentence of an interruption, in the words of the command line."""
    text = text.replace("the same call with resume=True", "the same command with --resume")
    return text.replace("give out= a .zarr file", "give -o a .zarr file")
