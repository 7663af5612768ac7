"""The exception by which a claim that does not hold ends a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nullcline.conformance.path import Comparison


class Deviates(Exception):
    """The first claim that does not hold, as a sentence; with the runs that show it, if any."""

    def __init__(self, sentence: str, comparison: Comparison | None = None) -> None:
        super().__init__(sentence)
        self.comparison = comparison
