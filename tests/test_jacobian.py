"""Jacobians, Lyapunov exponents and sensitivities against closed forms and the literature."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from library_runs import LIBRARY, eigenvalues, library

from nullcline import Dynamics, ModelError, Run, reference
from nullcline.engine import simulate
from nullcline.expression import OPERATIONS, Apply, Number, Symbol, evaluate, is_name, parse, walk
from nullcline.jacobian import (
    EXPONENT,
    jacobian,
    sensitivities,
    slope_name,
    tangent,
    tangent_name,
)
from nullcline.reference import vector_field
from nullcline.system import Definition
from nullcline.tape import Tape
from nullcline.testing import systems


def model(states, parameters, **slots):
    """A model from {state: (equation, initial value)}."""
    variables = {n: {"equation": rhs, "initial_value": x} for n, (rhs, x) in states.items()}
    slots = {
        section: {
            n: {"equation": item} if isinstance(item, str) else item for n, item in some.items()
        }
        for section, some in slots.items()
    }
    return Dynamics(name="M", parameters=parameters, state_variables=variables, **slots)


CHAIN = model(
    {"x": ("rate*(g - x)*u", 0.3), "y": ("g**2 - y*h", 0.2)},
    {"tau": 2.0, "k": 1.5, "s": 0.7},
    derived_parameters={"rate": "k/tau"},
    derived_variables={"g": "sin(k*x) + y", "h": "exp(g*s)*x", "unused": "x*y"},
    coupling_inputs={"u": {}},
)


def by_hand(x, y, tau, k, s, u):
    """CHAIN's Jacobian by its states, differentiated on paper."""
    g, rate = np.sin(k * x) + y, k / tau
    h = np.exp(g * s) * x
    gx, gy = k * np.cos(k * x), 1.0
    hx, hy = np.exp(g * s) * (1 + x * s * gx), np.exp(g * s) * x * s * gy
    return np.array(
        [[rate * (gx - 1) * u, rate * gy * u], [2 * g * gx - y * hx, 2 * g * gy - h - y * hy]]
    )


def test_the_chain_rule_goes_through_auxiliaries():
    found = jacobian(CHAIN.system())(0.0, [0.4, -0.3], {"u": 0.9, "tau": 3.0})
    assert found == pytest.approx(by_hand(0.4, -0.3, 3.0, 1.5, 0.7, 0.9), rel=1e-14)


def test_derivatives_by_parameters_go_through_constants():
    x, y, u = 0.4, -0.3, 0.9
    found = jacobian(CHAIN.system(), ["tau", "u"])(0.0, [x, y], {"u": u})
    change = np.sin(1.5 * x) + y - x
    assert found[0] == pytest.approx([-1.5 / 2**2 * change * u, 1.5 / 2 * change], rel=1e-14)
    assert np.array_equal(found[1], [0, 0])


def test_zeros_are_left_out_and_the_size_stays_proportional():
    count = 40
    states = {f"x{i}": (f"z{i}*(x{max(i - 1, 0)} - x{i})", 1.0) for i in range(count)}
    variables = {f"z{i}": f"1 + tanh(x{i})*z{i - 1}" if i else "x0" for i in range(3)}
    variables |= {f"z{i}": f"1 + tanh(x{i})" for i in range(3, count)}
    system = model(states, {}, derived_variables=variables).system()
    found = jacobian(system)
    nodes = sum(len(list(walk(item.tree))) for item in (*system.auxiliaries, *system.derivatives))
    trees = [item.tree for item in found.definitions] + list(found.entries.values())
    assert len(found.entries) < 2 * count + 5
    assert sum(len(list(walk(tree))) for tree in trees) < 6 * nodes


def test_a_long_chain_of_auxiliaries_does_not_swell():
    """Written out, the derivative of 60 nested squares would have 2**60 nodes."""
    chain = {f"a{i}": f"a{i - 1}**2 - 0.1*a{i - 1}" if i else "x" for i in range(60)}
    found = jacobian(model({"x": ("a59 - x", 0.5)}, {}, derived_variables=chain).system())
    nodes = sum(len(list(walk(item.tree))) for item in found.definitions)
    assert nodes < 60 * 12
    a, slope = 0.5, 1.0
    for _ in range(59):
        a, slope = a**2 - 0.1 * a, (2 * a - 0.1) * slope
    assert found(0.0, [0.5])[0, 0] == pytest.approx(slope - 1, rel=1e-12)


@pytest.mark.parametrize("name", LIBRARY)
def test_library_jacobians_are_difference_quotients(name):
    system = library(name).system()
    rng = np.random.default_rng(7)
    start = np.array([item.value for item in system.states])
    inputs = {item.name: 0.1 for item in system.inputs}
    field, found = vector_field(system, inputs), jacobian(system)
    for _ in range(3):
        state = start + rng.uniform(0.01, 0.1, len(start)) * np.maximum(1e-3, np.abs(start))
        matrix = found(0.37, state, inputs)
        for column in range(len(start)):
            step = 1e-5 * max(1e-3, abs(state[column]))
            quotients = []
            for h in (step, step / 2):
                change = np.eye(len(start))[column] * h
                quotients.append(
                    (field(0.37, state + change) - field(0.37, state - change)) / 2 / h
                )
            best = (4 * quotients[1] - quotients[0]) / 3
            size = np.abs(matrix).max() + np.abs(field(0.37, state)).max() / step * 1e-9
            assert np.abs(matrix[:, column] - best).max() < 1e-6 * size, (name, column)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(systems(), st.randoms(use_true_random=False))
def test_many_points_at_once_are_the_points_one_by_one(system, random):
    found = jacobian(system)
    states = np.array([[random.uniform(-2, 2) for _ in range(3)] for _ in system.states])
    given = {item.name: np.array([0.3, 0.4, -0.1]) for item in system.parameters}
    fields, matrices = found.evaluate(0.2, states, given)
    assert matrices.shape == (len(states), len(states), 3)
    for point in range(3):
        one = {name: values[point] for name, values in given.items()}
        field, matrix = found.evaluate(0.2, states[:, point], one)
        assert np.array_equal(field, vector_field(system, one)(0.2, states[:, point]))
        np.testing.assert_allclose(matrices[:, :, point], matrix, rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(fields[:, point], field, rtol=1e-12, atol=1e-300)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(systems())
def test_an_augmented_system_is_a_system(system):
    every = [item.name for item in system.parameters + system.inputs]
    for augmented in (tangent(system), sensitivities(system, every)):
        known = {item.name for item in augmented.parameters + augmented.inputs + augmented.states}
        assert [i.name for i in augmented.states] == [i.name for i in augmented.derivatives]
        for item in augmented.definitions:
            for node in walk(item.tree):
                assert not isinstance(node, Symbol) or node.name in known
                assert not isinstance(node, Apply) or node.operation in OPERATIONS
            known.add(item.name)
        names = augmented.names
        assert len(set(names)) == len(names)
        assert not any(is_name(name) for name in set(names) - set(system.names))


def test_a_tape_is_the_trees_walked():
    definition = Definition("u", parse("x**2 + y"))
    trees = [parse("sin(u)*sin(u) + x**2"), parse("where(u > 1, t, -3)"), Number(2)]
    tape = Tape([definition], trees)
    assert len(tape) == 14  # x 2 x**2 y u sin sin*sin + 1 > t 3 neg where, fewer than the nodes
    values = {"x": 1.3, "y": -0.2}
    known = values | {"u": evaluate(definition.tree, values)}
    assert tape(values, np.float64(4.0)) == [evaluate(tree, known, 4.0) for tree in trees]


def exponent(system, start, end, step, points=200, **values):
    """The growth rate between two times, the mean over many orbits, by the classical method of
    order 4 with a fixed step."""
    augmented = tangent(system)
    field = vector_field(augmented, augmented.sorted_values(values)["parameters"])
    state = np.array([[item.value] * points for item in augmented.states])
    count = len(system.states)
    state[:count] += np.random.default_rng(1).uniform(-0.5, 0.5, (count, points))
    grown = {}
    for index in range(round(end / step) + 1):
        grown[index] = state[-1]
        k1 = field(0.0, state)
        k2 = field(0.0, state + step / 2 * k1)
        k3 = field(0.0, state + step / 2 * k2)
        state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + field(0.0, state + step * k3))
    assert [item.name for item in augmented.states[-2:]] == [
        tangent_name(system.states[-1].name),
        EXPONENT,
    ]
    length = np.sqrt((state[count : 2 * count] ** 2).sum(axis=0))
    assert length == pytest.approx(1, abs=0.03)  # neutral: the steps of order 4 move it
    return float(np.mean(grown[round(end / step)] - grown[round(start / step)]) / (end - start))


def test_the_exponent_of_a_linear_system_is_its_largest_real_part():
    states = {
        "x": ("-0.5*x + 2*y", 1.0),
        "y": ("-2*x - 0.5*y + z", 0.0),
        "z": ("-0.3*z", 1.0),
    }
    assert exponent(model(states, {}).system(), 80, 100, 0.02, 1) == pytest.approx(-0.3, abs=1e-6)


def test_the_exponent_of_a_limit_cycle_is_zero():
    system = library("van_der_pol").system()
    assert exponent(system, 30, 150, 0.02, 50) == pytest.approx(0, abs=2e-3)


@pytest.mark.parametrize(
    ("name", "values", "times", "expected", "within"),
    [
        ("lorenz", {"sigma": 10, "r": 28, "b": 8 / 3}, (20, 70, 0.01), 0.9056, 0.02),
        ("roessler", {"a": 0.2, "b": 0.2, "c": 5.7}, (60, 360, 0.04), 0.0714, 0.004),
    ],
)
def test_exponents_of_chaos(name, values, times, expected, within):
    """J. C. Sprott, Chaos and Time-Series Analysis, Oxford 2003."""
    assert exponent(library(name).system(), *times, **values) == pytest.approx(expected, abs=within)


def follow(system, parameters, duration, **values):
    augmented = sensitivities(system, parameters)
    run = Run(duration, duration / 20, **augmented.sorted_values(values), rtol=1e-11, atol=1e-13)
    return simulate(augmented, run)


def test_sensitivities_of_a_decay():
    system = model({"x": ("-r*x", 2.0)}, {"k": 0.7}, derived_parameters={"r": "k"}).system()
    found = follow(system, ["k", "x"], 4.0)
    t = found.times
    assert found[slope_name("x", "k")] == pytest.approx(-t * np.exp(-0.7 * t) * 2, abs=1e-10)
    assert found[slope_name("x", "x")] == pytest.approx(np.exp(-0.7 * t), abs=1e-10)


def test_sensitivities_of_logistic_growth():
    system = model({"N": ("g*N*(1 - N/K)", 0.2)}, {"g": 1.3, "K": 2.5}).system()
    found = follow(system, ["g", "K", "N"], 5.0)
    t, n, k = found.times, 0.2, 2.5
    grown = np.exp(1.3 * t)
    below = k + n * (grown - 1)
    exact = {
        "g": t * grown * n * k * (k - n) / below**2,
        "K": n**2 * grown * (grown - 1) / below**2,
        "N": k**2 * grown / below**2,
    }
    for name, expected in exact.items():
        assert found[slope_name("N", name)] == pytest.approx(expected, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("name", ["morris_lecar", "wilson_cowan", "qif_mean_field"])
def test_sensitivities_are_difference_quotients(name):
    system = library(name).system()
    found = follow(system, [item.name for item in system.parameters], 3.0)
    for item in system.parameters:
        step = 1e-4 * max(abs(item.value), 0.1)
        runs = [
            simulate(
                system, Run(3.0, 0.15, {item.name: item.value + h}, rtol=1e-12, atol=1e-13)
            ).values
            for h in (-step, step, -2 * step, 2 * step)
        ]
        quotient = (8 * (runs[1] - runs[0]) - (runs[3] - runs[2])) / (12 * step)
        for row, state in enumerate(system.states):
            slope = found[slope_name(state.name, item.name)]
            assert slope == pytest.approx(
                quotient[row], rel=1e-5, abs=1e-6 * np.abs(slope).max() + 1e-8
            )


def test_the_reference_integrates_an_augmented_system():
    system = sensitivities(library("fitzhugh_nagumo").system(), ["I_ext"])
    run = Run(5.0, 0.5)
    expected, found = reference.simulate(system, run), simulate(system, run)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-6, atol=1e-8)


def test_eigenvalues_are_those_of_difference_quotients():
    system = library("lorenz").system()
    matrix = jacobian(system)(0.0, [1.0, 2.0, 3.0])
    exact = np.sort_complex(np.linalg.eigvals(matrix))
    close = np.sort_complex(
        eigenvalues(lambda x: vector_field(system, {})(0.0, x), [1.0, 2.0, 3.0])
    )
    assert exact == pytest.approx(close, rel=1e-7)


def test_an_unknown_name_is_a_sentence():
    system = library("fitzhugh_nagumo").system()
    for verb in (jacobian, sensitivities):
        with pytest.raises(ModelError, match=r"no number called `I_ex`; did you mean `I_ext`\?"):
            verb(system, ["I_ex"])
