"""A model in a few lines, as Python shows it: equations, numbers, and how much there is beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nullcline import datamodel
from nullcline.errors import counted
from nullcline.host.showing import MOST, aligned, lines

BESIDE = ("derived_parameters", "derived_variables", "functions", "coupling_inputs")
"""The sections that are counted in a line, where they hold anything."""


def brief(model: datamodel.Dynamics) -> str:
    """The name, the equations with their initial values, the parameters, and what is counted."""
    label = f": {model.label}" if model.label else ""
    time = f" (time in {model.time_unit})" if model.time_unit else ""
    states = [_state(name, item) for name, item in model.state_variables.items()]
    more = len(states) - MOST
    rows = aligned(states[:MOST]) + [f"and {counted(more, 'state variable')} more"] * (more > 0)
    rows += _aside(model)
    return lines(f"Dynamics {model.name}{label}{time}", rows or ["empty"], most=MOST + 6)


def _state(name: str, item: Any) -> tuple[str, str]:
    """An equation and an initial value, whatever somebody made of the objects."""
    equation = getattr(item, "equation", item)
    text = " ".join(str(getattr(equation, "rhs", equation) or "?").split())
    start = getattr(item, "initial_value", None)
    unit = getattr(item, "unit", None)
    said = f"{name}(0) = {'?' if start is None else start}" + (f" {unit}" if unit else "")
    return f"{name}' = {text if len(text) <= 60 else text[:59] + '…'}", said


def _aside(model: datamodel.Dynamics) -> Iterator[str]:
    numbers = [
        f"{name} = {'?' if (value := getattr(item, 'value', item)) is None else value}"
        for name, item in model.parameters.items()
    ]
    if numbers:
        left = len(numbers) - MOST
        yield f"parameters: {', '.join(numbers[:MOST])}" + (f" and {left} more" * (left > 0))
    sections = ((name, getattr(model, name)) for name in BESIDE)
    counts = [
        counted(len(items), name.removesuffix("s").replace("_", " "))
        for name, items in sections
        if items
    ]
    if counts:
        yield f"and {', '.join(counts)}"
