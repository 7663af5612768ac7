"""The texts of a model's equations, each read with the places of its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from nullcline.compiler import KINDS
from nullcline.datamodel import Dynamics
from nullcline.errors import ExpressionError, Path
from nullcline.expression import Node, Spans, parse, write
from nullcline.expression.operations import NUMBER, TRUTH

LONGEST = 60


@dataclass(frozen=True)
class Clause:
    """One text of an equation: a value, or (`gives` is TRUTH) a condition of one."""

    path: Path
    text: str
    tree: Node
    gives: str = NUMBER
    spans: Spans = field(default_factory=dict, repr=False)

    def said(self, node: Node) -> str:
        """A part as its author wrote it."""
        found = self.spans.get(id(node))
        text = " ".join((self.text[found[1] : found[2]] if found else write(node)).split())
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

    def column(self, node: Node) -> int | None:
        """Where a part begins, from 1; None for a part that the text does not spell."""
        found = self.spans.get(id(node))
        return found[1] + 1 if found else None


@dataclass(frozen=True)
class Defined:
    """A name that equations define, with its clauses; `order` counts the derivatives."""

    section: str
    name: str
    item: Any
    clauses: tuple[Clause, ...]
    order: int = 0

    @property
    def said(self) -> str:
        """What the equations give, in words."""
        if self.section != "state_variables":
            return f"`{self.name}`"
        power = "" if self.order == 1 else str(self.order)
        return f"d{power}({self.name})/dt{power}"


SECTIONS = ("derived_parameters", "derived_variables", "state_variables")


def defined(model: Dynamics) -> Iterator[Defined]:
    """Everything that equations define; a text that cannot be read is left to the compiler."""
    names = [name for section in KINDS for name in getattr(model, section)]
    own = {name: len(function.arguments) for name, function in model.functions.items()}
    for section in SECTIONS:
        for name, item in getattr(model, section).items():
            texts = _texts(item, (section, name))
            order = (item.equation_order or 1) if section == "state_variables" else 0
            yield Defined(section, name, item, tuple(_read(texts, names, own)), order)


def functions(model: Dynamics) -> dict[str, Defined]:
    """The model's own functions, by name."""
    names = [name for section in KINDS for name in getattr(model, section)]
    own = {name: len(function.arguments) for name, function in model.functions.items()}
    found = {}
    for name, item in model.functions.items():
        texts = _texts(item, ("functions", name))
        clauses = tuple(_read(texts, [*names, *item.arguments], own))
        found[name] = Defined("functions", name, item, clauses)
    return found


def texts(model: Dynamics) -> Iterator[tuple[str, Any, list[tuple[Path, str, str]]]]:
    """Every definition of a model: its section, itself, and (path, text, gives) of its texts."""
    for section in ("functions", *SECTIONS):
        for name, item in getattr(model, section).items():
            yield section, item, list(_texts(item, (section, name)))


def _texts(item: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Path, text and kind of every equation and condition of one definition."""
    for index, case in enumerate(getattr(item, "cases", None) or []):
        yield (*path, "cases", index, "condition"), case.condition or "", TRUTH
        if case.equation and case.equation.rhs:
            yield (*path, "cases", index, "equation", "rhs"), case.equation.rhs, NUMBER
    equation = item.equation
    if equation is None:
        return
    if equation.rhs:
        yield (*path, "equation", "rhs"), equation.rhs, NUMBER
    for index, block in enumerate(equation.conditionals):
        at = (*path, "equation", "conditionals", index)
        yield (*at, "condition"), block.condition or "", TRUTH
        yield (*at, "expression"), block.expression or "", NUMBER


def _read(
    found: Iterator[tuple[Path, str, str]], names: list[str], own: Mapping[str, int]
) -> Iterator[Clause]:
    for path, text, gives in found:
        spans: Spans = {}
        try:
            tree = parse(text, names, own, gives, spans)
        except ExpressionError:  # `True` of a last case, or a fault that the compiler tells
            continue
        yield Clause(path, text, tree, gives, spans)
