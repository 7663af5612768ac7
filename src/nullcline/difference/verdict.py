"""What is said of two models: whether their dynamics are the same, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nullcline.difference.changes import Change
from nullcline.difference.field import How, Row
from nullcline.difference.numbers import TOLERANCE, Witness


class Outcome(StrEnum):
    """Whether two models mean the same."""

    SAME = "same dynamics"
    VALUES = "same equations, other values"
    DIFFERENT = "different dynamics"
    UNKNOWN = "dynamics not compared"


@dataclass(frozen=True)
class Difference:
    """How a new model differs from an old one.

    `rows` compare the derivative of each state, everything on the way written out, and
    `equations` each changed equation by itself. `renamed` are new names by the old ones that they
    may stand for, if the models are equal but for them; `but_for_names`: the outcome holds only
    if they do. `fixed` are the numbers of parameters that only one of the models has, at which
    they were compared.
    """

    old: str
    new: str
    outcome: Outcome
    reason: str = ""
    rows: tuple[Row, ...] = ()
    changes: tuple[Change, ...] = ()
    equations: tuple[Row, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    but_for_names: bool = False
    fixed: Mapping[str, float] = field(default_factory=dict)

    @property
    def same_dynamics(self) -> bool:
        """Whether both have the same vector field, parameters and initial values, by name."""
        return self.outcome is Outcome.SAME and not self.but_for_names

    @property
    def nothing_changed(self) -> bool:
        """Whether both say the same."""
        return not self.changes

    def __str__(self) -> str:
        """The verdict in one line."""
        names = " but for names" if self.but_for_names else ""
        said = f"{self.outcome}{names}{self._how()}"
        return f"{said}: {self.reason}" if self.reason else said

    def _how(self) -> str:
        if self.outcome not in (Outcome.SAME, Outcome.VALUES) or not self.rows:
            return ""
        points = [row.points for row in self.rows if row.how is How.NUMBERS]
        if not points:
            return " (by algebra)"
        return f" (by numbers: equal at {min(points)} points to {TOLERANCE:g} or its rounding)"


def parted(witness: Witness) -> str:
    """Where two equations part, in words."""
    at = ", ".join(f"{name} = {value:.6g}" for name, value in witness.values.items())
    old, new = apart(witness.old, witness.new)
    pair = f"{old} in the old and {new} in the new"
    return f"{witness.name}' is {pair}" + (f" at {at}" if at else "")


def apart(old: float, new: float) -> tuple[str, str]:
    """Two numbers that differ, with as many digits as show it."""
    pairs = [(f"{old:.{digits}g}", f"{new:.{digits}g}") for digits in (9, 13, 17)]
    return next((pair for pair in pairs if pair[0] != pair[1]), pairs[-1])
