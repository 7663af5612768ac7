"""What has changed between two models, and whether it changes the dynamics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from nullcline import compiler, datamodel, structure
from nullcline.difference.changes import SAME_UNIT, Change, changes
from nullcline.difference.field import How, Row, aligned, equation, renamed, rows
from nullcline.difference.functions import functions
from nullcline.difference.numbers import Witness
from nullcline.difference.renaming import suggested
from nullcline.difference.sample import Box
from nullcline.difference.verdict import Difference, Outcome, apart, parted
from nullcline.dynamics import Dynamics
from nullcline.expression import Node
from nullcline.system import System

__all__ = ["Change", "Difference", "How", "Outcome", "Row", "Witness", "diff"]


def diff(old: Dynamics, new: Dynamics) -> Difference:
    """What has changed from one model to another.

    The vector fields are compared as functions of the states, the time, the parameters and the
    inputs of both: by algebra (over the real numbers), and where that does not decide by numbers
    at random points, ends of domains and boundaries of conditions, which is no proof.
    """
    (one, found), (other, found_other) = (compiler.compiled(model) for model in (old, new))
    said = tuple(changes(old, new))
    whole = Difference(old.name, new.name, Outcome.UNKNOWN, changes=said)
    if reason := _inexpressible(old, new):
        return replace(whole, outcome=Outcome.DIFFERENT, reason=reason)
    if found.problems or found_other.problems or not (one.derivatives and other.derivatives):
        return replace(whole, reason="an equation cannot be read")
    box = _box(old) | _box(new)
    names = suggested(one, other)
    named = renamed(other, {after: before for before, after in names.items()})
    fit = _field(whole, one, named, box)
    if names and fit.outcome not in (Outcome.SAME, Outcome.VALUES):
        names, named, fit = {}, other, _field(whole, one, other, box)
    free = {item.name for item in (*one.parameters, *one.inputs, *one.states)}
    compared = (*_equations(one, named, said, box), *functions(old, new, said))
    but = not free.isdisjoint(names)
    return replace(fit, equations=compared, renamed=names, but_for_names=but)


def _inexpressible(old: datamodel.Dynamics, new: datamodel.Dynamics) -> str:
    """Why models differ in what Nullcline keeps and cannot express."""
    kept = [
        {path: value for path, slot, value in structure.kept(model) if slot["kept"] == "dynamics"}
        for model in (old, new)
    ]
    paths = [path for path in (kept[0] | kept[1]) if kept[0].get(path) != kept[1].get(path)]
    if not paths:
        return ""
    return f"{'/'.join(map(str, paths[0]))} differs, which Nullcline keeps and cannot express"


def _field(whole: Difference, old: System, new: System, box: Box) -> Difference:
    """The verdict on two vector fields."""
    states = [{item.name for item in system.states} for system in (old, new)]
    for names, word in ((states[0] - states[1], "removed"), (states[1] - states[0], "added")):
        if names:
            what = "the state variable" if len(names) == 1 else "the state variables"
            verb = "is" if len(names) == 1 else "are"
            reason = f"{what} {', '.join(sorted(names))} {verb} {word}"
            return replace(whole, outcome=Outcome.DIFFERENT, reason=reason)
    one, other, fixed = aligned(old, new)
    fixed = {name: fixed[name] for name in fixed if name in old.needed | new.needed}
    found = rows(one, other, box)
    whole = replace(whole, rows=found, fixed=fixed)
    for row in found:
        if row.witness is not None:
            reason = parted(row.witness)
            return replace(whole, outcome=Outcome.DIFFERENT, reason=reason)
    for row in found:
        if not row.equal:
            missing = "or it needs a parameter that has no number" if not row.points else ""
            reason = f"{row.name}' has a value at {row.points} points only {missing}".rstrip()
            return replace(whole, outcome=Outcome.UNKNOWN, reason=reason)
    if reason := ", ".join((*_other_time(whole.changes), *_other_values(old, new))):
        return replace(whole, outcome=Outcome.VALUES, reason=reason)
    return replace(whole, outcome=Outcome.SAME)


def _other_values(old: System, new: System) -> Iterator[str]:
    """Which numbers that both have differ, in words; two that are missing do not."""
    before, after = _numbers(old), _numbers(new)
    for name, value in before.items():
        if name in after and repr(value) != repr(after[name]) and value != after[name]:
            one, other = apart(value, after[name])
            yield f"{name} is {other} instead of {one}"


def _other_time(said: tuple[Change, ...]) -> Iterator[str]:
    """The unit of time, if it is another: the same numbers are then faster or slower."""
    for change in said:
        units = change.old is not None and change.new is not None
        if change.path == ("time_unit",) and units and change.remark != SAME_UNIT:
            yield f"the time is in {change.new} instead of {change.old}"


def _numbers(system: System) -> dict[str, float]:
    quantities = (*system.parameters, *system.inputs, *system.states)
    return {item.name: item.value for item in quantities}


def _equations(old: System, new: System, said: tuple[Change, ...], box: Box) -> tuple[Row, ...]:
    """Each changed equation by itself, every name in it free."""
    trees = [_trees(system) for system in (old, new)]
    values = _numbers(old)
    names = dict.fromkeys(
        str(change.path[1])
        for change in said
        if change.kind == "changed" and change.about == "equation" and change.path[0] != "functions"
    )
    return tuple(
        equation(name, trees[0][name], trees[1][name], values, box)
        for name in names
        if name in trees[0] and name in trees[1]
    )


def _trees(system: System) -> Mapping[str, Node]:
    return {item.name: item.tree for item in system.definitions}


def _box(model: datamodel.Dynamics) -> dict[str, tuple[float, float]]:
    """The declared domains that have both ends."""
    found = {}
    for items in (model.parameters, model.state_variables):
        for name, item in items.items():
            domain = item.domain
            if domain is not None and domain.lo is not None and domain.hi is not None:
                found[name] = (domain.lo, domain.hi)
    return found
