"""Every model in every target: one cell each, proved in worker processes, in parallel."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from nullcline.computer import cores
from nullcline.conformance import Outcome, Verdict
from nullcline.conformance.versions import versions
from nullcline.suite.jobs import Ended, Job, answers
from nullcline.suite.matrix import Cell, Matrix
from nullcline.suite.model import Model, read_model
from nullcline.targets import Target, get_target

__all__ = ["LIMIT", "Cell", "Matrix", "Model", "read_model", "run_suite"]

LIMIT = 300.0
"""Seconds that one cell may take."""


def run_suite(
    models: Sequence[Model],
    targets: Sequence[str],
    *,
    duration: float | None = None,
    jobs: int | None = None,
    limit: float = LIMIT,
) -> Generator[Cell, None, None]:
    """The verdict on each model in each target, as they come in.

    Each check runs in one of `jobs` processes (default: one a core), in a temporary folder of its
    own, for at most `limit` seconds; one that crashes or hangs is "failed" with the reason and
    costs no other. A model that does not load gives no cells; what it holds that Nullcline itself
    cannot express is "unsupported" in every target. `duration` replaces every model's own. Raises
    ValueError for an unknown target.
    """
    found = {name: get_target(name) for name in targets}
    waiting: list[tuple[Model, Job]] = []
    for model in models:
        for name in found:
            if model.unsupported is not None:
                reason = str(model.unsupported)
                yield Cell(model, Verdict(name, model.name, Outcome.UNSUPPORTED, reason))
            elif model.system is not None:
                job = Job(name, model.system, model.plan.lasting(duration), limit)
                waiting.append((model, job))
    count = min(jobs or cores(), len(waiting))
    for index, answer in answers([job for _, job in waiting], count):
        model, job = waiting[index]
        if isinstance(answer, Ended):
            yield Cell(model, _failed(found[job.target], model, answer))
        else:
            yield Cell(model, answer.verdict, answer.run, answer.chosen_by)


def _failed(target: Target, model: Model, ended: Ended) -> Verdict:
    """The verdict on a check that came to no end of its own."""
    known = versions(target)
    verdict = Verdict(target.name, model.name, Outcome.FAILED, ended.reason, versions=known)
    return replace(verdict, seconds=ended.seconds)
