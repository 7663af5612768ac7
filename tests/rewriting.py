"""Equations written in another way with the same meaning, and with a single fault."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from nullcline import Dynamics, reference
from nullcline.expression import Apply, Node, Number, Symbol, rebuild, walk, write
from nullcline.system import Definition, System


def as_model(system: System) -> Dynamics:
    """A declaration of a system."""
    start = {item.name: item.value for item in system.states}
    states = {
        item.name: {"equation": write(item.tree), "initial_value": start[item.name]}
        for item in system.derivatives
    }
    return Dynamics.from_dict(
        {
            "name": system.name,
            "parameters": {item.name: item.value for item in system.parameters},
            "coupling_inputs": {item.name: {} for item in system.inputs},
            "derived_parameters": {i.name: {"equation": write(i.tree)} for i in system.constants},
            "derived_variables": {i.name: {"equation": write(i.tree)} for i in system.auxiliaries},
            "state_variables": states,
        }
    )


def _is(node: Node, operation: str) -> bool:
    return isinstance(node, Apply) and node.operation == operation


def _ways(node: Node) -> list[Node]:
    """Other ways to write one node."""
    match node:
        case Apply("+" | "*" | "min" | "max" | "and" | "or" as op, (a, b)):
            ways: list[Node] = [Apply(op, (b, a))]
            if _is(a, op):
                ways.append(Apply(op, (a.arguments[0], Apply(op, (a.arguments[1], b)))))
            if op == "*" and isinstance(a, Apply) and a.operation in ("+", "-"):
                ways.append(Apply(a.operation, tuple(Apply("*", (p, b)) for p in a.arguments)))
            return ways
        case Apply("-", (a, b)):
            return [Apply("+", (a, Apply("neg", (b,)))), Apply("+", (Apply("neg", (b,)), a))]
        case Apply("neg", (a,)):
            return [Apply("*", (a, Apply("neg", (Number(1),))))]
        case Apply("/", (a, b)):
            return [Apply("*", (a, Apply("/", (Number(1), b))))]
        case Apply("**", (a, Number(2))):
            return [Apply("*", (a, a))]
        case Apply("**", (a, Number(3))):
            return [Apply("*", (a, Apply("*", (a, a))))]
        case Apply("<" | ">" | "<=" | ">=" as op, (a, b)):
            return [Apply({"<": ">", ">": "<", "<=": ">=", ">=": "<="}[op], (b, a))]
        case Apply("sqrt", (a,)):
            return [Apply("**", (a, Number(0.5)))]
        case Apply("sin" | "tanh" as op, (a,)):
            return [Apply("neg", (Apply(op, (Apply("neg", (a,)),)),))]
    return []


def rewritten(system: System, chance: random.Random) -> System:
    """The same vector field: nodes rewritten, parts moved into derived variables, these renamed."""

    def other(node: Node) -> Node:
        ways = _ways(node)
        return chance.choice(ways) if ways and chance.random() < 0.4 else node

    def each(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(replace(item, tree=rebuild(item.tree, other)) for item in items)

    system = replace(
        system,
        constants=each(system.constants),
        auxiliaries=each(system.auxiliaries),
        derivatives=each(system.derivatives),
    )
    names = {item.name: f"helper_{n}" for n, item in enumerate(system.auxiliaries)}
    if names.keys() & set(system.names) - names.keys() or chance.random() < 0.5:
        names = {}
    system = _renamed(system, names)
    return _moved(system, chance)


def _renamed(system: System, names: dict[str, str]) -> System:
    def each(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        def named(node: Node) -> Node:
            return (
                Symbol(names[node.name])
                if isinstance(node, Symbol) and node.name in names
                else node
            )

        return tuple(
            replace(item, name=names.get(item.name, item.name), tree=rebuild(item.tree, named))
            for item in items
        )

    derivatives = tuple(
        replace(new, name=old.name)
        for old, new in zip(system.derivatives, each(system.derivatives), strict=True)
    )
    return replace(system, auxiliaries=each(system.auxiliaries), derivatives=derivatives)


def _moved(system: System, chance: random.Random) -> System:
    """A part of an equation that depends on no truth, as a derived variable."""
    index = chance.randrange(len(system.derivatives))
    item = system.derivatives[index]
    parts = [node for node in walk(item.tree) if isinstance(node, Apply) and _gives_number(node)]
    if not parts or "moved_part" in system.names:
        return system
    part = chance.choice(parts)
    tree = rebuild(item.tree, lambda node: Symbol("moved_part") if node == part else node)
    derivatives = (
        *system.derivatives[:index],
        replace(item, tree=tree),
        *system.derivatives[index + 1 :],
    )
    auxiliaries = (*system.auxiliaries, Definition("moved_part", part))
    return replace(system, auxiliaries=auxiliaries, derivatives=derivatives)


def _gives_number(node: Apply) -> bool:
    return node.operation not in ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not")


SWAPS = {
    **{"+": "-", "-": "+", "*": "+", "/": "*", "<": ">", ">": "<", "<=": ">=", ">=": "<="},
    **{"sin": "cos", "cos": "sin", "tanh": "sin", "exp": "cosh", "min": "max", "max": "min"},
    **{"log": "log1p", "sqrt": "abs", "floor": "ceil", "ceil": "floor", "and": "or", "or": "and"},
    **{"sinh": "asinh", "atan": "tanh", "erf": "tanh", "abs": "neg", "==": "!=", "!=": "=="},
}


def _faults(node: Node, names: list[str]) -> list[Node]:
    match node:
        case Number(value):
            return [Number(value + 1), Number(value * 1.001) if value else Number(0.001)]
        case Symbol(name):
            return [Symbol(other) for other in names if other != name]
        case Apply("neg", (a,)):
            return [a]
        case Apply("where", (c, a, b)):
            return [Apply("where", (c, b, a)), a, b]
        case Apply("-" | "/" | "**" | "atan2" as op, (a, b)):
            swap = [Apply(SWAPS[op], (a, b))] if op in SWAPS else []
            return [Apply(op, (b, a)), a, *swap]
        case Apply("+" | "*", (a, b)):
            return [Apply(SWAPS[node.operation], (a, b)), a, b]
        case Apply(op, arguments) if op in SWAPS:
            return [Apply(SWAPS[op], arguments)]
    return []


def mutated(system: System, chance: random.Random) -> System | None:
    """The system with a single fault in an equation that its derivatives depend on."""
    derivatives, needed = list(system.derivatives), system.needed
    auxiliaries = list(system.auxiliaries)
    where = [(derivatives, index) for index in range(len(derivatives))]
    where += [(auxiliaries, i) for i, item in enumerate(auxiliaries) if item.name in needed]
    items, index = chance.choice(where)
    names = [item.name for item in (*system.states, *system.parameters)]
    nodes = list(walk(items[index].tree))
    place = chance.randrange(len(nodes))
    faults = _faults(nodes[place], names)
    if not faults:
        return None
    items[index] = replace(
        items[index], tree=_put(nodes[place], chance.choice(faults), place, items[index].tree)
    )
    return replace(system, derivatives=tuple(derivatives), auxiliaries=tuple(auxiliaries))


def _put(old: Node, new: Node, place: int, tree: Node) -> Node:
    """The tree with the node at a place in the order of `walk` replaced."""
    count = -1

    def visit(node: Node) -> Node:
        nonlocal count
        count += 1
        if count == place:
            assert node is old or node == old
            count += sum(1 for _ in walk(node)) - 1
            return new
        if isinstance(node, Apply):
            return Apply(node.operation, tuple(visit(part) for part in node.arguments))
        return node

    return visit(tree)


def told_apart(old: System, new: System, points: int = 300) -> float:
    """The largest relative difference of two fields by the reference, which shares no code with
    the comparison, at random points of its own; 0 where both are never finite."""
    chance = np.random.default_rng(7)
    worst = 0.0
    for _ in range(points):
        scale = chance.choice([0.3, 1.0, 3.0])
        values = {i.name: scale * chance.standard_normal() for i in (*old.parameters, *old.inputs)}
        state = scale * chance.standard_normal(len(old.states))
        time = float(chance.uniform(0, 5))
        one, other = (reference.vector_field(each, values)(time, state) for each in (old, new))
        finite = np.isfinite(one) & np.isfinite(other)
        size = np.maximum(np.abs(one), np.abs(other))[finite]
        apart = np.abs(one - other)[finite]
        worst = max([worst, *(apart[size > 0] / size[size > 0]).tolist()])
    return worst
