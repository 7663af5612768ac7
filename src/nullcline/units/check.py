"""Whether the equations of a model agree with the units that it declares, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from nullcline import datamodel, structure
from nullcline.compiler import KINDS
from nullcline.compiler.calls import LARGEST, called, too_many
from nullcline.compiler.calls import parts as parts_of
from nullcline.compiler.order import Cycle
from nullcline.datamodel import Dynamics
from nullcline.errors import Path, Place, Problem, counted
from nullcline.expression import Node, evaluate, symbols, walk
from nullcline.expression.operations import TRUTH
from nullcline.host.showing import lines, table
from nullcline.structure.scalars import Locate
from nullcline.units.clauses import Clause, Defined, defined, functions
from nullcline.units.inference import Inference, Scope
from nullcline.units.measure import BeyondError, Measure, Unknown, spelled, times, unknowns
from nullcline.units.reading import UnitError, parts
from nullcline.units.wording import Side, disagreement, hint
from nullcline.units.zeros import HINT, misused

ARBITRARY = "[arb'U]"
UNREAD = "the equations are too large, or nested too deep, for their units to be checked"


@dataclass(frozen=True)
class Inferred:
    """A unit that nobody declared and that the equations settle: of a quantity, or of a number
    at a column of an equation."""

    name: str
    unit: str
    place: Place
    column: int | None = None

    def __str__(self) -> str:
        number = "" if self.column is None else f" (column {self.column})"
        unit = self.unit if self.unit == "dimensionless" else f"in {self.unit}"
        return f"{self.place}: `{self.name}`{number} is {unit}"


@dataclass(frozen=True, repr=False)
class Units:
    """What a check of units found: every fault, every inferred unit, what stays open."""

    problems: list[Problem] = field(default_factory=list)
    inferred: list[Inferred] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    declared: int = 0

    @property
    def summary(self) -> str:
        """How many faults there are, and how many units are known, in a sentence."""
        known = f"{counted(self.declared, 'unit')} declared, {len(self.inferred)} inferred"
        return f"{counted(len(self.problems), 'fault')} of units ({known}, {len(self.free)} open)"

    def __repr__(self) -> str:
        return lines(self.summary, map(str, [*self.problems, *self.inferred]))

    def _repr_html_(self) -> str:
        faults = [("fault", str(problem)) for problem in self.problems]
        settled = [("inferred", str(item)) for item in self.inferred]
        opened = [("open", name) for name in self.free]
        return table(("", "units"), [*faults, *settled, *opened], self.summary)


def problems(model: Dynamics) -> list[Problem]:
    """Every fault of dimension or scale in the equations of a model, each with its place."""
    return check(model).problems


def check(model: Dynamics, strict: bool = False) -> Units:
    """Check every equation; infer the units of what declares none, and of numbers.

    A number in an equation may stand for a quantity in any unit, as modellers write it; with
    `strict`, numbers are plain numbers. Raises ModelError for a model that cannot be read.
    """
    locate: Locate = getattr(model, "_locate", _inside)
    plain = structure.load(datamodel.Dynamics, structure.dump(model), locate)
    return _Check(plain, locate, strict).done()


class _Check:
    """One check of one model."""

    def __init__(self, model: Dynamics, locate: Locate, strict: bool) -> None:
        self.model, self.locate = model, locate
        self.found = Units()
        self.undeclared: dict[str, tuple[Unknown, bool]] = {}
        self.count = 0
        self.seen: set[tuple[Path, int | None]] = set()
        self.inference = Inference(functions(model), self.disagree, strict)
        self.defined = list(defined(model))
        self._declare()

    def _declare(self) -> None:
        inference, model = self.inference, self.model
        for section in KINDS:
            for name, item in getattr(model, section).items():
                path = (section, name)
                inference.quantities[name] = self._quantity(item.unit, name, (*path, "unit"))
                if item.unit and name not in self.undeclared:
                    inference.texts[name] = item.unit
        for name, function in model.functions.items():
            for argument, item in function.arguments.items():
                at = ("functions", name, "arguments", argument, "unit")
                if item.unit is not None and (known := self._read(item.unit, at)) is not None:
                    inference.arguments[name, argument] = known
        inference.time = self._quantity(model.time_unit, "time_unit", ("time_unit",))
        if not unknowns(inference.time) and inference.time:
            self._check_time()
        values = {name: item.value for name, item in model.parameters.items()}
        inference.values = {n: float(v) for n, v in values.items() if isinstance(v, int | float)}
        self._constants()
        fixed = {*model.parameters, *model.derived_parameters}
        inference.valueless = fixed - inference.values.keys()

    def _check_time(self) -> None:
        from nullcline.units.measure import dimension, dimension_name

        if dimension(time := self.inference.time) not in ({"s": 1}, {}):
            said = f"the unit of time, {self.model.time_unit}, is one of {dimension_name(time)}"
            hint = "write one such as `ms`"
            self.found.problems.append(Problem(said, self.locate(("time_unit",)), hint))

    def _constants(self) -> None:
        """The values of derived parameters, as far as they follow from parameters."""
        values = self.inference.values
        waiting = {
            item.name: item.clauses[0].tree
            for item in self.defined
            if item.section == "derived_parameters" and len(item.clauses) == 1
        }
        while True:
            ready = [
                name
                for name, tree in waiting.items()
                if set(symbols(tree)) <= values.keys() and not _calls(tree)
            ]
            for name in ready:
                with np.errstate(all="ignore"):
                    values[name] = float(evaluate(waiting.pop(name), values))
            if not ready:
                return

    def _read(self, text: str, path: Path) -> Measure | None:
        try:
            return parts(text)
        except UnitError as error:
            self.found.problems.append(Problem(str(error), self.locate(path)))
            return None

    def _quantity(self, text: str | None, name: str, path: Path) -> Measure:
        read = self._read(text, path) if text is not None else None
        if read is not None and ARBITRARY not in read:
            self.count += 1
            return read
        unknown = Unknown("quantity", name, path[:-1])
        self.undeclared[name] = unknown, read is not None
        return {unknown: Fraction(1)}

    # Checking

    def _too_large(self) -> Problem | None:
        """A function with too many parts to be read at each of its calls."""
        own = self.inference.own
        try:
            sizes = parts_of({n: [clause.tree for clause in own[n].clauses] for n in own})
        except Cycle:
            return Problem(UNREAD, self.locate(()))
        clauses = [clause for item in self.defined for clause in item.clauses]
        used = [name for clause in clauses for name in called(clause.tree)]
        for name in (*used, *sizes):
            if (number := sizes.get(name, 0)) > LARGEST:
                message, hint = too_many(name, number)
                return Problem(message, self.locate(("functions", name, "equation")), hint)
        return None

    def done(self) -> Units:
        if (large := self._too_large()) is not None:
            self.found.problems.append(large)
            return self.found
        try:
            for function in self.inference.own.values():
                given = {
                    name: self.inference.arguments.get(
                        (function.name, name), {Unknown("argument", name): Fraction(1)}
                    )
                    for name in function.item.arguments
                }
                self.inference.body(function, given, {}, None)
            for item in self.defined:
                self._definition(item)
        except (BeyondError, RecursionError):
            self.found.problems.append(Problem(UNREAD, self.locate(())))
            return self.found
        for clause, node, verb in misused(self.defined, self.inference):
            self._own_zero(clause, node, verb)
        self._settle()
        return replace(self.found, declared=self.count)

    def _own_zero(self, clause: Clause, node: Node, verb: str) -> None:
        """Note a temperature that counts from a zero of its own where that zero matters."""
        said = f"`{clause.said(node)}` is on a scale with a zero of its own, and {verb} here"
        if (column := clause.column(node)) and len(clause.text) <= 200:
            said += f" (column {column} of `{' '.join(clause.text.split())}`)"
        self.found.problems.append(Problem(said, self.locate(clause.path), HINT))

    def _definition(self, item: Defined) -> None:
        measure = self.inference.quantities[item.name]
        text = self.inference.texts.get(item.name)
        if item.order:
            measure = times(measure, self.inference.time, Fraction(-item.order))
            text = None
        expected = Side(item.said, self.inference.solution.resolve(measure), text)
        for clause in item.clauses:
            if clause.gives == TRUTH:
                self.inference.infer(clause.tree, Scope(clause))
            else:
                self.inference.agree(clause.tree, Scope(clause), expected)

    def disagree(self, scope: Scope, node: Node, one: Side, other: Side) -> None:
        """Note a contradiction, once a place: in a function of the model, at its call."""
        inner = scope.clause.path, scope.clause.column(node)
        calls = []
        while scope.caller:
            scope, call = scope.caller
            calls.append(f"in `{scope.clause.said(call)}`, ")
            node = call
        place = scope.clause.path, scope.clause.column(node)
        if inner in self.seen or (place in self.seen and calls):
            return
        self.seen |= {place} if calls else {inner}
        said = "".join(reversed(calls)) + disagreement(one, other) + self._taken(scope.clause, node)
        if place[1] and len(scope.clause.text) <= 200:
            said += f" (column {place[1]} of `{' '.join(scope.clause.text.split())}`)"
        known = {
            name: own
            for name, own in self.inference.quantities.items()
            if name in self.inference.texts and name in self.model.parameters
        }
        self.found.problems.append(Problem(said, self.locate(place[0]), hint(one, other, known)))

    def _taken(self, clause: Clause, node: Node) -> str:
        """Which units of the term were inferred, and from where."""
        solution = self.inference.solution
        said = ""
        for name in symbols(node):
            unknown = self.undeclared.get(name, (None, False))[0]
            if unknown in solution.origins and unknown is not None:
                value = solution.resolve({unknown: Fraction(1)})
                if not unknowns(value) and (origin := solution.origins[unknown]):
                    said += f"; `{name}` is {_in(value)} by the equation of `{origin}`"
        return said

    # What is left open

    def _settle(self) -> None:
        """Let arbitrary quantities, then numbers, be plain where nothing else settles them."""
        inference, solution = self.inference, self.inference.solution
        arbitrary = [unknown for unknown, said in self.undeclared.values() if said]
        numbers = [unknown for unknown, _, _ in inference.numbers.values()]
        for unknown in (*arbitrary, *numbers):
            solution.equate({unknown: Fraction(1)}, {}, "")
        for name, (unknown, is_arbitrary) in self.undeclared.items():
            value = solution.resolve({unknown: Fraction(1)})
            if unknowns(value):
                self.found.free.append(name)
            elif not is_arbitrary and self.count:
                place = self.locate(unknown.path or ("time_unit",))
                self.found.inferred.append(Inferred(name, spelled(value), place))
        for unknown, clause, node in inference.numbers.values():
            value = solution.resolve({unknown: Fraction(1)})
            if value and not unknowns(value):
                place = self.locate(clause.path)
                column = clause.column(node)
                self.found.inferred.append(Inferred(unknown.name, spelled(value), place, column))


def _in(measure: Measure) -> str:
    text = spelled(measure)
    return text if text == "dimensionless" else f"in {text}"


def _calls(tree: Node) -> bool:
    from nullcline.expression import OWN, Apply

    return any(isinstance(n, Apply) and n.operation.endswith(OWN) for n in walk(tree))


def _inside(path: Path, key: bool = False) -> Place:
    return Place(path)
