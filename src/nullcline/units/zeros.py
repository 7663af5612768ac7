"""Temperatures on scales with a zero of their own, of which only a difference has a meaning."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nullcline.expression import OWN, Apply, Node, Symbol, walk
from nullcline.units.clauses import Clause, Defined
from nullcline.units.inference import Inference
from nullcline.units.measure import Measure

OWN_ZERO = frozenset({"Cel"})
"""The UCUM codes of these scales."""
KEEPS = frozenset({"neg", "abs", "min", "max", "floor", "ceil"})
"""Operations whose value stands on the scale of their arguments."""
HINT = "add 273.15 for kelvin, or write a difference, such as `(T - T0)`"


def misused(
    defined: Collection[Defined], inference: Inference
) -> Iterator[tuple[Clause, Node, str]]:
    """Every place where such a quantity multiplies, or has a power, and stands in no difference.

    Gives the clause, the part that is at fault, and a sentence.
    """
    scales = {
        name
        for name, measure in inference.quantities.items()
        if name in inference.texts and _on_scale(measure)
    }
    scales -= {item.name for item in defined if item.name in scales and _difference(item, scales)}
    for item in defined:
        for clause in item.clauses:
            yield from _clause(clause, frozenset(scales))
    for name, function in inference.own.items():
        local = {
            argument
            for argument in function.item.arguments
            if _on_scale(inference.arguments.get((name, argument), {}))
        }
        local |= _passed(name, function, [*defined, *inference.own.values()], scales)
        hidden = set(function.item.arguments) - local
        for clause in function.clauses:
            yield from _clause(clause, frozenset((scales - hidden) | local))


def _on_scale(measure: Measure) -> bool:
    return len(measure) == 1 and all(code in OWN_ZERO and measure[code] == 1 for code in measure)


def _difference(item: Defined, scales: Collection[str]) -> bool:
    """Tell whether a definition is a difference of temperatures itself."""
    return bool(item.clauses) and all(
        isinstance(clause.tree, Apply)
        and clause.tree.operation == "-"
        and all(stands(part, scales) for part in clause.tree.arguments)
        for clause in item.clauses
    )


def _passed(
    name: str, function: Defined, defined: Collection[Defined], scales: Collection[str]
) -> set[str]:
    """The arguments of a function that such a quantity is given for in some call."""
    found: set[str] = set()
    for item in defined:
        for clause in item.clauses:
            for node in walk(clause.tree):
                if isinstance(node, Apply) and node.operation == name + OWN:
                    pairs = zip(function.item.arguments, node.arguments, strict=False)
                    found |= {argument for argument, part in pairs if stands(part, scales)}
    return found


def stands(node: Node, scales: Collection[str]) -> bool:
    """Tell whether a part is on such a scale: a quantity of it, and no difference or sum."""
    if isinstance(node, Symbol):
        return node.name in scales
    if not isinstance(node, Apply):
        return False
    if node.operation == "where":
        return any(stands(part, scales) for part in node.arguments[1:])
    return node.operation in KEEPS and any(stands(part, scales) for part in node.arguments)


def _clause(clause: Clause, scales: frozenset[str]) -> Iterator[tuple[Clause, Node, str]]:
    """The faults of one text."""
    if not scales:
        return
    inner: set[int] = set()
    for node in walk(clause.tree):
        if not isinstance(node, Apply) or id(node) in inner:
            continue
        if node.operation in ("*", "/"):
            yield from _product(clause, node, scales, inner)
        elif node.operation in ("**", "sqrt") and stands(node.arguments[0], scales):
            yield clause, node.arguments[0], "has a power"


def _product(
    clause: Clause, node: Apply, scales: frozenset[str], inner: set[int]
) -> Iterator[tuple[Clause, Node, str]]:
    """The faults of a product; a ratio of a difference to a width has none."""
    factors: list[tuple[Node, int]] = []
    todo: list[tuple[Node, int]] = [(node, 1)]
    while todo:
        part, power = todo.pop()
        if isinstance(part, Apply) and part.operation in ("*", "/"):
            inner.add(id(part))
            first, second = part.arguments
            todo += [(second, -power if part.operation == "/" else power), (first, power)]
        else:
            factors.append((part, power))
    between = {power for part, power in factors if _between(part, scales)}
    for part, power in factors:
        if stands(part, scales) and -power not in between:
            yield clause, part, "multiplies" if power > 0 else "divides"


def _between(node: Node, scales: frozenset[str]) -> bool:
    """Tell whether a part is a difference of such quantities, or of one and a number."""
    if not isinstance(node, Apply):
        return False
    if node.operation in KEEPS:
        return any(_between(part, scales) for part in node.arguments)
    parts = node.arguments if node.operation in ("+", "-") else ()
    return any(stands(part, scales) or _between(part, scales) for part in parts)
