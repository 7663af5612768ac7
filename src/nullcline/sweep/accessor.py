"""`dataset.nullcline`: what can be made of a sweep's Dataset, at the Dataset itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from nullcline.engine import STATUSES
from nullcline.host.showing import lines
from nullcline.sweep.dataset import OWN
from nullcline.sweep.grid_search import to_grid_search

if TYPE_CHECKING:
    import pandas as pd


@xr.register_dataset_accessor("nullcline")  # type: ignore[no-untyped-call]
class Accessor:
    """The verbs of a sweep's Dataset."""

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    def __repr__(self) -> str:
        names = [str(name) for name in self._dataset.data_vars if name not in OWN]
        status = self._dataset["status"]
        codes, counts = np.unique(status.values, return_counts=True)
        ended = (f"{n:,} {STATUSES[code]}" for code, n in zip(codes, counts, strict=True))
        over = ", ".join(str(name) for name in status.dims)
        head = f"Sweep of {self._dataset.attrs.get('model', '?')} over {over}: {', '.join(ended)}"
        return lines(head, names)

    def to_grid_search(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The time series and the table of parameters in the shapes of PyRates' grid_search."""
        return to_grid_search(self._dataset)
