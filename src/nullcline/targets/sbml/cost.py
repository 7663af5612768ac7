"""What compiling a document costs libroadrunner, which writes out what is used several times."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, fromstring

from nullcline.errors import NotRun

MOST_TERMS = 50_000
"""Once every rule is written out in each place where it is used; about five seconds."""
MOST_CONDITIONS = 1_000
"""Once every function is written out where it is called; about ten seconds."""
RELATIONS = frozenset({"eq", "neq", "lt", "leq", "gt", "geq"})


def refuse_costly(text: str) -> None:
    """Raise NotRun for a document that would take minutes, or all memory, to compile."""
    root = fromstring(text)
    rules = {_tag(item): item for item in root[0]}.get("listOfRules", Element("none"))
    maths = [(item.get("variable", ""), item[-1], _tag(item)) for item in rules]
    sizes: dict[str, int] = {}
    terms = conditions = 0
    functions = {item.get("id", ""): item[-1][0] for item in root.iter() if _is_function(item)}
    for name, math, kind in maths:
        size = _terms(math, sizes)
        terms += size
        conditions += _conditions(math, {}, functions)
        if kind == "assignmentRule":
            sizes[name] = size
    for count, most, what in (
        (terms, MOST_TERMS, "rule out where it is used, {0:,} terms"),
        (conditions, MOST_CONDITIONS, "function out where it is called, {0:,} conditions"),
    ):
        if count > most:
            raise NotRun(
                f"libroadrunner writes every {what.format(count)} here and {most:,} at most: "
                "the document stands, but it is not run in this engine"
            )


def _is_function(item: Element) -> bool:
    return _tag(item) == "functionDefinition"


def _tag(item: Element) -> str:
    return item.tag.partition("}")[2]


def _terms(item: Element, sizes: Mapping[str, int]) -> int:
    if _tag(item) == "ci":
        return sizes.get((item.text or "").strip(), 1)
    return 1 + sum(_terms(each, sizes) for each in item)


def _conditions(item: Element, bound: Mapping[str, int], functions: Mapping[str, Element]) -> int:
    """How many relations there are; `bound` has those of the arguments of a function."""
    if _tag(item) == "ci":
        return bound.get((item.text or "").strip(), 0)
    found = [_conditions(each, bound, functions) for each in item]
    called = (item[0].text or "").strip() if _tag(item) == "apply" else ""
    if called in functions and _tag(item[0]) == "ci":
        *arguments, body = functions[called]
        names = [(argument[0].text or "").strip() for argument in arguments]
        return _conditions(body, dict(zip(names, found[1:], strict=True)), functions)
    return sum(found) + (_tag(item) in RELATIONS)
