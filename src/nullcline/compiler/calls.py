"""Calls of the model's own functions, written out; what grows large gets a name of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nullcline.expression import OWN, Apply, Node, Symbol, substitute, walk

SMALL = 60
"""The most nodes that a function's body may have to stand inside an equation."""
PLAIN = 12
"""The most nodes of an argument that is repeated rather than named."""
MOST = 2_000
"""The most names that one model's calls may need."""


@dataclass(frozen=True)
class Body:
    """A function that the model declares: the names of its arguments and its tree."""

    arguments: tuple[str, ...]
    tree: Node


class TooLarge(Exception):
    """A model whose calls outgrow their bound while they are written out."""


class Calls:
    """Writes calls out; `lifted` are the parts that became definitions, by their new names."""

    def __init__(self, bodies: Mapping[str, Body], taken: Collection[str]) -> None:
        self.bodies, self.taken = bodies, taken
        self.lifted: dict[str, Node] = {}
        self._names: dict[Node, str] = {}
        self._known: dict[Apply, Node] = {}

    def written_out(self, tree: Node) -> Node:
        """The tree with operations alone; raises KeyError for a function without a body."""
        if not isinstance(tree, Apply):
            return tree
        whole = Apply(tree.operation, tuple(self.written_out(part) for part in tree.arguments))
        if not tree.operation.endswith(OWN):
            return whole
        if whole not in self._known:
            self._known[whole] = self._called(whole)
        return self._known[whole]

    def _called(self, call: Apply) -> Node:
        function = call.operation.removesuffix(OWN)
        body = self.bodies[function]
        uses = [node.name for node in walk(body.tree) if isinstance(node, Symbol)]
        values = {}
        for name, argument in zip(body.arguments, call.arguments, strict=True):
            large = uses.count(name) > 1 and _size(argument) > PLAIN
            values[name] = self._lift(f"{function}_{name}", argument) if large else argument
        result = self.written_out(substitute(body.tree, values))
        return self._lift(function, result) if _size(result) > SMALL else result

    def _lift(self, name: str, tree: Node) -> Symbol:
        if tree not in self._names:
            if len(self.lifted) >= MOST:
                raise TooLarge
            number = len(self.lifted) + 1
            taken = {*self.taken, *self.bodies, *self.lifted}
            while (new := f"{name}_{number}") in taken:
                number += 1
            self._names[tree] = new
            self.lifted[new] = tree
        return Symbol(self._names[tree])


def _size(tree: Node) -> int:
    return sum(1 for _ in walk(tree))
