"""Text read as a tree: the grammar of equations, in which nothing is ever evaluated."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

from nullcline.errors import ExpressionError
from nullcline.expression.calls import Caller
from nullcline.expression.operations import ALIASES, CALLS, CONSTANTS, NUMBER, PI, TRUTH, TRUTHS
from nullcline.expression.part import Cursor, Part, Spans
from nullcline.expression.syntax import (
    DEEPEST,
    END,
    NAME,
    POWER,
    SIGN,
    WORD,
    Token,
    tokens,
)
from nullcline.expression.syntax import NUMBER as LITERAL
from nullcline.expression.tree import Apply, Node, Number, Symbol, nesting

BINARY = {
    **{"or": (1, "or"), "and": (2, "and"), "|": (5, "or"), "&": (6, "and")},
    **{"+": (7, "+"), "-": (7, "-"), "*": (8, "*"), "/": (8, "/"), "%": (8, "mod")},
}
"""How tightly each sign that groups from the left binds, and its operation."""
NOT, COMPARES = 3, 4
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
REFUSED = {
    "//": "`//` is not part of the equation language; write `floor(a/b)`",
    ".": "`.` (an attribute) is not part of the equation language",
    "[": "`[...]` (an index) is not part of the equation language",
}


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
    reader = _Reader(text, declared, functions or {}, {} if spans is None else spans)
    tree = reader.read(gives)
    if reader.faults:
        raise ExpressionError(text, sorted(reader.faults))
    return tree


class _Reader(Cursor):
    """One reading of one text by recursive descent; collects faults as (column, message)."""

    def __init__(
        self, text: str, declared: Iterable[str] | None, own: Mapping[str, int], spans: Spans
    ) -> None:
        super().__init__(text, spans, tokens(text))
        self.declared = None if declared is None else frozenset(declared)
        self.own = own
        self.calls = Caller(self, own, self.declared)

    def read(self, gives: str) -> Node:
        """The tree of the whole text."""
        whole = self.expression()
        if self.sign(","):
            self.fault(whole.start, "a comma is not expected here")
        elif self.here.kind != END:
            self.unreadable()
        tree = self.expect(whole, gives)
        if nesting(tree) > DEEPEST:
            self.too_deep()
        return tree

    def expression(self) -> Part:
        """A choice `a if c else b`, or what binds more tightly."""
        value = self.binary(0)
        if not self.sign("if"):
            return value
        self.take()
        test = self.binary(0)
        if not self.sign("else"):
            self.unreadable("an `else` is missing: write `a if c else b`")
        self.take()
        self.deeper()
        other = self.expression()
        self.deeper(-1)
        return self.apply("where", [test, value, other], value.start, other.end)

    def binary(self, least: int) -> Part:
        """Operands joined by signs that bind at least so tightly, grouped from the left."""
        left = self.negation() if least <= NOT and self.sign("not") else self.signed()
        while self.here.kind in (SIGN, WORD):
            sign = self.here.text
            if sign in COMPARISONS and least <= COMPARES:
                left = self.chain(left)
            elif sign in BINARY and BINARY[sign][0] >= least:
                binds, operation = BINARY[sign]
                self.take()
                right = self.binary(binds + 1)
                if sign in "&|":
                    left = self.bitwise(sign, left, right)
                else:
                    left = self.apply(operation, [left, right], left.start, right.end)
            elif sign == "//":
                self.fault(left.start, REFUSED[sign])
                self.take()
                self.binary(BINARY["/"][0] + 1)
            else:
                break
        return left

    def negation(self) -> Part:
        """`not` and the condition behind it."""
        start, count = self.here.start, 0
        starts = []
        while self.sign("not"):
            starts.append(self.take().start)
            count += 1
            if count > DEEPEST:
                self.too_deep()
        part = self.binary(COMPARES)
        for start in reversed(starts):
            part = self.apply("not", [part], start, part.end)
        return part

    def chain(self, left: Part) -> Part:
        """Comparisons, each with the next as in mathematics: `0 < x < 1`."""
        values, signs = [left], []
        while self.here.kind == SIGN and self.here.text in COMPARISONS:
            signs.append(self.take().text)
            values.append(self.binary(COMPARES + 1))
        trees = [self.expect(value, NUMBER) for value in values]
        folded: Node | None = None
        for sign, one, other in zip(signs, trees, trees[1:], strict=False):
            link = Apply(sign, (one, other))
            folded = link if folded is None else Apply("and", (folded, link))
        assert folded is not None
        return Part(folded, TRUTH, left.start, values[-1].end)

    def bitwise(self, sign: str, left: Part, right: Part) -> Part:
        """`&` or `|`, which SymPy's users write between conditions in brackets."""
        operation = BINARY[sign][1]
        if left.gives != TRUTH or right.gives != TRUTH:
            message = f"`{sign}` joins two conditions in brackets; write `{operation}`"
            return self.nothing(left, right.end, message, TRUTH)
        return self.apply(operation, [left, right], left.start, right.end)

    def signed(self) -> Part:
        """Signs and the power behind them: `-x**2` is `-(x**2)`."""
        signs: list[Token] = []
        while self.sign("+", "-"):
            signs.append(self.take())
            if len(signs) > DEEPEST:
                self.too_deep()
        part = self.power()
        for sign in reversed(signs):
            if sign.text == "-":
                part = self.apply("neg", [part], sign.start, part.end)
            else:
                part = Part(self.expect(part, NUMBER), NUMBER, sign.start, part.end)
        return part

    def power(self) -> Part:
        """An atom with its exponents; powers group from the right."""
        base = self.atom()
        raised = self.here.kind == POWER
        if raised:
            base = self.raised(base, self.take())
        if not self.sign("**", "^"):
            return base
        sign = self.take()
        if raised:
            self.fault(base.start, "two exponents stand on one base; put brackets around one")
        self.deeper()
        exponent = self.signed()
        self.deeper(-1)
        if sign.text == "^" and TRUTH in (base.gives, exponent.gives):
            message = "`^` is a power, and a condition has none; write `!=` for one of two"
            return self.nothing(base, exponent.end, message, NUMBER)
        return self.apply("**", [base, exponent], base.start, exponent.end)

    def raised(self, base: Part, token: Token) -> Part:
        """An atom with a raised whole number: `x²`, `x⁻¹`."""
        digits = token.text.lstrip("+-")
        value = self.number(Token(LITERAL, digits, token.start, token.end))
        if token.text.startswith("-"):
            value = self.apply("neg", [value], token.start, token.end)
        return self.apply("**", [base, value], base.start, token.end)

    def atom(self) -> Part:
        """A number, a name, a call, or an expression in brackets."""
        token = self.take()
        if token.kind == LITERAL:
            return self.number(token)
        if token.kind == NAME or (token.text == "if" and self.sign("(")):
            found = self.calls.call(token) if self.sign("(") else self.name(token)
        elif token.text in TRUTHS:
            found = self.truth(token)
        elif token.text == "(" and token.kind == SIGN:
            found = self.bracket(token)
        elif token.kind == SIGN and token.text in "[{":
            what = REFUSED.get(token.text) if self.at > 1 else None
            message = what or "this is not part of the equation language"
            raise ExpressionError(self.text, [(token.start + 1, message)])
        else:
            self.at -= 1
            self.unreadable("write `abs(...)`" if token.text == "|" else "")
        return self.after(found)

    def after(self, found: Part) -> Part:
        """The atom, unless an index, an attribute or a bracket stands right behind it."""
        if self.sign("[", "."):
            message = REFUSED[self.here.text]
            raise ExpressionError(self.text, [(found.start + 1, message)])
        if self.sign("("):
            self.unreadable("an operator is missing before `(`; write a product with `*`")
        return found

    def bracket(self, opening: Token) -> Part:
        """The expression in brackets; as a part of others it begins and ends with them."""
        self.deeper()
        if self.sign(")"):
            end = self.take().end
            self.after(Part(Number(0), NUMBER, opening.start, end))
            message = "nothing stands in these brackets"
            raise ExpressionError(self.text, [(opening.start + 1, message)])
        inner = self.expression()
        self.deeper(-1)
        if self.sign(","):
            self.fault(inner.start, "a comma is not expected here")
            raise ExpressionError(self.text, sorted(self.faults))
        if not self.sign(")"):
            self.unreadable()
        closing = self.take()
        return Part(inner.tree, inner.gives, opening.start, closing.end, inner.own)

    def number(self, token: Token) -> Part:
        """A literal; a name right behind one is no product here."""
        following = self.here
        if following.kind == NAME and following.start == token.end:
            said = self.text[token.start : following.end]
            product = f"{token.text}*{following.text}"
            self.fault(token.start, f"`{said[:40]}` is not a product; write `{product[:40]}`")
            self.take()
        elif self.sign("("):
            self.fault(token.start, f"`{token.text[:40]}(...)` is not a product; write `*`")
            raise ExpressionError(self.text, sorted(self.faults))
        return Part(self.literal(token), NUMBER, token.start, token.end)

    def truth(self, token: Token) -> Part:
        """`True` or `False`, as a comparison that holds always or never."""
        tree = Apply(TRUTHS[token.text], (Number(0), Number(0)))
        return Part(tree, TRUTH, token.start, token.end)

    def name(self, token: Token) -> Part:
        """A variable, a constant, the time, or a fault."""
        name = token.text
        tree: Node = Symbol(name)
        if self.declared is None or name not in self.declared:
            if name in TRUTHS:
                return self.truth(token)
            if name in CONSTANTS or name == PI:
                tree = Apply("pi" if name == PI else CONSTANTS[name])
            elif self.declared is not None:
                hint = nearest(name, self.declared)
                if ALIASES.get(name, name) in CALLS or name in self.own:
                    hint = f"; it is a function: write `{name}(...)`"
                self.fault(token.start, f"`{name}` is not declared{hint}")
        return Part(tree, NUMBER, token.start, token.end)
