"""Which new names may be old ones: where the models are equal but for what things are called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from nullcline.expression import Node, Symbol, rebuild, symbols
from nullcline.system import Quantity, System

ROUNDS = 6
"""How often what is known of a name is passed on to those that it stands beside."""

Colours = dict[str, object]


def suggested(old: System, new: System) -> dict[str, str]:
    """New names by the old ones that they may stand for; empty if nothing fits.

    Two names fit if they are declared alike and stand at the same places of the same equations;
    of several that fit, those with equal numbers go together, then those in the same order.
    """
    for with_values in (True, False):
        before, after = _coloured(old, new, with_values), _coloured(new, old, with_values)
        found = _paired(before, after, old, new)
        if found is not None:
            return found
    return {}


def _kinds(system: System) -> dict[str, str]:
    found = dict.fromkeys((item.name for item in system.constants), "constant")
    found |= dict.fromkeys((item.name for item in system.auxiliaries), "auxiliary")
    quantities = {"state": system.states, "parameter": system.parameters, "input": system.inputs}
    return found | {item.name: kind for kind, items in quantities.items() for item in items}


def _unmatched(system: System, other: System) -> list[str]:
    kinds = _kinds(other)
    return [name for name, kind in _kinds(system).items() if kinds.get(name) != kind]


def _coloured(system: System, other: System, with_values: bool) -> Colours:
    """What is known of each name: equal in both models where they are equal up to names."""
    kinds, own = _kinds(system), set(_unmatched(system, other))
    quantities: tuple[Quantity, ...] = (*system.states, *system.parameters, *system.inputs)
    values = {item.name: item.value for item in quantities} if with_values else {}
    colours: Colours = {
        name: hash((kind, repr(values.get(name)))) if name in own else name
        for name, kind in kinds.items()
    }
    for _ in range(ROUNDS):
        uses: dict[str, list[int]] = defaultdict(list)
        roots: dict[str, list[int]] = defaultdict(list)
        for item in system.definitions:
            roots[item.name].append(_hash(item.tree, colours))
            for name in own.intersection(symbols(item.tree)):
                marked = _hash(item.tree, colours | {name: "here"})
                uses[name].append(hash((colours[item.name], marked)))
        colours |= {
            name: hash((colours[name], tuple(sorted(roots[name])), tuple(sorted(uses[name]))))
            for name in own
        }
    return colours


def _hash(tree: Node, colours: Mapping[str, object]) -> int:
    def named(node: Node) -> Node:
        known = isinstance(node, Symbol) and node.name in colours
        return Symbol(str(colours[node.name])) if known and isinstance(node, Symbol) else node

    return hash(rebuild(tree, named))


def _paired(one: Colours, other: Colours, old: System, new: System) -> dict[str, str] | None:
    """The pairs of old and new names; None where one side has more of a colour."""
    left, right = _unmatched(old, new), _unmatched(new, old)
    groups: dict[object, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for name in left:
        groups[one[name]][0].append(name)
    for name in right:
        groups[other[name]][1].append(name)
    if any(len(before) != len(after) for before, after in groups.values()):
        return None
    return {a: b for pair in groups.values() for a, b in zip(*pair, strict=True)}
