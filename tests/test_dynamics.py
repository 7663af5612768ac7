"""The public Dynamics: the verbs of the guide, files there and back, what users get wrong."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nullcline import Dynamics, ModelError, Run, RunStopped, Unsupported, reference
from nullcline.engine import simulate
from nullcline.testing import dynamics


@pytest.fixture
def vdp():
    model = Dynamics("Dynamics")
    model.name = "VdP"
    model.add_parameter("mu", value=1.0, description="Damping parameter")
    model.add_state_variable("x", equation="z", initial_value=0.1)
    model.add_state_variable("z", equation="mu*(1 - x**2)*z - x", initial_value=0.0)
    return model


def test_the_calls_of_a_modeller(vdp, tmp_path):
    assert vdp.name == "VdP"
    assert vdp.parameters["mu"].value == 1.0
    assert vdp.state_variables["z"].equation.rhs == "mu*(1 - x**2)*z - x"
    assert "Damping parameter" in vdp.generate_report(format="markdown")
    assert vdp._repr_markdown_() == vdp.generate_report()
    assert "def VdP(" in vdp.render_code(format="python")
    path = tmp_path / "model.py"
    assert vdp.to_yaml(format="python", filepath=path) == path.read_text(encoding="utf-8")
    assert vdp.names("python") == {"mu": "mu", "x": "x", "z": "z"}


def test_every_verb_is_in_the_file_that_it_writes(tmp_path):
    model = Dynamics("M")
    model.add_parameter("a", 1.0, unit="mV", domain={"lo": 0.0, "hi": 2.0, "step": 0.5})
    model.add_derived_parameter("b", "2*a", description="twice a")
    model.add_function("f", "u**2 + a", arguments=["u"])
    model.add_coupling_input("c", description="from the others")
    model.add_derived_variable("q", "f(x) + c")
    model.add_derived_variable("s", cases=[("x > 0", "1"), ("True", "-1")])
    model.add_state_variable("x", {"lhs": "Derivative(x, t)", "rhs": "q*s - b"}, 0.5, unit="mV")
    path = tmp_path / "m.yaml"
    model.to_yaml(path)
    again = Dynamics.from_yaml(path)
    assert again == model
    assert again.to_dict() == model.to_dict()
    assert again.system() == model.system()
    assert Dynamics.from_dict(model.to_dict()) == model
    assert Dynamics.from_yaml(model.to_yaml()) == model


def test_keyword_dictionaries_are_those_of_a_file():
    model = Dynamics(
        name="Lorenz",
        parameters={"sigma": {"value": 10.0}, "rho": 28, "beta": np.float64(8 / 3)},
        state_variables={
            "x": {"equation": "sigma*(y - x)", "initial_value": 1},
            "y": {"equation": {"rhs": "x*(rho - z) - y"}, "initial_value": 1.0},
            "z": {"equation": "x*y - beta*z", "initial_value": np.float32(1.0)},
        },
    )
    assert Dynamics.from_yaml(model.to_yaml()) == model
    assert "np.float" not in model.to_yaml()
    found = model.simulate(1.0, 0.1)
    assert found.names == ("x", "y", "z")
    assert found.finished


def test_an_edited_model_means_what_it_says_now(vdp):
    vdp.parameters["mu"].value = 3.0
    assert "mu=3.0" in vdp.render_code()
    vdp.state_variables["x"].equation.rhs = "2*z"
    assert "2 * z" in vdp.render_code()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda m: m.add_parameter("mu", 2.0), "parameters/mu: `mu` is already declared"),
        (lambda m: m.add_parameter("k", "8/3"), "parameters/k/value"),
        (lambda m: m.add_parameter("k", float("nan")), "parameters/k/value"),
        (lambda m: m.add_parameter("k", True), "parameters/k/value"),
        (lambda m: m.add_parameter("k", 1.0, unti="mV"), "did you mean `unit`"),
        (lambda m: m.add_parameter("2k", 1.0), "2k"),
        (lambda m: m.add_state_variable("y", equation=""), "state_variables/y/equation"),
        (lambda m: Dynamics(name="M", paramters={}), "did you mean `parameters`"),
        (lambda m: Dynamics.from_dict({"parameters": {}}), "name"),
        (lambda m: m.simulate(10, mue=3.0), "did you mean `mu`"),
        (lambda m: m.simulate(10, rtoll=3.0), "no option `rtoll`, and VdP no number.*mean `rtol`"),
        (
            lambda m: m.sweep({"x": [1]}, 10, atoll=3.0),
            "no option `atoll`.*mean `atol`",
        ),
        (
            lambda m: m.sensitivity({"x": (0, 1)}, feature="mean:x", duration=1, sed=1),
            "mean `seed`",
        ),
        (lambda m: m.equilibria(valeus={}), "did you mean `values`"),
        (lambda m: m.simulate(10, solver="dop85"), "no solver `dop85`; did you mean `dop853`"),
        (lambda m: m.simulate(10, mu=1.0, parameters={"mu": 2.0}), "`mu` is given two values"),
        (lambda m: m.simulate(10, mu=[1.0, 2.0]), "no number.*to run many, sweep over"),
        (lambda m: m.simulate(10, mu="1"), "the value of `mu` is no number: '1'"),
        (lambda m: m.simulate(10, parameters=3.0), "3.0 gives no values by name"),
        (lambda m: m.simulate(10, after=10), "after t = 10 of 10; it needs 0 <= after < duration"),
    ],
)
def test_misuse_is_told_in_a_sentence(vdp, wrong, message):
    with pytest.raises(ModelError, match=message):
        wrong(vdp)


def test_a_misspelt_attribute_is_an_error(vdp):
    with pytest.raises(AttributeError):
        vdp.parameter = {}
    with pytest.raises(AttributeError):
        vdp.parameters["mu"].valeu = 2.0


def test_an_unknown_target_names_the_nearest(vdp):
    with pytest.raises(ValueError, match="there is no target `pyhton`; did you mean `python`"):
        vdp.render_code("pyhton")
    with pytest.raises(ValueError, match="markdwon"):
        vdp.generate_report("markdwon")


def test_the_built_in_engine_on_a_closed_form():
    model = Dynamics("Logistic", parameters={"r": 1.0})
    model.add_coupling_input("u")
    model.add_state_variable("x", "r*x*(1 - x) + u", 0.1)
    found = model.simulate(5.0, 0.5, r=2.0)
    assert found["x"] == pytest.approx(1 / (1 + 9 * np.exp(-2 * found.times)), rel=1e-7)
    assert model.simulate(1.0, 0.5, r=0.0, u=1.0)["x"] == pytest.approx([0.1, 0.6, 1.1])
    assert model.simulate(1.0, 0.5, x=1.0)["x"] == pytest.approx([1.0, 1.0, 1.0])


def test_a_blow_up_and_a_stiff_model_on_the_built_in_engine():
    model = Dynamics("Blow")
    model.add_state_variable("x", "x**2", 1.0)
    with pytest.warns(RunStopped, match="Blow blew up at t = 1 of 2, where its trajectory ends"):
        found = model.simulate(2.0, 0.01)
    assert found.status == "blew up"
    assert 0.9 < found.times[-1] <= 1.0
    stiff = Dynamics("Stiff")
    stiff.add_state_variable("x", "-1e6*(x - cos(t)) - sin(t)", 1.0)
    shares = []
    run = Run(10.0, 1.0, rtol=1e-6, atol=1e-9)
    found = simulate(stiff.system(), run, shares.append)
    assert found["x"] == pytest.approx(np.cos(found.times), abs=1e-5)
    assert shares[-1] == 1.0


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(dynamics())
def test_generated_models_survive_their_files(model):
    again = Dynamics.from_yaml(model.to_yaml())
    assert again == model
    assert again.system() == model.system()
    assert again.to_yaml() == model.to_yaml()


@pytest.mark.parametrize("value", [np.int64(3), np.float32(3), np.array(3.0), 3])
def test_numpy_s_numbers_are_numbers_however_they_get_in(vdp, value):
    vdp.parameters["mu"].value = value
    vdp.state_variables["x"].initial_value = value
    assert vdp.system().parameters[0].value == 3.0
    assert vdp.system().states[0].value == 3.0


@pytest.mark.parametrize("value", ["abc", "3", {}, True, float("nan"), float("inf"), [[1.0]]])
def test_what_is_no_number_is_told_when_it_is_used(vdp, value):
    vdp.state_variables["x"].initial_value = value
    with pytest.raises((ModelError, Unsupported)):
        vdp.system()


def test_objects_edited_in_any_way_are_read_as_a_file_is(vdp):
    vdp.state_variables["x"].equation = "-3*x"
    vdp.parameters["k"] = 3.0
    system = vdp.system()
    assert system.derivatives[0].text == "-3*x"
    assert system.parameters[1].value == 3.0
    vdp.name = None
    with pytest.raises(ModelError, match="name"):
        vdp.system()


def test_names_that_are_one_after_normalisation_are_one_name():
    model = Dynamics("M")
    model.add_parameter("μ", 1.0)
    assert model.add_parameter("b", 5.0).value == 5.0
    with pytest.raises(ModelError, match="already declared"):
        model.add_parameter("\N{MICRO SIGN}", 2.0)
    assert model.add_parameter("ﬁ", 7.0) is model.parameters["fi"]


def test_a_short_input_in_time_is_not_stepped_over():
    """x' = -x/5 + 10 between 50 and 50.5: at its end 50*(1 - exp(-0.1)), by hand."""
    model = Dynamics("Pulse")
    model.add_state_variable("x", "-x/5 + where(t > 50 and t < 50.5, 10, 0)", 0.0)
    found = model.simulate(200.0)
    after = found["x"][np.isclose(found.times, 60.0)]
    assert after == pytest.approx(50 * (1 - np.exp(-0.1)) * np.exp(-(60 - 50.5) / 5), rel=1e-6)
    assert reference.simulate(model.system(), Run(200.0, 0.5))["x"].max() > 4


@pytest.mark.parametrize(
    "edit",
    [
        lambda model: setattr(model.parameters["mu"], "value", 2.0),
        lambda model: setattr(model.state_variables["z"].equation, "rhs", "mu*z - x"),
        lambda model: setattr(model.state_variables["x"], "initial_value", 0.2),
        lambda model: setattr(model, "name", "Other"),
        lambda model: model.add_derived_variable("w", equation="x + z"),
        lambda model: model.state_variables.update(
            dict(reversed([(k, model.state_variables.pop(k)) for k in ("x", "z")]))
        ),
    ],
)
def test_an_edit_of_any_kind_is_seen_by_the_next_system(vdp, edit):
    before = vdp.system()
    assert vdp.system() is before
    edit(vdp)
    after = vdp.system()
    assert after != before
    assert vdp.system() is after


def test_what_compares_equal_but_is_another_type_is_read_anew(vdp):
    vdp.parameters["mu"].value = 1.0
    vdp.system()
    vdp.parameters["mu"].value = True
    with pytest.raises(ModelError, match="mu"):
        vdp.system()


def test_a_name_that_is_spoilt_after_a_system_was_made_is_still_told(vdp):
    vdp.system()
    vdp.state_variables["x"].equation.rhs = "nu*z"
    with pytest.raises(ModelError, match="nu"):
        vdp.system()


def test_dir_shows_what_users_use():
    import nullcline

    assert {"Dynamics", "Trajectory", "library", "plot"} <= set(dir(nullcline))
    assert {"import_module", "find_spec", "Any", "TYPE_CHECKING"}.isdisjoint(dir(nullcline))
    assert all(getattr(nullcline, name) is not None for name in dir(nullcline))
    with pytest.raises(AttributeError, match="no attribute 'Dynamcs'"):
        nullcline.Dynamcs  # noqa: B018


@pytest.mark.thorough
def test_a_type_checker_tells_a_misspelt_import(tmp_path):
    pytest.importorskip("mypy")
    import subprocess
    import sys

    script = tmp_path / "user.py"
    script.write_text(
        "import nullcline\nfrom nullcline import Dynamcs\n"
        "nullcline.library.load('lorenz').simulate(1.0, rtoll=1.0, solver=3)\n"
    )
    command = [sys.executable, "-m", "mypy", "--no-incremental", "--follow-imports=silent"]
    done = subprocess.run(
        [*command, str(script)], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert 'has no attribute "Dynamcs"' in done.stdout
    assert 'Argument "solver" to "simulate"' in done.stdout
    assert done.stdout.count("error:") == 2
