"""Calls of the model's own functions, written out; what grows large gets a name of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nullcline.compiler.order import evaluation_order
from nullcline.expression import (
    DEEPEST,
    OPERATIONS,
    OWN,
    Apply,
    Node,
    Number,
    Symbol,
    depth,
    rebuild,
    substitute,
    walk,
)
from nullcline.expression.operations import TRUTH

SMALL = 60
"""The most nodes that a function's body may have to stand inside an equation."""
PLAIN = 12
"""The most nodes of an argument that is repeated rather than named."""
MOST = 2_000
"""The most names that one model's calls may need."""
LARGEST = 20_000
"""The most parts of a function, those that it calls counted at each call."""


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

    def written_out(self, tree: Node, owner: str = "sum") -> Node:
        """The tree with operations alone and no deeper than DEEPEST, what is deeper having names.

        Raises KeyError for a function without a body.
        """
        depths: dict[int, int] = {}
        alive: list[Node] = []  # so that no id is used twice

        def change(node: Node) -> Node:
            if isinstance(node, Apply) and node.operation.endswith(OWN):
                if node not in self._known:
                    self._known[node] = self._called(node)
                node = self._known[node]
            elif isinstance(node, Apply):
                node = self._cut(node, owner, depths)
            alive.append(node)
            inner = node.arguments if isinstance(node, Apply) else ()
            known = [depths.get(id(part)) or depth(part) for part in inner]
            depths[id(node)] = 1 + max(known, default=0)
            return node

        return rebuild(tree, change)

    def _cut(self, node: Apply, owner: str, depths: Mapping[int, int]) -> Apply:
        """The node with names in the places of arguments too deep to stand in it.

        A sum of thousands of terms becomes sums of fewer, each of which begins with the one
        before: the additions and their order are the same.
        """
        parts = list(node.arguments)
        for index, part in enumerate(parts):
            if not isinstance(part, Apply):
                continue
            truth = OPERATIONS[part.operation].gives == TRUTH
            if (depths.get(id(part)) or depth(part)) < DEEPEST - truth:
                continue
            if truth:
                name = self._lift(f"{owner}_part", Apply("indicator", (part,)))
                parts[index] = Apply("!=", (name, Number(0)))
            else:
                parts[index] = self._lift(f"{owner}_part", part)
        return Apply(node.operation, tuple(parts)) if parts != list(node.arguments) else node

    def _called(self, call: Apply) -> Node:
        function = call.operation.removesuffix(OWN)
        body = self.bodies[function]
        uses = [node.name for node in walk(body.tree) if isinstance(node, Symbol)]
        values = {}
        for name, argument in zip(body.arguments, call.arguments, strict=True):
            large = uses.count(name) > 1 and _size(argument) > PLAIN
            values[name] = self._lift(f"{function}_{name}", argument) if large else argument
        result = self.written_out(substitute(body.tree, values), function)
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


def called(tree: Node) -> tuple[str, ...]:
    """The model's own functions that a tree calls, one for each call."""
    names = (node.operation for node in walk(tree) if isinstance(node, Apply))
    return tuple(n.removesuffix(OWN) for n in names if n.endswith(OWN))


def parts(trees: Mapping[str, Sequence[Node]]) -> dict[str, int]:
    """How many parts each function has, those that it calls counted at each call.

    Counted without writing any out; each comes after those that it calls. A function that is
    called and not there counts nothing. Raises Cycle where functions call themselves.
    """
    calls = {name: [each for tree in own for each in called(tree)] for name, own in trees.items()}
    found: dict[str, int] = {}
    for name in evaluation_order(calls):
        inner = sum(found.get(each, 0) for each in calls[name])
        found[name] = sum(map(_size, trees[name])) + inner
    return found


def too_many(name: str, number: int) -> tuple[str, str]:
    """A function that would be too large with those that it calls written out, and what to do."""
    message = (
        f"`{name}`, with the functions that it calls written out, has {_count(number)} parts; "
        f"the most is {LARGEST:,}"
    )
    return message, "call each function once, with what is called again in a derived variable"


def _count(number: int) -> str:
    return f"{number:,}" if number < 10**15 else f"about 10^{len(str(number)) - 1}"


def _size(tree: Node) -> int:
    return sum(1 for _ in walk(tree))
