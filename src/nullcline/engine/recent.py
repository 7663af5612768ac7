"""What was made of the last few systems, so that it is not made again for the next sweep."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from nullcline.system import System

T = TypeVar("T")


class Recent(Generic[T]):
    """Things by the system that they were made of, and whatever else went into them.

    A system is known by its identity, else by its equality; it is held, and so is its identity.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.known: dict[tuple[int, Hashable], tuple[System, T]] = {}

    def of(self, system: System, more: Hashable, make: Callable[[], T]) -> T:
        """What is known of the system, or what `make` gives."""
        found = self.known.get((id(system), more))
        if found is None:
            for (_, other), (held, thing) in list(self.known.items()):
                if other == more and held == system:
                    found = system, thing
            found = found or (system, make())
            for old in list(self.known)[: len(self.known) + 1 - self.most]:
                self.known.pop(old, None)
            self.known[id(system), more] = found
        return found[1]
