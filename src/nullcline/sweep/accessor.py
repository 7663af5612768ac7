"""`dataset.nullcline`: what can be made of a sweep's Dataset, at the Dataset itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xarray as xr

from nullcline.sweep.grid_search import to_grid_search

if TYPE_CHECKING:
    import pandas as pd


@xr.register_dataset_accessor("nullcline")  # type: ignore[no-untyped-call]
class Accessor:
    """The verbs of a sweep's Dataset."""

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    def to_grid_search(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The time series and the table of parameters in the shapes of PyRates' grid_search."""
        return to_grid_search(self._dataset)
