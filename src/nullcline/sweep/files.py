"""A sweep's Dataset as one file: NetCDF, or a table of comma-separated values."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from nullcline.engine import STATUSES
from nullcline.host.files import replacing
from nullcline.sweep.dataset import STATUS

if TYPE_CHECKING:
    import xarray as xr

SUFFIXES = (".zarr", ".nc", ".csv")


def write(dataset: xr.Dataset, path: Path) -> None:
    """Write a file, which takes its place once it is whole."""
    with replacing(path) as part:
        if path.suffix == ".nc":
            _netcdf(dataset).to_netcdf(part, engine="scipy")
        else:
            with part.open("w", newline="", encoding="utf-8") as stream:
                table(dataset, stream)


def table(dataset: xr.Dataset, stream: TextIO) -> None:
    """One row a point (and time, where trajectories are kept), the status in words."""
    frame = dataset.to_dataframe().reset_index()
    frame = frame.drop(columns=[name for name in ("point",) if name in frame])
    first = [name for name in (*dataset.coords,) if name in frame]
    frame = frame[[*first, *(name for name in frame if name not in first)]]
    frame[STATUS] = [STATUSES[code] for code in frame[STATUS]]
    frame.to_csv(stream, index=False, lineterminator="\n")


def _netcdf(dataset: xr.Dataset) -> xr.Dataset:
    """The Dataset with names that NetCDF 3 can have; the model's stand in `symbol`."""
    names = {}
    taken = {str(name) for name in (*dataset.variables, *dataset.dims) if str(name).isascii()}
    for name in (*dataset.variables, *dataset.dims):
        if str(name).isascii() or name in names:
            continue
        new = "".join(map(_letter, unicodedata.normalize("NFKD", str(name))))
        while new in taken:
            new += "_"
        taken.add(new)
        names[name] = new
    found = dataset.rename(names)
    for old, new in names.items():
        if new in found.variables:
            found[new].attrs["symbol"] = str(old)
    return found


def _letter(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    name = unicodedata.name(character, f"U{ord(character):X}")
    return name.split()[-1].lower().replace("lamda", "lambda")
