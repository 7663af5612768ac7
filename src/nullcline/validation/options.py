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


OPTIONS: Mapping[str, Option] = MappingProxyType({})
"""By name, in the order in which they are made."""
