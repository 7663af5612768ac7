"""What a published way of sweeping a model gives does not pass: defaults, and a cache by path.

The target here does by hand what that way does: it writes the template to one file of a package,
calls PyRates' own `grid_search` with its defaults for all points at once, and reads its columns.
"""

import contextlib
import io
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest

from nullcline import Dynamics, Run, reference
from nullcline.conformance import Outcome, check
from nullcline.targets import get_target
from nullcline.trajectory import Trajectory

PYRATES = get_target("pyrates")
MU = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
CURRENT = [0.0, 0.25, 0.5, 0.75, 1.0]


@pytest.fixture
def session(tmp_path, monkeypatch):
    """A working folder with a package for templates, as a script has it; PyRates left clean."""
    from pyrates import clear_frontend_caches

    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "swept_by_hand").mkdir()
    (tmp_path / "swept_by_hand" / "__init__.py").touch()
    clear_frontend_caches()
    yield tmp_path
    clear_frontend_caches()
    sys.modules.pop("swept_by_hand", None)


def by_hand(folder, swept, points):
    """A target that sweeps `swept` over all points in one call and takes the column asked for."""

    def simulate(text, system, run):
        (folder / "swept_by_hand" / "model.yaml").write_text(text, encoding="utf-8")
        value = {**{p.name: p.value for p in system.parameters}, **run.parameters}[swept]
        grid = points if value in points else [*points, value]
        table = _grid_search(system, swept, grid, run)
        circuit = f"{system.name}_circuit_{grid.index(value)}"
        names = tuple(item.name for item in system.states)
        rows = [table[name][circuit].to_numpy(dtype=float).ravel() for name in names]
        return Trajectory(names, run.times, np.array(rows)[:, : len(run.times)])

    return replace(PYRATES, simulate=simulate, vector_field=None)


def _grid_search(system, swept, grid, run):
    """One sample more than the run, for the last one is left out."""
    from pyrates import grid_search

    operator = f"{system.name}_op"
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table, _ = grid_search(
            circuit_template=f"swept_by_hand.model.{system.name}_circuit",
            param_grid={"k": grid},
            param_map={"k": {"vars": [f"{operator}/{swept}"], "nodes": ["p"]}},
            simulation_time=run.duration + run.sampling,
            step_size=1e-3,
            sampling_step_size=run.sampling,
            outputs={item.name: f"p/{operator}/{item.name}" for item in system.states},
            solver="scipy",
            backend="default",
            clear=True,
        )
    return table


def van_der_pol(mu, start=0.125):
    """The start is one that float32, PyRates' default, holds exactly."""
    model = Dynamics("VdP", parameters={"mu": mu})
    model.add_state_variable("x", "z", start)
    model.add_state_variable("z", "mu*(1 - x**2)*z - x", 0.0)
    return model.system()


def fitzhugh_nagumo(a):
    model = Dynamics("FHN", parameters={"a": a, "b": 0.8, "tau": 12.5, "I_ext": 0.5})
    model.add_state_variable("v", "v - v**3/3 - w + I_ext", 0.0)
    model.add_state_variable("w", "(v + a - b*w)/tau", 0.0)
    return model.system()


def assert_deviates(verdict):
    """The verdict says the variable, the time and both values, and keeps both trajectories."""
    assert verdict.outcome == Outcome.DEVIATES, verdict
    worst, (comparison,) = verdict.worst, verdict.comparisons
    assert 0 < worst.time <= comparison.run.duration
    assert worst.found != worst.expected
    assert "was expected, at t = " in verdict.reason
    assert verdict.text
    return comparison


def test_van_der_pol_at_mu_5(session):
    run = Run(100.0, 0.1)
    verdict = check(by_hand(session, "mu", MU), van_der_pol(5.0), run)
    comparison = assert_deviates(verdict)
    assert verdict.deviation > 0.1  # of the range: spikes at other times
    assert comparison.horizon == run.duration
    assert check(PYRATES, van_der_pol(5.0), run).outcome == Outcome.CONFORMS  # the text is right


def test_a_start_that_float32_does_not_hold(session):
    verdict = check(by_hand(session, "mu", MU), van_der_pol(5.0, 0.1), Run(20.0, 0.1))
    assert verdict.outcome == Outcome.DEVIATES
    assert "0.1" in verdict.reason


def test_fitzhugh_nagumo_at_a_1(session):
    """The file has the new value; what runs is what was read from that path before."""
    run = Run(200.0, 0.1)
    target = by_hand(session, "I_ext", CURRENT)
    check(target, fitzhugh_nagumo(0.5), run)
    verdict = check(target, fitzhugh_nagumo(1.0), run)
    comparison = assert_deviates(verdict)
    assert verdict.deviation > 0.1
    assert "a: 1.0" in verdict.text
    stale = reference.simulate(fitzhugh_nagumo(0.5), run)["v"]
    asked = comparison.expected["v"]
    found = comparison.found["v"]
    assert np.abs(found - stale)[:100].max() < 0.1 * np.abs(found - asked)[:100].max()
    assert check(PYRATES, fitzhugh_nagumo(1.0), run).outcome == Outcome.CONFORMS
