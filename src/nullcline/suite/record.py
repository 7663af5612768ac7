"""The matrix as a ConformanceRun of the datamodel, which a repository can publish as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nullcline import datamodel, structure
from nullcline.conformance.path import Comparison
from nullcline.suite.matrix import Cell, Matrix
from nullcline.suite.model import Model
from nullcline.trajectory import Deviation


def to_json(matrix: Matrix) -> str:
    """The text of the file; numbers that are not finite are left out."""
    return json.dumps(structure.dump(record(matrix)), indent=1, ensure_ascii=False, allow_nan=False)


def record(matrix: Matrix) -> datamodel.ConformanceRun:
    """Everything that is known, the trajectories left out."""
    verdicts = []
    for model in matrix.models:
        if not model.valid:
            verdicts.append(_invalid(model))
        cells = (matrix.cell(model, target) for target in matrix.targets)
        verdicts += [_verdict(cell) for cell in cells if cell]
    return datamodel.ConformanceRun(
        started_at=_time(matrix.started),
        ended_at=_time(matrix.ended),
        targets=list(matrix.targets),
        verdicts=verdicts,
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _invalid(model: Model) -> datamodel.Verdict:
    return datamodel.Verdict(
        model_path=model.path,
        model_name=model.name or None,
        outcome="invalid",
        reason="\n".join(model.problems),
    )


def _verdict(cell: Cell) -> datamodel.Verdict:
    verdict, run = cell.verdict, cell.run
    return datamodel.Verdict(
        model_path=cell.model.path,
        model_name=verdict.model,
        target=verdict.target,
        outcome=str(verdict.outcome),
        reason=verdict.reason or None,
        duration=run.duration if run else None,
        sampling=run.sampling if run else None,
        chosen_by=cell.chosen_by or None,
        seconds=round(verdict.seconds, 3),
        comparisons=[_comparison(each) for each in verdict.comparisons],
        versions={n: datamodel.Software(n, v) for n, v in verdict.versions.items()},
        exported_text=verdict.text or None,
    )


def _comparison(comparison: Comparison) -> datamodel.Comparison:
    run = comparison.run
    return datamodel.Comparison(
        duration=run.duration,
        sampling=run.sampling,
        parameters=_settings(run.parameters),
        inputs=_settings(run.inputs),
        initial_values=_settings(run.initial),
        horizon=comparison.horizon,
        informative=comparison.moves,
        worst=_deviation(comparison.worst),
    )


def _settings(values: Mapping[str, float]) -> dict[str, Any]:
    return {name: datamodel.Setting(name, float(value)) for name, value in values.items()}


def _deviation(deviation: Deviation) -> datamodel.Deviation:
    return datamodel.Deviation(
        variable=deviation.variable,
        at_time=_finite(deviation.time),
        size=_finite(deviation.size),
        found=_finite(deviation.found),
        expected=_finite(deviation.expected),
    )


def _finite(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None
