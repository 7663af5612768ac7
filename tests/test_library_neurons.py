"""The model library: neurons, populations and phases against mathematics and the literature."""

import cmath
import math

import numpy as np
import pytest
from library_runs import eigenvalues, equilibrium, field, growth, library
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from nullcline import reference


def critical(name, parameter, near, low, high):
    """Where an eigenvalue of the equilibrium near a state crosses the imaginary axis."""
    return brentq(lambda value: growth(name, near, **{parameter: value}), low, high, xtol=1e-6)


def assert_limit(name, state, variable):
    """The field is finite and smooth where a rate is 0/0: the mean of both sides, closely."""
    function, index = field(name), list(library(name).state_variables).index(variable)
    step = np.zeros(len(state))
    step[index] = 1e-4
    state = np.array(state, dtype=float)
    sides = (function(state - step) + function(state + step)) / 2
    assert function(state) == pytest.approx(sides, rel=1e-6, abs=1e-6)


def samples(name, duration, start=0.0, **values):
    """(times, states) of the default run from `start` on, at an accuracy for pictures."""
    system = library(name).system()
    initial = [item.value for item in system.states]
    function = reference.vector_field(system, values)
    times = np.linspace(start, duration, 2000)
    found = solve_ivp(function, (0, duration), initial, "LSODA", times, rtol=1e-7, atol=1e-9)
    return times, found.y


def test_connor_stevens():
    """Without current it rests at -68 mV (Dayan and Abbott), where each gate is steady."""
    found = equilibrium(field("connor_stevens", I_ext=0.0), [-68, 0.01, 0.97, 0.16, 0.54, 0.29])
    assert found[0] == pytest.approx(-68, abs=0.1)
    assert growth("connor_stevens", found, I_ext=0.0) < 0
    for potential in (-29.7, -45.7):
        assert_limit("connor_stevens", [potential, 0.3, 0.4, 0.5, 0.6, 0.2], "V")


def test_epileptor():
    """Where x1 < 0, z = 4 (x1 - x0) and x1^3 + 2 x1^2 + 4 x1 = 4 x0 + 4.1; it is stable below
    the epileptogenicity x0 = -2.05 (Jirsa et al. 2014), nearly."""
    for x0, unstable in ((-2.5, False), (-2.1, False), (-2.0, True), (-1.6, True)):
        roots = np.roots([1, 2, 4, -4 * x0 - 4.1])
        x1 = roots[np.abs(roots.imag) < 1e-9].real[0]
        whole = field("epileptor", x0=x0)
        first = lambda state, whole=whole: whole([*state, -1, 0, 0])[:3]  # noqa: E731
        state = [x1, 1 - 5 * x1**2, 4 * (x1 - x0)]
        assert first(state) == pytest.approx(np.zeros(3), abs=1e-12)
        assert (eigenvalues(first, state)[0].real > 0) == unstable
    for one, other in ((-1e-13, 1e-13), (-0.25 - 1e-13, -0.25 + 1e-13)):
        whole = field("epileptor")
        assert whole([0.5, 0, 2, 1, 2, 10]) == pytest.approx(
            [3.1 - 2 - 0.5 * (1 - 0.6 * 4), -0.25, 6.4 / 2857, -1.08, 0.55, 0.4]
        )
        assert whole([one, 0, 3, one, 0, 0]) == pytest.approx(whole([other, 0, 3, other, 0, 0]))


def test_fitzhugh_nagumo():
    """FitzHugh 1961: at rest 1.1994 and -0.6243, in his convention of the sign of x."""
    found = equilibrium(field("fitzhugh_nagumo", I_ext=0.0), [-1, -0.5])
    assert found == pytest.approx([-1.1994, -0.6243], abs=5e-5)


def test_fitzhugh_rinzel():
    """The equilibrium from a cubic; that of v and w has the trace 1 - v^2 - delta b."""
    roots = np.roots([1 / 3, 0, 1 / 0.8, 0.7 / 0.8 + 0.775 - 0.3125])
    v = roots[np.abs(roots.imag) < 1e-9].real[0]
    state = [v, (0.7 + v) / 0.8, -0.775 - v]
    whole = field("fitzhugh_rinzel")
    assert whole(state) == pytest.approx(np.zeros(3), abs=1e-12)
    fast = eigenvalues(lambda vw: whole([*vw, state[2]])[:2], state[:2])
    assert fast.sum().real == pytest.approx(1 - v**2 - 0.08 * 0.8, abs=1e-6)


def test_hindmarsh_rose():
    """Without current and adaptation: x = -1 and (-1 +- sqrt(5))/2 (Hindmarsh and Rose 1984)."""
    golden = (1 + math.sqrt(5)) / 2
    function = field("hindmarsh_rose", I_ext=0.0, x_1=-golden)
    assert function([-golden, 1 - 5 * golden**2, 0]) == pytest.approx(np.zeros(3), abs=1e-12)
    for x in (-1, golden - 1):
        assert function([x, 1 - 5 * x**2, 0])[:2] == pytest.approx(np.zeros(2), abs=1e-12)


def test_hodgkin_huxley():
    """Rest at -65 mV with the textbook's gates; repetitive firing between the Hopf bifurcations
    at 9.78 and 154.5 uA/cm2 (Hassard 1978; Rinzel and Miller 1980)."""
    found = equilibrium(field("hodgkin_huxley", I_ext=0.0), [-65, 0.05, 0.6, 0.32])
    assert found == pytest.approx([-65.0, 0.0529, 0.5961, 0.3177], abs=5e-3)
    low = critical("hodgkin_huxley", "I_ext", [-60, 0.09, 0.4, 0.4], 9, 11)
    high = critical("hodgkin_huxley", "I_ext", [-42, 0.4, 0.1, 0.7], 140, 170)
    assert (low, high) == (pytest.approx(9.78, abs=0.01), pytest.approx(154.5, abs=0.1))
    rates = field("hodgkin_huxley")
    assert rates([-40, 0, 0, 0])[1] == pytest.approx(1.0, rel=1e-12)
    assert rates([-55, 0, 0, 0])[3] == pytest.approx(0.1, rel=1e-12)
    for potential in (-40, -55):
        assert_limit("hodgkin_huxley", [potential, 0.3, 0.4, 0.5], "V")


def test_izhikevich():
    """0.04 v^2 + (5 - b) v + 140 = 0: the rest at -70 mV and the threshold's saddle at -50 mV."""
    for v, unstable in ((-70, False), (-50, True)):
        assert field("izhikevich")([v, 0.2 * v]) == pytest.approx([0, 0], abs=1e-12)
        assert (growth("izhikevich", [v, 0.2 * v]) > 0) == unstable


def jansen_rit(y0, p):
    """The equilibrium of Grimbert and Faugeras' scalar equation: (mismatch, state)."""
    rate = lambda v: 5 / (1 + math.exp(0.56 * (6 - v)))  # noqa: E731
    y1 = 0.0325 * (p + 108 * rate(135 * y0))
    y2 = 0.44 * 33.75 * rate(33.75 * y0)
    return y0 - 0.0325 * rate(y1 - y2), [y0, y1, y2, 0, 0, 0]


def test_jansen_rit():
    """Hopf bifurcations at p = 89.83 and 315.70 (Grimbert and Faugeras 2006), alpha between."""

    def real_part(p):
        y0 = brentq(lambda y: jansen_rit(y, p)[0], 0.07, 0.2)
        state = jansen_rit(y0, p)[1]
        assert field("jansen_rit", p=p)(state) == pytest.approx(np.zeros(6), abs=1e-6)
        return eigenvalues(field("jansen_rit", p=p), state)[0].real

    assert brentq(real_part, 85, 95) == pytest.approx(89.83, abs=0.01)
    assert brentq(real_part, 300, 330) == pytest.approx(315.70, abs=0.01)
    times, states = samples("jansen_rit", 4.0, 2.0)
    eeg = states[1] - states[2]
    power = np.abs(np.fft.rfft(eeg - eeg.mean()))
    assert 8 <= np.fft.rfftfreq(len(times), times[1] - times[0])[np.argmax(power)] <= 12


def test_kuramoto():
    """Frequencies w - d, w, w + d lock at phases -+f where d = K/3 (sin f + sin 2f), which has a
    solution up to d = 0.5867 K; the mean phase moves with the mean frequency."""
    f, coupling = 0.4, 0.9
    apart = coupling / 3 * (math.sin(f) + math.sin(2 * f))
    values = {"omega_1": 2 - apart, "omega_2": 2.0, "omega_3": 2 + apart, "K": coupling}
    function = field("kuramoto", **values)
    assert function([1 - f, 1, 1 + f]) == pytest.approx([2, 2, 2], rel=1e-12)
    assert function([0.1, 2.0, 4.4]).sum() == pytest.approx(6, rel=1e-12)
    grid = np.linspace(0, math.pi, 100_001)
    limit = (np.sin(grid) + np.sin(2 * grid)).max() / 3
    for share, locked in ((0.98, True), (1.02, False)):
        names = {"omega_1": -limit * share, "omega_2": 0.0, "omega_3": limit * share, "K": 1.0}
        states = samples("kuramoto", 400, 200, **names)[1]
        assert (np.ptp(states[2] - states[0]) < 1e-3) == locked


def test_larter_breakspear():
    """The equilibrium from its scalar equation, tanh written as the logistic function."""
    share = lambda v, threshold, spread: 1 / (1 + math.exp(-2 * (v - threshold) / spread))  # noqa: E731
    v = brentq(lambda v: 0.4 * 0.3 + 2 * v * share(v, 0, 0.65), -0.3, 0)
    w, q = share(v, 0, 0.3), share(v, 0, 0.65)
    current = -(1.1 + 0.25 * 0.4 * q) * share(v, -0.01, 0.15) * (v - 1) + 0.3
    current -= (6.7 * share(v, 0.3, 0.15) + 0.4 * q) * (v - 0.53)
    current -= 2 * w * (v + 0.7) + 0.5 * (v + 0.5)
    z = brentq(lambda z: 2 * z * share(z, 0, 0.7) - current, 0, 3)
    assert field("larter_breakspear")([v, w, z]) == pytest.approx(np.zeros(3), abs=1e-12)


def test_morris_lecar():
    """Rinzel and Ermentrout: rest at (-60.9, 0.0149), Hopf bifurcations at 93.86 and 212."""
    found = equilibrium(field("morris_lecar", I_ext=0.0), [-60, 0.015])
    assert found == pytest.approx([-60.855, 0.014915], rel=1e-4)
    assert critical("morris_lecar", "I_ext", [-26, 0.13], 88, 100) == pytest.approx(93.86, abs=0.01)
    assert critical("morris_lecar", "I_ext", [7, 0.5], 200, 220) == pytest.approx(212.02, abs=0.1)


def test_pinsky_rinzel():
    """Near the rest that the paper starts from (I_s = -0.5); alpha_c joins up at 50 mV, as far
    as its printed constants do; 0/0 in four rates."""
    near = [-4.6, -4.5, 0.999, 0.001, 0.009, 0.007, 0.01, 0.2]
    found = equilibrium(field("pinsky_rinzel", I_s=-0.5), near)
    assert found[:2] == pytest.approx([-4.6, -4.5], abs=0.3)
    assert found[2:6] == pytest.approx(near[2:6], abs=1e-3)
    function = field("pinsky_rinzel")
    below, above = (function([0, 50 + d, 0.5, 0.5, 0.5, 0, 0.5, 100])[5] for d in (0, 1e-9))
    assert below == pytest.approx(above, rel=1e-3)
    for soma, dendrite in ((13.1, 51.1), (40.1, 51.1), (35.1, 20)):
        state = [soma, dendrite, 0.3, 0.4, 0.5, 0.6, 0.1, 100]
        assert_limit("pinsky_rinzel", state, "V_s")
        assert_limit("pinsky_rinzel", state, "V_d")


def test_qif_mean_field():
    """Without coupling pi r - i v = sqrt(eta + i Delta); with J = 15, eta = -5 it is bistable."""
    for eta, delta in ((-5.0, 1.0), (2.0, 0.3)):
        exact = cmath.sqrt(complex(eta, delta))
        state = [exact.real / math.pi, -exact.imag]
        function = field("qif_mean_field", J=0.0, eta=eta, Delta=delta)
        assert function(state) == pytest.approx([0, 0], abs=1e-12)
        assert eigenvalues(function, state)[0].real == pytest.approx(-2 * exact.imag, rel=1e-6)
    for near, unstable in (([0.08, -1.9], False), ([0.4, -0.4], True), ([1.2, -0.1], False)):
        assert (growth("qif_mean_field", near) > 0) == unstable


def test_reduced_wong_wang():
    """u/(1 - exp(-d u)) = u (1 + coth(d u/2))/2, and 1/d at u = 0."""
    function = field("reduced_wong_wang")
    for gating in (0.02, 0.3, 0.9):
        u = 270 * (0.9 * 0.2609 * gating + 0.3) - 108
        rate = u * (1 + 1 / math.tanh(0.154 * u / 2)) / 2
        exact = -gating / 100 + (1 - gating) * 0.641e-3 * rate
        assert function([gating]) == pytest.approx([exact], rel=1e-10)
    exactly = field("reduced_wong_wang", w=0.0, a=2.0, b=1.0, I_0=0.5)
    assert exactly([0.0]) == pytest.approx([0.641e-3 / 0.154], rel=1e-12)


def test_wang_buzsaki():
    """Rest near -64 mV; silent below a current of about 0.16 uA/cm2, firing above (the paper)."""
    found = equilibrium(field("wang_buzsaki", I_app=0.0), [-64, 0.8, 0.1])
    assert found[0] == pytest.approx(-64, abs=0.1)
    for current, fires in ((0.14, False), (0.18, True)):
        potential = samples("wang_buzsaki", 500, 300, I_app=current)[1][0]
        assert (potential.max() > 0) == fires
    for potential in (-35, -34):
        assert_limit("wang_buzsaki", [potential, 0.3, 0.4], "V")


def test_wilson_cowan():
    """No input, no activity; the largest response is 1 - S(0); the paper's limit cycle."""
    assert field("wilson_cowan", P=0.0)([0, 0]) == pytest.approx([0, 0], abs=1e-15)
    for sign, limit in ((1, 1 - 1 / (1 + math.exp(5.2))), (-1, -1 / (1 + math.exp(5.2)))):
        found = field("wilson_cowan", P=sign * 1e3, r_e=0.0)([0, 0])[0] * 8
        assert found == pytest.approx((1 - 1 / (1 + math.exp(5.2))) * limit, rel=1e-12)
    found = equilibrium(field("wilson_cowan"), [0.16, 0.08])
    assert growth("wilson_cowan", found) > 0
    excitation = 16 * 0.3 - 12 * 0.2 + 1.25, 15 * 0.3 - 3 * 0.2
    rest = 1 / (1 + math.exp(5.2)), 1 / (1 + math.exp(7.4))
    found = [
        ((1 - low - x) / (1 + math.exp(-a * (drive - threshold))) - (1 - low - x) * low - x) / 8
        for drive, a, threshold, low, x in zip(
            excitation, (1.3, 2), (4, 3.7), rest, (0.3, 0.2), strict=True
        )
    ]
    assert field("wilson_cowan")([0.3, 0.2]) == pytest.approx(found, rel=1e-12)
    late = samples("wilson_cowan", 400, 200)[1]
    assert np.ptp(late, axis=1).min() > 0.1
