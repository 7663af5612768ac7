"""The model library: what every file declares, and dynamical systems against mathematics."""

import cmath
import math

import numpy as np
import pytest
from library_runs import LIBRARY, LONG, RUNS, eigenvalues, field, growth, library
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from nullcline import Run, reference

DIMENSIONLESS = "All quantities are dimensionless."
each_model = pytest.mark.parametrize("name", LIBRARY)


def assert_zero(name, state, scale=1.0, **values):
    """The state is an equilibrium."""
    assert field(name, **values)(state) == pytest.approx(np.zeros(len(state)), abs=1e-10 * scale)


def simulated(name, duration, initial=None, samples=50, **parameters):
    run = Run(duration, duration / samples, parameters, {}, initial or {})
    found = reference.simulate(library(name).system(), run)
    assert found.finished
    return found


def stiff(name, duration, rtol=1e-10, atol=1e-13, method="Radau"):
    """The end of the default run by an implicit method alone, shape (states,)."""
    system = library(name).system()
    function = reference.vector_field(system, {})
    start = [item.value for item in system.states]
    found = solve_ivp(function, (0, duration), start, method, rtol=rtol, atol=atol)
    assert found.success
    return found


def test_the_library_is_large_and_every_model_has_its_runs():
    assert len(LIBRARY) >= 25
    assert set(RUNS) == set(LONG) == set(LIBRARY)
    assert len({library(name).name for name in LIBRARY}) == len(LIBRARY)


def test_the_library_exercises_every_part_of_a_model():
    models = [library(name) for name in LIBRARY]
    for part in ("derived_parameters", "derived_variables", "functions", "coupling_inputs"):
        assert sum(bool(getattr(model, part)) for model in models) >= 2
    text = " ".join(model.to_yaml() for model in models)
    assert all(word in text for word in ("cases:", "where(", "cos(omega*t)", "min(", "tanh("))


@each_model
def test_every_quantity_has_a_unit_and_a_description(name):
    model = library(name)
    assert not model.check().problems
    assert model.description
    assert model.label
    assert model.time_unit or model.description.endswith(DIMENSIONLESS)
    for part in ("parameters", "derived_parameters", "coupling_inputs", "derived_variables"):
        for key, item in {**getattr(model, part), **model.state_variables}.items():
            assert item.description, key
            assert item.unit or not model.time_unit, key
    for key, function in model.functions.items():
        assert function.description, key


@each_model
def test_every_model_has_a_publication(name):
    for item in library(name).references:
        assert item.title
        assert item.authors
        assert 1800 < item.year < 2030
        assert item.doi is None or item.doi.startswith("10.")


@each_model
def test_every_default_is_within_its_domain(name):
    model = library(name)
    for item in model.parameters.values():
        if item.domain:
            assert item.domain.lo <= item.value <= item.domain.hi
    for item in model.state_variables.values():
        if item.domain:
            assert item.domain.lo <= item.initial_value <= item.domain.hi


@each_model
def test_every_default_run_stays_finite_and_moves(name):
    found = stiff(name, LONG[name], 1e-6, 1e-9, "LSODA")
    assert np.all(np.isfinite(found.y))
    assert np.abs(found.y).max() < 1e6
    assert np.ptp(found.y, axis=1).max() > 0.01 * np.abs(found.y).max()


def test_brusselator():
    """Equilibrium (A, B/A); the Hopf bifurcation at B = 1 + A^2 has the frequency A."""
    assert_zero("brusselator", [1.3, 2.9 / 1.3], A=1.3, B=2.9)
    pair = eigenvalues(field("brusselator", A=1.3, B=1 + 1.3**2), [1.3, (1 + 1.3**2) / 1.3])
    assert pair[0] == pytest.approx(complex(0, math.copysign(1.3, pair[0].imag)), abs=1e-7)


def test_chua():
    """0 and +-((m1 - m0)/(m1 + 1), 0, -...), which is 3/2 at the double scroll."""
    for k in (0, 1.5, -1.5):
        assert_zero("chua", [k, 0, -k])
    function = field("chua")
    assert function([2, 1, 3]) == pytest.approx([54 / 7, 4, -100 / 7])
    assert function([-2, -1, -3]) == pytest.approx([-54 / 7, -4, 100 / 7])
    assert function([1 - 1e-12, 0.2, 0.1]) == pytest.approx(function([1 + 1e-12, 0.2, 0.1]))
    assert function([-1 - 1e-12, 0, 0]) == pytest.approx(function([-1 + 1e-12, 0, 0]))


def test_duffing_against_its_exact_subharmonic():
    """x = C cos(w t/3): 4 cos^3 u = cos 3u + 3 cos u, so gamma = beta C^3/4."""
    size, beta, alpha = 1.4, 0.7, 1.1
    third = math.sqrt(alpha + 3 * beta * size**2 / 4)
    values = {"delta": 0, "alpha": alpha, "beta": beta, "gamma": beta * size**3 / 4}
    found = simulated("duffing", 10, {"x": size, "v": 0}, omega=3 * third, **values)
    assert found["x"] == pytest.approx(size * np.cos(third * found.times), abs=1e-7)


def test_goodwin():
    """Equal decay k: (l + k)^3 = -k^3 n s, s the repressed share, so no oscillation at n <= 8."""
    z, k, n = 1.2, 0.1, 9.5
    share = z**n / (1 + z**n)
    values = {"k1": z * k**3 * (1 + z**n), "n": n}
    state = [k * k * z, k * z, z]
    assert_zero("goodwin", state, **values)
    exact = k * (-1 + (n * share) ** (1 / 3) * cmath.exp(1j * math.pi / 3))
    assert eigenvalues(field("goodwin", **values), state)[0].real == pytest.approx(exact.real)
    assert all(growth("goodwin", [0.02, 0.1, 1.1], n=8.0, k1=k1) < 0 for k1 in (0.01, 0.1, 1.0))
    assert growth("goodwin", [0.02, 0.15, 1.5]) > 0


def test_henon_heiles():
    """The energy is conserved; the saddle (0, 1) has the energy 1/6; rotations by 120 degrees."""
    found = simulated("henon_heiles", 20)
    x, y, px, py = found.values
    energy = (px**2 + py**2 + x**2 + y**2) / 2 + x**2 * y - y**3 / 3
    assert energy == pytest.approx(np.full(51, 1 / 8), abs=1e-9)
    for angle in (math.pi / 2, math.pi / 2 + 2 * math.pi / 3, math.pi / 2 - 2 * math.pi / 3):
        assert_zero("henon_heiles", [math.cos(angle), math.sin(angle), 0, 0])


def test_hires_at_its_published_end():
    """Hairer and Wanner, Solving ODEs II, and the test set of Bari: y(321.8122)."""
    published = [
        0.7371312573325668e-3,
        0.1442485726316185e-3,
        0.5888729740967575e-4,
        0.1175651343283149e-2,
        0.2386356198831331e-2,
        0.6238968252742796e-2,
        0.2849998395185769e-2,
        0.2850001604814231e-2,
    ]
    assert stiff("hires", 321.8122).y[:, -1] == pytest.approx(published, rel=1e-7)


def test_logistic():
    found = simulated("logistic", 20)
    assert found["N"] == pytest.approx(10 / (1 + 99 * np.exp(-0.5 * found.times)), rel=1e-8)


def test_lorenz():
    """C+- = (+-sqrt(b(r - 1)), ..., r - 1), unstable from r = 470/19 on (Lorenz 1963)."""
    for sign in (1, -1):
        root = sign * math.sqrt(8 / 3 * 27)
        assert_zero("lorenz", [root, root, 27])
    root = math.sqrt(8 / 3 * (470 / 19 - 1))
    found = eigenvalues(field("lorenz", r=470 / 19), [root, root, 470 / 19 - 1])
    assert found[0].real == pytest.approx(0, abs=1e-6)
    assert found[2].real == pytest.approx(-(10 + 1 + 8 / 3), abs=1e-6)


def test_lotka_volterra():
    """The centre (gamma/delta, alpha/beta), its frequency, and Volterra's constant of motion."""
    assert_zero("lotka_volterra", [4.0, 2.75])
    found = eigenvalues(field("lotka_volterra"), [4.0, 2.75])
    assert np.abs(found.imag) == pytest.approx(np.full(2, math.sqrt(1.1 * 0.4)), rel=1e-6)
    prey, predators = simulated("lotka_volterra", 20).values
    constant = 0.1 * prey - 0.4 * np.log(prey) + 0.4 * predators - 1.1 * np.log(predators)
    assert np.ptp(constant) < 1e-8


def test_nose_hoover():
    """The extended energy is conserved (Nose 1984)."""
    q, p, zeta, eta = simulated("nose_hoover", 20, Q=0.7, T=1.3).values
    assert np.ptp((q**2 + p**2 + 0.7 * zeta**2) / 2 + 1.3 * eta) < 1e-8


def test_oregonator():
    """At f = 1 the equilibrium solves a^2 + a = 2/q; y(360) is from the test set OREGO."""
    level = (-1 + math.sqrt(1 + 8 / 8.375e-6)) / 2
    assert_zero("oregonator", [level, level / (1 + level), level], scale=1e3)
    published = [1.000814870318523, 1228.178521549917, 132.0554942846706]
    assert stiff("oregonator", 360, 1e-8, 1e-10).y[:, -1] == pytest.approx(published, rel=1e-6)


def test_repressilator():
    """Elowitz and Leibler: unstable where (1 + beta)^2/beta < 3 X^2/(4 + 2 X)."""
    seen = set()
    for alpha in (1.0, 3.0, 10.0, 50.0, 216.0):
        for beta in (0.01, 0.2, 1.0, 100.0):
            values = {"alpha": alpha, "beta": beta, "alpha_0": 0.1, "n": 2.0}
            p = brentq(lambda p, a=alpha: a / (1 + p**2) + 0.1 - p, 0, 300)
            assert_zero("repressilator", [p] * 6, scale=1e3, **values)
            x = -2 * alpha * p / (1 + p**2) ** 2
            unstable = (beta + 1) ** 2 / beta < 3 * x**2 / (4 + 2 * x)
            assert (growth("repressilator", [p] * 6, **values) > 0) == unstable
            seen.add(unstable)
    assert seen == {True, False}


def test_robertson():
    """Mass is conserved; y(40) and y(1e11) as published for this problem."""
    found = stiff("robertson", 40)
    assert found.y.sum(axis=0) == pytest.approx(np.ones(found.y.shape[1]), abs=1e-10)
    published = [0.7158270687193941, 0.9185534764557338e-5, 0.2841637457458413]
    assert found.y[:, -1] == pytest.approx(published, rel=1e-8)
    late = stiff("robertson", 1e11, 1e-8, 1e-18).y[:, -1]
    published = [0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050]
    assert late == pytest.approx(published, rel=1e-5)


def test_roessler():
    """(a z, -z, z) with a z^2 - c z + b = 0."""
    for sign in (1, -1):
        z = (5.7 + sign * math.sqrt(5.7**2 - 4 * 0.04)) / 0.4
        assert_zero("roessler", [0.2 * z, -z, z], scale=100)


def test_rosenzweig_macarthur():
    """Coexistence loses stability where the prey's isocline has its top, K = 2 N + 1/(a h)."""
    values = {"a": 1.2, "h": 0.9}
    prey = 0.25 / (1.2 * (0.6 - 0.25 * 0.9))
    predators = (1 - prey / 4) * (1 + 1.2 * 0.9 * prey) / 1.2
    assert_zero("rosenzweig_macarthur", [prey, predators], **values)
    critical = 2 * prey + 1 / (1.2 * 0.9)
    for change in (-0.01, 0.01):
        capacity = critical + change
        found = growth("rosenzweig_macarthur", [prey, predators], K=capacity, **values)
        assert (found > 0) == (change > 0)


def test_selkov():
    """(b, b/(a + b^2)); Hopf at b^2 = (1 - 2a -+ sqrt(1 - 8a))/2 (Strogatz, section 7.3)."""
    assert_zero("selkov", [0.6, 0.6 / (0.08 + 0.36)])
    for sign in (1, -1):
        b = math.sqrt((1 - 0.16 + sign * math.sqrt(1 - 0.64)) / 2)
        assert eigenvalues(field("selkov", b=b), [b, b / (0.08 + b * b)])[0].real == pytest.approx(
            0, abs=1e-8
        )


def test_sir():
    """Nobody is lost; I + S - ln(S)/R0 is constant, which gives the final size (1927)."""
    found = simulated("sir", 400)
    assert found.values.sum(axis=0) == pytest.approx(np.ones(51), abs=1e-9)
    assert np.ptp(found["I"] + found["S"] - np.log(found["S"]) / 2.5) < 1e-8
    final = brentq(lambda s: math.log(s / 0.999) - 2.5 * (s - 1), 1e-6, 0.4)
    assert found["S"][-1] == pytest.approx(final, abs=1e-7)


def test_stuart_landau():
    """r^2 = a/(1 + (a/r0^2 - 1) exp(-2 a t)); the phase is (w - q a) t + q ln(r/r0)."""
    found = simulated("stuart_landau", 12)
    t, a, omega, q = found.times, 0.5, 2.0, 0.3
    r = np.sqrt(a / (1 + (a / 0.01 - 1) * np.exp(-2 * a * t)))
    phase = (omega - q * a) * t + q * np.log(r / 0.1)
    assert found["x"] == pytest.approx(r * np.cos(phase), abs=1e-8)
    assert found["y"] == pytest.approx(r * np.sin(phase), abs=1e-8)


@pytest.mark.parametrize(("name", "velocity"), [("van_der_pol", "z"), ("van_der_pol_forced", "v")])
def test_van_der_pol_period_and_amplitude(name, velocity):
    """At mu = 1: the period 6.66328685932 and the amplitude 2.00861986087 (Andersen and Geer)."""
    start = {"x": 2.00861986087484, velocity: 0.0}
    values = {"mu": 1.0} if name == "van_der_pol" else {"mu": 1.0, "A": 0.0}
    found = simulated(name, 6.66328685932313, start, **values)
    assert found.values[:, -1] == pytest.approx([2.00861986087484, 0], abs=1e-7)


def test_forced_van_der_pol_without_damping():
    found = simulated("van_der_pol_forced", 10, {"x": 0.0}, mu=0.0, A=1.5, omega=2.5)
    exact = 1.5 / (1 - 2.5**2) * (np.cos(2.5 * found.times) - np.cos(found.times))
    assert found["x"] == pytest.approx(exact, abs=1e-8)
