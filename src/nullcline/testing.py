"""Hypothesis strategies for equations, models and names that try an exporter hard."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import strategies as st

from nullcline.dynamics import Dynamics
from nullcline.expression import (
    CONSTANTS,
    LANGUAGE,
    OPERATIONS,
    OWN,
    Apply,
    Dialect,
    Node,
    Number,
    Spelling,
    Symbol,
    is_name,
    write,
)
from nullcline.expression.operations import ALIASES, CALLS, NUMBER, REAL, TRUTH
from nullcline.expression.write import INFIX
from nullcline.system import System
from nullcline.targets import all_targets

JUMPS = frozenset({"sign", "heaviside", "floor", "ceil", "mod", "where", "indicator"})
"""Operations whose value jumps."""

SHADOWS = [*"typenINEISQO", "pi", "x1", "no", "on", "np", "nan", "inf", "one", "dt"]
SHADOWS += ["gamma", "gamma_", "Gamma", "beta", "zeta"]
OTHERS = ["local_coupling", "stimulus", "abs", "exp", "sin", "max", "out", "state", "time"]
OTHERS += ["β", "γ_", "λ", "Δ", "müde", "self", "print"]


def reserved_names() -> list[str]:
    """Every name that some target keeps for itself, and every keyword that a model may use."""
    words = {*keyword.kwlist, *keyword.softkwlist}
    for target in all_targets().values():
        words |= target.reserved
    return sorted(word for word in words if is_name(word))


def hostile_names() -> st.SearchStrategy[str]:
    """Names that models may use and translators stumble over; shrinks to plain ones."""
    plain = st.sampled_from(["x", "a", "b", "v", "w", "tau"])
    return st.one_of(plain, st.sampled_from(SHADOWS + OTHERS), st.sampled_from(reserved_names()))


def numbers() -> st.SearchStrategy[Number]:
    """Literals: small whole numbers first, then any finite float that is not negative."""
    whole = st.integers(0, 12).map(Number)
    any_float = st.floats(0, allow_infinity=False, allow_nan=False).map(lambda x: Number(abs(x)))
    return st.one_of(whole, st.floats(0.01, 100).map(Number), any_float)


def expressions(
    names: Sequence[str] = ("x", "y", "a"), gives: str = NUMBER, depth: int = 3
) -> st.SearchStrategy[Node]:
    """Any tree of the language over these names, of every operation, sensible or not."""
    constants = st.sampled_from(["pi", "e", "time"]).map(Apply)
    leaves = st.one_of(numbers(), st.sampled_from(list(names)).map(Symbol), constants)
    trees = {NUMBER: leaves, TRUTH: _one_of(COMPARISONS, {NUMBER: leaves})}
    for _ in range(depth):
        trees = {
            kind: st.one_of(
                tree, _one_of([op for op in OPERATIONS if OPERATIONS[op].gives == kind], trees)
            )
            for kind, tree in trees.items()
        }
    return trees[gives]


def spellings() -> st.SearchStrategy[Dialect]:
    """The language in other spellings of the field: each text means the same tree."""
    choices = {
        "**": [INFIX["**"], Spelling("{0}^{1}", 8, (9, 7)), Spelling("pow({0}, {1})")],
        "*": [INFIX["*"], Spelling("{0} × {1}", 6, (6, 7)), Spelling("{0}·{1}", 6, (6, 7))],
        "-": [INFIX["-"], Spelling("{0} − {1}", 5, (5, 6))],
        "neg": [INFIX["neg"], Spelling("−{0}", 7, (7,))],
        "where": [Spelling(f"{name}({{0}}, {{1}}, {{2}})") for name in ("where", "if")],
        "<=": [INFIX["<="], Spelling("{0} ≤ {1}", 4, (5, 5))],
        ">=": [INFIX[">="], Spelling("{0} ≥ {1}", 4, (5, 5))],
        "!=": [INFIX["!="], Spelling("{0} ≠ {1}", 4, (5, 5))],
        "heaviside": [Spelling("heaviside({0})"), Spelling("Heaviside({0}, 1/2)")],
        "abs": [Spelling("abs({0})"), Spelling("Abs({0})")],
        "log": [Spelling("log({0})"), Spelling("ln({0})")],
    }
    drawn = {name: st.sampled_from(forms) for name, forms in choices.items()}
    return st.fixed_dictionaries(drawn).map(
        lambda forms: replace(LANGUAGE, spellings={**LANGUAGE.spellings, **forms})
    )


COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def _one_of(
    names: Sequence[str], trees: Mapping[str, st.SearchStrategy[Node]]
) -> st.SearchStrategy[Node]:
    """One of these operations, applied to trees of the kinds that it takes."""
    applied = [
        st.tuples(*[trees[kind] for kind in OPERATIONS[name].takes]).map(partial(Apply, name))
        for name in names
        if OPERATIONS[name].takes
    ]
    return st.one_of(applied)


# Trees that stay finite


def _tame(name: str) -> Callable[..., Apply]:
    """An operation, its arguments moved into its domain and kept small."""
    entry = OPERATIONS[name]

    def apply(*arguments: Node) -> Apply:
        first, rest = arguments[0], arguments[1:]
        if name == "**":
            return Apply("**", (Apply("+", (Number(1.5), Apply("tanh", (first,)))), rest[0]))
        if entry.nonzero:
            safe = Apply("+", (Number(1.5), Apply("sin", rest)))
            return Apply(name, (first, safe))
        if name in ("exp", "expm1", "sinh", "cosh", "tan"):
            return Apply(name, (Apply("sin", (first,)),))
        low, high = entry.domain
        if (low, high) == REAL:
            return Apply(name, arguments)
        if high == 1.0:
            return Apply(name, (Apply("*", (Number(0.9), Apply("sin", (first,)))),))
        inside = Apply(
            "+", (Number(low + 0.5 if low >= 0 else 0.5), Apply("**", (first, Number(2))))
        )
        return Apply(name, (inside,))

    return apply


def bounded(
    names: Sequence[str],
    calm: Sequence[str] = (),
    depth: int = 3,
    constants: Sequence[str] = ("pi", "e", "time"),
) -> st.SearchStrategy[Node]:
    """Trees that are finite wherever their names are; what jumps depends on `calm` names alone.

    `calm` names (and the time) are those that no jump can feed back on, so that a system of such
    equations does not chatter on a boundary.
    """
    leaves: list[st.SearchStrategy[Node]] = [
        st.integers(0, 3).map(Number),
        st.floats(0.1, 3).map(lambda x: Number(round(x, 3))),
    ]
    time = "time" in constants
    if constants:
        leaves.append(st.sampled_from(list(constants)).map(Apply))
    if names:
        leaves += [st.sampled_from(list(names)).map(Symbol)] * 3
    tree = st.one_of(leaves)
    for _ in range(depth):
        tree = st.one_of(tree, _tame_level(tree, calm, time))
    return tree


def _affine(calm: Sequence[str], time: bool) -> st.SearchStrategy[Node]:
    """A simple mix of calm names, whose zeros are crossed and not stuck to."""
    sources: list[Node] = [*map(Symbol, calm), *([Apply("time")] if time else [])]
    if not sources:
        return st.floats(0.1, 2).map(lambda x: Number(round(x, 2)))
    source = st.sampled_from(sources)
    shift = st.sampled_from([Number(0), Number(1), Number(0.37), Number(2.5)])
    sign = st.sampled_from(["+", "-"])
    return st.builds(lambda sign, *sides: Apply(sign, sides), sign, source, shift)


def _tame_level(
    tree: st.SearchStrategy[Node], calm: Sequence[str], time: bool
) -> st.SearchStrategy[Node]:
    affine = _affine(calm, time)
    truth = _truths(affine)
    choices = []
    for name, entry in OPERATIONS.items():
        if entry.gives == TRUTH or not entry.takes:
            continue
        inner = affine if name in JUMPS else tree
        if name == "mod":
            parts = [affine, st.sampled_from([Number(1), Number(2), Number(0.7)])]
            choices.append(st.builds(lambda *sides: Apply("mod", sides), *parts))
        elif name == "**":
            exponent = st.sampled_from(
                [Number(2), Number(3), Number(0.5), Apply("neg", (Number(1),))]
            )
            choices.append(st.builds(_tame("**"), tree, exponent))
        else:
            kinds = {NUMBER: tree if name == "where" else inner, TRUTH: truth}
            parts = [kinds[kind] for kind in entry.takes]
            choices.append(st.builds(_tame(name), *parts))
    return st.one_of(choices)


def _truths(affine: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    signs = st.sampled_from(COMPARISONS)
    comparison = st.tuples(signs, affine, st.sampled_from([Number(0), Number(1), Number(0.4)]))
    simple = comparison.map(lambda drawn: Apply(drawn[0], drawn[1:]))
    joined = st.tuples(st.sampled_from(["and", "or"]), simple, simple)
    return st.one_of(
        simple,
        joined.map(lambda drawn: Apply(drawn[0], drawn[1:])),
        simple.map(lambda truth: Apply("not", (truth,))),
    )


# Whole models


@st.composite
def dynamics(draw: st.DrawFn, names: st.SearchStrategy[str] | None = None) -> Dynamics:
    """A declared model: derived parameters and variables in any order, functions, inputs,
    conditionals, explicit time, units. Its states stay finite, and it shrinks to small models."""
    pool = draw(st.lists(names or hostile_names(), min_size=12, max_size=12, unique=True))
    free = [operation for text, operation in CONSTANTS.items() if text not in pool]
    fixed = [operation for operation in free if operation != "time"]
    sizes = [draw(st.integers(0, most)) for most in (3, 2, 1, 1)]
    cut = iter(pool)
    parameters, constants, inputs, auxiliaries = ([next(cut) for _ in range(n)] for n in sizes)
    states = [next(cut) for _ in range(draw(st.integers(1, 3)))]
    function = next(cut) if draw(st.booleans()) else None
    spelled = partial(write, dialect=draw(spellings()))
    if function in {*CALLS, *ALIASES}:  # a model's own `exp` would be meant by every equation
        function = None
    data: dict[str, Any] = {"name": draw(st.sampled_from(["M", "Mo del", "p", "x", "βeta", "np"]))}
    value = st.one_of(st.sampled_from([0.0, 1.0, -1.0, 2.0]), st.floats(-2, 2)).map(_short)
    data["parameters"] = {name: {"value": draw(value), "unit": "mV"} for name in parameters}
    data["coupling_inputs"] = {name: {} for name in inputs}
    constant = bounded(parameters, depth=2, constants=fixed)
    data["derived_parameters"] = _shuffled(
        draw, {name: {"equation": spelled(draw(constant))} for name in constants}
    )
    if function:
        body = spelled(draw(bounded(["u", "k"], depth=2, constants=fixed)))
        data["functions"] = {function: {"arguments": {"u": {}, "k": {}}, "equation": {"rhs": body}}}
    known = [*parameters, *constants, *inputs, *states]
    equations = bounded(known, states[:1], constants=free)
    data["derived_variables"] = _shuffled(
        draw, {name: {"equation": spelled(draw(equations))} for name in auxiliaries}
    )
    data["state_variables"] = {
        name: {"equation": draw(_derivative(index, name, auxiliaries, function, equations))}
        | {"initial_value": draw(value), "unit": "mV"}
        for index, name in enumerate(states)
    }
    return Dynamics.from_dict(data)


def _short(value: float) -> float:
    return round(value, 3) + 0.0


def _shuffled(draw: st.DrawFn, items: dict[str, Any]) -> dict[str, Any]:
    order = draw(st.permutations(list(items)))
    return {name: items[name] for name in order}


def _derivative(
    index: int,
    name: str,
    auxiliaries: list[str],
    function: str | None,
    equations: st.SearchStrategy[Node],
) -> st.SearchStrategy[str]:
    """A derivative that pulls its state back; the first depends on nothing that jumps."""
    leak = Apply("neg", (Symbol(name),))
    if index == 0:
        return st.sampled_from([write(leak), "1", write(Apply("-", (Number(0.3), Symbol(name))))])

    def whole(drawn: tuple[Node, Node, bool]) -> str:
        drive, other, calls = drawn
        if calls and function:
            drive = Apply(function + OWN, (drive, other))
        for auxiliary in auxiliaries:
            drive = Apply("+", (drive, Symbol(auxiliary)))
        return write(Apply("+", (Apply("tanh", (drive,)), leak)))

    return st.tuples(equations, equations, st.booleans()).map(whole)


def systems() -> st.SearchStrategy[System]:
    """The meanings of generated models."""
    return dynamics().map(lambda model: model.system())
