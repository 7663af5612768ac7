"""Units of equations: faults planted in the library are found where they were planted."""

import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.compiler import KINDS
from nullcline.testing import dynamics
from nullcline.units import check, problems

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "nullcline" / "library"
MODELS = sorted(path.stem for path in LIBRARY.glob("*.yaml"))


@pytest.mark.parametrize("name", MODELS)
def test_the_units_of_the_library_agree(name):
    assert problems(Dynamics.from_yaml(LIBRARY / f"{name}.yaml")) == []


def test_the_page_says_of_every_model_what_the_check_says():
    rows = [
        [cell.strip().strip("`") for cell in line.split("|")[1:-1]]
        for line in (ROOT / "docs" / "units.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and line.count("|") == 5
    ]
    found = []
    for name in MODELS:
        units = check(Dynamics.from_yaml(LIBRARY / f"{name}.yaml"))
        numbers = sum(item.column is not None for item in units.inferred)
        verdict = (
            ("agrees" if not units.problems else "disagrees") if units.declared else "no units"
        )
        found.append([name, verdict, str(units.declared), str(numbers)])
    assert rows == found


def test_the_examples_of_the_page_run():
    page = (ROOT / "docs" / "units.md").read_text(encoding="utf-8")
    told = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, told)
    assert told["found"].problems == []
    assert [(i.name, i.unit) for i in told["found"].inferred] == [("tau", "ms"), ("E", "mV")]
    assert told["volts"].state_variables["V"].equation.rhs == "(E - (V*1000))/tau"
    assert told["unit"]("µF/cm²").ucum == "uF.cm-2"


def test_reports_and_pictures_carry_the_units():
    model = Dynamics.from_yaml(LIBRARY / "hodgkin_huxley.yaml")
    for form in ("markdown", "html", "latex"):
        report = model.generate_report(form).replace("\\penalty500{}", "").replace("\\_", "_")
        assert all(text in report for text in ("mS_per_cm2", "per_ms", "uF_per_cm2")), form
    labels = pytest.importorskip("nullcline.plot.labels").Labels(model)
    assert labels.axis("V") == "V (mV)" or labels.axis("V") == "$V$ (mV)"
    assert labels.time == "Time (ms)"


WITH_UNITS = "connor_stevens hodgkin_huxley izhikevich jansen_rit morris_lecar pinsky_rinzel"
WITH_UNITS += " reduced_wong_wang sir wang_buzsaki wilson_cowan"
LOOKED_AT = WITH_UNITS.split() if os.environ.get("NULLCLINE_THOROUGH") else ["jansen_rit", "sir"]


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_wrong_unit_is_found_whichever_it_is(name):
    """In the Jansen-Rit model the number in `2*e0` could stand for what e0 lacks."""
    made = Dynamics.from_yaml(LIBRARY / f"{name}.yaml")
    missed = []
    for section in KINDS:
        for inner, item in getattr(made, section).items():
            unit, plain = item.unit, "1" if item.unit == "dimensionless" else item.unit
            for wrong in (f"mol.({plain})", f"1000.({plain})"):
                item.unit = unit if unit == "arbitrary" else wrong
                missed += [] if problems(made) or unit == "arbitrary" else [inner]
            item.unit = unit
    assert missed == (["e0", "e0"] if name == "jansen_rit" else [])


PLANTED = {  # model: (what is written, what is written instead, path, column, what is said)
    "a current without its voltage": (
        ("hodgkin_huxley", 'equation: "g_K*n**4*(V - E_K)"', 'equation: "g_K*n**4"'),
        ("derived_variables/I_K", 1, "`g_K*n**4` is in mS.cm-2"),
    ),
    "a term of a sum that lacks a rate": (
        ("hodgkin_huxley", "alpha_m*(1 - m) - beta_m*m", "alpha_m*(1 - m) - m"),
        ("state_variables/m", 20, "`m` is dimensionless, but d(m)/dt is in ms-1"),
    ),
    "a current that is not divided by the capacitance": (
        ("hodgkin_huxley", "(I_ext - I_Na - I_K - I_L)/C", "I_ext - I_Na - I_K - I_L"),
        ("state_variables/V", 1, "divide it by something in ms.uA.cm-2.mV-1, such as `C`"),
    ),
    "a rate that stands for a square": (
        ("jansen_rit", "- 2*a*y3 - a**2*y0", "- 2*a*y3 - a*y0"),
        ("state_variables/y3", 26, "`a*y0` is in mV.s-1 (voltage/time)"),
    ),
    "an argument of exp with a dimension": (
        ("jansen_rit", "exp(r*(v0 - v))", "exp(v0 - v)"),
        ("functions/sigm", 15, "the argument of exp must be dimensionless"),
    ),
    "a voltage in volts beside millivolts": (
        ("hodgkin_huxley", "value: -77.0\n    unit: mV", "value: -0.077\n    unit: V"),
        ("derived_variables/I_K", 15, "differ by a factor of 1000"),
    ),
    "a call with the arguments of another": (
        ("morris_lecar", "opened(V, V1, V2)", "opened(V, V1, g_Ca)"),
        ("derived_variables/m_inf", 1, "in `opened(V, V1, g_Ca)`, `(v - half)/spread` is in"),
    ),
    "a call with a swapped unit": (
        ("morris_lecar", "opened(V, V3, V4)", "opened(I_ext, V3, V4)"),
        ("derived_variables/w_inf", 1, "in `opened(I_ext, V3, V4)`, `half` is in mV"),
    ),
    "a rate with the time left out": (
        ("sir", '"beta*S*I"', '"S*I"'),
        ("derived_variables/infections", 1, "`S*I` is dimensionless, but `infections` is in per_d"),
    ),
    "seconds in a model of milliseconds": (
        ("reduced_wong_wang", "unit: s_per_ms", "unit: dimensionless"),
        ("state_variables/S", 12, "differ by a factor of 1000"),
    ),
    "the unit of time": (
        ("wilson_cowan", "time_unit: ms", "time_unit: s"),
        ("state_variables/E", 1, "multiply it by 1000"),
    ),
    "a unit of time that is none": (
        ("wilson_cowan", "time_unit: ms", "time_unit: mV"),
        ("time_unit", None, "is one of voltage"),
    ),
    "a unit that nobody knows": (
        ("wilson_cowan", "value: 8.0\n    unit: ms", "value: 8.0\n    unit: msek"),
        ("parameters/tau_e/unit", None, "`msek` is not known; did you mean `ms`?"),
    ),
    "a branch of a condition": (
        (
            "pinsky_rinzel",
            '- condition: "True"\n        equation: "0"',
            '- condition: "True"\n        equation: "V_d"',
        ),
        (
            "derived_variables/beta_c/cases/1",
            1,
            "`V_d` is in mV (voltage), but `beta_c` is in per_ms",
        ),
    ),
    "a comparison": (
        (
            "pinsky_rinzel",
            'condition: "V_d <= 50"\n        equation: "exp',
            'condition: "V_d <= g_c"\n        equation: "exp',
        ),
        (
            "derived_variables/alpha_c/cases/0/condition",
            1,
            "`V_d` is in mV (voltage), but `g_c` is in",
        ),
    ),
    "two things of which one is the less": (
        ("pinsky_rinzel", '"min(Ca/250, 1)"', '"min(s, V_d)"'),
        ("derived_variables/chi", 8, "`V_d` is in mV (voltage)"),
    ),
    "a power with a dimension": (
        ("connor_stevens", "g_K*n**4*(V - E_K)", "g_K*n**V*(V - E_K)"),
        ("state_variables/V", 42, "an exponent must be dimensionless"),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_in_its_place(name, tmp_path):
    (model, old, new), (where, column, said) = PLANTED[name]
    text = (LIBRARY / f"{model}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "model.yaml"
    changed = text.replace(old, new, 1)
    path.write_text(changed, encoding="utf-8")
    found = problems(Dynamics.from_yaml(path))
    places = ["/".join(map(str, item.place.path)) for item in found]
    assert any(place.startswith(where) for place in places), found
    problem = next(
        item for item, place in zip(found, places, strict=True) if place.startswith(where)
    )
    assert said in str(problem)
    if column is None:
        assert "(column " not in problem.message
    else:
        assert f"(column {column} of `" in problem.message
    assert problem.place.file == str(path)
    line = problem.place.line - 1
    assert changed.splitlines()[line] != text.splitlines()[line] or "unit" in new
    assert len(found) == 1 or "unit of time" in name


def model(**slots):
    return Dynamics.from_dict({"name": "M", **slots})


def one(equation, units, time="ms", **slots):
    """A model of one state `x` with this derivative; `units` are those of x and of parameters."""
    parameters = {
        name: {"value": 2.0, **({"unit": said} if said is not None else {})}
        for name, said in units.items()
        if name != "x"
    }
    state = {"equation": equation, "initial_value": 1.0}
    state |= {"unit": units["x"]} if "x" in units else {}
    return model(**slots, time_unit=time, parameters=parameters, state_variables={"x": state})


def inferred(made):
    return {item.name: item.unit for item in check(made).inferred}


FOLLOWS = {  # equation, units, quantities without units, what follows
    "a leak": ("-k*x", {"x": "mV"}, "k", "k: ms-1"),
    "a time constant": ("(E - x)/tau", {"x": "mV"}, "E tau", "E: mV, tau: ms"),
    "a slope": ("k*exp((x - h)/s)", {"x": "mV"}, "k h s", "k: mV.ms-1, h: mV, s: mV"),
    "numbers": ("0.04*x**2 + 5*x + 140", {"x": "mV"}, "", "0.04: mV-1.ms-1, 5: ms-1, 140: mV.ms-1"),
    "a root": ("k*sqrt(x)", {"x": "mV"}, "k", "k: mV^(1/2).ms-1"),
    "a Hill function": (
        *("k*x**n/(K**n + x**n)", {"x": "uM"}, "k K n"),
        "k: umol.L-1.ms-1, K: umol.L-1, n: dimensionless",
    ),
    "the time": ("k*sin(w*t)", {"x": "mV"}, "k w", "k: mV.ms-1, w: ms-1"),
    "branches": ("where(x > h, a, b*x)", {"x": "mV"}, "h a b", "h: mV, a: mV.ms-1, b: ms-1"),
    "the least": ("-min(x, h)/t0", {"x": "mV"}, "h t0", "h: mV, t0: ms"),
    "an angle": ("k*atan2(x, h)", {"x": "mV"}, "h k", "h: mV, k: mV.ms-1"),
    "signs": ("k*sign(x)*heaviside(x)", {"x": "mV"}, "k", "k: mV.ms-1"),
    "constants": ("k*pi*e*x", {"x": "mV"}, "k", "k: ms-1"),
    "nothing": ("max(x, 0)/tau", {"x": "mV", "tau": "ms"}, "", ""),
}


@pytest.mark.parametrize("name", FOLLOWS)
def test_units_that_follow_are_inferred(name):
    equation, units, others, follows = FOLLOWS[name]
    made = one(equation, units | dict.fromkeys(others.split()))
    assert problems(made) == []
    assert inferred(made) == dict(item.split(": ") for item in follows.split(", ") if item)


AGREE = [
    ("x/tau + I/C", {"x": "mV", "tau": "ms", "I": "pA", "C": "pF"}),
    ("I/C", {"x": "mV", "I": "nA/cm2", "C": "nF/cm2"}),
    ("x*f", {"x": "dimensionless", "f": "kHz"}),
    ("x*w*cos(phi)", {"x": "1", "w": "rad/ms", "phi": "rad"}),
    ("x**2.5/(tau*K**1.5)", {"x": "mM", "tau": "ms", "K": "mmol/L"}),
    ("(x**a)**(1/a)/tau", {"x": "mV", "a": "1", "tau": "ms"}),
    ("abs(-x)/tau + floor(x)/tau", {"x": "mV", "tau": "ms"}),
    ("mod(x, h)/tau", {"x": "mV", "h": "mV", "tau": "ms"}),
    ("x/1000/tau", {"x": "mV", "tau": "ms"}),
    ("0*x", {"x": "mV"}),
    ("x/tau", {"x": "arbitrary", "tau": "ms"}),
]


@pytest.mark.parametrize(("equation", "units"), AGREE)
def test_equations_that_agree(equation, units):
    assert problems(one(equation, units)) == []


DISAGREE = [
    ("x/tau", {"x": "mV", "tau": "s"}, "differ by a factor of 1000"),
    ("x*f", {"x": "mV", "f": "Hz"}, "differ by a factor of 1000"),
    ("sin(phi)/tau", {"x": "1", "phi": "deg", "tau": "ms"}, "differ by a factor of 57.2958"),
    ("x*2**x/tau", {"x": "mV", "tau": "ms"}, "an exponent must be dimensionless"),
    ("x**c/tau", {"x": "mV", "tau": "ms"}, "the base of a power that varies"),
    ("x*log(x)/tau", {"x": "mV", "tau": "ms"}, "the argument of log must be dimensionless"),
    ("k*x + k*y", {"x": "mV", "k": None, "y": "nA"}, "`k*y`"),
    (
        "x*(k == y)/tau",
        {"x": "mV", "k": "s", "y": "nA", "tau": "ms"},
        "`k` is in s (time), but `y`",
    ),
    ("x*sigmoid(x)/tau", {"x": "mV", "tau": "ms"}, "the argument of sigmoid"),
    ("sqrt(x)/tau", {"x": "mV", "tau": "ms"}, "`sqrt(x)/tau` is in mV^(1/2).ms-1"),
    ("x*erf(y)/tau + 0*t", {"x": "mV", "y": "nA", "tau": "ms"}, "the argument of erf"),
    ("x/tau + where(x > 0 and y > x, 1, 0)", {"x": "mV", "y": "nA", "tau": "ms"}, "`y` is in nA"),
    ("(t - x)*x", {"x": "mV"}, "`x` is in mV (voltage), but `t` is in ms (time)"),
    ("x/tau + t", {"x": "1", "tau": "ms"}, "`t` is in ms (time)"),
]


@pytest.mark.parametrize(("equation", "units", "said"), DISAGREE)
def test_equations_that_disagree(equation, units, said):
    made = one(equation, units, coupling_inputs={"c": {"unit": "1"}})
    found = problems(made)
    assert len(found) == 1, found
    assert said in found[0].message


def test_the_term_that_differs_from_the_others_is_named():
    units = {"x": "mV", "a": "mV", "b": "V", "c": "mV", "tau": "ms"}
    (found,) = problems(one("(a + x - b + c)/tau", units))
    assert found.message.startswith("`b` is in V (voltage), but `a` is in mV (voltage)")
    assert "(column 10 of" in found.message
    assert found.hint == "multiply it by 1000"


def test_an_inferred_unit_that_does_not_fit_says_where_it_comes_from():
    made = model(
        time_unit="ms",
        parameters={"k": 1.0},
        derived_variables={"y": {"equation": "x + k", "unit": "mV"}},
        state_variables={"x": {"equation": "-k*x", "initial_value": 1.0, "unit": "mV"}},
    )
    (found,) = problems(made)
    assert "`k` is in mV by the equation of `y`" in found.message


def test_numbers_may_stand_for_units_unless_they_are_to_be_plain():
    made = one("2*a*x - a**2*y", {"x": "mV_per_s", "a": "per_s", "y": "mV"}, time="s")
    assert problems(made) == []
    careless = one("2*x - a**2*y", {"x": "mV_per_s", "a": "per_s", "y": "mV"}, time="s")
    assert inferred(careless) == {"2": "s-1"}
    (found,) = check(careless, strict=True).problems
    assert found.message.startswith("`2*x` is in mV.s-1")
    assert careless.check_units(strict=True) == check(careless, strict=True)


def test_a_function_takes_arguments_of_any_unit_but_one_number_has_one():
    functions = {"rise": {"arguments": ["u", "k"], "equation": "u/(u + k)"}}
    units = {"x": "mV", "c": "mM", "kc": "mM", "kx": "mV", "tau": "ms"}
    good = one("x*rise(x, kx)*rise(c, kc)/tau", units, functions=functions)
    assert problems(good) == []
    crossed = one("x*rise(x, kc)*rise(c, kx)/tau", units, functions=functions)
    assert [item.message.split(",")[0] for item in problems(crossed)] == [
        "in `rise(x",
        "in `rise(c",
    ]
    functions = {"rise": {"arguments": ["u"], "equation": "u/(u + 40)"}}
    (found,) = problems(one("x*rise(x)*rise(c)/tau", units, functions=functions))
    assert found.message.startswith("in `rise(c)`, ")
    assert "(column 11 of `x*rise(x)*rise(c)/tau`)" in found.message


def test_a_function_in_which_an_argument_is_an_exponent():
    functions = {"hill": {"arguments": ["u", "k", "n"], "equation": "u**n/(k**n + u**n)"}}
    units = {"x": "mV", "kx": "mV", "m": "1", "tau": "ms", "I": "nA"}
    for exponent in ("4", "m", "2*m + 0.5"):
        assert problems(one(f"x*hill(x, kx, {exponent})/tau", units, functions=functions)) == []
    (found,) = problems(one("x*hill(x, I, 4)/tau", units, functions=functions))
    assert "`k**n`" in found.message
    assert "`u**n`" in found.message


def test_declared_arguments_are_checked_at_the_call():
    arguments = {"u": {"unit": "mV"}, "k": {}}
    functions = {"f": {"arguments": arguments, "equation": "u/k"}}
    units = {"x": "mV", "I": "nA", "tau": "ms"}
    assert problems(one("f(x, tau)", units, functions=functions)) == []
    (found,) = problems(one("f(I, tau)", units, functions=functions))
    assert "`I` is in nA (current), but the argument `u` of f is in mV (voltage)" in found.message


def test_a_second_derivative_is_over_the_time_twice():
    state = {"equation": "-k*x", "initial_value": 1.0, "unit": "m", "equation_order": 2}
    made = model(time_unit="s", parameters={"k": 1.0}, state_variables={"x": state})
    assert inferred(made) == {"k": "s-2"}


def test_a_model_without_units_has_no_fault_and_nothing_to_tell():
    made = model(
        parameters={"k": 1.0}, state_variables={"x": {"equation": "-k*x + 3", "initial_value": 1.0}}
    )
    found = check(made)
    assert (found.problems, found.inferred, found.declared) == ([], [], 0)


MANY = 500 if os.environ.get("NULLCLINE_THOROUGH") else 8
CALM = settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))


def stripped(made, unit):
    data = made.to_dict()
    for section in KINDS:
        for item in data.get(section, {}).values():
            item.pop("unit", None)
            item.update({} if unit is None else {"unit": unit})
    return Dynamics.from_dict(data | ({} if unit is None else {"time_unit": unit}))


@CALM
@given(dynamics())
def test_what_has_no_dimension_never_disagrees(made):
    assert problems(stripped(made, None)) == []
    assert check(stripped(made, "1"), strict=True).problems == []


@CALM
@given(dynamics())
def test_any_model_is_checked(made):
    made.time_unit = "ms"
    for found in problems(made):
        assert found.place.path[0] in (*KINDS, "functions")


def test_hostile_models_are_checked_in_time_or_refused():
    doubling = {"f0": {"arguments": ["u"], "equation": "u*u"}}
    doubling |= {
        f"f{n}": {"arguments": ["u"], "equation": f"f{n - 1}(u)*f{n - 1}(u)"} for n in range(1, 9)
    }
    assert problems(one("f8(x)", {"x": "mV"}, functions=doubling))
    steps = {"y0": {"equation": "x**900"}}
    steps |= {f"y{n}": {"equation": f"y{n - 1}**900"} for n in range(1, 40)}
    huge = one("x/tau + y39", {"x": "mV", "tau": "ms"}, derived_variables=steps)
    assert "too large" in problems(huge)[0].message
    nested = "(" * 90 + "x" + "+1)*2" * 90
    problems(one(nested, {"x": "mV"}))
    long = "+".join(f"{n}.5*x" for n in range(1, 190))
    assert problems(one(long, {"x": "mV"})) == []


def test_the_command_line_says_what_is_wrong_and_what_follows(tmp_path, capsys):
    path = tmp_path / "m.yaml"
    path.write_text(one("-x*k/tau", {"x": "mV", "k": None, "tau": "s"}).to_yaml(), encoding="utf-8")
    assert main(["validate", "--units", "--no-cache", str(path)]) == 0
    assert "inferred" not in capsys.readouterr().out
    assert main(["validate", "--units", "--no-cache", "-v", str(path)]) == 0
    assert "parameters/k: `k` is in s.ms-1" in capsys.readouterr().out
    path.write_text(one("-x/tau", {"x": "mV", "tau": "s"}).to_yaml(), encoding="utf-8")
    assert main(["validate", "--no-cache", str(path)]) == 0
    assert main(["validate", "--units", "--no-cache", str(path)]) == 1
    assert "multiply it by 0.001" not in capsys.readouterr().out
    assert main(["validate", "--plain-numbers", "--no-cache", str(path)]) == 1


def test_without_pint_a_sentence_names_the_extra(tmp_path, capsys, monkeypatch):
    from nullcline.units import magnitude

    monkeypatch.setitem(sys.modules, "pint", None)
    caches = [magnitude.registry, magnitude.magnitude, magnitude.spelled_out]
    for cached in caches:
        cached.cache_clear()
    path = tmp_path / "m.yaml"
    path.write_text(one("-x", {"x": "mV"}).to_yaml(), encoding="utf-8")
    assert main(["validate", "--units", "--no-cache", str(path)]) == 1
    said = capsys.readouterr().out
    assert f"{path}: not checked: a check of units needs the package pint" in said
    assert "pip install 'nullcline[units]'" in said
    assert said.endswith("1 file: 0 valid, 0 with problems, 1 not checked\n")
    for cached in caches:
        cached.cache_clear()


def test_the_unit_of_time_can_be_inferred_beside_a_variable_called_t():
    state = {"equation": "-t/tau", "initial_value": 1.0}
    made = model(parameters={"tau": {"value": 2.0, "unit": "ms"}}, state_variables={"t": state})
    found = check(made)
    assert [(item.name, item.unit) for item in found.inferred] == [("time_unit", "ms")]
    assert found.free == ["t"]


def test_an_edited_model_is_checked_as_it_stands():
    made = one("-x/tau", {"x": "mV", "tau": "ms"})
    made.state_variables["x"].unit = "nope"
    (found,) = problems(made)
    assert str(found).startswith("state_variables/x/unit: `nope` is not a unit: ")
    made.state_variables["x"].unit = "mV"
    made.state_variables["x"].equation.rhs = "-x"
    assert "it lacks" not in str(problems(made)[0])
    assert "divide it by something in ms, such as `tau`" in str(problems(made)[0])
    made.functions = {"f": {"arguments": ["u"], "equation": "f(u)"}}
    made.state_variables["x"].equation.rhs = "f(x)"
    assert "too large" in problems(made)[0].message


def test_a_parameter_without_a_value_may_be_an_exponent():
    made = one("k*x", {"x": "mV", "k": None})
    made.add_parameter("p")
    made.add_derived_parameter("q", "2*p")
    made.state_variables["x"].equation.rhs = "k*x**p"
    assert problems(made) == []
    made.state_variables["x"].equation.rhs = "k*x**q"
    assert problems(made) == []


def test_a_unit_that_stays_unknown_is_said_to_be():
    made = one("-x + 0*k", {"k": "mV"})
    (found,) = problems(made)
    assert found.message.startswith("`x` is in [x], but d(x)/dt is in [x].ms-1 (column 2")
    assert found.hint == "it lacks a factor in ms-1"


def test_a_hostile_unit_is_told_in_one_printable_line():
    made = one("-x/tau", {"x": "m\n\u202ev" + "q" * 120, "tau": "ms"})
    (found,) = problems(made)
    assert found.message.isprintable()
    assert len(found.message) < 250


TEMPERATURES = {
    "R": (8.314, "J.mol-1.K-1"),
    "F": (96485.0, "C.mol-1"),
    "T": (37.0, "degC"),
    "T0": (20.0, "degC"),
    "w": (10.0, "degC"),
    "TK": (310.0, "K"),
    "co": (145.0, "mM"),
    "ci": (12.0, "mM"),
    "Q": (3.0, "1"),
    "tau": (1.0, "ms"),
}


def of_temperature(equation, unit, function=None):
    """The faults of units of dv/dt = (equation - v)/tau."""
    model = Dynamics("Warm", time_unit="ms")
    for name, (value, own) in TEMPERATURES.items():
        model.add_parameter(name, value=value, unit=own)
    if function:
        model.add_function("f", function, ["u"])
    model.add_state_variable("v", equation=f"({equation} - v)/tau", initial_value=0.0, unit=unit)
    return [str(problem) for problem in model.check_units().problems]


@pytest.mark.parametrize(
    ("equation", "unit", "said"),
    [
        ("R*T/F*log(co/ci)", "V", "`T` is on a scale with a zero of its own, and multiplies"),
        ("R*max(T, T0)/F", "V", "`max(T, T0)` is on a scale"),
        (
            "1/(1 + exp(-Q/(R*T)*R*TK))",
            "1",
            "`T` is on a scale with a zero of its own, and divides",
        ),
        ("Q**(T/10)", "1", "`T` is on a scale"),
        ("exp(-T/10)", "1", "`-T` is on a scale"),
        ("T/T0", "1", "`T0` is on a scale with a zero of its own, and divides"),
        ("T**2/w**2", "1", "and has a power"),
    ],
)
def test_a_temperature_that_counts_from_a_zero_of_its_own_multiplies_nothing(equation, unit, said):
    faults = of_temperature(equation, unit)
    assert any(said in fault for fault in faults)
    assert any("add 273.15 for kelvin, or write a difference" in fault for fault in faults)


@pytest.mark.parametrize(
    ("equation", "unit"),
    [
        ("R*(T + 273.15)/F*log(co/ci)", "V"),
        ("R*TK/F*log(co/ci)", "V"),
        ("Q**((T - T0)/10)", "1"),
        ("Q**((T - T0)/w)", "1"),
        ("1/(1 + exp(-(T - T0)/w))", "1"),
        ("(T - T0)/10", "1"),
        ("where(T > T0, 1, 2)", "1"),
    ],
)
def test_differences_of_temperatures_are_no_fault(equation, unit):
    assert of_temperature(equation, unit) == []


def test_a_temperature_given_to_a_function_is_followed():
    assert "`u` is on a scale" in of_temperature("f(T)", "V", "R*u/F*log(co/ci)")[0]
    assert of_temperature("f(TK)", "V", "R*u/F*log(co/ci)") == []


def test_a_unit_that_reduces_to_one_is_shown_as_declared_and_inferred_as_dimensionless():
    model = Dynamics("Ratio", time_unit="ms")
    for name, unit in {"g": "mS", "I": "uA", "tau": "ms", "k": "uA.mS-1.mV-1", "c": None}.items():
        model.add_parameter(name, value=1.0, unit=unit)
    equation = "(I/g - c*x)/tau*k"
    model.add_state_variable("x", equation=equation, initial_value=1.0, unit="mV")
    found = model.check_units()
    assert found.problems == []
    assert [(item.name, item.unit) for item in found.inferred] == [("c", "dimensionless")]
    assert "uA.mS-1.mV-1" in model.generate_report(format="markdown")


def test_other_spellings_of_functions_have_the_units_of_what_they_mean():
    assert of_temperature("sec(co/ci)", "1") == []
    assert of_temperature("Q^2", "1") == []
    assert "must be dimensionless" in of_temperature("cot(TK)", "1")[0]
    assert of_temperature("cot(co/ci)", "V") != []
