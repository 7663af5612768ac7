"""The checks that are made if they are asked for: one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from nullcline.errors import Problem

if TYPE_CHECKING:
    from nullcline.dynamics import Dynamics


@dataclass(frozen=True)
class Option:
    """`--NAME` of the command line: its help, and the function that checks a model.

    Its findings have a rule of the same name in `verdict.RULES`. The function imports what it
    needs when it is called: this module is loaded by every start of the program.
    """

    help: str
    check: Callable[[Dynamics], tuple[Sequence[Problem], Sequence[str]]]
    """What is wrong, and what it found out beside, told to those who ask for more than problems."""


def _units(model: Dynamics) -> tuple[Sequence[Problem], Sequence[str]]:
    found = model.check_units()
    return found.problems, [f"inferred: {item}" for item in found.inferred]


def _plain_numbers(model: Dynamics) -> tuple[Sequence[Problem], Sequence[str]]:
    return model.check_units(strict=True).problems, ()


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "units": Option("check the units of every equation", _units),
        "plain-numbers": Option("the same, and let no number stand for a unit", _plain_numbers),
    }
)
"""By name, in the order in which they are made."""
