"""What a sweep measures: features in words, each of a quantity that an expression gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nullcline.engine import KINDS, Feature
from nullcline.errors import ExpressionError, Problem
from nullcline.expression import Apply, Node, Number, Symbol, is_name, nearest, normal, parse
from nullcline.system import System

Given = str | Sequence[str] | Mapping[str, str]
"""`"amplitude:x"`, several of these, or {own name: feature}."""

ALIASES = {"min": "minimum", "max": "maximum"}
LEVELS = frozenset({"time_above", "period", "frequency"})
"""The kinds that take a level: `time_above:x > 0.5`, `period:x > 0.5`."""
COMPARISONS = frozenset({"<", "<=", ">", ">="})
WORDS = {
    "std": "standard deviation",
    "final": "final value",
    "maxima": "number of maxima",
    "time_above": "time of",
    "lyapunov": "largest Lyapunov exponent",
}
_NAMED = re.compile(r"\s*(\w+)\s*=(?!=)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Measure:
    """A feature with what the result says of it: its text, name in words and unit."""

    feature: Feature
    text: str
    long_name: str
    unit: str | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of the variable in the result."""
        return {"long_name": self.long_name} | ({"units": self.unit} if self.unit else {})


def read(
    system: System, given: Given, outputs: tuple[str, ...], problems: list[Problem]
) -> tuple[Measure, ...]:
    """The features that are asked for; what is wrong goes to `problems`.

    A word alone is measured of each output; the same feature twice is one.
    """
    found: dict[tuple[object, ...], Measure] = {}
    names: set[str] = set()
    for own, text in _texts(given):
        for measure in _measures(system, own, text, outputs, problems):
            feature = measure.feature
            key = (feature.kind, feature.of, feature.threshold, own)
            if key in found:
                continue
            name = _free(feature.name, names)
            found[key] = replace(measure, feature=replace(feature, name=name))
            names.add(name)
    return tuple(found.values())


def _texts(given: Given) -> Iterator[tuple[str | None, str]]:
    if isinstance(given, Mapping):
        yield from ((str(name), str(text)) for name, text in given.items())
        return
    for text in [given] if isinstance(given, str) else given:
        named = _NAMED.fullmatch(str(text))
        yield (named[1], named[2]) if named else (None, str(text))


def _measures(
    system: System, own: str | None, text: str, outputs: tuple[str, ...], problems: list[Problem]
) -> Iterator[Measure]:
    word, colon, expression = (part.strip() for part in text.partition(":"))
    kind = ALIASES.get(word, word)
    if own is not None and not is_name(own):
        problems.append(Problem(f"a feature cannot be called `{own}`", hint="give an identifier"))
    elif kind not in KINDS:
        hint = f"use one of {', '.join(KINDS)}, each alone or as `amplitude:x`"
        message = f"there is no feature `{word}`{nearest(word, [*KINDS, *ALIASES])}"
        problems.append(Problem(message, hint=hint))
    elif kind == "lyapunov":
        if colon:
            problems.append(Problem(f"`{text}`: a Lyapunov exponent is of the whole model"))
        yield Measure(Feature(own or kind, kind, None), kind, WORDS[kind], _per_time(system))
    elif colon:
        if measure := _measure(system, own, kind, expression, problems):
            yield measure
    elif kind == "time_above":
        hint = "write it as `time_above:x > 0.5`"
        problems.append(Problem("the feature `time_above` needs a level", hint=hint))
    else:
        for name in outputs:
            called = own if own is None or len(outputs) == 1 else f"{own}_{name}"
            yield _of(system, called, kind, Symbol(name), name)


def _measure(
    system: System, own: str | None, kind: str, expression: str, problems: list[Problem]
) -> Measure | None:
    """The feature of an expression, or None where that is no expression of the model."""
    try:
        tree = parse(expression, system.names)
    except ExpressionError as error:
        said = [f"the feature `{kind}:{expression}`: {each}" for each in error.sentences()]
        problems.extend(map(Problem, said))
        return None
    if kind not in LEVELS:
        return _of(system, own, kind, tree, expression)
    match tree:
        case Apply("indicator", (Apply(comparison, (left, right)),)) if comparison in COMPARISONS:
            above, level = (left, right) if comparison[0] == ">" else (right, left)
            if (number := _number(level)) is None:
                above, number = Apply("-", (above, level)), 0.0
            return _of(system, own, kind, above, expression, number)
    if kind == "time_above":
        text = f"the feature `{kind}:{expression}` compares nothing"
        problems.append(Problem(text, hint="write it as `time_above:x > 0.5`"))
        return None
    return _of(system, own, kind, tree, expression)


def _of(
    system: System,
    own: str | None,
    kind: str,
    tree: Node,
    text: str,
    level: float | None = None,
) -> Measure:
    slug = re.sub(r"\W+", "_", normal(text)).strip("_") or "expression"
    name = own or f"{kind}_{slug}"
    words = f"{WORDS.get(kind, kind)} of {text}".replace("time of of", "time of")
    unit = _unit(system, kind, tree)
    return Measure(Feature(name, kind, tree, level), f"{kind}:{text}", words, unit)


def _unit(system: System, kind: str, tree: Node) -> str | None:
    if kind in ("period", "time_above"):
        return system.time_unit
    if kind == "frequency":
        return _per_time(system)
    if kind == "maxima" or not isinstance(tree, Symbol):
        return None
    quantities = (*system.parameters, *system.inputs, *system.states)
    units = {item.name: item.unit for item in quantities}
    units |= {item.name: item.unit for item in (*system.constants, *system.auxiliaries)}
    return units.get(tree.name)


def _per_time(system: System) -> str | None:
    return f"1/{system.time_unit}" if system.time_unit else None


def _number(tree: Node) -> float | None:
    match tree:
        case Number(value):
            return float(value)
        case Apply("neg", (Number(value),)):
            return -float(value)
    return None


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first of name_2, name_3, ... that is not taken."""
    longer = (f"{name}_{count}" for count in range(2, len(taken) + 3))
    return next(each for each in (name, *longer) if each not in taken)
