"""The three kinds of node that every equation is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number that is not negative: a sign is an operation, as in the text."""

    value: float

    def __post_init__(self) -> None:
        if isinstance(self.value, bool) or not math.isfinite(self.value):
            raise ValueError(f"{self.value!r} is not a finite number")
        if math.copysign(1.0, self.value) < 0:
            raise ValueError(f"{self.value!r} is negative: apply `neg` to its absolute value")
        if type(self.value) not in (int, float):
            object.__setattr__(self, "value", float(self.value))


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name that the model declares."""

    name: str


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation of OPERATIONS and its arguments; a model's own function `f` is called `f()`."""

    operation: str
    arguments: tuple[Node, ...] = ()


Node = Number | Symbol | Apply

OWN = "()"
"""Ends the name of a function that the model declares, so that it is no operation's name."""


def walk(tree: Node) -> Iterator[Node]:
    """Every node, a parent before its arguments, from left to right."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Apply):
            stack.extend(reversed(node.arguments))


def symbols(tree: Node) -> tuple[str, ...]:
    """The names in a tree, each once, in the order of their first appearance."""
    return tuple(dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Symbol)))


def operations(tree: Node) -> frozenset[str]:
    """The operations in a tree."""
    return frozenset(node.operation for node in walk(tree) if isinstance(node, Apply))


def depth(tree: Node) -> int:
    """The number of nodes on the longest way from the root to a leaf."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, level = stack.pop()
        deepest = max(deepest, level)
        if isinstance(node, Apply):
            stack.extend((argument, level + 1) for argument in node.arguments)
    return deepest


def substitute(tree: Node, values: Mapping[str, Node]) -> Node:
    """The tree with the named symbols replaced, all at once."""
    return rebuild(
        tree, lambda node: values.get(node.name, node) if isinstance(node, Symbol) else node
    )


def rebuild(tree: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` applied to every node, arguments before their parent."""

    def changed(node: Node, arguments: tuple[Node, ...]) -> Node:
        return change(Apply(node.operation, arguments) if isinstance(node, Apply) else node)

    return fold(tree, changed)


def fold(tree: Node, combine: Callable[[Node, tuple[Result, ...]], Result]) -> Result:
    """What `combine` makes of the root and of what it made of the arguments.

    It descends by a loop along first arguments, so that a sum of thousands of terms, which leans
    to the left, needs no more of Python's stack than its brackets do.
    """
    spine: list[Apply] = []
    while isinstance(tree, Apply) and tree.arguments:
        spine.append(tree)
        tree = tree.arguments[0]
    result = combine(tree, ())
    while spine:
        node = spine.pop()
        rest = [fold(argument, combine) for argument in node.arguments[1:]]
        result = combine(node, (result, *rest))
    return result


def nesting(tree: Node) -> int:
    """The depth of a tree, where the first argument of an operation counts no deeper than it."""

    def deepest(node: Node, inner: tuple[int, ...]) -> int:
        return max(1, inner[0], *(1 + depth for depth in inner[1:])) if inner else 1

    return fold(tree, deepest)
