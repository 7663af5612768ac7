"""`nullcline simulate`: a trajectory of a model, as numbers or as a picture."""

from __future__ import annotations

import argparse
import csv
import sys
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from nullcline.cli.asked import simulation
from nullcline.cli.numbers import ABSOLUTE, add_set, tolerance
from nullcline.cli.outputs import PICTURES, checked
from nullcline.cli.progress import Progress
from nullcline.engine import simulate
from nullcline.host.files import replacing
from nullcline.host.printing import say
from nullcline.latex import GREEK
from nullcline.result import Trajectory
from nullcline.system import System
from nullcline.targets.renaming import renamed

HELP = "Simulate a model on the built-in engine."
EXAMPLE = "nullcline simulate vdp.yaml --duration 100 --set mu=2 --plot vdp.png -o vdp.csv"
NUMBERS: Mapping[str, str | None] = {".csv": None, ".nc": "xarray"}
"""The suffixes of files of numbers, with the package that writes them."""

_RESERVED = {"byte", "char", "short", "ushort", "int", "uint", "int64", "uint64"} | {
    *("float", "real", "double", "bool", "string")
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file, or a study of it")
    add = parser.add_argument
    said = "which run of a study; needed where it has several; other options override it"
    add("--run", metavar="NAME", dest="chosen", help=said)
    add("--duration", type=float, help="in the model's time unit; a study's run has its own")
    add("--sampling", type=float, help="time between samples (default: duration/1000)")
    add("--after", type=float, help="leave out the time before (default: 0)")
    add_set(parser)
    add("--solver", metavar="NAME", help="auto (the default: SciPy's), dp5, dop853 or rodas")
    add("--rtol", type=tolerance, help="relative tolerance (default: 1e-09)")
    add("--atol", type=tolerance, help=ABSOLUTE)
    add("--plot", metavar="FILE", help="a picture: .png, .svg or .pdf")
    add("-o", "--output", metavar="FILE", help="the numbers: .csv or .nc")


def run(options: argparse.Namespace) -> int:
    """Simulate, write what was asked for, say how it ended; 1 if before its time."""
    numbers = checked(options.output, options.model, "numbers", NUMBERS)
    picture = checked(options.plot, options.model, "pictures", PICTURES)
    asked = simulation(options)
    model, system = asked.model, asked.system
    with Progress(f"simulating {model.name}") as progress:
        whole = simulate(system, asked.run, progress, asked.solver)
    found = Trajectory.of(system, whole, asked.after)
    if numbers is not None:
        with replacing(numbers) as path:
            (_write_netcdf if numbers.suffix.lower() == ".nc" else _write_csv)(path, system, found)
        say(f"{numbers}: {len(found.times)} samples of {', '.join(found.names)}")
    if picture is not None:
        from nullcline.plot import time_series

        with replacing(picture) as path:
            time_series(found, model=system).savefig(path, dpi=150)
        say(f"{picture}: picture")
    if numbers is None and picture is None:
        _table(sys.stdout, found)
    if not found.finished:
        say(f"nullcline: {model.name} {found.status} after t = {found.times[-1]:g}", error=True)
    return 0 if found.finished else 1


def _table(stream: TextIO, found: Trajectory) -> None:
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow([_free(("t", "time"), found.names), *found.names])
    rows.writerows(_rows(found))


def _free(wanted: tuple[str, str], taken: Collection[str]) -> str:
    """The first name for the time that no state has."""
    longer = (f"time{'_' * count}" for count in range(1, len(taken) + 2))
    return next(name for name in (*wanted, *longer) if name not in taken)


def _rows(found: Trajectory) -> Iterable[list[float]]:
    return (
        [time, *state]
        for time, state in zip(found.times.tolist(), found.values.T.tolist(), strict=True)
    )


def _write_csv(path: Path, system: System, found: Trajectory) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        _table(stream, found)


def _write_netcdf(path: Path, system: System, found: Trajectory) -> None:
    import xarray

    units = {item.name: item.unit for item in system.states}
    names = renamed(found.names, _refused, _ascii)
    time = _free(("time", "t"), names.values())
    data = {
        new: (time, found[name], _attributes(units[name], name if name != new else None))
        for name, new in names.items()
    }
    attributes = {"model": system.name, "status": found.status}
    times = (time, found.times, _attributes(system.time_unit, None if time == "time" else "time"))
    xarray.Dataset(data, {time: times}, attributes).to_netcdf(path, engine="scipy")


def _attributes(unit: str | None, long_name: str | None) -> dict[str, str]:
    return {key: said for key, said in (("units", unit), ("long_name", long_name)) if said}


def _refused(name: str) -> bool:
    """Whether NetCDF 3, as scipy writes it, cannot have a variable of this name."""
    return name in _RESERVED or not name.isascii()


def _ascii(name: str) -> str:
    """The name in ASCII: greek letters by their names, accents dropped, else the code point."""
    return "".join(map(_letter, unicodedata.normalize("NFKD", name)))


def _letter(character: str) -> str:
    if character.isascii():
        return character
    if character in GREEK:
        return GREEK[character].removeprefix("\\")
    return "" if unicodedata.combining(character) else f"u{ord(character):x}"
