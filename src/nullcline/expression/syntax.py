"""The characters, brackets and words of an equation, as far as Python's grammar takes them."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
import warnings

from nullcline.errors import ExpressionError

LONGEST = 10_000
DEEPEST = 200
WORDS = frozenset({"and", "or", "not", "if", "else", "True", "False"})
"""The words of the language itself, which no variable can be called."""

_STAND_INS = {word: chr(0xA000 + index) for index, word in enumerate(keyword.kwlist)}
"""A first letter for each keyword that is a name here; a Yi syllable, as no keyword has."""


def is_name(text: str) -> bool:
    """Whether a model can declare this name: any identifier but the language's own words."""
    return text.isidentifier() and text not in WORDS


def syntax(text: str, words: dict[str, str]) -> ast.expr:
    """Python's syntax tree of the text; the language's keywords that are names stand in.

    Its nodes say where they begin and end in characters of the text, from 0.
    """
    if len(text) > LONGEST:
        message = f"the equation has {len(text)} characters, more than {LONGEST}"
        raise ExpressionError(text[:200], [(1, f"{message}; split it into derived variables")])
    _check_characters(text)
    _check_brackets(text)
    flat = re.sub(r"\s", " ", text)
    lead = len(flat) - len(flat.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            masked = re.sub(r"[^\W\d]\w*", lambda found: _mask(found.group(), words), flat.strip())
            _check_stand_ins(text, words)
            tree = ast.parse(masked, mode="eval").body
    except SyntaxError as error:
        column = min(error.offset + lead if error.offset else len(text), len(text))
        raise ExpressionError(text, [(column, "this cannot be read as an equation")]) from None
    except (RecursionError, MemoryError, ValueError):
        raise ExpressionError(text, [(1, too_deep())]) from None
    _count_characters(tree, masked, lead)
    return tree


def _count_characters(tree: ast.expr, masked: str, lead: int) -> None:
    """Let each node say where it stands in characters of the text, not in bytes of `masked`."""
    characters = [i for i, letter in enumerate(masked) for _ in letter.encode()] + [len(masked)]
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset = characters[node.col_offset] + lead
            node.end_col_offset = characters[node.end_col_offset or 0] + lead


def too_deep() -> str:
    """What is said of an equation that outgrows DEEPEST."""
    return f"the equation is nested more than {DEEPEST} deep; split it into derived variables"


def _mask(word: str, words: dict[str, str]) -> str:
    plain = unicodedata.normalize("NFKC", word)
    if not keyword.iskeyword(plain) or plain in WORDS:
        return word
    masked = _STAND_INS[plain] + plain[1:]
    words[masked] = plain
    return masked


def _check_stand_ins(text: str, words: dict[str, str]) -> None:
    for masked, word in words.items():
        if masked in text:
            message = f"`{masked}` and `{word}` cannot stand in one equation"
            raise ExpressionError(text, [(text.index(masked) + 1, message)])


def _check_characters(text: str) -> None:
    if not text.strip():
        raise ExpressionError(text, [(1, "the equation is empty")])
    for column, character in enumerate(text, 1):
        if character in "#\\'\"`$?!;:@" and text[column - 1 : column + 1] != "!=":
            raise ExpressionError(text, [(column, f"`{character}` has no meaning in an equation")])
        if not (character.isprintable() or character.isspace()):
            raise ExpressionError(text, [(column, f"{character!r} has no meaning in an equation")])
        if character == "=" and not _part_of_comparison(text, column - 1):
            message = "`=` has no meaning in an equation; compare with `==`"
            raise ExpressionError(text, [(column, message)])


def _part_of_comparison(text: str, index: int) -> bool:
    return text[index + 1 : index + 2] == "=" or (index > 0 and text[index - 1] in "=<>!")


def _check_brackets(text: str) -> None:
    pairs, stack = {")": "(", "]": "[", "}": "{"}, []
    for column, character in enumerate(text, 1):
        if character in "([{":
            stack.append((column, character))
        elif character in pairs and (not stack or stack.pop()[1] != pairs[character]):
            message = f"`{character}` closes a bracket that was not opened"
            raise ExpressionError(text, [(column, message)])
        if len(stack) > DEEPEST // 2:
            raise ExpressionError(text, [(1, too_deep())])
    if stack:
        column, character = stack[-1]
        raise ExpressionError(text, [(column, f"the bracket `{character}` is never closed")])
