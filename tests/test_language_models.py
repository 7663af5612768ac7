"""Models in the spellings of the field, and with sums of thousands of terms, in every target."""

import math

import numpy as np
import pytest

from nullcline import Dynamics, ModelError, Run
from nullcline.conformance import Outcome, check
from nullcline.expression import DEEPEST, depth, evaluate
from nullcline.latex import latex
from nullcline.targets import all_targets

RUN = Run(duration=2.0, sampling=0.1)


def spelled():
    """A forced oscillator as papers and other programs write one, and the same in plain words."""
    other, plain = Dynamics("Spelled"), Dynamics("Plain")
    for model in (other, plain):
        model.add_parameter("k₁", value=1.5)
        model.add_parameter("a", value=0.4)
    other.add_state_variable(
        "x", equation="−k₁·x² + if(t ≤ 1, a, 2×a) + sech(x)", initial_value=0.3
    )
    other.add_state_variable(
        "y", equation="x^2 - y^-1 + Heaviside(x, 0)*pow(a, 3)", initial_value=2
    )
    other.add_state_variable("z", equation="cot(1 + a) − z + where(False, x, 1)", initial_value=0)
    plain.add_state_variable(
        "x", equation="-k1*x**2 + where(t <= 1, a, 2*a) + 1/cosh(x)", initial_value=0.3
    )
    plain.add_state_variable("y", equation="x**2 - 1/y + (x > 0)*a**3", initial_value=2)
    plain.add_state_variable("z", equation="1/tan(1 + a) - z + 1", initial_value=0)
    return other, plain


def long_sum(terms):
    """x' = a sum of so many small terms, with its sum beside it."""
    weights = [((index * 7919) % 1000 - 500) * 1e-5 for index in range(terms)]
    model = Dynamics("Long")
    model.add_parameter("g", value=1.0)
    text = " + ".join(
        f"{weight:.5f}*x" if weight >= 0 else f"({weight:.5f})*x" for weight in weights
    )
    model.add_state_variable("x", equation=f"g*({text}) - 0.5*x", initial_value=1.0)
    return model, weights


def test_both_spellings_are_one_model():
    other, plain = spelled()
    assert list(other.parameters) == ["k1", "a"]
    values = {"k1": 1.7, "a": 0.2, "x": 0.9, "y": -1.1, "z": 0.3}
    for one, two in zip(other.system().derivatives, plain.system().derivatives, strict=True):
        for time in (0.5, 1.5):
            expected = evaluate(two.tree, values, time)
            assert evaluate(one.tree, values, time) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", sorted(all_targets()))
def test_the_spellings_of_the_field_conform_in_every_target(name):
    target = all_targets()[name]
    if target.missing():
        pytest.skip(f"{target.missing()} is not installed")
    assert check(target, spelled()[0].system(), RUN).outcome is Outcome.CONFORMS


@pytest.mark.parametrize("name", sorted(all_targets()))
def test_a_sum_of_hundreds_of_terms_conforms_in_every_target(name):
    target = all_targets()[name]
    if target.missing():
        pytest.skip(f"{target.missing()} is not installed")
    assert check(target, long_sum(450)[0].system(), RUN).outcome is Outcome.CONFORMS


def test_a_sum_of_thousands_of_terms_is_cut_where_it_is_too_deep_and_added_in_order():
    model, weights = long_sum(3_000)
    system = model.system()
    assert len(system.auxiliaries) > 10
    for item in (*system.auxiliaries, *system.derivatives):
        assert depth(item.tree) <= DEEPEST
        assert latex(item.tree)
    values = {"g": 1.0, "x": 0.7}
    for item in system.auxiliaries:
        values[item.name] = evaluate(item.tree, values)
    expected = 0.0
    for weight in weights:
        expected += float(f"{weight:.5f}") * 0.7
    found = evaluate(system.derivatives[0].tree, values)
    assert found == 1.0 * expected - 0.5 * 0.7  # bit for bit
    rate = math.fsum(float(f"{weight:.5f}") for weight in weights) - 0.5
    trajectory = model.simulate(1.0)
    assert trajectory["x"][-1] == pytest.approx(math.exp(rate), rel=1e-8)
    swept = model.sweep({"g": [1.0]}, duration=1.0, features=["minimum:x"])
    assert float(swept["minimum_x"][0]) == pytest.approx(math.exp(rate), rel=1e-5)
    assert model.generate_report(format="markdown")
    assert not model.check_units().problems


def test_a_long_chain_of_conditions_and_one_in_a_function_are_cut_too():
    model = Dynamics("Chain")
    model.add_function("f", " + ".join(["u*u"] * 600), ["u"])
    model.add_state_variable("x", equation="f(x/30) - x", initial_value=0.5)
    test = " and ".join(f"x > {index / 1000}" for index in range(300))
    model.add_state_variable("y", equation=f"where({test}, 1, -y)", initial_value=0.0)
    system = model.system()
    assert all(depth(item.tree) <= DEEPEST for item in (*system.auxiliaries, *system.derivatives))
    values = {"x": 0.4, "y": 0.0}
    for item in system.auxiliaries:
        values[item.name] = evaluate(item.tree, values)
    found = [evaluate(item.tree, values) for item in system.derivatives]
    assert found[0] == pytest.approx(600 * (0.4 / 30) ** 2 - 0.4, rel=1e-12)
    assert found[1] == 1.0
    values["x"] = 0.2
    for item in system.auxiliaries:
        values[item.name] = evaluate(item.tree, values)
    assert evaluate(system.derivatives[1].tree, values) == 0.0


def test_names_with_subscripts_work_wherever_a_name_is_given():
    model = Dynamics("Sub")
    model.add_parameter("k₁", value=1.0)
    model.add_state_variable("x₁", equation="k₁ - x₁", initial_value=0.0)
    assert model.simulate(1.0, parameters={"k₁": 3.0})["x₁"][-1] == pytest.approx(3 - 3 / math.e)
    swept = model.sweep({"k₁": [1.0, 2.0]}, duration=20, sampling=10.0, outputs=["x₁"])
    np.testing.assert_allclose(swept["x1"].values[:, -1], [1, 2], rtol=1e-5)
    swept = model.sweep({"x₁": [0.5]}, duration=1, features=["minimum:x₁"])
    assert float(swept["minimum_x1"][0]) == 0.5
    assert "k1" in str(model.continuation("k₁", 1, 2, box={"x₁": (0, 3)}))
    assert model.local_sensitivity("k₁", 1.0)
    assert "k_{1}" in model.generate_report(format="markdown")


def test_a_raised_character_is_no_part_of_a_name():
    model = Dynamics("Raised")
    with pytest.raises(ModelError, match="`x²` cannot be a name in an equation; what is raised"):
        model.add_parameter("x²", value=1.0)


def test_true_is_set_as_a_word():
    model = Dynamics("True")
    model.add_state_variable("x", equation="where(x > 1 or true, 1, 2)", initial_value=0.0)
    assert r"\mathrm{true}" in latex(model.system().derivatives[0].tree)
