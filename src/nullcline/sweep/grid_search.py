"""A sweep's Dataset in the shapes of PyRates' grid_search: a table of series, one of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nullcline.engine import STATUSES
from nullcline.errors import ModelError, Problem
from nullcline.sweep.dataset import POINT, STATUS, TIME

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

NODE = "p"
"""The node of the templates that Nullcline exports to PyRates."""


def to_grid_search(dataset: xr.Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`(results, results_map)` as `pyrates.grid_search` of the exported template gives them.

    `results`: one row a time, columns (output, circuit, node, operator/variable), or just the
    output for a single series; how each point ended stands in `results.attrs["status"]`.
    `results_map`: one row a circuit, one column a swept name. Raises ModelError for a Dataset
    without trajectories.
    """
    import pandas as pd

    if TIME not in dataset.dims:
        text = "the sweep holds no trajectories, which PyRates' tables are made of"
        raise ModelError([Problem(text, hint="sweep with a sampling")])
    sizes = dataset[STATUS].sizes
    places = np.unravel_index(np.arange(dataset[STATUS].size), tuple(sizes.values()))
    model = str(dataset.attrs["model"])
    circuits = [f"{model}_circuit_{index}" for index in range(dataset[STATUS].size)]
    listed = POINT in sizes
    swept = [n for n, c in dataset.coords.items() if c.dims == (POINT,)] if listed else list(sizes)
    axes = dict(zip(sizes, places, strict=True))
    table = {str(n): dataset[n].values[axes[POINT if listed else n]] for n in swept}
    results_map = pd.DataFrame(table, index=circuits)
    outputs = [str(name) for name, item in dataset.data_vars.items() if TIME in item.dims]
    order = (*sizes, TIME)
    series = [dataset[n].transpose(*order).values.reshape(len(circuits), -1) for n in outputs]
    columns = [
        (name, circuit, NODE, f"{model}_op/{name}") for name in outputs for circuit in circuits
    ]
    index = outputs if len(columns) == 1 else pd.MultiIndex.from_tuples(columns)
    results = pd.DataFrame(np.concatenate(series).T, columns=index, index=dataset[TIME].values)
    words = [STATUSES[code] for code in dataset[STATUS].values.ravel()]
    results.attrs["status"] = dict(zip(circuits, words, strict=True))
    return results, results_map
