"""Calls in an equation: functions, their other spellings, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nullcline.expression.operations import (
    ALIASES,
    CALLS,
    CURES,
    INVERSES,
    NUMBER,
    OPERATIONS,
    RECIPROCALS,
    VARIADIC,
)
from nullcline.expression.part import Part
from nullcline.expression.syntax import Token
from nullcline.expression.tree import OWN, Apply, Number, operations

if TYPE_CHECKING:
    from nullcline.expression.parse import _Reader

KNOWN = (*CALLS, *ALIASES, *RECIPROCALS, *INVERSES, "Piecewise")
DELAYS = "delays are not part of the equation language"
AT_ZERO: dict[float, str] = {0: ">", 1: ">="}
"""The comparison with 0 that is a step whose value at 0 is that."""


class Caller:
    """Reads the calls of one text."""

    def __init__(
        self, reader: _Reader, own: Mapping[str, int], declared: Collection[str] | None
    ) -> None:
        self.reader, self.own, self.declared = reader, own, declared

    def call(self, name: Token) -> Part:
        """The call of a function whose name was taken."""
        reader = self.reader
        reader.take()
        if name.text == "Piecewise" and name.text not in self.own:
            return self.piecewise(name)
        arguments: list[Part] = []
        reader.deeper()
        while not reader.sign(")"):
            if arguments:
                if not reader.sign(","):
                    reader.unreadable()
                reader.take()
                if reader.sign(")"):
                    break
            if reader.sign("*", "**"):
                reader.fault(name.start, f"`{name.text}` takes plain arguments only")
                reader.take()
            arguments.append(reader.expression())
        reader.deeper(-1)
        return self.called(name, arguments, reader.take().end)

    def called(self, name: Token, arguments: list[Part], end: int) -> Part:
        """The part that a call with these arguments is."""
        text, start, reader = name.text, name.start, self.reader
        if text in self.own:
            if len(arguments) != self.own[text]:
                return self.wrong(name, end, _wrong_arity(text, self.own[text], len(arguments)))
            trees = [reader.expect(argument, NUMBER) for argument in arguments]
            return Part(Apply(text + OWN, tuple(trees)), NUMBER, start, end)
        operation = RECIPROCALS.get(text) or INVERSES.get(text) or ALIASES.get(text, text)
        if operation not in CALLS and text not in ALIASES:
            return self.wrong(name, end, self.unknown(text, arguments))
        if operation in VARIADIC and len(arguments) >= 2:
            return reader.fold(operation, arguments, start, end)
        if operation == "heaviside" and len(arguments) == 2:
            return self.step(name, arguments, end)
        takes = len(OPERATIONS[operation].takes)
        if len(arguments) != takes:
            return self.wrong(name, end, _wrong_arity(text, takes, len(arguments)))
        one = Part(Number(1), NUMBER, start, end)
        if text in RECIPROCALS:
            below = reader.apply(operation, arguments, start, end)
            return reader.apply("/", [one, below], start, end)
        if text in INVERSES:
            arguments = [reader.apply("/", [one, *arguments], start, end)]
        return reader.apply(operation, arguments, start, end)

    def wrong(self, name: Token, end: int, message: str) -> Part:
        """Note a fault at the name and go on with a 0."""
        return self.reader.nothing(Part(Number(0), NUMBER, name.start, end), end, message, NUMBER)

    def unknown(self, text: str, arguments: list[Part]) -> str:
        """What is said of a call of what is no function."""
        from nullcline.expression.parse import nearest

        if self.declared is not None and text in self.declared:
            if len(arguments) == 1 and "time" in operations(arguments[0].tree):
                if arguments[0].tree == Apply("time"):
                    return f"`{text}(t)` is written `{text}`"
                return f"`{text}(...)` is `{text}` at another time, and {DELAYS}"
            return f"`{text}` is a variable, not a function; write `{text}*(...)`"
        if text in CURES:
            return f"`{text}` {CURES[text]}"
        return f"`{text}` is not a known function{nearest(text, [*KNOWN, *self.own])}"

    def step(self, name: Token, arguments: list[Part], end: int) -> Part:
        """`Heaviside(x, h)`, the step that is h at 0."""
        step, at_zero = arguments
        value = at_zero.tree
        if value == Apply("/", (Number(1), Number(2))):
            value = Number(0.5)
        if isinstance(value, Number) and value.value == 0.5:
            return self.reader.apply("heaviside", [step], name.start, end)
        if isinstance(value, Number) and value.value in AT_ZERO:
            zero = Part(Number(0), NUMBER, name.start, end)
            return self.reader.apply(AT_ZERO[value.value], [step, zero], name.start, end)
        message = "is read with a value at 0 of 0, 1/2 or 1; write `where(x == 0, h, heaviside(x))`"
        return self.wrong(name, end, f"`{name.text}` {message}")

    def piecewise(self, name: Token) -> Part:
        """`Piecewise((a, c), ..., (b, True))`, whose bracket was taken."""
        reader = self.reader
        pairs: list[list[Part]] = []
        whole = True
        reader.deeper()
        while not reader.sign(")"):
            if pairs:
                if not reader.sign(","):
                    reader.unreadable()
                reader.take()
                if reader.sign(")"):
                    break
            pair = self.pair()
            whole = whole and len(pair) == 2
            pairs.append(pair)
        reader.deeper(-1)
        end = reader.take().end
        if not whole or not pairs:
            return self.wrong(name, end, "Piecewise takes pairs: Piecewise((a, c), (b, True))")
        always = pairs[-1][-1]
        if always.tree != Apply("==", (Number(0), Number(0))):
            return self.wrong(name, end, "the last pair of a Piecewise must be (value, True)")
        result = Part(reader.expect(pairs[-1][0], NUMBER), NUMBER, name.start, end)
        for value, condition in reversed(pairs[:-1]):
            result = reader.apply("where", [condition, value, result], name.start, end)
        return result

    def pair(self) -> list[Part]:
        """The parts between a bracket and its end; one part where there is no bracket."""
        reader, start = self.reader, self.reader.at
        if not reader.sign("("):
            return [reader.expression()]
        reader.take()
        parts = [reader.expression()]
        while reader.sign(","):
            reader.take()
            parts.append(reader.expression())
        if not reader.sign(")"):
            reader.unreadable()
        reader.take()
        if len(parts) == 1:  # a value in brackets, and perhaps more of it behind them
            reader.at = start
            return [reader.expression()]
        return parts


def _wrong_arity(name: str, takes: int, given: int) -> str:
    return f"`{name}` takes {takes} argument{'s' if takes != 1 else ''}, not {given}"
