"""The characters and words of an equation: numbers, names, signs, with where each stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nullcline.errors import ExpressionError

LONGEST = 100_000
DEEPEST = 200
WORDS = frozenset({"and", "or", "not", "if", "else", "True", "False"})
"""The words of the language itself, which no variable can be called."""

NUMBER, NAME, WORD, SIGN, POWER, END = "number", "name", "word", "sign", "power", "end"

SIGNS = {"−": "-", "×": "*", "·": "*", "⋅": "*", "∗": "*", "≤": "<=", "≥": ">=", "≠": "!="}
"""Signs of typographers, with the sign that each is beyond doubt."""
CURES = {
    **dict.fromkeys("–—‐‑", "the minus is `-`"),
    **dict.fromkeys("÷∕⁄", "division is `/`"),
    "!": "negation is `not`",
    **{"∧": "write `and`, or `**` for a power", "∨": "write `or`", "¬": "write `not`"},
    **{"~": "write `not`", "√": "write `sqrt(...)`", "∞": "numbers are finite"},
    **dict.fromkeys("½¼¾⅓⅔", "write a fraction as `1/2`"),
}
LONG_CURES = {"&&": "write `and`", "||": "write `or`", "<>": "write `!=`"}

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NUMBER = re.compile(
    r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+"
    r"|(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)"
    r"(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?"
)
_POWER = re.compile(f"[⁺⁻]?[{_SUPERSCRIPTS}]+")
_SIGN = re.compile(r"\*\*|//|<=|>=|==|!=|[-+*/%^<>&|(),.\[\]{}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a name (normalised), a word, a sign or a raised exponent; from 0 to behind it."""

    kind: str
    text: str
    start: int
    end: int


def normal(name: str) -> str:
    """A name in the form NFKC, in which equations, files and arguments agree: `k₁` is `k1`."""
    return unicodedata.normalize("NFKC", name)


@lru_cache(maxsize=4096)
def _in_name(character: str) -> bool:
    """Tell whether a name goes on with this character: those of Python's names, and subscripts.

    What is raised is a power and not a part of a name.
    """
    if character == "·":
        return False
    form = unicodedata.decomposition(character)
    if form.startswith("<super>"):
        return False
    return ("a" + character).isidentifier() or (form.startswith("<sub>") and character not in "₊₋")


def is_identifier(text: str) -> bool:
    """Tell whether equations read this text as one name or word: `k₁` is one, `x²` a power."""
    return normal(text).isidentifier() and all(map(_in_name, text))


def is_name(text: str) -> bool:
    """Tell whether a model can declare this name: any identifier but the language's own words."""
    return is_identifier(text) and normal(text) not in WORDS


def too_deep() -> str:
    """What is said of an equation that outgrows DEEPEST."""
    return f"the equation is nested more than {DEEPEST} deep; split it into derived variables"


def tokens(text: str) -> list[Token]:
    """The tokens of a text, the last of which is its end; raises ExpressionError for what is none
    and for brackets that do not match."""
    if len(text) > LONGEST:
        message = f"the equation has {len(text)} characters, more than {LONGEST}"
        raise ExpressionError(text[:200], [(1, f"{message}; split it into derived variables")])
    if not text.strip():
        raise ExpressionError(text, [(1, "the equation is empty")])
    _check_characters(text)
    found = list(_scan(text))
    _check_brackets(text, found)
    return found


def _scan(text: str) -> Iterator[Token]:
    """The tokens from left to right."""
    at, size = 0, len(text)
    while at < size:
        character = text[at]
        if character.isspace():
            at += 1
            continue
        token = _token(text, at)
        if token is None:
            sign = next((said for said in LONG_CURES if text.startswith(said, at)), character)
            raise ExpressionError(text, [(at + 1, meaningless(sign))])
        yield token
        at = token.end
    end = len(text.rstrip())
    yield Token(END, "", end, end)


def _token(text: str, at: int) -> Token | None:
    """The token that begins here; None where none does."""
    if any(text.startswith(said, at) for said in LONG_CURES):
        return None
    for kind, form in ((NUMBER, _NUMBER), (POWER, _POWER), (SIGN, _SIGN)):
        if match := form.match(text, at):
            said = match[0]
            if kind == POWER:
                said = unicodedata.normalize("NFKC", said).replace("−", "-")
            return Token(kind, said, at, match.end())
    if text[at] in SIGNS:
        return Token(SIGN, SIGNS[text[at]], at, at + 1)
    if not (normal(text[at]).isidentifier() and _in_name(text[at])):
        return None
    end = at + 1
    while end < len(text) and _in_name(text[end]):
        end += 1
    word = normal(text[at:end])
    return Token(WORD if word in WORDS else NAME, word, at, end)


def meaningless(sign: str) -> str:
    """The words for a sign that no equation holds."""
    said = f"`{sign}`" if sign.isprintable() and not sign.isspace() else repr(sign)
    cure = LONG_CURES.get(sign) or CURES.get(sign)
    if len(sign) == 1 and unicodedata.decomposition(sign).startswith("<super>"):
        cure = "write a power as `x**n`"
    return f"{said} has no meaning in an equation{f'; {cure}' if cure else ''}"


def _check_characters(text: str) -> None:
    for column, character in enumerate(text, 1):
        if character in "#\\'\"`$?!;:@" and text[column - 1 : column + 1] != "!=":
            raise ExpressionError(text, [(column, meaningless(character))])
        if not (character.isprintable() or character.isspace()):
            raise ExpressionError(text, [(column, meaningless(character))])
        if character == "=" and not _part_of_comparison(text, column - 1):
            message = "`=` has no meaning in an equation; compare with `==`"
            raise ExpressionError(text, [(column, message)])


def _part_of_comparison(text: str, index: int) -> bool:
    return text[index + 1 : index + 2] == "=" or (index > 0 and text[index - 1] in "=<>!")


def _check_brackets(text: str, found: list[Token]) -> None:
    pairs, stack = {")": "(", "]": "[", "}": "{"}, []
    for token in found:
        if token.kind != SIGN:
            continue
        if token.text in "([{":
            stack.append(token)
        elif token.text in pairs and (not stack or stack.pop().text != pairs[token.text]):
            message = f"`{token.text}` closes a bracket that was not opened"
            raise ExpressionError(text, [(token.start + 1, message)])
        if len(stack) > DEEPEST // 2:
            raise ExpressionError(text, [(1, too_deep())])
    if stack:
        message = f"the bracket `{stack[-1].text}` is never closed"
        raise ExpressionError(text, [(stack[-1].start + 1, message)])
