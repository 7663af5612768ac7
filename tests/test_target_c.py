"""The C file: its form, C's own traps, and that one model's library is never another's."""

import gc
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nullcline import Dynamics, Run
from nullcline.conformance import Outcome, check
from nullcline.errors import SimulationError
from nullcline.expression import Apply, evaluate, operations, walk
from nullcline.system import Definition
from nullcline.targets import get_target
from nullcline.targets.c import function_name
from nullcline.testing import JUMPS, expressions

C = get_target("c")
LIMITS = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, np.inf, -np.inf, np.nan])


def model(equation, name="M", initial=0.5, **slots):
    states = {"x": {"equation": equation, "initial_value": initial}}
    return Dynamics(name=name, state_variables=states, **slots)


def field(declared):
    system = declared.system()
    return C.vector_field(C.export(system), system)


def assert_conforms(declared, duration=2.0):
    verdict = check(C, declared.system(), Run(duration, 0.1))
    assert verdict.outcome == Outcome.CONFORMS, f"{verdict.reason}\n{verdict.text}"
    return verdict


def test_the_form():
    fhn = Dynamics("FHN", parameters={"a": 0.7, "tau": 12.5, "I": 0.5})
    fhn.add_derived_parameter("rate", "1/tau")
    fhn.add_state_variable("v", equation="v - v**3/3 - w + I", initial_value=0.1, unit="mV")
    fhn.add_state_variable("w", equation="(v + a)*rate", initial_value=-0.2)
    text = fhn.render_code("c")
    arguments = "double t, const double *state, const double *parameters, double *derivatives"
    assert f"void FHN({arguments})\n" in text
    assert 'FHN_parameter_names[3] = {"a", "tau", "I_"};' in text
    assert "FHN_initial_state[2] = {\n    0.1, /* v [mV] */\n    -0.2, /* w */\n};" in text
    assert "    /* dv/dt = v - v**3/3 - w + I [mV] */" in text
    assert "    derivatives[0] = v - pow(v, 3.0) / 3.0 - w + I_;" in text  # the author's order
    assert "    const double rate = 1.0 / tau;" in text
    assert text.endswith("}\n")


@pytest.mark.parametrize("standard", ["c99", "c11", "gnu17"])
def test_a_program_of_its_own(tmp_path, standard):
    declared = model("-k*x + mod(x, 3)", parameters={"k": {"value": 2, "unit": "1/s"}})
    main = """
#include <stdio.h>
int main(void)
{
    double derivatives[1];
    M(0.0, M_initial_state, M_default_parameters, derivatives);
    printf("%s %d %.17g", M_parameter_names[0], M_state_count, derivatives[0]);
    return 0;
}
"""
    source, program = tmp_path / "m.c", tmp_path / "m"
    source.write_text(declared.render_code("c") + main, encoding="utf-8")
    flags = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-O2"]
    command = ["cc", f"-std={standard}", *flags, "-o", str(program), str(source), "-lm"]
    subprocess.run(command, check=True)
    done = subprocess.run([str(program)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["k", "1", "-0.5"]


@pytest.mark.parametrize(
    "words",
    [
        "*/ int main(void) { return 1; } /*",
        "**/ #error",
        "/*/ #error",
        "*??/\n/ #error",
        "*\\\n/ #error",
        "ends in a backslash \\",
        "???/???/",
        "%s {0} \" ' \u2028 \u202e \x00 # define",
        "°C·µm",
    ],
)
def test_a_strangers_words_are_harmless(words):
    quantity = {"value": 0.3, "unit": words, "description": words}
    declared = Dynamics(
        name="M",
        description=words,
        parameters={"k": quantity},
        derived_parameters={"d": {"equation": "2*k", "unit": words, "description": words}},
        state_variables={"x": {"equation": "d - x", "unit": words, "initial_value": 0.1}},
    )
    declared.name = f"M {words}"
    assert field(declared)(0.0, [0.25], {}) == pytest.approx([0.35])


@pytest.mark.parametrize(
    "equation",
    [
        "1/2 - x",
        "-x**2",
        "-(-x) - -(-(-x))",
        "x - (1 - (2 - x))",
        "x/(2/(3*x))",
        "2**3**0.5 - x",
        "mod(-x - 1, 0.7) + mod(x + 1, -0.7)",
        "where(x > 0.5 and x < 2 or not x >= 1, 1, 2)",
        "where((x > 0) == 1, 1, 2)",
        "(x > 0.5) - (x >= 0.5)*2 + (x != 0.5)*4 + (x == 0.5)*8",
        "where(x == x, 1, 2) + (x < x)",
        "log(2)/log10(2)/log2(3) + log1p(x)*expm1(x)",
        "atan2(x, -1) + abs(-x) + heaviside(x - 0.5) + sign(x - 0.5)",
        "sigmoid(-x)*sigmoid(x - 1) + 2/sigmoid(x)",
        "9007199254740993*x/1e16 + 12345678901234567890/1e19",
        "5e-324*x + x/1.7976931348623157e308",
    ],
)
def test_traps_of_the_language(equation):
    assert_conforms(model(equation))


def steady(tree):
    """Whether no jump depends on a rounded number, so that two libraries must agree."""
    exact = {
        *JUMPS,
        *[
            "+",
            "-",
            "*",
            "/",
            "neg",
            "abs",
            "min",
            "max",
            "<",
            "<=",
            ">",
            ">=",
            "==",
            "!=",
            "and",
            "or",
            "not",
            "time",
        ],
    }
    return all(
        operations(node) <= exact
        for node in walk(tree)
        if isinstance(node, Apply) and node.operation in JUMPS
    )


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(tree=expressions(depth=2).filter(steady))
def test_any_equation_means_the_same_at_the_limits(tree):
    """Every operation at zeros of both signs, infinities and NaN; compiled without a warning."""
    declared = Dynamics("M", parameters={"y": 0.0, "a": 0.0})
    declared.add_state_variable("x", "-x", 0.0)
    system = replace(declared.system(), derivatives=(Definition("x", tree),))
    function = C.vector_field(C.export(system), system)
    random = np.random.default_rng(0)
    for x, y, a, t in random.choice(LIMITS, (20, 4)).tolist():
        expected = float(evaluate(tree, {"x": x, "y": y, "a": a}, t))
        found = float(function(t, [x], {"y": y, "a": a})[0])
        if np.isfinite(expected) and abs(expected) < 1e150:
            assert found == pytest.approx(expected, rel=1e-6, abs=1e-9), (x, y, a, t)
        elif np.isnan(expected):
            assert np.isnan(found), (x, y, a, t)


@pytest.mark.parametrize("operation", ["min(x, y)", "max(x, y)", "mod(x, y)", "atan2(x, y)"])
def test_two_arguments_at_the_limits(operation):
    declared = model(operation, parameters={"y": 0.0})
    tree, function = declared.system().derivatives[0].tree, field(declared)
    for x in LIMITS:
        for y in LIMITS:
            expected = evaluate(tree, {"x": x, "y": y})
            np.testing.assert_allclose(function(0.0, [x], {"y": y})[0], expected, rtol=1e-15)


@pytest.mark.parametrize("operation", ["sign", "heaviside", "abs", "floor", "ceil", "sigmoid"])
def test_one_argument_at_the_limits(operation):
    declared = model(f"{operation}(x)")
    tree, function = declared.system().derivatives[0].tree, field(declared)
    for x in LIMITS:
        np.testing.assert_allclose(function(0.0, [x], {})[0], evaluate(tree, {"x": x}), rtol=1e-15)


def test_names_in_ascii():
    words = ["β", "beta", "beta_", "Δ", "müde", "ß", "__LINE__", "__", "_Bool", "_x", "I", "t", "µ"]
    declared = model(" + ".join(words) + " - x", parameters=dict.fromkeys(words, 0.5))
    names = C.names(declared.system())
    assert names["Δ"] == "Delta"
    assert names["müde"] == "mude"
    assert names["_x"] == "_x"
    assert {"β", "__LINE__", "I"}.isdisjoint(names.values())
    assert len(set(names.values())) == len(words) + 1
    assert_conforms(declared)


@pytest.mark.parametrize(
    "name",
    ["main", "exp", "y0", "abs", "isnan", "_Bool", "3D model", "βeta", "state", "x", "∂", ""],
)
def test_any_name_of_a_model(name):
    declared = model("-x", name=name or "M")
    system = declared.system()
    assert function_name(system).isidentifier()
    assert function_name(system).isascii()
    assert_conforms(declared)


def test_a_branch_that_is_not_taken_is_not_computed():
    text = model("where(x > 0, log(x), -1)").render_code("c")
    assert "(x > 0.0 ? log(x) : -1.0)" in text


def test_helpers_only_where_they_are_used():
    assert "static" not in model("-x").render_code("c")
    unused = model("-x", derived_variables={"q": {"equation": "min(x, 1)"}})
    text = unused.render_code("c")
    assert "static" not in text
    assert "No derivative depends on q = min(x, 1)" in text
    assert_conforms(unused)


def test_models_of_one_name_do_not_mix():
    fields = [field(model(f"{k}*x")) for k in range(1, 30)]
    for k, function in enumerate(fields, 1):
        assert function(0.0, [1.0], {}) == [k]


def loaded():
    return sum("model.so" in line for line in Path("/proc/self/maps").read_text().splitlines())


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs /proc")
def test_libraries_are_unloaded():
    gc.collect()
    before = loaded()
    for k in range(20):
        field(model(f"{k}.5*x"))
    gc.collect()
    assert loaded() <= before + 8 * 6  # the eight that are kept, of a few segments each


def test_state_and_derivatives_may_be_one_array():
    declared = Dynamics("M")
    declared.add_state_variable("x", "y", 1.0)
    declared.add_state_variable("y", "x", 2.0)
    text = declared.render_code("c")
    assert text.index("y = state[1]") < text.index("derivatives[0] =")


def test_what_cannot_be_compiled_or_is_not_there_is_said():
    system = model("-k*x", parameters={"k": 1.0}).system()
    text = C.export(system)
    with pytest.raises(SimulationError, match="cc cannot compile"):
        C.vector_field(text.replace("double", "dubble"), system)
    function = C.vector_field(text, system)
    with pytest.raises(KeyError):
        function(0.0, [1.0], {"q": 1.0})
    with pytest.raises(ValueError, match="shape"):
        function(0.0, [1.0, 2.0], {})
    nothing = text.replace("derivatives[0] = -k * x", "(void)derivatives, (void)k, (void)x")
    unwritten = C.vector_field(nothing, system)
    assert np.isnan(unwritten(0.0, [1.0], {})).all()
