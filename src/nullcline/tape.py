"""Trees as one list of steps, each computed once however often it stands in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from nullcline.expression import OPERATIONS, Apply, Node, Number
from nullcline.system import Definition


class Tape:
    """Trees over names and definitions (in an order of evaluation), to be evaluated together."""

    def __init__(self, definitions: Iterable[Definition], trees: Sequence[Node]) -> None:
        self._steps: list[tuple[Any, tuple[int, ...]]] = []
        self._found: dict[tuple[Any, ...], int] = {}
        self._defined: dict[str, int] = {}
        self._seen: dict[int, int] = {}
        definitions = tuple(definitions)  # kept alive, as they are told apart by `id`
        for item in definitions:
            self._defined[item.name] = self._place(item.tree)
        self._outputs = [self._place(tree) for tree in trees]
        self._seen.clear()

    def _place(self, tree: Node) -> int:
        """The number of the step that computes this tree, added where it is new."""
        if id(tree) in self._seen:  # a tree that stands in several is one object
            return self._seen[id(tree)]
        if isinstance(tree, Number):
            key: tuple[Any, ...] = ("number", np.float64(tree.value))
        elif not isinstance(tree, Apply):
            if tree.name in self._defined:
                return self._defined[tree.name]
            key = ("name", tree.name)
        elif tree.operation == "time":
            key = ("time",)
        else:
            key = (tree.operation, *[self._place(argument) for argument in tree.arguments])
        if key not in self._found:
            self._found[key] = len(self._steps)
            self._steps.append(_step(key))
        self._seen[id(tree)] = self._found[key]
        return self._found[key]

    def __len__(self) -> int:
        return len(self._steps)

    def __call__(self, values: Mapping[str, Any], time: Any = np.nan) -> list[Any]:
        """The value of each tree; names may be numbers or arrays that broadcast.

        What is outside the domain of an operation is NaN or infinite, without a warning.
        """
        found: list[Any] = []
        with np.errstate(all="ignore"):
            for meaning, arguments in self._steps:
                if meaning is None:
                    found.append(time)
                elif isinstance(meaning, str):
                    found.append(values[meaning])
                elif isinstance(meaning, np.float64):
                    found.append(meaning)
                else:
                    found.append(meaning(*[found[index] for index in arguments]))
        return [found[index] for index in self._outputs]


def _step(key: tuple[Any, ...]) -> tuple[Any, tuple[int, ...]]:
    match key:
        case ("time",):
            return None, ()
        case ("number" | "name", what):
            return what, ()
        case (operation, *arguments):
            return OPERATIONS[operation].meaning, tuple(arguments)
    raise ValueError(key)
