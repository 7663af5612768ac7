"""`nullcline simulate`: a trajectory of a model, as numbers or as a picture."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path

from nullcline.cli.progress import Progress
from nullcline.dynamics import Dynamics
from nullcline.engine import simulate
from nullcline.system import System
from nullcline.trajectory import Run, Trajectory

HELP = "Simulate a model on the built-in engine."
EXAMPLE = "nullcline simulate vdp.yaml --duration 100 --set mu=2 --plot vdp.png -o vdp.csv"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    parser.add_argument("--duration", type=float, required=True, help="in the model's time unit")
    parser.add_argument(
        "--sampling", type=float, help="time between samples (default: duration/1000)"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_assignment,
        metavar="NAME=VALUE",
        help="another parameter, input or initial value; may be given several times",
    )
    parser.add_argument("--rtol", type=float, default=1e-9, help="relative tolerance (1e-9)")
    parser.add_argument("--atol", type=float, default=1e-12, help="absolute tolerance (1e-12)")
    parser.add_argument("--plot", metavar="FILE", help="a picture: .png, .svg or .pdf")
    parser.add_argument("-o", "--output", metavar="FILE", help="the numbers: .csv or .nc")


def _assignment(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        what = f"`{value}` is not a number" if equals else "write NAME=VALUE"
        raise argparse.ArgumentTypeError(f"{text}: {what}") from None


def run(options: argparse.Namespace) -> int:
    """Simulate, write what was asked for, say how it ended; 1 if before its time."""
    writer = _writer(options.output)
    model = Dynamics.from_yaml(options.model)
    system = model.system()
    sampling = options.sampling or options.duration / 1000
    values = system.sorted_values(dict(options.set))
    plan = Run(options.duration, sampling, **values, rtol=options.rtol, atol=options.atol)
    with Progress(f"simulating {model.name}") as progress:
        found = simulate(system, plan, progress)
    if writer is not None:
        writer(Path(options.output), system, found)
        print(f"{options.output}: {len(found.times)} samples of {', '.join(found.names)}")
    if options.plot:
        from nullcline.plot import time_series

        time_series(found, model=system).savefig(options.plot, dpi=150)
        print(f"{options.plot}: picture")
    if writer is None and not options.plot:
        _table(sys.stdout, system, found)
    if not found.finished:
        print(
            f"nullcline: {model.name} {found.status} after t = {found.times[-1]:g}", file=sys.stderr
        )
    return 0 if found.finished else 1


def _writer(output: str | None):  # type: ignore[no-untyped-def]
    if output is None:
        return None
    writers = {".csv": _write_csv, ".nc": _write_netcdf}
    suffix = Path(output).suffix
    if suffix not in writers:
        raise ValueError(f"{output}: numbers are written as {' or '.join(writers)}")
    return writers[suffix]


def _table(stream, system: System, found: Trajectory) -> None:  # type: ignore[no-untyped-def]
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(["t", *found.names])
    rows.writerows(_rows(found))


def _rows(found: Trajectory) -> Iterable[list[float]]:
    return (
        [time, *state]
        for time, state in zip(found.times.tolist(), found.values.T.tolist(), strict=True)
    )


def _write_csv(path: Path, system: System, found: Trajectory) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        _table(stream, system, found)


def _write_netcdf(path: Path, system: System, found: Trajectory) -> None:
    import xarray

    units = {item.name: item.unit or "" for item in system.states}
    data = {
        name: ("time", found[name], {"units": units[name]} if units[name] else {})
        for name in found.names
    }
    attributes = {"model": system.name, "status": found.status}
    time = ("time", found.times, {"units": system.time_unit} if system.time_unit else {})
    xarray.Dataset(data, {"time": time}, attributes).to_netcdf(path, engine="scipy")
