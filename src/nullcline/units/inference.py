"""What each operation asks of the units of its arguments, and what unit it gives."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from nullcline.errors import Path
from nullcline.expression import (
    OPERATIONS,
    OWN,
    Apply,
    Node,
    Number,
    Symbol,
    evaluate,
    fold,
    walk,
)
from nullcline.expression.operations import TRUTH
from nullcline.units.clauses import Clause, Defined
from nullcline.units.measure import PLAIN, BeyondError, Measure, Unknown, over, times, unknowns
from nullcline.units.solution import Solution
from nullcline.units.wording import Side

SAME = {"+": "terms", "-": "terms", "min": "arguments", "max": "arguments", "mod": "arguments"}
"""Operations whose arguments and value have one unit; so have the branches of `where`."""
THROUGH = frozenset({"neg", "abs", "floor", "ceil"})
"""Operations that keep the unit of their argument."""
ANY = frozenset({"sign", "heaviside"})
"""Operations that take any unit and give a plain number."""
MOST = 100_000
"""The most parts that are looked at in one model, its functions counted at each call."""
Disagree = Callable[["Scope", Node, Side, Side], None]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands: its clause, the units of a function's arguments, its call.

    `fixed` are arguments that are numbers or parameters; a function that is read by itself, for
    arguments of any unit, has arguments and no caller.
    """

    clause: Clause
    arguments: Mapping[str, Measure] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    caller: tuple[Scope, Node] | None = None


class Inference:
    """Finds the unit of every expression; `disagree` is told of each contradiction."""

    def __init__(self, own: Mapping[str, Defined], disagree: Disagree, strict: bool) -> None:
        self.own, self.disagree, self.strict = own, disagree, strict
        self.solution = Solution()
        self.quantities: dict[str, Measure] = {}
        self.texts: dict[str, str] = {}
        self.values: dict[str, float] = {}
        self.valueless: set[str] = set()
        self.arguments: dict[tuple[str, str], Measure] = {}
        self.numbers: dict[tuple[Path, int | None], tuple[Unknown, Clause, Node]] = {}
        self.time: Measure = PLAIN
        self.steps = 0
        self._constants: dict[int, bool] = {}

    def agree(self, tree: Node, scope: Scope, expected: Side | None = None) -> Measure:
        """The one unit of all terms and branches of an expression, which may be known before.

        Where they differ, what is expected is believed, or what most of them are in; what is
        said of the outer parts then would only repeat it, so their unit is left open.
        """
        found = [(leaf, self.side(leaf, scope)) for leaf in self.leaves(tree, scope)]
        known = [(leaf, side) for leaf, side in found if not unknowns(side.measure)]
        sizes = Counter(side.size for _, side in known)
        if expected is not None and not unknowns(self.resolved(expected).measure):
            believed = self.resolved(expected)
            if len(known) > 1 and len(sizes) == 1 and believed.size not in sizes:
                whole = Side(f"`{scope.clause.said(tree)}`", known[0][1].measure)
                self.disagree(scope, tree, whole, believed)
                return believed.measure
        elif known:
            most = max(sizes.values())
            believed = next(side for _, side in known if sizes[side.size] == most)
        else:
            believed = expected or found[0][1]
        fault = False
        for leaf, side in sorted(found, key=lambda pair: bool(unknowns(pair[1].measure))):
            if side is not believed and not self._equate(side, believed, scope):
                self.disagree(scope, leaf, self.resolved(side), self.resolved(believed))
                fault = True
        if expected is not None:
            self._equate(believed, expected, scope)
            return expected.measure
        return {Unknown("argument", "?"): Fraction(1)} if fault else believed.measure

    def _equate(self, one: Side, other: Side, scope: Scope) -> bool:
        while scope.caller:
            scope = scope.caller[0]
        return self.solution.equate(one.measure, other.measure, str(scope.clause.path[1]))

    def resolved(self, side: Side) -> Side:
        """The side with what has become known of its unit."""
        return replace(side, measure=self.solution.resolve(side.measure))

    def side(self, node: Node, scope: Scope) -> Side:
        """An expression as one side of a comparison."""
        measure = self.solution.resolve(self.infer(node, scope))
        own = isinstance(node, Symbol) and node.name not in scope.arguments
        text = self.texts.get(node.name) if own and isinstance(node, Symbol) else None
        return Side(f"`{scope.clause.said(node)}`", measure, text)

    def leaves(self, tree: Node, scope: Scope) -> Iterator[Node]:
        """The terms and branches below sums, signs and conditions, which all have one unit."""
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if self.constant(node) or not isinstance(node, Apply):
                yield node
            elif node.operation in SAME or node.operation in THROUGH:
                waiting.extend(reversed(node.arguments))
            elif node.operation == "where":
                self.infer(node.arguments[0], scope)
                waiting.extend(reversed(node.arguments[1:]))
            else:
                yield node

    def infer(self, tree: Node, scope: Scope) -> Measure:
        """The unit of an expression; that of a condition is a plain number's."""
        self.steps += 1
        if self.steps > MOST:
            raise BeyondError
        if isinstance(tree, Symbol):
            local = scope.arguments.get(tree.name)
            return self.quantities[tree.name] if local is None else local
        if self.constant(tree):
            return self.number(tree, scope)
        assert isinstance(tree, Apply)
        match tree.operation:
            case "pi" | "e":
                return PLAIN
            case "time":
                return self.time
            case "*" | "/":
                return self.product(tree, scope)
            case "**":
                return self.power(tree, scope)
            case "sqrt":
                return times(PLAIN, self.infer(tree.arguments[0], scope), Fraction(1, 2))
            case "where":
                return self.agree(tree, scope)
            case operation if operation in SAME or operation in THROUGH:
                return self.agree(tree, scope)
            case operation if operation.endswith(OWN):
                return self.call(tree, scope)
        return self.plain(tree, scope)

    def product(self, tree: Apply, scope: Scope) -> Measure:
        """The unit of a chain of factors and divisors, which leans to the left."""
        first: Node = tree
        chain: list[Apply] = []
        while (
            isinstance(first, Apply) and first.operation in ("*", "/") and not self.constant(first)
        ):
            chain.append(first)
            first = first.arguments[0]
        measure = self.infer(first, scope)
        for node in reversed(chain):
            other = self.infer(node.arguments[1], scope)
            measure = times(measure, other) if node.operation == "*" else over(measure, other)
        return measure

    def plain(self, tree: Apply, scope: Scope) -> Measure:
        """What gives a plain number or a truth."""
        if tree.operation == "atan2" or OPERATIONS[tree.operation].gives == TRUTH:
            return self.compared(tree, scope)
        for argument in tree.arguments:
            if tree.operation in ANY or tree.operation == "indicator":
                self.infer(argument, scope)
            else:
                self.agree(
                    argument,
                    scope,
                    Side(f"the argument of {tree.operation}", PLAIN, verb="must be"),
                )
        return PLAIN

    def compared(self, tree: Apply, scope: Scope) -> Measure:
        """Two sides that must have one unit; or conditions that are joined."""
        if tree.operation in ("and", "or", "not"):
            for argument in tree.arguments:
                self.infer(argument, scope)
            return PLAIN
        left, right = (self.side(part, scope) for part in tree.arguments)
        if not self._equate(left, right, scope):
            self.disagree(scope, tree.arguments[0], left, self.resolved(right))
        return PLAIN

    def power(self, tree: Apply, scope: Scope) -> Measure:
        """A power: the exponent is a plain number; where it is fixed it multiplies dimensions."""
        base, exponent = tree.arguments
        if not self.constant(exponent):
            self.agree(exponent, scope, _plain("an exponent"))
        fixed = self.fixed(exponent, scope)
        if fixed is not None:
            power = Fraction(fixed).limit_denominator(1000)
            return times(PLAIN, self.infer(base, scope), power)
        names = {node.name for node in walk(exponent) if isinstance(node, Symbol)}
        if names & self.valueless or (scope.arguments and scope.caller is None):
            self.infer(base, scope)
            return {Unknown("argument", "**"): Fraction(1)}
        self.agree(base, scope, _plain("the base of a power that varies"))
        return PLAIN

    def fixed(self, tree: Node, scope: Scope) -> float | None:
        """The value of an expression of numbers and parameters; None if it can vary."""
        values = {name: own for name, own in self.values.items() if name not in scope.arguments}
        values |= scope.fixed
        if not all(_is_fixed(node, values) for node in walk(tree)):
            return None
        with np.errstate(all="ignore"):
            value = float(evaluate(tree, values))
        return value if math.isfinite(value) else None

    def number(self, tree: Node, scope: Scope) -> Measure:
        """The unit of a number in the text: unknown, one for each place; any at all for 0."""
        if isinstance(tree, Number) and tree.value == 0:
            return {Unknown("zero", "0"): Fraction(1)}
        if self.strict:
            return PLAIN
        clause = scope.clause
        if isinstance(tree, Number) and clause.said(tree)[0] not in "0123456789.":
            return PLAIN  # of another spelling of a function: `cot(x)` is 1/tan(x)
        place = clause.path, clause.column(tree)
        if place not in self.numbers:
            new = Unknown("number", clause.said(tree), clause.path)
            self.numbers[place] = new, clause, tree
        return {self.numbers[place][0]: Fraction(1)}

    def call(self, tree: Apply, scope: Scope) -> Measure:
        """The unit of a call of the model's own function, its body read with the arguments'."""
        name = tree.operation.removesuffix(OWN)
        function = self.own[name]
        given: dict[str, Measure] = {}
        fixed: dict[str, float] = {}
        for argument, node in zip(function.item.arguments, tree.arguments, strict=True):
            declared = self.arguments.get((name, argument))
            side = Side(f"the argument `{argument}` of {name}", declared or PLAIN)
            given[argument] = self.agree(node, scope, side if declared is not None else None)
            if (value := self.fixed(node, scope)) is not None:
                fixed[argument] = value
        return self.body(function, given, fixed, (scope, tree))

    def body(
        self,
        function: Defined,
        given: Mapping[str, Measure],
        fixed: Mapping[str, float],
        caller: tuple[Scope, Node] | None,
    ) -> Measure:
        """The unit that a function gives for arguments in these units."""
        believed: Side | None = None
        for clause in function.clauses:
            scope = Scope(clause, given, fixed, caller)
            if clause.gives == TRUTH:
                self.infer(clause.tree, scope)
            else:
                measure = self.agree(clause.tree, scope, believed)
                believed = believed or Side(f"`{function.name}`", measure)
        return believed.measure if believed else PLAIN

    def constant(self, tree: Node) -> bool:
        """Whether a part is a number, or an expression of numbers alone."""
        if id(tree) not in self._constants:
            fold(tree, self._note_constant)
        return self._constants[id(tree)]

    def _note_constant(self, node: Node, inner: tuple[bool, ...]) -> bool:
        found = isinstance(node, Number)
        if isinstance(node, Apply) and node.arguments:
            found = all(inner) and not node.operation.endswith(OWN)
        self._constants[id(node)] = found
        return found


def _plain(said: str) -> Side:
    return Side(said, PLAIN, verb="must be")


def _is_fixed(node: Node, values: Mapping[str, float]) -> bool:
    if isinstance(node, Symbol):
        return node.name in values
    return isinstance(node, Number) or not (
        node.operation == "time" or node.operation.endswith(OWN)
    )
