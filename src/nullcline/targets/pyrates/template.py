"""A System as the text of a PyRates template: one operator, one node `p`, one circuit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nullcline.errors import Unsupported
from nullcline.expression import Apply, Node, Symbol, operations, rebuild, write
from nullcline.system import Definition, Quantity, System
from nullcline.targets.pyrates.lowering import Lowering, risky
from nullcline.targets.pyrates.names import exported, refused, stem
from nullcline.targets.pyrates.plain import DIALECT, is_plain

NODE = "p"
HELPERS = ("zero", "one")


@dataclass(frozen=True)
class Names:
    """What a template calls everything; two exports of one System agree on it."""

    operator: str
    circuit: str
    declared: dict[str, str]
    clock: str

    def path(self, name: str) -> str:
        """How PyRates addresses a declared name."""
        return self.path_of(self.declared[name])

    def path_of(self, written: str) -> str:
        """How PyRates addresses a name of the template."""
        return f"{NODE}/{self.operator}/{written}"


def names_of(system: System) -> Names:
    """The names in the template of a System; the clock is the first of clock, clock_, ... free."""
    declared = exported(system.names)
    taken = set(declared.values())
    name = stem(system.name)
    return Names(f"{name}_op", f"{name}_circuit", declared, _free("clock", taken))


def _free(name: str, taken: set[str]) -> str:
    while name in taken or refused(name):
        name += "_"
    return name


class Template:
    """One export: collects equations and variables, then writes them."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.names = names_of(system)
        self.taken = {self.names.clock, *self.names.declared.values()}
        self.helpers: dict[str, float] = {}
        self.helper_names = {value: self.new(name, "") for value, name in enumerate(HELPERS)}
        self.equations: list[tuple[str, str]] = []
        self.lines = self.lowering()
        self.timed = any("time" in operations(item.tree) for item in system.definitions)

    def new(self, base: str, mark: str = "_1") -> str:
        """A name that nothing else has."""
        name, count = base + mark, 1
        while name in self.taken or refused(name):
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name)
        return name

    def helper(self, value: int) -> str:
        """The parameter that holds 0 or 1, declared when it is needed."""
        name = self.helper_names[value]
        self.helpers[name] = float(value)
        return name

    def lowering(self) -> Lowering:
        """The writer of equations that are not left as they are."""
        defined = self.system.constants + self.system.auxiliaries
        fragile: frozenset[str] = frozenset()
        for item in defined:
            if risky(item.tree, fragile):
                fragile |= {item.name}
        return Lowering(
            self.names.declared,
            {item.name: item for item in defined},
            fragile,
            self.names.clock,
            self.helper,
            self.new,
        )

    def text(self) -> str:
        """The whole template."""
        for item in self.system.constants + self.system.auxiliaries:
            self.define(item, f"{self.names.declared[item.name]} = ")
        for item in self.system.derivatives:
            self.define(item, f"d/dt * {self.names.declared[item.name]} = ")
        if self.timed:
            self.equations.append(("", f"d/dt * {self.names.clock} = 1.0*{self.helper(1)}"))
        return "\n".join([*self.head(), *self.operator(), *self.circuit(), ""])

    def define(self, item: Definition, left: str) -> None:
        """Add the equation of one definition: as written, or in lines of one operation."""
        tree = self.clocked(item.tree)
        if self.stays(tree):
            text = write(tree, replace(DIALECT, names=self.names.declared))
            self.equations.append(("", left + text))
            return
        start = len(self.lines.lines)
        text = self.lines.define(item, self.names.declared[item.name])
        added = [f"{name} = {line}" for name, line in self.lines.lines[start:]]
        comment = left + " ".join((item.text or write(item.tree)).split())
        for index, equation in enumerate([*added, left + text]):
            self.equations.append(("" if index else comment, equation))

    def clocked(self, tree: Node) -> Node:
        """The tree with the time as a variable."""
        time = Apply("time")
        return rebuild(tree, lambda node: Symbol(self.names.clock) if node == time else node)

    def stays(self, tree: Node) -> bool:
        """Whether the equation can be left as its author wrote it."""
        if isinstance(tree, Symbol):
            return tree.name in {item.name for item in self.system.states}
        return is_plain(tree)

    def head(self) -> Iterator[str]:
        """Comments on what this is and what was renamed."""
        unit = f", time in {self.system.time_unit}" if self.system.time_unit else ""
        yield _comment(f"{self.system.name}: a PyRates template written by Nullcline{unit}.")
        for line in (self.system.description or "").splitlines():
            yield _comment(line)
        for declared, name in self.names.declared.items():
            if declared != name:
                yield _comment(f"renamed: {declared} -> {name}")
        if self.timed:
            yield _comment(f"the time t is the state {self.names.clock}")

    def operator(self) -> Iterator[str]:
        """The operator with its equations and variables."""
        yield f"{_key(self.names.operator)}:"
        yield "  base: OperatorTemplate"
        yield "  equations:"
        for comment, equation in self.equations:
            if comment:
                yield "    " + _comment(comment)
            yield f"    - {json.dumps(equation, ensure_ascii=False)}"
        yield "  variables:"
        for item, kind in self.variables():
            note = ", ".join(filter(None, [item.description, item.unit and f"[{item.unit}]"]))
            comment = "  " + _comment(note) if note else ""
            yield f"    {_key(item.name)}: {kind.format(_number(item.value))}{comment}"

    def variables(self) -> Iterator[tuple[Quantity, str]]:
        """Every variable under its exported name, and the form of its value."""
        declared = self.names.declared
        for index, item in enumerate(self.system.states):
            yield _renamed(item, declared), "variable({})" if index else "output({})"
        if self.timed:
            yield Quantity(self.names.clock, 0.0), "variable({})"
        for item in self.system.parameters:
            yield _renamed(item, declared), "{}"
        for item in self.system.inputs:
            yield _renamed(item, declared), "input({})"
        for name, value in self.helpers.items():
            yield Quantity(name, value), "{}"
        for definition in self.system.constants + self.system.auxiliaries:
            note = Quantity(definition.name, 0.0, definition.unit, definition.description)
            yield _renamed(note, declared), "variable({})"
        for name, _ in self.lines.lines:
            yield Quantity(name, 0.0), "variable({})"

    def circuit(self) -> Iterator[str]:
        """The node and the circuit."""
        node = self.names.operator.removesuffix("_op") + "_node"
        yield from (f"{_key(node)}:", "  base: NodeTemplate", "  operators:")
        yield f"    - {_key(self.names.operator)}"
        yield from (f"{_key(self.names.circuit)}:", "  base: CircuitTemplate", "  nodes:")
        yield f"    {NODE}: {_key(node)}"


def export(system: System) -> str:
    """The PyRates template of a System."""
    if not system.states:
        raise Unsupported("a model without state variables", "pyrates")
    try:
        return Template(system).text()
    except RecursionError:
        raise Unsupported("an equation nested this deeply", "pyrates") from None


def _renamed(item: Quantity, names: dict[str, str]) -> Quantity:
    return replace(item, name=names[item.name])


def _number(value: float) -> str:
    """A float in a form that every YAML reader takes for a float."""
    text = repr(float(value))
    mantissa, mark, exponent = text.partition("e")
    if mark and "." not in mantissa:
        mantissa += ".0"
    sign = "" if not mark or exponent.startswith("-") else "+"
    return mantissa + mark + sign + exponent.removeprefix("+")


def _key(name: str) -> str:
    """A name as a YAML key: quoted where YAML 1.1 or 1.2 reads something else."""
    words = ("y", "n", "yes", "no", "on", "off", "true", "false", "null", "")
    plain = name.isascii() and name.lower() not in words and not name.startswith("_")
    return name if plain else json.dumps(name, ensure_ascii=False)


def _comment(text: str) -> str:
    """One line of comment, whatever the text holds."""
    return "# " + "".join(sign if sign.isprintable() else " " for sign in text).strip()
