"""The sweep engine's solvers as targets: the conformance harness proves them like exports."""

from functools import partial

import numba
import numpy as np

from nullcline.engine import SOLVERS, STATUSES, Points, machine, register, sweep
from nullcline.engine.codes import CODES
from nullcline.engine.lanes import blocks_for
from nullcline.targets import Target
from nullcline.trajectory import Trajectory

WORDS = {"step limit": "stalled", "undefined": "blew up"}
"""What the harness calls a point's end; every other status has the same name there."""
TOLERANCE = 1e-6
"""As that of an export: runs are at rtol 1e-11, and errors grow along them by the model's own."""

LANES = 8
BLOCKS = blocks_for(LANES)
NAMES = {number: name for name, number in CODES.items()}


@numba.njit(error_model="numpy")
def _evaluated(prologue, section, registers):
    machine.evaluate(prologue, registers, BLOCKS)
    machine.evaluate(section, registers, BLOCKS)


def export(system):
    """The program of a system as people read it: registers by name, one instruction a line."""
    code = register.program(system)
    lines = [f"r{register} = {value!r}" for register, value in enumerate(code.base.tolist())]
    lines += [f"{name} is r{register}" for name, register in code.places.items()]
    for title, section in (("once", code.prologue), ("field", code.field)):
        lines.append(f"{title}:")
        for op, result, *arguments in section.tolist():
            lines.append(f"  r{result} = {NAMES[op]} {' '.join(f'r{a}' for a in arguments)}")
    return "\n".join([*lines, f"derivatives: {code.derivatives.tolist()}"])


def vector_field(text, system):
    """The program run by the machine, the same numbers in every lane."""
    code = register.program(system)

    def field(t, state, parameters):
        base = code.base.copy()
        for name, value in parameters.items():
            if name in code.places:
                base[code.places[name]] = value
        base[0], base[1 : 1 + code.states] = t, state
        registers = np.repeat(base, LANES)
        _evaluated(code.prologue, code.field, registers)
        found = registers.reshape(-1, LANES)[code.derivatives]
        assert np.array_equal(found, np.repeat(found[:, :1], LANES, axis=1), equal_nan=True)
        return found[:, 0].copy()

    return field


def simulate(text, system, run, solver, machine="auto"):
    """The run as the second point of a sweep; the first, its neighbour, has the declared values."""
    states = {item.name: item.value for item in system.states}
    numbers = {item.name: item.value for item in system.parameters + system.inputs}
    given = {**run.parameters, **run.inputs}
    points = Points(
        {name: np.array([numbers[name], value]) for name, value in given.items()},
        {name: np.array([states[name], value]) for name, value in run.initial.items()},
        count=2,
    )
    plain = type(run)(run.duration, run.sampling, rtol=run.rtol, atol=run.atol)
    swept = sweep(system, points, plain, solver=solver, threads=1, machine=machine)
    values, word = swept.values[1].T, STATUSES[swept.status[1]]
    there = len(swept.times) if word == "finished" else int(np.sum(swept.times <= swept.reached[1]))
    whole = np.flatnonzero(~np.isfinite(values[:, :there]).all(axis=0))
    there = max(1, int(whole[0]) if whole.size and word != "finished" else there)
    return Trajectory(
        tuple(states), swept.times[:there], values[:, :there], WORDS.get(word, word), word
    )


def engine_target(solver, machine="auto", **changes):
    """One solver of the engine, on one machine, as a target."""
    slots = {"vector_field": vector_field, "tolerance": TOLERANCE} | changes
    return Target(
        name=f"engine {solver}",
        title=f"the sweep engine's {solver}",
        media_type="text/plain",
        suffix=".txt",
        export=export,
        simulate=partial(simulate, solver=solver, machine=machine),
        **slots,
    )


ENGINES = {name: engine_target(name) for name in SOLVERS if name != "auto"}
