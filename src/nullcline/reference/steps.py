"""The equations of a System as one list of steps, each computed once however often it is used."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nullcline.expression import Apply, Node, Number, Symbol
from nullcline.system import System


@dataclass(frozen=True)
class Step:
    """An operation on the results of earlier steps, or a leaf: "number", "name", "time".

    `of` says what a leaf is: its value, or the name of a quantity.
    """

    operation: str
    arguments: tuple[int, ...] = ()
    of: float | str = ""


@dataclass(frozen=True)
class Steps:
    """`derivatives` are the numbers of the steps that give them, in the order of the states.

    `moving` are those steps that depend on a state or on the time, `timed` those that depend on
    the time and on no state.
    """

    steps: tuple[Step, ...]
    derivatives: tuple[int, ...]
    moving: frozenset[int]
    timed: frozenset[int]


def steps_of(system: System) -> Steps:
    """What the derivatives need, linear in the size of the equations."""
    listing = _Listing(system)
    derivatives = tuple(listing.place(item.tree) for item in system.derivatives)
    states = {item.name for item in system.states}
    by_state, by_time = set[int](), set[int]()
    for number, step in enumerate(listing.steps):
        if (step.operation == "name" and step.of in states) or by_state & {*step.arguments}:
            by_state.add(number)
        if step.operation == "time" or by_time & {*step.arguments}:
            by_time.add(number)
    moving, timed = frozenset(by_state | by_time), frozenset(by_time - by_state)
    return Steps(tuple(listing.steps), derivatives, moving, timed)


class _Listing:
    def __init__(self, system: System) -> None:
        self.steps: list[Step] = []
        self.definitions = {item.name: item.tree for item in system.constants + system.auxiliaries}
        self.known: dict[Step, int] = {}
        self.seen: dict[int, int] = {}

    def place(self, root: Node) -> int:
        """The number of the step that gives this tree; without recursion, however deep it is."""
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if id(node) in self.seen:
                continue
            below = self._below(node)
            if not ready:
                stack.append((node, True))
                stack.extend((each, False) for each in reversed(below))
                continue
            self.seen[id(node)] = self._number(node, tuple(self.seen[id(each)] for each in below))
        return self.seen[id(root)]

    def _below(self, node: Node) -> tuple[Node, ...]:
        if isinstance(node, Apply):
            return node.arguments
        if isinstance(node, Symbol) and node.name in self.definitions:
            return (self.definitions[node.name],)
        return ()

    def _number(self, node: Node, below: tuple[int, ...]) -> int:
        if isinstance(node, Symbol):
            if below:
                return below[0]
            step = Step("name", of=node.name)
        elif isinstance(node, Number):
            step = Step("number", of=float(node.value))
        elif node.operation in ("pi", "e"):
            step = Step("number", of=getattr(math, node.operation))
        else:
            step = Step(node.operation, below)
        if step not in self.known:
            self.known[step] = len(self.steps)
            self.steps.append(step)
        return self.known[step]
