"""A sweep's result in memory, filled chunk by chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.engine import Swept
from nullcline.sweep.chunks import Chunk
from nullcline.sweep.dataset import Layout, joined
from nullcline.sweep.provenance import solver_terms, versions

if TYPE_CHECKING:
    import xarray as xr


class Arrays:
    """One array a variable; what has not run yet is NaN and says so in its status."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.arrays: dict[str, Any] = {
            item.name: np.full(layout.shape(item), item.empty, item.dtype)
            for item in layout.variables
        }
        self.seen: dict[str, set[str]] = {
            name: set() for name in ("solver", "solver_terms", "solver_reason")
        }
        for name, said in versions(layout.plan.engine).items():
            self.seen[name] = {said}

    def whole(self, chunk: Chunk) -> bool:
        """Whether a chunk is there already."""
        return False

    def write(self, chunk: Chunk, swept: Swept) -> None:
        """Put a chunk in its place, the status last."""
        for item in self.layout.variables:
            target = self.arrays[item.name][chunk.where]
            target[...] = np.asarray(item.of(swept)).reshape(target.shape)
        self.seen["solver"].add(swept.solver)
        self.seen["solver_terms"].add(solver_terms(swept.solver))
        self.seen["solver_reason"].add(swept.reason)

    def dataset(self) -> xr.Dataset:
        """What there is so far."""
        said = {name: joined(words) for name, words in self.seen.items()}
        return self.layout.dataset(self.arrays, said)
