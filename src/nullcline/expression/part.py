"""Parts of an equation while it is read: trees with their kind and their place."""

from __future__ import annotations

from dataclasses import dataclass

from nullcline.errors import ExpressionError
from nullcline.expression.operations import OPERATIONS, TRUTH
from nullcline.expression.syntax import DEEPEST, NAME, POWER, SIGN, WORD, Token, too_deep
from nullcline.expression.syntax import NUMBER as NUMBER_TOKEN
from nullcline.expression.tree import Apply, Node, Number

Spans = dict[int, tuple[Node, int, int]]
"""Nodes by their id, with where each begins and ends in the text, in characters from 0."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tree that was read, whether it is a number or a truth, and where it stands, from 0.

    `own` is the place without the brackets around it, where there are any.
    """

    tree: Node
    gives: str
    start: int
    end: int
    own: tuple[int, int] | None = None


class Parts:
    """Makes trees of parts: notes their places, turns truths into numbers and back."""

    def __init__(self, text: str, spans: Spans) -> None:
        self.text, self.spans = text, spans
        self.faults: list[tuple[int, str]] = []

    def fault(self, start: int, message: str) -> None:
        """Note what is wrong at a place, from 0."""
        self.faults.append((start + 1, message))

    def nothing(self, first: Part, end: int, message: str, gives: str) -> Part:
        """Note a fault and go on with a 0."""
        self.fault(first.start, message)
        return Part(Number(0), gives, first.start, end)

    def expect(self, part: Part, kind: str) -> Node:
        """The tree of a part as that kind: a truth in the place of a number becomes its
        indicator, a number in the place of a truth is compared with 0."""
        tree = part.tree
        if part.gives != kind:
            zero = (tree, Number(0))
            tree = Apply("!=", zero) if kind == TRUTH else Apply("indicator", (tree,))
        self.spans[id(tree)] = (tree, *(part.own or (part.start, part.end)))
        return tree

    def apply(self, operation: str, arguments: list[Part], start: int, end: int) -> Part:
        """An operation of parts."""
        entry = OPERATIONS[operation]
        trees = [self.expect(part, kind) for kind, part in zip(entry.takes, arguments, strict=True)]
        return Part(Apply(operation, tuple(trees)), entry.gives, start, end)

    def fold(self, operation: str, arguments: list[Part], start: int, end: int) -> Part:
        """An operation of two, over several parts from the left."""
        entry = OPERATIONS[operation]
        folded, *trees = [self.expect(part, entry.takes[0]) for part in arguments]
        for tree in trees:
            folded = Apply(operation, (folded, tree))
        return Part(folded, entry.gives, start, end)

    def literal(self, token: Token) -> Node:
        """The number that a token spells; what is too large for float64 is a fault."""
        text = token.text.replace("_", "")
        try:
            if text[:2].lower() in ("0x", "0o", "0b"):
                value: float = int(text, 0)
            else:
                value = int(text) if text.isdigit() and len(text) <= 400 else float(text)
            exact = isinstance(value, int) and value <= 2**53
            return Number(value if exact else float(value))
        except (ValueError, OverflowError):
            self.fault(token.start, "this number is too large for float64")
            return Number(0)


class Cursor(Parts):
    """A place among the tokens of a text, and how deep the reader is there."""

    def __init__(self, text: str, spans: Spans, tokens: list[Token]) -> None:
        super().__init__(text, spans)
        self.tokens, self.at, self.level = tokens, 0, 0

    @property
    def here(self) -> Token:
        """The next token."""
        return self.tokens[self.at]

    def sign(self, *texts: str) -> bool:
        """Tell whether the next token is one of these signs or words."""
        return self.here.kind in (SIGN, WORD) and self.here.text in texts

    def take(self) -> Token:
        """The next token, which is passed."""
        self.at += 1
        return self.tokens[self.at - 1]

    def unreadable(self, why: str = "") -> None:
        """Stop where no equation goes on."""
        before = self.tokens[self.at - 1] if self.at else None
        if (
            before
            and before.kind in (NUMBER_TOKEN, NAME, POWER)
            and self.here.kind in (NUMBER_TOKEN, NAME)
        ):
            why = why or f"an operator is missing before `{self.here.text[:40]}`"
        message = f"this cannot be read as an equation{f': {why}' if why else ''}"
        column = min(self.here.start + 1, len(self.text.rstrip()))
        raise ExpressionError(self.text, [(column, message)])

    def too_deep(self) -> None:
        """Stop at an equation that outgrows DEEPEST."""
        raise ExpressionError(self.text, [(1, too_deep())])

    def deeper(self, by: int = 1) -> None:
        """Count how deep the reader is in brackets, powers and choices."""
        self.level += by
        if self.level > DEEPEST:
            self.too_deep()
