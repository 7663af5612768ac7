"""docs/sweeps.md is true: its examples run, in Python, on the command line and as a study."""

import re
from pathlib import Path

import numpy as np
import pytest

from nullcline import Dynamics
from nullcline.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "sweeps.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def told(tmp_path, monkeypatch):
    """What the examples in Python define, run one after the other in an empty folder."""
    pytest.importorskip("zarr")
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks("python"):
        exec(block, names)
    return names


def test_the_examples_in_python(told):
    series, rhythm = told["series"], told["rhythm"]
    assert series["x"].dims == ("mu", "time")
    assert dict(rhythm.sizes) == {"mu": 30, "initial_x": 3}
    assert set(rhythm) == {"amplitude_x", "period_x", "mean_x_2_z_2", "reached", "steps", "status"}
    # For small mu the cycle is the circle of radius 2 with the period 2 pi (van der Pol 1926).
    small = rhythm.isel(mu=0)
    np.testing.assert_allclose(small["amplitude_x"], 4.0, rtol=0.05)
    np.testing.assert_allclose(small["period_x"], 2 * np.pi, rtol=0.01)
    assert told["again"].identical(told["long"])
    assert told["results"].shape == (10_001, 12)
    assert len(told["results_map"]) == 6


def test_the_examples_of_the_command_line(tmp_path, monkeypatch, capsys):
    pytest.importorskip("zarr")
    monkeypatch.chdir(tmp_path)
    model = Dynamics("VdP", parameters={"mu": 1.0})
    model.add_state_variable("x", "z", 0.1)
    model.add_state_variable("z", "mu*(1 - x**2)*z - x", 0.0)
    model.to_yaml(tmp_path / "vdp.yaml")
    (study,) = blocks("yaml")
    (tmp_path / "study.yaml").write_text(study, encoding="utf-8")
    (lines,) = blocks("console")
    for line in lines.splitlines():
        assert main(line.split()[1:]) == 0, line
    said = capsys.readouterr().out.splitlines()
    assert len(said) == (1 + 15) + 1 + 1 + (1 + 20)
    assert said[-21] == "mu,initial_x,amplitude_x,spread,reached,steps,status"
