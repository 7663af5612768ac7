"""Jobs shared out among worker processes, each with a time limit, none at another's cost."""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nullcline.conformance import Verdict
from nullcline.conformance.plan import Plan
from nullcline.system import System
from nullcline.trajectory import Run

START = 60.0
"""Seconds that a worker may take to start, on a slow machine."""


@dataclass(frozen=True)
class Job:
    """One cell to be proved, in at most `limit` seconds."""

    target: str
    system: System
    plan: Plan
    limit: float


@dataclass(frozen=True)
class Answer:
    """What a worker found: the verdict, the run, and who chose its duration."""

    verdict: Verdict
    run: Run | None = None
    chosen_by: str = ""


@dataclass(frozen=True)
class Ended:
    """A worker that ended or was ended before it answered, and why."""

    reason: str
    seconds: float


Found = tuple[int, Answer | Ended]


def answers(jobs: Sequence[Job], count: int) -> Iterator[Found]:
    """Each job's index and answer, as they come in; whoever stops early leaves no process."""
    waiting = Waiting(jobs)
    done: queue.SimpleQueue[Found] = queue.SimpleQueue()
    workers = [Worker() for _ in range(count)]
    threads = [
        threading.Thread(target=_work, args=(worker, waiting, done), daemon=True)
        for worker in workers
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in jobs:
            yield done.get()
    finally:
        for worker in workers:
            worker.close()
        for thread in threads:
            thread.join()


class Waiting:
    """The jobs that nobody has begun; who has begun with a model goes on with it.

    A process that knows what the reference says of a model need not compute it again.
    """

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = list(enumerate(jobs))
        self._begun: set[int] = set()
        self._lock = threading.Lock()

    def take(self, last: Job | None) -> tuple[int, Job] | None:
        """A job of the last one's model, or of a model not begun, or any; None: no more."""
        with self._lock:
            if not self._jobs:
                return None
            same = (p for p in self._jobs if last is not None and p[1].system is last.system)
            fresh = (pair for pair in self._jobs if id(pair[1].system) not in self._begun)
            pair = next(same, None) or next(fresh, None) or self._jobs[0]
            self._jobs.remove(pair)
            self._begun.add(id(pair[1].system))
            return pair


def _work(worker: Worker, waiting: Waiting, done: queue.SimpleQueue[Found]) -> None:
    job = None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        while not worker.closed:
            pair = waiting.take(job)
            if pair is None:
                break
            index, job = pair
            began = time.monotonic()
            try:
                found = worker.answer(job, Path(folder))
            except Exception as error:  # whatever it is costs this job alone
                found = Ended(f"{type(error).__name__}: {error}", time.monotonic() - began)
            done.put((index, found))
        worker.leave()


class Worker:
    """A process of `nullcline.suite.worker`, started when first needed and after each crash."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.closed = False
        self._lock = threading.Lock()

    def answer(self, job: Job, folder: Path) -> Answer | Ended:
        """The worker's answer; a limit that is passed or a process that ends is one too."""
        began = time.monotonic()
        said = folder / "said"
        if self.process is None:
            self._start(folder, said)
            if self._exchange(None, START) is None:
                return Ended(self._end("while it started", said), time.monotonic() - began)
            began = time.monotonic()
        os.truncate(said, 0)
        found = self._exchange(job, job.limit)
        if isinstance(found, Answer):
            return found
        seconds = time.monotonic() - began
        if seconds >= job.limit:
            self._reaped()
            return Ended(f"it took longer than {job.limit:g} s and was stopped", seconds)
        return Ended(self._end("in the check", said), seconds)

    def _start(self, folder: Path, said: Path) -> None:
        home = folder / "home"
        home.mkdir(exist_ok=True)
        path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)
        own = {"PYTHONPATH": path, "TMPDIR": str(home), "OMP_NUM_THREADS": "1"}
        with self._lock:
            if self.closed:
                raise RuntimeError("the suite was ended")
            with said.open("ab") as stream:
                self.process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "nullcline.suite.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=stream,
                    cwd=home,
                    env={**os.environ, **own},
                    start_new_session=True,
                )

    def _exchange(self, job: Job | None, limit: float) -> Any:
        """What comes back for a job within its limit, or None where the process ends first."""
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(limit, _kill, (process,))
        timer.start()
        try:
            if job is not None:
                pickle.dump(job, process.stdin)
                process.stdin.flush()
            return pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        finally:
            timer.cancel()

    def _end(self, when: str, said: Path) -> str:
        """Leave the process; how it ended, in words."""
        process = self._reaped()
        how = f"status {process.returncode}"
        if process.returncode < 0:
            how = signal.Signals(-process.returncode).name
        return f"the process of the engine ended {when} ({how}){_last_words(said)}"

    def _reaped(self) -> subprocess.Popen[bytes]:
        process, self.process = self.process, None
        assert process is not None
        _await(process)
        _kill(process)
        process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # a job that nobody reads any more
                if stream is not None:
                    stream.close()
        return process

    def close(self) -> None:
        """End the process, now and for good."""
        with self._lock:
            self.closed = True
            if self.process is not None:
                _kill(self.process)

    def leave(self) -> None:
        """The same, from the thread that uses the worker."""
        self.close()
        if self.process is not None:
            self._reaped()


def _await(process: subprocess.Popen[bytes]) -> None:
    """Give a process whose output has ended a moment to end by itself, for its status."""
    if not hasattr(os, "waitid"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2.0)
        return
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT  # unreaped, so that its number stays its own
    for _ in range(200):
        if os.waitid(os.P_PID, process.pid, flags):
            return
        time.sleep(0.01)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _last_words(said: Path) -> str:
    """The line of what a process wrote that says most, if it wrote any."""
    lines = [line.strip() for line in said.read_text(errors="replace").splitlines()]
    fatal = [line for line in lines if line.startswith("Fatal")]
    words = (fatal or [line for line in lines if line])[-1:]
    return "".join(f": {line[:200]}" for line in words)
