"""Which machine runs the points of a sweep: by name, or by the work at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nullcline.engine.tableau import dop853, dp5

if TYPE_CHECKING:
    from nullcline.engine.fast import Sweep
    from nullcline.engine.register import Machine

MACHINES = {
    "auto": "whichever takes the least time",
    "register": "the register machine, compiled once on a computer for all models",
    "compiled": "code compiled for this model, kept on disk",
    "numpy": "NumPy, which needs nothing compiled: 300 times slower, and there at once",
}
"""Every machine by name, in words. Those that are compiled give the same numbers, bit by bit."""

METHODS = {"dp5": dp5, "dop853": dop853}


def machine(sweep: Sweep, solver: str) -> Machine:
    """The machine that `sweep.machine` asks for, running this solver."""
    if solver not in METHODS:
        from nullcline.engine.stiff import Stiff

        return Stiff(sweep, dp5())
    from nullcline.engine.register import Machine

    return Machine(sweep, METHODS[solver]())
