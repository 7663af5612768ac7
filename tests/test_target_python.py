"""The Python module: its form, its meaning at the edges, and its harmlessness."""

import ast
import shutil
import subprocess
import sysconfig

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nullcline import Dynamics, Run
from nullcline.conformance import Outcome, check
from nullcline.targets import get_target
from nullcline.testing import dynamics

PYTHON = get_target("python")


def model(equation, states=None, **slots):
    states = states or {"x": {"equation": equation, "initial_value": 0.5}}
    return Dynamics(name="M", state_variables=states, **slots)


def function(declared, name="M"):
    module = {}
    exec(declared.render_code("python"), module)
    return module[name]


def assert_conforms(declared, duration=2.0):
    verdict = check(PYTHON, declared.system(), Run(duration, 0.1))
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason


def test_the_form_of_the_guide():
    fhn = Dynamics("FHN")
    for name, value in {"a": 0.7, "b": 0.8, "tau": 12.5, "I_ext": 0.5}.items():
        fhn.add_parameter(name, value=value)
    fhn.add_state_variable("v", equation="v - v**3/3 - w + I_ext", initial_value=0.0)
    fhn.add_state_variable("w", equation="(v + a - b*w)/tau", initial_value=0.0)
    text = fhn.render_code(format="python")
    signature = ast.parse(text).body[-1].args
    names = [argument.arg for argument in signature.args]
    assert names == [
        *("current_state", "t", "a", "b", "tau", "I_ext"),
        *("local_coupling", "stimulus", "stimulus_scaling"),
    ]
    defaults = [ast.literal_eval(default) for default in signature.defaults]
    assert defaults == [0.7, 0.8, 12.5, 0.5, 0.0, None, 1.0]
    assert "v - v**3 / 3 - w + I_ext," in text  # the author's own order
    field = function(fhn, "FHN")
    assert field([1.0, 2.0], 0.0) == pytest.approx([1 - 1 / 3 - 2 + 0.5, (1 + 0.7 - 1.6) / 12.5])
    many = field(np.ones((2, 3)), 0.0, a=np.array([0.0, 1.0, 2.0]))
    assert many.shape == (2, 3)
    assert many[1] == pytest.approx((1 + np.array([0.0, 1.0, 2.0]) - 0.8) / 12.5)


def test_a_value_for_an_input_that_the_model_lacks_is_refused():
    field = function(model("-x"))
    assert field([1.0], 0.0, local_coupling=0.0, stimulus=None, stimulus_scaling=2.0) == [-1.0]
    with pytest.raises(ValueError, match="no local_coupling or stimulus"):
        field([1.0], 0.0, local_coupling=1.0)
    with pytest.raises(ValueError, match="no local_coupling or stimulus"):
        field([1.0], 0.0, stimulus=np.sin)


def test_declared_inputs_are_arguments():
    declared = model("local_coupling - x + u", coupling_inputs={"local_coupling": {}, "u": {}})
    field = function(declared)
    assert field([1.0], 0.0) == [-1.0]
    assert field([1.0], 0.0, local_coupling=2.0, u=0.5) == [1.5]
    assert_conforms(declared)


def test_constant_derivatives_have_the_shape_of_the_points():
    states = {
        "x": {"equation": "k", "initial_value": 0.0},
        "y": {"equation": "3", "initial_value": 0.0},
    }
    field = function(model("", states, parameters={"k": 2.0}))
    assert field(np.zeros((2, 4)), 0.0).tolist() == [[2.0] * 4, [3.0] * 4]
    assert field([0, 0], 0.0).dtype == np.float64
    mixed = field(np.zeros((2, 2)), 0.0, k=np.array([1.0, 5.0]))
    assert mixed.tolist() == [[1.0, 5.0], [3.0, 3.0]]


@pytest.mark.parametrize("name", [*"tpeEINSQOyn", "np", "lambda", "gamma", "local_coupling"])
@pytest.mark.parametrize("role", ["parameter", "state"])
def test_hostile_names(name, role):
    declared = Dynamics("np")
    declared.add_parameter(name if role == "parameter" else "a", 0.7)
    declared.add_parameter("gamma_", 0.3)
    other = name if role == "state" else "x"
    declared.add_state_variable(other, f"gamma_ - {name}*{other} + sin({name})", 0.2)
    assert_conforms(declared)


def test_names_say_what_was_renamed():
    declared = model("-np*x*np_", parameters={"np": 1.0, "np_": 2.0, "lambda": 1.0})
    names = declared.names("python")
    assert names == {"np": "np__", "np_": "np_", "lambda": "lambda_", "x": "x"}


@pytest.mark.parametrize(
    "equation",
    [
        "where(a > 0, 1/a, -x)",  # a is 0: the other branch is not evaluated into an error
        "where(a > 0, a**-1, 1) - x",
        "where(x > 0.5, 1, 2) - x",  # on its boundary at the start
        "where(x >= 0.5, 1, 2) - x",
        "heaviside(x - 0.5) - x",
        "sign(x - 0.5) - x",
        "mod(-x, 0.7) - x",
        "sin(t)*x - x",
        "sin(sin(sin(x))) - x",
        "(1 - x)*(x - b)",
        "abs(x) - b",
        "(x > 0.2)*2 - x",
        "(x > 0.2) + (x > 0.1) - x",
        "-x**2 + 2**-x",
        "b**0.5 - x",
        "erf(x) - erfc(x)",
        "2**1000*1e-300*x - x",
        "1e-30*x - 1e22*1e-22*x",
        "min(x, b, 0.1) + max(x, 0, t) - x",
        "not x > 1 and (t < 1 or x < 0)",
        "atan2(x, -b) - x",
    ],
)
def test_edges_of_the_language(equation):
    assert_conforms(model(equation, parameters={"a": 0.0, "b": 0.3}))


def test_a_fractional_power_of_a_negative_parameter_is_not_complex():
    declared = model("where(a > 0, a**0.5, 0) - x", parameters={"a": -2.0})
    with np.errstate(invalid="ignore"):
        found = function(declared)([1.0], 0.0)
    assert found.dtype == np.float64
    assert found == [-1.0]


def test_a_stranger_s_words_stay_words():
    evil = '""" + __import__("os").system("touch HACKED") + """\n    import os\n\x00\\'
    declared = Dynamics(
        name="M\nimport os",
        description=evil,
        parameters={"k": {"value": 1.0, "unit": evil, "description": evil}},
        state_variables={"x": {"equation": "-k*x", "initial_value": 1.0, "description": evil}},
    )
    tree = ast.parse(declared.render_code("python"))
    kinds = [type(node).__name__ for node in tree.body]
    assert kinds == ["Expr", "Import", "Assign", "FunctionDef"]
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    known = {"np", "float", "x", "k", "current_state", "local_coupling", "stimulus", "ValueError"}
    assert names <= known | {"INITIAL_STATE"}


def _ruff(*arguments, text):
    ruff = shutil.which("ruff", path=sysconfig.get_path("scripts")) or "ruff"
    return subprocess.run(
        [ruff, *arguments, "-"], input=text, capture_output=True, text=True, check=False
    )


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(dynamics())
def test_the_text_is_as_ruff_leaves_it_and_has_no_unused_line(declared):
    text = declared.render_code("python")
    assert _ruff("format", "--isolated", text=text).stdout == text
    linted = _ruff("check", "--isolated", "--select", "F", text=text)
    assert linted.returncode == 0, linted.stdout
    assert declared.render_code("python") == text


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(dynamics())
def test_generated_models_conform(declared):
    assert_conforms(declared)


def test_whole_numbers_and_single_precision_are_computed_in_float64():
    field = function(model("-x*K**9 + K/3", parameters={"K": 2.0}))
    exact = -(np.array([200.0, 100.0]) ** 9) + np.array([200.0, 100.0]) / 3
    found = field(np.ones((1, 2)), 0.0, K=np.array([200, 100]))
    assert found[0] == pytest.approx(exact, rel=1e-14)
    assert field([1], 0, K=np.uint8(200)) == pytest.approx([exact[0]], rel=1e-14)
    assert field([1.0], 0.0, K=np.float32(0.1))[0] == pytest.approx(
        -(float(np.float32(0.1)) ** 9) + float(np.float32(0.1)) / 3, rel=1e-14
    )


@pytest.mark.parametrize(
    "equation", ["log(10**20) - x", "exp(-1/t) - x", "1/(1/a) - x", "1/(1 + b**8) - x"]
)
def test_numpy_s_arithmetic_where_python_s_own_would_raise(equation):
    declared = model(equation, parameters={"a": 0.0, "b": 1e50})
    with np.errstate(all="ignore"):
        assert np.all(np.isfinite(function(declared)([0.5], 0.0)))


@pytest.mark.parametrize("name", ["float", "ValueError", "__debug__", "math"])
def test_names_that_the_module_itself_calls(name):
    assert_conforms(model(f"sin(2*t) - x*{name}", parameters={name: 0.5}), 1.0)
    declared = Dynamics(name)
    declared.add_state_variable(name, f"1 - {name}", 0.5)
    assert_conforms(declared, 1.0)


def test_a_large_model_is_asked_once_for_what_depends_on_its_states(monkeypatch):
    """As often as it has equations, not as often as pairs of them."""
    from nullcline.targets import python

    model, asked = Dynamics("Large"), []
    for number in range(30):
        model.add_derived_variable(f"q{number}", f"2*x{number}")
        model.add_state_variable(f"x{number}", f"-q{number}", 1.0)
    system, symbols = model.system(), python.symbols
    monkeypatch.setattr(python, "symbols", lambda tree: asked.append(tree) or symbols(tree))
    python.TARGET.export(system)
    assert len(asked) <= 3 * 60
