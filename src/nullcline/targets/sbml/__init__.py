"""The export target SBML: Level 3 Version 2 core, which every SBML tool reads."""

from __future__ import annotations

from nullcline.system import System
from nullcline.targets import Field, Target
from nullcline.targets.sbml.names import RESERVED, names
from nullcline.trajectory import Run, Trajectory


def export(system: System) -> str:
    """The text of the document; units are read where the model has any."""
    from nullcline.targets.sbml.document import export as written

    return written(system)


def simulate(text: str, system: System, run: Run) -> Trajectory:
    """Integrate the document in libroadrunner, by CVODE, from its own initial state."""
    from nullcline.targets.sbml.course import simulate as simulated

    return simulated(text, system, run)


def vector_field(text: str, system: System) -> Field:
    """The rates that libroadrunner computes of the document, as f(t, state, parameters)."""
    from nullcline.targets.sbml.engine import vector_field as rates

    return rates(text, system)


TARGET = Target(
    name="sbml",
    title="SBML Level 3 Version 2",
    media_type="application/sbml+xml",
    suffix=".xml",
    export=export,
    simulate=simulate,
    vector_field=vector_field,
    names=names,
    requires=("roadrunner",),
    reserved=RESERVED,
)
