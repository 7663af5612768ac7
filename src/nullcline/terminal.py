"""A line that says how far long work is: written over on a terminal and in a notebook, and a new
line every half minute where nobody watches."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import TracebackType
from typing import Any, Self

from nullcline.host.printing import in_line

TERMINAL, NOTEBOOK, PIPE = "terminal", "notebook", "pipe"
OFTEN = {TERMINAL: (0.1, 0.5), NOTEBOOK: (0.5, 0.5), PIPE: (30.0, 30.0)}
"""The least seconds between two texts, and those before the first, by where they go."""
SAID: set[str] = set()
"""What this process was told to wait for already."""


def place() -> str:
    """Where words about progress go: a terminal, a notebook, or a pipe (a file, a log)."""
    if sys.stderr.isatty():
        return TERMINAL
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return NOTEBOOK if getattr(shell, "kernel", None) is not None else PIPE


class Line:
    """`with Line() as line:` leaves the terminal as it was; `began` is when it was made."""

    def __init__(self) -> None:
        self.place, self.last, self.began = place(), 0.0, time.monotonic()
        self.handle: Any = None

    def due(self) -> bool:
        """Tell whether to write now: neither at once nor too often."""
        now = time.monotonic()
        often, first = OFTEN[self.place]
        if now - self.last <= often or now - self.began <= first:
            return False
        self.last = now
        return True

    def write(self, text: str) -> None:
        """Put a text in the place of the one before; below it, where output is piped."""
        text = in_line(text)
        match self.place:
            case "terminal":
                print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)
            case "notebook":
                self._display(text)
            case _:
                print(text, file=sys.stderr, flush=True)

    def _display(self, text: str) -> None:
        """An output of the cell as plain text, which is changed in its place."""
        data = {"text/plain": text}
        if self.handle is None:
            display = sys.modules["IPython.display"].display
            self.handle = display(data, raw=True, display_id=True)
        else:
            self.handle.update(data, raw=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.last and self.place != PIPE:
            self.write("")


@contextmanager
def waiting(text: str, after: float = 1.0) -> Iterator[None]:
    """Say once a process what is waited for, if it takes longer than so many seconds."""
    note = Timer(after, _say, [text])
    note.daemon = True
    note.start()
    try:
        yield
    finally:
        note.cancel()


def _say(text: str) -> None:
    if place() != PIPE and text not in SAID:
        SAID.add(text)
        print(f"nullcline: {text}", file=sys.stderr, flush=True)
