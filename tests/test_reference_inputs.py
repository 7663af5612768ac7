"""Inputs in time, however short and however long the run, against closed forms."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import gammaln

from nullcline import Dynamics, Run, reference
from nullcline.reference.compiled import compiled
from nullcline.reference.inputs import Inputs


def model(equation, **parameters):
    found = Dynamics("M", parameters=parameters)
    found.add_state_variable("x", equation, 0.0)
    return found.system()


def with_mean(equation, **parameters):
    """And the integral of x as a second state."""
    found = Dynamics("M", parameters=parameters)
    found.add_state_variable("x", equation, 0.0)
    found.add_state_variable("s", "x", 0.0)
    return found.system()


def breaks(equation, end, **parameters):
    system = model(equation, **parameters)
    return list(Inputs(compiled(system).steps, parameters).breaks(end))


def mean(system, duration, samples=100):
    found = reference.simulate(system, Run(duration, duration / samples))
    assert found.finished
    assert found.certain() == len(found.times)
    return float(found["s"][-1]) / duration


@pytest.mark.parametrize("duration", [10, 300, pytest.param(4_500, marks=pytest.mark.thorough)])
def test_a_short_pulse_in_each_period_of_a_sine(duration):
    """Each pulse lasts acos(0.999)/pi of a period; x takes tau times its area, all but the last."""
    system = with_mean("-x/tau + where(sin(2*pi*t/T) > 0.999, 1, 0)", T=1.0, tau=0.05)
    exact = 0.05 * math.acos(0.999) / math.pi
    assert mean(system, duration) == pytest.approx(exact, rel=1e-6)


@pytest.mark.thorough
def test_pace_at_ten_thousand_periods():
    """Each pulse has the area w*A = 1; what is not decayed at the end is known too."""
    system = with_mean("-x + where(mod(t, T) < w, A, 0)", T=1.0, w=0.01, A=100.0)
    decayed = 100 * (1 - math.exp(-0.01)) * math.exp(-0.99) / (1 - math.exp(-1))
    exact = 1 - decayed / 10_000
    assert mean(system, 10_000) == pytest.approx(exact, rel=1e-9)
    assert exact == pytest.approx(0.99994, abs=5e-6)


def central(n):
    """The mean of sin**n for an even n."""
    return math.exp(gammaln(n + 1) - 2 * gammaln(n / 2 + 1) - n * math.log(2))


def test_a_narrow_smooth_bump_in_each_period():
    system = with_mean("-x/tau + sin(pi*t/T)**10000", T=100.0, tau=5.0)
    assert mean(system, 10_000) == pytest.approx(5 * central(10_000), rel=1e-6)


def test_a_narrow_bump_of_literals():
    """k*sin(pi*(t + 0.037)/10)**1000 over 10,000: the report's integral is 252.3."""
    found = reference.simulate(model("k*sin(pi*(t + 0.037)/10)**1000", k=1.0), Run(10_000, 100))
    assert found["x"][-1] == pytest.approx(10_000 * central(1000), rel=1e-8)
    assert 10_000 * central(1000) == pytest.approx(252.3, abs=0.05)


@pytest.mark.thorough
def test_a_square_wave_over_many_periods():
    found = reference.simulate(model("k*where(mod(t, 10) < 1, 1, 0)", k=1.0), Run(50_000, 500))
    assert found["x"][-1] == pytest.approx(5000, rel=1e-10)


def test_the_top_of_a_parabola():
    """t*(100 - t) > 2500 - d holds for 2*sqrt(d) about 50."""
    found = reference.simulate(model("where(t*(100 - t) > 2499.99999999, 5000, 0)"), Run(100, 1))
    assert found.finished
    assert found["x"][-1] == pytest.approx(5000 * 2 * math.sqrt(1e-8), rel=1e-4)


@pytest.mark.parametrize(
    ("equation", "end", "expected"),
    [
        ("where(t > 3, 1, 0)", 10, [3]),
        ("where(t >= 10, 1, 0)", 10, [10]),
        ("floor(2*t + 0.5)", 2, [0.25, 0.75, 1.25, 1.75]),
        ("ceil(t)", 2.5, [0, 1, 2]),
        ("mod(t + 0.25, 0.5)", 1.1, [0.25, 0.75]),
        ("mod(-t, 0.4)", 1.1, [0, 0.4, 0.8]),
        ("where(cos(pi*t) < 0, 1, 0)", 3, [0.5, 1.5, 2.5]),
        ("where(sin(t**2) > 0, 1, 0)", 3, [0, *(math.sqrt(k * math.pi) for k in (1, 2))]),
        ("abs(t - 0.7)", 1, [0.7]),
        ("min(t, 0.3)", 1, [0.3]),
        ("sign(t - 0.2) + heaviside(0.6 - t)", 1, [0.2, 0.6]),
        ("exp(-(t - 0.4)**2/1e-6)", 1, [0.4]),
        ("1/(1 + ((t - 0.4)/1e-4)**2)", 1, [0.4]),
        ("tanh((t - 0.4)/1e-5)", 1, [0.4]),
        ("where(t > 0.2 and not(t > 0.3), 1, 0)", 1, [0.2, 0.3]),
        ("where(sin(3*t)*cos(5*t) > 0.9, 1, 0)", 1, []),
        ("where(mod(t, 1) + mod(t, 0.4) < 0.1, 1, 0)", 1.2, None),
    ],
)
def test_where_breaks_are(equation, end, expected):
    found = breaks(equation, float(end))
    for low, high in found:
        assert low <= high <= low + 4 * np.spacing(low) + 1e-25
    if expected is not None:
        assert [high for _, high in found] == pytest.approx(expected, abs=1e-9)
    else:  # where t is less than 0.05, or between 1 and 1.2 never, and the jumps of both
        times = [high for _, high in found]
        assert np.all(
            np.min(np.abs(np.subtract.outer([0.05, 0.4, 0.8, 1.0], times)), axis=1) < 1e-9
        )


def test_breaks_of_a_long_run_come_as_it_goes_on():
    """A million periods: the first thousand are there before the others are looked for."""
    system = model("where(mod(t, T) < 0.25, 1, 0)", T=1.0)
    first = list(itertools.islice(Inputs(compiled(system).steps, {"T": 1.0}).breaks(1e6), 2000))
    highs = np.array([high for low, high in first if low > 0])
    exact = np.sort(np.concatenate([np.arange(0, 1001) + 0.25, np.arange(1, 1001)]))[: len(highs)]
    assert highs == pytest.approx(exact, abs=1e-9)


def test_many_periods_are_all_found():
    found = breaks("where(sin(2*pi*t/T) > 0.999, 1, 0)", 30_000.0, T=1.0)
    assert len(found) == 60_000


def test_inputs_faster_than_time_can_tell_are_told():
    found = reference.simulate(model("mod(t, 1e-18)"), Run(1.0, 0.1))
    assert found.status == "stalled"
    assert "faster than times can be told apart" in found.message
