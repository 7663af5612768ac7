"""Sweeps of stiff models: the exact Jacobian as a program, and points spread over threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nullcline.engine.band import narrow
from nullcline.engine.cache import there
from nullcline.engine.lanes import BLOCK
from nullcline.engine.program import Program, program
from nullcline.engine.recent import Recent
from nullcline.engine.register import LANES, Machine, NotCompiledError
from nullcline.engine.rodas import integrate
from nullcline.engine.rosenbrock import Slopes, room_for
from nullcline.engine.task import Result, Task, Whole, code_of, work_for
from nullcline.engine.threads import COMPILED, compile_first, spread
from nullcline.expression import Apply, Node, Number, Symbol, rebuild
from nullcline.jacobian import jacobian
from nullcline.system import Definition, Quantity, System

CLOCK = "∂t"
"""A state that is the time, so that the field is differentiated by it; no model can declare it."""


class Stiff(Machine):
    """The model as two programs, its field's and its Jacobian's, run by Rodas5P."""

    def spread(self, task: Task, result: Result) -> None:
        """Every thread takes every so-manieth point; an interrupt stops them all."""
        count = len(task.values)
        threads = max(1, min(self.threads, count))
        halt, arrays = np.zeros(1, dtype=np.int64), code_of(self.code)
        slopes = slopes_of(self.sweep.system, self.values, self.code, task.places)
        gauged = True if len(self.code.watched) else None

        def given(chosen: Whole) -> tuple[Any, ...]:
            lanes = work_for(self.code, self.method, BLOCK)
            room = room_for(self.code.states, self.code.registers, slopes)
            return arrays, slopes, task, result, lanes, room, chosen, halt, gauged

        def work(chosen: Whole) -> None:
            integrate(*given(chosen))

        points = np.arange(count)
        nothing = given(points[:0])
        if (integrate, gauged) in COMPILED or there(integrate, nothing):
            COMPILED.add((integrate, gauged))
        elif not self.waits:
            raise NotCompiledError(integrate, [nothing], LANES)
        compile_first(integrate, nothing, gauged)
        # a copy: what is not contiguous would be compiled for once more
        spread(lambda first: work(points[first::threads].copy()), count, threads, halt)


def slopes_of(system: System, values: Mapping[str, float], own: Program, places: Whole) -> Slopes:
    """The Jacobian of a system whose program is `own`, `values` replacing declared numbers.

    `places` are the registers of that program which a task gives anew for each point.
    """
    size = len(system.states)
    timed = "time" in system.operations
    extended, entries = RECENT.of(system, None, lambda: _derived(system))
    wanted = list(entries)
    code = program(extended, values, list(entries.values()))
    inside = [k for k, (_, column) in enumerate(wanted) if column < size]
    drifts = [k for k, (_, column) in enumerate(wanted) if column == size]
    rows, columns = (_whole([wanted[k][axis] for k in inside]) for axis in (0, 1))
    order, below, above = narrow(rows, columns, size)
    given = _given(system, own, code, places.tolist())
    return Slopes(
        base=code.base.copy(),
        prologue=code.prologue,
        code=code.watch,
        places=_whole(list(given)),
        given=_whole(list(given.values())),
        entries=_whole([code.watched[k] for k in inside]),
        rows=order[rows],
        columns=order[columns],
        clock=size + 1 if timed else 0,
        timed=_whole([wanted[k][0] for k in drifts]),
        drifts=_whole([code.watched[k] for k in drifts]),
        order=order,
        below=below,
        above=above,
    )


RECENT: Recent[tuple[System, dict[tuple[int, int], Node]]] = Recent(8)


def _derived(system: System) -> tuple[System, dict[tuple[int, int], Node]]:
    """The system with what the entries of its Jacobian need, and those, by row and column."""
    found = jacobian(_clocked(system) if "time" in system.operations else system)
    extended = replace(
        found.system,
        auxiliaries=(*found.system.auxiliaries, *found.definitions),
        derivatives=tuple(Definition(item.name, Number(0)) for item in found.system.states),
    )
    size = len(system.states)
    return extended, {place: tree for place, tree in found.entries.items() if place[0] < size}


def _given(system: System, own: Program, code: Program, places: list[int]) -> dict[int, int]:
    """Which register of the Jacobian's program takes which column of a task."""
    states = {item.name for item in system.states}
    return {
        code.places[name]: places.index(place)
        for name, place in own.places.items()
        if place in places and name in code.places and name not in states
    }


def _whole(numbers: list[int]) -> Whole:
    return np.array(numbers, dtype=np.int64)


def _clocked(system: System) -> System:
    """The system with its time as one more state."""

    def change(node: Node) -> Node:
        return Symbol(CLOCK) if isinstance(node, Apply) and node.operation == "time" else node

    def changed(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(replace(item, tree=rebuild(item.tree, change)) for item in items)

    return replace(
        system,
        states=(*system.states, Quantity(CLOCK, 0.0)),
        auxiliaries=changed(system.auxiliaries),
        derivatives=(*changed(system.derivatives), Definition(CLOCK, Number(1))),
    )
