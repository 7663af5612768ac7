"""The three kinds of node that every equation is made of."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


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
    if isinstance(tree, Apply):
        tree = Apply(
            tree.operation, tuple(rebuild(argument, change) for argument in tree.arguments)
        )
    return change(tree)
