"""A sweep's result on disk, in Zarr: filled chunk by chunk, each of them whole or not there."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.engine import Swept
from nullcline.errors import ModelError, Problem, require
from nullcline.sweep.chunks import Chunk
from nullcline.sweep.dataset import NOT_RUN, STATUS, Layout, Variable, joined
from nullcline.sweep.identity import differences
from nullcline.sweep.provenance import solver_terms, versions

if TYPE_CHECKING:
    import xarray as xr

IDENTITY = "nullcline_sweep"
"""The attribute that says which sweep a store holds, and how it is cut."""


CUT = ("identity", "block")
"""Its parts; the others are lists of what was seen: versions, solvers."""
PART = ".part"
STALE = 600.0
"""Seconds after which an empty store that nobody has finished counts as left by a killed sweep."""


class Store:
    """A Zarr group that is one sweep's; a chunk is whole when its status is there.

    Every chunk is a file of each variable, which takes its place by being renamed, the status
    after all others: whenever the program is killed, a chunk with a status is whole.
    """

    def __init__(self, path: Path, layout: Layout, new: bool = False) -> None:
        require("zarr", what="a store of a sweep")
        import zarr

        self.path, self.layout, self.new = path, layout, new
        self.group: Any = zarr.open_group(str(path), mode="r+")
        self.arrays: dict[str, Any] = {i.name: self.group[i.name] for i in layout.variables}
        self._see(versions(layout.plan.engine))

    def whole(self, chunk: Chunk) -> bool:
        """Whether a chunk is there already, each of its files unharmed."""
        if self.new:
            return False
        try:
            read = {name: np.asarray(array[chunk.where]) for name, array in self.arrays.items()}
        except Exception:  # whatever a codec raises of a damaged file
            return False
        there = all(self._file(item, chunk).is_file() for item in self.layout.variables)
        return there and not bool(np.any(read[STATUS] == NOT_RUN))

    def _file(self, item: Variable, chunk: Chunk) -> Path:
        """Where Zarr 3 keeps a chunk of a variable."""
        place = [each.start // size for each, size in zip(chunk.where, self.block, strict=True)]
        return self.path.joinpath(item.name, "c", *map(str, place + [0] * item.timed))

    @property
    def block(self) -> tuple[int, ...]:
        """How many points a chunk has along each dimension."""
        return self.layout.plan.chunks.block

    def write(self, chunk: Chunk, swept: Swept) -> None:
        """Put a chunk in its place, the status last; one of NaN alone is a file too."""
        require("zarr", what="a store of a sweep")
        import zarr

        terms = solver_terms(swept.solver)
        for item in self.layout.variables:
            if (place := self._file(item, chunk)).is_dir():
                raise damaged(self.path, f"a folder stands in the place of {place}")
        self._see({"solver": swept.solver, "solver_terms": terms, "solver_reason": swept.reason})
        for item in self.layout.variables:
            size = [each.stop - each.start for each in chunk.where]
            shape = (*size, self.layout.plan.samples) if item.timed else tuple(size)
            values = np.ascontiguousarray(item.of(swept)).reshape(shape)
            where = (*chunk.where, slice(None)) if item.timed else chunk.where
            with zarr.config.set({"array.write_empty_chunks": True}):
                self.group[item.name][where] = values

    def _see(self, said: dict[str, str]) -> None:
        """Note versions and solvers, those of an earlier process kept."""
        known = self.group.attrs
        more = {}
        for name, word in said.items():
            words = known[IDENTITY].get(name, [])
            if word not in words:
                more[name] = sorted([*words, word])
        if more:
            new = {IDENTITY: known[IDENTITY] | more}
            self.group.attrs.update(new | {name: joined(words) for name, words in more.items()})

    def restore(self) -> None:
        """Write anew what is no result: the attributes, and coordinates whose file is lost or
        harmed, in whose place Zarr would read zeros or NaN."""
        for name, (_, values, _) in self.layout.coordinates.items():
            array = self.group[name]
            try:
                there = np.array_equal(np.asarray(array[:]), values)
            except Exception:  # whatever a codec raises of a damaged file
                there = False
            if not there:
                array[:] = values
        known = self.group.attrs[IDENTITY]
        seen = {name: joined(words) for name, words in known.items() if name not in CUT}
        self.group.attrs.put({**_attributes(self.layout), **seen, IDENTITY: known})

    def dataset(self) -> xr.Dataset:
        """The Dataset of the store, read when it is used."""
        import xarray as xr

        from nullcline.sweep import accessor  # noqa: F401

        found: xr.Dataset = xr.open_zarr(self.path, consolidated=False, chunks=None)
        found.attrs.pop(IDENTITY)
        return found[[item.name for item in self.layout.variables]]


def create(path: Path, layout: Layout) -> Store:
    """A new store, in which nothing has run; it appears at `path` at once or not at all.

    Raises ModelError where another sweep has come to be there meanwhile.
    """
    remove_leftovers(path)
    part = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent))
    try:
        part.chmod(0o777 & ~_umask())
        lay_out(str(part), layout)
        part.rename(path)
    except OSError as error:
        if not path.exists():
            raise OSError(error.errno, error.strerror, str(path)) from error
        text = f"{path} exists: another sweep has begun to write it meanwhile"
        raise ModelError([Problem(text, hint="resume it, or give another file")]) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Store(path, layout, new=True)


def lay_out(where: Any, layout: Layout) -> Any:
    """A Zarr group (at a path, or in a store of Zarr) with every array of a layout, all empty.

    Each file ends with its checksum (CRC-32C): what was damaged is not read as other numbers.
    """
    require("zarr", what="a store of a sweep")
    import zarr
    from zarr.codecs import Crc32cCodec, ZstdCodec

    group: Any = zarr.open_group(where, mode="w", zarr_format=3)
    block = layout.plan.chunks.block
    packed = (ZstdCodec(), Crc32cCodec())
    for item in layout.variables:
        group.create_array(
            item.name,
            shape=layout.shape(item),
            chunks=(*block, layout.plan.samples) if item.timed else block,
            dtype=item.dtype,
            fill_value=item.empty,
            dimension_names=layout.dims(item),
            attributes=dict(item.attributes),
            compressors=packed,
        )
    for name, (dim, values, said) in layout.coordinates.items():
        array = group.create_array(
            name,
            shape=values.shape,
            chunks=values.shape,
            dtype=values.dtype,
            dimension_names=(dim,),
            attributes=said,
            compressors=packed,
        )
        array[:] = values
    known = {"identity": layout.plan.identity, "block": list(block)}
    group.attrs.update({**_attributes(layout), IDENTITY: known})
    return group


def _attributes(layout: Layout) -> dict[str, Any]:
    return {**layout.plan.attributes, "coordinates": " ".join(layout.coordinates)}


def remove_leftovers(path: Path) -> None:
    """Remove what sweeps that were killed while they laid out this store have left beside it.

    One that is at work has touched its folder in the last STALE seconds.
    """
    for part in path.parent.glob(f".{glob.escape(path.name)}.*"):
        mine = part.name.endswith(PART) or part.name.rpartition(".")[2].isdigit()
        with contextlib.suppress(OSError):
            if mine and part.is_dir() and time.time() - part.stat().st_mtime > STALE:
                shutil.rmtree(part, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def damaged(path: Path, how: str) -> ModelError:
    """A store of which no more can be believed, and how that was seen."""
    return ModelError(
        [Problem(f"{path} is damaged: {how}", hint="remove it, or give another file")]
    )


def resumed(path: Path, layout: Layout) -> Store:
    """The store of an earlier run of this very sweep, cut as it was then.

    Raises ModelError naming what differs where the store holds another sweep, or none, and where
    it is not, to the last word of its metadata, what this version of Nullcline lays out.
    """
    require("zarr", what="a store of a sweep")
    import zarr

    try:
        known: Any = zarr.open_group(str(path), mode="r", zarr_format=3).attrs[IDENTITY]
        identity, block = dict(known["identity"]), tuple(known["block"])
        for name, words in known.items():
            if name not in CUT:
                joined(list(words))
    except Exception as error:  # whatever JSON, Zarr and other types raise
        text = f"{path} holds no sweep that could be resumed"
        raise ModelError([Problem(text, hint="give another file")]) from error
    plan = layout.plan
    try:
        told = list(differences(identity, plan.identity))
    except Exception as error:  # parts of other types than a sweep writes
        raise damaged(path, "it does not say which sweep it holds") from error
    if plan.chunk is not None and plan.chunks.block != block:
        told.append(f"it is cut into chunks of {block} points there and {plan.chunks.block} here")
    if told:
        hint = "give another file, or resume the sweep that it holds"
        raise ModelError([Problem(f"{path} holds another sweep: {'; '.join(told)}", hint=hint)])
    _check_block(path, block, plan.design.shape)
    found = replace(layout, plan=replace(plan, block=block))
    _check_arrays(path, found)
    try:
        store = Store(path, found)
        store.restore()
    except ModelError:
        raise
    except Exception as error:  # a file that cannot be written, or is gone meanwhile
        raise damaged(path, f"a part of it is missing or cannot be written ({error})") from error
    return store


def _check_block(path: Path, block: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    """Tell whether this is how many points a chunk of a sweep has along each dimension."""
    whole = all(isinstance(size, int) and not isinstance(size, bool) for size in block)
    if not whole or len(block) != len(shape):
        raise damaged(path, "it does not say how it is cut")
    if not all(1 <= size <= length for size, length in zip(block, shape, strict=True)):
        raise damaged(path, "it does not say how it is cut")


def _check_arrays(path: Path, layout: Layout) -> None:
    """Tell whether each array is described as one of this layout: shape, type, chunks and codecs.

    Other codecs, or another type, would read the same bytes as other numbers.
    """
    require("zarr", what="a store of a sweep")
    import zarr
    from zarr.storage import MemoryStore

    wanted = lay_out(MemoryStore(), layout)
    for name, array in wanted.arrays():
        try:
            there = zarr.open_array(str(path / name), mode="r", zarr_format=3)
            same = there.metadata.to_dict() == array.metadata.to_dict()
        except Exception as error:  # whatever Zarr raises
            raise damaged(path, f"the array {name} is missing or cannot be read") from error
        if not same and repr(there.metadata.to_dict()) != repr(array.metadata.to_dict()):
            text = f"the array {name} is not what this version of Nullcline writes"
            raise damaged(path, text)
