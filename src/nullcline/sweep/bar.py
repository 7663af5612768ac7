"""How far a sweep has come, at which rate and for how much longer, in a line on the terminal."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from nullcline.terminal import TERMINAL, Line

Progress = Callable[[int, int], None]
"""Called with the number of points that are done and of all points, after every chunk."""


def remaining(seconds: float) -> str:
    """A time in the two largest of its units."""
    whole = round(seconds)
    for unit, size, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {smaller}"
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


class Bar(Line):
    """`with Bar("sweeping VdP") as bar: bar(done, count)`; a line every half minute where
    output is piped.

    The rate and the time left are those of this run: points that were there before it, which
    `already` says, took it no time.
    """

    def __init__(self, what: str, already: int = 0) -> None:
        super().__init__()
        self.what, self.already = what, already

    def __call__(self, done: int, count: int) -> None:
        """Show it, as far as the terminal is wide."""
        if self.due():
            width = shutil.get_terminal_size().columns - 1 if self.place == TERMINAL else None
            self.write(self.line(done, count, self.last - self.began)[:width])

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
