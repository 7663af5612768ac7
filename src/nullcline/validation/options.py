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
    """`--NAME` of the command line: its help, and the function that finds the problems.

    Its findings have a rule of the same name in `verdict.RULES`. The function imports what it
    needs when it is called: this module is loaded by every start of the program.
    """

    help: str
    problems: Callable[[Dynamics], Sequence[Problem]]
    remarks: Callable[[Dynamics], Sequence[str]] | None = None
    """What it found out beside, which is told to those who ask for more than problems."""


def _units(model: Dynamics) -> Sequence[Problem]:
    return model.check_units().problems


def _inferred(model: Dynamics) -> Sequence[str]:
    return [f"inferred: {item}" for item in model.check_units().inferred]


def _plain_numbers(model: Dynamics) -> Sequence[Problem]:
    return model.check_units(strict=True).problems


OPTIONS: Mapping[str, Option] = MappingProxyType(
    {
        "units": Option("check the units of every equation", _units, _inferred),
        "plain-numbers": Option("the same, and let no number stand for a unit", _plain_numbers),
    }
)
"""By name, in the order in which they are made."""
