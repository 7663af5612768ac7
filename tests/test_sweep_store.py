"""Sweeps on disk: written chunk by chunk, killed at any moment, resumed to the same bits."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from nullcline import Dynamics, ModelError
from nullcline.engine import STATUSES
from nullcline.sweep import SweepInterrupted

zarr = pytest.importorskip("zarr")

MODEL = """\
name: VdP
parameters: {mu: {value: 1.0, unit: per_ms}}
state_variables:
  x: {equation: "z", initial_value: 0.1, unit: mV}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""
OVER = {"mu": np.linspace(0.1, 2.0, 7), "x": np.linspace(-1.0, 1.0, 5)}
MORE = {"duration": 3.0, "sampling": 0.5, "features": ["mean", "amplitude:x - z"], "chunk": 4}


def sweep(**changes):
    return Dynamics.from_yaml(MODEL).sweep(**({"over": OVER} | MORE | changes))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An unbroken run, on disk."""
    path = tmp_path_factory.mktemp("whole") / "sweep.zarr"
    sweep(out=path)
    return path


def chunk_files(path):
    """Every file of a store that holds values, with its bytes; metadata apart."""
    files = [each for each in path.rglob("*") if each.is_file() and each.name != "zarr.json"]
    return {str(each.relative_to(path)): each.read_bytes() for each in files}


def timeless(dataset):
    """A result without its words on which machine ran: they depend on what is compiled by then."""
    assert dataset.attrs["solver_reason"]
    return dataset.assign_attrs(solver_reason="")


def equal_bits(path, other):
    """Whether two stores hold the same to the last bit, leftovers of killed writers apart."""
    one, two = (
        {name: data for name, data in chunk_files(each).items() if not name.endswith(".partial")}
        for each in (path, other)
    )
    assert one == two
    assert timeless(xr.open_zarr(path, consolidated=False, chunks=None)).identical(
        timeless(xr.open_zarr(other, consolidated=False, chunks=None))
    )
    return True


def test_a_store_is_what_the_sweep_in_memory_gives(whole):
    stored = sweep(out=whole, resume=True)
    assert timeless(stored.load()).identical(timeless(sweep()))
    opened = xr.open_zarr(whole, consolidated=False)
    assert opened["x"].dims == ("mu", "initial_x", "time")
    assert opened["x"].attrs["units"] == "mV"
    assert opened.drop_attrs().equals(stored.drop_attrs())


def test_listed_points_are_stored_with_their_coordinates(tmp_path):
    over = {"mu": (0.1, 2.0), "x": (-1.0, 1.0)}
    drawn = {"over": over, "method": "latin_hypercube", "n": 10, "sampling": None}
    found = sweep(out=tmp_path / "s.zarr", **drawn)
    assert set(found.coords) == {"mu", "initial_x"}
    assert timeless(found.load()).identical(timeless(sweep(**drawn)))


KILLED = """
import os, signal, sys
import numpy as np
import zarr
sys.path[:0] = {path!r}
from test_sweep_store import sweep

left = int(sys.argv[2])
write = zarr.Array.__setitem__

def setitem(array, where, values):
    global left
    write(array, where, values)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

zarr.Array.__setitem__ = setitem
sweep(out=sys.argv[1], resume=True)
"""


def killed_after(path, writes):
    """A process that goes on with the sweep and is killed after it wrote so many arrays."""
    code = KILLED.format(path=[os.path.dirname(__file__)])
    command = [sys.executable, "-c", code, str(path), str(writes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode != 0


def whole_points(path):
    status = xr.open_zarr(path, consolidated=False)["status"].values
    return int((status != STATUSES.index("not run")).sum())


def test_killed_again_and_again_between_the_arrays_of_its_chunks(whole, tmp_path):
    """Each chunk writes 8 arrays (2 states, 3 features, time reached, steps, status): the process
    dies within its first chunk, then within others."""
    path = tmp_path / "sweep.zarr"
    deaths, points = 0, []
    for writes in (3, 10, 13, 27, 40):
        deaths += killed_after(path, writes)
        points.append(whole_points(path) if path.exists() else 0)
    assert deaths == 5
    assert points[0] == 0
    assert 0 < points[-1] < 35
    assert points == sorted(points)
    sweep(out=path, resume=True)
    assert whole_points(path) == 35
    assert equal_bits(path, whole)


def test_killed_at_any_moment(tmp_path):
    """Killed from outside as soon as the first chunks are there, wherever it is then."""
    path = tmp_path / "sweep.zarr"
    more = {"over": {"mu": np.linspace(0.1, 2.0, 150)}, "chunk": 1, "sampling": None}
    code = (
        "import numpy as np; from test_sweep_store import sweep; "
        "over = {'mu': np.linspace(0.1, 2.0, 150)}; "
        f"sweep(out={str(path)!r}, over=over, chunk=1, sampling=None)"
    )
    started = subprocess.Popen([sys.executable, "-c", code], cwd=os.path.dirname(__file__))
    try:
        end = time.monotonic() + 60
        while len(list(path.glob("status/c/*"))) < 3 and time.monotonic() < end:
            assert started.poll() is None, "the sweep ended by itself"
    finally:
        started.kill()
        started.wait()
    assert 3 <= whole_points(path) < 150
    done = []
    found = sweep(out=path, resume=True, progress=lambda *n: done.append(n), **more)
    assert len(done) == 150 - (done[0][0] - 1)
    assert timeless(found.load()).identical(timeless(sweep(**more)))


def test_a_whole_chunk_is_not_computed_again(whole, monkeypatch):
    def never(*arguments, **named):
        raise AssertionError("a chunk was computed again")

    monkeypatch.setattr("nullcline.sweep.plan.integrate", never)
    told = []
    sweep(out=whole, resume=True, progress=lambda *n: told.append(n))
    assert told == []


def test_a_chunk_without_its_status_is_computed_again(whole, tmp_path):
    path = tmp_path / "sweep.zarr"
    sweep(out=path)
    (path / "status" / "c" / "3" / "0").unlink()
    (path / "x" / "c" / "3" / "0" / "0").write_bytes(b"")
    told = []
    sweep(out=path, resume=True, progress=lambda *n: told.append(n))
    assert told == [(35, 35)]
    assert equal_bits(path, whole)


@settings(max_examples=10)
@given(lost=st.sets(st.integers(0, 13), min_size=1))
def test_whichever_chunks_are_missing_the_rest_is_filled_in(whole, lost):
    """A grid of 7 times 5 in chunks of at most 4 is 7 times 2 blocks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.zarr"
        shutil.copytree(whole, path)
        files = sorted(each for each in (path / "status" / "c").rglob("*") if each.is_file())
        assert len(files) == 14
        for index in lost:
            files[index].unlink()
        told = []
        sweep(out=path, resume=True, progress=lambda *n: told.append(n))
        assert len(told) == len(lost)
        assert equal_bits(path, whole)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rtol": 1e-5}, "rtol: 1e-06 there and 1e-05 here"),
        ({"duration": 4.0}, "duration: 3.0 there and 4.0 here"),
        ({"sampling": 0.25}, "sampling: 0.5 there and 0.25 here"),
        ({"after": 1.0}, "the transient: 0.0 there and 1.0 here"),
        ({"features": ["mean"]}, "features: .*amplitude:x - z.* there and "),
        ({"over": {**OVER, "mu": [1.0]}}, "the values of the axis `mu` differ"),
        ({"over": {"mu": OVER["mu"]}}, "`x` is swept there only"),
        ({"over": dict(reversed(OVER.items()))}, "the order of the axes: mu, x there and x, mu"),
        ({"outputs": ["x"]}, "outputs: x, z there and x here"),
        ({"z": 0.5}, "the fixed values: none there and z = 0.5 here"),
        ({"chunk": 5}, "cut into chunks"),
    ],
)
def test_another_sweep_is_not_resumed_and_what_differs_is_named(whole, changes, message):
    before = chunk_files(whole)
    with pytest.raises(ModelError, match=f"holds another sweep.*{message}"):
        sweep(out=whole, resume=True, **changes)
    assert chunk_files(whole) == before


def test_another_model_is_not_resumed(whole):
    other = Dynamics.from_yaml(MODEL.replace('- x"', '- 2*x"'))
    with pytest.raises(ModelError, match="the equations or numbers of the model differ"):
        other.sweep(OVER, **MORE, out=whole, resume=True)


def test_what_exists_is_not_overwritten(whole, tmp_path):
    with pytest.raises(ModelError, match="exists; resume it, remove it"):
        sweep(out=whole)
    (tmp_path / "other.zarr").mkdir()
    with pytest.raises(ModelError, match="holds no sweep that could be resumed"):
        sweep(out=tmp_path / "other.zarr", resume=True)
    (tmp_path / "table.csv").write_text("mine")
    with pytest.raises(ModelError, match="exists; remove it"):
        sweep(out=tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text() == "mine"


def test_the_cut_is_that_of_the_first_run(whole, tmp_path):
    """A default that would cut otherwise today does not matter."""
    path = tmp_path / "sweep.zarr"
    with pytest.warns(SweepInterrupted, match=r"kept in .*sweep\.zarr; the same call with resume"):
        sweep(out=path, progress=_stop_at(8))
    assert whole_points(path) == 8
    sweep(out=path, resume=True, chunk=None)
    assert equal_bits(path, whole)


def _stop_at(number):
    def stop(done, count):
        if done >= number:
            raise KeyboardInterrupt

    return stop


def test_other_versions_may_go_on_and_are_listed(tmp_path, monkeypatch):
    path = tmp_path / "sweep.zarr"
    monkeypatch.setattr("nullcline.__version__", "0.0.1")
    with pytest.warns(SweepInterrupted):
        sweep(out=path, progress=_stop_at(4))
    monkeypatch.setattr("nullcline.__version__", "0.0.2")
    assert sweep(out=path, resume=True).attrs["nullcline_version"] == "0.0.1, 0.0.2"


def test_nothing_is_left_where_a_store_could_not_be_made(tmp_path, monkeypatch):
    def full(*arguments, **named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zarr.Group, "create_array", full)
    with pytest.raises(OSError, match="No space left"):
        sweep(out=tmp_path / "sweep.zarr")
    assert list(tmp_path.iterdir()) == []


def test_netcdf_and_csv(tmp_path):
    model = Dynamics("M", parameters={"μ": 1.0})
    model.add_state_variable("x", "-μ*x", 1.0, unit="mV")
    found = model.sweep({"μ": [1.0, 2.0]}, 1.0, 0.5, features="mean", out=tmp_path / "s.nc")
    read = xr.load_dataset(tmp_path / "s.nc", engine="scipy")
    assert read["x"].dims == ("mu", "time")
    assert read["mu"].attrs["symbol"] == "μ"
    np.testing.assert_array_equal(read["x"], found["x"])
    assert read.attrs["model_hash"] == found.attrs["model_hash"]
    model.sweep({"μ": [1.0, 2.0]}, 1.0, features="final", out=tmp_path / "s.csv")
    rows = (tmp_path / "s.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "μ,final_x,reached,steps,status"
    assert rows[2].startswith("2.0,0.1353")
    assert rows[2].endswith(",finished")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["s.csv", "s.nc"]


DAMAGED = ["status/c/0/0", "mean_x/c/2/0", "x/c/1/0/0", "mu/c/0", "reached/c/3/0"]


@pytest.mark.parametrize("file", DAMAGED)
@pytest.mark.parametrize("how", ["lost", "cut short", "empty"])
def test_a_file_that_was_damaged_is_written_anew(whole, tmp_path, file, how):
    """Zarr reads NaN or zeros where a file is missing, under a status that says finished."""
    path = tmp_path / "sweep.zarr"
    shutil.copytree(whole, path)
    if how == "lost":
        (path / file).unlink()
    else:
        os.truncate(path / file, 3 * (how == "cut short"))
    sweep(out=path, resume=True)
    equal_bits(path, whole)


def test_a_feature_that_is_nan_throughout_is_not_computed_again(tmp_path):
    """x never oscillates: its period is NaN at every point of every chunk."""
    given = {"features": ["period:x"], "sampling": None, "out": tmp_path / "sweep.zarr"}
    assert np.isnan(sweep(**given)["period_x"]).all()
    seen = []
    sweep(**given, resume=True, progress=lambda done, count: seen.append(done))
    assert seen == []


@pytest.mark.parametrize("part", ["status", "mean_x", "mu", "status/zarr.json", "x/zarr.json"])
def test_a_store_without_one_of_its_parts_is_refused(whole, tmp_path, part):
    path = tmp_path / "sweep.zarr"
    shutil.copytree(whole, path)
    if part.endswith(".json"):
        (path / part).write_text("{")
    else:
        shutil.rmtree(path / part)
    with pytest.raises(ModelError, match="is damaged"):
        sweep(out=path, resume=True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("zarr.json", '"identity": {', '"identity": 3, "other": {'),
        ("zarr.json", '"block": [', '"block": "ab", "other": ['),
        ("x/zarr.json", '"float64"', '"int64"'),
        ("x/zarr.json", '"little"', '"big"'),
    ],
)
def test_metadata_that_was_changed_is_refused(whole, tmp_path, file, old, new):
    path = tmp_path / "sweep.zarr"
    shutil.copytree(whole, path)
    text = (path / file).read_text(encoding="utf-8")
    assert old in text
    (path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ModelError, match=r"is damaged|holds no sweep|holds another sweep"):
        sweep(out=path, resume=True)


def test_a_folder_in_the_place_of_a_chunk_is_told(whole, tmp_path):
    path = tmp_path / "sweep.zarr"
    shutil.copytree(whole, path)
    (path / "mean_x/c/2/0").unlink()
    (path / "mean_x/c/2/0").mkdir()
    with pytest.raises(ModelError, match="a folder stands in the place of"):
        sweep(out=path, resume=True)


def test_what_a_killed_sweep_left_is_removed(tmp_path):
    left = tmp_path / ".sweep.zarr.4711"
    left.mkdir()
    os.utime(left, (0, 0))
    sweep(out=tmp_path / "sweep.zarr")
    assert [each.name for each in tmp_path.iterdir()] == ["sweep.zarr"]
