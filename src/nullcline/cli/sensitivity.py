"""`nullcline sensitivity`: how much each parameter of a model matters for what it does."""

from __future__ import annotations

import argparse
import csv
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from nullcline.cli.numbers import ABSOLUTE, add_set, once, tolerance
from nullcline.cli.outputs import PICTURES, checked
from nullcline.host.files import replacing
from nullcline.host.printing import say
from nullcline.study import model_of

if TYPE_CHECKING:
    import xarray as xr

HELP = "Tell which parameters of a model matter, by indices over ranges."
EXAMPLE = (
    "nullcline sensitivity vdp.yaml --over mu=0.5:2 --over x=-1:1 --feature amplitude:x "
    "--duration 100 --after 50 -n 256 --plot bars.png"
)
TABLES: Mapping[str, str | None] = {".csv": None, ".nc": "xarray"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("model", metavar="MODEL", help="a model file, or a study of it")
    add(
        "--over",
        action="append",
        default=[],
        type=_range,
        metavar="NAME=LOW:HIGH",
        help="a parameter, input or initial value with its range, or LOW:HIGH:log; may be given "
        "several times (default: the declared domains)",
    )
    add("--feature", required=True, metavar="FEATURE", help="what to measure: amplitude:x")
    add("--duration", type=float, required=True, help="in the model's time unit")
    add(
        "--after",
        type=float,
        default=0.0,
        help="the feature leaves out the time before (default: 0)",
    )
    add("--method", default="sobol", help="sobol (the default), morris or fast")
    add("-n", type=int, help="base samples (sobol, fast) or trajectories (morris)")
    add("--seed", type=int, default=0, help="of the random points (default: 0)")
    add_set(parser)
    add(
        "--solver",
        metavar="NAME",
        default="auto",
        help="auto (the default), or one of the engine's solvers",
    )
    add("--rtol", type=tolerance, default=1e-6, help="relative tolerance (default: 1e-06)")
    add("--atol", type=tolerance, help=ABSOLUTE)
    add("--plot", metavar="FILE", help="bars as a picture: .png, .svg or .pdf")
    add("-o", "--output", metavar="FILE", help="the indices: .csv or .nc")


def _range(text: str) -> tuple[str, Any]:
    """`a=0.5:1`, or `a=0.01:100:log`."""
    name, _, given = text.partition("=")
    parts = given.split(":")
    log = parts[-1] == "log"
    try:
        low, high = (float(part) for part in (parts[:-1] if log else parts))
    except ValueError:
        hint = "write NAME=LOW:HIGH or NAME=LOW:HIGH:log"
        raise argparse.ArgumentTypeError(f"{text}: {hint}") from None
    name = unicodedata.normalize("NFKC", name.strip())
    return name, (low, high, "log") if log else (low, high)


def run(options: argparse.Namespace) -> int:
    """Compute the indices, and write or show what was asked for."""
    picture = checked(options.plot, options.model, "pictures", PICTURES)
    numbers = checked(options.output, options.model, "indices", TABLES)
    over = once(options.over, "--over")
    fixed = once(options.set, "--set")
    names = ("feature", "duration", "after", "method", "n", "seed", "solver", "rtol", "atol")
    given = {name: getattr(options, name) for name in names}
    model = model_of(options.model)
    found = model.sensitivity(over or None, **given, parameters=fixed)
    if numbers is not None:
        with replacing(numbers) as path:
            _write(path, found)
        say(f"{numbers}: {found.attrs['summary']}")
    if picture is not None:
        from nullcline.plot import sensitivity

        with replacing(picture) as path:
            sensitivity(found).savefig(path, dpi=150)
        say(f"{picture}: picture")
    if numbers is None and picture is None:
        say(f"{found.attrs['feature']}: {found.attrs['summary']}", error=True)
        _table(sys.stdout, found)
    return 0


def _write(path: Path, found: xr.Dataset) -> None:
    if path.suffix.lower() == ".nc":
        found.to_netcdf(path, engine="scipy")
        return
    with path.open("w", newline="", encoding="utf-8") as stream:
        _table(stream, found)


def _table(stream: TextIO, found: xr.Dataset) -> None:
    """A line for each parameter, and for each pair where there are second-order indices."""
    rows = csv.writer(stream, lineterminator="\n")
    single = [str(name) for name, item in found.data_vars.items() if item.ndim == 1]
    double = [str(name) for name, item in found.data_vars.items() if item.ndim == 2]
    rows.writerow(["parameter", "other", "low", "high", *single, *double])
    for name in found["parameter"].values.tolist():
        item = found.sel(parameter=name)
        known = [float(item[column]) for column in ("low", "high", *single)]
        rows.writerow([name, "", *(f"{value:.6g}" for value in known), *[""] * len(double)])
    for left, right in _pairs(found) if double else ():
        item = found.sel(parameter=left, other=right)
        values = [f"{float(item[column]):.6g}" for column in double]
        rows.writerow([left, right, "", "", *[""] * len(single), *values])


def _pairs(found: xr.Dataset) -> Iterator[tuple[str, str]]:
    names = found["parameter"].values.tolist()
    yield from ((a, b) for index, a in enumerate(names) for b in names[index + 1 :])
