"""How much each parameter matters: bars of sensitivity indices with their confidence intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nullcline.errors import needing
from nullcline.plot.labels import measure, words
from nullcline.plot.swept import is_dataset
from nullcline.trajectory import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nullcline.plot.panels import Where

BARS = (
    ("total", "total_confidence", "Total"),
    ("first_order", "first_order_confidence", "First order"),
    ("mu_star", "mu_star_confidence", "Mean size of effect ($\\mu^*$)"),
    ("sigma", None, "Spread of effects ($\\sigma$)"),
)
"""What a Dataset of `Dynamics.sensitivity` may hold: values, their confidence, and in words."""


@needing("matplotlib", what="plotting")
def sensitivity(
    data: Any, *, pairs: bool = False, title: str | None = None, ax: Where = None
) -> Figure:
    """The indices of each parameter as bars, the most important on top, with their intervals.

    `data` is what `Dynamics.sensitivity` gives; `pairs` adds a panel of second-order indices of
    each pair, where there are any. `ax` are axes to draw into, else there is a new Figure. Raises
    ValueError for other data.
    """
    from nullcline.plot.panels import Panels

    bars = [bar for bar in BARS if is_dataset(data) and bar[0] in data]
    if not bars:
        raise ValueError("these are no sensitivity indices: draw what Dynamics.sensitivity gives")
    if pairs and "second_order" not in data:
        raise ValueError("there are no second-order indices of pairs: they need method='sobol'")
    rows = data.sizes["parameter"]
    beside = max(rows, rows * (rows - 1) // 2) if pairs else rows
    panels = Panels(
        2 if pairs else 1, 2, title, (6.0 if not pairs else 4.6, 1.4 + 0.42 * beside), ax
    )
    order = np.argsort(data[bars[0][0]].values, kind="stable")
    names = [words(str(name)) for name in data["parameter"].values[order]]
    width = 0.8 / len(bars)
    for index, (kind, doubt, said) in enumerate(bars):
        lengths = data[kind].values[order]
        shift = 0.4 - (index + 0.5) * width
        half = data[doubt].values[order] if doubt in data else None
        where = np.arange(len(names), dtype=np.float64) + shift
        _bars(panels.axes[0], where, width, lengths, half, panels.colour(index), said)
    panels.axes[0].set_yticks(range(len(names)), names)
    panels.axes[0].set_xlabel(_axis(data, bars[0][0]))
    if pairs:
        _draw_pairs(panels.axes[1], data, panels.colour(2))
    panels.caption(str(data.attrs.get("summary", "")))
    return panels.close()


def _bars(
    ax: Axes, where: Array, width: float, lengths: Array, half: Array | None, colour: str, said: str
) -> None:
    ax.barh(where, lengths, height=width, color=colour, label=said)
    if half is not None:
        ax.errorbar(lengths, where, xerr=half, fmt="none", ecolor="black", capsize=2.5, linewidth=1)
    ax.axvline(0, color="black", linewidth=0.8)


def _axis(data: Any, kind: str) -> str:
    """What the bars measure: a share of the variance, or an effect in the feature's unit."""
    said = measure(str(data.attrs.get("feature", "the feature")))
    said = said[:1].lower() + said[1:] if said[1:2].islower() else said
    if kind == "mu_star":
        unit = data[kind].attrs.get("units")
        return f"Effect on {said}" + (f" ({unit})" if unit else "")
    return f"Share of the variance of {said}"


def _draw_pairs(ax: Axes, data: Any, colour: str) -> None:
    found, doubt = data["second_order"].values, data["second_order_confidence"].values
    names = [words(str(name)) for name in data["parameter"].values]
    pairs = sorted(
        ((i, j) for i in range(len(names)) for j in range(i + 1, len(names))),
        key=lambda pair: float(found[pair]),
    )
    values = np.array([found[pair] for pair in pairs])
    half = np.array([doubt[pair] for pair in pairs])
    where = np.arange(len(pairs), dtype=float)
    _bars(ax, where, 0.6, values, half, colour, "Second order")
    ax.set_yticks(range(len(pairs)), [f"{names[i]}, {names[j]}" for i, j in pairs])
    ax.set_xlabel("Share of the variance, by the pair alone")
