"""The trajectory that users get: its solvers, names, units, tables, short form and picture."""

import numpy as np
import pytest

from nullcline import Dynamics, ModelError, RunStopped, Trajectory
from nullcline.result import UnknownVariable


@pytest.fixture
def decay():
    model = Dynamics("Decay", time_unit="ms", parameters={"k": {"value": 0.5, "unit": "1/ms"}})
    model.add_state_variable("x", "-k*x", 1.0, unit="mV")
    model.add_state_variable("y", "-2*k*y", 3.0)
    return model


@pytest.mark.parametrize("solver", ["auto", "scipy", "dp5", "dop853", "rodas"])
def test_every_solver_of_sweeps_simulates(decay, solver):
    found = decay.simulate(4.0, 0.5, solver=solver, rtol=1e-8, atol=1e-10, k=1.0)
    assert found.finished
    assert found.names == ("x", "y")
    np.testing.assert_array_equal(found.times, np.arange(9) / 2)
    np.testing.assert_allclose(found["x"], np.exp(-found.times), rtol=0, atol=1e-6)
    np.testing.assert_allclose(found["y"], 3 * np.exp(-2 * found.times), rtol=0, atol=1e-6)


@pytest.mark.parametrize("solver", ["auto", "dop853"])
def test_tolerances_are_those_asked_for(decay, solver):
    """The error at the end follows the relative tolerance over six powers of ten."""
    exact = np.exp(-10.0)
    errors = []
    for rtol in (1e-4, 1e-10):
        end = decay.simulate(10.0, 10.0, rtol=rtol, atol=0.0, solver=solver, k=1.0)["x"][-1]
        errors.append(abs(end - exact) / exact)
    assert errors[0] > 1e3 * errors[1]
    assert errors[1] < 1e-8


def test_what_comes_before_after_is_left_out(decay):
    whole, late = decay.simulate(4.0, 0.5), decay.simulate(4.0, 0.5, after=1.2)
    np.testing.assert_array_equal(late.times, [1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    np.testing.assert_array_equal(late["y"], whole["y"][3:])


def test_names_that_are_keywords_go_into_their_section():
    model = Dynamics("Odd", parameters={"rtol": 1.0, "duration": 2.0})
    model.add_coupling_input("solver")
    model.add_state_variable("after", "rtol*duration + solver", 0.0)
    given = {"parameters": {"rtol": 3.0}, "initial": {"after": 1.0}, "inputs": {"solver": 4.0}}
    assert model.simulate(2.0, 1.0, **given)["after"] == pytest.approx([1.0, 11.0, 21.0])
    swept = model.sweep({"after": [1.0]}, 2.0, 1.0, parameters={"rtol": 3.0, "solver": 4.0})
    assert swept["after"].values[0] == pytest.approx([1.0, 11.0, 21.0])


@pytest.mark.parametrize("solver", ["auto", "dp5"])
@pytest.mark.parametrize("after", [0.0, 1.5])
def test_a_run_that_does_not_finish_warns_and_keeps_what_there_is(solver, after):
    """x' = x**2 from 1 is 1/(1 - t), which has no value from t = 1 on."""
    model = Dynamics("Blow", time_unit="s")
    model.add_state_variable("x", "x**2", 1.0)
    with pytest.warns(RunStopped, match=r"Blow blew up at t = \S+ of 2 s, where its traj") as seen:
        found = model.simulate(2.0, 0.01, solver=solver, after=after)
    assert seen[0].filename == __file__
    assert not found.finished
    assert found.times.size == (1 if after else found.values.size)
    assert 0.9 < found.times[-1] <= 1.0
    early = found.times < 0.98
    assert found["x"][early] == pytest.approx(1 / (1 - found.times[early]), rel=1e-3)


def test_an_unknown_variable_is_told_with_the_nearest(decay):
    found = decay.simulate(1.0, 0.5)
    said = "the trajectory has no variable `Y`; did you mean `y`?; there is x, y"
    with pytest.raises(UnknownVariable) as caught:
        found["Y"]
    assert str(caught.value) == said
    assert isinstance(caught.value, KeyError)
    assert "x" in found
    assert "q" not in found
    assert list(found) == ["x", "y"]
    assert dict(found).keys() == {"x", "y"}


def test_units_are_those_of_the_model(decay):
    found = decay.simulate(1.0, 0.5)
    assert (found.units, found.time_unit, found.model) == ({"x": "mV"}, "ms", "Decay")


def test_a_trajectory_becomes_a_dataset(decay):
    found = decay.simulate(1.0, 0.25)
    data = found.to_dataset()
    assert data["x"].dims == ("time",)
    assert data["x"].attrs == {"units": "mV"}
    assert data["y"].attrs == {}
    assert data["time"].attrs == {"long_name": "time", "units": "ms"}
    assert data.attrs == {"model": "Decay", "status": "finished"}
    np.testing.assert_array_equal(data["y"].values, found["y"])
    np.testing.assert_array_equal(data["time"].values, found.times)


def test_a_trajectory_becomes_a_dataframe(decay):
    found = decay.simulate(1.0, 0.25)
    frame = found.to_dataframe()
    assert list(frame.columns) == ["x", "y"]
    assert frame.index.name == "time"
    np.testing.assert_array_equal(frame.loc[0.5], found.values[:, 2])
    assert frame.attrs["units"] == {"time": "ms", "x": "mV"}


def test_a_state_called_time_is_no_obstacle():
    model = Dynamics("Clock")
    model.add_state_variable("time", "1", 0.0)
    found = model.simulate(1.0, 0.5)
    assert found.to_dataset()["time"].dims == ("time_",)
    assert found.to_dataframe().index.name == "time_"


def test_the_short_form_reads(decay):
    lines = repr(decay.simulate(2.0, 0.5, k=1.0)).splitlines()
    assert lines == [
        "Trajectory of Decay: 5 samples, t = 0 to 2 ms, finished",
        "  x  1 to 0.135335, between 0.135335 and 1 mV",
        "  y  3 to 0.0549469, between 0.0549469 and 3",
    ]
    many = Trajectory(tuple(f"x{i}" for i in range(500)), np.zeros(1), np.zeros((500, 1)))
    assert len(repr(many)) < 1000
    assert repr(many).splitlines()[-1] == "  and 488 more"


def test_a_trajectory_draws_itself(decay):
    found = decay.simulate(1.0, 0.25)
    figure = found.plot(title="Decay")
    assert figure.get_suptitle() == "Decay"
    assert figure.axes[-1].get_xlabel() == "Time (ms)"
    shown = {tuple(line.get_ydata()) for ax in figure.axes for line in ax.lines}
    assert {tuple(row) for row in found.values} <= shown


def test_a_wrong_duration_is_a_sentence(decay):
    for wrong in ((0.0,), (-1.0,), (float("nan"),), (1.0, 2.0)):
        with pytest.raises((ModelError, ValueError), match="0 < sampling <= duration"):
            decay.simulate(*wrong)
