"""A sweep as a loop of SciPy's solvers: slow, and with steps that are none of the fast engine's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nullcline.engine.features import SILENCE
from nullcline.engine.points import STATUSES, Feature, Points, Swept
from nullcline.engine.single import simulate
from nullcline.expression import evaluate
from nullcline.system import System
from nullcline.trajectory import Array, Run, Trajectory


def sweep(
    system: System,
    points: Points,
    run: Run,
    names: tuple[str, ...],
    trajectories: bool,
    features: tuple[Feature, ...],
    after: float,
) -> Swept:
    """Every point by `simulate`; features are taken from the samples, so as good as those are."""
    times, count = run.times, points.count
    values = np.full((count, len(times), len(names)), np.nan) if trajectories else None
    measured = {feature.name: np.full(count, np.nan) for feature in features}
    status = np.zeros(count, dtype=np.uint8)
    reached = np.zeros(count)
    inputs = {item.name for item in system.inputs}
    for index in range(count):
        given = {name: float(v[index]) for name, v in points.parameters.items()}
        one = replace(
            run,
            parameters={**run.parameters, **{n: v for n, v in given.items() if n not in inputs}},
            inputs={**run.inputs, **{n: v for n, v in given.items() if n in inputs}},
            initial={**run.initial, **{n: float(v[index]) for n, v in points.initial.items()}},
        )
        trajectory = simulate(system, one)
        known = _known(system, one, trajectory)
        status[index] = STATUSES.index(trajectory.status)
        reached[index] = trajectory.times[-1]
        if values is not None:
            for column, name in enumerate(names):
                values[index, : len(trajectory.times), column] = known[name]
        for feature in features:
            measured[feature.name][index] = _measure(feature, known, trajectory.times, after)
    reason = "SciPy's solvers, point after point"
    steps = np.zeros(count, dtype=np.int64)
    return Swept(times, values, measured, status, reached, "scipy", reason, steps)


def _known(system: System, run: Run, trajectory: Trajectory) -> dict[str, Any]:
    """Every name of the model over the samples."""
    known: dict[str, Any] = {i.name: i.value for i in system.parameters + system.inputs}
    known |= {**run.parameters, **run.inputs}
    known |= dict(zip(trajectory.names, trajectory.values, strict=True))
    for item in system.constants + system.auxiliaries:
        known[item.name] = evaluate(item.tree, known, trajectory.times)
    return known


def _measure(feature: Feature, known: Mapping[str, Any], times: Array, after: float) -> float:
    kept = times >= after
    if feature.of is None or not kept.any():
        return float("nan")
    series = np.broadcast_to(evaluate(feature.of, known, times), times.shape)
    return _of_samples(feature, times[kept], series[kept])


def _of_samples(feature: Feature, t: Array, x: Array) -> float:
    span = float(t[-1] - t[0])
    mean = _integral(x, t) / span if span else float(x[-1])
    level = (x.min() + x.max()) / 2 if feature.threshold is None else feature.threshold
    match feature.kind:
        case "minimum":
            return float(x.min())
        case "maximum":
            return float(x.max())
        case "amplitude":
            return float(x.max() - x.min())
        case "mean":
            return mean
        case "std":
            return float(np.sqrt(_integral((x - mean) ** 2, t) / span)) if span else 0.0
        case "final":
            return float(x[-1])
        case "maxima":
            return float(np.sum((x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:])))
        case "time_above":
            return float(_integral((x > level).astype(float), t))
        case "period" | "frequency":
            period = _period(t, x, float(level))
            return period if feature.kind == "period" else 1 / period
    return float("nan")


def _period(t: Array, x: Array, level: float) -> float:
    """The mean time between upward crossings of the level, NaN where fewer than two or where
    they have ceased."""
    up = np.flatnonzero((x[:-1] <= level) & (x[1:] > level))
    crossings = t[up] + (level - x[up]) / (x[up + 1] - x[up]) * (t[up + 1] - t[up])
    if len(up) < 2 or t[-1] - crossings[-1] > SILENCE * np.diff(crossings).max():
        return np.nan
    return float((crossings[-1] - crossings[0]) / (len(crossings) - 1))


def _integral(x: Array, t: Array) -> float:
    return float(np.sum((x[1:] + x[:-1]) * np.diff(t)) / 2)
