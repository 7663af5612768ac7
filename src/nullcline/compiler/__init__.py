"""From declaration to meaning: the one gate, which finds every problem or gives a System."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nullcline.compiler.agreement import agree
from nullcline.compiler.equations import Equations
from nullcline.compiler.lhs import wrong_left_side
from nullcline.compiler.order import Cycle, evaluation_order
from nullcline.datamodel import Dynamics
from nullcline.errors import ModelError, Path, Place, Problem, Unsupported
from nullcline.expression import Node, evaluate, is_name, operations, symbols
from nullcline.structure import Kept, kept
from nullcline.system import Definition, Quantity, System

Locate = Callable[[Path], Place]

KINDS = {
    "parameters": "a parameter",
    "derived_parameters": "a derived parameter",
    "coupling_inputs": "an input",
    "state_variables": "a state variable",
    "derived_variables": "a derived variable",
}
OTHER_GRAMMAR = frozenset({"number_of_modes", "modes", "system_type"})
"""Kept slots under which the equations are not in our language, and so are not checked."""


ORDERED = ("derived_parameters", "derived_variables")
VARIABLES = "declare it under derived_variables"
SEVERAL = "a parameter with several values"


@dataclass
class Findings:
    """What the gate found: problems, numbers that are missing, features it cannot express."""

    problems: list[Problem] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)
    unsupported: list[Unsupported] = field(default_factory=list)


def compile_system(model: Dynamics, locate: Locate = Place) -> System:
    """The meaning of a declaration.

    Raises ModelError with every problem at once (undeclared or doubly declared names, cycles,
    numbers that are missing or not finite), or Unsupported for what a System cannot hold.
    """
    system, found = compiled(model, locate)
    if found.problems:
        raise ModelError(found.problems)
    if found.unsupported:
        raise found.unsupported[0]
    if found.missing:
        raise ModelError(found.missing)
    return system


def check(model: Dynamics, locate: Locate = Place) -> Findings:
    """Everything that compile_system would object to, without raising."""
    return compiled(model, locate)[1]


def compiled(model: Dynamics, locate: Locate = Place) -> tuple[System, Findings]:
    """The System as far as it can be made, with everything that stands in its way."""
    found = Findings()
    names = _declared(model, locate, found.problems)
    noted = kept(model)
    for path, slot, _ in noted:
        if slot.get("kept") == "dynamics":
            found.unsupported.append(Unsupported(slot["feature"], place=locate(path)))
    problems: list[Problem] = [] if _other_grammar(noted) else found.problems
    equations = Equations(names, locate, problems)
    equations.declare_functions(model.functions)
    trees = _trees(model, equations)
    _sort_lifted(equations, trees, names)
    orders = {section: _ordered(section, trees[section], equations) for section in ORDERED}
    if not model.state_variables:
        message = "the model declares no state variable"
        problems.append(
            Problem(message, locate(("state_variables",)), "declare one with its equation")
        )
    for name, tree in trees["derived_parameters"].items():
        if name in names:
            _only_parameters(name, tree, names, trees["derived_parameters"], equations)
    quantities = {section: list(_quantities(model, section, locate, found)) for section in KINDS}
    system = System(
        name=model.name,
        parameters=tuple(quantities["parameters"]),
        constants=_definitions(model, "derived_parameters", trees, orders["derived_parameters"]),
        inputs=tuple(quantities["coupling_inputs"]),
        states=tuple(quantities["state_variables"]),
        auxiliaries=_definitions(model, "derived_variables", trees, orders["derived_variables"]),
        derivatives=_definitions(model, "state_variables", trees, list(trees["state_variables"])),
        time_unit=getattr(model, "time_unit", None),
        description=model.description,
    )
    if not found.problems and not found.missing:
        _finite_constants(system, equations)
    return system, found


def _other_grammar(noted: list[Kept]) -> bool:
    return any(
        slot.get("kept") == "dynamics" and path[-1] in OTHER_GRAMMAR for path, slot, _ in noted
    )


def _declared(model: Dynamics, locate: Locate, problems: list[Problem]) -> Mapping[str, str]:
    """Every declared name with the section that declares it."""
    names: dict[str, str] = {}
    for section, kind in KINDS.items():
        for name in getattr(model, section) or {}:
            place = locate((section, name))
            if not is_name(name):
                problems.append(Problem(f"`{name}` cannot be a name", place))
            elif name in names:
                message = f"`{name}` is declared twice: as {KINDS[names[name]]} and as {kind}"
                problems.append(Problem(message, place))
            names.setdefault(name, section)
    return names


def _trees(model: Dynamics, equations: Equations) -> dict[str, dict[str, Node]]:
    """Every equation's tree, functions written out, by section and name."""
    trees: dict[str, dict[str, Node]] = {}
    for section in ("derived_parameters", "derived_variables", "state_variables"):
        trees[section] = {}
        for name, item in (getattr(model, section) or {}).items():
            path: Path = (section, name)
            written = _written(item, path, equations)
            if wrong := wrong_left_side(item.equation, name, section):
                equations.fault((*path, "equation", "lhs"), wrong)
            if written is not None:
                trees[section][name] = written
    return trees


def _written(item: Any, path: Path, equations: Equations) -> Node | None:
    """The tree of one definition; an equation beside cases must mean the same as they."""
    cases = getattr(item, "cases", None)
    if not cases:
        tree = equations.equation(item.equation, (*path, "equation"))
        return None if tree is None else equations.written_out(tree, path)
    tree = equations.cases(cases, (*path, "cases"), str(path[-1]))
    written = None if tree is None else equations.written_out(tree, path)
    if written is not None and item.equation and (item.equation.rhs or item.equation.conditionals):
        beside = equations.equation(item.equation, (*path, "equation"))
        other = None if beside is None else equations.written_out(beside, path)
        if other is not None and not agree(written, other):
            equations.fault(path, "the equation and the cases do not mean the same", "keep one")
    return written


def _sort_lifted(
    equations: Equations, trees: dict[str, dict[str, Node]], names: Mapping[str, str]
) -> None:
    """Put what the calls of functions became beside the derived parameters or variables."""
    fixed = {"parameters", "derived_parameters"}
    constant = {name for name, section in names.items() if section in fixed}
    for name, tree in equations.calls.lifted.items():  # each after those that it needs
        is_constant = constant.issuperset(symbols(tree)) and "time" not in operations(tree)
        trees[ORDERED[0] if is_constant else ORDERED[1]][name] = tree
        constant |= {name} if is_constant else set()


def _ordered(section: str, trees: Mapping[str, Node], equations: Equations) -> list[str]:
    try:
        return evaluation_order({name: symbols(tree) for name, tree in trees.items()})
    except Cycle as cycle:
        equations.fault((section, cycle.path[0]), f"the equations form a cycle: {cycle}")
        return []


def _only_parameters(
    name: str,
    tree: Node,
    names: Mapping[str, str],
    constants: Mapping[str, Node],
    equations: Equations,
) -> None:
    if "time" in operations(tree):
        path: Path = ("derived_parameters", name)
        equations.fault(path, "the derived parameter depends on the time", VARIABLES)
    for other in symbols(tree):
        if other not in names and other not in constants:
            message = "the derived parameter depends, through a function, on what changes"
            equations.fault(("derived_parameters", name), message, VARIABLES)
        elif names.get(other, "parameters") not in ("parameters", "derived_parameters"):
            message = f"the derived parameter depends on {KINDS[names[other]]}, `{other}`"
            equations.fault(("derived_parameters", name), message, VARIABLES)


def _quantities(
    model: Dynamics, section: str, locate: Locate, found: Findings
) -> Iterator[Quantity]:
    slot = {"parameters": "value", "state_variables": "initial_value"}.get(section)
    for name, item in (getattr(model, section) or {}).items():
        value: Any = getattr(item, slot) if slot else getattr(item, "value", None) or 0.0
        if isinstance(value, list):
            found.unsupported.append(Unsupported(SEVERAL, place=locate((section, name, "value"))))
        elif value is None:
            what = "value" if section == "parameters" else "initial value"
            message = f"{KINDS[section]}, `{name}`, has no {what}"
            hint = f"give one under `{slot}`"
            found.missing.append(Problem(message, locate((section, name)), hint))
        number = float(value) if isinstance(value, int | float) else float("nan")
        yield Quantity(name, number, getattr(item, "unit", None), item.description)


def _definitions(
    model: Dynamics, section: str, trees: Mapping[str, Mapping[str, Node]], order: list[str]
) -> tuple[Definition, ...]:
    items = getattr(model, section) or {}
    return tuple(
        Definition(
            name,
            trees[section][name],
            _text(items[name]),
            items[name].unit,
            items[name].description,
        )
        if name in items
        else Definition(name, trees[section][name])
        for name in order
    )


def _text(item: Any) -> str:
    """The equation as its author wrote it, where it is one text."""
    if getattr(item, "cases", None) or item.equation is None:
        return ""
    return item.equation.rhs or ""


def _finite_constants(system: System, equations: Equations) -> None:
    """A derived parameter that is not finite at the declared parameters is a problem."""
    declared = equations.declared
    values: dict[str, Any] = {item.name: item.value for item in system.parameters}
    for constant in system.constants:
        values[constant.name] = evaluate(constant.tree, values)
        if constant.name in declared and not np.isfinite(values[constant.name]):
            path = ("derived_parameters", constant.name)
            equations.fault(path, f"the derived parameter is {values[constant.name]}, not finite")
            return
