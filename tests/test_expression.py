"""The equation language against itself, against Python, and against hostile texts."""

import keyword
import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nullcline.errors import ExpressionError
from nullcline.expression import (
    LANGUAGE,
    OPERATIONS,
    Apply,
    Number,
    Symbol,
    depth,
    derivative,
    evaluate,
    is_name,
    operations,
    parse,
    substitute,
    symbols,
    write,
)
from nullcline.expression.operations import ALIASES, CALLS, NUMBER, TRUTH
from nullcline.latex import latex
from nullcline.testing import expressions, hostile_names, spellings

NAMES = ("x", "y", "a")
VALUES = {"x": 0.7, "y": -1.3, "a": 2.0}

relaxed = settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(expressions())
def test_what_is_written_is_read_back_as_the_same_tree(tree):
    assert parse(write(tree), symbols(tree)) == tree


@relaxed
@given(expressions(gives=TRUTH))
def test_a_condition_is_read_back_as_the_same_tree(tree):
    assert parse(write(tree), symbols(tree), gives=TRUTH) == tree


@relaxed
@given(st.lists(hostile_names(), min_size=3, max_size=3, unique=True).flatmap(expressions))
def test_any_identifier_is_a_name(tree):
    # `t`, `pi` and `e` cannot be both a variable and what they mean otherwise
    shadowed = {"t": "time", "pi": "pi", "e": "e"}
    for name, operation in shadowed.items():
        if name in symbols(tree) and operation in operations(tree):
            return
    assert parse(write(tree), symbols(tree)) == tree


PYTHON = {
    **{name: getattr(math, name) for name in dir(math) if not name.startswith("_")},
    "abs": abs,
    "min": min,
    "max": max,
    "sign": lambda x: float(x > 0) - float(x < 0),
    "floor": lambda x: float(math.floor(x)),  # Python's whole numbers would grow without end
    "ceil": lambda x: float(math.ceil(x)),
    "mod": lambda a, b: a % b,
    "where": lambda c, a, b: a if c else b,
    "heaviside": lambda x: 0.5 if x == 0 else float(x > 0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "t": 0.4,
}


FLOATS = replace(LANGUAGE, name="floats", number=lambda value: repr(float(value)))
"""The language with a point in every number: Python's whole numbers never overflow."""


def python_value(tree):
    """Python's own evaluation of a text that we wrote, or None where Python refuses."""
    text = write(tree, FLOATS)
    try:
        value = eval(text, {"__builtins__": {}}, {**PYTHON, **VALUES})
    except (ArithmeticError, ValueError, TypeError):  # a complex number is compared
        return None
    return None if isinstance(value, complex) or not math.isfinite(value) else float(value)


@relaxed
@given(expressions())
def test_the_value_is_that_of_python_itself(tree):
    expected = python_value(tree)
    if expected is None:
        return
    found = float(evaluate(tree, VALUES, 0.4))
    if math.isfinite(found) and _stable(tree):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


def _stable(tree):
    """Whether no rounding on the way can flip a jump: neighbouring inputs give the same."""
    values = [
        evaluate(tree, {name: v * (1 + sign * 1e-13) for name, v in VALUES.items()}, 0.4)
        for sign in (-1, 0, 1)
    ]
    return bool(np.all(np.isfinite(values))) and np.ptp(values) <= 1e-9 * (1 + abs(values[1]))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-2**2", -4),
        ("2**-1", 0.5),
        ("2**3**2", 512),
        ("(2**3)**2", 64),
        ("-(1 - 3)", 2),
        ("7 - 2 - 3", 2),
        ("12/2/3", 2),
        ("12/(2/3)", 18),
        ("1 if 2 > 3 else 5", 5),
        ("Piecewise((1, x < 0), (2, x < 1), (3, True))", 2),
        ("(1 < 2)*3 + (2 < 1)", 3),
        ("1 < 2 < 3", 1),
        ("3 > 2 > 2", 0),
        ("where(x, 4, 5)", 4),
        ("mod(-1, 3)", 2),
        ("-1 % 3", -1 % 3),
        ("mod(1, -3)", -2),
        ("(x > 0) & (x < 1) | (x > 5)", 1),
        ("heaviside(0)", 0.5),
        ("sign(0)", 0),
        ("sigmoid(0)", 0.5),
        ("max(1, 5, 2)", 5),
        ("min(1, 5, -2)", -2),
        ("log(e)", 1),
        ("ln(e**2)", 2),
        ("log10(1000)", 3),
        ("log2(8)", 3),
        ("atan2(1, -1)", 3 * math.pi / 4),
        ("floor(-1.5)", -2),
        ("ceil(-1.5)", -1),
        ("erf(0.5) + erfc(0.5)", 1),
        ("1e-3 + 1E3 + .5 + 2.", 1002.501),
        ("not 1 > 2", 1),
        ("  \n 1 +\n\t2 ", 3),
    ],
)
def test_texts_with_a_known_value(text, value):
    assert evaluate(parse(text), {"x": 0.5}) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("__import__('os').system('true')", "`'` has no meaning", 12),
        ("().__class__", "`.` (an attribute) is not part of the equation language", 1),
        ("x.real", "`.` (an attribute)", 1),
        ("x[0]", "`[...]` (an index)", 1),
        ("[x]", "not part of the equation language", 1),
        ("{x}", "not part of the equation language", 1),
        ("x, y", "a comma is not expected here", 1),
        ("x // y", "write `floor(a/b)`", 1),
        ("x & y", "`&` joins two conditions", 1),
        ("x = y", "compare with `==`", 3),
        ("x := y", "`:` has no meaning", 3),
        ("x # y", "`#` has no meaning", 3),
        ("f'{x}'", "`'` has no meaning", 2),
        ("lambda: x", "`:` has no meaning", 7),
        ("(x", "the bracket `(` is never closed", 1),
        ("x)", "`)` closes a bracket that was not opened", 2),
        ("(x]", "`]` closes a bracket that was not opened", 3),
        ("x +", "cannot be read as an equation", 3),
        ("", "the equation is empty", 1),
        ("   ", "the equation is empty", 1),
        ("1e999", "too large for float64", 1),
        ("1" + "0" * 400, "too large for float64", 1),
        ("1j", "`1j` is not a product; write `1*j`", 1),
        ("sin(x, y)", "`sin` takes 1 argument, not 2", 1),
        ("atan2(x)", "`atan2` takes 2 arguments, not 1", 1),
        ("where(x > 0, 1)", "`where` takes 3 arguments, not 2", 1),
        ("min(x)", "`min` takes 2 arguments, not 1", 1),
        ("sine(x)", "`sine` is not a known function; did you mean `sin`?", 1),
        ("x(3)", "`x` is a variable, not a function", 1),
        ("sin + 1", "`sin` is not declared; it is a function", 1),
        ("y*xx", "`xx` is not declared", 3),
        ("sin(*x)", "plain arguments only", 1),
        ("sin(x=1)", "`=` has no meaning", 6),
        ("Piecewise((1, x > 0))", "the last pair of a Piecewise must be (value, True)", 1),
        ("Piecewise(1, 2)", "Piecewise takes pairs", 1),
        ("x is y", "cannot be read", 3),
        ("x in y", "cannot be read", 3),
        ("await x", "cannot be read", 7),
        ("ä + ²", "cannot be read", 5),
        ("x\0", "has no meaning", 2),
        ("(" * 60_000 + ")" * 60_000, "has 120000 characters", 1),
        ("(" * 4_000 + "x" + ")" * 4_000, "nested more than 200 deep", 1),
        ("-" * 9_000 + "x", "nested more than 200 deep", 1),
        ("**".join("x" * 3_000), "nested more than 200 deep", 1),
        ("not " * 2_000 + "x", "nested more than 200 deep", 1),
    ],
)
def test_everything_else_is_refused_at_once_and_with_its_column(text, message, column):
    with pytest.raises(ExpressionError) as caught:
        parse(text, {"x", "y", "a"})
    found, said = caught.value.faults[0]
    assert message in said
    assert found == column
    assert all(len(sentence) < 400 for sentence in caught.value.sentences())


def test_all_faults_of_a_text_are_told_at_once_with_columns_of_characters():
    with pytest.raises(ExpressionError) as caught:
        parse("τ*tua + sine(x) + λλ", {"τ", "tau", "x"})
    assert [column for column, _ in caught.value.faults] == [3, 9, 19]
    assert caught.value.faults[0][1] == "`tua` is not declared; did you mean `tau`?"


def test_a_name_that_differs_by_case_alone_is_suggested():
    with pytest.raises(ExpressionError, match=r"did you mean `I_EXT`"):
        parse("i_ext", {"I_EXT"})


def test_python_keywords_are_names_and_normalised_as_python_does():
    tree = parse("lambda*in + is - µ", {"lambda", "in", "is", "μ"})
    assert symbols(tree) == ("lambda", "in", "is", "μ")


def test_declared_names_hide_constants_and_time():
    assert symbols(parse("e + pi + t", {"e", "pi", "t"})) == ("e", "pi", "t")
    assert operations(parse("e + pi + t")) == {"+", "e", "pi", "time"}


def test_a_model_may_call_its_own_functions():
    tree = parse("f(x) + exp(x)", {"x"}, {"f": 1, "exp": 1})
    assert [node.operation for node in tree.arguments] == ["f()", "exp()"]
    with pytest.raises(ExpressionError, match="`f` takes 1 argument, not 2"):
        parse("f(x, x)", {"x"}, {"f": 1})


def test_numbers_are_finite_and_carry_no_sign():
    for wrong in (-1.0, -0.0, math.nan, math.inf, True):
        with pytest.raises(ValueError, match=r"is not a finite number|is negative"):
            Number(wrong)
    assert Number(np.float64(2.5)).value == 2.5
    assert type(Number(np.float64(2.5)).value) is float


def test_substitution_is_simultaneous():
    tree = parse("x + y*x")
    swapped = substitute(tree, {"x": Symbol("y"), "y": Symbol("x")})
    assert write(swapped) == "y + x*y"


def test_depth_counts_nodes():
    assert depth(parse("x")) == 1
    assert depth(parse("sin(x + 1)")) == 3


def test_every_operation_has_a_text():
    written = {name for name, entry in OPERATIONS.items() if entry.takes}
    called = {*CALLS, *ALIASES.values()}
    infix = {"+", "-", "*", "/", "**", "neg", "indicator", "not"}
    assert written == called | infix | {"and", "or"}


def test_the_strategies_draw_every_operation():
    seen: set[str] = set()

    @settings(relaxed, max_examples=2_000, database=None, derandomize=True)
    @given(expressions(), expressions(gives=TRUTH))
    def collect(tree, condition):
        seen.update(operations(tree) | operations(condition))

    collect()
    assert seen == set(OPERATIONS)


@pytest.mark.parametrize(
    "name", [n for n, o in OPERATIONS.items() if o.takes and o.gives == NUMBER]
)
def test_each_operation_is_finite_inside_its_domain(name):
    entry = OPERATIONS[name]
    low, high = (np.clip(end, -3, 3) for end in entry.domain)
    points = np.linspace(low, high, 23)[1:-1]
    others = [np.full_like(points, 1.5)] * (len(entry.takes) - 1)
    first = points > 0 if entry.takes[0] == TRUTH else np.abs(points) if name == "**" else points
    assert np.all(np.isfinite(entry.meaning(first, *others)))
    if entry.domain[0] > -math.inf:
        with np.errstate(all="ignore"):
            assert not np.isfinite(entry.meaning(entry.domain[0] - 0.5))


def test_evaluation_broadcasts_and_is_silent():
    value = evaluate(parse("where(x > 0, log(x), 1/x)"), {"x": np.array([-2.0, 0.0, 1.0])})
    assert value.tolist() == [-0.5, math.inf, 0.0]


def test_trees_are_values():
    assert parse("x + 1") == parse("x+1")
    assert hash(parse("x + 1")) == hash(parse("x+1"))
    with pytest.raises(AttributeError):
        parse("x").name = "y"
    assert Apply("+", (Symbol("x"), Number(1))) == parse("x + 1")


def test_no_two_keywords_are_one_name():
    names = [word for word in keyword.kwlist if is_name(word)]
    tree = parse(" + ".join(names), names)
    assert list(symbols(tree)) == names
    assert evaluate(parse("as - is"), {"as": 2.0, "is": 3.0}) == -1.0


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(expressions(("lambda", "é", "x1", "in")), st.sampled_from(["", " ", "\n\t"]))
def test_every_part_knows_where_it_stands(tree, lead):
    text, spans = lead + write(tree) + " ", {}
    parse(text, symbols(tree), spans=spans)
    for node, start, end in spans.values():
        said = text[start:end]
        assert said == said.strip()
        if isinstance(node, Symbol):
            assert said == node.name
        elif isinstance(node, Number):
            assert float(said) == node.value
        else:
            gives = OPERATIONS[node.operation].gives
            assert parse(said, symbols(node), gives=gives) == node


def test_a_column_counts_characters_after_a_keyword_and_an_accent():
    with pytest.raises(ExpressionError, match=r"column 14 of"):
        parse("lambda + é + zz", ["lambda", "é"])


INVERSE = {"sec": "acos", "csc": "asin", "sech": "acosh", "csch": "asinh", "coth": "atanh"}


@pytest.mark.parametrize("name", ["sec", "csc", "cot", "sech", "csch", "coth"])
@pytest.mark.parametrize("x", [0.3, 1.2, -2.5, 9.0])
def test_reciprocal_functions_and_their_inverses_have_the_values_of_mpmath(name, x):
    expected = float(getattr(mpmath, name)(x))
    assert evaluate(parse(f"{name}(x)"), {"x": x}) == pytest.approx(expected, rel=4e-15)
    inverse = f"a{name}"
    value = getattr(mpmath, inverse)(x)
    if name != "cot" and mpmath.im(value) == 0:
        for spelling in (inverse, f"arc{name}"):
            found = evaluate(parse(f"{spelling}(x)"), {"x": x})
            assert found == pytest.approx(float(value), rel=4e-14), spelling


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x^2", -4.0),  # as in mathematics
        ("2^3^2", 512.0),
        ("x^-1", 0.5),
        ("2^-x^2", 2.0**-4),
        ("-x²", -4.0),
        ("3*x³", 24.0),
        ("x⁻²", 0.25),
        ("x¹⁰", 1024.0),
        ("(x + 1)²", 9.0),
        ("sin(x)² + cos(x)²", 1.0),
        ("2^x²", 16.0),
        ("pow(x, 3)", 8.0),
        ("power(x, -1)", 0.5),
        ("π", math.pi),
        ("3 − x", 1.0),
        ("−x × 3", -6.0),
        ("x·3⋅2", 12.0),
        ("(x ≤ 2) + (x ≥ 2.5) + (x ≠ 2)", 1.0),
        ("if(x > 1, 5, 6)", 5.0),
        ("if(x < 1, 5, if(x < 3, 7, 8))", 7.0),
        ("4 if(x > 1)else 6", 4.0),
        ("where(False, x, 1)", 1.0),
        ("where(true, x, 1)", 2.0),
        ("True + true + False", 2.0),
        ("where(x > 1 and True, 3, 4)", 3.0),
        ("Piecewise((1, False), (x, True))", 2.0),
        ("Piecewise((1, x < 0), (x, true))", 2.0),
        ("Heaviside(x, 0)", 1.0),
        ("Heaviside(x - 2, 0)", 0.0),
        ("Heaviside(x - 2, 1)", 1.0),
        ("Heaviside(x - 2, 1/2)", 0.5),
        ("Heaviside(x - 2, 0.5)", 0.5),
        ("Heaviside(x - 3, 1)", 0.0),
        ("0x10 + 1_000", 1016.0),
    ],
)
def test_spellings_of_the_field_mean_what_they_mean_there(text, value):
    assert evaluate(parse(text, {"x"}), {"x": 2.0}) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("3 + 2x", "`2x` is not a product; write `2*x`", 5),
        ("1/2x", "write `2*x`", 3),
        ("2(x + 1)", "`2(...)` is not a product; write `*`", 1),
        ("(x)(y)", "an operator is missing before `(`; write a product with `*`", 4),
        ("x y", "an operator is missing before `y`", 3),
        ("y + x(t - a)", "`x(...)` is `x` at another time, and delays are not part", 5),
        ("x(t)", "`x(t)` is written `x`", 1),
        ("delay(x, a)", "delays are not part", 1),
        ("acot(x)", "has two meanings; write `atan(1/x)` or `pi/2 - atan(x)`", 1),
        ("Heaviside(x, a)", "write `where(x == 0, h, heaviside(x))`", 1),
        ("xⁿ", "write a power as `x**n`", 2),
        ("x²^3", "two exponents stand on one base", 1),
        ("(x > 0)^(y > 0)", "`^` is a power, and a condition has none", 1),
        ("x – y", "the minus is `-`", 3),
        ("x ÷ y", "division is `/`", 3),
        ("√x", "write `sqrt(...)`", 1),
        ("x > 0 && y > 0", "write `and`", 7),
        ("x > 0 || y > 0", "write `or`", 7),
        ("x <> y", "write `!=`", 3),
        ("|x|", "write `abs(...)`", 1),
        ("x if y", "an `else` is missing", 6),
        ("()", "nothing stands in these brackets", 1),
    ],
)
def test_other_spellings_are_named_with_the_cure(text, message, column):
    with pytest.raises(ExpressionError) as caught:
        parse(text, {"x", "y", "a"})
    found, said = caught.value.faults[0]
    assert message in said
    assert found == column


def test_what_a_model_declares_goes_before_other_spellings():
    names = {"π", "true", "cot", "sec"}
    assert set(symbols(parse("π + true + cot + sec", names))) == names
    assert operations(parse("cot(x)", {"x"}, {"cot": 1})) == {"cot()"}


def test_subscripts_are_parts_of_names_and_what_is_raised_is_not():
    assert symbols(parse("k₁*x₂₃", {"k1", "x23"})) == ("k1", "x23")
    assert is_name("k₁")
    assert not is_name("x²")
    assert not is_name("xⁿ")
    assert not is_name("a·b")


LONG = 4_000


@pytest.mark.parametrize("sign", ["+", "-", "*", "/"])
def test_a_flat_chain_of_thousands_is_grouped_from_the_left(sign):
    numbers = [1 + 0.001 * ((index * 7919) % 1000) for index in range(LONG)]
    times = "*x" if sign in "+-" else ""
    text = f" {sign} ".join(f"{number!r}{times}" for number in numbers)
    expected = 0.7 * numbers[0] if sign in "+-" else numbers[0]
    for number in numbers[1:]:
        term = number * 0.7 if sign in "+-" else number
        match sign:
            case "+":
                expected += term
            case "-":
                expected -= term
            case "*":
                expected *= term
            case "/":
                expected /= term
    with np.errstate(all="ignore"):
        spans = {}
        tree = parse(text, {"x"}, spans=spans)
        assert evaluate(tree, {"x": 0.7}) == expected  # bit for bit
    assert write(parse(write(tree), {"x"})) == write(tree)
    assert depth(tree) >= LONG
    slope = evaluate(derivative(tree, "x"), {"x": 0.7})
    if sign == "+":
        assert slope == pytest.approx(math.fsum(numbers), rel=1e-12)
    assert len(latex(tree)) > LONG
    inside = parse(f"exp(-1e-6*({text}))", {"x"})
    assert evaluate(inside, {"x": 0.7}) == math.exp(-1e-6 * expected)
    assert latex(inside)
    assert substitute(inside, {"x": Symbol("y")})


SPELLED = spellings()


@relaxed
@given(expressions(), SPELLED)
def test_every_spelling_is_read_as_the_same_tree(tree, dialect):
    assert parse(write(tree, dialect), symbols(tree)) == tree
