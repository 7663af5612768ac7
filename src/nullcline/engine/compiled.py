"""Code compiled for one model: what it is kept under, when it pays, from when on it runs."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from nullcline.engine.calls import FIELD, STEP, WATCH
from nullcline.engine.codes import OPERATION_CODES, Code
from nullcline.engine.jit import stamp
from nullcline.engine.program import Program
from nullcline.engine.tableau import Method
from nullcline.engine.task import Whole

STAMP = stamp()
LARGEST = 5_000
"""How many operations are compiled at most; what takes seconds to compile seldom pays."""
SAVED, MARGIN = 0.2, 2.0
"""The share of the time that compiled code saves at least, and how many times over it must save
what compiling it takes."""
SERIES = OPERATION_CODES["exp"]
EACH = 25
"""Functions from this one on are about so many operations."""
START, FUNCTION, OPERATION = 0.15, 0.35, 6e-4
"""Seconds that compiling takes: in any case, for each function, for each operation."""
GLANCE, LOOK = 0.02, 0.1
"""Seconds until the disk is looked at, and between two looks at how far a sweep is."""

ADDRESSES: dict[str, int] = {}
"""Where the compiled code is that this process has."""
SPENT: dict[str, float] = {}
"""Seconds that this process has spent on each model without its own code."""
MODELS = 10_000
MOST = 64
RECENT: dict[tuple[int, int, int, int], Kernels] = {}
"""The last ones by the sections and the method (which they hold, and so their ids) that they are
of."""


class Kernels:
    """The code of one program for one method and number of lanes.

    `addresses` is what the integrator looks at before every call: 0 where there is no code yet.
    """

    def __init__(self, program: Program, method: Method, lanes: int) -> None:
        self.program, self.method, self.lanes = program, method, lanes
        self.addresses: Whole = np.zeros(3, dtype=np.int64)
        self.trouble = ""

    @staticmethod
    def of(program: Program, method: Method, lanes: int) -> Kernels:
        """Those of a program, with what is known of them where it was asked for before."""
        key = (id(program.field), id(program.watch), id(method.weight), lanes)
        known = RECENT.get(key)
        made = Kernels(program, method, lanes)
        if known is not None and known.program.field is program.field and known.method is method:
            made.__dict__.update(wanted=known.wanted, key=known.key, cost=known.cost)
            made.trouble = known.trouble
            return made
        for old in list(RECENT)[: len(RECENT) + 1 - MOST]:
            RECENT.pop(old, None)
        RECENT[key] = made
        return made

    @property
    def active(self) -> bool:
        """Whether compiled code runs."""
        return bool(self.addresses.any())

    @cached_property
    def size(self) -> tuple[int, int]:
        """How many operations a step has, and its field."""
        field = _operations(self.program.field)
        return self.method.stages * field + self.program.states * len(self.method.weight), field

    @cached_property
    def wanted(self) -> dict[int, str]:
        """Which functions are worth their code, with what each is kept under."""
        step, field = self.size
        chosen = {}
        if step <= LARGEST:
            chosen[STEP] = self._key(b"step", self.program.field, self.program.derivatives)
        if field <= LARGEST and (step > LARGEST or self.method.extra):
            chosen[FIELD] = self._key(b"field", self.program.field, self.program.derivatives)
        if 0 < _operations(self.program.watch) <= LARGEST:
            chosen[WATCH] = self._key(b"watch", self.program.watch, self.program.watched)
        return chosen

    @cached_property
    def key(self) -> str:
        """What the time spent on this program is noted under."""
        return " ".join(self.wanted.values())

    @cached_property
    def cost(self) -> float:
        """About how many seconds compiling takes."""
        step, field = self.size
        codes = [self.program.field] + [self.program.watch] * (WATCH in self.wanted)
        used = {int(op) for code in codes for op in code[:, 0] if _is_function(op)}
        size = (step if STEP in self.wanted else 0) + (field if FIELD in self.wanted else 0)
        size += _operations(self.program.watch) if WATCH in self.wanted else 0
        return START * len(self.wanted) + FUNCTION * len(used) + OPERATION * size

    def remembered(self) -> bool:
        """Use what this process has; whether that is all."""
        if not self.wanted or not all(key in ADDRESSES for key in self.wanted.values()):
            return False
        for place, key in self.wanted.items():
            self.addresses[place] = ADDRESSES[key]
        return True

    def fetched(self) -> bool:
        """Use what is kept on disk, too; whether that is all."""
        from nullcline.engine import kept, object_code

        for key in self.wanted.values():
            if key not in ADDRESSES:
                content = kept.read(key)
                if content is None:
                    return False
                ADDRESSES[key] = object_code.loaded(content)
        return self.remembered()

    def made(self) -> bool:
        """Compile what is nowhere yet, and keep it; whether there is code now."""
        if not self.wanted or self.fetched():
            return self.active
        from nullcline.engine import kept, object_code

        new = {}
        for place, key in self.wanted.items():
            if key not in ADDRESSES:
                code = object_code.compiled(*self._function(place))
                ADDRESSES[key] = code.address
                new[key] = code
        self.remembered()
        for key, code in new.items():
            with contextlib.suppress(RuntimeError):
                kept.write(key, object_code.content(code))
        return True

    def upgraded(self) -> bool:
        """As `made`; where the compiler fails there is no code, and `trouble` says why."""
        from numba.core.errors import NumbaError

        try:
            if not self.made():
                self.trouble = self.trouble or "the model is too large to be compiled"
        except (NumbaError, RuntimeError) as error:
            self.trouble = f"compiling failed ({str(error).partition(chr(10))[0]})"
            self.__dict__["wanted"] = {}
        return self.active

    def pays(self, seconds: float) -> bool:
        """Whether compiling pays where so much time is spent, beside what was before."""
        spent = SPENT.get(self.key, 0.0) + seconds
        return bool(self.wanted) and spent * SAVED > MARGIN * self.cost

    def note(self, seconds: float) -> None:
        """Remember the time spent without compiled code."""
        if len(SPENT) > MODELS:
            SPENT.clear()
        SPENT[self.key] = SPENT.get(self.key, 0.0) + seconds

    def watch(self, ended: Callable[[float], bool], done: Callable[[], float]) -> float:
        """While other threads run: compile as soon as that pays; the share done until then.

        `ended` waits so many seconds for their end, `done` is the share of points done.
        """
        began = time.perf_counter()
        if self.active or not self.wanted or ended(GLANCE):
            return 0.0 if self.active else 1.0
        if self.fetched():
            return done()
        while not ended(LOOK):
            share, gone = done(), time.perf_counter() - began
            left = gone * (1.0 - share) / share if share > 0 else gone
            if self.pays(gone + left) and left * SAVED > self.cost:
                self.upgraded()
                return done() if self.active else 1.0
        return 1.0

    def _key(self, name: bytes, code: Code, registers: Any) -> str:
        from nullcline.engine import object_code

        digest = hashlib.sha256(f"{STAMP} {object_code.platform()} {self.lanes} ".encode() + name)
        for array in (np.array([self.program.states]), code, registers):
            digest.update(f" {array.shape} {array.dtype} ".encode() + array.tobytes())
        if name == b"step":
            table = (self.method.start, self.method.column, self.method.weight, self.method.times)
            for each in table:
                digest.update(f" {each.shape} ".encode() + each.tobytes())
        return digest.hexdigest()

    def _function(self, place: int) -> tuple[Any, Any]:
        from nullcline.engine import native

        program = self.program
        if place == STEP:
            return native.step(program, self.method, self.lanes), native.STEP
        code = program.field if place == FIELD else program.watch
        wanted = program.derivatives if place == FIELD else program.watched
        return native.section(code, wanted.tolist(), self.lanes), native.SECTION


def _is_function(op: int) -> bool:
    return SERIES <= op < len(OPERATION_CODES)


def _operations(code: Code) -> int:
    """About how many operations of the processor these instructions are."""
    return sum(EACH if _is_function(op) else 1 for op in code[:, 0].tolist())
