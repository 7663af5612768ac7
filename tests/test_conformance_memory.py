"""What one run leaves to the next, what rounding excuses, and what the reference's store gives."""

from dataclasses import replace

import numpy as np
import pytest

from nullcline import Dynamics, Run, reference
from nullcline.conformance import Outcome, check
from nullcline.conformance.deviates import Deviates
from nullcline.conformance.expected import expected
from nullcline.conformance.vector_field import check_field
from nullcline.targets import get_target

PYTHON = get_target("python")
RUN = Run(2.0, 0.1)


def built(equation, initial=0.5, **parameters):
    model = Dynamics("M", parameters=parameters)
    model.add_state_variable("x", equation, initial)
    return model.system()


def planted(old, new):
    """The Python target with one piece of its text replaced."""

    def export(system):
        text = PYTHON.export(system)
        assert old in text, text
        return text.replace(old, new)

    return replace(PYTHON, export=export)


def sticky():
    """Values that a run changed stay changed."""
    known = {}

    def simulate(text, system, run):
        known.update(run.parameters)
        return PYTHON.simulate(text, system, replace(run, parameters=dict(known)))

    return replace(PYTHON, simulate=simulate)


def one_late():
    """Every run has the values that the run before was given."""
    given = [{}]

    def simulate(text, system, run):
        given.append(run.parameters)
        return PYTHON.simulate(text, system, replace(run, parameters=given[-2]))

    return replace(PYTHON, simulate=simulate)


@pytest.mark.parametrize("faulty", [sticky, one_late])
def test_values_that_reach_another_run_are_caught(faulty):
    verdict = check(faulty(), built("-k*x", k=1.0), RUN)
    assert verdict.outcome == Outcome.DEVIATES, verdict
    assert "something is kept from one run to the next" in verdict.reason


def test_a_large_factor_beside_a_small_one_excuses_nothing():
    """1e-7*x*1e6: no sum ever holds a number of that size, so nothing is rounded by it."""
    system = built("1e-7*x*1e6 - 0.1*a", a=0.1)
    assert check(PYTHON, system, RUN).outcome == Outcome.CONFORMS
    verdict = check(planted("a=0.1", f"a={float(np.float32(0.1))!r}"), system, RUN)
    assert verdict.outcome == Outcome.DEVIATES


def test_a_large_term_hides_no_jump():
    """The jump by 0.1 is a ten-millionth of the term beside it."""
    system = built("where(x > 0.5, 0.1, 0) + 1e6*b*1e-6 - x", b=1.0)
    verdict = check(planted("x > 0.5", "x >= 0.5"), system, RUN)
    assert verdict.outcome == Outcome.DEVIATES


@pytest.mark.parametrize(
    ("equation", "old", "new"),
    [
        ("(x + 1e10) - 1e10 - x", "x + 10000000000.0 - 10000000000.0 - x", "0*x"),
        ("sin(1e18*x) - x", "1e18 * x", "x / 3 * 3e18"),
        ("(x + y) - (x - y) - x", "x + y - (x - y) - x", "2*y - x"),
        ("1/(x + y - y) - x", "x + y - y", "x"),
    ],
)
def test_another_order_of_rounding_is_no_deviation(equation, old, new):
    """Each pair is equal by algebra; the digits that are lost are lost to both."""
    system = built(equation, y=1e3)
    text = planted(old, new).export(system)
    check_field(PYTHON.vector_field(text, system), system, {"x": 0.5}, np.random.default_rng(0))
    off = text.replace("return np.array(", "return 10.0 + np.array(")
    with pytest.raises(Deviates):
        check_field(PYTHON.vector_field(off, system), system, {"x": 0.5}, np.random.default_rng(0))


def test_numbers_in_reasons_are_plain():
    for change in ("2 * x", "np.inf * x", "np.nan * x"):
        verdict = check(planted("-k * x", change), built("-k*x", k=1.0), RUN)
        assert verdict.outcome == Outcome.DEVIATES
        assert "np." not in verdict.reason


def test_the_stored_trajectory_is_the_references_and_cannot_be_changed():
    system = built("-k*x", k=1.0)
    found, right = expected(system, RUN), reference.simulate(system, RUN)
    np.testing.assert_array_equal(found.values, right.values)
    np.testing.assert_array_equal(found.uncertainty, right.uncertainty)
    assert expected(built("-k*x", k=1.0), replace(RUN)) is found
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 7.0


@pytest.mark.parametrize(
    "other",
    [
        Run(2.0, 0.1, {"k": 0.5}),
        Run(2.0, 0.1, {}, {}, {"x": 0.25}),
        Run(2.0, 0.2),
    ],
)
def test_what_is_stored_of_one_run_is_no_others(other):
    system = built("-k*x", k=1.0)
    assert expected(system, other) is not expected(system, RUN)
    np.testing.assert_array_equal(
        expected(system, other).values, reference.simulate(system, other).values
    )


@pytest.mark.parametrize("hint", [{"max_step": 0.01}, {"breaks": (1.0,)}])
def test_what_engines_are_told_of_a_run_is_nothing_to_the_reference(hint):
    """It finds the breaks itself, and is not computed again for them."""
    system = built("-k*x", k=1.0)
    told = Run(2.0, 0.1, **hint)
    assert expected(system, told) is expected(system, RUN)
    np.testing.assert_array_equal(
        expected(system, told).values, reference.simulate(system, told).values
    )


def test_zeros_of_two_signs_are_two_runs():
    system = built("1/k - x", k=1.0)
    above, below = (expected(system, Run(2.0, 0.1, {"k": k})) for k in (0.0, -0.0))
    assert above is not below
