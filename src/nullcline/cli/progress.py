"""How far one simulation has come, in a line on the terminal."""

from __future__ import annotations

from nullcline.terminal import Line


class Progress(Line):
    """`with Progress("simulating") as progress: progress(0.3)`, shares from 0 to 1."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what

    def __call__(self, share: float, more: str = "") -> None:
        """Show a share from 0 to 1."""
        if self.due():
            self.write(f"{self.what} {100 * share:3.0f} % {more}")
