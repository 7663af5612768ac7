"""The grammar of a unit's text: UCUM's, and the common spellings of the field."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from nullcline.errors import NullclineError
from nullcline.expression import nearest
from nullcline.units.atoms import METRIC, PREFIXES, REFUSED, TERMS, WORDS
from nullcline.units.magnitude import spelled_out, split

DEEPEST = 20


class UnitError(NullclineError):
    """A text that is no unit; a sentence with the nearest unit that is one."""


_SIGNS = {
    "μ": "u",
    "−": "-",
    "–": "-",
    "·": ".",
    "×": ".",
    "⋅": ".",
    "∙": ".",
    "⁄": "/",
    "Ω": "Ohm",
}
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<ten>10[*^](?!\*)(?=[+-]?\d))"
    r"|(?P<power>\*\*|\^)"
    r"|(?P<per>(?:_|\b)per(?=_|\b)|(?<=_)per(?=_))"
    r"|(?P<number>\d+)"
    r"|(?P<atom>(?:mo_[sj]|a_[tj]|[cm]mH2O)(?![A-Za-z])|(?:\[[^\[\]]*\]|[^\W\d_]|[%°'])+)"
    r"|(?P<note>\{[^{}]*\})"
    r"|(?P<sign>[-+./*()_])"
)


class Reader:
    """One reading of one text: a recursive descent over its tokens."""

    def __init__(self, text: str, plain: str) -> None:
        self.text, self.tokens, self.at = text, list[tuple[str, str]](), 0
        plain = "".join(_SIGNS.get(sign, sign) for sign in plain)
        index = 0
        while index < len(plain):
            found = _TOKEN.match(plain, index)
            if found is None:
                raise self.fault(f"{plain[index]!r} has no meaning in a unit")
            self.tokens.append((str(found.lastgroup), found.group()))
            index = found.end()

    def fault(self, why: str) -> UnitError:
        """What is wrong, as an error to be raised."""
        return UnitError(f"{shown(self.text)} is not a unit: {why}")

    def look(self, *texts: str) -> bool:
        """Whether the next token is one of these kinds or signs."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")
        return kind in texts or (kind == "sign" and text in texts)

    def take(self) -> tuple[str, str]:
        """The next token, which must be there."""
        if self.at == len(self.tokens):
            raise self.fault("something is missing at its end")
        self.at += 1
        return self.tokens[self.at - 1]

    def skip(self) -> bool:
        """Whether there was white space, which is left behind."""
        found = self.look("space")
        while self.look("space"):
            self.at += 1
        return found

    def whole(self) -> dict[str, Fraction]:
        """Powers by UCUM code of all of the text."""
        parts = self.term(0)
        if self.at < len(self.tokens):
            raise self.fault(f"`{self.tokens[self.at][1]}` cannot stand where it does")
        return parts

    def term(self, level: int) -> dict[str, Fraction]:
        """Factors that are multiplied and divided, from the left; a division may come first."""
        if level > DEEPEST:
            raise self.fault("its brackets are nested too deep")
        parts: dict[str, Fraction] = {}
        self.skip()
        sign = self.division(first=True)
        while True:
            for code, power in self.factor(level).items():
                parts[code] = parts.get(code, Fraction(0)) + sign * power
            spaced = self.skip()
            if self.at == len(self.tokens) or self.look(")"):
                return parts
            if not spaced and not self.look("/", "per", ".", "*", "_", "note"):
                raise self.fault(f"`{self.tokens[self.at][1]}` cannot stand where it does")
            sign = self.division()

    def division(self, first: bool = False) -> int:
        """-1 after a division sign, 1 after a multiplication sign or none."""
        if self.look("/", "per"):
            self.take()
            self.skip()
            if self.look("_"):
                self.take()
            return -1
        if not first and self.look(".", "*", "_"):
            self.take()
            self.skip()
            if self.look("per"):
                return self.division()
        return 1

    def factor(self, level: int) -> dict[str, Fraction]:
        """One unit, number, remark or bracket, with its exponent."""
        kind, text = self.take()
        if kind == "note":
            return {}
        if kind == "ten":
            return {"10*": self.whole_number()}
        if (kind, text) == ("sign", "("):
            parts = self.term(level + 1)
            if not self.look(")"):
                raise self.fault("a bracket is not closed")
            self.take()
        elif kind == "number":
            parts = self.number(text)
        elif kind == "atom":
            parts = self.atom(text)
        else:
            raise self.fault(f"`{text}` cannot stand where it does")
        power = self.exponent()
        while self.look("note"):
            self.take()
        return {code: power * own for code, own in parts.items()}

    def number(self, text: str) -> dict[str, Fraction]:
        """A whole number; 1 is nothing."""
        after = [token[0] for token in self.tokens[self.at : self.at + 2]]
        if self.look(".") and after[1:] == ["number"]:
            raise self.fault("a factor is written as a power of ten: `10*-3.V`")
        if len(text) > 15 or int(text) == 0:
            raise self.fault(f"{shown(text)} is no factor")
        return {str(int(text)): Fraction(1)} if int(text) != 1 else {}

    def exponent(self) -> Fraction:
        """What follows a unit directly: `2`, `-1`, `^-1`, `**2`, `^(1/2)`, or nothing."""
        raised = self.look("power")
        if raised:
            self.take()
            if self.look("("):
                self.take()
                power = self.fraction()
                if not self.look(")"):
                    raise self.fault("a bracket is not closed")
                self.take()
                return power
        if raised or self.look("number", "+", "-"):
            return self.fraction() if raised else self.whole_number()
        return Fraction(1)

    def fraction(self) -> Fraction:
        """An exponent after its sign: a whole number, a decimal, or in brackets a quotient."""
        power = self.whole_number()
        after = [kind for kind, _ in self.tokens[self.at : self.at + 2]]
        if after == ["sign", "number"] and self.look("."):
            self.take()
            digits = self.take()[1]
            sign = -1 if power < 0 else 1
            return power + sign * Fraction(int(digits[:9]), 10 ** len(digits[:9]))
        inside = self.at + 2 < len(self.tokens) and self.tokens[self.at + 2] == ("sign", ")")
        if after == ["sign", "number"] and self.look("/") and inside:
            self.take()
            below = int(self.take()[1][:4])
            if below == 0:
                raise self.fault("an exponent is divided by 0")
            return power / below
        return power

    def whole_number(self) -> Fraction:
        """A small whole number with its sign."""
        sign = -1 if self.look("-") else 1
        if self.look("+", "-"):
            self.take()
        kind, text = self.take()
        if kind != "number" or len(text) > 4:
            raise self.fault("an exponent is a small whole number")
        return Fraction(sign * int(text))

    def atom(self, text: str) -> dict[str, Fraction]:
        """A unit by its UCUM code, its name in the field, or as pint reads it."""
        if text in REFUSED:
            raise UnitError(f"{shown(self.text)} is not a factor: `{text}` {REFUSED[text]}")
        code = text if split(text) else None
        if code is None and (other := WORDS.get(text) or _molar(text)):
            return Reader(other, other).whole() if other != "1" else {}
        if code is not None:
            return {code: Fraction(1)}
        if (other := spelled_out(text)) is None:
            raise self.fault(f"{shown(text)} is not known{_meant(text[:60])}")
        return Reader(other, other).whole()


def _molar(text: str) -> str | None:
    """`mM` is `mmol.L-1`: the field's molar concentration, which UCUM has no code for."""
    prefix = text[:-1]
    return f"{prefix}mol.L-1" if text.endswith("M") and prefix in PREFIXES else None


def shown(text: str) -> str:
    """A text in one short printable line."""
    line = "".join(sign if sign.isprintable() else " " for sign in text[:60])
    return f"`{line}`" if len(text) <= 60 else f"`{line}…`"


def _meant(text: str) -> str:
    """The nearest known unit, one that differs in capitals alone before all others."""
    same = [code for code in _known() if code.lower() == text.lower()]
    return f"; did you mean `{same[0]}`?" if same else nearest(text, _known())


@lru_cache(maxsize=1)
def _known() -> tuple[str, ...]:
    """Units that somebody may have meant, the likely ones first."""
    common = [f"{p}{code}" for code in METRIC for p in ("", "m", "u", "n", "p", "k")]
    return (*common, *TERMS, *(word for word in WORDS if len(word) > 1), "mM", "uM", "nM")
