"""A line on the terminal that is written over while long work goes on; nothing where output is
piped."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from nullcline.host.printing import in_line


class Line:
    """`with Line() as line:` leaves the terminal as it was; `began` is when it was made."""

    def __init__(self) -> None:
        self.shown, self.last, self.began = sys.stderr.isatty(), 0.0, time.monotonic()

    def due(self) -> bool:
        """Whether to write now: at most ten times a second, and not in the first half."""
        now = time.monotonic()
        if not (self.shown and now - self.last > 0.1 and now - self.began > 0.5):
            return False
        self.last = now
        return True

    def write(self, text: str) -> None:
        """Put a text in the place of the one before."""
        print(f"\r{in_line(text)}\x1b[K", end="", file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown and self.last:
            self.write("")
