"""How plain data becomes YAML that people can read and no parser misreads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

EQUATIONS = frozenset({"rhs", "lhs", "condition", "expression"})
PLAIN = re.compile(r"[^\W\d](?:[\w .,/()+*^-]*[\w.,/()+*^])?")
WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
SURROGATE = re.compile("[\ud800-\udfff]")
BLOCK = re.compile(r"(?![ \n])[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\n]+(?<!\s)\n?")
LONGEST_KEY = 100


def quoted(text: str) -> str:
    """A text in double quotes."""
    if SURROGATE.search(text):
        raise ValueError("a text holds half of a character (a lone surrogate)")
    said = json.dumps(text, ensure_ascii=False)
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04X}", said)


def text_of(text: str, equation: bool = False) -> str:
    """A text on one line, in quotes unless every parser reads it as the same text without."""
    safe = PLAIN.fullmatch(text) and text.lower() not in WORDS and not equation
    return text if safe else quoted(text)


def number_of(value: float) -> str:
    """A float that YAML 1.1 and 1.2 both read as the same float."""
    said = float.__repr__(value)
    if said in {"inf", "-inf", "nan"}:
        return said.replace("inf", ".inf").replace("nan", ".nan")
    mantissa, mark, exponent = said.partition("e")
    return f"{mantissa}{'' if '.' in mantissa or not mark else '.0'}{mark}{exponent}"


def scalar(value: Any, equation: bool = False) -> str:
    """A single value on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return text_of(str.__str__(value), equation)
        case int():
            return int.__repr__(value)
        case float():
            return number_of(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def bare(value: Any) -> Any:
    """A number or array of NumPy (or the like) as plain Python."""
    return value.tolist() if hasattr(value, "tolist") else value


def flow(values: list[Any]) -> str | None:
    """A list of numbers (or of such lists) on one line; None if it holds anything else."""
    parts: list[str] = []
    for value in map(bare, values):
        if isinstance(value, (int, float)):
            parts.append(scalar(value))
        elif isinstance(value, list) and (inner := flow(value)) is not None:
            parts.append(inner)
        else:
            return None
    return f"[{', '.join(parts)}]"


def block(text: str, pad: str) -> Iterator[str]:
    """A text of many lines as it is, indented."""
    yield "|\n" if text.endswith("\n") else "|-\n"
    for line in text.removesuffix("\n").split("\n"):
        yield f"{pad}{line}\n" if line else "\n"


def after(value: Any, pad: str, equation: bool = False) -> Iterator[str]:
    """What follows a key or a dash: the rest of the line, and the lines below it."""
    value = bare(value)
    if isinstance(value, Mapping) and value:
        yield "\n"
        yield from mapping(value, pad)
    elif isinstance(value, (list, tuple)) and (line := flow(list(value))) is None:
        yield "\n"
        yield from sequence(value, pad)
    elif isinstance(value, (Mapping, list, tuple)):
        yield f" {'{}' if isinstance(value, Mapping) else line}\n"
    elif isinstance(value, str) and "\n" in value and not equation and BLOCK.fullmatch(value):
        yield " "
        yield from block(value, pad)
    else:
        yield f" {scalar(value, equation)}\n"


def mapping(data: Mapping[str, Any], pad: str = "") -> Iterator[str]:
    """The lines of a mapping."""
    for key, value in data.items():
        if not isinstance(key, str):
            raise TypeError(f"the key {key!r} is not a text")
        said = text_of(key)
        yield f"{pad}{said}:" if len(said) <= LONGEST_KEY else f"{pad}? {said}\n{pad}:"
        equation = key in EQUATIONS or (key == "equation" and isinstance(value, str))
        yield from after(value, pad + "  ", equation)


def sequence(values: Any, pad: str) -> Iterator[str]:
    """The lines of a list."""
    for value in map(bare, values):
        inner = mapping(value, pad + "  ") if isinstance(value, Mapping) and value else None
        if inner is None:
            yield f"{pad}-"
            yield from after(value, pad + "  ")
        else:
            yield f"{pad}- {''.join(inner)[len(pad) + 2 :]}"


def write(data: Mapping[str, Any]) -> str:
    """Plain data as YAML; raises TypeError for what is not plain data."""
    return "".join(mapping(data)) if data else "{}\n"
