"""The first sweep on a computer: NumPy runs it at once, and what is compiled meanwhile is used."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace

import numba
import numpy as np
import pytest
from engine_targets import engine_target
from library_runs import LIBRARY, RUNS, library

from nullcline import Dynamics, ModelError, Run
from nullcline.conformance import Outcome, check
from nullcline.engine import STATUSES, Feature, Points, background, cache, first, sweep
from nullcline.expression import parse

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
EVERY_DAY = ["fitzhugh_nagumo.yaml", "hodgkin_huxley.yaml"]
SOLVERS = ("dp5", "dop853", "rodas")
NOTHING = Points({}, {}, 1)


def model(equation, start=1.0, **parameters):
    found = Dynamics("M", parameters=parameters)
    found.add_state_variable("x", equation, start)
    return found.system()


def oscillator():
    found = Dynamics("O", parameters={"w": 1.0})
    found.add_state_variable("x", "y", 1.0)
    found.add_state_variable("y", "-w**2*x", 0.0)
    return found.system()


@pytest.mark.parametrize("name", [n for n in LIBRARY if THOROUGH or n in EVERY_DAY])
def test_library_models_conform_uncompiled(name):
    target = engine_target("dop853", machine="numpy", vector_field=None)
    run = RUNS[name] if THOROUGH else replace(RUNS[name], duration=RUNS[name].duration / 10)
    verdict = check(target, library(name).system(), run)
    assert verdict.outcome == Outcome.CONFORMS, f"{verdict.reason}\n{verdict.text}"


EQUATIONS = {
    "every kind of operation": "where(x > 0.2 and not x > 3, tanh(a*x) - x**1.5, -x)"
    " + min(x, 1)/(1 + exp(-x)) - max(sin(t), x*x - 0.1)/4 + heaviside(x - 1)*abs(x)/9",
    "jumps in time": "(1 if t < 1.3 else -a)*x",
    "functions one by one": "-a*erf(x) + atan2(x, 2) - mod(x, 0.7)/5 + log1p(x*x)/3 + sigmoid(x)/8",
}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("kind", EQUATIONS)
def test_models_conform_uncompiled(kind, solver):
    target = engine_target(solver, machine="numpy", vector_field=None)
    duration = 4.0 if solver == "dop853" else 0.5
    system = model(EQUATIONS[kind], 0.8, a=1.2)
    verdict = check(target, system, Run(duration, duration / 10))
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason


def test_a_point_uncompiled_does_not_know_its_neighbours():
    points = Points({"w": np.linspace(0.5, 3, 9)}, {}, 9)
    run = Run(5, 0.1, rtol=1e-6, atol=1e-9)
    for solver in SOLVERS[: 3 if THOROUGH else 2]:
        together = sweep(oscillator(), points, run, solver=solver, machine="numpy")
        for place in (0, 4, 8):
            alone = sweep(
                oscillator(), points.taken(np.array([place])), run, solver=solver, machine="numpy"
            )
            assert np.array_equal(alone.values[0], together.values[place])


def test_features_uncompiled_are_those_of_a_cosine():
    kinds = {"amplitude": 2.0, "period": 2 * np.pi, "std": np.sqrt(0.5), "maxima": 5.0}
    features = tuple(Feature(kind, kind, parse("x")) for kind in kinds)
    run = Run(10 * np.pi + 1e-9, 0.5, rtol=1e-8, atol=1e-10)
    found = sweep(
        oscillator(), NOTHING, run, features=features, machine="numpy", outputs=("y", "x")
    )
    for kind, exact in kinds.items():
        assert found.features[kind][0] == pytest.approx(
            exact, rel=1e-5, abs=1.0 * (kind == "maxima")
        )
    np.testing.assert_allclose(found.values[0, :, 1], np.cos(found.times), rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.values[0, :, 0], -np.sin(found.times), rtol=0, atol=1e-6)


def test_auxiliaries_uncompiled():
    dynamics = Dynamics(
        "A", parameters={"k": 2.0}, derived_variables={"w": {"equation": "k*x + t"}}
    )
    dynamics.add_state_variable("x", "-x", 1.0)
    points = Points({"k": np.array([2.0, 3.0])}, {}, 2)
    found = sweep(
        dynamics.system(),
        points,
        Run(2, 0.5, rtol=1e-9, atol=1e-12),
        outputs=("w",),
        machine="numpy",
    )
    for row, k in enumerate((2.0, 3.0)):
        exact = k * np.exp(-found.times) + found.times
        np.testing.assert_allclose(found.values[row, :, 0], exact, rtol=0, atol=1e-7)


@pytest.mark.parametrize(
    ("equation", "start", "status", "reached"),
    [
        ("x**2", 1.0, "blew up", 1.0),
        ("-1/(2*x)", 1.0, None, 1.0),
        ("log(x)", -1.0, "undefined", 0.0),
    ],
)
@pytest.mark.parametrize("solver", ["dp5", "dop853"])
def test_points_end_uncompiled_as_they_do_compiled(equation, start, status, reached, solver):
    """x' = x^2 from 1 is 1/(1 - t); x' = -1/(2x) is sqrt(1 - t); log(-1) is nothing."""
    run = Run(2, 0.1, rtol=1e-6, atol=1e-9)
    found = sweep(model(equation, start), NOTHING, run, solver=solver, machine="numpy")
    compiled = sweep(model(equation, start), NOTHING, run, solver=solver, machine="register")
    assert found.reached[0] == pytest.approx(reached, abs=1e-3)
    assert STATUSES[found.status[0]] == (status or STATUSES[compiled.status[0]])
    assert found.status[0] == compiled.status[0]
    last = int(np.sum(found.times <= found.reached[0]))
    assert np.isnan(found.values[0, last:]).all()


# Which machine runs


@pytest.fixture
def cold(monkeypatch):
    """As if nothing was compiled yet; the list says what was begun in the background."""
    begun = []
    monkeypatch.delenv(first.VARIABLE, raising=False)
    monkeypatch.setattr(first, "SPENT", [0.0])
    monkeypatch.setattr("nullcline.engine.register.COMPILED", set())
    monkeypatch.setattr("nullcline.engine.register.there", lambda function, given: False)
    monkeypatch.setattr(first, "there", lambda function, given: False)
    monkeypatch.setattr(background, "start", lambda folder, lanes: begun.append(lanes))
    return begun


SHORT = Run(1, 0.1, rtol=1e-6, atol=1e-9)


def test_a_first_sweep_runs_at_once_and_the_engine_is_compiled_for_the_next(cold):
    found = sweep(oscillator(), NOTHING, SHORT)
    assert "NumPy" in found.reason
    assert len(cold) == 1
    np.testing.assert_allclose(found.values[0, :, 0], np.cos(found.times), rtol=0, atol=1e-4)


def test_without_a_background_nothing_is_begun(cold, monkeypatch):
    monkeypatch.setenv(first.VARIABLE, "never")
    monkeypatch.setattr(first, "COST", -1.0)
    monkeypatch.setattr(first, "LOOK", -1.0)
    assert "NumPy" in sweep(oscillator(), NOTHING, SHORT).reason
    assert not cold


@pytest.mark.parametrize("change", ["exact", "named", "wait"])
def test_who_needs_the_engine_waits_for_it(cold, monkeypatch, change):
    if change == "wait":
        monkeypatch.setenv(first.VARIABLE, "wait")
    machine = "register" if change == "named" else "auto"
    found = sweep(oscillator(), NOTHING, SHORT, machine=machine, exact=change == "exact")
    assert "NumPy" not in found.reason
    assert not cold


def test_a_long_sweep_goes_over_to_the_engine(cold, monkeypatch):
    monkeypatch.setattr(first, "COST", 0.0)
    monkeypatch.setattr(first, "LOOK", -1.0)
    found = sweep(oscillator(), NOTHING, SHORT)
    assert "NumPy" not in found.reason
    exact = sweep(oscillator(), NOTHING, SHORT, machine="register")
    assert np.array_equal(found.values, exact.values)


def test_a_sweep_goes_over_when_the_engine_has_come(cold, monkeypatch):
    monkeypatch.setattr(first, "LOOK", -1.0)
    monkeypatch.setattr(first, "there", lambda function, given: True)
    assert "NumPy" not in sweep(oscillator(), NOTHING, SHORT).reason


def test_a_store_holds_what_the_engine_computes(cold, tmp_path):
    dynamics = Dynamics("O", parameters={"w": 1.0})
    dynamics.add_state_variable("x", "-w*x", 1.0)
    kept = dynamics.sweep({"w": [1.0, 2.0]}, 1, 0.5, out=tmp_path / "kept.zarr", progress=False)
    assert "NumPy" not in kept.attrs["solver_reason"]
    small = dynamics.sweep({"w": [1.0, 2.0]}, 1, 0.5, progress=False)
    assert "NumPy" in small.attrs["solver_reason"]


def test_a_mode_that_means_nothing_is_told(cold, monkeypatch):
    monkeypatch.setenv(first.VARIABLE, "backgruond")
    with pytest.raises(ModelError, match="did you mean `background`"):
        sweep(oscillator(), NOTHING, SHORT)


# The cache and the lock


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A function that numba keeps in this folder."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    def fresh():
        return numba.njit(cache=True)(_twice)

    return fresh


def _twice(x):
    return x + x


def test_what_is_compiled_is_there_in_this_process_and_the_next(kept):
    function = kept()
    assert not cache.there(function, (1.5,))
    function(1.5)
    assert cache.there(function, (1.5,))
    assert not cache.there(function, (np.ones(2),))
    other = kept()
    assert cache.there(other, (1.5,))
    assert len(other.overloads) == 1
    assert other(1.5) == 3.0


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps(("0", 1))])
def test_a_damaged_cache_counts_as_none_and_is_mended(kept, tmp_path, suffix, content):
    kept()(1.5)
    for path in tmp_path.rglob(f"*{suffix}"):
        path.write_bytes(content)
    assert not cache.there(kept(), (1.5,))
    assert kept()(1.5) == 3.0
    assert cache.there(kept(), (1.5,))


def test_a_lock_is_held_once_and_let_go_by_a_killed_process(tmp_path):
    assert not background.busy(tmp_path)
    code = "import sys, time; from pathlib import Path; from nullcline.engine import background\n"
    code += "held = background.hold(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        assert background.busy(tmp_path)
        assert background.hold(tmp_path) is None
        process.kill()
    assert not background.busy(tmp_path)
    held = background.hold(tmp_path)
    assert held is not None
    held.close()


@pytest.mark.thorough
@pytest.mark.skipif(not THOROUGH, reason="half a minute on two idle cores")
def test_the_background_compiles_everything_that_a_sweep_needs(tmp_path):
    """In an empty cache: the first process runs NumPy, one after the compilation does not."""
    code = """
import sys, time, numpy as np
from nullcline import Dynamics, Run
from nullcline.engine import Points, background, sweep, Feature
from nullcline.expression import parse
m = Dynamics("O", derived_variables={"w": {"equation": "2*x"}})
m.add_state_variable("x", "-x", 1.0)
for count in (1, 40):
    for solver in ("dp5", "dop853", "rodas"):
        feature = (Feature("f", "final", parse("x")),)
        run, points = Run(1, 0.5, rtol=1e-6, atol=1e-9), Points({}, {}, count)
        found = sweep(m.system(), points, run, outputs=("w",), solver=solver, features=feature)
        print(found.reason)
while sys.argv[1:] and any(process.poll() is None for process in background.STARTED):
    time.sleep(0.5)
"""
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(tmp_path),
        "NULLCLINE_COMPILE": "background",
    }

    def run(*arguments):
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    assert all("NumPy" in line for line in run("wait")[:3])
    environment["NULLCLINE_COMPILE"] = "never"
    assert not any("NumPy" in line for line in run())
