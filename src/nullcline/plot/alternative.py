"""The alternative text of a picture: the words that stand for it where it cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

MOST_NAMED = 8
"""The most panels, and the most names of a legend, that are told one by one."""


def alternative(figure: Figure) -> str:
    """The title, and of each panel its axes with their ranges and the names of what it shows."""
    panels = [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]
    bars = [ax for ax in figure.axes if ax.get_label() == "<colorbar>"]
    said = [spoken(figure.get_suptitle())]
    labels = [_outer(panels, ax) for ax in panels[:MOST_NAMED]]
    said += [_panel(ax, *each) for ax, each in zip(panels, labels, strict=False)]
    if len(panels) > MOST_NAMED:
        said.append(f"{len(panels) - MOST_NAMED} more panels")
    said += [f"colours: {spoken(bar.get_ylabel())}, {_span(bar.get_ylim())}" for bar in bars]
    return ". ".join(text for text in said if text)


def spoken(label: str) -> str:
    """A label without the marks of mathematics: `$I_{\\mathrm{ext}}$` is I_ext."""
    text = re.sub(r"\\mathrm|\\mathit|\\operatorname|[{}$\\]", "", label)
    return " ".join(text.split())


def _outer(panels: list[Axes], ax: Axes) -> tuple[str, str]:
    """The labels of a panel, which the outermost one in its row and column may have for it."""
    x = ax.get_xlabel() or next((p.get_xlabel() for p in reversed(panels) if p.get_xlabel()), "")
    y = ax.get_ylabel() or next((p.get_ylabel() for p in panels if p.get_ylabel()), "")
    return spoken(x), spoken(y)


def _panel(ax: Axes, x: str, y: str) -> str:
    title = spoken(ax.get_title())
    text = f"{y or 'values'} ({_span(ax.get_ylim())}) against {x or 'x'} ({_span(ax.get_xlim())})"
    named = list(_names(ax.get_legend_handles_labels()[1]))
    shown = f": {', '.join(named)}" if named else ""
    return (f"{title}: " if title else "") + text + shown


def _names(labels: Iterable[str]) -> Iterator[str]:
    names = list(dict.fromkeys(spoken(name) for name in labels))
    yield from names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        yield f"{len(names) - MOST_NAMED} more"


def _span(limits: tuple[float, float]) -> str:
    low, high = np.sort(limits)
    return f"{low:.3g} to {high:.3g}"
