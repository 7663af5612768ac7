"""A line on the terminal that says how far long work has come; nothing where output is piped."""

from __future__ import annotations

import sys
import time
from types import TracebackType


class Progress:
    """`with Progress("simulating") as progress: progress(0.3)`, shares from 0 to 1."""

    def __init__(self, what: str) -> None:
        self.what, self.shown, self.last = what, sys.stderr.isatty(), 0.0
        self.began = time.monotonic()

    def __call__(self, share: float, more: str = "") -> None:
        """Show a share from 0 to 1, at most ten times a second and not in the first half."""
        now = time.monotonic()
        if self.shown and now - self.last > 0.1 and now - self.began > 0.5:
            self.last = now
            print(
                f"\r{self.what} {100 * share:3.0f} % {more}\x1b[K",
                end="",
                file=sys.stderr,
                flush=True,
            )

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.shown and self.last:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
