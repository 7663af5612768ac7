"""Trees written as text: brackets where they are needed, by a table a dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from nullcline.errors import Unsupported
from nullcline.expression.operations import CALLS, CONSTANTS, OPERATIONS
from nullcline.expression.tree import OWN, Node, Number, Symbol, fold

ATOM = 100
"""The precedence of what never needs a bracket."""


@dataclass(frozen=True)
class Spelling:
    """How a dialect writes one operation: a template, how tightly it binds, and how tightly each
    argument must bind to stand in it without a bracket."""

    template: str
    precedence: int = ATOM
    sides: tuple[int, ...] = ()

    def side(self, index: int) -> int:
        """The precedence that the argument needs; within a call, none."""
        return self.sides[index] if self.sides else 0


@dataclass(frozen=True)
class Dialect:
    """How a language writes names, numbers and operations; what is missing is Unsupported."""

    name: str
    spellings: Mapping[str, Spelling]
    number: Callable[[float], str] = repr
    names: Mapping[str, str] = field(default_factory=dict)
    own: bool = False
    """Tell whether it writes the calls of a model's own functions, as the language itself does."""

    def spell(self, operation: str) -> Spelling:
        """The spelling of an operation, or Unsupported."""
        if operation in self.spellings:
            return self.spellings[operation]
        raise Unsupported(f"the operation `{operation}`", self.name)


def write(tree: Node, dialect: Dialect | None = None) -> str:
    """The text of a tree; in the language itself, `parse` reads it back as the same tree."""
    used = dialect or LANGUAGE

    def written(node: Node, parts: tuple[tuple[str, int], ...]) -> tuple[str, int]:
        if isinstance(node, Number):
            return used.number(node.value), ATOM
        if isinstance(node, Symbol):
            return used.names.get(node.name, node.name), ATOM
        if used.own and node.operation.endswith(OWN):
            spelling = _call(node.operation.removesuffix(OWN), len(node.arguments))
        else:
            spelling = used.spell(node.operation)
        sides = [
            text if precedence >= spelling.side(index) else f"({text})"
            for index, (text, precedence) in enumerate(parts)
        ]
        return spelling.template.format(*sides), spelling.precedence

    return fold(tree, written)[0]


def call(name: str, operation: str) -> Spelling:
    """An operation written as a call of `name`."""
    return _call(name, len(OPERATIONS[operation].takes))


def _call(name: str, takes: int) -> Spelling:
    return Spelling(f"{name}({', '.join(f'{{{index}}}' for index in range(takes))})")


INFIX: Mapping[str, Spelling] = MappingProxyType(
    {
        "or": Spelling("{0} or {1}", 1, (1, 2)),
        "and": Spelling("{0} and {1}", 2, (2, 3)),
        "not": Spelling("not {0}", 3, (3,)),
        **{
            op: Spelling(f"{{0}} {op} {{1}}", 4, (5, 5))
            for op in ("<", "<=", ">", ">=", "==", "!=")
        },
        "+": Spelling("{0} + {1}", 5, (5, 6)),
        "-": Spelling("{0} - {1}", 5, (5, 6)),
        "*": Spelling("{0}*{1}", 6, (6, 7)),
        "/": Spelling("{0}/{1}", 6, (6, 7)),
        "neg": Spelling("-{0}", 7, (7,)),
        "**": Spelling("{0}**{1}", 8, (9, 7)),
    }
)
"""Python's own precedences, which are those of the language."""

LANGUAGE = Dialect(
    "equation",
    {
        **INFIX,
        **{name: call(name, name) for name in CALLS},
        **{operation: Spelling(text) for text, operation in CONSTANTS.items()},
        "indicator": Spelling("({0})"),
    },
    own=True,
)
