"""A System as a program of register instructions: what the machine runs for many points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nullcline.engine.codes import CODES, FUSED, Code
from nullcline.engine.recent import Recent
from nullcline.errors import ModelError, Problem
from nullcline.expression import OPERATIONS, Apply, Node, Number, Symbol, nearest, symbols
from nullcline.system import System
from nullcline.trajectory import Array

LARGEST_POWER = 8
"""The largest whole exponent that becomes multiplications (relative error below 1e-15)."""


@dataclass(frozen=True)
class Program:
    """Instructions (op, result, a, b, c) over registers; each register is one number a point.

    Register 0 holds the time and the next `states` ones the states. `base` (registers,) has every
    number that is known beforehand: initial values, parameters, literals. `prologue` computes
    what depends on parameters alone, once a point; `field` then gives the derivatives, in the
    registers `derivatives`, and `watch` what else was asked for, in the registers `watched`;
    `sources` are the states that it reads.
    `places` are the registers of parameters, inputs and initial values by name, those that
    nothing depends on left out. No section reads a temporary of another.
    """

    states: int
    registers: int
    base: Array
    places: Mapping[str, int]
    prologue: Code
    field: Code
    watch: Code
    derivatives: Code
    watched: Code
    sources: Code
    timed: bool


def program(
    system: System, values: Mapping[str, float] | None = None, watched: Sequence[Node] = ()
) -> Program:
    """The program of a system, `values` replacing declared numbers and initial values by name.

    The last ones are remembered. Raises ModelError for a name in `watched` that the model does
    not declare.
    """

    def translated() -> Program:
        graph = _Graph(system, watched)
        derivatives = [graph.number(item.tree) for item in system.derivatives]
        return graph.program(derivatives, [graph.number(tree) for tree in watched])

    found = RECENT.of(system, tuple(watched), translated)
    base = found.base.copy()
    for name, value in {**_declared(system), **(values or {})}.items():
        if name in found.places:
            base[found.places[name]] = value
    return replace(found, base=base)


RECENT: Recent[Program] = Recent(16)


@dataclass
class _Graph:
    """Every value that is computed, once: literals, names, and operations on other values.

    A value is a number; `keys[value]` is what it is, `varies[value]` whether it depends on
    the time or a state.
    """

    system: System
    watched: Sequence[Node]
    keys: list[tuple[object, ...]] = field(default_factory=list)
    varies: list[bool] = field(default_factory=list)
    known: dict[tuple[object, ...], int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        system = self.system
        self.value(("time",), True)
        for item in system.states:
            self.names[item.name] = self.value(("state", item.name), True)
        needed = self.needed()
        for item in system.parameters + system.inputs:
            if item.name in needed:
                self.names[item.name] = self.value(("parameter", item.name), False)
        for definition in system.constants + system.auxiliaries:
            if definition.name in needed:
                self.names[definition.name] = self.number(definition.tree)

    def needed(self) -> frozenset[str]:
        """The names that a derivative or a watched expression depends on."""
        system = self.system
        declared = set(system.names)
        needed = {name for item in system.derivatives for name in symbols(item.tree)}
        for tree in self.watched:
            for name in symbols(tree):
                if name not in declared:
                    hint = nearest(name, declared)
                    raise ModelError([Problem(f"{system.name} has no `{name}`{hint}")])
                needed.add(name)
        return system.reached(needed)

    def value(self, key: tuple[object, ...], varies: bool) -> int:
        """The number of this value, a new one if nothing has the key yet."""
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = len(self.keys)
            self.keys.append(key)
            self.varies.append(varies)
        return found

    def literal(self, number: float) -> int:
        return self.value(("literal", float(number), str(float(number))), False)

    def apply(self, operation: str, *arguments: int) -> int:
        varies = any(self.varies[argument] for argument in arguments)
        return self.value((operation, *arguments), varies)

    def number(self, tree: Node) -> int:
        """The value of a tree."""
        if isinstance(tree, Symbol):
            return self.names[tree.name]
        if isinstance(tree, Number):
            return self.literal(tree.value)
        operation = tree.operation
        if not tree.arguments:
            return 0 if operation == "time" else self.literal(OPERATIONS[operation].meaning())
        if operation == "**" and (whole := _whole(tree.arguments[1])) is not None:
            return self.power(self.number(tree.arguments[0]), whole)
        arguments = [self.number(argument) for argument in tree.arguments]
        if operation == "indicator":  # truths are 1 and 0 in their registers
            return arguments[0]
        if operation == "neg" and self.keys[arguments[0]][0] == "literal":
            return self.literal(-float(self.keys[arguments[0]][1]))  # type: ignore[arg-type]
        return self.apply(operation, *arguments)

    def power(self, base: int, exponent: int) -> int:
        """Whole powers as products."""
        if exponent < 0:
            return self.apply("/", self.literal(1.0), self.power(base, -exponent))
        if exponent == 0:
            return self.literal(1.0)
        result = base
        for bit in bin(exponent)[3:]:
            result = self.apply("*", result, result)
            result = self.apply("*", result, base) if bit == "1" else result
        return result

    def reached(self, roots: Iterable[int]) -> list[int]:
        """The operations that the roots depend on, in an order of evaluation."""
        found: set[int] = set()
        stack = list(roots)
        while stack:
            value = stack.pop()
            if self.keys[value][0] in CODES and value not in found:
                found.add(value)
                stack.extend(self.keys[value][1:])  # type: ignore[arg-type]
        return sorted(found)

    def program(self, derivatives: list[int], watched: list[int]) -> Program:
        """Registers for every value: own ones for what stays, shared ones for the rest."""
        every = self.reached([*derivatives, *watched])
        fixed = [v for v, key in enumerate(self.keys) if key[0] not in CODES]
        fixed += [value for value in every if not self.varies[value]]
        places = {value: register for register, value in enumerate(fixed)}
        prologue = [value for value in every if not self.varies[value]]
        sections = [_Section(self, places, roots) for roots in (derivatives, watched)]
        registers = max([len(fixed), *(section.registers for section in sections)])
        base, declared = np.zeros(registers), _declared(self.system)
        for value in fixed:
            base[places[value]] = self.start(value, declared)
        return Program(
            states=len(self.system.states),
            registers=registers,
            base=base,
            places={
                str(key[1]): places[value]
                for value, key in enumerate(self.keys)
                if key[0] in ("state", "parameter")
            },
            prologue=_code(self.keys, prologue, places),
            field=sections[0].code,
            watch=sections[1].code,
            derivatives=sections[0].roots,
            watched=sections[1].roots,
            sources=np.array(self.sources(watched), dtype=np.int32),
            timed="time" in self.system.operations,
        )

    def sources(self, roots: list[int]) -> list[int]:
        """The states, by their place among all, that the roots depend on."""
        used: set[object] = set(roots)
        for value in self.reached(roots):
            used.update(self.keys[value][1:])
        names = [item.name for item in self.system.states]
        return [place for place, name in enumerate(names) if self.names[name] in used]

    def start(self, value: int, declared: Mapping[str, float]) -> float:
        """What a register holds at first."""
        kind, *rest = self.keys[value]
        if kind == "literal":
            return float(rest[0])  # type: ignore[arg-type]
        if kind not in ("state", "parameter"):
            return 0.0
        return float(declared[str(rest[0])])


class _Section:
    """One list of instructions; a temporary's register is free again after its last use."""

    def __init__(self, graph: _Graph, places: Mapping[int, int], roots: list[int]) -> None:
        reached = [value for value in graph.reached(roots) if graph.varies[value]]
        keys = self.fused(graph, reached, roots)
        values = [value for value in reached if value in keys]
        last: dict[int, int] = {}
        for step, value in enumerate(values):
            for argument in keys[value][1:]:
                last[argument] = step  # type: ignore[index]
        last |= dict.fromkeys(roots, len(values))
        own, free, self.registers = dict(places), list[int](), len(places)
        for step, value in enumerate(values):
            for argument in {*keys[value][1:]}:
                if last[argument] == step and argument not in places:  # type: ignore[index]
                    free.append(own[argument])  # type: ignore[index]
            if free:
                own[value] = free.pop()
            else:
                own[value], self.registers = self.registers, self.registers + 1
        self.code = _code(keys, values, own)
        self.roots = np.array([own[root] for root in roots], dtype=np.int32)

    def fused(
        self, graph: _Graph, values: list[int], roots: list[int]
    ) -> dict[int, tuple[object, ...]]:
        """What each value is, products being part of the one sum that uses them."""
        uses = Counter(argument for value in values for argument in graph.keys[value][1:])
        uses.update(roots)
        keys = {value: graph.keys[value] for value in values}
        for value in values:
            operation, *arguments = keys[value]
            for place, product in enumerate(arguments if operation in FUSED else ()):
                inner = keys.get(product)  # type: ignore[call-overload]
                if inner and inner[0] == "*" and uses[product] == 1:
                    name = "c-a*b" if operation == "-" and place else FUSED[str(operation)]
                    keys[value] = (name, *inner[1:], arguments[1 - place])
                    del keys[product]  # type: ignore[arg-type]
                    break
        return keys


def _code(
    keys: Mapping[int, tuple[object, ...]] | Sequence[tuple[object, ...]],
    values: Sequence[int],
    places: Mapping[int, int],
) -> Code:
    code = np.zeros((len(values), 5), dtype=np.int32)
    for row, value in enumerate(values):
        operation, *arguments = keys[value]
        registers = [places[argument] for argument in arguments]  # type: ignore[index]
        code[row, : 2 + len(registers)] = [CODES[str(operation)], places[value], *registers]
    return code


def _declared(system: System) -> dict[str, float]:
    return {item.name: item.value for item in system.parameters + system.inputs + system.states}


def _whole(tree: Node) -> int | None:
    """The small whole number that a tree is, if it is one."""
    sign = 1
    if isinstance(tree, Apply) and tree.operation == "neg":
        sign, tree = -1, tree.arguments[0]
    if isinstance(tree, Number) and tree.value <= LARGEST_POWER and tree.value == int(tree.value):
        return sign * int(tree.value)
    return None
