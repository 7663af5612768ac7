"""Equilibria and their branches against what can be worked out on paper."""

import csv

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from library_runs import eigenvalues, field, library

from nullcline import Dynamics, ModelError, NullclineError, SimulationError
from nullcline.cli import main
from nullcline.continuation import continuation, equilibria
from nullcline.reference import vector_field
from nullcline.testing import systems

NEAR = 1e-11
"""How far from the closed form a special point may lie, in the parameter and the state."""


def model(equations, **parameters):
    """A model from {state: equation}, which starts at 0.1."""
    states = {n: {"equation": rhs, "initial_value": 0.1} for n, rhs in equations.items()}
    return Dynamics(name="M", parameters=parameters, state_variables=states)


def places(found, kind):
    """The special points of one kind as rows (parameter, *state), shape (points, 1 + states)."""
    rows = [[point.parameter, *point.state] for point in found.of(kind)]
    return np.array(rows).reshape(len(rows), 1 + len(found.names))


def close(found, expected):
    expected = np.array(list(expected))
    assert found.shape == expected.shape
    found, expected = (rows[np.lexsort(np.round(rows, 6).T[::-1])] for rows in (found, expected))
    assert np.abs(found - expected).max() < NEAR


# Equilibria


def test_all_three_equilibria_of_a_bistable_model():
    found = model({"x": "k*x - x**3"}, k=4.0).equilibria()
    assert [item["x"] for item in found] == pytest.approx([-2, 0, 2], abs=1e-14)
    assert [item.stability for item in found] == ["stable node", "unstable node", "stable node"]
    assert [item.stable for item in found] == [True, False, True]
    assert [item.eigenvalues[0] for item in found] == pytest.approx([-8, 4, -8], abs=1e-12)
    assert all(item.residual < 1e-13 for item in found)


def test_equilibria_of_a_bistable_mean_field_solve_its_quartic():
    """Montbrió, Pazó and Roxin 2015: v = -Delta/(2 pi r), and a quartic for r."""
    found = library("qif_mean_field").equilibria(box={"r": (0, 10)}, eta=-5.0)
    quartic = [np.pi**2, -15, 5, 0, -1 / (4 * np.pi**2)]
    expected = sorted(r.real for r in np.roots(quartic) if abs(r.imag) < 1e-12 and r.real > 0)
    assert len(expected) == 3
    assert [item["r"] for item in found] == pytest.approx(expected, abs=1e-11)
    assert [item.stability for item in found] == ["stable node", "saddle", "stable focus"]


@pytest.mark.parametrize(
    ("equations", "word"),
    [
        ({"x": "-x", "y": "-2*y"}, "stable node"),
        ({"x": "x", "y": "2*y"}, "unstable node"),
        ({"x": "-x + 3*y", "y": "-3*x - y"}, "stable focus"),
        ({"x": "x + 3*y", "y": "-3*x + y"}, "unstable focus"),
        ({"x": "3*y", "y": "-3*x"}, "centre"),
        ({"x": "x", "y": "-y"}, "saddle"),
        ({"x": "-x + 3*y", "y": "-3*x - y", "z": "z"}, "saddle-focus"),
        ({"x": "-x", "y": "-y**3"}, "non-hyperbolic"),
    ],
)
def test_words_of_stability(equations, word):
    (found,) = model(equations).equilibria()
    assert found.stability == word
    assert np.abs(found.state).max() < 1e-6


def test_a_box_is_where_equilibria_are_looked_for():
    many = model({"x": "sin(x)"})
    found = many.equilibria(box={"x": (-10, 10)})
    assert [item["x"] for item in found] == pytest.approx(np.pi * np.arange(-3, 4), abs=1e-12)
    many.state_variables["x"].domain = {"lo": 1, "hi": 7}
    assert [item["x"] for item in many.equilibria()] == pytest.approx([np.pi, 2 * np.pi], abs=1e-12)
    many.state_variables["x"].domain = {"lo": 0.5}
    assert all(item["x"] > 0.5 for item in many.equilibria())


def test_equilibria_far_from_the_initial_state():
    (found,) = model({"x": "k - x"}, k=5000.0).equilibria()
    assert found["x"] == pytest.approx(5000, rel=1e-14)


def test_where_the_least_squares_are_no_equilibrium_none_is_told():
    with pytest.raises(SimulationError) as caught:
        model({"x": "1 + x**2 - y", "y": "y - x**2 + 1"}).equilibria()
    assert str(caught.value).startswith("no equilibrium of M found from 256 starts with x from ")
    assert "; give another box" in str(caught.value)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(systems())
def test_whatever_is_found_of_any_model_is_an_equilibrium(system):
    try:
        found = equilibria(system, starts=16)
    except NullclineError as error:
        event(str(error)[:20])
        return
    slope = vector_field(system, {})
    for item in found:
        moved = np.abs(slope(0.0, item.state)).max()
        assert moved == item.residual
        assert moved < 1e-6 * (1 + np.abs(item.eigenvalues).max() * np.abs(item.state).max())


def test_folds_of_forty_states():
    """A bistable unit and a cascade behind it, each of which rests where the one before does."""
    equations = {"x0": "p + x0 - x0**3"} | {f"x{i}": f"x{i - 1} - x{i}" for i in range(1, 40)}
    found = model(equations, p=0.0).continuation("p", -1, 1)
    x = 1 / np.sqrt(3)
    close(places(found, "fold"), [(s * (x**3 - x), *[s * x] * 40) for s in (-1, 1)])


# Special points


def test_folds_of_the_mean_field():
    """eta(r) = (pi r)^2 - J r - Delta^2/(4 pi^2 r^2) along the branch: d eta/dr = 0."""
    found = library("qif_mean_field").continuation("eta", -10, 5, {"r": (0, 20)}, J=15, Delta=1)
    polynomial = [2 * np.pi**2, -15, 0, 0, 1 / (2 * np.pi**2)]
    r = np.array([x.real for x in np.roots(polynomial) if abs(x.imag) < 1e-9 and x.real > 0])
    eta = (np.pi * r) ** 2 - 15 * r - 1 / (4 * np.pi**2 * r**2)
    assert len(r) == 2
    close(places(found, "fold"), zip(eta, r, -1 / (2 * np.pi * r), strict=True))
    assert len(found.points) == 2
    assert len(found.branches) == 1
    assert found.branches[0].ends == ("limit", "limit")


@pytest.mark.parametrize(("b", "tau"), [(0.8, 12.5), (0.5, 5.0)])
def test_hopf_points_of_fitzhugh_nagumo(b, tau):
    """Where the trace 1 - v^2 - b/tau is 0; the frequency from the determinant."""
    found = library("fitzhugh_nagumo").continuation("I_ext", -1, 3, b=b, tau=tau)
    v = np.array([-1, 1]) * np.sqrt(1 - b / tau)
    w = (v + 0.7) / b
    close(places(found, "Hopf"), zip(w - v + v**3 / 3, v, w, strict=True))
    omega = np.sqrt((1 - b * (1 - v[0] ** 2)) / tau)
    for point in found.points:
        assert point.frequency == pytest.approx(omega / (2 * np.pi), rel=1e-11)


@pytest.mark.parametrize("a", [0.7, 1.0, 1.4])
def test_hopf_point_of_the_brusselator(a):
    """Prigogine and Lefever 1968: B = 1 + A^2, with the angular frequency A."""
    found = library("brusselator").continuation("B", 0.5, 4, A=a)
    close(places(found, "Hopf"), [(1 + a**2, a, (1 + a**2) / a)])
    (point,) = found.points
    assert point.frequency == pytest.approx(a / (2 * np.pi), rel=1e-11)
    assert point.criticality == "supercritical"


def test_lorenz_has_a_pitchfork_and_two_subcritical_hopf_points():
    """C. Sparrow, The Lorenz Equations, 1982."""
    found = library("lorenz").continuation("r", 0.2, 30)
    sigma, b = 10, 8 / 3
    r = sigma * (sigma + b + 3) / (sigma - b - 1)
    x = np.sqrt(b * (r - 1))
    close(places(found, "Hopf"), [(r, x, x, r - 1), (r, -x, -x, r - 1)])
    omega = np.sqrt(2 * sigma * b * (sigma + 1) / (sigma - b - 1))
    for point in found.of("Hopf"):
        assert point.frequency == pytest.approx(omega / (2 * np.pi), rel=1e-11)
        assert point.criticality == "subcritical"
    close(places(found, "branch point"), [(1, 0, 0, 0)])
    assert len(found.points) == 3
    assert len(found.branches) == 2


def test_hopf_points_of_morris_and_lecar():
    """J. Rinzel and G. B. Ermentrout 1989: the rest state is unstable from 94 to 212 uA/cm2; the
    eigenvalues there from differences of the reference's field."""
    found = library("morris_lecar").continuation("I_ext", -50, 300)
    assert [point.kind for point in found.points] == ["Hopf", "Hopf"]
    assert [point.parameter for point in found.points] == pytest.approx([94, 212], abs=0.5)
    for point in found.points:
        rates = eigenvalues(field("morris_lecar", I_ext=point.parameter), point.state)
        assert np.abs(rates.real).max() < 1e-8
        assert rates[0].imag == pytest.approx(2 * np.pi * point.frequency, rel=1e-6)
        assert point.criticality == "subcritical"


@pytest.mark.parametrize("b", [0.05, 1.0, 3.0])
def test_folds_near_a_cusp(b):
    found = model({"x": "a + b*x - x**3"}, a=0.0, b=b).continuation("a", -9, 9)
    x = np.array([-1, 1]) * np.sqrt(b / 3)
    close(places(found, "fold"), zip(x**3 - b * x, x, strict=True))
    assert len(found.branches) == 1
    stable = found.branches[0].stable
    assert stable[0]
    assert stable[-1]
    inside = 3 * found.branches[0].states[0] ** 2 < b
    plain = np.array([not kind for kind in found.branches[0].kinds])
    assert np.array_equal(stable[plain], ~inside[plain])


def test_below_the_cusp_there_is_no_fold():
    assert model({"x": "a + b*x - x**3"}, a=0.0, b=-0.1).continuation("a", -2, 2).points == ()


def test_a_transcritical_point_joins_two_branches():
    found = model({"x": "p*x - x**2", "y": "x - y"}, p=0.0).continuation("p", -1, 2)
    close(places(found, "branch point"), [(0, 0, 0)])
    assert len(found.points) == 1
    assert len(found.branches) == 2
    for branch in found.branches:
        expected = np.where(branch.parameter < 0, "lower", "upper")
        on_axis = np.abs(branch.states[0]).max() < 1e-9
        plain = np.array([not kind for kind in branch.kinds])
        stable = expected == ("lower" if on_axis else "upper")
        assert np.array_equal(branch.stable[plain], stable[plain])


def test_an_isola_is_closed_and_does_not_hide_the_other_branch():
    found = model({"x": "(1 - x**2 - p**2)*(3 - x)"}, p=0.0).continuation("p", -2, 2)
    close(places(found, "fold"), [(-1, 0), (1, 0)])
    assert sorted(branch.closed for branch in found.branches) == [False, True]
    (circle,) = [branch for branch in found.branches if branch.closed]
    assert np.abs(np.hypot(circle.parameter, circle.states[0]) - 1).max() < 1e-12
    turn = np.unwrap(np.arctan2(circle.states[0], circle.parameter))
    assert abs(turn[-1] - turn[0]) == pytest.approx(2 * np.pi, abs=1e-9)


def test_a_neutral_saddle_is_no_hopf_point():
    """At p = 0 the eigenvalues are 1 and -1: their sum is 0 and nothing happens."""
    found = model({"x": "x", "y": "(p - 1)*y + x**2"}, p=0.0).continuation("p", -0.5, 0.5)
    assert found.points == ()


def test_a_conserved_quantity_makes_no_hopf_points():
    found = library("lotka_volterra").continuation("alpha", 0.2, 3.0)
    assert found.of("Hopf") == ()


@pytest.mark.parametrize(("sign", "word"), [(-1, "supercritical"), (1, "subcritical")])
def test_the_normal_form_of_a_hopf_point(sign, word):
    equations = {
        "x": "p*x - 2*y + s*x*(x**2 + y**2)",
        "y": "2*x + p*y + s*y*(x**2 + y**2)",
        "z": "x**2 - z",
    }
    found = model(equations, p=0.0, s=float(sign)).continuation("p", -1, 1)
    close(places(found, "Hopf"), [(0, 0, 0, 0)])
    assert found.points[0].criticality == word
    assert found.points[0].frequency == pytest.approx(1 / np.pi, rel=1e-12)


def test_a_hopf_point_without_nonlinear_terms_is_neither():
    """Van der Pol's at mu = 0 is that of a harmonic oscillator."""
    model = Dynamics("VdP", parameters={"mu": 1.0})
    model.add_state_variable("x", "z", 0.1)
    model.add_state_variable("z", "mu*(1 - x**2)*z - x", 0.0)
    (point,) = model.continuation("mu", -1, 1).of("Hopf")
    assert point.criticality == ""
    assert point.parameter == pytest.approx(0, abs=1e-12)
    assert point.frequency == pytest.approx(1 / (2 * np.pi), rel=1e-9)


def test_a_quadratic_can_turn_the_cubic_of_a_hopf_point():
    """Guckenheimer and Holmes, eq. 3.4.11: with f = x^2 + c x y and g = 0 the coefficient is
    f_xy (f_xx + f_yy)/16 = c/8."""
    for c, word in ((3.0, "subcritical"), (-3.0, "supercritical")):
        equations = {"x": "p*x - y + x**2 + c*x*y", "y": "x + p*y"}
        found = model(equations, p=0.0, c=c).continuation("p", -0.2, 0.2)
        (point,) = [q for q in found.of("Hopf") if np.abs(q.state).max() < 1e-9]
        assert point.criticality == word


@settings(max_examples=25)
@given(st.lists(st.integers(-20, 20), min_size=2, max_size=4, unique=True))
def test_every_fold_of_a_polynomial_is_found(tenths):
    """x' = p - f(x) with f' = prod (x - c): a fold at each c, where p = f(c)."""
    slope = np.poly1d([1.0])
    for c in tenths:
        slope *= np.poly1d([1.0, -c / 10])
    assume(min(np.diff(sorted(tenths))) >= 2)
    f = slope.integ()
    terms = " + ".join(f"({c!r})*x**{f.order - i}" for i, c in enumerate(map(float, f.coef)))
    turns = np.array(sorted(tenths)) / 10
    low, high = f(turns).min() - 1, f(turns).max() + 1
    found = model({"x": f"p - ({terms})"}, p=0.0).continuation("p", float(low), float(high))
    place = places(found, "fold")
    assert len(place) == len(turns)
    place = place[np.argsort(place[:, 1])]
    assert np.abs(place[:, 1] - turns).max() < 1e-6  # flat where two of them are near
    assert np.abs(place[:, 0] - f(turns)).max() < 1e-10


@pytest.mark.parametrize(
    ("name", "parameter", "low", "high"),
    [
        ("jansen_rit", "A", 1.0, 10.0),
        ("wilson_cowan", "c_1", 3.0, 40.0),
        ("hodgkin_huxley", "I_ext", 0.0, 100.0),
        ("reduced_wong_wang", "a", 60.0, 700.0),
    ],
)
def test_every_point_of_a_branch_is_an_equilibrium(name, parameter, low, high):
    system = library(name).system()
    found = continuation(system, parameter, low, high)
    for branch in found.branches:
        assert branch.ends == ("limit", "limit")
        assert {branch.parameter[0], branch.parameter[-1]} <= {low, high}
        for index in range(0, len(branch.parameter), 5):
            state = branch.states[:, index]
            slope = vector_field(system, {parameter: branch.parameter[index]})
            size = np.abs(branch.eigenvalues[:, index]).max() * (1 + np.abs(state).max())
            assert np.abs(slope(0.0, state)).max() < 1e-11 * size
    for point in found.points:
        rates = point.eigenvalues
        pair = rates[np.argmin(np.abs(rates.real))]
        assert abs(pair.real) <= 1e-9 * np.abs(rates).max()
        assert (abs(pair.imag) > 0) == (point.kind == "Hopf")


def test_equilibria_of_a_point_lie_on_the_branches():
    """What the search finds at a value in between, the branches have too."""
    system = library("chua").system()
    found = continuation(system, "alpha", 5.0, 20.0)
    for item in equilibria(system, {"alpha": 11.3}):
        nearest = min(
            np.abs(np.interp(11.3, b.parameter[order], row[order]) - item.state[0])
            for b in found.branches
            for order in [np.argsort(b.parameter)]
            for row in [b.states[0]]
        )
        assert nearest < 1e-4


# What a user sees


def test_branches_as_a_frame_and_a_dataset():
    found = model({"growth": "a + growth - growth**3"}, a=0.0).continuation("a", -1, 1)
    frame = found.to_frame()
    assert list(frame.columns) == ["branch", "a", "growth", "stable", "growth_", "special"]
    assert list(frame["special"][frame["special"] != ""]) == ["fold", "fold"]
    assert np.allclose(frame["growth_"], 1 - 3 * frame["growth"] ** 2)
    dataset = found.to_dataset()
    assert dataset.sizes == {"point": len(frame), "mode": 1}
    assert set(dataset.coords) == {"branch", "a"}
    assert np.array_equal(dataset["eigenvalue_real"].values[0], frame["growth_"])
    assert dataset.attrs == {"model": "M", "parameter": "a"}


def test_special_points_are_said():
    text = str(library("brusselator").continuation("B", 0.5, 4))
    assert text.splitlines()[0] == "Brusselator: 1 branch over B from 0.5 to 4"
    assert text.splitlines()[1].startswith("  supercritical Hopf at B = 2 (X = 1, Y = 2)")


FORCED = {"x": "cos(t) - x"}


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda m: m.continuation("et", 0, 1), "no parameter or input called `et`; did you mean"),
        (lambda m: m.continuation("r", 0, 1), "no parameter or input called `r`"),
        (lambda m: m.continuation("eta", 1, 1), "eta cannot go from 1 to 1; give two finite"),
        (lambda m: m.continuation("eta", 0, np.inf), "eta cannot go from 0 to inf"),
        (lambda m: m.continuation("eta", 0, 1, K=3), "has no number called `K`"),
        (lambda m: m.continuation("eta", 0, 1, eta=3), "eta goes from 0 to 1 and is not set too"),
        (lambda m: m.equilibria(K=3), "has no number called `K`"),
        (lambda m: m.equilibria({"q": (0, 1)}), "no state variable called `q`"),
        (lambda m: m.equilibria({"r": (1, 0)}), "the box of `r` is from 1 to 0; give low < high"),
        (lambda m: model(FORCED).equilibria(), "M depends on the time in the equation of `x`"),
        (lambda m: model(FORCED, k=1.0).continuation("k", 0, 1), "depends on the time"),
        (lambda m: library("sir").continuation("beta", 0.1, 1), "a quantity is conserved"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(ask, sentence):
    with pytest.raises(ModelError) as caught:
        ask(library("qif_mean_field"))
    assert sentence in str(caught.value)


def test_no_equilibrium_says_where_it_looked():
    with pytest.raises(SimulationError, match=r"at 11 values of p from 0.5 to 1 from 128 starts"):
        model({"x": "p + x**2"}, p=1.0).continuation("p", 0.5, 1)


def test_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    library("qif_mean_field").to_yaml("qif.yaml")
    assert (
        main(["continue", "qif.yaml", "--over", "eta=-10:5", "--set", "J=15", "-o", "b.csv"]) == 0
    )
    lines = capsys.readouterr().out.splitlines()
    assert sum("fold at eta = " in line for line in lines) == 2
    with open("b.csv", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert lines[-1] == f"b.csv: {len(rows)} points"
    assert [row["special"] for row in rows if row["special"]] == ["fold", "fold"]
    assert main(["continue", "qif.yaml", "--over", "et=0:1"]) == 1
    assert "did you mean `eta`?" in capsys.readouterr().err
    assert main(["continue", "qif.yaml", "--over", "eta=0:1", "-o", "b.txt"]) == 1
    for wrong in ("eta", "eta=1", "eta=a:b", "eta=0:inf"):
        with pytest.raises(SystemExit):
            main(["continue", "qif.yaml", "--over", wrong])


def test_a_double_root_is_not_hyperbolic():
    """x' = x**2 rests at 0 with eigenvalue 0; Newton's method creeps and stops nearby."""
    (found,) = model({"x": "x**2"}).equilibria()
    assert found["x"] == pytest.approx(0, abs=1e-4)
    assert found.stability == "non-hyperbolic"


def test_an_equilibrium_beside_the_edge_of_the_domain():
    """From x > 0.04 a whole step of Newton's method leads below 0, where there is no root."""
    (found,) = model({"x": "sqrt(x) - 0.1"}).equilibria()
    assert found["x"] == pytest.approx(0.01, rel=1e-9)


@pytest.mark.parametrize("size", [1e-3, 1e-9, 1e-15])
def test_an_equilibrium_is_found_in_small_units(size):
    declared = {
        "name": "Nano",
        "parameters": {"a": size, "b": 3.0, "s": size},
        "state_variables": {
            "x": {"equation": "a - (b + 1)*x + x**2*y/s**2", "initial_value": size},
            "y": {"equation": "b*x - x**2*y/s**2", "initial_value": size},
        },
    }
    (found,) = Dynamics.from_dict(declared).equilibria()
    # x = a and y = b/a, in units of which its own is the size
    assert found.state / size == pytest.approx([1.0, 3.0], rel=1e-9)
