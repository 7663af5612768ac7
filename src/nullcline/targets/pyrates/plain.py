"""Which equations SymPy, inside PyRates, leaves what they are, so that they stay as written."""

from __future__ import annotations

from collections import Counter

from nullcline.expression import Apply, Dialect, Node, Number, Symbol, operations, symbols, walk
from nullcline.expression.write import INFIX, Spelling, call

ARITHMETIC = ("+", "-", "*", "/", "**", "neg")
FUNCTIONS = {
    **{name: name for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{f"a{name}": f"arc{name}" for name in ("sin", "cos", "tan")},
    "abs": "absv",
    "sign": "sign",
    "sigmoid": "sigmoid",
}
"""What each function is called in a template."""

DIALECT = Dialect(
    "pyrates",
    {
        **{name: INFIX[name] for name in ARITHMETIC},
        **{name: call(spelled, name) for name, spelled in FUNCTIONS.items()},
        "pi": Spelling("pi"),
    },
)
LARGEST = 60


def is_plain(tree: Node) -> bool:
    """Whether the text of the tree means the same after SymPy has read and sorted it.

    So it is for a sum of distinct products of distinct factors, with numbers that do not vanish
    and functions of such sums: then nothing cancels, merges or becomes a constant. The names in
    a function or below a line stand nowhere else, for PyRates replaces parts by their look.
    """
    if sum(1 for _ in walk(tree)) > LARGEST or not symbols(tree):
        return False
    used = operations(tree)
    return (
        used <= {"pi", *ARITHMETIC, *FUNCTIONS}
        and _sum(tree, functions="pi" not in used)
        and _secluded(tree)
    )


def _secluded(tree: Node) -> bool:
    """Whether every name in a function, below a line or under a root stands there alone."""
    everywhere = _counts(tree)
    inside = [_counts(part) for node in walk(tree) for part in _enclosed(node)]
    return all(count.items() <= everywhere.items() for count in inside)


def _enclosed(node: Node) -> tuple[Node, ...]:
    match node:
        case Apply("/", (_, below)):
            return (below,)
        case Apply("**", (_, Number(value))) if float(value).is_integer():
            return ()
        case Apply(name, _) if name == "**" or name in FUNCTIONS:
            return (node,)
        case _:
            return ()


def _counts(tree: Node) -> Counter[str]:
    return Counter(node.name for node in walk(tree) if isinstance(node, Symbol))


def _sum(tree: Node, functions: bool) -> bool:
    terms = _terms(tree)
    kinds = [frozenset(Counter(_factors(term, powers=True)).items()) for term in terms]
    numbers = sum(not symbols(term) for term in terms)
    return (
        len(set(kinds)) == len(kinds)
        and numbers <= 1
        and numbers < len(terms)
        and all(_product(term, functions) for term in terms)
    )


def _terms(tree: Node) -> list[Node]:
    """The terms of a sum; a number in front of a bracket is moved into it, as SymPy does."""
    match tree:
        case Apply("+" | "-", (left, right)):
            return _terms(left) + _terms(right)
        case Apply("neg", (inner,)):
            return _terms(inner)
        case Apply("*", (Number(value), inner)) if value not in (0, 1):
            return _terms(inner)
        case Apply("*" | "/", (inner, Number(value))) if value not in (0, 1):
            return _terms(inner)
        case _:
            return [tree]


def _factors(tree: Node, powers: bool = False) -> list[Node | str]:
    """The bases of a product, or with `powers` its factors, without its numbers."""
    match tree:
        case Number():
            return []
        case Apply("*" | "/", (left, right)):
            return _factors(left, powers) + _factors(right, powers)
        case Apply("neg", (inner,)):
            return _factors(inner, powers)
        case _ if powers:
            return [tree]
        case Apply("**" | "sqrt", (base, *_)):
            return _factors(base)
        case Apply("exp", _):
            return ["exp"]
        case _:
            return [tree]


def _product(tree: Node, functions: bool) -> bool:
    bases = _factors(tree)
    brackets = [name for base in bases if isinstance(base, Apply) for name in set(_counts(base))]
    return (
        len(set(bases)) == len(bases)
        and len(set(brackets)) == len(brackets)
        and _numbers(tree)
        and _inside(tree, functions)
    )


def _numbers(tree: Node) -> bool:
    """At most two numbers, none 0, and 1 only over something."""
    match tree:
        case Number(value):
            return value != 0
        case Apply("/", (Number(1), below)):
            return bool(symbols(below))
    found: list[float] = []
    stack: list[Node] = [tree]
    while stack:
        match stack.pop():
            case Number(value):
                found.append(value)
            case Apply("*" | "/", (left, right)):
                stack += [left, right]
            case Apply("neg", (inner,)):
                stack.append(inner)
    return len(found) <= 2 and not {0, 1} & set(found)


def _inside(tree: Node, functions: bool) -> bool:
    match tree:
        case Number() | Symbol() | Apply("pi"):
            return True
        case Apply("*" | "/", (left, right)):
            return _inside(left, functions) and _inside(right, functions)
        case Apply("neg", (inner,)):
            return _inside(inner, functions)
        case Apply("+" | "-", _):
            return _sum(tree, functions)
        case Apply("**", (base, exponent)):
            return _power(base, exponent, functions)
        case Apply(name, (argument,)) if functions and name in FUNCTIONS:
            return bool(symbols(argument)) and _sum(argument, functions=False)
        case _:
            return False


def _power(base: Node, exponent: Node, functions: bool) -> bool:
    if not symbols(base):
        return False
    if isinstance(exponent, Number) and exponent.value not in (0, 1) and exponent.value <= 20:
        whole = float(exponent.value).is_integer()
        wanted = ("+", "-", *FUNCTIONS) if not whole else ("+", "-", "*", "/", *FUNCTIONS)
        fits = isinstance(base, Symbol) or (isinstance(base, Apply) and base.operation in wanted)
        kept = not isinstance(base, Apply) or base.operation not in ("sqrt", "exp")
        return fits and kept and _inside(base, functions) and _numbers(base)
    return isinstance(base, Symbol) and isinstance(exponent, Symbol)
