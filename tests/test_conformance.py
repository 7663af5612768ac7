"""The check catches what translators get wrong: faults planted in a right export."""

from dataclasses import replace

import numpy as np
import pytest

from nullcline import Dynamics, Run, Unsupported
from nullcline.boundaries import TIME, boundary_points
from nullcline.conformance import Outcome, check
from nullcline.conformance.table import Verdicts, sentence
from nullcline.errors import NotRun
from nullcline.targets import all_targets, get_target
from nullcline.trajectory import Trajectory, deviation

PYTHON = get_target("python")
RUN = Run(4.0, 0.1)
MEAN = "lambda c, p, q: (p + q) / 2 if abs(x - 0.5) < 1e-12 else np.where(c, p, q)"
"""What a translation of a conditional by `sign` does on the boundary."""


@pytest.fixture(scope="module")
def system():
    model = Dynamics("M", parameters={"a": 1.0, "b": 1.0, "g": 0.0})
    model.add_derived_parameter("k", "a + b")
    model.add_derived_variable("q", "where(x > 0.5, k*x, -log10(1 + y**2))")
    model.add_state_variable("x", "-x**2 + 2*y + q - 3*g", 0.5)
    model.add_state_variable("y", "min(x, 0.3) - y/a + sin(t)*b - abs(y - x)", 0.5)
    return model.system()


def planted(old, new):
    """The Python target with a fault: one piece of its text replaced."""

    def export(system):
        text = PYTHON.export(system)
        assert old in text, text
        return text.replace(old, new)

    return replace(PYTHON, export=export)


def test_the_right_export_conforms(system):
    verdict = check(PYTHON, system, RUN)
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason
    assert verdict.informative
    assert verdict.horizon == RUN.duration
    assert 0 <= verdict.deviation < PYTHON.tolerance
    assert "def M(" in verdict.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-(x**2)", "(-x)**2"),
        ("k = a + b", "k = 2.0"),  # a default baked in
        ("k = a + b", "k = a + a"),  # equal at the defaults
        ("- 3 * g", ""),  # a dropped term that is 0 at the default
        ("x > 0.5", "x >= 0.5"),  # differs on the boundary alone
        ("y / a", "np.float32(y) / a"),
        ("np.log10", "np.log"),
        ("np.minimum", "np.maximum"),
        ("np.sin(t)", "np.sin(np.radians(t))"),
        ("np.sin(t)", "np.sin(1000 * t)"),
        ("y / a", "y // a"),
        ("np.abs(y - x)", "(y - x)"),
        ("a=1.0", "a=1.5"),
        ("np.array([0.5, 0.5])", "np.array([0.5, 0.4])"),
        ("return np.array(", "return -np.array("),
        ("return np.array(", "return np.float32("),
        ("x, y = ", "y, x = "),
("np.where(x > 0.5,", f"({MEAN})(x > 0.5,"),
    ],
)  # fmt: skip
def test_planted_faults_are_caught(system, old, new):
    verdict = check(planted(old, new), system, RUN)
    assert verdict.outcome in (Outcome.DEVIATES, Outcome.FAILED), verdict
    assert verdict.reason


def test_a_shared_buffer_is_caught(system):
    def vector_field(text, system):
        field, buffer = PYTHON.vector_field(text, system), np.zeros(2)

        def shared(t, state, parameters):
            buffer[:] = field(t, state, parameters)
            return buffer

        return shared

    verdict = check(replace(PYTHON, vector_field=vector_field), system, RUN)
    assert "same array at every call" in verdict.reason


def test_an_argument_that_is_changed_is_caught(system):
    def vector_field(text, system):
        field = PYTHON.vector_field(text, system)

        def changing(t, state, parameters):
            found = field(t, state, parameters)
            state += 1
            return found

        return changing

    verdict = check(replace(PYTHON, vector_field=vector_field), system, RUN)
    assert verdict.outcome == Outcome.DEVIATES
    assert "not pure" in verdict.reason


def simulating(change):
    """A target whose engine exposes no field and whose trajectory is changed."""
    simulate = lambda text, system, run: change(PYTHON.simulate(text, system, run), run)  # noqa: E731
    return replace(PYTHON, vector_field=None, simulate=simulate)


@pytest.mark.parametrize(
    "change",
    [
        lambda found, run: replace(found, values=found.values[::-1].copy()),
        lambda found, run: replace(found, values=found.values + 1e-4),
        lambda found, run: replace(found, values=found.values.astype(np.float16).astype(float)),
        lambda found, run: replace(found, values=np.roll(found.values, 1, axis=1)),
        lambda found, run: replace(found, times=found.times[:-1], values=found.values[:, :-1]),
        lambda found, run: replace(found, times=found.times + 0.1),
        lambda found, run: replace(found, names=found.names[::-1]),
        lambda found, run: replace(found, values=found.values * np.nan),
    ],
)
def test_a_wrong_trajectory_is_caught(system, change):
    assert check(simulating(change), system, RUN).outcome == Outcome.DEVIATES


def test_an_engine_that_ignores_a_changed_parameter_is_caught(system):
    def simulate(text, system, run):
        return PYTHON.simulate(text, system, replace(run, parameters={}))

    target = replace(PYTHON, vector_field=None, simulate=simulate)
    assert check(target, system, RUN).outcome == Outcome.DEVIATES


def test_verdicts_for_what_is_missing_unsupported_or_broken(system):
    absent = replace(PYTHON, requires=("no_such_engine",))
    assert check(absent, system, RUN).outcome == Outcome.SKIPPED
    assert "no_such_engine" in check(absent, system, RUN).reason

    def refuse(system):
        raise Unsupported("moons", "test")

    verdict = check(replace(PYTHON, export=refuse), system, RUN)
    assert (verdict.outcome, verdict.reason) == (Outcome.UNSUPPORTED, "moons")

    def crash(text, system, run):
        raise RuntimeError("the engine burst")

    verdict = check(replace(PYTHON, vector_field=None, simulate=crash), system, RUN)
    assert (verdict.outcome, verdict.reason) == (Outcome.FAILED, "RuntimeError: the engine burst")


def test_a_model_that_does_not_move_is_not_informative():
    model = Dynamics("Still")
    model.add_state_variable("x", "-x", 0.0)
    quiet = replace(PYTHON, vector_field=None, simulate=_still)
    verdict = check(quiet, model.system(), RUN)
    assert verdict.outcome == Outcome.DEVIATES or verdict.informative  # moved values do move


def _still(text, system, run):
    return Trajectory(("x",), run.times, np.zeros((1, len(run.times))))


def test_chaos_is_compared_up_to_its_horizon():
    model = Dynamics("Lorenz", parameters={"s": 10.0, "r": 28.0, "b": 8 / 3})
    for name, equation in {"x": "s*(y - x)", "y": "x*(r - z) - y", "z": "x*y - b*z"}.items():
        model.add_state_variable(name, equation, 1.0)
    verdict = check(PYTHON, model.system(), Run(60, 0.25))
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason
    assert 5 < verdict.horizon < 50


def test_states_are_put_on_the_boundaries(system):
    known = {item.name: item.value for item in system.parameters} | {"x": 0.2, "y": 0.1, TIME: 0.0}
    moved = [(found["x"], found["y"]) for found in boundary_points(system, known)]
    assert (0.5, 0.1) in moved  # x > 0.5
    assert (0.3, 0.1) in moved  # min(x, 0.3)
    assert (0.2, 0.2) in moved  # abs(y - x)


def test_the_deviation_is_the_worst_and_never_a_mean():
    times = np.array([0.0, 1.0, 2.0])
    right = Trajectory(("x", "y"), times, np.array([[0.0, 1.0, 2.0], [0.0, 100.0, 0.0]]))
    wrong = Trajectory(("x", "y"), times, np.array([[0.0, 1.2, 2.0], [0.0, 100.0, 1.0]]))
    worst = deviation(wrong, right)
    assert (worst.variable, worst.time) == ("x", 1.0)
    assert worst.size == pytest.approx(0.1)
    assert "1.2 where 1.0 was expected" in str(worst)
    nan = replace(wrong, values=wrong.values * np.nan)
    assert deviation(nan, right).size == np.inf


def built(equations, derived=(), initial=0.5, **parameters):
    model = Dynamics("M", parameters=parameters)
    for name, equation in dict(derived).items():
        model.add_derived_variable(name, equation)
    for name, equation in equations.items():
        model.add_state_variable(name, equation, initial)
    return model.system()


@pytest.mark.parametrize(
    ("equation", "old", "new"),
    [
        ("where(x > 50, a*x, -x)", "a * x", "a + x"),  # branches out of reach
        ("where(q > 50, a*x, -x)", "a * x", "a + x"),
        ("where(a > 50, a*x, -x)", "a * x", "a + x"),
        ("where(a == 7, x**2, -x)", "x**2", "x + x"),
        ("where(t > 100, a*x, -x)", "a * x", "a + x"),
        ("where(0 < q <= 100, -x, 2)", "np.logical_and(0 < q, q <= 100)", "(0 < q)"),
        ("min(max(3*x, -100), 100) - 4*x", "np.maximum(3 * x, -100)", "3 * x"),
        ("where(t > 1, a*x, -x)", "t > 1", "t >= 1"),  # boundaries
        ("where(2*x > 1.2, a*x, -x)", "2 * x > 1.2", "2 * x >= 1.2"),
        ("where(x**2 > 2.25, a*x, -x)", "> 2.25", ">= 2.25"),
        ("where(q > 1, a*x, -x)", "> 1", ">= 1"),
        ("where(a > b, -x, -2*x)", "a > b", "a >= b"),
        ("heaviside(x/a - 1) - x", "1, 0.5", "1, 1.0"),
        ("heaviside(t - 1) - x", "1, 0.5", "1, 1.0"),
        ("floor(3*x) - 3*x", "np.floor(3 * x)", "(np.ceil(3 * x) - 1)"),
        ("floor(a) - x", "np.floor(a)", "np.trunc(a)"),
        ("mod(x, 1) - x", "np.mod(x, 1)", "(x - np.ceil(x) + 1)"),
        ("-abs(a)*x", "np.abs(a)", "a"),  # signs
        ("-max(a, 0)*x", "np.maximum(a, 0)", "a"),
        ("sqrt(a**2) - x", "np.sqrt(a**2)", "a"),
        ("-log(x)*x", "np.log(x)", "np.log(np.abs(x))"),  # no value
        ("1 - x**1.5", "x**1.5", "np.abs(x)**1.5"),
        ("a*1e-7 - x", "a=2.5", "a=2.500001"),  # defaults
    ],
)  # fmt: skip
def test_faults_out_of_the_way_are_caught(equation, old, new):
    system = built({"x": equation}, {"q": "3*x"} if "q" in equation else {}, a=2.5, b=1.0)
    verdict = check(planted(old, new), system, RUN)
    assert verdict.outcome == Outcome.DEVIATES, verdict.reason
    assert check(PYTHON, system, RUN).outcome == Outcome.CONFORMS


def test_a_large_number_in_one_equation_hides_no_fault_in_another():
    system = built({"x": "-x + a", "n": "6e23*b*1e-23 - n"}, a=2.0, b=1.0)
    assert check(PYTHON, system, RUN).outcome == Outcome.CONFORMS
    verdict = check(planted("-x + a", "-x + a + 1e-7"), system, RUN)
    assert verdict.outcome == Outcome.DEVIATES


def test_a_pole_that_is_filled_and_a_number_too_large_are_no_faults():
    pole = built({"x": "x**2/x - 2*x"})
    assert check(planted("x**2 / x", "x"), pole, RUN).outcome == Outcome.CONFORMS
    large = built({"x": "exp(900*x)/(1 + exp(900*x)) - x"})
    written = "np.exp(900 * x) / (1 + np.exp(900 * x))"
    right = planted(written, "(1 / (1 + np.exp(-(900 * x))))")
    assert check(right, large, RUN).outcome == Outcome.CONFORMS


def test_the_first_sample_is_the_declared_start():
    system = built({"x": "-x", "y": "-y"}, initial=1.23456789)
    verdict = check(planted("np.array([1.23456789, ", "np.array([1.234567891, "), system, RUN)
    assert verdict.reason == "x starts at 1.234567891, not at 1.23456789"


def _going_on(found, run):
    values = np.zeros((1, len(run.times)))
    values[:, : len(found.times)] = found.values
    return replace(found, times=run.times, values=values, status="finished")


@pytest.mark.parametrize("equation", ["x**2", "-sqrt(x) - 0.5"])
def test_an_engine_that_goes_on_where_the_model_ends_is_caught(equation):
    system = built({"x": equation}, initial=1.0)
    assert check(PYTHON, system, RUN).outcome == Outcome.CONFORMS
    verdict = check(simulating(_going_on), system, RUN)
    assert verdict.outcome == Outcome.DEVIATES
    assert "the model has no value after" in verdict.reason


def test_a_stall_of_all_is_no_deviation():
    """Sliding on a jump: x' = 1/2 - sign(x) has no solution after x = 0."""
    system = built({"x": "0.5 - sign(x)"})
    verdict = check(PYTHON, system, RUN)
    assert verdict.outcome == Outcome.CONFORMS
    assert "stalled after t = " in verdict.reason
    assert not verdict.informative
    verdict = check(simulating(lambda found, run: found), system, RUN)
    assert verdict.outcome == Outcome.FAILED
    assert verdict.reason.startswith("stalled: ")


def test_steps_up_that_no_solver_loves_do_not_deviate():
    verdict = check(PYTHON, built({"x": "floor(3*x) - x"}), Run(1.0, 0.1))
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason


def test_a_model_without_a_value_at_its_start_is_told_with_state_and_term():
    verdict = check(PYTHON, built({"x": "log(x)"}, initial=-1.0), RUN)
    assert (verdict.outcome, verdict.horizon) == (Outcome.UNDEFINED, 0.0)
    assert verdict.reason == (
        "the derivative of `x` has no value at the start: `log(x)` is undefined there"
    )
    assert not Verdicts([verdict]).conform


def test_a_gate_that_is_zero_over_zero_at_its_start_is_told():
    model = Dynamics("Gate")
    model.add_derived_variable("alpha", "0.01*(V + 40)/(1 - exp(-(V + 40)/10))")
    model.add_state_variable("V", "-V", -40.0)
    model.add_state_variable("n", "alpha*(1 - n)", 0.3)
    verdict = check(PYTHON, model.system(), RUN)
    assert verdict.outcome == Outcome.UNDEFINED
    assert "derivative of `n`" in verdict.reason
    assert "`0.01*(V + 40)/(1 - exp(-(V + 40)/10))` in `alpha`" in verdict.reason


def test_a_wrong_field_is_told_where_the_model_has_no_value_at_its_start():
    verdict = check(planted("- x", "+ x"), built({"x": "log(x) - x"}, initial=-1.0), RUN)
    assert verdict.outcome == Outcome.DEVIATES


def test_what_does_not_move_and_what_is_not_certain_are_told_apart():
    constant = check(PYTHON, built({"x": "0*x"}), RUN)
    assert constant.outcome == Outcome.CONFORMS
    assert "the model does not move" in sentence(constant)
    comparison = constant.comparisons[0]
    unsure = replace(constant, comparisons=(replace(comparison, horizon=0.0),))
    assert "the reference is not certain of any time after the start" in sentence(unsure)
    assert "move" not in sentence(unsure)


def test_an_engine_that_is_not_asked_has_not_failed_and_proves_nothing():
    def refuse(text, system, run):
        raise NotRun("the text is too large for this engine")

    target = replace(PYTHON, simulate=refuse, vector_field=None)
    verdict = check(target, built({"x": "-x"}), RUN)
    assert verdict.outcome == Outcome.NOT_RUN
    assert sentence(verdict) == "not run: the text is too large for this engine"


NANO = {"x": "a - (b + 1)*x + x**2*y/s**2", "y": "b*x - x**2*y/s**2"}
NANO_RUN = Run(20.0, 0.2)


def nano(scale):
    return built(NANO, initial=scale, a=scale, b=3.0, s=scale)


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e-15, 1e12])
@pytest.mark.parametrize("target", all_targets().values(), ids=lambda target: target.name)
def test_a_faithful_export_conforms_at_every_scale(target, scale):
    verdict = check(target, nano(scale), NANO_RUN)
    assert verdict.outcome == Outcome.CONFORMS, verdict.reason
    assert verdict.informative
    assert verdict.horizon == 20.0


@pytest.mark.parametrize(
    ("old", "new"),
    [("(b + 1) * x", "(b + 1.01) * x"), ("+ x**2", "- x**2"), ("x**2 * y / s**2,", "x * y / s,")],
)
@pytest.mark.parametrize("blind", [False, True], ids=["field", "trajectory"])
def test_a_fault_is_caught_at_a_small_scale(old, new, blind):
    """By the field, and by the trajectory alone."""
    target = planted(old, new)
    target = replace(target, vector_field=None) if blind else target
    assert check(target, nano(1e-15), NANO_RUN).outcome == Outcome.DEVIATES
