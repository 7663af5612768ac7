"""The matrix on a terminal while it fills; a count every half minute where output is piped."""

from __future__ import annotations

import shutil
import sys
import time
from types import TracebackType

from nullcline.conformance.table import text_table
from nullcline.suite import Matrix
from nullcline.terminal import TERMINAL, Line


class Live:
    """`with Live(matrix) as live: live()` draws what is known, at most ten times a second."""

    def __init__(self, matrix: Matrix) -> None:
        self.matrix, self.line = matrix, Line()
        self.height, self.last, self.began = 0, 0.0, time.monotonic()

    def __call__(self, force: bool = False) -> None:
        """Draw, in the place of what was drawn before."""
        now = time.monotonic()
        if self.line.place != TERMINAL:
            if self.line.due():
                self.line.write(self.count(now - self.began))
        elif force or now - self.last > 0.1:
            self.last = now
            lines = self.lines(now - self.began)
            self._clear()
            print("\n".join(lines), file=sys.stderr, flush=True)
            self.height = len(lines)

    def lines(self, seconds: float) -> list[str]:
        """The rows that fit on the screen, those first that are not yet done, and a count."""
        size = shutil.get_terminal_size()
        matrix, room = self.matrix, max(1, size.lines - 3)
        models = list(matrix.models)
        if len(models) > room:
            models.sort(key=matrix.done)
            shown = {model.path for model in models[:room]}
            models = [model for model in matrix.models if model.path in shown]
        head = ("model", *matrix.targets)
        table = text_table([head, *map(matrix.row, models)]).splitlines()
        return [line[: size.columns - 1] for line in (*table, self.count(seconds))]

    def count(self, seconds: float) -> str:
        """How many cells are known after so many seconds."""
        return f"{self.matrix.known} of {self.matrix.count} cells, {seconds:.0f} s"

    def _clear(self) -> None:
        if self.height:
            print(f"\x1b[{self.height}A\r\x1b[J", end="", file=sys.stderr)

    def __enter__(self) -> Live:
        self(force=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()
        self.height = 0
