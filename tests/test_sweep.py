"""Sweeps in memory: against closed forms, whatever the axes, their order, the chunks."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from nullcline import Dynamics, ModelError
from nullcline.engine import STATUSES
from nullcline.sweep import SweepInterrupted, request
from nullcline.sweep.bar import Bar, remaining
from nullcline.sweep.chunks import MOST_BYTES, cut, size
from nullcline.sweep.provenance import model_hash


def decay():
    """x' = -k x + u: x0 exp(-k t) where u = 0."""
    model = Dynamics("Decay", time_unit="ms")
    model.add_parameter("k", 1.0, unit="1/ms", description="rate of decay")
    model.add_coupling_input("u")
    model.add_state_variable("x", "-k*x + u", 1.0, unit="mV")
    model.add_derived_variable("twice", "2*x", unit="mV")
    return model


def oscillator():
    """x = A cos(w t), z = -A sin(w t), from (A, 0)."""
    model = Dynamics("Oscillator", time_unit="s")
    model.add_parameter("w", 1.0)
    model.add_state_variable("x", "w*z", 1.0, unit="mV")
    model.add_state_variable("z", "-w*x", 0.0)
    return model


def test_a_grid_has_its_axes_as_dimensions():
    k, x0 = np.array([0.5, 1.0, 2.0]), np.array([1.0, -3.0])
    found = decay().sweep({"k": k, "x": x0}, duration=2.0, sampling=0.5)
    assert found["x"].dims == ("k", "initial_x", "time")
    np.testing.assert_array_equal(found["time"], [0.0, 0.5, 1.0, 1.5, 2.0])
    expected = x0[None, :, None] * np.exp(-k[:, None, None] * found["time"].values)
    np.testing.assert_allclose(found["x"], expected, rtol=2e-5)
    assert (found["status"] == STATUSES.index("finished")).all()
    np.testing.assert_allclose(found["reached"], 2.0)
    assert found["k"].attrs == {"units": "1/ms", "long_name": "rate of decay"}
    assert found["x"].attrs["units"] == "mV"
    assert found["time"].attrs["units"] == "ms"


def test_inputs_fixed_values_and_auxiliaries():
    found = decay().sweep({"u": [0.0, 2.0]}, 1.0, 0.25, outputs=["twice"], k=0.5, x=3.0)
    times = found["time"].values
    rest = found["u"].values[:, None] / 0.5
    expected = 2 * (rest + (3.0 - rest) * np.exp(-0.5 * times))
    np.testing.assert_allclose(found["twice"], expected, rtol=2e-5)
    assert "x" not in found
    assert json.loads(found.attrs["values"]) == {"k": 0.5, "x": 3.0}


def test_names_that_arguments_have_are_given_as_parameters():
    model = Dynamics("M", parameters={"n": 1.0, "after": 0.0})
    model.add_state_variable("x", "n + after", 0.0)
    found = model.sweep({"x": [0.0]}, 1.0, features="final", parameters={"n": 2.0, "after": 1.0})
    np.testing.assert_allclose(found["final_x"], 3.0, rtol=1e-6)


def test_features_of_an_oscillation():
    """Over whole periods: the mean of x**2 is A**2/2, the standard deviation A/sqrt(2)."""
    w, amplitude = np.array([1.0, 2.0]), np.array([0.5, 3.0])
    words = ["minimum:x", "max:x", "amplitude", "mean:x**2 + z**2", "std:x", "period:x"]
    words += [
        "frequency:x",
        "maxima:x",
        "time_above:x > 0",
        "time_above:0 < -x",
        "final:x",
        "time_above:x < 9",
    ]
    words += ["spread = maximum:x - z"]
    after, end = 2 * np.pi, 8 * np.pi
    found = oscillator().sweep({"w": w, "x": amplitude}, end, features=words, after=after)
    ones = np.ones((2, 2))
    expected = {
        "minimum_x": -amplitude * ones,
        "maximum_x": amplitude * ones,
        "amplitude_x": 2 * amplitude * ones,
        "amplitude_z": 2 * amplitude * ones,
        "mean_x_2_z_2": amplitude**2 * ones,
        "std_x": amplitude / np.sqrt(2) * ones,
        "period_x": (2 * np.pi / w)[:, None] * ones,
        "frequency_x": (w / (2 * np.pi))[:, None] * ones,
        "time_above_x_0": (end - after) / 2 * ones,
        "time_above_0_x": (end - after) / 2 * ones,
        "time_above_x_9": (end - after) * ones,
        "final_x": amplitude * ones,
        "spread": np.sqrt(2) * amplitude * ones,
    }
    for name, values in expected.items():
        rtol = 1e-2 if name.startswith("time_above") else 1e-3
        np.testing.assert_allclose(found[name], values, rtol=rtol, err_msg=name)
        assert found[name].dims == ("w", "initial_x")
    # 3 periods of w = 1 and 6 of w = 2 fit; the maxima at either end may or may not count.
    assert np.abs(found["maxima_x"].values - [[3, 3], [6, 6]]).max() <= 1
    assert found["period_x"].attrs["units"] == "s"
    assert found["frequency_x"].attrs["units"] == "1/s"
    assert found["amplitude_x"].attrs["units"] == "mV"
    assert found["spread"].attrs["feature"] == "maximum:x - z"
    assert "time" not in found.dims


def test_trajectories_are_kept_if_sampled_or_if_nothing_else_is():
    model = decay()
    assert set(model.sweep({"k": [1.0]}, 1.0)) == {"x", "reached", "steps", "status"}
    assert model.sweep({"k": [1.0]}, 1.0).sizes["time"] == 1001
    assert "x" not in model.sweep({"k": [1.0]}, 1.0, features=["mean"])
    assert {"x", "mean_x"} <= set(model.sweep({"k": [1.0]}, 1.0, 0.1, features=["mean"]))


def test_own_names_and_repeated_features():
    model = decay()
    found = model.sweep({"k": [1.0]}, 1.0, features={"top": "max:x", "low": "minimum"})
    assert {"top", "low"} <= set(found)
    twice = model.sweep({"k": [1.0]}, 1.0, features=["mean", "mean:x", "mean:x + k", "mean:x - k"])
    assert [n for n in twice if n.startswith("mean")] == ["mean_x", "mean_x_k", "mean_x_k_2"]
    difference = twice["mean_x_k"] - twice["mean_x_k_2"]
    np.testing.assert_allclose(difference, 2.0, rtol=1e-6)


def test_a_lyapunov_exponent_is_of_the_whole_model():
    """That of x' = -k x is -k."""
    found = decay().sweep({"k": [0.5, 2.0]}, 20.0, features=["lyapunov"])
    np.testing.assert_allclose(found["lyapunov"], [-0.5, -2.0], rtol=1e-12)
    assert found["lyapunov"].attrs["units"] == "1/ms"


def test_names_of_the_result_are_told_apart():
    model = Dynamics("M", parameters={"time": 1.0, "status": 2.0})
    model.add_state_variable("reached", "time*status", 0.0)
    found = model.sweep({"time": [1.0, 2.0], "status": [3.0]}, 1.0, 0.5)
    assert found["reached_"].dims == ("time_", "status_", "time")
    np.testing.assert_allclose(found["reached_"].isel(time=-1), [[3.0], [6.0]], rtol=1e-6)


def test_points_that_blow_up_are_marked_with_the_time_and_the_others_are_right():
    """x' = x**2 ends at 1/x0; up to then x = x0/(1 - x0 t), by hand."""
    model = Dynamics("Blow")
    model.add_state_variable("x", "x**2", 1.0)
    count = 10_000
    start = np.concatenate(
        [np.linspace(-2.0, 0.4, count - count // 20), np.linspace(0.6, 2, count // 20)]
    )
    found = model.sweep({"x": start}, duration=2.0, sampling=0.01, features=["final"])
    fine = start < 0.5
    status = found["status"].values
    assert (status[fine] == STATUSES.index("finished")).all()
    assert (status[~fine] == STATUSES.index("blew up")).all()
    np.testing.assert_allclose(found["reached"].values[~fine], 1 / start[~fine], atol=0.02)
    np.testing.assert_allclose(found["reached"].values[fine], 2.0)
    times = found["time"].values
    expected = start[fine, None] / (1 - start[fine, None] * times)
    np.testing.assert_allclose(found["x"].values[fine], expected, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found["final_x"].values[fine], expected[:, -1], rtol=1e-4, atol=1e-6)
    beyond = times[None, :] > found["reached"].values[~fine, None] + 0.01
    assert beyond.any(axis=1).all()
    assert np.isnan(found["x"].values[~fine][beyond]).all()


def test_what_a_sweep_says_of_itself():
    found = decay().sweep({"k": [1.0]}, 2.0, 0.5, rtol=1e-5, atol=1e-8)
    said = found.attrs
    assert said["model"] == "Decay"
    assert said["model_hash"] == model_hash(decay().system())
    assert (said["rtol"], said["atol"], said["duration"]) == (1e-5, 1e-8, 2.0)
    assert (said["sampling"], said["after"], said["method"]) == (0.5, 0.0, "grid")
    assert said["numpy_version"] == np.__version__
    assert {"nullcline_version", "numba_version", "solver", "solver_reason"} <= set(said)
    flags = found["status"].attrs
    words = dict(zip(flags["flag_values"], flags["flag_meanings"].split(), strict=True))
    assert words[0] == "finished"
    assert [word.replace("_", " ") for word in words.values()] == list(STATUSES)


def test_the_fingerprint_of_a_model_is_of_what_it_computes():
    one, same, other, moved = decay(), decay(), decay(), decay()
    same.parameters["k"].description = "something else"
    same.parameters["k"].unit = None
    other.parameters["k"].value = 1.0 + 2**-52
    moved.state_variables["x"].equation.rhs = "u - k*x"
    hashes = [model_hash(model.system()) for model in (one, same, other, moved)]
    assert hashes[0] == hashes[1] == model_hash(Dynamics.from_yaml(one.to_yaml()).system())
    assert len(set(hashes)) == 3


@pytest.mark.parametrize("method", ["latin_hypercube", "sobol"])
def test_samples_fill_every_stratum_once(method):
    """Latin hypercubes do by definition, scrambled Sobol points in each one of their axes."""
    over = {"k": (0.5, 2.0), "x": (1.0, 100.0, "log")}
    found = decay().sweep(over, 1.0, features=["final"], method=method, n=16)
    assert found["final_x"].dims == ("point",)
    k, x0 = found["k"].values, found["initial_x"].values
    assert sorted(np.floor((k - 0.5) / 1.5 * 16)) == list(range(16))
    assert sorted(np.floor(np.log10(x0) / 2 * 16)) == list(range(16))
    np.testing.assert_allclose(found["final_x"], x0 * np.exp(-k), rtol=2e-5)
    again = decay().sweep(over, 1.0, features=["final"], method=method, n=16)
    assert again.identical(found)
    other = decay().sweep(over, 1.0, features=["final"], method=method, n=16, seed=1)
    assert not np.array_equal(other["k"], k)


AXES = st.lists(st.floats(-2.0, 2.0), min_size=1, max_size=4, unique=True)


@settings(max_examples=20)
@given(k=AXES, x0=AXES, chunk=st.integers(1, 20))
def test_neither_chunks_nor_neighbours_nor_the_order_of_axes_change_a_bit(k, x0, chunk):
    model = decay()
    more = {"duration": 0.5, "sampling": 0.25, "features": ["mean", "amplitude"]}
    whole = model.sweep({"k": k, "x": x0}, **more)
    assert model.sweep({"k": k, "x": x0}, chunk=chunk, **more).identical(whole)
    turned = model.sweep({"x": x0, "k": k}, **more)
    assert turned["x"].dims == ("initial_x", "k", "time")
    assert turned.transpose(*whole.dims).equals(whole)
    one = model.sweep({"k": k[-1:], "x": x0[:1]}, **more)
    assert one.equals(whole.isel(k=[-1], initial_x=[0]))


@settings(max_examples=10)
@given(k=AXES, x0=AXES)
def test_a_grid_is_the_zipped_product(k, x0):
    model = decay()
    grid = model.sweep({"k": k, "x": x0}, 0.5, 0.25, features="mean")
    pairs = np.array([(a, b) for a in k for b in x0])
    zipped = model.sweep(
        {"k": pairs[:, 0], "x": pairs[:, 1]}, 0.5, 0.25, features="mean", method="zip"
    )
    for name in ("x", "mean_x", "status", "reached", "steps"):
        flat = grid[name].values.reshape(zipped[name].shape)
        np.testing.assert_array_equal(flat, zipped[name])


@given(shape=st.lists(st.integers(1, 7), min_size=1, max_size=4), most=st.integers(1, 60))
def test_chunks_cover_every_point_once_in_order(shape, most):
    chunks = cut(tuple(shape), most)
    found = list(chunks)
    assert len(found) == len(chunks)
    numbers = np.arange(np.prod(shape)).reshape(shape)
    for chunk in found:
        assert chunk.stop - chunk.start <= most
        inside = numbers[chunk.where].ravel()
        np.testing.assert_array_equal(inside, np.arange(chunk.start, chunk.stop))
    assert sum(chunk.stop - chunk.start for chunk in found) == numbers.size


@given(count=st.integers(1, 10**12), point_bytes=st.integers(1, 10**10))
def test_a_chunk_holds_a_bounded_number_of_bytes(count, point_bytes):
    points = size(count, point_bytes)
    assert points == 1 or points * point_bytes <= MOST_BYTES


WRONG = [
    ({"over": {"kk": [1.0]}}, "no number called `kk` to sweep; did you mean `k`"),
    ({"over": {}}, "the sweep has no axis"),
    ({"over": {"k": []}}, "the axis `k` is empty"),
    ({"over": {"k": [1.0, np.nan]}}, "value 2 of 2 on the axis `k` is nan"),
    ({"over": {"k": 3.0}}, "the axis `k` is not a list of numbers"),
    ({"over": {"k": ["1", "2"]}}, "the axis `k` is not a list of numbers"),
    ({"over": {"k": [True]}}, "the axis `k` is not a list of numbers"),
    ({"over": {"k": [[1.0], [2.0]]}}, "the axis `k` has 2 dimensions"),
    ({"over": [("k", [1.0]), ("k", [2.0])]}, "the axis `k` is given twice"),
    ({"k": 2.0}, "`k` is swept and has a fixed value too"),
    ({"over": {"k": (0.1, 5)}}, r"tuple of two.*give \[0.1, 5\] for these two, np.linspace\(0.1"),
    ({"over": {"k": (0.1, 5)}, "method": "zip"}, "is a tuple of two"),
    ({"kk": 2.0}, "no number called `kk`; did you mean `k`"),
    ({"fixed": {"x": 2.0}}, "no number called `fixed`"),
    ({"x": "three"}, "the value of `x` is no number"),
    ({"x": np.inf}, "the value of x in a run is not finite"),
    ({"features": ["amplitud"]}, "no feature `amplitud`; did you mean `amplitude`"),
    ({"features": ["mean:x + kk"]}, "`kk` is not declared; did you mean `k`?.*column 5"),
    ({"features": ["time_above"]}, "`time_above` needs a level"),
    ({"features": ["time_above:x"]}, "compares nothing"),
    ({"features": ["lyapunov:x"]}, "a Lyapunov exponent is of the whole model"),
    ({"features": {"2x": "mean:x"}}, "cannot be called `2x`"),
    ({"features": ["mean:x"], "after": 2.0}, "0 <= after < duration"),
    ({"outputs": ["y"]}, "no variable `y` to record"),
    ({"outputs": []}, "outputs is empty"),
    ({"sampling": 3.0}, "0 < sampling <= duration"),
    ({"rtol": 0.0}, "0 < rtol < 1"),
    ({"solver": "autto"}, "no solver `autto`; did you mean `auto`"),
    ({"chunk": 0}, "chunk is 0"),
    ({"method": "gird"}, "no sampling method `gird`; did you mean `grid`"),
    ({"n": 3}, "a grid sweep takes no n"),
    ({"method": "sobol"}, "needs the number of its points"),
    ({"method": "sobol", "n": 4, "over": {"k": [1.0, 2.0, 3.0]}}, "is an interval"),
    ({"method": "sobol", "n": 4, "over": {"k": 1.0}}, "is an interval"),
    ({"method": "sobol", "n": 4, "over": {"k": [[1.0], [2.0, 3.0]]}}, "not a list of numbers"),
    ({"over": {"k": [[1.0], [2.0, 3.0]]}}, "not a list of numbers"),
    ({"method": "sobol", "n": 4, "over": {"k": (2.0, 1.0)}}, "interval of the axis `k` is empty"),
    ({"method": "sobol", "n": 4, "over": {"k": (0.0, 1.0, "log")}}, "begin above 0"),
    ({"method": "zip", "over": {"k": [1.0], "x": [1.0, 2.0]}}, "differ in length: `k` 1, `x` 2"),
    ({"seed": -1}, "the seed is -1"),
    ({"backend": "dusk"}, "no backend 'dusk'"),
    ({"resume": True}, "nothing to resume without a file"),
    ({"out": "x.npz"}, "written as .zarr, .nc, .csv"),
    ({"out": "absent/x.zarr"}, "there is no folder"),
    ({"out": "x.nc", "resume": True}, "cannot be resumed"),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[message for _, message in WRONG])
def test_misuse_is_told_in_a_sentence(wrong, message, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=message):
        decay().sweep(**({"over": {"k": [1.0]}, "duration": 1.0} | wrong))
    assert list(tmp_path.iterdir()) == []


def test_every_problem_is_told_at_once():
    with pytest.raises(ModelError) as caught:
        decay().sweep({"k": [], "q": [1]}, -1.0, features=["amp", "mean:z"], solver="none", y=1)
    assert len(caught.value.problems) == 7


def test_a_result_that_is_too_large_is_refused_before_any_work(monkeypatch, tmp_path):
    long = {"k": np.linspace(0, 1, 10**5), "x": np.linspace(0, 1, 10**6)}
    with pytest.raises(ModelError, match=r"takes 802,500\.0 GB.*features.*out="):
        decay().sweep(long, 1.0)
    with pytest.raises(ModelError, match="disk"):
        decay().sweep(long, 1.0, out=tmp_path / "x.zarr")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(request, "memory", lambda: 1000)
    with pytest.raises(ModelError, match="more than half of the memory"):
        decay().sweep({"k": (0, 1)}, 1.0, features="mean", method="latin_hypercube", n=10**9)


def test_ctrl_c_keeps_what_is_done():
    def stop(done, count):
        if done >= 4:
            raise KeyboardInterrupt

    k = np.linspace(0.1, 1, 10)
    with pytest.warns(SweepInterrupted, match=r"4 of 10 points are done; give out= a \.zarr file"):
        found = decay().sweep({"k": k}, 1.0, 0.5, chunk=2, progress=stop)
    done = found["status"].values != STATUSES.index("not run")
    assert done.tolist() == [True] * 4 + [False] * 6
    whole = decay().sweep({"k": k}, 1.0, 0.5)
    xr.testing.assert_equal(found.isel(k=slice(4)), whole.isel(k=slice(4)))
    assert np.isnan(found["x"].values[4:]).all()


def test_progress_is_told_after_every_chunk(capsys):
    told = []
    decay().sweep(
        {"k": np.linspace(0, 1, 6)}, 1.0, 0.5, chunk=2, progress=lambda *n: told.append(n)
    )
    assert told == [(2, 6), (4, 6), (6, 6)]
    decay().sweep({"k": [1.0]}, 1.0, 0.5)
    assert capsys.readouterr() == ("", "")


def test_the_rate_and_the_time_left_are_those_of_this_run():
    """Of 1,000 points 600 are done, 500 of them in 10 s: 50 a second, 400 more take 8 s."""
    line = Bar("sweeping M", already=100).line(600, 1000, 10.0)
    assert line.endswith("60 % of 1,000 points, 50 points/s, 8 s left")
    assert [remaining(s) for s in (59, 61, 3661, 90000)] == [
        "59 s",
        "1 min 1 s",
        "1 h 1 min",
        "1 d 1 h",
    ]


def test_the_shapes_of_pyrates(tmp_path, monkeypatch):
    """The same columns, rows and values as PyRates' grid_search of the exported template."""
    pytest.importorskip("pyrates")
    from nullcline.pyrates import grid_search

    monkeypatch.chdir(tmp_path)
    model = oscillator()
    folder = tmp_path / "sweptmodel"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    model.to_yaml(folder / "model.yaml", format="pyrates")
    monkeypatch.syspath_prepend(str(tmp_path))
    results, table = grid_search(
        "sweptmodel.model.Oscillator_circuit",
        {"w": [1.0, 2.0]},
        {"w": {"vars": ["Oscillator_op/w"], "nodes": ["p"]}},
        step_size=0.1,
        simulation_time=1.0,
        outputs={"x": "p/Oscillator_op/x", "z": "p/Oscillator_op/z"},
    )
    ours, our_table = model.sweep({"w": [1.0, 2.0]}, 1.0, 0.1).nullcline.to_grid_search()
    assert ours.columns.equals(results.columns)
    assert our_table.equals(table)
    np.testing.assert_allclose(ours.loc[results.index[:10]], results.iloc[:10], atol=1e-5)
    assert ours.attrs["status"] == results.attrs["status"]
    single, _ = model.sweep({"w": [1.0]}, 1.0, 0.1, outputs="x").nullcline.to_grid_search()
    assert single.columns.tolist() == ["x"]
    listed, rows = model.sweep(
        {"w": [1.0, 2.0], "x": [3.0, 4.0]}, 1.0, 0.1, method="zip"
    ).nullcline.to_grid_search()
    assert rows.columns.tolist() == ["w", "initial_x"]
    assert listed["x", "Oscillator_circuit_1", "p", "Oscillator_op/x"].iloc[0] == 4.0
    with pytest.raises(ModelError, match="no trajectories"):
        model.sweep({"w": [1.0]}, 1.0, features="mean").nullcline.to_grid_search()


def test_the_methods_that_ran_are_named_by_their_terms():
    """The terms stand in the schema too, each at the solver of that kind."""
    model = Dynamics("Stiff", parameters={"k": 1.0})
    model.add_state_variable("x", "-k*x", 1.0)
    terms = {"dp5": "0000087", "dop853": "0000436", "rodas": "0000033"}
    for solver, number in terms.items():
        found = model.sweep({"k": [1.0, 2.0]}, duration=1, features="final", solver=solver)
        assert found.attrs["solver_terms"] == f"KISAO:{number}"


@pytest.mark.parametrize(
    ("solver", "rtol", "ran"),
    [
        *(("auto", 1e-6, "dp5"), ("auto", 1e-9, "dop853"), ("dop853", 1e-6, "dop853")),
        *(("rodas", 1e-6, "rodas"), ("scipy", 1e-6, "scipy")),
    ],
)
def test_the_reason_names_the_solver(solver, rtol, ran):
    model = Dynamics("Decay")
    model.add_state_variable("x", "-x", 1.0)
    found = model.sweep({"x": [1.0, 2.0]}, 1.0, features="final", solver=solver, rtol=rtol)
    assert found.attrs["solver"] == ran
    assert ran in found.attrs["solver_reason"].lower()
