"""The export target PyRates: a template that PyRates, as it is, computes the right numbers from."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from nullcline.errors import SimulationError
from nullcline.solver import integrate
from nullcline.system import System
from nullcline.targets import Field, Target
from nullcline.targets.pyrates.engine import Compiled, compiled, loaded
from nullcline.targets.pyrates.names import RESERVED
from nullcline.targets.pyrates.template import Names, export, names_of
from nullcline.trajectory import Array, Run, Trajectory


def names(system: System) -> dict[str, str]:
    """What each declared name is called in the template."""
    return names_of(system).declared


def simulate(text: str, system: System, run: Run) -> Trajectory:
    """Run a template in PyRates: compiled by it in float64, integrated by SciPy.

    Changed values are given to PyRates as its user gives them, by `update_var`.
    """
    written = names_of(system)
    changes = {**run.parameters, **run.inputs, **run.initial}
    values = {written.path(name): float(value) for name, value in changes.items()}
    with loaded(text, written.circuit) as circuit:
        model = compiled(circuit, values)
        order = tuple(model.positions)
        sizes = {written.path(name): size for name, size in run.sizes.items()}
        run = replace(run, sizes=sizes)
        found = integrate(model.bound(), order, model.initial, run)
    rows = [model.positions[written.path(state.name)] for state in system.states]
    states = tuple(state.name for state in system.states)
    return Trajectory(states, found.times, found.values[rows], found.status, found.message)


def vector_field(text: str, system: System) -> Field:
    """The right-hand side that PyRates generates from a template, with the clock at the time."""
    written = names_of(system)
    with loaded(text, written.circuit) as circuit:
        model = compiled(circuit, {})
    _refuse_fixed(text, model, system, written)
    rows = [model.positions[written.path(state.name)] for state in system.states]
    clock = model.positions.get(written.path_of(written.clock))

    def field(time: float, state: Any, parameters: Mapping[str, Any]) -> Array:
        values = {written.path(name): float(value) for name, value in parameters.items()}
        known = {path: value for path, value in values.items() if path in model.names}
        full = model.initial
        full[rows] = state
        if clock is not None:
            full[clock] = time
        with np.errstate(all="ignore"):
            return model.bound(known)(float(time), full)[rows]

    return field


def _refuse_fixed(text: str, model: Compiled, system: System, written: Names) -> None:
    """A number that an equation uses must be an argument of the generated function."""
    sides = [line.partition(" = ")[2] for line in text.splitlines() if line[:6] == "    - "]
    used = set(re.findall(r"\w+", " ".join(sides)))
    for item in system.parameters + system.inputs:
        if written.declared[item.name] in used and written.path(item.name) not in model.names:
            raise SimulationError(f"PyRates' function does not take `{item.name}` as an argument")


def written(path: str) -> None:
    """Make PyRates, where it is loaded, read a file anew that was just written.

    Its template cache is keyed by the way a user spelled the path, so entries of that file are
    found by its name; the operator cache is keyed by the operator's name and dropped whole.
    """
    template = sys.modules.get("pyrates.frontend.template")
    if template is None:
        return
    stem = os.path.splitext(os.path.basename(path))[0]
    for key in list(template.template_cache):
        if stem in key.replace("\\", "/").replace("/", ".").split("."):
            del template.template_cache[key]
    sys.modules["pyrates.utility"].clear_frontend_caches(clear_template_cache=False)


TARGET = Target(
    name="pyrates",
    title="PyRates template",
    media_type="application/yaml",
    suffix=".yaml",
    export=export,
    simulate=simulate,
    vector_field=vector_field,
    names=names,
    requires=("pyrates",),
    reserved=RESERVED,
    written=written,
)
