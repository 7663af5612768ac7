"""Sensitivity: indices against closed forms, honest refusals, and the command line."""

from __future__ import annotations

import csv
import re
import subprocess
import sys

import numpy as np
import pytest
import xarray as xr

from nullcline import Dynamics, ModelError, SimulationError
from nullcline.cli import main
from nullcline.sensitivity import Interval, Response, indices, sensitivity
from nullcline.sweep import Request

A, B = 7.0, 0.1
V1 = 0.5 * (1 + B * np.pi**4 / 5) ** 2
V2 = A**2 / 8
V13 = 8 * B**2 * np.pi**8 / 225
V = V1 + V2 + V13
FIRST = np.array([V1, V2, 0.0]) / V
TOTAL = np.array([V1 + V13, V2, V13]) / V
"""The Ishigami function's indices in closed form (Ishigami and Homma 1990; Saltelli 2000)."""
BOX = [Interval(name, -np.pi, np.pi) for name in "abc"]
TEXT = f"sin(a) + {A}*sin(b)**2 + {B}*c**4*sin(a)"


def ishigami(points) -> np.ndarray:
    a, b, c = (points[name] for name in "abc")
    return np.sin(a) + A * np.sin(b) ** 2 + B * c**4 * np.sin(a)


def model() -> Dynamics:
    """The function as a model: its value is a slope, and x after one unit of time is the value."""
    made = Dynamics("Ishigami", time_unit="s")
    for name in "abc":
        made.add_parameter(name, 1.0, unit="rad", domain={"lo": -np.pi, "hi": np.pi})
    made.add_parameter("unused", 1.0)
    made.add_derived_variable("y", TEXT)
    made.add_state_variable("x", "y", 0.0, unit="mV")
    return made


def test_sobol_indices_of_ishigami_are_those_of_the_closed_form() -> None:
    found = indices(ishigami, BOX, "y", n=4096, seed=1)
    first, total = found.first_order.values, found.total.values
    assert (np.abs(first - FIRST) < 2 * found.first_order_confidence.values).all()
    assert (np.abs(total - TOTAL) < 2 * found.total_confidence.values).all()
    np.testing.assert_allclose(first, FIRST, rtol=0, atol=0.02)
    np.testing.assert_allclose(total, TOTAL, rtol=0, atol=0.02)
    pair = found.sel(parameter="a", other="c")
    assert abs(float(pair.second_order) - V13 / V) < 0.04
    assert float(pair.second_order) == float(found.second_order.sel(parameter="c", other="a"))
    assert float(pair.second_order_confidence) > 0
    assert np.isnan(np.diag(found.second_order)).all()
    assert found.attrs["points"] == 4096 * 8


def test_the_intervals_shrink_as_the_sample_grows_and_hold_the_truth() -> None:
    """95 % intervals: of 8 samples x 6 indices about 2 miss; 8 would be a fault (p < 0.002)."""
    missed, widths = 0, []
    for n in (256, 4096):
        found = indices(ishigami, BOX, "y", n=n)
        widths.append(found.first_order_confidence.values.max())
    for seed in range(8):
        found = indices(ishigami, BOX, "y", n=512, seed=seed)
        for kind, truth in (("first_order", FIRST), ("total", TOTAL)):
            off = np.abs(found[kind].values - truth)
            missed += int((off > found[f"{kind}_confidence"].values).sum())
    assert widths[1] < widths[0] / 2.5
    assert missed < 8


def test_fast_indices_of_ishigami() -> None:
    """FAST's bias does not vanish as n grows; it gives no intervals."""
    found = indices(ishigami, BOX, "y", method="fast", n=1025)
    np.testing.assert_allclose(found.first_order, FIRST, atol=0.03)
    np.testing.assert_allclose(found.total, TOTAL, atol=0.06)
    assert set(found.data_vars) == {"first_order", "total"}
    assert "no intervals" in found.attrs["summary"]


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    """Morris: the effect over the whole range, the same everywhere: no spread, no doubt."""
    box = [Interval("p", 0.0, 2.0), Interval("q", -1.0, 1.0), Interval("r", 0.0, 1.0)]
    found = indices(lambda at: 3 * at["p"] - 5 * at["q"] + 0 * at["r"], box, "y", method="morris")
    np.testing.assert_allclose(found.mu, [6, -10, 0], atol=1e-12)
    np.testing.assert_allclose(found.mu_star, [6, 10, 0], atol=1e-12)
    np.testing.assert_allclose(found.sigma, 0, atol=1e-10)
    assert found.attrs["points"] == 64 * 4


@pytest.mark.parametrize(("method", "n"), [("sobol", 256), ("fast", 257)])
def test_an_additive_function_splits_its_variance(method: str, n: int) -> None:
    """Var(p) : Var(2 q) = 1 : 4 on equal intervals, and no interaction."""
    box = [Interval("p", 0.0, 1.0), Interval("q", 0.0, 1.0)]
    found = indices(lambda at: at["p"] + 2 * at["q"], box, "y", method=method, n=n)
    np.testing.assert_allclose(found.first_order, [0.2, 0.8], atol=0.02)
    np.testing.assert_allclose(found.total, [0.2, 0.8], atol=0.02)


def test_logarithmic_ranges_are_even_in_the_logarithm() -> None:
    """log p and log q have the same spread over (1, 100) as over (0.01, 1)."""
    box = [Interval("p", 1.0, 100.0, log=True), Interval("q", 0.01, 1.0, log=True)]
    seen = []

    def evaluate(points):
        seen.append(points)
        return np.log(points["p"]) + np.log(points["q"])

    found = indices(evaluate, box, "y", n=256)
    np.testing.assert_allclose(found.first_order, [0.5, 0.5], atol=0.02)
    assert 1.0 <= seen[0]["p"].min() < 1.2
    assert 80 < seen[0]["p"].max() <= 100.0
    assert np.median(seen[0]["p"]) == pytest.approx(10, rel=0.1)


def test_a_model_gives_what_its_formula_gives() -> None:
    """The same design through a System, an engine and a feature."""
    found = model().sensitivity(feature="final:x", duration=1, n=8, seed=3)
    expected = indices(ishigami, BOX, "y", n=8, seed=3)
    for name in expected.data_vars:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-5)
    assert found.parameter.values.tolist() == ["a", "b", "c"]
    assert found.unit.values.tolist() == ["rad"] * 3
    assert (found.attrs["model"], found.attrs["method"]) == ("Ishigami", "sobol")
    assert found.attrs["feature_mean"] == pytest.approx(expected.attrs["feature_mean"], rel=1e-5)
    again = model().sensitivity(feature="final:x", duration=1, n=8, seed=3)
    xr.testing.assert_identical(found, again)


def test_ishigami_through_a_model_and_the_engine() -> None:
    found = model().sensitivity(feature="final:x", duration=1, n=4096)
    for kind, truth in (("first_order", FIRST), ("total", TOTAL)):
        off = np.abs(found[kind].values - truth)
        assert (off < found[f"{kind}_confidence"].values).all()
        assert (off < 0.02).all()


def test_initial_values_and_fixed_values() -> None:
    """x(T) = x(0) e^(-k T) with k fixed at 0 is x(0): all of the variance is its own."""
    decay = Dynamics("decay")
    decay.add_parameter("k", 1.0)
    decay.add_parameter("off", 0.0)
    decay.add_state_variable("x", "-k*x + off", 1.0)
    ranges = {"x": (1.0, 2.0), "off": (0.0, 1e-9)}
    found = decay.sensitivity(ranges, feature="final:x", duration=1, n=16, k=0.0)
    assert found.parameter.values.tolist() == ["initial_x", "off"]
    np.testing.assert_allclose(found.total, [1, 0], atol=0.3)
    effects = decay.sensitivity(
        ranges, feature="final:x", duration=1, n=4, method="morris", parameters={"k": 0.0}
    )
    np.testing.assert_allclose(effects.mu, [1, 1e-9], rtol=1e-3, atol=1e-7)


def explosive() -> Dynamics:
    """x' = k x^2 from 1 is infinite at t = 1/k."""
    made = Dynamics("explosive")
    made.add_parameter("k", 0.5)
    made.add_parameter("q", 1.0)
    made.add_state_variable("x", "k*x**2 + 0*q", 1.0)
    return made


def test_points_without_a_value_are_refused_with_their_number_and_ranges() -> None:
    with pytest.raises(SimulationError) as caught:
        explosive().sensitivity({"k": (0.1, 1.9), "q": (0, 1)}, feature="final:x", duration=1, n=16)
    said = str(caught.value)
    counted = re.match(r"(\d+) of 96 points are without a value \((\d+) blew up\)", said)
    assert counted is not None
    assert counted[1] == counted[2]
    assert 40 < int(counted[1]) < 56  # half of the range of k lies above 1
    low, high = map(float, re.search(r"k from (\S+) to (\S+), any q;", said).groups())
    assert 1 <= low < 1.15
    assert 1.75 < high <= 1.9
    fine = explosive().sensitivity({"k": (0.1, 0.5)}, feature="final:x", duration=1, n=4)
    assert float(fine.total[0]) > 0


def test_a_point_that_did_not_finish_counts_for_nothing_whatever_its_value() -> None:
    def evaluate(points):
        p = points["p"]
        return Response(p, np.where(p > 0.5, "stalled", "finished"))

    with pytest.raises(SimulationError, match=r"8 of 16 .* \(8 stalled\): they have p from 0\.5"):
        indices(evaluate, [Interval("p", 0.0, 1.0)], "y", n=4)


def test_a_feature_that_is_nowhere_defined_is_told_apart_from_a_crash() -> None:
    with pytest.raises(SimulationError, match="have no period:x"):
        explosive().sensitivity({"k": (0.1, 0.5)}, feature="period:x", duration=1, n=4)


def test_shares_of_no_variance_are_refused() -> None:
    with pytest.raises(SimulationError, match="q is 2 at every point: none"):
        indices(lambda at: 0 * at["p"] + 2.0, [Interval("p", 0.0, 1.0)], "q", n=4)
    with pytest.raises(SimulationError, match="up to the accuracy of the solver"):
        explosive().sensitivity(
            {"q": (0, 1), "k": (0.1, 0.1 + 1e-9)}, feature="final:x", duration=1, n=4
        )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"method": "sobl"}, "did you mean `sobol`"),
        ({"n": 100}, "not a power of 2.*take 64 or 128"),
        ({"method": "fast", "n": 64}, "take 65"),
        ({"method": "morris", "n": 1}, "take 2 or more"),
        ({"n": 2.5}, "no whole number"),
        ({"seed": -1}, "the seed is -1"),
        ({"features": "amplitud:x"}, "did you mean `amplitude`"),
        ({"features": "final:z"}, "`z` is not declared"),
        ({"features": []}, "one feature"),
        ({"over": {"aa": (0, 1)}}, "no number called `aa`.*did you mean"),
        ({"over": {"a": (1, 0)}}, "is empty: 1 to 0"),
        ({"over": {"a": 1.0}}, "is an interval"),
        ({"after": 3}, "after t = 3"),
        ({"values": {"a": 2.0}}, "`a` is swept and has a fixed value too"),
    ],
)
def test_what_is_asked_wrongly_is_told_before_anything_runs(given, said) -> None:
    def never(points):
        raise AssertionError("it ran")

    options = {name: given[name] for name in ("method", "n", "seed") if name in given}
    asked = {"over": {"a": (0, 1)}, "features": "final:x", "duration": 1} | given
    asked = Request(**{name: asked[name] for name in asked.keys() - options.keys()})
    with pytest.raises(ModelError, match=said):
        sensitivity(model().system(), asked, **options, evaluate=never)


def test_without_domains_ranges_are_asked_for() -> None:
    with pytest.raises(ModelError, match="no parameter of explosive has a domain"):
        explosive().sensitivity(feature="final:x", duration=1)


def test_salib_missing_is_a_sentence() -> None:
    code = """
import sys
sys.modules["SALib"] = None
from nullcline.sensitivity import Interval, indices
try:
    indices(lambda at: at["p"], [Interval("p", 0.0, 1.0)], "y")
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'nullcline[sensitivity]'" in done.stdout


@pytest.fixture
def file(tmp_path, monkeypatch) -> str:
    monkeypatch.chdir(tmp_path)
    model().to_yaml(tmp_path / "ishigami.yaml")
    return "ishigami.yaml"


def test_command_writes_table_and_picture(file, tmp_path, capsys) -> None:
    asked = ["sensitivity", file, "--feature", "final:x", "--duration", "1", "-n", "4"]
    assert main([*asked, "-o", "out.csv", "--plot", "bars.png"]) == 0
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    found = model().sensitivity(feature="final:x", duration=1, n=4)
    assert [row["parameter"] for row in rows] == ["a", "b", "c", "a", "a", "b"]
    assert float(rows[0]["total"]) == pytest.approx(float(found.total[0]), rel=1e-4)
    pair = found.second_order.sel(parameter="b", other="c")
    assert (rows[5]["other"], float(rows[5]["second_order"])) == (
        "c",
        pytest.approx(float(pair), rel=1e-4),
    )
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")
    assert "out.csv: Sobol indices from 32 points" in capsys.readouterr().out


def test_command_with_ranges_and_netcdf(file, tmp_path, capsys) -> None:
    asked = ["sensitivity", file, "--feature", "final:x", "--duration", "1", "-n", "4"]
    ranges = ["--over", "a=0.1:1", "--over", "b=0.1:1:log", "--method", "morris"]
    assert main([*asked, *ranges, "--set", "c=0", "-o", "out.nc"]) == 0
    with xr.open_dataset(tmp_path / "out.nc", engine="scipy") as found:
        np.testing.assert_allclose(found["high"], 1.0)
        assert found.attrs["method"] == "morris"
    assert main([*asked, *ranges]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("parameter,other,low,high,mu_star")
    assert main([*asked, "--over", "a=0:1", "--over", "a=0:2"]) == 1
    assert "--over gives `a` twice" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*asked, "--over", "a=0:1:5"])
    assert "NAME=LOW:HIGH" in capsys.readouterr().err


def test_local_sensitivities_of_a_decay() -> None:
    """x = x0 e^(-k t): dx/dk = -t x, dx/dx0 = e^(-k t)."""
    decay = Dynamics("decay")
    decay.add_parameter("k", 2.0)
    decay.add_state_variable("x", "-k*x", 3.0)
    found = decay.local_sensitivity(["k", "x"], 2.0, 0.25, k=1.5)
    t = found.time.values
    x = 3 * np.exp(-1.5 * t)
    np.testing.assert_allclose(found["values"].sel(state="x"), x, rtol=1e-7)
    by_k = found.sel(parameter="k", state="x")
    np.testing.assert_allclose(by_k.raw, -t * x, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(by_k.normalised, -1.5 * t * x / np.ptp(x), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.raw.sel(parameter="x", state="x"), x / 3, rtol=1e-6)


def test_local_sensitivities_are_difference_quotients() -> None:
    lotka = Dynamics("lv")
    lotka.add_parameter("a", 1.1)
    lotka.add_parameter("b", 0.4)
    lotka.add_derived_variable("meals", "b*x*y")
    lotka.add_state_variable("x", "a*x - meals", 10.0)
    lotka.add_state_variable("y", "0.25*meals - 0.4*y", 5.0)
    found = lotka.local_sensitivity(None, 10.0, 1.0)
    h = 1e-5
    for name, value in (("a", 1.1), ("b", 0.4)):
        up = lotka.simulate(10.0, 1.0, **{name: value + h})
        down = lotka.simulate(10.0, 1.0, **{name: value - h})
        expected = (up.values - down.values) / (2 * h)
        found_here = found.raw.sel(parameter=name).values
        np.testing.assert_allclose(found_here, expected, rtol=1e-3, atol=1e-3)


def test_local_sensitivities_end_with_the_run() -> None:
    with pytest.raises(SimulationError, match=r"explosive blew up after t = 1\.96 of 3"):
        explosive().local_sensitivity("k", 3.0, 0.07)
    with pytest.raises(ModelError, match="no number called `kk`"):
        explosive().local_sensitivity("kk", 1.0)


def test_a_design_beyond_memory_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(ModelError, match="half of the memory"):
        indices(ishigami, BOX, "y", n=2**40)
