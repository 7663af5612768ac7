"""The derivative of a tree: the table of every operation's partial derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from nullcline.errors import Unsupported
from nullcline.expression.parse import parse
from nullcline.expression.tree import Apply, Node, Number, Symbol, fold, substitute

ZERO, ONE = Number(0), Number(1)

SMOOTH: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{"+": ("1", "1"), "-": ("1", "-1"), "neg": ("-1",)},
        "*": ("y", "x"),
        "/": ("1/y", "-(x/y/y)"),
        "**": ("y*x**(y - 1)", "where(x == 0, 0, x**y*log(x))"),
        **{"pi": (), "e": (), "time": ()},
        "exp": ("exp(x)",),
        "expm1": ("exp(x)",),
        "log": ("1/x",),
        "log10": ("1/(x*log(10))",),
        "log2": ("1/(x*log(2))",),
        "log1p": ("1/(1 + x)",),
        "sqrt": ("1/(2*sqrt(x))",),
        "sin": ("cos(x)",),
        "cos": ("-sin(x)",),
        "tan": ("1/cos(x)**2",),
        "sinh": ("cosh(x)",),
        "cosh": ("sinh(x)",),
        "tanh": ("1/cosh(x)**2",),
        "asin": ("1/sqrt((1 - x)*(1 + x))",),
        "acos": ("-(1/sqrt((1 - x)*(1 + x)))",),
        "atan": ("1/(1 + x**2)",),
        "asinh": ("1/sqrt(1 + x**2)",),
        "acosh": ("1/(sqrt(x - 1)*sqrt(x + 1))",),
        "atanh": ("1/((1 - x)*(1 + x))",),
        "atan2": ("y/(x**2 + y**2)", "-(x/(x**2 + y**2))"),
        "sigmoid": ("sigmoid(x)*sigmoid(-x)",),
        "erf": ("2/sqrt(pi)*exp(-x**2)",),
        "erfc": ("-(2/sqrt(pi)*exp(-x**2))",),
        "abs": ("sign(x)",),
        "mod": ("1", "-floor(x/y)"),
    }
)
"""The partial derivative by each argument, the arguments being x and y. Where `abs` has a kink it
is 0; where `mod` jumps it is that of the branch which holds there."""

CHOICES: Mapping[str, str] = MappingProxyType({"min": "x <= y", "max": "x >= y"})
"""The condition under which the first argument is the value; `where` has its own."""

FLAT = frozenset({"sign", "heaviside", "floor", "ceil", "indicator", "and", "or", "not"}) | {
    *("<", "<=", ">", ">=", "==", "!=")
}
"""What is constant between its jumps: the derivative is 0, at the jumps too."""


def derivative(tree: Node, name: str) -> Node:
    """The partial derivative of a tree by a symbol.

    At kinks it is one of the one-sided derivatives or 0 (see the tables); a jump counts nothing.
    Raises Unsupported for a model's own function, which a System never holds.
    """
    return differential(tree, {name: ONE})


def differential(tree: Node, changes: Mapping[str, Node]) -> Node:
    """The sum over symbols of the partial derivative times that symbol's change.

    With the changes of what a tree depends on it is the chain rule; with the components of a
    vector, the derivative along that vector. Only 0 and 1 are folded away.
    """

    def changed(node: Node, inner: tuple[Node, ...]) -> Node:
        if isinstance(node, Symbol):
            return changes.get(node.name, ZERO)
        if isinstance(node, Number) or node.operation in FLAT:
            return ZERO
        if node.operation == "where":
            return choice(node.arguments[0], *inner[1:])
        if all(change == ZERO for change in inner):
            return ZERO
        if node.operation in CHOICES:
            return choice(_filled(CHOICES[node.operation], "truth", node.arguments), *inner)
        total: Node = ZERO
        for index, change in enumerate(inner):
            if change != ZERO:
                total = add(total, multiply(_partial(node, index), change))
        return total

    return fold(tree, changed)


def _partial(tree: Apply, index: int) -> Node:
    """The partial derivative of an operation by one of its arguments."""
    if tree.operation not in SMOOTH:
        raise Unsupported(f"the derivative of `{tree.operation}`")
    first, *rest = tree.arguments
    if tree.operation == "**" and index == 0 and isinstance(rest[0], Number):
        return _power(first, rest[0].value)
    return _filled(SMOOTH[tree.operation][index], "number", tree.arguments)


def _power(base: Node, exponent: float) -> Node:
    """The derivative of base**exponent by its base, with the exponent's number worked out."""
    if exponent == 0:
        return ZERO
    less = exponent - 1
    number: Node = Number(less) if less >= 0 else Apply("neg", (Number(-less),))
    power = base if less == 1 else ONE if less == 0 else Apply("**", (base, number))
    return multiply(Number(exponent), power)


def _filled(text: str, gives: str, arguments: tuple[Node, ...]) -> Node:
    """An entry of the tables with the arguments in the places of x and y."""
    return substitute(_entry(text, gives), dict(zip("xy", arguments, strict=False)))


@cache
def _entry(text: str, gives: str) -> Node:
    return parse(text, declared="xy", gives=gives)


def multiply(left: Node, right: Node) -> Node:
    """The product, without factors of 0 and 1."""
    if ZERO in (left, right):
        return ZERO
    for factor, other in ((left, right), (right, left)):
        if factor == ONE:
            return other
        if factor == Apply("neg", (ONE,)):
            return Apply("neg", (other,))
    return Apply("*", (left, right))


def add(left: Node, right: Node) -> Node:
    """The sum, without terms of 0."""
    if ZERO in (left, right):
        return right if left == ZERO else left
    if isinstance(right, Apply) and right.operation == "neg":
        return Apply("-", (left, right.arguments[0]))
    return Apply("+", (left, right))


def choice(condition: Node, first: Node, second: Node) -> Node:
    """The first where the condition holds, else the second; 0 where both are."""
    both = first == second == ZERO
    return ZERO if both else Apply("where", (condition, first, second))
