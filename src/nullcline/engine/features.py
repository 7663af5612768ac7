"""Features: which gauges they need while integrating, and their values from what those saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nullcline.engine.points import Feature
from nullcline.engine.task import (
    ABOVE,
    COUNT,
    CROSSINGS,
    EXTREMES,
    FINISHED,
    FIRST,
    GREATEST,
    LAST,
    LEAST,
    MAXIMA,
    MEANS,
    NOW,
    PAUSE,
    PEAKS,
    REFERENCE,
    ROWS,
    SPAN,
    SQUARES,
    SUM,
    Result,
)
from nullcline.errors import Unsupported
from nullcline.expression import Node, Symbol
from nullcline.system import System
from nullcline.trajectory import Array

SILENCE = 2.0
"""How many of its longest intervals a rhythm may be silent for before it counts as ended."""

__all__ = ["ROWS", "Gauge", "gauges_of", "levels", "value"]


@dataclass(frozen=True)
class Gauge:
    """One expression that is watched, with the level whose crossings count.

    A level of None where a period is asked for is midway between the extremes.
    """

    of: Node
    level: float | None
    middle: bool = False


def _gauge(feature: Feature) -> Gauge:
    if feature.of is None:
        raise Unsupported(f"the feature {feature.kind}")
    periodic = feature.kind in ("period", "frequency")
    if periodic and feature.threshold is None:
        return Gauge(feature.of, None, middle=True)
    crossing = periodic or feature.kind == "time_above"
    return Gauge(feature.of, feature.threshold if crossing else None)


def gauges_of(features: Sequence[Feature]) -> list[Gauge]:
    """Every gauge that the features need, once; one without a level is left to one with."""
    every = dict.fromkeys(_gauge(feature) for feature in features)
    levelled = {gauge.of for gauge in every if gauge.middle or gauge.level is not None}
    return [g for g in every if g.middle or g.level is not None or g.of not in levelled]


def curved(system: System, gauges: Sequence[Gauge]) -> bool:
    """Whether anything but states is measured: its course between two reads may be any."""
    states = {item.name for item in system.states}
    return any(not isinstance(g.of, Symbol) or g.of.name not in states for g in gauges)


def needs(features: Sequence[Feature], gauges: Sequence[Gauge]) -> NDArray[np.int64]:
    """What each gauge is for, as bits."""
    found = np.zeros(len(gauges), dtype=np.int64)
    for feature in features:
        column = _column(feature, gauges)
        found[column] |= NEEDS[feature.kind] | (EXTREMES if gauges[column].middle else 0)
    return found


NEEDS = {
    **dict.fromkeys(("minimum", "maximum", "amplitude"), EXTREMES),
    **dict.fromkeys(("mean", "std"), MEANS),
    **dict.fromkeys(("period", "frequency", "time_above"), CROSSINGS),
    "maxima": MAXIMA,
    "final": 0,
}


def _column(feature: Feature, gauges: Sequence[Gauge]) -> int:
    """The gauge that a feature is read from."""
    own = _gauge(feature)
    if own in gauges:
        return gauges.index(own)
    return next(index for index, gauge in enumerate(gauges) if gauge.of == own.of)


def levels(gauges: Sequence[Gauge], count: int, once: Callable[[Array], Result]) -> Array:
    """The level of every gauge at every point (points, gauges).

    Where one lies midway between the extremes, the points are integrated once to find these.
    """
    found = np.zeros((count, len(gauges)))
    for column, gauge in enumerate(gauges):
        found[:, column] = gauge.level or 0.0
    if any(gauge.middle for gauge in gauges):
        seen = once(found).gauges
        for column, gauge in enumerate(gauges):
            if gauge.middle:
                found[:, column] = (seen[:, column, LEAST] + seen[:, column, GREATEST]) / 2
    return found


def value(feature: Feature, gauges: Sequence[Gauge], result: Result, end: float) -> Array:
    """A feature at every point, shape (points,); NaN at points that did not finish.

    A period is NaN where fewer than two upward crossings were seen, or none for so long before
    the `end` of the run that the rhythm has ended.
    """
    column = _column(feature, gauges)
    with np.errstate(all="ignore"):
        found = _value(feature.kind, result.gauges[:, column].T, end)
    seen = result.gauges[:, column, SPAN] >= 0
    return np.where((result.status == FINISHED) & seen, found, np.nan)


def _value(kind: str, rows: Array, end: float) -> Array:
    mean = rows[SUM] / rows[SPAN]
    period = (rows[LAST] - rows[FIRST]) / (rows[COUNT] - 1)
    lasts = end - rows[LAST] <= SILENCE * rows[PAUSE]
    period = np.where((rows[COUNT] > 1) & lasts, period, np.nan)
    found: dict[str, Array] = {
        "minimum": rows[LEAST],
        "maximum": rows[GREATEST],
        "amplitude": rows[GREATEST] - rows[LEAST],
        "mean": rows[REFERENCE] + mean,
        "std": np.sqrt(np.maximum(rows[SQUARES] / rows[SPAN] - mean**2, 0.0)),
        "period": period,
        "frequency": 1 / period,
        "maxima": rows[PEAKS],
        "final": rows[NOW],
        "time_above": rows[ABOVE],
    }
    return found[kind]
