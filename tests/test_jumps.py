"""Jumps of the state's own making: found where they are, and what they make wrong is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nullcline import Dynamics
from nullcline.errors import ModelError
from nullcline.jumps import jump


def model(x, y="-y", **parameters):
    made = Dynamics("M")
    for name, value in {"a": 1.0, "c": 0.3, **parameters}.items():
        made.add_parameter(name, value=value)
    made.add_state_variable("x", equation=x, initial_value=0.1)
    made.add_state_variable("y", equation=y, initial_value=0.2)
    return made


def found(x, *names, **parameters):
    return jump(model(x, **parameters).system(), set(names or ("x", "y")))


@pytest.mark.parametrize(
    ("equation", "by"),
    [
        ("where(x > c, a, -a)", "x"),
        ("where(x + y > c, a, -a)", "x"),
        ("-x + heaviside(x - c)", "x"),
        ("sign(x)", "x"),
        ("floor(3*x) - x", "x"),
        ("mod(x, 1)", "x"),
        ("-x + (1 if y >= 0.5 else 0)", "y"),
        ("where(t > 5*y, 1, 0) - x", "y"),
        ("-x + 0.01*(x > c)", "x"),
    ],
)
def test_a_jump_is_found(equation, by):
    assert found(equation) == ("x", by)


@pytest.mark.parametrize(
    "equation",
    [
        "a - x**3",
        "abs(x) - y",
        "max(0, x - c) - x",
        "where(x > 0, x, 2*x)",  # a kink
        "where(x == 0, 1, sin(x)/x)",  # a hole that is filled
        "where(x > c, a*(x - c)**2, 0)",
        "where(t > 5, a, -a) - x",  # time alone
        "where(a > c, x, -x)",  # parameters alone
        "x*heaviside(x)",
        "1/(x - c)",
        "1e9*tanh(1e3*x)",
    ],
)
def test_what_is_continuous_is_no_jump(equation):
    assert found(equation) is None


@given(st.floats(-3, 3), st.floats(0.05, 5), st.sampled_from(["where(x > c, a, 0)", "a*(x >= c)"]))
def test_a_jump_of_any_size_at_any_place_is_found(where, size, equation):
    assert found(f"{equation} - x", c=where, a=size) == ("x", "x")


def test_a_parameter_that_moves_a_jump_in_time_counts_for_it_alone():
    assert found("where(t > c, a, -a) - x", "x", "y", "c") == ("x", "c")
    assert found("where(t > c, a, -a) - x", "x", "y", "a") is None


def test_what_stands_in_no_derivative_does_not_count():
    made = model("-x")
    made.add_derived_variable("spike", equation="where(x > c, 1, 0)")
    assert jump(made.system(), {"x", "y"}) is None


def test_exponents_and_sensitivities_across_jumps_are_refused():
    made = model("-x + where(x > c, -a, a)")
    with pytest.raises(ModelError, match=r"Lyapunov exponents of M cannot be had.*`x` jumps"):
        made.sweep({"a": [1.0, 2.0]}, duration=10, features=["lyapunov"])
    with pytest.raises(ModelError, match="local sensitivities of M cannot be had"):
        made.local_sensitivity("a", duration=1)


def test_a_sensitivity_beside_a_jump_in_time_is_right():
    """x' = a for t > c, else 0: dx/da = t - c, from mathematics; dx/dc is refused."""
    made = model("where(t > c, a, 0)")
    result = made.local_sensitivity("a", duration=1, sampling=0.5)
    assert result.raw.sel(parameter="a", state="x").values == pytest.approx([0, 0.2, 0.7], abs=1e-9)
    with pytest.raises(ModelError, match="where `c` crosses a condition"):
        made.local_sensitivity("c", duration=1)
