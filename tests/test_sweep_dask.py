"""Sweeps spread over processes: the same bits, also where one of them is killed in the middle."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from nullcline import Dynamics, SimulationError
from nullcline.sweep import SweepInterrupted, cluster

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
pytest.importorskip("zarr")

pytestmark = pytest.mark.filterwarnings("ignore")
OVER = {"mu": np.linspace(0.1, 2.0, 8), "x": np.linspace(-1.0, 1.0, 6)}
MORE = {"duration": 3.0, "sampling": 0.5, "features": ["mean", "amplitude:x - z"], "chunk": 2}


def vdp():
    model = Dynamics("VdP", parameters={"mu": 1.0})
    model.add_state_variable("x", "z", 0.1)
    model.add_state_variable("z", "mu*(1 - x**2)*z - x", 0.0)
    return model


@pytest.fixture
def client():
    """Three workers, each a process of its own."""
    options = {"n_workers": 3, "threads_per_worker": 1, "processes": True}
    quiet = {"dashboard_address": None, "silence_logs": 50}
    with (
        distributed.LocalCluster(**options, **quiet) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


def same_numbers(found, expected):
    """Equal to the last bit; the engine's words on its threads may differ."""
    assert found.drop_attrs().identical(expected.drop_attrs())
    return True


def test_a_worker_killed_in_the_middle_loses_nothing(client, tmp_path):
    """One of three is killed after the first chunk, with its results and those under way."""
    victims = list(client.run(os.getpid).values())
    killed = []

    def kill(done, count):
        if not killed:
            killed.append(victims[0])
            os.kill(victims[0], signal.SIGKILL)

    found = vdp().sweep(OVER, **MORE, backend=client, progress=kill, out=tmp_path / "s.zarr")
    assert killed
    assert same_numbers(found.load(), vdp().sweep(OVER, **MORE))
    assert killed[0] not in client.run(os.getpid).values()


def test_the_current_client_is_used_and_an_interrupt_can_be_resumed(client, tmp_path):
    def stop(done, count):
        if done >= 10:
            raise KeyboardInterrupt

    path = tmp_path / "s.zarr"
    with pytest.warns(SweepInterrupted, match="10 of 48 points are done"):
        vdp().sweep(OVER, **MORE, backend="dask", progress=stop, out=path)
    assert client.run(os.getpid)
    found = vdp().sweep(OVER, **MORE, resume=True, out=path)
    assert same_numbers(found.load(), vdp().sweep(OVER, **MORE))


def test_points_that_kill_every_worker_are_named(client, monkeypatch):
    monkeypatch.setattr(cluster, "DEATHS", 0)
    monkeypatch.setattr(cluster, "run_part", die)
    with pytest.raises(SimulationError, match="the workers die of points 0 to 47"):
        vdp().sweep(OVER, **(MORE | {"chunk": 100}), backend=client)


def die(job, points):
    os.kill(os.getpid(), signal.SIGKILL)


def die_twice(folder, job, points):
    """Kill this process, but for the third time."""
    deaths = len(list(Path(folder).iterdir()))
    if deaths < 2:
        (Path(folder) / str(deaths)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job(points, threads=1)


def test_a_chunk_that_dask_gives_up_is_tried_again(tmp_path, monkeypatch):
    """Dask gives a chunk up with the worker that dies of it, if it is told to; it dies twice."""
    monkeypatch.setattr(cluster, "run_part", partial(die_twice, str(tmp_path)))
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as workers,
        distributed.Client(workers) as client,
    ):
        found = vdp().sweep(OVER, **(MORE | {"chunk": 100}), backend=client)
    assert len(list(tmp_path.iterdir())) == 2
    assert same_numbers(found, vdp().sweep(OVER, **MORE))


def test_a_cluster_of_its_own():
    """Without a client, as many processes as there are cores; gone afterwards."""
    found = vdp().sweep(OVER, **MORE, backend="dask")
    assert same_numbers(found, vdp().sweep(OVER, **MORE))
    with pytest.raises(ValueError, match="No global client"):
        distributed.get_client()
