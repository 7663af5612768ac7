"""How far a sweep has come, at which rate and for how much longer, in a line on the terminal."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType

Progress = Callable[[int, int], None]
"""Called with the number of points that are done and of all points, after every chunk."""


def remaining(seconds: float) -> str:
    """A time in the two largest of its units."""
    whole = round(seconds)
    for unit, size, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


class Bar:
    """`with Bar("sweeping VdP") as bar: bar(done, count)`; nothing where output is piped.

    The rate and the time left are those of this run: points that were there before it, which
    `already` says, took it no time.
    """

    def __init__(self, what: str, already: int = 0) -> None:
        self.what, self.already, self.shown = what, already, sys.stderr.isatty()
        self.began = time.monotonic()
        self.last = 0.0

    def __call__(self, done: int, count: int) -> None:
        """Show it, at most ten times a second and not in the first half."""
        now = time.monotonic()
        if self.shown and now - self.last > 0.1 and now - self.began > 0.5:
            self.last = now
            width = shutil.get_terminal_size().columns - 1
            line = self.line(done, count, now - self.began)[:width]
            print(f"\r{line}\x1b[K", end="", file=sys.stderr, flush=True)

    def line(self, done: int, count: int, seconds: float) -> str:
        """What is shown after so many seconds."""
        filled = 20 * done // max(count, 1)
        bar = "█" * filled + "░" * (20 - filled)
        text = f"{self.what} {bar} {100 * done // max(count, 1)} % of {count:,} points"
        rate = (done - self.already) / seconds if seconds > 0 else 0.0
        if rate > 0:
            text += f", {rate:,.3g} points/s" if rate < 100 else f", {rate:,.0f} points/s"
            text += f", {remaining((count - done) / rate)} left"
        return text

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown and self.last:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
