"""Compiling the engine in a process of its own, one at a time on a computer."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

COST = 12.0
"""About how many seconds it takes to compile the engine."""
COMPILING = f"the sweep engine is compiled, once on this machine, in about {COST:.0f} s"
MEANWHILE = f"{COMPILING}; meanwhile NumPy computes"

LOCK = "nullcline-engine.lock"
CHILD = """import sys
sys.path[:] = {path!r}
from nullcline.engine.background import main
main({folder!r}, {lanes})
"""
STARTED: list[subprocess.Popen[bytes]] = []
"""What this process started, at most one."""
HELD: list[IO[bytes]] = []
"""The lock, in the process that compiles."""
LOOK = 0.2
"""Seconds between two looks at how far it is."""
LONGEST_WAIT = 120.0
"""Seconds after which a process is no longer waited for: it may be stopped, or starve."""


def start(folder: Path, lanes: int) -> None:
    """Have the engine compiled into this folder of numba's, for so many lanes first.

    The process says nothing, outlives this one, and leaves nothing behind that is not whole.
    """
    if STARTED or busy(folder) or not sys.executable or getattr(sys, "frozen", False):
        return
    code = CHILD.format(path=sys.path, folder=str(folder), lanes=lanes)
    silent = subprocess.DEVNULL
    environment = {**os.environ, "NULLCLINE_COMPILE": "wait"}
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=silent,
            stdout=silent,
            stderr=silent,
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return
    STARTED.append(process)
    # it goes on when this process ends, which is no reason to warn
    atexit.register(setattr, process, "returncode", 0)


def wait(folder: Path, ready: Callable[[], bool]) -> None:
    """Until what is needed is ready, or nobody compiles into this folder any more."""
    began = time.monotonic()
    while not HELD and time.monotonic() - began < LONGEST_WAIT:
        running = any(process.poll() is None for process in STARTED)
        if not running and not busy(folder):
            return
        if ready():
            return
        time.sleep(LOOK)


def busy(folder: Path) -> bool:
    """Whether a process compiles into this folder."""
    if not (folder / LOCK).exists():
        return False
    held = hold(folder)
    if held is None:
        return True
    held.close()
    return False


def hold(folder: Path) -> IO[bytes] | None:
    """The lock of a folder, for as long as it is open and its process lives; None if it is held."""
    file = None
    try:
        file = open(folder / LOCK, "ab")  # noqa: SIM115
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if file is not None:
            file.close()
        return None
    return file


def main(folder: str, lanes: int) -> None:
    """What the process does: compile, unless another does."""
    held = hold(Path(folder))
    if held is None:
        return
    HELD.append(held)
    from nullcline.engine.whole import compile_all

    compile_all(lanes)
