"""Observers of the steps of a run: of conditions that change in one, of its course."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from nullcline.trajectory import Array


class Conditions(Protocol):
    """What tells the first time in a step at which a condition of the equations changes (True), or
    a time up to which to look closer (False), from the step's dense output, start and end."""

    def first(
        self, dense: Callable[[Array], Array], start: float, end: float
    ) -> tuple[float, bool] | None:
        """That time, None where there is none."""


class Observer(Protocol):
    """What looks at every step of a run, and is told whose steps count in the end."""

    def step(self, dense: Callable[[float], Array], start: float, end: float, fresh: bool) -> None:
        """Take a step in, from its dense output; `fresh` says that it is the first after a jump."""

    def chosen(self) -> None:
        """Learn that these steps are those of the result."""


class Unseeing:
    """An observer that sees nothing."""

    def step(self, dense: Callable[[float], Array], start: float, end: float, fresh: bool) -> None:
        """See Observer."""

    def chosen(self) -> None:
        """See Observer."""
