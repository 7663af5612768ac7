"""Ways in which an equation, or a number, becomes another one: what translators get wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log10

import numpy as np

from nullcline.expression import Apply, Node, Number, Symbol, evaluate, rebuild, substitute
from nullcline.system import Definition, Quantity, System

Change = Callable[[Node], Node]


def everywhere(change: Change) -> Callable[[System], System]:
    """The system with every node of every equation changed."""

    def changed(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(replace(item, tree=rebuild(item.tree, change)) for item in items)

    return lambda system: replace(
        system,
        constants=changed(system.constants),
        auxiliaries=changed(system.auxiliaries),
        derivatives=changed(system.derivatives),
    )


def where(operation: str, change: Callable[..., Node]) -> Callable[[System], System]:
    """The system with every use of an operation changed: `change` takes its arguments."""

    def each(node: Node) -> Node:
        if isinstance(node, Apply) and node.operation == operation:
            return change(*node.arguments)
        return node

    return everywhere(each)


def apply(operation: str, *arguments: Node | float) -> Node:
    """An operation; numbers may be given as such."""
    nodes = [_number(a) if isinstance(a, int | float) else a for a in arguments]
    return Apply(operation, tuple(nodes))


def _number(value: float) -> Node:
    return Apply("neg", (Number(-value),)) if value < 0 else Number(value)


def other(operation: str) -> Callable[..., Node]:
    """The same arguments, another operation."""
    return lambda *arguments: Apply(operation, arguments)


def swapped(operation: str) -> Callable[[System], System]:
    """The two operands the other way round."""
    return where(operation, lambda a, b: Apply(operation, (b, a)))


def renamed(**names: str) -> Callable[[System], System]:
    """One name written where another was meant."""
    known = {old: Symbol(new) for old, new in names.items()}
    return everywhere(lambda n: known.get(n.name, n) if isinstance(n, Symbol) else n)


def numbers(change: Callable[[float], float]) -> Callable[[System], System]:
    """Every literal changed."""
    return everywhere(lambda n: Number(change(n.value)) if isinstance(n, Number) else n)


def quantities(section: str, change: Callable[[tuple[Quantity, ...]], object]) -> Callable:
    """The numbers of parameters, inputs or states changed."""
    return lambda system: replace(system, **{section: change(getattr(system, section))})


def exchanged(items: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """The first two values the other way round."""
    first, second, *rest = items
    return (replace(first, value=second.value), replace(second, value=first.value), *rest)


def rounded(form: str) -> Callable[[tuple[Quantity, ...]], tuple[Quantity, ...]]:
    """Every value printed with too few digits."""
    return lambda items: tuple(replace(i, value=float(form % i.value)) for i in items)


def baked(*names: str) -> Callable[[System], System]:
    """The default written where the parameter is meant."""

    def bake(system: System) -> System:
        values = {item.name: item.value for item in system.parameters + system.inputs}
        given = {name: _number(values[name]) for name in names}
        return everywhere(lambda n: given.get(n.name, n) if isinstance(n, Symbol) else n)(system)

    return bake


def frozen(system: System) -> System:
    """Derived parameters computed once, from the defaults."""
    values = {item.name: item.value for item in system.parameters}
    found = []
    for item in system.constants:
        values[item.name] = float(evaluate(item.tree, values))
        found.append(replace(item, tree=_number(values[item.name])))
    return replace(system, constants=tuple(found))


def late(system: System) -> System:
    """A derived variable read before it is computed: its value at the start."""
    first, *rest = system.auxiliaries
    values = {i.name: i.value for i in system.parameters + system.states}
    for item in system.constants:
        values[item.name] = float(evaluate(item.tree, values))
    stale = {first.name: _number(float(evaluate(first.tree, values)))}
    rest = [replace(item, tree=substitute(item.tree, stale)) for item in rest]
    return replace(system, auxiliaries=(first, *rest))


def rows(change: Callable[[list[Node]], list[Node]]) -> Callable[[System], System]:
    """The right-hand sides changed, all at once."""

    def changed(system: System) -> System:
        trees = change([item.tree for item in system.derivatives])
        items = zip(system.derivatives, trees, strict=True)
        return replace(system, derivatives=tuple(replace(i, tree=tree) for i, tree in items))

    return changed


def shaped(operation: str, test: Callable[..., Node | None]) -> Callable[[System], System]:
    return where(operation, lambda *a: test(*a) or Apply(operation, a))


def parts(node: Node, operation: str) -> tuple[Node, ...]:
    return node.arguments if isinstance(node, Apply) and node.operation == operation else ()


def unary(a: Node) -> Node | None:
    inner = parts(a, "**")
    return apply("**", apply("neg", inner[0]), inner[1]) if inner else None


def tower(a: Node, b: Node) -> Node | None:
    inner = parts(b, "**")
    return apply("**", apply("**", a, inner[0]), inner[1]) if inner else None


def difference(a: Node, b: Node) -> Node | None:
    inner = parts(b, "-")
    return apply("-", apply("-", a, inner[0]), inner[1]) if inner else None


def quotient(a: Node, b: Node) -> Node | None:
    inner = parts(b, "*")
    return apply("*", apply("/", a, inner[0]), inner[1]) if inner else None


def first_only(a: Node, b: Node) -> Node | None:
    inner = parts(a, "+")
    return apply("+", inner[0], apply("*", inner[1], b)) if inner else None


def times(a: Node, b: Node) -> Node | None:
    inner = parts(b, "-")
    return apply("-", apply("*", a, inner[0]), inner[1]) if inner else None


def whole(a: Node, b: Node) -> Node | None:
    both = isinstance(a, Number) and isinstance(b, Number)
    return apply("floor", Apply("/", (a, b))) if both else None


def mean(c: Node, p: Node, q: Node) -> Node | None:
    inner = parts(c, ">")
    if not inner:
        return None
    share = apply("heaviside", apply("-", *inner))
    return apply("+", apply("*", share, p), apply("*", apply("-", 1, share), q))


def fmod(x: Node, y: Node) -> Node:
    below = apply("neg", apply("mod", apply("neg", x), y))
    return apply("where", apply("<", x, 0), below, apply("mod", x, y))


def truncated(x: Node) -> Node:
    return apply("where", apply("<", x, 0), apply("ceil", x), apply("floor", x))


def unclamped(a: Node, b: Node) -> Node | None:
    inner = parts(a, "max")
    return inner[0] if inner else None


def step(at_zero: str) -> Callable[[Node], Node]:
    return lambda x: apply("where", apply(at_zero, x, 0), 1, 0)


def degrees(x: Node) -> Node:
    return apply("sin", apply("*", x, np.pi / 180))


def shadowed(name: str, operation: str) -> Callable[[System], System]:
    constant = Apply(operation)
    return everywhere(lambda n: constant if n == Symbol(name) else n)


def timescale(factor: float) -> Callable[[System], System]:
    return rows(lambda trees: [apply("*", tree, factor) for tree in trees])


def last_term(trees: list[Node]) -> list[Node]:
    return [parts(tree, "+")[0] if parts(tree, "+") else tree for tree in trees]


def float32(value: float) -> float:
    return float(np.float32(value))


def digits(value: float) -> float:
    return value if value == 0 else round(value, 5 - int(np.floor(log10(value))))


def float32_values(items: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Every value as float32 holds it."""
    return tuple(replace(item, value=float32(item.value)) for item in items)


def zero_values(items: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Every value 0."""
    return tuple(replace(item, value=0.0) for item in items)
