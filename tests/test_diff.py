"""What has changed between two models: by algebra, by numbers, slot by slot, in the terminal."""

import json
import os
import random
import subprocess
import sys

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rewriting import as_model, mutated, rewritten, told_apart
from sabotage.equations import ARITHMETIC, BRANCHES, DERIVED, FUNCTIONS, LITERALS
from sabotage.models import MODELS

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.difference import How, Outcome, diff
from nullcline.difference.algebra import Algebra, TooLargeError
from nullcline.errors import ModelError
from nullcline.expression import parse
from nullcline.testing import dynamics

EVERY_DAY = 1_000 if os.environ.get("NULLCLINE_THOROUGH") else 8


def model(rhs, **more):
    states = {"x": {"equation": rhs, "initial_value": 0.5}, "y": {"equation": "-y"}}
    states["y"]["initial_value"] = 1.0
    base = {"name": "M", "parameters": {"a": 2.0, "b": 3.0}, "state_variables": states}
    return Dynamics.from_dict(base | more)


def compared(one, other):
    return diff(model(one), model(other)).rows[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x + y", "y + x"),
        ("a*(x + y)*b", "b*a*y + x*a*b"),
        ("(x + y)**3", "x**3 + 3*x**2*y + 3*x*y**2 + y**3"),
        ("x - (y - a)", "a + x - y"),
        ("x/(a*y)", "x/y/a"),
        ("(x + a)/b", "x/b + a/b"),
        ("x**-2", "1/x**2"),
        ("0.1*x + 0.2*x", "0.3*x"),
        ("2*x/4", "0.5*x"),
        ("sin(x - y)", "-sin(y - x)"),
        ("cosh(x - y) + abs(a - x)", "abs(x - a) + cosh(y - x)"),
        ("min(x, min(y, a))", "min(min(a, x), y)"),
        ("x if x > y else a", "x if y < x else a"),
        ("x if x - y > 0 else a", "x if 2*x > 2*y else a"),
        ("x if x > 0 and y > 0 else a", "x if 0 < y and 0 < x else a"),
        ("sqrt(x*y)", "(y*x)**0.5"),
        ("sigmoid(x)", "1/(1 + exp(-x))"),
        ("expm1(x)", "exp(x) - 1"),
        ("log1p(x + a)", "log(a + 1 + x)"),
        ("1e-300*x*1e300", "x"),
    ],
)
def test_equal_by_algebra(one, other):
    assert compared(one, other).how is How.ALGEBRA


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sin(x)**2 + cos(x)**2", "1"),
        ("sqrt(x**2)", "abs(x)"),
        ("exp(x)*exp(y)", "exp(x + y)"),
        ("min(x, y)", "-max(-x, -y)"),
        ("max(x, y)", "x if x > y else y"),
        ("heaviside(x)", "(1 + sign(x))/2"),
        ("a/x + b/y", "(a*y + b*x)/(x*y)"),
        ("tanh(x)", "(exp(2*x) - 1)/(exp(2*x) + 1)"),
        ("(x + 1000)**2 - 1000**2 - 2000*x + sin(0*y)", "x**2"),
        ("x**20 - (x**2)**10 + y", "y + 0*floor(x)"),
    ],
)
def test_equal_by_numbers_where_algebra_does_not_decide(one, other):
    found = compared(one, other)
    assert found.how in (How.NUMBERS, How.ALGEBRA)
    assert found.how is How.ALGEBRA or found.points >= 20


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("x*x/x", "x", {"x": 0.0}),
        ("x if x > a else y", "x if x >= a else y", None),
        ("heaviside(x)", "1.0 if x > 0 else 0.0", {"x": 0.0}),
        ("sign(x - a)", "1.0 if x >= a else -1.0", None),
        ("log(x) - log(x) + y", "y", None),
        ("sqrt(x)**2", "x", None),
        ("0*log(x)", "0", None),
        ("floor(x)", "ceil(x) - 1", None),
        ("mod(x, a)", "x - a*floor(x/a) + 1e-3*heaviside(-a)", None),
        ("x**a", "x**b", None),
        ("a - b", "b - a", None),
        ("x/a/b", "x/(a/b)", None),
        ("-x**2", "(-x)**2", None),
        ("x*1.0000001", "x", None),
        ("t", "x", None),
        ("abs(x)", "x", None),
        ("min(x, y, a)", "min(x, max(y, a))", None),
        ("exp(x) + 1e-6*y", "exp(x)", None),
        ("where(x > 100, y, a)", "a", None),
    ],
)
def test_different_with_a_point_that_tells(one, other, at):
    found = compared(one, other)
    assert found.how is How.DIFFERENT
    told = found.witness
    assert (told.old != told.new) or at is None
    for name, value in (at or {}).items():
        assert told.values[name] == value


def test_the_witness_can_be_checked_by_hand():
    told = compared("a*x + y", "a*x - y").witness
    assert told.values.keys() == {"a", "x", "y"}
    assert told.old == pytest.approx(told.values["a"] * told.values["x"] + told.values["y"])
    assert told.new == pytest.approx(told.values["a"] * told.values["x"] - told.values["y"])


def test_forms_are_bounded():
    algebra = Algebra()
    for text in ("(x+y+z+u+v+w)**12*(x-y)**12", "1e300**2000*x", "(x + 1e-300)**12**2"):
        try:
            form = algebra.form(parse(text), {})
        except TooLargeError:
            continue
        assert len(form) <= 400
    assert compared("(x+y+a+b)**12*(x-y+a)**9", "(y+x+b+a)**12*(x-y+a)**9").equal


def test_a_part_moved_into_a_derived_variable_changes_nothing():
    moved = model("-q*x", derived_variables={"q": {"equation": "a*y - b"}})
    found = diff(model("b*x - a*x*y"), moved)
    assert str(found) == "same dynamics (by algebra)"
    assert found.same_dynamics
    assert not found.nothing_changed


def test_a_function_written_out_changes_nothing():
    def function(equation, *arguments):
        return {"f": {"arguments": {each: {} for each in arguments}, "equation": equation}}

    called = model("f(x, a)", functions=function("k*u", "u", "k"))
    assert diff(model("x*a"), called).same_dynamics
    swapped = model(
        "f(x, a)", functions={"f": {"arguments": {"p": {}, "q": {}}, "equation": "p*q"}}
    )
    found = diff(called, swapped)
    assert found.same_dynamics
    assert [(row.name, row.how) for row in found.equations] == [("f", How.ALGEBRA)]


def test_numbers_are_told_apart_from_equations():
    found = diff(model("a*x"), model("x*a", parameters={"a": 2.5, "b": 3.0}))
    assert found.outcome is Outcome.VALUES
    assert found.reason == "a is 2.5 instead of 2"
    assert not found.same_dynamics


def test_a_number_that_becomes_a_parameter():
    found = diff(model("2*x"), model("c*x", parameters={"a": 2.0, "b": 3.0, "c": 2.0}))
    assert found.same_dynamics
    assert found.fixed == {"c": 2.0}
    other = diff(model("2*x"), model("c*x", parameters={"a": 2.0, "b": 3.0, "c": 2.5}))
    assert other.outcome is Outcome.DIFFERENT
    nothing = diff(model("2*x"), model("c*x", parameters={"a": 2.0, "b": 3.0, "c": {}}))
    assert nothing.outcome is Outcome.UNKNOWN


def test_new_names_are_suggested_where_the_models_are_equal_but_for_them():
    new = model(
        "alpha*x - q",
        parameters={"alpha": 2.0, "b": 3.0},
        derived_variables={"q": {"equation": "b*y"}},
    )
    old = model("a*x - p", derived_variables={"p": {"equation": "b*y"}})
    found = diff(old, new)
    assert found.renamed == {"a": "alpha", "p": "q"}
    assert str(found) == "same dynamics but for names (by algebra)"
    assert not found.same_dynamics
    only_helpers = diff(old, model("a*x - q", derived_variables={"q": {"equation": "b*y"}}))
    assert only_helpers.renamed == {"p": "q"}
    assert only_helpers.same_dynamics


def test_names_that_were_exchanged_are_not_taken_for_renamed():
    old = model("a*x - b*y")
    found = diff(old, model("b*x - a*y"))
    assert found.outcome is Outcome.DIFFERENT
    assert found.renamed == {}
    new = model("d*x - c*y", parameters={"d": 2.0, "c": 3.0})
    assert diff(old, new).renamed == {"a": "d", "b": "c"}
    turned = diff(old, model("d*x + c*y", parameters={"d": 2.0, "c": 3.0}))
    assert turned.renamed == {}
    assert turned.outcome is Outcome.DIFFERENT


def test_states_that_come_go_or_move():
    both = {"x": {"equation": "y", "initial_value": 1}, "y": {"equation": "-x", "initial_value": 0}}
    old = Dynamics("M", state_variables=both)
    turned = Dynamics("M", state_variables={"y": both["y"], "x": both["x"]})
    found = diff(old, turned)
    assert found.same_dynamics
    assert [(change.kind, change.old, change.new) for change in found.changes] == [
        ("moved", ["x", "y"], ["y", "x"])
    ]
    more = Dynamics("M", state_variables=both | {"z": {"equation": "-z", "initial_value": 0}})
    assert str(diff(old, more)) == "different dynamics: the state variable z is added"
    assert str(diff(more, old)) == "different dynamics: the state variable z is removed"


def test_what_nullcline_cannot_express_is_compared_as_it_stands():
    old, new = model("x", events={"e": {}}), model("x", events={"f": {}})
    assert diff(old, old).same_dynamics
    found = diff(old, new)
    assert found.outcome is Outcome.DIFFERENT
    assert "events differs, which Nullcline keeps" in found.reason


def test_an_equation_that_is_never_defined_is_not_called_equal():
    found = diff(model("log(-1 - x**2)"), model("log(-2 - x**2)"))
    assert found.outcome is Outcome.UNKNOWN
    assert not found.same_dynamics


def test_the_model_itself_has_not_changed():
    for system in MODELS.values():
        found = diff(as_model(system), as_model(system))
        assert found.same_dynamics
        assert found.nothing_changed


# Campaigns


@settings(max_examples=EVERY_DAY)
@given(made=dynamics(), number=st.integers(0, 2**32))
def test_what_means_the_same_is_never_called_different(made, number):
    system, chance = made.system(), random.Random(number)
    found = diff(as_model(system), as_model(rewritten(system, chance)))
    assert found.outcome is Outcome.SAME


@settings(max_examples=EVERY_DAY)
@given(made=dynamics(), number=st.integers(0, 2**32))
def test_a_single_fault_is_never_called_the_same(made, number):
    system = made.system()
    fault = mutated(system, random.Random(number))
    assume(fault is not None)
    try:
        faulty = as_model(fault)
    except (ValueError, ModelError):  # what is no model any more is told elsewhere
        assume(False)
    found = diff(as_model(system), faulty)
    assert found.outcome is Outcome.DIFFERENT or told_apart(system, faulty.system()) < 1e-9


PLANTED = [
    (name, where, change)
    for where, faults in {
        **{"arithmetic": ARITHMETIC, "literals": LITERALS, "branches": BRANCHES},
        **{"functions": FUNCTIONS, "derived": DERIVED},
    }.items()
    for name, change in faults.items()
]


@pytest.mark.parametrize(("name", "where", "change"), PLANTED, ids=[name for name, *_ in PLANTED])
def test_a_fault_of_the_sabotage_is_found(name, where, change):
    system = MODELS[where]
    faulty = change(system)
    if faulty == system:
        pytest.skip("the model has no place for it")
    assert not diff(as_model(system), as_model(faulty)).same_dynamics


# The command line

VDP = """\
name: VdP
parameters:
  mu: {value: 1.0, unit: mV}
state_variables:
  x: {equation: "z", initial_value: 0.1, unit: mV}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(VDP, encoding="utf-8")
    return tmp_path


def said(folder, capsys, text, *options, status):
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    assert main(["diff", "old.yaml", "new.yaml", *options]) == status
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out.splitlines()


def test_nothing_has_changed_where_only_the_layout_has(folder, capsys):
    text = "# a comment\n" + VDP.replace("{value: 1.0, unit: mV}", "\n    unit: mV\n    value: 1")
    lines = said(folder, capsys, text, status=0)
    assert lines == ["old.yaml -> new.yaml", "  same dynamics (by algebra)"]


def test_each_change_has_a_line(folder, capsys):
    text = VDP.replace("mu*(1 - x**2)*z", "z*mu*(1 - x**2)").replace("0.1", "0.2")
    text = text.replace("mu: {", "mu: {description: d, ").replace("VdP", "V") + "label: L\n"
    assert said(folder, capsys, text, status=1) == [
        "old.yaml -> new.yaml",
        "  ~ name: VdP -> V",
        "  ~ label: nothing -> L",
        "  ~ parameters/mu/description: nothing -> d",
        "  ~ state_variables/x/initial_value: 0.1 -> 0.2",
        "  ~ state_variables/z/equation: mu*(1 - x**2)*z - x -> z*mu*(1 - x**2) - x "
        "(equal by algebra)",
        "  same equations, other values (by algebra): x is 0.2 instead of 0.1",
    ]


def test_exit_status(folder, capsys):
    other = VDP.replace("mu*(1 - x**2)*z - x", "mu*z - mu*x*x*z - x")
    assert said(folder, capsys, other, "--quiet", status=1) == []
    assert said(folder, capsys, other, "--dynamics-only", "-q", status=0) == []
    wrong = VDP.replace('- x"', '+ x"')
    assert said(folder, capsys, wrong, "--dynamics-only", "-q", status=1) == []
    for bad in ("absent.yaml", ".", "bad.yaml"):
        (folder / "bad.yaml").write_text("name: [", encoding="utf-8")
        assert main(["diff", "old.yaml", bad]) == 2
        assert capsys.readouterr().err.startswith("nullcline: ")


def test_json_is_json_whatever_the_numbers_are(folder, capsys):
    text = VDP.replace("mu*(1 - x**2)*z - x", "mu*(1 - x**2)*z*x/x - x")
    found = json.loads(
        "\n".join(said(folder, capsys, text, "--json", status=1)), parse_constant=pytest.fail
    )
    (each,) = found["models"]
    assert each["outcome"] == "different dynamics"
    assert each["rows"][1]["witness"]["new"] == "nan"
    assert each["changes"][0]["path"] == ["state_variables", "z", "equation"]


def test_folders_are_compared_by_name(folder, capsys):
    for side, names in (("a", "same changed gone"), ("b", "same changed come")):
        (folder / side / "sub").mkdir(parents=True)
        for name in names.split():
            text = VDP.replace("1.0", "2.0") if (side, name) == ("b", "changed") else VDP
            (folder / side / "sub" / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert main(["diff", "a", "b"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a/sub/changed.yaml -> b/sub/changed.yaml"
    assert lines[-3:] == [
        "a/sub/gone.yaml: only in the old",
        "b/sub/come.yaml: only in the new",
        "2 models in both: 1 unchanged, 0 written differently with the same dynamics, 1 others; "
        "2 in one only",
    ]
    assert main(["diff", "a", "a"]) == 0
    assert main(["diff", "a", "old.yaml"]) == 2


def test_a_study_stands_for_its_model(folder, capsys):
    (folder / "study.yaml").write_text("name: S\nmodel: old.yaml\n", encoding="utf-8")
    assert main(["diff", "study.yaml", "old.yaml"]) == 0


def test_git_shows_it(folder):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "difftool.prompt=false"]
        command = ["git", *who, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    git("init", "-q")
    git("add", "old.yaml")
    git("commit", "-qm", "m")
    (folder / "old.yaml").write_text(VDP.replace("(1 - x**2)*z", "z*(1 - x**2)"), encoding="utf-8")
    shown = git("difftool", "--no-prompt", "--extcmd", f"{sys.executable} -m nullcline diff")
    assert "equal by algebra" in shown
    assert "same dynamics (by algebra)" in shown


def test_units_are_compared_as_quantities():
    pytest.importorskip("nullcline.units")
    pytest.importorskip("pint")

    def told(value, unit):
        before = model("a*x", parameters={"a": {"value": 2.0, "unit": "mV"}, "b": 3.0})
        after = model("a*x", parameters={"a": {"value": value, "unit": unit}, "b": 3.0})
        return {change.path[-1]: change.remark for change in diff(before, after).changes}

    assert told(0.002, "V") == {"value": "the same quantity", "unit": "the same quantity"}
    assert told(2.0, "V") == {"unit": "1 V is 1000 mV"}
    assert told(2.0, "ms") == {"unit": "units of different quantities"}
    assert told(2.0, "no unit at all") == {"unit": ""}


# Numbers that are told apart, and time


def test_numbers_that_differ_are_never_told_alike():
    old = Dynamics("M", parameters={"a": 1.0})
    old.add_state_variable("x", "-a*x", 0.5)
    new = Dynamics("M", parameters={"a": 1.0000000000000002})
    new.add_state_variable("x", "-a*x", 0.5)
    assert "a is 1.0000000000000002 instead of 1" in str(diff(old, new))


@pytest.mark.parametrize(
    ("unit", "same"), [("s", True), ("second", True), ("ms", False), ("furlong", False)]
)
def test_the_same_numbers_in_another_time_are_other_dynamics(unit, same):
    """A decay within a second is none within a millisecond."""
    models = [Dynamics("M", time_unit=each) for each in ("s", unit)]
    for model in models:
        model.add_state_variable("x", "-x", 1.0)
    found = diff(*models)
    assert found.same_dynamics is same
    assert same or f"the time is in {unit} instead of s" in str(found)
