"""The canvas: panels in a grid, colours that everybody can tell apart, outer labels and legends."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from nullcline.plot.alternative import alternative
from nullcline.plot.curves import Curve
from nullcline.plot.labels import Labels
from nullcline.trajectory import Array

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000")
"""Okabe and Ito's colours for every kind of colour vision, but for yellow, which is too pale."""
STYLES = ("-", "--", ":", "-.")
MOST_NAMED = 8
"""The most curves that a legend names one by one."""
SMALL = 3.5
"""The width in inches of a panel that has room for few ticks alone."""


class Picture(Figure):
    """A Figure that belongs to no window and that a notebook shows all the same."""

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=120)
        return buffer.getvalue()

    def _repr_mimebundle_(self, **kinds: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The picture with its alternative text, which also Matplotlib's own way of drawing into a
        notebook leaves beside it."""
        said = alternative(self)
        data = {"image/png": self._repr_png_(), "text/plain": said}
        return data, {"image/png": {"alt": said}}


Where = Axes | Sequence[Axes] | None
"""The axes of the user to draw into, one for each panel, or None for a new figure."""


class Panels:
    """A figure with `count` panels in a grid; `size` is the width and height of one, in inches.

    With `ax`, the panels are axes of the user's, whose figure is left as it is for the rest.
    Raises ValueError where there are not as many of them as panels.
    """

    def __init__(
        self,
        count: int,
        columns: int,
        title: str | None,
        size: tuple[float, float],
        ax: Where = None,
    ) -> None:
        self.columns = max(1, min(columns, count))
        self._scaled: list[Axes] = []
        self._scale: tuple[Normalize, str] | None = None
        self.own = ax is None
        if ax is not None:
            self.axes = _given(ax, count)
            self.figure: Any = self.axes[0].figure
            if title:
                self.axes[0].set_title(title, fontsize=11)
            return
        rows = -(-count // self.columns)
        shape = (size[0] * self.columns, size[1] * rows)
        self.figure = Picture(figsize=shape, layout="constrained")
        self.axes = [
            self.figure.add_subplot(rows, self.columns, index + 1) for index in range(count)
        ]
        if size[0] < SMALL:
            for panel in self.axes:
                panel.xaxis.set_major_locator(MaxNLocator(5))
                panel.yaxis.set_major_locator(MaxNLocator(5))
        if title:
            self.figure.suptitle(title, fontsize=11)

    @staticmethod
    def colour(index: int) -> str:
        """The colour of a curve by its number."""
        return COLOURS[index % len(COLOURS)]

    def line(self, index: int) -> dict[str, Any]:
        """The look of a curve by its number; when the colours are used up, the dashes change."""
        style = STYLES[index // len(COLOURS) % len(STYLES)]
        return {"color": self.colour(index), "linestyle": style, "linewidth": 1.4}

    def overlay(
        self,
        ax: Axes,
        curves: Sequence[Curve],
        labels: Labels,
        samples: Callable[[Curve], tuple[Array, Array]],
        by: str | None = None,
    ) -> None:
        """Several runs in one panel, from dark to light; named beside it, or by a colour bar.

        Many runs are coloured by the parameter `by`, or by their only one.
        """
        by = by if by is not None or len(curves[0].point) != 1 else next(iter(curves[0].point))
        values = np.array([np.nan if by is None else curve.point[by] for curve in curves])
        for curve, look in zip(curves, self.shades(ax, values, labels, by), strict=True):
            if "label" in look:
                look["label"] = labels.point(curve) or None
            ax.plot(*samples(curve), **look)
        for curve in curves:
            if curve.status != "finished":
                self.stop(ax, *samples(curve), curve.status)

    def shades(
        self, ax: Axes, values: Array, labels: Labels, by: str | None
    ) -> list[dict[str, Any]]:
        """The looks of lines that differ in a number: few have a name each, many a colour bar."""
        if values.size == 1:
            return [{"color": COLOURS[0], "linewidth": 1.4, "label": None}]
        if values.size <= MOST_NAMED:
            shades = colormaps["viridis"](np.linspace(0, 0.9, values.size))
            names = [labels.given({by: value}) if by else None for value in values.tolist()]
            return [
                {"color": to_hex(shade), "linewidth": 1.2, "label": name}
                for shade, name in zip(shades, names, strict=True)
            ]
        norm = Normalize(float(values.min()), float(values.max()))
        shades = colormaps["viridis"](norm(values))
        if by is None:
            shades = colormaps["viridis"](np.linspace(0, 0.9, values.size))
        else:
            self._scaled.append(ax)
            self._scale = norm, labels.axis(by)
        return [{"color": to_hex(shade), "linewidth": 1.2} for shade in shades]

    @staticmethod
    def stop(ax: Axes, x: Array, y: Array, status: str) -> None:
        """Where a run ended before its time, and how."""
        ax.plot(x[-1:], y[-1:], "x", color="black", label=status, zorder=4, markersize=6)

    def ends(self, ax: Axes, x: Array, y: Array) -> None:
        """Where a run starts (a circle) and where it ends (a square)."""
        ax.plot(x[:1], y[:1], "o", color=COLOURS[2], label="Start", zorder=3, markersize=6)
        ax.plot(x[-1:], y[-1:], "s", color=COLOURS[1], label="End", zorder=3, markersize=6)

    def caption(self, *sentences: str) -> None:
        """Small words above the picture and under its title, those that are not empty."""
        text = ". ".join(sentence for sentence in sentences if sentence)
        if not self.own:
            head = self.axes[0].get_title()
            self.axes[0].set_title("\n".join(filter(None, (head, text))), fontsize=9)
            return
        title = self.figure.get_suptitle()
        lines = textwrap.wrap(text, int(self.figure.get_figwidth() * 13))
        if lines:
            self.figure.suptitle("\n".join([title] * bool(title) + lines), fontsize=9)

    def finish(self, xlabel: str, ylabel: str | None = None) -> Figure:
        """The figure, with labels along its outer edges and one legend for all panels."""
        for index, ax in enumerate(self.axes):
            if not self.own or index + self.columns >= len(self.axes):
                ax.set_xlabel(xlabel)
            if ylabel is not None and (not self.own or index % self.columns == 0):
                ax.set_ylabel(ylabel)
        return self.close()

    def legend(self, handles: list[Any], names: list[str]) -> None:
        """A legend below the picture, where there is anything to name."""
        if handles and not self.own:
            self.axes[0].legend(handles, names, fontsize=9, frameon=False)
        elif handles:
            columns = max(1, int(self.figure.get_figwidth() / 1.7))
            look: dict[str, Any] = {"ncols": columns, "fontsize": 9, "frameon": False}
            self.figure.legend(handles, names, loc="outside lower center", **look)

    @staticmethod
    def beside(ax: Axes, above: bool = False) -> None:
        """The legend of one panel, on its right or above it: never over the data."""
        loc, anchor = ("lower center", (0.5, 1.0)) if above else ("upper left", (1.0, 1.0))
        handles, names = ax.get_legend_handles_labels()
        named = dict(zip(reversed(names), reversed(handles), strict=True))
        chosen = {name: named[name] for name in dict.fromkeys(names)}
        look: dict[str, Any] = {"loc": loc, "bbox_to_anchor": anchor, "frameon": False}
        ax.legend(chosen.values(), chosen, ncols=4 if above else 1, **look)

    def close(self) -> Figure:
        """The figure, with its colour bar and its legend, both beside the data."""
        if self._scale is not None:
            norm, label = self._scale
            scale = ScalarMappable(norm, colormaps["viridis"])
            self.figure.colorbar(scale, ax=self._scaled, label=label)
        named: dict[str, Any] = {}
        for ax in self.axes:
            for handle, name in zip(*ax.get_legend_handles_labels(), strict=True):
                named.setdefault(name, handle)
        if not named or any(ax.get_legend() is not None for ax in self.axes):
            return self._shown
        handles, names = list(named.values()), list(named)
        barred = len(self.figure.axes) > len(self.axes)
        square = self.axes[0].get_box_aspect() is not None
        if (
            barred or square or self.columns > 1 or not self.own
        ):  # the right is taken, or would be left empty
            self.legend(handles, names)
        elif len(self.axes) > 1:
            self.figure.legend(handles, names, loc="outside right upper", frameon=False)
        else:
            self.beside(self.axes[0])
        return self._shown

    @property
    def _shown(self) -> Figure:
        """The whole figure, also where the user's axes are in a part of it."""
        whole = self.figure
        if not isinstance(whole, Figure):
            whole = self.axes[0].get_figure(root=True)
        assert isinstance(whole, Figure)
        return whole


def _given(ax: Any, count: int) -> list[Axes]:
    axes = [ax] if isinstance(ax, Axes) else list(np.ravel(ax))
    if not all(isinstance(item, Axes) for item in axes):
        raise ValueError(f"ax is a {type(ax).__name__}: give axes of Matplotlib")
    if len(axes) != count:
        hint = "give as many axes, or choose fewer variables or runs" if count > 1 else "give one"
        raise ValueError(f"the picture has {count} panels and ax has {len(axes)}; {hint}")
    return axes


def mark_gap(ax: Axes, where: Array, reason: str, count: int) -> None:
    """Crosses along the lower edge where there is no value."""
    ax.plot(
        where,
        np.zeros(where.size),
        linestyle="",
        marker="x" if reason != "no value" else "|",
        markersize=6,
        color="0.2",
        clip_on=False,
        zorder=4,
        transform=ax.get_xaxis_transform(),
        label=f"{reason} ({count})",
    )
