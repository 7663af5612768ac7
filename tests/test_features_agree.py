"""A feature is what it is whoever computes it: every solver, every machine, SciPy, JAX."""

import numpy as np
import pytest
from hypothesis import given, settings
from library_runs import DURATIONS, RUNS, library

from nullcline import Dynamics, Run
from nullcline.engine import STATUSES, Feature, Points, sweep
from nullcline.expression import Symbol, parse
from nullcline.testing import systems

ONE = Points({}, {}, 1)
KINDS = ("minimum", "maximum", "amplitude", "mean", "std", "final", "time_above", "period")
EVERYDAY = ("van_der_pol", "van_der_pol_forced", "selkov")
OTHERS = (
    {"solver": "scipy"},
    {"solver": "dop853", "machine": "register"},
    {"solver": "rodas", "machine": "register"},
    {"solver": "dp5", "machine": "numpy"},
)


def measured(system, run, features, **options):
    found = sweep(system, ONE, run, trajectories=False, features=features, **options)
    return STATUSES[found.status[0]], {name: v[0] for name, v in found.features.items()}


def agree(system, run, features, others, rtol=1e-5):
    """Every solver gives what dp5 gives, relative to the size of the quantity."""
    status, expected = measured(system, run, features, solver="dp5", machine="register")
    size = max((abs(v) for name, v in expected.items() if name[1] in "mas"), default=0.0)
    for options in others:
        ended, found = measured(system, run, features, **options)
        assert ended == status, options
        for name, value in found.items():
            tolerance = rtol * max(abs(expected[name]), size if name[1] in "mas" else 0.0)
            assert value == pytest.approx(expected[name], abs=tolerance, nan_ok=True), (
                options,
                name,
            )


def of(expression, level):
    """Features of a quantity, named by a letter and their kind."""
    threshold = {"time_above": level}
    return tuple(Feature(f"x{k}", k, parse(expression), threshold.get(k)) for k in KINDS)


def test_a_pulse_between_two_samples():
    """x' = -x + 100 for 0.05: 100 (1 - exp(-0.05)) at most, and 5 in all."""
    model = Dynamics("Kick")
    model.add_state_variable("x", "-x + where((t > 30.2) and (t < 30.25), 100, 0)", 0.0)
    features = of("x", 1.0)
    for options in ({"solver": "dp5", "machine": "register"}, *OTHERS):
        _, found = measured(model.system(), Run(1000, 1), features, **options)
        assert found["xmaximum"] == pytest.approx(100 * (1 - np.exp(-0.05)), rel=1e-7)
        assert found["xmean"] == pytest.approx(0.005, rel=1e-7)
        above = np.log(100 * (1 - np.exp(-0.05))) + 0.05 + np.log(1 - 1 / 100)
        assert found["xtime_above"] == pytest.approx(above, rel=1e-6)


@pytest.mark.parametrize(
    "name",
    [n if n in EVERYDAY else pytest.param(n, marks=pytest.mark.thorough) for n in DURATIONS],
)
def test_the_library(name):
    """Every state of a library model; chaotic and bursting ones over a short run."""
    system = library(name).system()
    run = RUNS[f"{name}.yaml"]
    run = Run(run.duration, run.duration, rtol=1e-10)
    for state in system.states[: 1 if name in EVERYDAY else None]:
        features = tuple(
            Feature(f"x{k}", k, Symbol(state.name), 0.1 if k == "time_above" else None)
            for k in KINDS
        )
        agree(system, run, features, OTHERS)


@pytest.mark.thorough
@settings(deadline=None)
@given(system=systems())
def test_generated_models(system):
    run = Run(10, 10, rtol=1e-9, atol=1e-12)
    for item in system.states[:2]:
        features = tuple(Feature(f"x{k}", k, Symbol(item.name)) for k in KINDS[:6])
        agree(system, run, features, OTHERS[:1], rtol=1e-4)
