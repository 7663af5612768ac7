"""The equations of a declaration as trees, its own functions written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from nullcline.compiler.calls import LARGEST, Body, Calls, TooLarge, called, parts, too_many
from nullcline.compiler.lhs import wrong_left_side
from nullcline.compiler.order import Cycle, evaluation_order
from nullcline.errors import ExpressionError, Path, Place, Problem
from nullcline.expression import (
    OPERATIONS,
    OWN,
    Apply,
    Node,
    Number,
    Symbol,
    fold,
    is_name,
    parse,
)
from nullcline.expression.operations import NUMBER, TRUTH


class Equations:
    """Reads the texts of one declaration; what is wrong goes to `problems`, with its place."""

    def __init__(
        self, declared: Mapping[str, str], locate: Callable[[Path], Place], problems: list[Problem]
    ) -> None:
        self.declared, self.locate, self.problems = declared, locate, problems
        self.arity: dict[str, int] = {}
        self.bodies: dict[str, Body] = {}
        self.large: dict[str, int] = {}
        self.calls = Calls(self.bodies, declared)

    def fault(self, path: Path, message: str, hint: str | None = None) -> None:
        """Note a problem at a path of the model."""
        self.problems.append(Problem(message, self.locate(path), hint))

    def declare_functions(self, functions: Mapping[str, Any]) -> None:
        """Read the model's own functions, which may call each other in any order but a cycle."""
        self.arity = {name: len(function.arguments or {}) for name, function in functions.items()}
        for name, function in functions.items():
            path: Path = ("functions", name)
            arguments = tuple(function.arguments or {})
            if not is_name(name):
                self.fault(path, f"`{name}` cannot be a name")
            if wrong := wrong_left_side(function.equation, name, "functions", arguments):
                self.fault((*path, "equation", "lhs"), wrong)
            for argument in arguments:
                if not is_name(argument):
                    self.fault((*path, "arguments", argument), f"`{argument}` cannot be a name")
            tree = self.equation(function.equation, (*path, "equation"), arguments)
            if tree is not None:
                self.bodies[name] = Body(arguments, tree)
        self._refuse_cycles()
        counted = parts({name: (body.tree,) for name, body in self.bodies.items()})
        self.large = {name: number for name, number in counted.items() if number > LARGEST}

    def _refuse_cycles(self) -> None:
        needs = {name: called(body.tree) for name, body in self.bodies.items()}
        while True:
            try:
                evaluation_order(needs)
            except Cycle as cycle:
                self.fault(("functions", cycle.path[0]), f"the function calls itself: {cycle}")
                for name in set(cycle.path):
                    needs.pop(name)
                    self.bodies.pop(name)
            else:
                return

    def equation(self, equation: Any, path: Path, local: tuple[str, ...] = ()) -> Node | None:
        """The tree of an Equation's right-hand side or conditionals; None where there is none."""
        if equation is None or (equation.rhs is None and not equation.conditionals):
            self.fault(path, "there is no equation", "write one under `rhs`")
            return None
        if equation.rhs is not None and equation.conditionals:
            self.fault(path, "there are both `rhs` and `conditionals`", "keep one")
            return None
        if equation.rhs is not None:
            return self.text(equation.rhs, (*path, "rhs"), local)
        branches = [(block.condition, block.expression) for block in equation.conditionals]
        return self.branches(branches, (*path, "conditionals"), ("expression",), local)

    def cases(self, cases: list[Any], path: Path, name: str) -> Node | None:
        """The tree of a list of cases, the last of which must hold always."""
        for index, case in enumerate(cases):
            if case.equation and case.equation.conditionals:
                self.fault((*path, index), "a case cannot have `conditionals`", "write more cases")
                return None
            if wrong := wrong_left_side(case.equation, name, "derived_variables"):
                self.fault((*path, index, "equation", "lhs"), wrong)
        branches = [(case.condition, case.equation and case.equation.rhs) for case in cases]
        return self.branches(branches, path, ("equation", "rhs"))

    def branches(
        self,
        branches: list[tuple[str | None, str | None]],
        path: Path,
        inner: Path,
        local: tuple[str, ...] = (),
    ) -> Node | None:
        """`where(c1, a1, where(c2, a2, ... last))` from (condition, value) pairs."""
        trees: list[tuple[Node | None, Node | None]] = []
        for index, (condition, value) in enumerate(branches):
            at = (*path, index)
            last = index == len(branches) - 1
            if value is None:
                self.fault(at, "the case has no equation")
                return None
            test = None
            if not (last and _always(condition)):
                if condition is None or last:
                    message = (
                        "the last case must hold always" if last else "the case has no condition"
                    )
                    self.fault((*at, "condition"), message, "end with the condition `True`")
                    return None
                test = self.text(condition, (*at, "condition"), local, TRUTH)
            trees.append((test, self.text(value, (*at, *inner), local)))
        result = trees[-1][1]
        for test, tree in reversed(trees[:-1]):
            if test is None or tree is None or result is None:
                return None
            result = Apply("where", (test, tree, result))
        return result

    def text(
        self, text: str, path: Path, local: tuple[str, ...] = (), gives: str = NUMBER
    ) -> Node | None:
        """The tree of one text, checked: every name declared, every constant part finite."""
        try:
            tree = parse(text, {*self.declared, *local}, self.arity, gives)
        except ExpressionError as error:
            for sentence in error.sentences():
                self.fault(path, sentence)
            return None
        return None if self._constant_fault(tree, text, path) else tree

    def _constant_fault(self, tree: Node, text: str, path: Path) -> bool:
        """Whether a part that holds no name, such as 9**9**9**9 or 1/0, is not finite."""

        def value(node: Node, inner: tuple[Any, ...]) -> Any:
            if isinstance(node, Number):
                return node.value
            if isinstance(node, Symbol) or node.operation == "time" or None in inner:
                return None
            if node.operation.endswith(OWN):
                return None
            found = OPERATIONS[node.operation].meaning(*map(np.float64, inner))
            if not np.isfinite(found):
                raise OverflowError
            return float(found)

        try:
            with np.errstate(all="ignore"):
                fold(tree, value)
        except OverflowError:
            self.fault(path, f"a constant part of `{text[:80]}` is not a finite number")
            return True
        return False

    def written_out(self, tree: Node, path: Path) -> Node | None:
        """The tree with every call of the model's own functions replaced by its body."""
        if large := [name for name in called(tree) if name in self.bodies and name in self.large]:
            for name in dict.fromkeys(large):
                self.fault(("functions", name, "equation"), *too_many(name, self.large[name]))
                self.bodies.pop(name)  # so that it is told once
            return None
        try:
            return self.calls.written_out(tree, str(path[1]))
        except (TooLarge, RecursionError):
            pass
        except KeyError:  # a function that is itself at fault, and reported
            return None
        message = "with its functions written out the equation is too large"
        self.fault(path, message, "split it into derived variables")
        return None


def _always(condition: str | None) -> bool:
    return condition is not None and condition.strip() in ("True", "true", "otherwise", "else")
