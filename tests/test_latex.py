"""LaTeX says what the tree says, and every program that draws formulas can read it."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nullcline.expression import OPERATIONS, Apply, Node, Number, Symbol, is_name, parse, write
from nullcline.latex import FORMS, derivative, latex, nesting, symbol, symbol_table, terms
from nullcline.testing import expressions, hostile_names

X, Y, Z = map(Symbol, "xyz")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mu*(1 - x**2)*z - x", r"\mu \thinspace \left(1 - x^{2}\right) \thinspace z - x"),
        ("v - v**3/3 - w + I_ext", r"v - \frac{v^{3}}{3} - w + I_{\mathrm{ext}}"),
        (
            "Delta/(tau*pi) + 2*r*v",
            r"\frac{\Delta}{\tau \thinspace \pi} + 2 \thinspace r \thinspace v",
        ),
        ("a - (b - c)", r"a - \left(b - c\right)"),
        ("(a - b) - c", "a - b - c"),
        ("-(x/y)", r"-\frac{x}{y}"),
        ("-x/y", r"\frac{-x}{y}"),
        ("a - -b", r"a - \left(-b\right)"),
        ("a*-b", r"a \thinspace \left(-b\right)"),
        ("x*2", r"x \cdot 2"),
        ("2*(1/3)", r"2 \cdot \frac{1}{3}"),
        ("(x/y)**2", r"\left(\frac{x}{y}\right)^{2}"),
        ("-x**2", "-x^{2}"),
        ("(-x)**2", r"\left(-x\right)^{2}"),
        ("x**-y", "x^{-y}"),
        ("2**x**y", "2^{x^{y}}"),
        ("1e-05*x", r"10^{-5} \thinspace x"),
        ("2.5e-7**x", r"\left(2.5 \times 10^{-7}\right)^{x}"),
        ("1.50*x", r"1.5 \thinspace x"),
        ("exp(-x)", r"\exp{\left(-x\right)}"),
        ("sqrt(abs(x))", r"\sqrt{\left\lvert x\right\rvert}"),
        ("log(x) + log10(x)", r"\ln{\left(x\right)} + \log_{10}{\left(x\right)}"),
        ("asinh(x)", r"\mathrm{arsinh}{\left(x\right)}"),
        ("heaviside(x)", r"\mathrm{heaviside}{\left(x\right)}"),
        ("min(x, y, z)", r"\min{\left(x, y, z\right)}"),
        ("(x > 0)*y", r"\left[x > 0\right] \thinspace y"),
        ("f(x, g_1(y))", r"f{\left(x, g_{1}{\left(y\right)}\right)}"),
        (
            "Piecewise((x, (x >= 0) & (y != 1)), (y, not (x == 2)), (z, True))".replace("&", "and"),
            r"\begin{cases} x & \text{if } x \geq 0 \land y \neq 1 \cr"
            r" y & \text{if } \lnot \left(x = 2\right) \cr z & \text{otherwise} \end{cases}",
        ),
        (
            "1 + where(x < 0, y, z)",
            r"1 + \left(\begin{cases} y & \text{if } x < 0 \cr"
            r" z & \text{otherwise} \end{cases}\right)",
        ),
    ],
)
def test_equations_keep_their_authors_form(text: str, expected: str) -> None:
    assert latex(parse(text, None, {"f": 2, "g_1": 1})) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *[("tau", r"\tau"), ("Delta", r"\Delta"), ("lambda", r"\lambda"), ("λ", r"\lambda")],
        *[("varepsilon", r"\varepsilon"), ("µ", r"\mu"), ("I_ext", r"I_{\mathrm{ext}}")],
        *[
            ("tau_1", r"\tau_{1}"),
            ("x1", "x_{1}"),
            ("tau12", r"\tau_{12}"),
            ("w_E_tau", r"w_{E, \tau}"),
        ],
        *[
            ("rate", r"\mathrm{rate}"),
            ("rate_in", r"\mathrm{rate_{\mathrm{in}}}"),
            ("rate1", r"\mathrm{rate1}"),
        ],
        ("gamma_", r"\mathrm{gamma\underline{\enspace}}"),
        ("_x", r"\mathrm{\underline{\enspace}x}"),
        (
            r"a}\input{b",
            r"\mathrm{a" + r"\underline{\enspace}" * 2 + "input" + r"\underline{\enspace}b}",
        ),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert symbol(name) == expected


def test_names_that_would_look_alike_are_told_apart() -> None:
    alike = [
        "x1",
        "x_1",
        "lambda",
        "λ",
        "epsilon",
        "ε",
        "varepsilon",
        "a_b_c",
        "a_b",
        "omicron",
        "ο",
    ]
    table = symbol_table(alike)
    assert len(set(table.values())) == len(alike)


def test_a_declared_name_does_not_look_like_the_time_or_a_constant() -> None:
    table = symbol_table(["t", "pi", "π", "e", "a"])
    constants = {FORMS[name].template for name in ("time", "pi", "e")}
    assert table["t"] == r"\mathrm{t}"
    assert not constants & set(table.values())
    assert latex(parse("-a*t + pi", {"a", "t"}), symbol_table(["a", "t"])) == (
        r"-a \thinspace \mathrm{t} + \pi"
    )
    assert latex(parse("-a*t", {"a"}), symbol_table(["a"])) == r"-a \thinspace t"


@given(st.lists(hostile_names() | st.text(min_size=1).filter(is_name), unique=True))
def test_no_two_names_share_a_symbol(names: list[str]) -> None:
    table = symbol_table(names)
    assert list(table) == names
    assert len(set(table.values())) == len(names)


def test_every_operation_has_a_form() -> None:
    assert set(FORMS) | {"where"} == set(OPERATIONS)


def _applied(name: str, *arguments: Node) -> Node:
    return Apply(name, arguments[: len(OPERATIONS[name].takes)])


INFIX = ["+", "-", "*", "/", "**", "neg", "<", "==", "and", "or", "not"]


def test_different_trees_look_different() -> None:
    """Brackets: no two ways to combine two or three operations are set alike."""
    seen: dict[str, set[str]] = defaultdict(set)
    two = [
        *[_applied(one, X, _applied(other, Y, Z)) for one, other in product(INFIX, repeat=2)],
        *[_applied(one, _applied(other, X, Y), Z) for one, other in product(INFIX, repeat=2)],
    ]
    for tree in two:
        for whole in (
            tree,
            *(_applied(name, *pair) for name in INFIX for pair in ((tree, X), (X, tree))),
        ):
            seen[latex(whole)].add(repr(whole))
    assert len(seen) > 1000
    assert {text: trees for text, trees in seen.items() if len(trees) > 1} == {}


NAMES = ("x", "tau_1", "I_ext", "gamma_", "größe", "rate_in_2", "β", "e", "t")


@given(expressions(NAMES))
def test_formulas_are_drawn_by_browsers_and_survive_markdown(tree: Node) -> None:
    from latex2mathml.converter import convert

    text = latex(tree, symbol_table(NAMES))
    assert convert(text).startswith("<math")
    assert text.count("{") == text.count("}")
    assert re.findall(r"\\left\b", text).__len__() == re.findall(r"\\right\b", text).__len__()
    assert not re.search(r"\\[^a-zA-Z]", text), "Markdown eats a backslash before a mark"
    assert not re.search(r"(?<![a-zA-Z0-9ß-ü])_", text), "Markdown reads emphasis"
    assert not re.search(r"<\S|[*`$|\n~]", text)
    assert not re.search(r"\\(operatorname|phantom|mbox)\b", text), "GitHub forbids these"


@given(expressions())
def test_terms_are_the_formula_in_pieces(tree: Node) -> None:
    parts = terms(tree)
    assert " ".join(parts) == latex(tree)
    assert all(part[:2] in ("+ ", "- ") for part in parts[1:])


def test_terms_break_at_the_outer_sums_alone() -> None:
    assert terms(parse("a*(b + c) - d + f")) == (r"a \thinspace \left(b + c\right)", "- d", "+ f")


def test_long_chains_are_no_recursion() -> None:
    tree: Node = X
    for _ in range(5000):
        tree = Apply("and", (tree, Y))
    assert latex(tree).count(r"\land") == 5000
    tree = X
    for index in range(5000):
        tree = Apply("where", (Apply("<", (X, Number(index))), Y, tree))
    assert latex(tree).count(r"\cr") == 5000


def test_nesting_and_derivatives() -> None:
    assert nesting(r"\frac{a}{\left(b\right)}") == 2
    assert derivative("x") == r"\frac{d x}{d t}"
    assert derivative(r"\tau", 2) == r"\frac{d^{2} \tau}{d t^{2}}"


def test_the_tree_is_not_changed() -> None:
    tree = parse("b + a*2 - 0*x + 1*y")
    before = write(tree)
    assert latex(tree) == r"b + a \cdot 2 - 0 \thinspace x + 1 \thinspace y"
    assert write(tree) == before
