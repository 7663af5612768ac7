"""The PyRates template: the guide's form, every operation, every trap of PyRates, and its names."""

import math
import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy import special
from scipy.integrate import solve_ivp

from nullcline import Dynamics
from nullcline.conformance import Outcome, check
from nullcline.errors import Unsupported
from nullcline.expression import OPERATIONS, Apply, Symbol, is_name, parse
from nullcline.system import Definition, Quantity, System
from nullcline.targets import get_target
from nullcline.targets.pyrates.plain import is_plain
from nullcline.testing import dynamics
from nullcline.trajectory import Run

PYRATES = get_target("pyrates")


def quantities(values):
    return tuple(Quantity(name, value) for name, value in (values or {}).items())


def system(states, parameters=None, auxiliaries=None, constants=None, inputs=None, name="M"):
    """A System by hand: states maps a name to (equation, initial value)."""
    groups = (states, parameters, auxiliaries, constants, inputs)
    declared = [each for group in groups for each in group or {}]

    def define(equations):
        return tuple(Definition(n, parse(t, declared), t) for n, t in (equations or {}).items())

    return System(
        name,
        quantities(parameters),
        define(constants),
        quantities(inputs),
        quantities({n: value for n, (_, value) in states.items()}),
        define(auxiliaries),
        define({n: text for n, (text, _) in states.items()}),
    )


def field_of(model):
    return PYRATES.vector_field(PYRATES.export(model), model)


def value(text, x=0.0, time=0.0, **parameters):
    """The derivative of the first state, equation `text`, at x; parameters are 0.7 by default."""
    model = system({"x": (text, 0.3)}, dict.fromkeys(parameters, 0.7))
    return float(field_of(model)(time, [x], parameters)[0])


def equations(model):
    lines = PYRATES.export(model).splitlines()
    return [line[7:-1] for line in lines if line.startswith("    - ") and "=" in line]


# The guide's form

VDP = {"x": ("z", 0.1), "z": ("mu*(1 - x**2)*z - x", 0.0)}


def test_the_guides_models_read_as_their_authors_wrote_them():
    assert PYRATES.export(system(VDP, {"mu": 1.0}, name="VdP")) == (
        "# VdP: a PyRates template written by Nullcline.\n"
        "VdP_op:\n"
        "  base: OperatorTemplate\n"
        "  equations:\n"
        '    - "d/dt * x = z"\n'
        '    - "d/dt * z = mu*(1 - x**2)*z - x"\n'
        "  variables:\n"
        "    x: output(0.1)\n"
        "    z: variable(0.0)\n"
        "    mu: 1.0\n"
        "VdP_node:\n"
        "  base: NodeTemplate\n"
        "  operators:\n"
        "    - VdP_op\n"
        "VdP_circuit:\n"
        "  base: CircuitTemplate\n"
        "  nodes:\n"
        "    p: VdP_node\n"
    )
    parameters = dict.fromkeys(("a", "b", "tau", "I_ext", "eta", "J", "Delta"), 1.0)
    for equation in (
        "v - v**3/3 - w + I_ext",
        "(v + a - b*w)/tau",
        "Delta/(tau*pi) + 2*w*v",
        "v**2 + eta + J*w*tau - (pi*w*tau)**2",
    ):
        model = system({"v": (equation, 0.0), "w": ("v", 0.0)}, parameters)
        assert equations(model)[0] == f"d/dt * v = {equation}"


def test_importing_the_target_imports_no_pyrates():
    code = (
        "import sys, nullcline.targets.pyrates, nullcline.pyrates;"
        "print({'pyrates', 'sympy', 'pandas'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


# Every operation, against mathematics

ONE = {
    "exp": math.exp,
    "expm1": math.expm1,
    "log": math.log,
    "log10": math.log10,
    "log2": math.log2,
    "log1p": math.log1p,
    "sqrt": math.sqrt,
    "abs": abs,
    "sign": lambda x: float((x > 0) - (x < 0)),
    "floor": math.floor,
    "ceil": math.ceil,
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: getattr(math, name) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
    "heaviside": lambda x: 0.5 * (1 + (x > 0) - (x < 0)),
    "sigmoid": special.expit,
}
POINTS = [
    *(-3.7, -2.0, -1.0, -0.5, -1e-9, 0.0, 3e-12, 0.1, 0.5, 0.999999, 1.0),
    1.0000001,
    2.0,
    4.25,
]


@pytest.mark.parametrize("name", ONE)
def test_a_function_of_one_argument(name):
    model = system({"x": (f"{name}(x)", 0.3), "y": (f"a - {name}(0.5*a + x)*x", 0.0)}, {"a": 0.2})
    field = field_of(model)
    compared = 0
    for x in POINTS:
        try:
            expected = [ONE[name](x), 1.4 - ONE[name](0.7 + x) * x]
        except (ValueError, OverflowError):
            continue
        compared += 1
        np.testing.assert_allclose(field(0.0, [x, 0.0], {"a": 1.4}), expected, 1e-13, 1e-300)
    assert compared >= 2


TWO = {
    "min(x, a)": min,
    "max(x, a)": max,
    "min(x, a, x*a)": lambda x, a: min(x, a, x * a),
    "max(x, a, 0.25)": lambda x, a: max(x, a, 0.25),
    "atan2(x, a)": math.atan2,
    "atan2(-x, -a)": lambda x, a: math.atan2(-x, -a),
    "(x < a)*3": lambda x, a: 3 * (x < a),
    "(x <= a)*3": lambda x, a: 3 * (x <= a),
    "(x > a) + (x >= a)": lambda x, a: (x > a) + (x >= a),
    "(x == a) + 2*(x != a)": lambda x, a: (x == a) + 2 * (x != a),
    "where(x > 0 and a > 0, 1, 2)": lambda x, a: 1 if x > 0 and a > 0 else 2,
    "where(x > 0 or a > 0, 1, x)": lambda x, a: 1 if x > 0 or a > 0 else x,
    "where(not x > a, x, a*x)": lambda x, a: a * x if x > a else x,
    "1 if 0 < x < a else 2": lambda x, a: 1 if 0 < x < a else 2,
    "x if 0 else a": lambda x, a: a,
}


@pytest.mark.parametrize("text", TWO)
def test_an_operation_of_two_arguments(text):
    field = field_of(system({"x": (text, 0.3)}, {"a": 0.2}))
    for x in (-2.5, -1.0, 0.0, 0.5, 1.0, 3.0):
        for a in (-1.0, 0.0, 0.5, 1.0, 2.0):
            found = field(0.0, [x], {"a": a})[0]
            assert found == pytest.approx(TWO[text](x, a), rel=1e-14), (x, a)


def test_every_operation_is_written_or_refused():
    refused = set()
    for name, entry in OPERATIONS.items():
        kinds = {"number": Symbol("x"), "truth": Apply("<", (Symbol("x"), Symbol("y")))}
        tree = Apply(name, tuple(kinds[kind] for kind in entry.takes))
        tree = tree if entry.gives == "number" else Apply("indicator", (tree,))
        states = (Quantity("x", 0.5), Quantity("y", 0.6))
        model = System(
            "M", (), (), (), states, (), (Definition("x", tree), Definition("y", Symbol("x")))
        )
        try:
            field_of(model)
        except Unsupported as error:
            refused.add(error.feature)
    assert refused == {"the operation `erf`", "the operation `erfc`"}


def test_mod_has_the_sign_of_its_divisor():
    field = field_of(system({"x": ("mod(x, a)", 0.3)}, {"a": 0.2}))
    for x in (-7.5, -3.0, -0.1, 0.0, 0.1, 0.3, 1.0, 2.5, 6.0):
        for a in (-3.0, -0.1, 0.1, 1.0, 2.5):
            assert field(0.0, [x], {"a": a})[0] == pytest.approx(x % a, rel=1e-14), (x, a)


def test_whole_numbers_are_exact():
    field = field_of(system({"x": ("floor(x) - ceil(x)*1000", 0.3)}))
    for x in [*range(-30, 31), 2.0**40, 2.0**40 + 0.5, -(2.0**40) - 0.25]:
        assert field(0.0, [x], {})[0] == math.floor(x) - 1000.0 * math.ceil(x)


# What stands beside a boundary, or on it


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("where(x > 0, 1, 2)", 0.0, 2.0),
        ("where(x >= 0, 1, 2)", 0.0, 1.0),
        ("heaviside(x)", 0.0, 0.5),
        ("sign(x)", 0.0, 0.0),
        ("where(x > 0, log(x), -1)", 0.0, -1.0),
        ("where(x > 0, log(x), -1)", -2.0, -1.0),
        ("where(x != 0, sin(x)/x, 1)", 0.0, 1.0),
        ("where(x == 0, 1, (exp(x) - 1)/x)", 0.0, 1.0),
        ("where(x < 1, exp(x), 0)", 1e4, 0.0),
        ("where(x < 1, sinh(x)**2, 3)", 1e4, 3.0),
        ("where(x > 0, x**0.5, where(x < -1, 1/(x + 1), 7))", -1.0, 7.0),
        ("where(x > 0, x**(-2), 5)", 0.0, 5.0),
        ("where(x > 1, acosh(x), atanh(x))", 0.5, math.atanh(0.5)),
        ("where(x != 0, mod(1, x), 4)", 0.0, 4.0),
    ],
)
def test_the_branch_that_is_not_taken_does_no_harm(text, at, expected):
    assert value(text, at) == pytest.approx(expected, rel=1e-14)


def test_an_infinite_variable_of_the_branch_that_is_not_taken_does_no_harm():
    model = system(
        {"x": ("where(x != 0, q*x, 3) + where(a != 0, k, 1)", 0.0)},
        {"a": 0.0},
        {"q": "1/x"},
        {"k": "2/a"},
    )
    assert field_of(model)(0.0, [0.0], {"a": 0.0})[0] == 4.0
    assert field_of(model)(0.0, [5.0], {"a": 4.0})[0] == 1.5


def test_a_number_that_is_not_finite_is_refused():
    with pytest.raises(Unsupported, match="not a finite number"):
        PYRATES.export(system({"x": ("x + exp(1000)", 0.0)}))


# What PyRates or SymPy stumble over


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", 0.7),
        ("3", 3.0),
        ("0", 0.0),
        ("1 - 1", 0.0),
        ("x - x", 0.0),
        ("x/x", 1.0),
        ("0*x", 0.0),
        ("x**0", 1.0),
        ("1*x", 0.4),
        ("2*(x + a) - 2*x - 2*a + 1", 1.0),
        ("abs(-2.5) + sigmoid(0) + min(2, 0.1)", 3.1),
        ("sin(sin(sin(x)))", math.sin(math.sin(math.sin(0.4)))),
        ("exp(exp(x)) - exp(x)*exp(a)", math.exp(math.exp(0.4)) - math.exp(1.1)),
        ("sin(x)/x", math.sin(0.4) / 0.4),
        ("x/(1 - exp(-x))", 0.4 / (1 - math.exp(-0.4))),
        ("(x + a)/a", 1.1 / 0.7),
        ("(1 - x)*(x - a)", 0.6 * -0.3),
        ("(2 - a)*(a - x)", 1.3 * 0.3),
        ("sqrt(x)*sqrt(x)", 0.4),
        ("(x < 1) + (x < 2)", 2.0),
        ("1e-30*x*1e30 + 1e22*a/1e22", 1.1),
        ("x/0.7 + 8/3*a - 1/3", 0.4 / 0.7 + 8 / 3 * 0.7 - 1 / 3),
        ("0.30000000000000004*x", 0.30000000000000004 * 0.4),
        ("(-2)**3 + 2**x + x**a", -8 + 2**0.4 + 0.4**0.7),
        ("pi*e", math.pi * math.e),
        ("sin(pi*x) + cos(a*pi)", math.sin(math.pi * 0.4) + math.cos(math.pi * 0.7)),
        ("-(-x) - (-(a))", 1.1),
        ("(abs(-x))**3*abs(x)", 0.4**4),
    ],
)
def test_a_right_hand_side_that_pyrates_would_get_wrong(text, expected):
    assert value(text, 0.4, a=0.7) == pytest.approx(expected, rel=1e-14, abs=1e-16)


def test_deep_nesting_compiles():
    text = "x"
    for _ in range(45):
        text = f"sin({text} + 0.1)"
    expected = 0.4
    for _ in range(45):
        expected = math.sin(expected + 0.1)
    assert value(text, 0.4) == pytest.approx(expected, rel=1e-13)


def test_a_very_long_model_is_refused():
    text = "+".join(f"sin({n}*x + x)" for n in range(100))
    states = {f"x{n}": (text.replace("x", f"x{n}"), 0.0) for n in range(12)}
    with pytest.raises(Unsupported, match="operations"):
        PYRATES.export(system(states))


def test_derived_parameters_follow_their_parameters():
    model = system({"x": ("-k*x + u", 1.0)}, {"a": 1.0}, constants={"k": "2*a"}, inputs={"u": 0.0})
    assert field_of(model)(0.0, [1.0], {"a": 3.0, "u": 0.5})[0] == -5.5
    run = Run(1.0, 0.5, {"a": 0.25}, {"u": 1.0}, {"x": 3.0})
    found = PYRATES.simulate(PYRATES.export(model), model, run)
    np.testing.assert_array_equal(found.times, [0.0, 0.5, 1.0])
    np.testing.assert_allclose(found["x"], 2 + np.exp(-0.5 * found.times), rtol=1e-8)


def test_an_auxiliary_that_nothing_uses_is_kept_and_harmless():
    model = system({"x": ("-x", 1.0)}, {"idle": 2.0}, {"unused": "x*idle"})
    assert "unused = x*idle" in equations(model)
    assert field_of(model)(0.0, [2.0], {"idle": 5.0})[0] == -2.0


def test_explicit_time_is_a_clock():
    model = system({"x": ("cos(t) + where(t > 1, clock, 0)", 0.0)}, {"clock": 2.0})
    text = PYRATES.export(model)
    assert "# the time t is the state clock_" in text
    assert PYRATES.vector_field(text, model)(3.0, [0.0], {})[0] == pytest.approx(math.cos(3) + 2)
    found = PYRATES.simulate(text, model, Run(2.0, 1.0))
    assert found.names == ("x",)
    np.testing.assert_allclose(found["x"], [0, math.sin(1), math.sin(2) + 2], rtol=1e-7)


def test_the_field_is_pure():
    field = field_of(system(VDP, {"mu": 1.0}))
    state = np.array([0.5, 1.0])
    first, second = field(0.0, state, {"mu": 2.0}), field(0.0, state, {"mu": 3.0})
    assert first is not second
    assert first.dtype == np.float64
    assert (first.tolist(), second.tolist(), state.tolist()) == ([1, 1], [1, 1.75], [0.5, 1.0])


def test_a_run_that_blows_up_says_how_far_it_came():
    model = system({"x": ("x**2", 1.0)})
    found = PYRATES.simulate(PYRATES.export(model), model, Run(2.0, 0.1))
    assert found.status != "finished"
    assert 9 <= len(found.times) <= 11
    np.testing.assert_allclose(found["x"][:9], 1 / (1 - found.times[:9]), rtol=1e-6)


def test_no_file_is_left_and_nothing_is_printed(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    path = list(sys.path)
    model = system(VDP, {"mu": 1.0})
    PYRATES.simulate(PYRATES.export(model), model, Run(1.0, 0.5))
    assert list(tmp_path.iterdir()) == []
    assert sys.path == path
    assert capfd.readouterr() == ("", "")


def test_a_failure_leaves_pyrates_clean():
    broken = PYRATES.export(system({"x": ("-x", 1.0)})).replace("-x", "gamma*x")
    model = system({"x": ("-x", 1.0)})
    with pytest.raises(Exception, match="PyRates"):
        PYRATES.vector_field(broken, model)
    assert field_of(model)(0.0, [2.0], {})[0] == -2.0


# Names


def test_only_what_must_be_is_renamed():
    names = ["gamma", "gamma_", "p", "t", "S", "lambda", "y", "local_coupling", "stimulus", "np"]
    names += ["x_v1", "my_idx", "e", "dt", "λ", "my_dummy_constant_3"]
    states = {name: (f"{name}*{n + 1}", 1.0) for n, name in enumerate(names)}
    model = system(states)
    renamed = PYRATES.names(model)
    assert len(set(renamed.values())) == len(names)
    assert {n: new for n, new in renamed.items() if n == new}.keys() >= {
        *("gamma_", "p", "local_coupling", "stimulus", "e", "dt", "λ")
    }
    assert (renamed["gamma"], renamed["lambda"], renamed["t"]) == ("gamma__", "lambda_", "t_")
    text = PYRATES.export(model)
    for name, new in renamed.items():
        assert (f"# renamed: {name} -> {new}\n" in text) == (name != new)
    found = PYRATES.vector_field(text, model)(0.5, np.arange(1.0, 17.0), {})
    np.testing.assert_array_equal(found, np.arange(1.0, 17.0) ** 2)


def test_every_reserved_name_can_be_used():
    names = sorted(name for name in PYRATES.reserved if is_name(name))
    random.Random(1).shuffle(names)
    for start in range(0, len(names), 100):
        part = names[start : start + 100]
        states = {name: (f"{name} + q", 1.0) for name in part}
        found = field_of(system(states, {"q": 0.5}))(0.0, np.arange(len(part)), {"q": 2.0})
        np.testing.assert_array_equal(found, np.arange(len(part)) + 2.0)


def test_what_sympy_reads_as_something_else_is_reserved():
    from sympy import Symbol as SympySymbol
    from sympy import sympify

    namespace = {}
    exec("from sympy import *", namespace)
    names = [name for name in namespace if is_name(name) and name not in PYRATES.reserved]
    assert [name for name in names if sympify(name) != SympySymbol(name)] == []


@pytest.mark.parametrize(
    "name", ["my model-1", "1st", "a.b/c", "p", "x_idx", "edge_from_a", "null", "", "é", "sin"]
)
def test_any_model_name(name):
    model = system({"x": ("-2*x", 1.0)}, name=name)
    assert field_of(model)(0.0, [3.0], {})[0] == -6.0


def test_comments_cannot_break_the_template():
    x = Quantity("x", 1.0, "m\ns", 'a "quoted"\n  - thing: #\x00\u2028')
    model = System("M", (), (), (), (x,), (), (Definition("x", Symbol("x")),), "a\nb", "c\r\nd: [")
    assert field_of(model)(0.0, [3.0], {})[0] == 3.0


# Cases kept from the acceptance

KEPT = {
    "boundary at the default": {"x": {"equation": "where(x > 0, 1, -1)*0.3", "initial_value": 0.0}},
    "names": {
        name: {"equation": f"0.5 - {name}*{n + 1}", "initial_value": 0.1 * n}
        for n, name in enumerate(["p", "t", "gamma", "gamma_", "local_coupling", "stimulus", "np"])
    },
    "time": {"x": {"equation": "sin(3*t) - x", "initial_value": 0.5}},
    "mod": {"x": {"equation": "mod(-t, 0.7) - x", "initial_value": 0.5}},
    "nesting": {"x": {"equation": "-tanh(exp(sin(x)))", "initial_value": 0.5}},
    "product": {"v": {"equation": "v*(1 - v)*(v - 0.2)", "initial_value": 0.5}},
    "abs": {"x": {"equation": "abs(x - 0.4) - abs(x)", "initial_value": 0.5}},
}


@pytest.mark.parametrize("case", KEPT)
def test_a_kept_case_conforms(case):
    declared = Dynamics(name="M", state_variables=KEPT[case])
    verdict = check(PYRATES, declared.system(), Run(2.0, 0.1))
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(dynamics())
def test_generated_models_conform_or_are_refused(declared):
    verdict = check(PYRATES, declared.system(), Run(1.0, 0.1))
    assert verdict.outcome in (Outcome.CONFORMS, Outcome.UNSUPPORTED), verdict.reason


def test_a_trajectory_against_scipy_by_hand():
    model = system(VDP, {"mu": 1.0})
    run = Run(20.0, 0.5, {"mu": 3.0}, initial={"z": 1.0})
    found = PYRATES.simulate(PYRATES.export(model), model, run)
    expected = solve_ivp(
        lambda t, s: [s[1], 3.0 * (1 - s[0] ** 2) * s[1] - s[0]],
        (0, 20),
        [0.1, 1.0],
        method="DOP853",
        rtol=1e-12,
        atol=1e-13,
        t_eval=run.times,
    )
    np.testing.assert_allclose(found.values, expected.y, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("mu*(1 - x**2)*z - x", True),
        ("-x + mu*tanh(z)", True),
        ("exp(-(x - 1)/2)*z", True),
        ("x - x", False),
        ("exp(x)*exp(z)", False),
        ("sin(x)/x", False),
        ("(1 - x)*(x - z)", False),
        ("0*x + z", False),
        ("sin(sin(x))", False),
        ("x > z", False),
    ],
)
def test_what_is_left_as_written(text, plain):
    assert is_plain(parse(text, ["x", "z", "mu"])) is plain
