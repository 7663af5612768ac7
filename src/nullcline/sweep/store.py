"""A sweep's result on disk, in Zarr: filled chunk by chunk, each of them whole or not there."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.engine import Swept
from nullcline.errors import ModelError, Problem
from nullcline.sweep.chunks import Chunk
from nullcline.sweep.dataset import NOT_RUN, STATUS, Layout, Variable, joined
from nullcline.sweep.identity import differences
from nullcline.sweep.provenance import solver_terms, versions

if TYPE_CHECKING:
    import xarray as xr

IDENTITY = "nullcline_sweep"
"""The attribute that says which sweep a store holds, and how it is cut."""


class Store:
    """A Zarr group that is one sweep's; a chunk is whole when its status is there.

    Every chunk is a file of each variable, which takes its place by being renamed, the status
    after all others: whenever the program is killed, a chunk with a status is whole.
    """

    def __init__(self, path: Path, layout: Layout, new: bool = False) -> None:
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
        there = all(self._file(item, chunk).exists() for item in self.layout.variables)
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
        import zarr

        terms = solver_terms(swept.solver)
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

    def restore_coordinates(self) -> None:
        """Write those anew whose file is lost: Zarr would read zeros or NaN in its place."""
        for name, (_, values, _) in self.layout.coordinates.items():
            array = self.group[name]
            try:
                there = np.array_equal(np.asarray(array[:]), values)
            except Exception:  # whatever a codec raises of a damaged file
                there = False
            if not there:
                array[:] = values

    def dataset(self) -> xr.Dataset:
        """The Dataset of the store, read when it is used."""
        import xarray as xr

        from nullcline.sweep import accessor  # noqa: F401

        found: xr.Dataset = xr.open_zarr(self.path, consolidated=False, chunks=None)
        found.attrs.pop(IDENTITY)
        return found[[item.name for item in self.layout.variables]]


def create(path: Path, layout: Layout) -> Store:
    """A new store, in which nothing has run; it appears at `path` at once or not at all."""
    import zarr

    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        group: Any = zarr.open_group(str(part), mode="w", zarr_format=3)
        block = layout.plan.chunks.block
        for item in layout.variables:
            chunks = (*block, layout.plan.samples) if item.timed else block
            group.create_array(
                item.name,
                shape=layout.shape(item),
                chunks=chunks,
                dtype=item.dtype,
                fill_value=item.empty,
                dimension_names=layout.dims(item),
                attributes=dict(item.attributes),
            )
        for name, (dim, values, said) in layout.coordinates.items():
            array = group.create_array(
                name, data=values, chunks=values.shape, dimension_names=(dim,), attributes=said
            )
            array[:] = values
        known = {"identity": layout.plan.identity, "block": list(block)}
        named = {"coordinates": " ".join(layout.coordinates)}
        group.attrs.update({**layout.plan.attributes, **named, IDENTITY: known})
        part.rename(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Store(path, layout, new=True)


def resumed(path: Path, layout: Layout) -> Store:
    """The store of an earlier run of this very sweep, cut as it was then.

    Raises ModelError naming what differs where the store holds another sweep, or none.
    """
    import zarr

    try:
        known: Any = zarr.open_group(str(path), mode="r").attrs[IDENTITY]
        identity, block = known["identity"], tuple(known["block"])
    except Exception as error:
        text = f"{path} holds no sweep that could be resumed"
        raise ModelError([Problem(text, hint="give another file")]) from error
    plan = layout.plan
    told = list(differences(identity, plan.identity))
    if plan.chunk is not None and plan.chunks.block != block:
        told.append(f"it is cut into chunks of {block} points there and {plan.chunks.block} here")
    if told:
        hint = "give another file, or resume the sweep that it holds"
        raise ModelError([Problem(f"{path} holds another sweep: {'; '.join(told)}", hint=hint)])
    try:
        store = Store(path, replace(layout, plan=replace(plan, block=block)))
        store.restore_coordinates()
    except (KeyError, ValueError) as error:
        text = f"{path} is damaged: a part of it is missing or unreadable"
        raise ModelError([Problem(text, hint="remove it, or give another file")]) from error
    return store
