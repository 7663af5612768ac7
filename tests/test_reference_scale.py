"""The reference at every scale of a model's states, none of them known to it."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nullcline import Dynamics, Run, reference
from nullcline.expression import Apply, Number, Symbol
from nullcline.expression.tree import substitute
from nullcline.system import Definition, Quantity, System
from nullcline.testing import systems

SCALES = [1.0, 1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 1e-30, 1e12]


def nano(scale):
    """A Brusselator whose states are of the size `scale`."""
    model = Dynamics("Nano", parameters={"a": scale, "b": 3.0, "s": scale})
    model.add_state_variable("x", "a - (b + 1)*x + x**2*y/s**2", scale)
    model.add_state_variable("y", "b*x - x**2*y/s**2", scale)
    return model.system()


@pytest.mark.parametrize("scale", SCALES)
def test_nano_is_right_at_every_scale(scale):
    """Period 7.1569 and amplitude 3.3812 of the Brusselator for a = 1, b = 3, as the report of a
    sweep that was wrong at 1e-9 gives them."""
    found = reference.simulate(nano(scale), Run(60, 0.01))
    assert found.finished
    assert found.certain() == len(found.times)
    x = found["x"][found.times > 30] / scale
    times = found.times[found.times > 30]
    assert np.ptp(x) == pytest.approx(3.3812, rel=1e-4)
    above = x > 2
    up = np.flatnonzero(~above[:-1] & above[1:])
    crossed = times[up] + 0.01 * (2 - x[up]) / (x[up + 1] - x[up])
    assert np.diff(crossed) == pytest.approx(np.full(len(crossed) - 1, 7.1569), rel=1e-4)


@pytest.mark.parametrize("scale", SCALES)
def test_an_oscillator_from_zero_is_right_at_every_scale(scale):
    model = Dynamics("M", parameters={"w": 3.0})
    model.add_state_variable("x", "w*y", 0.0)
    model.add_state_variable("y", "-w*x", scale)
    found = reference.simulate(model.system(), Run(50, 0.5))
    exact = scale * np.array([np.sin(3 * found.times), np.cos(3 * found.times)])
    assert np.abs(found.values - exact).max() < 1e-8 * scale
    assert found.uncertainty.max() < 1e-8 * scale


@pytest.mark.parametrize("scale", SCALES)
def test_a_chain_that_starts_at_zero_is_right_at_every_scale(scale):
    """x1' = a - x1, x2' = x1 - x2, x3' = x2 - x3: the incomplete gamma functions."""
    model = Dynamics("Chain", parameters={"a": scale})
    model.add_state_variable("x1", "a - x1", 0.0)
    model.add_state_variable("x2", "x1 - x2", 0.0)
    model.add_state_variable("x3", "x2 - x3", 0.0)
    found = reference.simulate(model.system(), Run(10, 0.1))
    t = found.times
    exact = np.array(
        [1 - np.exp(-t), 1 - np.exp(-t) * (1 + t), 1 - np.exp(-t) * (1 + t + t**2 / 2)]
    )
    assert np.abs(found.values / scale - exact).max() < 1e-9


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e-15])
def test_a_stiff_system_is_right_at_every_scale(scale):
    model = Dynamics("Stiff", parameters={"s": scale, "k": 1e6})
    model.add_state_variable("x", "-k*(x - s*cos(t)) - s*sin(t)", scale)
    found = reference.simulate(model.system(), Run(10, 0.5))
    assert found["x"] / scale == pytest.approx(np.cos(found.times), abs=1e-9)


def scaled(system, factors):
    """The system whose states are `factors` times as large, by name; all powers of two."""
    back = {name: Apply("/", (Symbol(name), Number(factor))) for name, factor in factors.items()}

    def moved(item):
        return Definition(item.name, substitute(item.tree, back))

    return System(
        name=system.name,
        parameters=system.parameters,
        constants=system.constants,
        inputs=system.inputs,
        states=tuple(Quantity(s.name, s.value * factors[s.name]) for s in system.states),
        auxiliaries=tuple(map(moved, system.auxiliaries)),
        derivatives=tuple(
            Definition(item.name, Apply("*", (moved(item).tree, Number(factors[item.name]))))
            for item in system.derivatives
        ),
    )


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(systems(), st.lists(st.integers(-60, 60), min_size=3, max_size=3))
def test_states_in_other_units_give_the_same_to_the_last_bit(system, powers):
    names = [item.name for item in system.states]
    factors = {name: 2.0**power for name, power in zip(names, powers, strict=False)}
    run = Run(2.0, 0.1)
    one, other = (reference.simulate(each, run) for each in (system, scaled(system, factors)))
    column = np.array([[factors[name]] for name in names])
    assert (one.status, one.message) == (other.status, other.message)
    assert np.array_equal(one.values * column, other.values)
    assert np.array_equal(one.uncertainty * column, other.uncertainty)
