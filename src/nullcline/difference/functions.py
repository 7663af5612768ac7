"""The functions that models declare, compared by themselves: as written or by algebra."""

from __future__ import annotations

from collections.abc import Sequence

from nullcline import datamodel
from nullcline.difference.algebra import Algebra, TooLargeError
from nullcline.difference.changes import CHANGED, Change
from nullcline.difference.field import How, Row
from nullcline.errors import ExpressionError
from nullcline.expression import Node, Symbol, parse, substitute


def functions(
    old: datamodel.Dynamics, new: datamodel.Dynamics, said: Sequence[Change]
) -> tuple[Row, ...]:
    """Each function that has changed; its arguments are told apart by their order alone."""
    names = dict.fromkeys(
        str(change.path[1])
        for change in said
        if change.kind == CHANGED and change.path[0] == "functions" and change.about == "equation"
    )
    return tuple(Row(name, _how(name, old, new)) for name in names)


def _how(name: str, old: datamodel.Dynamics, new: datamodel.Dynamics) -> How:
    one, other = _body(old, name), _body(new, name)
    if one is None or other is None:
        return How.UNKNOWN
    if one == other:
        return How.TEXT
    algebra = Algebra()
    try:
        equal = algebra.form(one, {}) == algebra.form(other, {})
    except TooLargeError:
        return How.UNKNOWN
    return How.ALGEBRA if equal else How.UNKNOWN


def _body(model: datamodel.Dynamics, name: str) -> Node | None:
    """The tree of a function, its arguments called by their number."""
    function = model.functions[name]
    if function.equation is None or not function.equation.rhs:
        return None
    arity = {each: len(item.arguments or {}) for each, item in model.functions.items()}
    arguments = tuple(function.arguments or {})
    try:
        tree = parse(function.equation.rhs, (*arguments, *model.parameters), arity)
    except ExpressionError:
        return None
    return substitute(tree, {each: Symbol(f"{n}()") for n, each in enumerate(arguments)})
