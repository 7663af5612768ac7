"""Text read as a tree through Python's grammar, never through Python's evaluation."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping

from nullcline.errors import ExpressionError
from nullcline.expression.operations import (
    ALIASES,
    CALLS,
    CONSTANTS,
    NUMBER,
    OPERATIONS,
    TRUTH,
    VARIADIC,
)
from nullcline.expression.syntax import DEEPEST, syntax, too_deep
from nullcline.expression.tree import OWN, Apply, Node, Number, Symbol

_INFIX: dict[type[ast.AST], str] = {
    **{ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"},
    ast.Mod: "mod",
    **{ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="},
    **{ast.And: "and", ast.Or: "or"},
}
_BITWISE: dict[type[ast.AST], str] = {ast.BitAnd: "and", ast.BitOr: "or"}
"""Read between conditions, where SymPy's users write them."""
_REFUSED: dict[type[ast.AST], str] = {
    ast.BitXor: "`^` is not part of the equation language; write a power as `**`",
    ast.FloorDiv: "`//` is not part of the equation language; write `floor(a/b)`",
    ast.Attribute: "`.` (an attribute) is not part of the equation language",
    ast.Subscript: "`[...]` (an index) is not part of the equation language",
    ast.Tuple: "a comma is not expected here",
    ast.Lambda: "`lambda` is not part of the equation language",
    ast.Invert: "`~` is not part of the equation language; write `not`",
}


Spans = dict[int, tuple[Node, int, int]]
"""Nodes by their id, with where each begins and ends in the text, in characters from 0."""


def nearest(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the known name most like this one, or nothing."""
    known = list(known)
    if len(known) > 200:  # comparing is slow: only names that begin alike
        known = [other for other in known if other[:1].lower() == name[:1].lower()][:200]
    found = difflib.get_close_matches(name, known, 1, 0.6)
    found = found or [other for other in known if other.lower() == name.lower()][:1]
    return f"; did you mean `{found[0]}`?" if found else ""


def parse(
    text: str,
    declared: Iterable[str] | None = None,
    functions: Mapping[str, int] | None = None,
    gives: str = NUMBER,
    spans: Spans | None = None,
) -> Node:
    """Read one equation (or, with gives="truth", one condition).

    With `declared`, any other name is an error, and a declared `pi`, `e` or `t` is a variable.
    `functions` are the model's own, name to number of arguments. `spans` is filled with where
    the parts stand. All faults of the text are raised at once, in one ExpressionError.
    """
    reader = _Reader(text, declared, functions or {})
    reader.spans = {} if spans is None else spans
    tree = reader.read(gives)
    if reader.faults:
        raise ExpressionError(text, sorted(reader.faults))
    return tree


class _Reader:
    """One reading of one text; collects faults as (column, message)."""

    def __init__(self, text: str, declared: Iterable[str] | None, own: Mapping[str, int]) -> None:
        self.text, self.own = text, own
        self.declared = None if declared is None else frozenset(declared)
        self.faults: list[tuple[int, str]] = []
        self.words: dict[str, str] = {}
        self.spans: Spans = {}

    def read(self, gives: str) -> Node:
        return self.expect(gives, syntax(self.text, self.words), 1)

    def fault(self, node: ast.AST, message: str) -> Node:
        self.faults.append((getattr(node, "col_offset", 0) + 1, message))
        return Number(0)

    def expect(self, kind: str, node: ast.AST, level: int) -> Node:
        """A tree of that kind: a truth in the place of a number becomes its indicator, a number
        in the place of a truth is compared with 0."""
        tree, found = self.tree(node, level)
        if found != kind:
            zero = (tree, Number(0))
            tree = Apply("!=", zero) if kind == TRUTH else Apply("indicator", (tree,))
        self.spans[id(tree)] = (
            tree,
            getattr(node, "col_offset", 0),
            getattr(node, "end_col_offset", 0),
        )
        return tree

    def apply(self, operation: str, arguments: list[ast.AST], level: int) -> tuple[Node, str]:
        entry = OPERATIONS[operation]
        trees = [
            self.expect(kind, argument, level + 1)
            for kind, argument in zip(entry.takes, arguments, strict=True)
        ]
        return Apply(operation, tuple(trees)), entry.gives

    def tree(self, node: ast.AST, level: int) -> tuple[Node, str]:
        if level > DEEPEST:
            raise ExpressionError(self.text, [(1, too_deep())])
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self.number(node, value), NUMBER
            case ast.Name(id=name):
                return self.name(node, self.words.get(name, name)), NUMBER
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.expect(NUMBER, operand, level + 1), NUMBER
            case ast.UnaryOp(op=ast.USub() | ast.Not() as sign, operand=operand):
                return self.apply("not" if isinstance(sign, ast.Not) else "neg", [operand], level)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _INFIX:
                return self.apply(_INFIX[type(op)], [left, right], level)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BITWISE:
                return self.bitwise(node, _BITWISE[type(op)], left, right, level)
            case ast.BoolOp(op=op, values=values):
                return self.fold(_INFIX[type(op)], list(values), level)
            case ast.Compare(left=left, ops=ops, comparators=right):
                return self.chain(node, [left, *right], ops, level)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.apply("where", [test, body, other], level)
            case ast.Call():
                return self.call(node, level)
            case _:
                return self.refuse(node), NUMBER

    def refuse(self, node: ast.AST) -> Node:
        inner: ast.AST = getattr(node, "op", node)
        message = _REFUSED.get(type(inner))
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            message = f"`{node.value}` stands only as the last condition of a Piecewise"
        elif isinstance(node, ast.Constant):
            message = f"{node.value!r} is not a real number"
        return self.fault(node, message or "this is not part of the equation language")

    def number(self, node: ast.AST, value: float) -> Node:
        try:
            exact = isinstance(value, int) and value <= 2**53
            return Number(value if exact else float(value))
        except (ValueError, OverflowError):
            return self.fault(node, "this number is too large for float64")

    def name(self, node: ast.AST, name: str) -> Node:
        if self.declared is not None and name in self.declared:
            return Symbol(name)
        if name in CONSTANTS:
            return Apply(CONSTANTS[name])
        if self.declared is None:
            return Symbol(name)
        hint = nearest(name, self.declared)
        if ALIASES.get(name, name) in CALLS or name in self.own:
            hint = f"; it is a function: write `{name}(...)`"
        return self.fault(node, f"`{name}` is not declared{hint}")

    def bitwise(
        self, node: ast.AST, operation: str, left: ast.expr, right: ast.expr, level: int
    ) -> tuple[Node, str]:
        sides = [self.tree(side, level + 1) for side in (left, right)]
        if any(kind != TRUTH for _, kind in sides):
            sign = "&" if operation == "and" else "|"
            message = f"`{sign}` joins two conditions in brackets; write `{operation}`"
            return self.fault(node, message), TRUTH
        return Apply(operation, (sides[0][0], sides[1][0])), TRUTH

    def fold(self, operation: str, arguments: list[ast.AST], level: int) -> tuple[Node, str]:
        entry = OPERATIONS[operation]
        trees = [self.expect(entry.takes[0], argument, level + 1) for argument in arguments]
        folded = trees[0]
        for tree in trees[1:]:
            folded = Apply(operation, (folded, tree))
        return folded, entry.gives

    def chain(
        self, node: ast.AST, terms: list[ast.expr], ops: list[ast.cmpop], level: int
    ) -> tuple[Node, str]:
        if not all(type(op) in _INFIX for op in ops):
            return self.fault(node, "`is` and `in` are not part of the equation language"), TRUTH
        values = [self.expect(NUMBER, term, level + 1) for term in terms]
        links = [
            Apply(_INFIX[type(op)], (left, right))
            for op, left, right in zip(ops, values, values[1:], strict=False)
        ]
        folded = links[0]
        for link in links[1:]:
            folded = Apply("and", (folded, link))
        return folded, TRUTH

    def call(self, node: ast.Call, level: int) -> tuple[Node, str]:
        if not isinstance(node.func, ast.Name):
            return self.refuse(node.func), NUMBER
        name = self.words.get(node.func.id, node.func.id)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            return self.fault(node, f"`{name}` takes plain arguments only"), NUMBER
        if name in self.own:
            return self.own_call(node, name, level)
        if name == "Piecewise":
            return self.piecewise(node, level)
        operation = ALIASES.get(name, name)
        if operation not in CALLS and name not in ALIASES:
            return self.unknown_call(node, name), NUMBER
        if operation in VARIADIC and len(node.args) >= 2:
            return self.fold(operation, list(node.args), level)
        takes = len(OPERATIONS[operation].takes)
        if len(node.args) != takes:
            return self.fault(node, _wrong_arity(name, takes, len(node.args))), NUMBER
        return self.apply(operation, list(node.args), level)

    def own_call(self, node: ast.Call, name: str, level: int) -> tuple[Node, str]:
        if len(node.args) != self.own[name]:
            return self.fault(node, _wrong_arity(name, self.own[name], len(node.args))), NUMBER
        trees = [self.expect(NUMBER, argument, level + 1) for argument in node.args]
        return Apply(name + OWN, tuple(trees)), NUMBER

    def unknown_call(self, node: ast.Call, name: str) -> Node:
        if self.declared is not None and name in self.declared:
            return self.fault(node, f"`{name}` is a variable, not a function; write `{name}*(...)`")
        known = [*CALLS, *ALIASES, *self.own, "Piecewise"]
        return self.fault(node, f"`{name}` is not a known function{nearest(name, known)}")

    def piecewise(self, node: ast.Call, level: int) -> tuple[Node, str]:
        pairs = [pair.elts for pair in node.args if isinstance(pair, ast.Tuple)]
        last = pairs[-1][-1] if pairs and pairs[-1] else None
        if len(pairs) != len(node.args) or any(len(pair) != 2 for pair in pairs) or not pairs:
            return self.fault(node, "Piecewise takes pairs: Piecewise((a, c), (b, True))"), NUMBER
        if not (isinstance(last, ast.Constant) and last.value is True):
            return self.fault(node, "the last pair of a Piecewise must be (value, True)"), NUMBER
        result = self.expect(NUMBER, pairs[-1][0], level + len(pairs))
        for index, (value, condition) in reversed(list(enumerate(pairs[:-1], level + 1))):
            branch = self.expect(TRUTH, condition, index), self.expect(NUMBER, value, index)
            result = Apply("where", (*branch, result))
        return result, NUMBER


def _wrong_arity(name: str, takes: int, given: int) -> str:
    return f"`{name}` takes {takes} argument{'s' if takes != 1 else ''}, not {given}"
