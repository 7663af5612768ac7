"""Equations written one operation a line, the form that PyRates computes right whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from nullcline.errors import Unsupported
from nullcline.expression import OPERATIONS, Apply, Node, Number, Symbol, walk
from nullcline.system import Definition
from nullcline.targets.pyrates.rules import Operand, add, literal, mul, rule

MOST_LINES = 3000
RISKY = frozenset(
    [
        "exp",
        "sinh",
        "cosh",
        "expm1",
        "log",
        "log10",
        "log2",
        "log1p",
        "sqrt",
        "asin",
        "acos",
        "acosh",
        "atanh",
        "mod",
        "/",
        "**",
    ]
)
"""Operations that can give infinity or NaN where their arguments are finite."""

SAFE_ARGUMENT = {
    **dict.fromkeys(("log", "log10", "log2", "acosh"), 1.0),
    **dict.fromkeys(("exp", "sinh", "cosh", "expm1", "log1p", "sqrt"), 0.0),
    **dict.fromkeys(("asin", "acos", "atanh"), 0.0),
}
"""An argument at which the operation is finite, for the branch that is not taken."""


def risky(tree: Node, fragile: frozenset[str] = frozenset()) -> bool:
    """Whether the tree can be infinite or NaN, in itself or through a name that can be."""
    for node in walk(tree):
        match node:
            case Symbol(name) if name in fragile:
                return True
            case Apply("/", (_, Number(value))) if value != 0:
                pass
            case Apply("**", (_, Number(value))) if float(value).is_integer():
                pass
            case Apply(operation, _) if operation in RISKY:
                return True
    return False


@dataclass
class Lowering:
    """The lines of one template: names and texts, in an order of evaluation.

    `names` maps what is declared to what is written, `clock` is the name of the time, `helper`
    gives the name of a parameter that holds 0 or 1, and `new_name` makes a name for a line.
    """

    names: Mapping[str, str]
    definitions: Mapping[str, Definition]
    fragile: frozenset[str]
    clock: str
    helper: Callable[[int], str]
    new_name: Callable[[str], str]
    lines: list[tuple[str, str]] = field(default_factory=list)
    owner: str = ""
    memo: dict[tuple[object, ...], Operand] = field(default_factory=dict)

    def define(self, definition: Definition, owner: str) -> str:
        """Write the lines that a definition needs, and return its right-hand side."""
        self.owner, start = owner, len(self.lines)
        found = self.lower(definition.tree, None)
        if isinstance(found, float):
            return f"{literal(found)}*{self.helper(1)}" if found else self.helper(0) + "*1.0"
        if len(self.lines) > start and self.lines[-1][0] == found:
            self.memo = {key: value for key, value in self.memo.items() if value != found}
            return self.lines.pop()[1]
        return f"{self.helper(1)}*{found}"

    def line(self, text: str) -> str:
        """One more line, by a name of its own."""
        if len(self.lines) >= MOST_LINES:
            raise Unsupported(f"equations of more than {MOST_LINES} operations", "pyrates")
        name = self.new_name(self.owner)
        self.lines.append((name, text))
        return name

    def once(self, text: str) -> str:
        """A line that need not be written twice."""
        if ("text", text) not in self.memo:
            self.memo["text", text] = self.line(text)
        return str(self.memo["text", text])

    def lower(self, tree: Node, guard: str | None) -> Operand:
        """The operand that holds the tree's value.

        Under a guard (the name of a 0 or 1) the value is finite where the guard is 0.
        """
        match tree:
            case Number(value):
                return float(value)
            case Symbol(name) if guard is None or name not in self.fragile:
                return self.names[name]
            case Symbol(name):
                return self.lower(self.definitions[name].tree, guard)
            case Apply("time", ()):
                return self.clock
        if guard is not None and not risky(tree, self.fragile):
            guard = None
        key = (tree, guard)
        if key not in self.memo:
            self.memo[key] = self.apply(tree, guard)
        return self.memo[key]

    def apply(self, tree: Apply, guard: str | None) -> Operand:
        """The operand of an operation: folded where all is known, else by its rule."""
        if tree.operation == "where":
            return self.where(tree.arguments, guard)
        arguments = [self.lower(argument, guard) for argument in tree.arguments]
        if all(isinstance(argument, float) for argument in arguments):
            with np.errstate(all="ignore"):
                return float(OPERATIONS[tree.operation].meaning(*map(np.float64, arguments)))
        if guard is not None:
            arguments = self.guarded(tree.operation, arguments, guard)
        return rule(tree.operation)(self, *arguments)

    def guarded(self, operation: str, arguments: list[Operand], guard: str) -> list[Operand]:
        """The arguments, moved where the operation is finite when the guard is 0."""
        if operation in SAFE_ARGUMENT:
            return [self.toward(arguments[0], SAFE_ARGUMENT[operation], guard)]
        left, right = (*arguments, 0.0)[:2]
        if operation in ("/", "mod"):
            return [left, self.toward(right, 1.0, guard)]
        if operation == "**" and isinstance(left, float):
            return [left, self.toward(right, 0.0, guard)]
        if operation == "**":
            return [self.toward(left, 1.0, guard), right]
        return arguments

    def toward(self, value: Operand, safe: float, guard: str) -> Operand:
        """The value where the guard is 1, a safe one where it is 0."""
        if isinstance(value, float) and value != 0:
            return value
        kept = self.once(f"{guard}*{self.name(value)}")
        return self.once(f"{kept} + {self.complement(guard)}") if safe else kept

    def complement(self, truth: str) -> str:
        """1 where a 0 or 1 is 0, and the other way round."""
        return self.once(f"1.0 - {truth}")

    def where(self, arguments: tuple[Node, ...], guard: str | None) -> Operand:
        """c*a + (1 - c)*b, with the branch that is not taken kept finite."""
        chosen = self.lower(arguments[0], guard)
        if isinstance(chosen, float):
            return self.lower(arguments[1 if chosen else 2], guard)
        parts = []
        for truth, branch in zip((chosen, self.complement(chosen)), arguments[1:], strict=True):
            inner = truth if guard is None else self.once(f"{guard}*{truth}")
            parts.append((truth, self.lower(branch, inner)))
        kept = [mul(self, truth, value) for truth, value in parts if value != 0.0]
        if not kept:
            return 0.0
        return kept[0] if len(kept) == 1 else add(self, *kept)

    def name(self, value: Operand) -> str:
        """The operand as a name, with a line for a number."""
        if isinstance(value, str):
            return value
        if value == 0:
            return self.helper(0)
        return self.helper(1) if value == 1 else self.once(f"{literal(value)}*{self.helper(1)}")

    def copy(self, name: str) -> str:
        """The same value by another name, which SymPy does not cancel."""
        return self.once(f"{name}*{self.helper(1)}")
