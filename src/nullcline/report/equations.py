"""The equations of a declaration as formulas, in their author's form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from nullcline.compiler.lhs import wrong_left_side
from nullcline.datamodel import Dynamics
from nullcline.errors import ExpressionError
from nullcline.expression import CONSTANTS, Node, is_name, parse
from nullcline.latex import cases, derivative, latex, nesting, symbol_table, terms
from nullcline.report.page import Code, Formula, Inline, Listing, Math, Text, clean

SECTIONS = (
    "state_variables",
    "parameters",
    "derived_parameters",
    "coupling_inputs",
    "derived_variables",
    "functions",
)
DEEPEST = 40
"""How deep a formula may be nested so that pdflatex, MathJax and browsers can all draw it."""

ALWAYS = ("True", "true", "otherwise", "else")
"""What the compiler takes as the condition of the last case."""

_WORD = re.compile(r"[^\W\d]\w*")


class Equations:
    """Reads the equations of one model; one that cannot be read becomes a Listing."""

    def __init__(self, model: Dynamics) -> None:
        names = [name for section in SECTIONS for name in getattr(model, section) or {}]
        own = (model.functions or {}).values()
        inner = [argument for function in own for argument in function.arguments or {}]
        self.table = symbol_table(filter(is_name, [*names, *inner]))
        self.arity = {n: len(f.arguments or {}) for n, f in (model.functions or {}).items()}
        self.declared = frozenset(names) - frozenset(self.arity)
        self.discrete = model.system_type == "discrete"

    def name(self, name: str) -> Inline:
        """A declared name as a symbol, or letter by letter where it cannot be one."""
        return Math(self.table[name]) if name in self.table else Code(clean(name))

    def state(self, name: str, variable: Any) -> Formula | Listing | Text:
        """The equation of a state variable: a derivative, or the next value of a discrete map."""
        equation, order = variable.equation, variable.equation_order or 1
        odd_left = order == 1 and not self.discrete and wrong_left_side(equation, name, SECTIONS[0])
        if odd_left or variable.equation_type not in (None, "differential"):
            return self.listing(equation.lhs or name if equation else name, equation)
        plain = f"{name}(t + 1)" if self.discrete else f"d{name}/dt"
        if name not in self.table:
            return self.listing(plain, equation)
        symbol = self.table[name]
        if self.discrete:
            return self.formula(symbol, plain, equation, sign=r"\mapsto")
        return self.formula(derivative(symbol, order), plain, equation)

    def definition(self, name: str, item: Any) -> Formula | Listing | Text:
        """The equation of a derived parameter or of a derived variable."""
        blocks = getattr(item, "cases", None)
        if blocks:
            rows = [(case.equation and case.equation.rhs, case.condition) for case in blocks]
            return self.branches(self.table.get(name), name, rows)
        return self.formula(self.table.get(name), name, item.equation)

    def function(self, name: str, function: Any) -> Formula | Listing | Text:
        """The definition of one of the model's own functions."""
        arguments = list(function.arguments or {})
        plain = f"{name}({', '.join(arguments)})"
        left = None
        if name in self.table and all(argument in self.table for argument in arguments):
            inside = ", ".join(self.table[argument] for argument in arguments)
            left = rf"{self.table[name]}{{\left({inside}\right)}}"
        return self.formula(left, plain, function.equation, local=arguments)

    def formula(
        self,
        left: str | None,
        plain: str,
        equation: Any,
        sign: str = "=",
        local: Iterable[str] = (),
    ) -> Formula | Listing | Text:
        """An equation whose left-hand side is known, in LaTeX (if that is possible) and plainly."""
        if equation is not None and equation.rhs is None and equation.conditionals:
            rows = [(block.expression, block.condition) for block in equation.conditionals]
            return self.branches(left, plain, rows, sign, local)
        if equation is None or equation.rhs is None:
            return Text(f"{clean(plain)}: no equation is given")
        tree = None if left is None or equation.latex else self.tree(equation.rhs, local)
        if left is None or tree is None:
            return self.listing(plain, equation)
        found = Formula(left, sign, terms(tree, self.table))
        return found if nesting(found.latex) <= DEEPEST else self.listing(plain, equation)

    def branches(
        self,
        left: str | None,
        plain: str,
        rows: list[tuple[str | None, str | None]],
        sign: str = "=",
        local: Iterable[str] = (),
    ) -> Formula | Listing:
        """An equation by (value, condition) texts, of which the first true one holds."""
        written: list[tuple[str, str | None]] = []
        for index, (value, condition) in enumerate(rows):
            last = index == len(rows) - 1
            always = condition is None or (last and condition.strip() in ALWAYS)
            value_tree = None if value is None else self.tree(value, local)
            test = None if always else self.tree(str(condition), local, "truth")
            if value_tree is not None and (always or test is not None):
                found = None if test is None else latex(test, self.table)
                written.append((latex(value_tree, self.table), found))
        if left is not None and len(written) == len(rows):
            whole = Formula(left, sign, (cases(written),))
            if nesting(whole.latex) <= DEEPEST:
                return whole
        lines = [f"{value or '(nothing)'} if {test or 'True'}" for value, test in rows]
        return Listing(f"{clean(plain)} = {clean('; '.join(lines))}")

    def listing(self, plain: str, equation: Any) -> Listing | Text:
        """The equation as it stands in the declaration."""
        if equation is None or equation.rhs is None:
            return Text(f"{clean(plain)}: no equation is given")
        return Listing(f"{clean(plain)} = {clean(equation.rhs)}")

    def tree(self, source: str, local: Iterable[str] = (), gives: str = "number") -> Node | None:
        """The tree of a text, or None; a name that nobody declared is no hindrance here."""
        unknown = {word for word in _WORD.findall(source) if word not in CONSTANTS}
        try:
            return parse(source, {*self.declared, *local, *unknown}, self.arity, gives)
        except ExpressionError:
            return None
