"""The reference against closed forms and published numbers, none of them ours."""

import math

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import brentq

from nullcline import Dynamics, Run, reference


def simulated(equations, initial, run, **parameters):
    model = Dynamics("M", parameters=parameters)
    for (name, equation), value in zip(equations.items(), initial, strict=True):
        model.add_state_variable(name, equation, value)
    return reference.simulate(model.system(), run)


def assert_true(found, exact, tolerance):
    """The values are right, and the doubt that comes with them covers what is wrong."""
    apart = np.abs(found.values - exact)
    scale = np.ptp(exact, axis=1, keepdims=True)
    assert found.finished
    assert np.all(apart <= tolerance * scale)


def test_exponential_decay():
    found = simulated({"x": "-k*x"}, [2.0], Run(5, 0.1), k=0.7)
    assert_true(found, 2 * np.exp(-0.7 * found.times)[None], 1e-9)


def test_harmonic_oscillator():
    found = simulated({"x": "v", "v": "-w**2*x"}, [1.0, 0.0], Run(20, 0.1), w=3.0)
    exact = np.array([np.cos(3 * found.times), -3 * np.sin(3 * found.times)])
    assert_true(found, exact, 1e-8)


def test_logistic_growth():
    found = simulated({"x": "r*x*(1 - x/K)"}, [0.1], Run(10, 0.1), r=1.3, K=2.0)
    exact = 2 / (1 + (2 / 0.1 - 1) * np.exp(-1.3 * found.times))
    assert_true(found, exact[None], 1e-9)


def test_riccati_equation_with_explicit_time():
    found = simulated({"x": "-2*t*x**2"}, [1.0], Run(4, 0.1))
    assert_true(found, 1 / (1 + found.times**2)[None], 1e-9)


def test_linear_system_against_the_matrix_exponential():
    matrix = np.array([[-1.0, 2.0, 0.3], [-2.0, -0.5, 0.1], [0.4, 0.0, -0.2]])
    names = ["x", "y", "z"]
    equations = {
        name: " + ".join(f"({number!r})*{other}" for number, other in zip(row, names, strict=True))
        for name, row in zip(names, matrix.tolist(), strict=True)
    }
    found = simulated(equations, [1.0, -1.0, 0.5], Run(6, 0.5))
    exact = np.array([expm(matrix * t) @ [1.0, -1.0, 0.5] for t in found.times]).T
    assert_true(found, exact, 1e-8)


def test_a_stiff_linear_system():
    found = simulated({"x": "-1000*(x - cos(t)) - sin(t)"}, [1.0], Run(10, 0.5))
    assert_true(found, np.cos(found.times)[None], 1e-7)


def test_a_very_stiff_system_sampled_coarsely():
    """Radau takes steps of the size of a sample here, and its interpolant would be off by 0.1."""
    found = simulated({"x": "-1e6*(x - cos(t)) - sin(t)"}, [1.0], Run(10, 1))
    assert_true(found, np.cos(found.times)[None], 1e-6)


HIRES = {  # Hairer and Wanner, Solving ODEs II, IV.10; values of the test set for IVP solvers
    "y1": ("-1.71*y1 + 0.43*y2 + 8.32*y3 + 0.0007", 1.0, 0.7371312573325668e-3),
    "y2": ("1.71*y1 - 8.75*y2", 0.0, 0.1442485726316185e-3),
    "y3": ("-10.03*y3 + 0.43*y4 + 0.035*y5", 0.0, 0.5888729740967575e-4),
    "y4": ("8.32*y2 + 1.71*y3 - 1.12*y4", 0.0, 0.1175651343283149e-2),
    "y5": ("-1.745*y5 + 0.43*y6 + 0.43*y7", 0.0, 0.2386356198831331e-2),
    "y6": ("-280*y6*y8 + 0.69*y4 + 1.71*y5 - 0.43*y6 + 0.69*y7", 0.0, 0.6238968252742796e-2),
    "y7": ("280*y6*y8 - 1.81*y7", 0.0, 0.2849998395185769e-2),
    "y8": ("-280*y6*y8 + 1.81*y7", 0.0057, 0.2850001604814231e-2),
}


def test_hires_at_its_published_end():
    equations = {name: equation for name, (equation, _, _) in HIRES.items()}
    start = [initial for _, initial, _ in HIRES.values()]
    found = simulated(equations, start, Run(321.8122, 321.8122 / 10))
    published = [end for _, _, end in HIRES.values()]
    assert found.values[:, -1] == pytest.approx(published, rel=1e-5)


def test_the_stiff_van_der_pol_equation_at_its_published_end():
    """The test set for IVP solvers: mu = 1000 at t = 2000."""
    found = simulated({"x": "z", "z": "mu*(1 - x**2)*z - x"}, [2.0, 0.0], Run(2000, 200), mu=1000.0)
    published = [0.1706167732170469e1, -0.8928097010248125e-3]
    assert found.values[:, -1] == pytest.approx(published, rel=1e-5)


@pytest.mark.thorough
def test_the_pleiades_at_their_published_end():
    """Hairer, Norsett and Wanner, Solving ODEs I, II.10; values of the test set at t = 3."""
    places = [(3, 3), (3, -3), (-1, 2), (-3, 0), (2, 0), (-2, -4), (2, 4)]
    speeds = [(0, 0), (0, 0), (0, 0), (0, -1.25), (0, 1), (1.75, 0), (-1.5, 0)]
    model = Dynamics("Pleiades")
    for i, (place, speed) in enumerate(zip(places, speeds, strict=True), 1):
        for axis, index in (("x", 0), ("y", 1)):
            pulls = [
                f"{j}*({axis}{j} - {axis}{i})/((x{i} - x{j})**2 + (y{i} - y{j})**2)**1.5"
                for j in range(1, 8)
                if j != i
            ]
            model.add_state_variable(f"{axis}{i}", f"v{axis}{i}", place[index])
            model.add_state_variable(f"v{axis}{i}", " + ".join(pulls), speed[index])
    found = reference.simulate(model.system(), Run(3, 0.5))
    published = {
        **{"x1": 0.3706139143970502, "x2": 3.237284092057233, "x3": -3.222559032418324},
        **{"x4": 0.6597091455775310, "x5": 0.3425581707156584, "x6": 1.562172101400631},
        **{"x7": -0.7003092922212495, "y1": -3.943437585517392, "y2": -3.271380973972550},
        **{"y3": 5.225081843456543, "y4": -2.590612434977470, "y5": 1.198213693392275},
        **{"y6": -0.2429682344935824, "y7": 1.091449240428980},
    }
    ends = {name: float(found[name][-1]) for name in published}
    assert ends == pytest.approx(published, rel=1e-6)


@pytest.mark.parametrize(
    ("equation", "start", "exact"),
    [
        ("-x", 1.0, lambda t: np.exp(-t)),
        ("-x**3/2", 1.0, lambda t: 1 / np.sqrt(t + 1)),
        ("x*cos(t)", 1.0, lambda t: np.exp(np.sin(t))),
        ("x/4*(1 - x/20)", 1.0, lambda t: 20 / (1 + 19 * np.exp(-t / 4))),
    ],
)
def test_the_scalar_problems_of_detest(equation, start, exact):
    """Hull, Enright, Fellen and Sedgwick 1972, problems A1 to A4, to their end at t = 20."""
    found = simulated({"x": equation}, [start], Run(20, 1))
    assert_true(found, exact(found.times)[None], 1e-8)


@pytest.mark.parametrize("eccentricity", [0.1, 0.5, 0.9])
def test_the_orbits_of_detest(eccentricity):
    """Problems D1, D3 and D5 of the same set against the solution of Kepler's equation."""
    e = eccentricity
    equations = {"x": "u", "y": "w", "u": "-x/(x**2 + y**2)**1.5", "w": "-y/(x**2 + y**2)**1.5"}
    start = [1 - e, 0.0, 0.0, math.sqrt((1 + e) / (1 - e))]
    found = simulated(equations, start, Run(20, 2))
    anomaly = [brentq(lambda a, t=t: a - e * math.sin(a) - t, t - 1, t + 1) for t in found.times]
    exact = np.array([np.cos(anomaly) - e, math.sqrt(1 - e**2) * np.sin(anomaly)])
    assert found.values[:2] == pytest.approx(exact, abs=1e-6)


def test_robertson_at_40_s():
    """Reference values at t = 40 from Hairer and Wanner, Solving ODEs II, and SUNDIALS' example."""
    found = simulated(
        {
            "y1": "-0.04*y1 + 1e4*y2*y3",
            "y2": "0.04*y1 - 1e4*y2*y3 - 3e7*y2**2",
            "y3": "3e7*y2**2",
        },
        [1.0, 0.0, 0.0],
        Run(40, 10),
    )
    published, last_digit = np.array([0.7158, 9.185e-6, 0.2842]), np.array([1e-4, 1e-9, 1e-4])
    assert np.all(np.abs(found.values[:, -1] - published) <= 0.6 * last_digit)


def test_the_arenstorf_orbit_closes():
    """Hairer, Norsett and Wanner, Solving ODEs I, II.0: the orbit returns after its period."""
    mu, period = 0.012277471, 17.0652165601579625588917206249
    equations = {
        "x": "u",
        "y": "w",
        "u": "x + 2*w - (1 - mu)*(x + mu)/d1 - mu*(x - 1 + mu)/d2",
        "w": "y - 2*u - (1 - mu)*y/d1 - mu*y/d2",
    }
    model = Dynamics("Arenstorf", parameters={"mu": mu})
    model.add_derived_variable("d1", "((x + mu)**2 + y**2)**1.5")
    model.add_derived_variable("d2", "((x - 1 + mu)**2 + y**2)**1.5")
    start = [0.994, 0.0, 0.0, -2.00158510637908252240537862224]
    for (name, equation), value in zip(equations.items(), start, strict=True):
        model.add_state_variable(name, equation, value)
    found = reference.simulate(model.system(), Run(period, period / 10))
    assert found.values[:2, -1] == pytest.approx(start[:2], abs=1e-4)
    assert np.all(found.uncertainty[:2, -1] >= np.abs(found.values[:2, -1] - start[:2]) / 10)


def test_chaos_shows_as_doubt_that_grows():
    found = simulated(
        {"x": "10*(y - x)", "y": "x*(28 - z) - y", "z": "x*y - 8/3*z"},
        [1.0, 1.0, 1.0],
        Run(40, 0.5),
    )
    early, late = found.uncertainty[:, :10].max(), found.uncertainty[:, -10:].max()
    assert early < 1e-5
    assert late > 1
    assert 10 < found.horizon < 40


def test_a_blow_up_ends_with_its_time_and_what_came_before():
    found = simulated({"x": "x**2"}, [1.0], Run(2, 0.01))  # 1/(1 - t)
    assert found.status == "blew up"
    assert 0.9 < found.times[-1] <= 1.0
    early = found.times < 0.9
    assert found.values[0, early] == pytest.approx(1 / (1 - found.times[early]), rel=1e-6)


def test_an_undefined_start_is_told():
    found = simulated({"x": "log(-x)"}, [1.0], Run(1, 0.1))
    assert found.status == "not finite at t = 0"
    assert found.times.tolist() == [0.0]


def test_samples_hold_the_start_and_the_end():
    assert Run(1, 0.1).times.tolist() == pytest.approx([n / 10 for n in range(11)])
    assert Run(1, 0.1).times[-1] == 1.0
    assert Run(1, 0.3).times.tolist() == pytest.approx([0, 0.3, 0.6, 0.9, 1.0])
    with pytest.raises(ValueError, match="0 < sampling <= duration"):
        Run(1, 2)


def test_changed_values_are_used():
    model = Dynamics("M", parameters={"k": 1.0}, derived_parameters={"q": {"equation": "2*k"}})
    model.add_coupling_input("u")
    model.add_state_variable("x", "u - q*x", 1.0)
    run = Run(2, 0.1, {"k": 0.5}, {"u": 3.0}, {"x": 2.0})
    found = reference.simulate(model.system(), run)
    assert found["x"] == pytest.approx(3 - np.exp(-found.times), rel=1e-8)


def test_the_field_broadcasts_over_points():
    model = Dynamics("M", parameters={"k": 1.0})
    model.add_state_variable("x", "-k*x", 1.0)
    model.add_state_variable("y", "1", 0.0)
    field = reference.vector_field(model.system(), {"k": np.array([1.0, 2.0])})
    assert field(0.0, np.array([[1.0, 3.0], [0.0, 0.0]])).tolist() == [[-1.0, -6.0], [1.0, 1.0]]
    assert math.isclose(field(0.0, np.array([[1.0, 3.0], [0.0, 0.0]]))[0, 1], -6)
