"""A model in other units: its numbers divided, its equations given factors where it matters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nullcline.compiler import KINDS
from nullcline.datamodel import Dynamics
from nullcline.datamodel.record import is_set
from nullcline.errors import ExpressionError, ModelError, Path, Problem
from nullcline.expression import Apply, Number, Spans, Symbol, parse
from nullcline.expression import nearest as meant
from nullcline.expression.operations import NUMBER
from nullcline.structure import kept
from nullcline.structure.scalars import Locate
from nullcline.units.clauses import texts
from nullcline.units.magnitude import magnitude
from nullcline.units.measure import Measure, dimension, dimension_name, over
from nullcline.units.reading import UnitError, parts
from nullcline.units.zeros import OWN_ZERO

Factor = Fraction | float
SCALED = ("value", "initial_value", "reported_optimum", "explored_values", "default")
HELD = frozenset({"equation_order", "derivative_initial_value"})
"""What changes the dynamics and can be converted all the same."""
UNSCALED = OWN_ZERO | {"[arb'U]"}


@dataclass
class Conversion:
    """Old numbers are new ones times `factors` by name; old times are new ones times `time`."""

    model: Dynamics
    locate: Locate
    factors: dict[str, Factor] = field(default_factory=dict)
    time: Factor = Fraction(1)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, path: Path, message: str, hint: str | None = None) -> None:
        """Note why something cannot be converted."""
        self.problems.append(Problem(message, self.locate(path), hint))


def convert(model: Dynamics, units: Mapping[str, str], locate: Locate) -> None:
    """Change a model, in place, to other units of its variables, parameters and time (`t`).

    Raises ModelError with a sentence for every unit that does not suit and for whatever the
    model holds that cannot be converted.
    """
    done = Conversion(model, locate)
    for path, slot, _ in kept(model):
        if slot.get("kept") == "dynamics" and path[-1] not in HELD:
            done.refuse(path, f"{slot['feature']}: a model with it cannot be converted")
    sections = {name: section for section in KINDS for name in getattr(model, section)}
    clock = next((name for name in ("t", "time") if name not in sections), None)
    for name, text in units.items():
        if name == clock:
            done.time = _factor(done, ("time_unit",), "the time", model.time_unit, text)
        elif name in sections:
            path = (sections[name], name)
            old = getattr(model, path[0])[name].unit
            done.factors[name] = _factor(done, path, f"`{name}`", old, text)
        else:
            known = [*sections, *([clock] if clock else [])]
            done.refuse((), f"{model.name} has nothing called `{name}`{meant(name, known)}")
    if done.problems:
        raise ModelError(done.problems)
    try:
        _rewrite(done)
        for name in done.factors:
            item = getattr(model, sections[name])[name]
            _scale(done, (sections[name], name), item)
            item.unit = units[name]
    except (OverflowError, ZeroDivisionError):
        done.refuse((), "the numbers would be too large for float64 in these units")
    if clock is not None and clock in units:
        model.time_unit = units[clock]
    if done.problems:
        raise ModelError(done.problems)


def _factor(done: Conversion, path: Path, said: str, old: str | None, new: str) -> Factor:
    """How many old units one new unit is."""
    if not isinstance(new, str):
        done.refuse(path, f"{said} cannot be converted to {new!r}: a unit is a text")
        return Fraction(1)
    if old is None:
        done.refuse(path, f"{said} has no unit to be converted from", "declare its `unit`")
        return Fraction(1)
    try:
        before, after = parts(old), parts(new)
    except UnitError as error:
        done.refuse(path, f"{said}: {error}")
        return Fraction(1)
    if dimension(before) != dimension(after):
        names = dimension_name(before), dimension_name(after)
        done.refuse(
            path, f"{said} is in {old} ({names[0]}), which cannot become {new} ({names[1]})"
        )
        return Fraction(1)
    ratio = over(after, before)
    if strange := UNSCALED & ratio.keys():
        done.refuse(path, f"{said}: {min(strange)} is no multiple of another unit")
    return exact(ratio)


def exact(ratio: Measure) -> Factor:
    """The number that a measure without dimension is, as a fraction where its powers are whole."""
    whole, rest = Fraction(1), 1.0
    for code, power in ratio.items():
        one = (magnitude(code) or (Fraction(1), {}))[0]
        if power.denominator == 1:
            whole *= one**power.numerator
        else:
            rest *= float(one) ** float(power)
    return whole if rest == 1.0 else float(whole) * rest


def _rewrite(done: Conversion) -> None:
    """Put the factors into every equation in which a converted name stands."""
    for section, item, found in texts(done.model):
        root: Factor = Fraction(1)
        if section != "functions":
            root = _divided(Fraction(1), done.factors.get(item.name, Fraction(1)))
        if section == "state_variables":
            for _ in range(item.equation_order or 1):
                root = root * done.time
        local = frozenset(item.arguments) if section == "functions" else frozenset[str]()
        for path, text, gives in found:
            _put(item, path[2:], _spliced(done, text, local, gives, root))


def _put(item: Any, path: Path, text: str) -> None:
    for part in path[:-1]:
        item = item[part] if isinstance(part, int) else getattr(item, part)
    setattr(item, str(path[-1]), text)


def _spliced(done: Conversion, text: str, local: frozenset[str], gives: str, root: Factor) -> str:
    """A text with factors at the names that were converted, and at the whole."""
    names = [name for section in KINDS for name in getattr(done.model, section)]
    own = {name: len(item.arguments) for name, item in done.model.functions.items()}
    spans: Spans = {}
    try:
        tree = parse(text, [*names, *local], own, gives, spans)
    except ExpressionError:  # `True` of a last case
        return text
    places: dict[int, tuple[int, Factor]] = {}
    for node, start, end in spans.values():
        if isinstance(node, Symbol) and node.name not in local:
            places[start] = end, done.factors.get(node.name, Fraction(1))
        elif node == Apply("time"):
            places[start] = end, done.time
    new = text
    for start, (end, factor) in sorted(places.items(), reverse=True):
        if factor != 1:
            new = f"{new[:start]}({text[start:end]}{_by(factor)}){new[end:]}"
    if gives != NUMBER or root == 1:
        return new
    bracketed = spans[id(tree)][1] > len(text) - len(text.lstrip())
    bare = bracketed or isinstance(tree, Symbol | Number) or tree.operation in ("*", "/")
    return f"{new}{_by(root)}" if bare else f"({new}){_by(root)}"


def _by(factor: Factor) -> str:
    if isinstance(factor, Fraction):
        if factor.denominator == 1 and factor.numerator < 10**15:
            return f"*{factor.numerator}"
        if factor.numerator == 1 and factor.denominator < 10**15:
            return f"/{factor.denominator}"
    return f"*{float(factor)!r}"


def _scale(done: Conversion, path: Path, item: Any) -> None:
    """Divide every number that a declaration holds."""
    factor = done.factors[str(path[-1])]
    for slot in SCALED:
        if is_set(value := getattr(item, slot, None)):
            setattr(item, slot, _scaled(done, (*path, slot), value, factor))
    if getattr(item, "derivative_initial_value", None) is not None:
        rate = _divided(factor, done.time)
        item.derivative_initial_value = _divided(item.derivative_initial_value, rate)
    for slot in ("distribution", "element_domains"):
        if is_set(getattr(item, slot, None)):
            done.refuse((*path, slot), f"the {slot} of `{path[-1]}` cannot be converted")
    domain = getattr(item, "domain", None)
    if domain is not None:
        if domain.log_scale and domain.step is not None:
            done.refuse((*path, "domain"), "a step on a logarithmic scale cannot be converted")
        for end in ("lo", "hi", "step", "explored_values"):
            if is_set(value := getattr(domain, end)):
                setattr(domain, end, _scaled(done, (*path, "domain", end), value, factor))


def _scaled(done: Conversion, path: Path, value: Any, factor: Factor) -> Any:
    if isinstance(value, list):
        return [_scaled(done, path, item, factor) for item in value]
    try:
        return _divided(float(value), factor)
    except (TypeError, ValueError):
        done.refuse(path, f"{str(value)[:60]!r} is no number that could be converted")
        return value


def _divided(value: Any, factor: Factor) -> Any:
    """A quotient, rounded once where both are known exactly."""
    if isinstance(value, float) and isinstance(factor, Fraction) and math.isfinite(value):
        return float(Fraction(value) / factor)
    return value / (factor if isinstance(value, Fraction) else float(factor))
