"""Which expressions may be NaN though every number in them is finite."""

from __future__ import annotations

from nullcline.expression import Apply, Node, Number, Symbol
from nullcline.system import System

LARGE = 1e100
"""From here on, products are taken for infinite."""
WORDS = """
+ - * neg abs floor ceil min max sign heaviside sin cos tan tanh atan atan2 sigmoid where
indicator time pi e < <= > >= == != and or not
"""
ALWAYS = frozenset(WORDS.split())
"""Operations with a finite value wherever their arguments have one, sizes beyond LARGE aside."""


def doubtful(system: System) -> frozenset[str]:
    """The constants and auxiliaries of a system that may be NaN."""
    found: set[str] = set()
    for item in system.constants + system.auxiliaries:
        if may_be_nan(item.tree, frozenset(found)):
            found.add(item.name)
    return frozenset(found)


def may_be_nan(tree: Node, names: frozenset[str]) -> bool:
    """Whether a tree may be NaN where the numbers are finite; `names` are those that may be."""
    match tree:
        case Number(value):
            return not value < LARGE
        case Symbol(name):
            return name in names
        case Apply("**", (base, Number(power))) if power in (1, 2, 3, 4):
            return may_be_nan(base, names)
        case Apply("/", (left, Number(value))) if value > 1 / LARGE:
            return may_be_nan(left, names)
        case Apply("sqrt", (Number(),)):
            return False
        case Apply(operation, arguments) if operation in ALWAYS:
            return any(may_be_nan(argument, names) for argument in arguments)
    return True
