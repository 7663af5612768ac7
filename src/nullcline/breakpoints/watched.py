"""Operations at which an expression in time jumps, bends or peaks, and what to look for there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nullcline.breakpoints.timed import Timed
from nullcline.expression import Apply, Node, Number, walk
from nullcline.system import System

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!=", "min", "max"})
CENTRES = frozenset({"sign", "heaviside", "abs", "sigmoid", "tanh", "erf", "erfc", "atan"})
ZERO, ONE = Number(0), Number(1)


@dataclass(frozen=True)
class Watch:
    """What changes where `left - right` changes its sign ("zero") or `left` its value ("value"),
    or peaks where `left` has an extreme ("peak"); then `bump` is what peaks."""

    kind: str
    left: Node
    right: Node = ZERO
    bump: Node = ZERO

    @property
    def difference(self) -> Node:
        """The expression whose changes count."""
        return self.left if self.right == ZERO else Apply("-", (self.left, self.right))

    @property
    def whole(self) -> Node:
        """The expression that must come back for the changes, or the bumps, to come back."""
        return self.bump if self.kind == "peak" else self.difference


def watches(system: System, timed: Timed) -> Iterator[Watch]:
    """Every one of the system's, what is inside an expression before what is around it.

    Definitions are taken into `timed` on the way.
    """
    needed, done = system.needed, set[Node]()
    items = [item for item in system.definitions if item.name in needed]
    for item in [*items, *(item for item in system.derivatives if item not in items)]:
        nodes = list(walk(item.tree)) if timed.touches(item.tree) else []
        for node in reversed(nodes):
            if isinstance(node, Apply) and node not in done and timed.depends(node):
                done.add(node)
                watch = _watch(node)
                if watch is not None and timed.depends(watch.difference):
                    yield watch
        timed.define(item.name, item.tree)


def _watch(node: Apply) -> Watch | None:
    operation, arguments = node.operation, node.arguments
    first = arguments[0] if arguments else ZERO
    if operation in COMPARISONS:
        return Watch("zero", arguments[0], arguments[1])
    if operation in CENTRES:
        return Watch("zero", *_sides(first))
    if operation == "mod":
        return Watch("value", Apply("floor", (Apply("/", arguments),)))
    if operation in ("floor", "ceil"):
        return Watch("value", node)
    if operation == "exp":
        return Watch("peak", first, bump=node)
    if operation == "/":
        return Watch("peak", arguments[1], bump=Apply("/", (ONE, arguments[1])))
    if operation == "**":
        return Watch("peak", first, bump=node)
    return None


def _sides(tree: Node) -> tuple[Node, Node]:
    if isinstance(tree, Apply) and tree.operation == "-":
        return tree.arguments[0], tree.arguments[1]
    return tree, ZERO
