"""Every target there is, none named: over the library, the kept cases and generated models."""

import os
import secrets
from importlib.resources import files

import pytest
from campaign import CHUNK, Tally, campaign
from library_runs import RUNS

from nullcline import Dynamics, Run, Unsupported
from nullcline.conformance import Outcome, check
from nullcline.targets import all_targets
from nullcline.testing import reserved_names

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
CHUNKS = 2_500 // CHUNK if THOROUGH else 1  # a tenth or more are drawn twice

TARGETS = list(all_targets().values())
LIBRARY = sorted(
    path.name for path in (files("nullcline") / "library").iterdir() if path.name.endswith(".yaml")
)

each_target = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)


def library(name):
    return Dynamics.from_yaml((files("nullcline") / "library" / name).read_text(encoding="utf-8"))


def one(equation, initial=0.5, **slots):
    return Dynamics(
        name="M", state_variables={"x": {"equation": equation, "initial_value": initial}}, **slots
    )


def named(name):
    """A model in which a name is a parameter, and one in which it is a state variable."""
    as_parameter = one(f"1 - {name}*x", parameters={name: 0.7})
    as_state = Dynamics("M", parameters={"k": 0.7})
    as_state.add_state_variable(name, f"sin(k) - k*{name}", 0.3)
    as_state.add_state_variable("other", f"{name} - other", 0.1)
    return as_parameter, as_state


KEPT = {
    "a condition on its boundary at the start": one("where(x > 0.5, 1, 2) - x"),
    "a condition on its boundary, the other way": one("where(x >= 0.5, 1, 2) - x"),
    "a step on its boundary": one("heaviside(x - 0.5) + sign(x - 0.5) - x"),
    "a Piecewise at a default of 0": one(
        "Piecewise((1, k < 0), (2, True)) - x", parameters={"k": 0}
    ),
    "gamma beside gamma_": one("gamma - gamma_*x", parameters={"gamma": 0.3, "gamma_": 2.0}),
    "names of the guide's form": one(
        "local_coupling - stimulus*x + np",
        parameters={"local_coupling": 0.3, "stimulus": 2.0, "np": 0.1},
    ),
    "explicit time": one("sin(3*t) - x"),
    "explicit time and a variable called t": one("sin(3*t) - x", parameters={"t": 0.4}),
    "mod of negative numbers": one("mod(-x - 1, 0.7) - mod(x, -0.3)"),
    "functions nested three deep": one(
        "f(f(f(x))) - sin(exp(-exp(-x)))",
        functions={"f": {"arguments": {"u": {}}, "equation": "u/(1 + u**2)"}},
    ),
    "a product of differences": one("(1 - x)*(x - b)", parameters={"b": 0.1}),
    "abs": one("abs(x) - abs(x - 1)*2"),
    "a bare parameter": one("k", parameters={"k": 0.3}),
    "a bare number": one("3"),
    "a bare state": one("x"),
    "a bare input": one("c", coupling_inputs={"c": {}}),
    "zero": one("0*x"),
    "conditions added as numbers": one("(x > 0.1) + (x > 0.2) - x"),
    "a branch that is not finite": one("where(x > 0, x*log(x), 0)", 0.9),
    "tiny and large numbers": one("1e-12*x*1e12 - 1e22*x*1e-22*2"),
    "whole numbers": one("-3*x/2 + k/2", parameters={"k": 1}),
    "a name of each role": one(
        "a*d + e1 - x + c",
        parameters={"a": 0.3},
        derived_parameters={"d": {"equation": "a + 1"}},
        derived_variables={"e1": {"equation": "d*x"}, "unused": {"equation": "x + d"}},
        coupling_inputs={"c": {}},
    ),
}


def assert_right_or_refused(target, model, run=Run(2.0, 0.1)):  # noqa: B008
    verdict = check(target, model.system(), run)
    allowed = (Outcome.CONFORMS, Outcome.UNSUPPORTED)
    assert verdict.outcome in allowed, f"{verdict.outcome}: {verdict.reason}\n{verdict.text}"
    return verdict


@each_target
def test_the_engine_of_every_target_is_here(target):
    assert target.missing() == ()


@each_target
@pytest.mark.parametrize("name", LIBRARY)
def test_every_model_of_the_library_conforms(target, name):
    verdict = assert_right_or_refused(target, library(name), RUNS[name])
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason
    assert verdict.informative


@each_target
@pytest.mark.parametrize("case", KEPT)
def test_kept_cases_are_right_or_refused(target, case):
    assert_right_or_refused(target, KEPT[case])


@each_target
@pytest.mark.parametrize("name", [*"ptEISNQOye", "pi", "no", "lambda", "β", "x_v1", "nan"])
def test_names_that_mean_something_elsewhere(target, name):
    for model in named(name):
        verdict = assert_right_or_refused(target, model)
        assert verdict.outcome == Outcome.CONFORMS, verdict.reason


@each_target
def test_every_reserved_word_has_been_a_name(target):
    """All words at once, in one model a role: renaming must keep them apart."""
    words = [word for word in reserved_names() if word not in ("x", "k")]
    every = words if THOROUGH else [*words[::7], *sorted(target.reserved)[:40]]
    for start in range(0, len(every), 20):
        some = list(dict.fromkeys(every[start : start + 20]))
        some = [word for word in some if word.isidentifier() and word in reserved_names()]
        parameters = {word: 0.1 + 0.01 * index for index, word in enumerate(some)}
        total = " + ".join(f"{index + 1}*{word}" for index, word in enumerate(some))
        assert_right_or_refused(target, one(f"{total} - x", parameters=parameters), Run(0.5, 0.1))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_generated_models_are_right_or_refused(chunk, record_property):
    """The same models every day, 2,000 new ones in a thorough run; counts are shown at its end."""
    tally = Tally()
    campaign(tally, TARGETS, CHUNK, secrets.randbits(32) if THOROUGH else chunk)
    record_property("campaign", dict(tally.counts))
    assert len(tally.models) > 0.7 * CHUNK
    assert not tally.wrong, "\n\n".join(tally.wrong)


@each_target
def test_names_are_kept_apart_and_all_listed(target):
    model = one("gamma + gamma_ + lambda - x", parameters={"gamma": 1, "gamma_": 2, "lambda": 3})
    names = target.names(model.system())
    assert set(names) == {"gamma", "gamma_", "lambda", "x"}
    assert len(set(names.values())) == len(names)


@each_target
def test_a_name_that_nobody_declared_never_becomes_a_parameter(target):
    model = Dynamics("M", parameters={"tau": 1.0})
    model.add_state_variable("x", "-x/tua", 1.0)
    with pytest.raises(Exception, match="`tua` is not declared; did you mean `tau`"):
        model.render_code(target.name)


@each_target
def test_a_feature_beyond_a_system_is_refused_and_kept(target, tmp_path):
    model = one("-x", events={"spike": {"condition": {"rhs": "x > 1"}}})
    with pytest.raises(Unsupported, match="events"):
        model.to_yaml(tmp_path / "model", format=target.name)
    assert not (tmp_path / "model").exists()
    assert Dynamics.from_yaml(model.to_yaml()).events == model.events
