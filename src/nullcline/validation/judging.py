"""Many files judged: what is kept and still true is not made again, the rest is shared out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nullcline.computer import cores
from nullcline.sources import noted
from nullcline.validation.store import Store
from nullcline.validation.verdict import Verdict

ALONE = 48
"""So many files are checked sooner than a second process has started."""


@dataclass(frozen=True)
class Work:
    """How each file is checked: with which options, and where its verdict is kept."""

    options: tuple[str, ...] = ()
    store: Store | None = None

    def __call__(self, path: Path) -> Verdict:
        """The verdict on one file, kept under the content that was read."""
        from nullcline.validation.checks import check

        with noted() as read:
            verdict = check(path, self.options)
        # one that did not come to its end may do so next time
        ended = any(item.rule in {"check", "installed"} for item in verdict.findings)
        if self.store is not None and not ended:
            self.store.judged(path, verdict, read)
        return verdict


def verdicts(paths: Sequence[Path], work: Work, jobs: int | None = None) -> Iterator[Verdict]:
    """The verdict on each file, in their order; what is kept and still true is not made again.

    `jobs` is the number of processes (default: one a core that this process may use).
    """
    keys = [work.store.key(path) if work.store else None for path in paths]
    known = [work.store.find(key) if work.store and key else None for key in keys]
    new = [index for index, verdict in enumerate(known) if verdict is None]
    fresh = _judged([paths[index] for index in new], work, jobs)
    for verdict in known:
        yield next(fresh) if verdict is None else verdict
    if work.store is not None and new:
        work.store.prune()


def _judged(paths: Sequence[Path], work: Work, jobs: int | None) -> Iterator[Verdict]:
    count = min(jobs or cores(), len(paths))
    if count <= 1 or (jobs is None and len(paths) <= ALONE):
        return map(work, paths)
    from nullcline.validation.pool import shared

    return shared(paths, work, count)
