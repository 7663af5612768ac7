"""Sweeps of stiff models: the exact Jacobian as a program, and points spread over threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from threading import Thread

import numpy as np

from nullcline.engine.band import narrow
from nullcline.engine.program import Program, program
from nullcline.engine.rodas import integrate
from nullcline.engine.rosenbrock import Slopes, room_for
from nullcline.engine.tableau import dp5
from nullcline.engine.task import Result, Task, Whole, code_of, work_for
from nullcline.expression import Apply, Node, Number, Symbol, rebuild
from nullcline.jacobian import jacobian
from nullcline.system import Definition, Quantity, System

CLOCK = "∂t"
"""A state that is the time, so that the field is differentiated by it; no model can declare it."""


KISAO = "KISAO:0000033"
"""The Rosenbrock method, in the ontology of simulation algorithms."""


def take(
    system: System,
    values: Mapping[str, float],
    program: Program,
    task: Task,
    result: Result,
    chosen: Whole,
    threads: int,
) -> None:
    """Integrate the chosen points of a task by Rodas5P, each from its start.

    `program` is that of the system with these values. Every thread takes every so-manieth point.
    """
    threads = max(1, min(threads, len(chosen)))
    halt = np.zeros(1, dtype=np.int64)
    arrays, slopes = code_of(program), slopes_of(system, values, program, task.places)
    gauged = True if len(program.watched) else None

    def work(first: int) -> None:
        lanes = work_for(program, dp5())  # whose dense output has as many coefficients
        room = room_for(program.states, program.registers, slopes)
        mine = chosen[first::threads]
        integrate(arrays, slopes, task, result, lanes, room, mine, halt, gauged)

    others = [Thread(target=work, args=(first,)) for first in range(1, threads)]
    for thread in others:
        thread.start()
    try:
        work(0)
    except BaseException:
        halt[0] = 1
        raise
    finally:
        for thread in others:
            thread.join()


def slopes_of(system: System, values: Mapping[str, float], own: Program, places: Whole) -> Slopes:
    """The Jacobian of a system whose program is `own`, `values` replacing declared numbers.

    `places` are the registers of that program which a task gives anew for each point.
    """
    size = len(system.states)
    found = jacobian(_clocked(system))
    wanted = [place for place in found.entries if place[0] < size]
    auxiliaries = (*found.system.auxiliaries, *found.definitions)
    extended = replace(found.system, auxiliaries=auxiliaries)
    code = program(extended, values, [found.entries[place] for place in wanted])
    inside = [k for k, (_, column) in enumerate(wanted) if column < size]
    timed = [k for k, (_, column) in enumerate(wanted) if column == size]
    rows, columns = (_whole([wanted[k][axis] for k in inside]) for axis in (0, 1))
    order, below, above = narrow(rows, columns, size)
    registers, states = places.tolist(), {item.name for item in system.states}
    given = {
        code.places[name]: registers.index(place)
        for name, place in own.places.items()
        if place in registers and name in code.places and name not in states
    }
    return Slopes(
        base=code.base.copy(),
        prologue=code.prologue,
        code=code.watch,
        places=_whole(list(given)),
        given=_whole(list(given.values())),
        entries=_whole([code.watched[k] for k in inside]),
        rows=order[rows],
        columns=order[columns],
        timed=_whole([wanted[k][0] for k in timed]),
        drifts=_whole([code.watched[k] for k in timed]),
        order=order,
        below=below,
        above=above,
    )


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
