"""The SBML document: its form, what two other programs read in it, and libroadrunner's traps."""

import sys
from xml.etree import ElementTree

import libsbml
import mpmath
import numpy as np
import pytest
import roadrunner
from hypothesis import given
from hypothesis import strategies as st
from library_runs import LIBRARY, library

from nullcline import Dynamics, Run, Unsupported, reference
from nullcline.conformance import Outcome, check
from nullcline.errors import NotRun
from nullcline.targets import get_target
from nullcline.targets.sbml.mathml import number
from nullcline.targets.sbml.units import Units
from nullcline.units import unit

SBML = get_target("sbml")
CORE = "{http://www.sbml.org/sbml/level3/version2/core}"
MATH = "{http://www.w3.org/1998/Math/MathML}"


def model(equation, name="M", initial=0.5, **slots):
    states = {"x": {"equation": equation, "initial_value": initial}}
    return Dynamics(name=name, state_variables=states, **slots)


def text_of(declared):
    return SBML.export(declared.system())


def parameters(text):
    return {item.get("id"): item for item in ElementTree.fromstring(text).iter(f"{CORE}parameter")}


def field(declared):
    system = declared.system()
    return SBML.vector_field(SBML.export(system), system)


def assert_conforms(declared, duration=2.0):
    verdict = check(SBML, declared.system(), Run(duration, 0.1))
    assert verdict.outcome == Outcome.CONFORMS, f"{verdict.reason}\n{verdict.text}"
    return verdict


def faults(text):
    """What libsbml says of a document: errors, and warnings but those on units left undeclared."""
    document = libsbml.readSBMLFromString(text)
    document.checkConsistency()
    found = [document.getError(index) for index in range(document.getNumErrors())]
    undeclared = {20702, 80701, 99505, 99506, 99508}
    return [each.getMessage() for each in found if each.getErrorId() not in undeclared]


def read_by_libsbml(text, values):
    """The rates that libsbml's own evaluator, which no simulator uses, computes of a document."""
    document = libsbml.readSBMLFromString(text)
    document.expandFunctionDefinitions()
    core, rates, evaluator = document.getModel(), {}, libsbml.SBMLTransforms
    for name, value in values.items():
        core.getParameter(name).setValue(value)
    for rule in (core.getRule(index) for index in range(core.getNumRules())):
        evaluator.mapComponentValues(core)
        found = evaluator.evaluateASTNode(rule.getMath(), core)
        evaluator.clearComponentValues(core)
        if rule.isRate():
            rates[rule.getVariable()] = found
        else:
            core.getParameter(rule.getVariable()).setValue(found)
    return rates


def test_the_form():
    fhn = Dynamics("FHN", description="Two <variables> & no more", time_unit="ms")
    fhn.add_parameter("tau", 12.5, unit="ms", description="Time scale")
    fhn.add_parameter("λ", 0.5, unit="furlongs")
    fhn.add_derived_parameter("rate", "1/tau")
    fhn.add_coupling_input("c")
    fhn.add_state_variable("v", equation="v - v**3/3 - w + λ + c", initial_value=0.1, unit="mV")
    fhn.add_state_variable("w", equation="(v - w)*rate", initial_value=-0.2)
    text = text_of(fhn)
    root = ElementTree.fromstring(text)
    (core,) = root
    assert (root.tag, root.get("level"), root.get("version")) == (f"{CORE}sbml", "3", "2")
    assert (core.get("id"), core.get("timeUnits")) == ("FHN", "ms")
    assert "Two &lt;variables&gt; &amp; no more" in text
    found = parameters(text)
    assert list(found) == ["tau", "lambda", "c", "v", "w", "rate"]
    assert found["tau"].attrib == {
        **{"id": "tau", "value": "12.5", "units": "ms", "constant": "true"},
        "sboTerm": "SBO:0000002",
    }
    assert (found["lambda"].get("name"), found["lambda"].get("units")) == ("λ", None)
    assert "[furlongs]" in ElementTree.tostring(found["lambda"], "unicode")
    assert (found["v"].get("value"), found["v"].get("constant")) == ("0.1", "false")
    assert (found["c"].get("value"), found["rate"].get("value")) == ("0", None)
    rules = list(core.find(f"{CORE}listOfRules"))
    assert [(rule.tag.removeprefix(CORE), rule.get("variable")) for rule in rules] == [
        *(("assignmentRule", "rate"), ("rateRule", "v"), ("rateRule", "w")),
    ]
    (quotient,) = rules[0].find(f"{MATH}math")
    assert [part.tag.removeprefix(MATH) for part in quotient] == ["divide", "cn", "ci"]
    assert faults(text) == []


@pytest.mark.parametrize("name", LIBRARY)
def test_libsbml_finds_no_fault_and_reads_the_same_equations(name):
    system = library(name).system()
    text, known, random = SBML.export(system), SBML.names(system), np.random.default_rng(0)
    assert faults(text) == []
    quantities = system.parameters + system.inputs
    values = {item.name: item.value * random.uniform(0.5, 1.5) or 0.3 for item in quantities}
    state = [item.value * random.uniform(0.5, 1.5) + 0.1 for item in system.states]
    point = values | {item.name: x for item, x in zip(system.states, state, strict=True)}
    found = read_by_libsbml(text, {known[key]: value for key, value in point.items()})
    expected = reference.vector_field(system, values)(0.0, np.array(state))
    rates = [found[known[item.name]] for item in system.states]
    assert rates == pytest.approx(expected.tolist(), rel=1e-12, abs=0)


def test_a_user_of_the_engine_moves_what_depends_on_a_parameter():
    declared = model("-k*x", parameters={"a": 0.25}, derived_parameters={"k": {"equation": "2*a"}})
    runner = roadrunner.RoadRunner(text_of(declared))
    runner["a"] = 1.0
    runner.integrator.relative_tolerance = 1e-10
    found = runner.simulate(0, 1, 2, ["time", "x"])
    assert found[-1].tolist() == pytest.approx([1, 0.5 * np.exp(-2)], rel=1e-7)


WORDS = [
    "</p></body></notes><event/>",
    "]]> <![CDATA[ <!-- -- & &lt; &#0; ' \"",
    '<!DOCTYPE x [<!ENTITY a "b">]> &a;',
    "\x00\x08\x0b\x1b \u2028 \u202e \ufffe \udcff",
    "°C·µm 漢字 🧠",
]


@pytest.mark.parametrize("words", WORDS)
def test_a_strangers_words_are_words(words):
    quantity = {"value": 0.3, "unit": words, "description": words}
    declared = Dynamics(
        name=f"M {words}",
        description=words,
        time_unit=words,
        parameters={"k": quantity},
        derived_parameters={"d": {"equation": "2*k", "unit": words, "description": words}},
        state_variables={"x": {"equation": "d - x", "unit": words, "initial_value": 0.1}},
    )
    text = text_of(declared)
    text.encode()
    tags = [item.tag for item in ElementTree.fromstring(text).iter()]
    assert tags.count(f"{CORE}notes") == 6
    assert faults(text) == []
    assert field(declared)(0.0, [0.25], {}) == pytest.approx([0.35])


@given(st.floats(0, allow_infinity=False, allow_nan=False))
def test_numbers_keep_every_digit_without_an_exponent(value):
    text = number(abs(value))
    assert float(text) == value
    assert set(text) <= set("0123456789.")


def test_the_engine_reads_every_digit():
    """It takes a mantissa times a power of ten, which rounds; so do all that use libsbml."""
    random = np.random.default_rng(0)
    sizes = random.uniform(1, 10, 20) * 10.0 ** random.integers(-300, 300, 20)
    values = [*sizes.tolist(), 0.1, 1e22, 1e23, 9007199254740993.0, 1.7976931348623157e308]
    declared = Dynamics("M", parameters={f"p{i}": value for i, value in enumerate(values)})
    for index, value in enumerate(values):
        declared.add_state_variable(f"x{index}", equation=repr(value), initial_value=-value)
        declared.add_state_variable(f"y{index}", equation=f"p{index}", initial_value=0.0)
    system = declared.system()
    rates = field(declared)(0.0, [item.value for item in system.states], {})
    assert rates.tolist() == [value for value in values for _ in "xy"]
    start = SBML.simulate(SBML.export(system), system, Run(1e-300, 1e-300)).values[::2, 0]
    assert start.tolist() == [-value for value in values]


def test_a_number_that_readers_take_for_missing_is_refused():
    with pytest.raises(Unsupported, match="`k` = 5e-324"):
        text_of(model("k - x", parameters={"k": 5e-324}))
    assert field(model("5e-324 + 0*x"))(0.0, [1.0], {}).tolist() == [5e-324]


UNARY = ["expm1", "log1p", "asinh", "acosh", "atanh", "log2", "log10", "sigmoid"]
SMALL = [1e-300, 1e-18, 1e-9, 3e-5, 0.1, 0.4999, 0.51, 0.9, 0.999999999]
POINTS = [*SMALL, *(-x for x in SMALL), 1.0, 1 + 1e-12, 1.5, 30.0, -30.0, 1e7, 3e8, 1e200, -1e200]


@pytest.mark.parametrize("operation", UNARY)
def test_functions_keep_their_digits_everywhere(operation):
    """Against 50 digits; libroadrunner's own arcsinh is wrong in the fifth digit of 1e-12."""
    exact = {"log2": lambda x: mpmath.log(x, 2), "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x))}
    rate = field(model(f"{operation}(x)"))
    with mpmath.workdps(50):
        for x in POINTS:
            expected = exact.get(operation, getattr(mpmath, operation, None))(mpmath.mpf(x))
            found = float(rate(0.0, [x], {})[0])
            if isinstance(expected, mpmath.mpc) and expected.imag:
                assert np.isnan(found), x
            elif abs(expected) > 1e308 or abs(expected.real) < 1e-307:
                assert not np.isfinite(found) or abs(found) < 1e-300
            else:
                assert found == pytest.approx(float(expected.real), rel=2e-14, abs=0), x


LIMITS = [0.0, -0.0, 0.5, -0.5, 2.0, -2.0, 1e-300, -1e-300, 7.25, np.nan]


@pytest.mark.parametrize(
    ("equation", "meaning"),
    [
        ("mod(x, y)", np.mod),
        ("atan2(x, y)", np.arctan2),
        ("atan2(mod(x, y), -1)", lambda x, y: np.arctan2(np.mod(x, y), -1.0)),
        ("sign(x)*2 + heaviside(y)", lambda x, y: np.sign(x) * 2 + np.heaviside(y, 0.5)),
        ("min(x/y, y)", lambda x, y: np.minimum(x / y, y)),
        ("max(y, x/y)", lambda x, y: np.maximum(y, x / y)),
        ("min(x, y) + 2*max(x, y)", lambda x, y: np.minimum(x, y) + 2 * np.maximum(x, y)),
        ("min(log(x), y)", lambda x, y: np.minimum(np.log(x), y)),
        ("where(log(x) < y, 1, 2)", lambda x, y: np.where(np.log(x) < y, 1, 2)),
        ("where(y <= log(x), 1, 2)", lambda x, y: np.where(y <= np.log(x), 1, 2)),
        ("where(sqrt(x) > y, 1, 2)", lambda x, y: np.where(np.sqrt(x) > y, 1, 2)),
        ("where(not sqrt(x) >= y, 1, 2)", lambda x, y: np.where(np.sqrt(x) >= y, 2, 1)),
        ("where(x/y == x/y, 1, 2)", lambda x, y: np.where(np.isnan(x / y), 2, 1)),
        ("where(x/y != x/y, 1, 2)", lambda x, y: np.where(np.isnan(x / y), 1, 2)),
        ("x**y", np.power),
    ],
)
def test_limits_are_those_of_numpy(equation, meaning):
    declared = model(equation)
    declared.add_state_variable("y", equation="0", initial_value=0.0)
    rate = field(declared)
    with np.errstate(all="ignore"):
        for x in LIMITS[:-1]:
            for y in LIMITS[:-1]:
                found, _ = rate(0.0, [x, y], {})
                expected = float(meaning(np.float64(x), np.float64(y)))
                assert found == pytest.approx(expected, rel=1e-15, abs=0, nan_ok=True), (x, y)


@pytest.mark.parametrize(
    "equation",
    [
        "1/2 - x",
        "-x**2",
        "x - (1 - (2 - x))",
        "x/(2/(-3*x))",
        "2**3**0.5 - x",
        "where(x > 0.5 and x < 2 or not x >= 1, 1, 2)",
        "where((x > 0) == 1, 1, 2)",
        "(x > 0.5) - (x >= 0.5)*2 + (x != 0.5)*4 + (x == 0.5)*8",
        "tanh(t) - x",  # a break at 1e-23, before which there is no step
        "sqrt(1 - x) - 3*x",
    ],
)
def test_traps_of_the_language(equation):
    assert_conforms(model(equation))


@pytest.mark.parametrize("initial", [1e-46, -1e-300, 1e12])
def test_the_tolerance_is_not_scaled_by_the_initial_value(initial):
    declared = model("k - x", initial=initial, parameters={"k": 1.0})
    system = declared.system()
    found = SBML.simulate(SBML.export(system), system, Run(2.0, 0.1, rtol=1e-11, atol=1e-13))
    expected = 1 + (initial - 1) * np.exp(-found.times)
    assert found.finished
    assert found.values[0] == pytest.approx(expected, rel=1e-9)


def test_an_equilibrium_beside_a_jump_is_not_left():
    """Stiff methods solve equations, by which 0 becomes a last digit, and `ceil` of it 1."""
    declared = Dynamics("M")
    declared.add_state_variable("x", equation="-x", initial_value=0.0)
    declared.add_state_variable("w", equation="ceil(x) - w", initial_value=-1.0)
    system = declared.system()
    found = SBML.simulate(SBML.export(system), system, Run(2.0, 0.1))
    assert found.values[1] == pytest.approx(-np.exp(-found.times), rel=1e-6)


def test_a_blow_up_is_a_status_and_silent(capfd):
    system = model("x**2").system()
    found = SBML.simulate(SBML.export(system), system, Run(4.0, 0.1))
    assert found.status == "blew up"
    assert found.times[-1] == pytest.approx(1.9)
    assert found.values[0] == pytest.approx(1 / (2 - found.times), rel=1e-6)
    assert capfd.readouterr() == ("", "")


def test_a_stiff_model_is_left_to_bdf():
    system = model("-1e9*(x - cos(t))").system()
    found = SBML.simulate(SBML.export(system), system, Run(10.0, 1.0))
    assert found.finished
    assert found.values[0, 1:] == pytest.approx(np.cos(found.times[1:]), rel=1e-6)


def test_rules_too_deep_for_the_engine_are_exported_but_not_run():
    """It writes rules out where they are used: 40 squares of one another are 2**40 terms."""
    declared = model("q39 - x")
    for index in range(40):
        before = f"q{index - 1}" if index else "x"
        declared.add_derived_variable(f"q{index}", f"{before}*{before}")
    text = text_of(declared)
    assert faults(text) == []
    with pytest.raises(NotRun, match="50,000 at most"):
        SBML.vector_field(text, declared.system())
    verdict = check(SBML, declared.system(), Run(1.0, 0.1))
    assert verdict.outcome == Outcome.NOT_RUN
    assert verdict.text == text


def test_functions_too_deep_for_the_engine_are_exported_but_not_run():
    declared = model("sign(" * 6 + "sqrt(x)" + ")" * 6)
    text = text_of(declared)
    with pytest.raises(NotRun, match="1,000 at most"):
        SBML.vector_field(text, declared.system())


def test_what_it_cannot_say_is_refused_with_its_name():
    with pytest.raises(Unsupported, match="the target sbml cannot express the operation `erf`"):
        text_of(model("erf(x)"))


def test_names_stay_apart_from_each_other_the_model_and_its_functions():
    names = ["M", "sign", "modulo", "time", "Pi", "λ", "lambda_", "ä", "a", "x_", "漢", "avogadro"]
    total = " + ".join(names)
    declared = model(f"mod(t, 0.3) + sign(x) - ({total})", parameters=dict.fromkeys(names, 0.25))
    text = text_of(declared)
    found = list(parameters(text))
    assert len(set(found)) == len(names) + 1
    assert not {"M", "sign", "modulo", "time", "Pi", "avogadro"} - {"M"} & set(found)
    assert ElementTree.fromstring(text)[0].get("id") not in found
    assert faults(text) == []
    assert_conforms(declared)


UNITS = """
mV ms s 1 % Hz uA_per_cm2 mS/cm2 per_ms 1/ms mV/ms nC-1 d h min um mM mol/L kg g L kOhm MOhm.cm2
pF nS pA ug/mL J/mol/K N Pa W Wb T H C cd lm lx Bq Gy Sv kat rad deg s_per_ms m2 cm-3 [in_i]
10*-3 10*3.m
"""


@pytest.mark.parametrize("text", UNITS.split())
def test_units_are_those_that_libsbml_computes(text):
    """libsbml reduces a definition to SI on its own; pint's factors stand on the other side."""
    expected, units = unit(text), Units([text])
    reference_ = units.reference(text)
    assert reference_ is not None
    core = ElementTree.tostring(_one_unit(units), "unicode")
    document = libsbml.readSBMLFromString(core)
    assert document.getNumErrors() == 0
    found = document.getModel().getUnitDefinition(reference_)
    if found is None:  # a kind of SBML's own
        found = document.getModel().createUnitDefinition()
        each = found.createUnit()
        each.initDefaults()
        each.setKind(libsbml.UnitKind_forName(reference_))
    factor, exponents = _reduced(libsbml.UnitDefinition.convertToSI(found))
    assert factor == pytest.approx(expected.factor, rel=1e-12)
    assert exponents == {key: float(value) for key, value in expected.exponents.items()}


def _one_unit(units):
    root = ElementTree.Element("sbml", xmlns=CORE[1:-1], level="3", version="2")
    core = ElementTree.SubElement(root, "model")
    if inside := list(units.elements()):
        ElementTree.SubElement(core, "listOfUnitDefinitions").extend(inside)
    return root


def _reduced(definition):
    bases = {"kilogram": "kg", "metre": "m", "second": "s", "ampere": "A", "kelvin": "K"}
    bases |= {"mole": "mol", "candela": "cd"}
    factor, exponents = 1.0, {}
    for each in (definition.getUnit(index) for index in range(definition.getNumUnits())):
        power, kind = each.getExponentAsDouble(), libsbml.UnitKind_toString(each.getKind())
        factor *= (each.getMultiplier() * 10.0 ** each.getScale()) ** power
        if kind != "dimensionless":
            exponents[bases[kind]] = exponents.get(bases[kind], 0.0) + power
    return factor, {key: value for key, value in exponents.items() if value}


@pytest.mark.parametrize("text", ["spikes and so", "degC", "a.u.", "€", "", None])
def test_units_that_nobody_knows_are_left_out(text):
    assert Units([text]).reference(text) is None


def test_two_spellings_of_a_unit_are_one_definition():
    units = Units(["uA_per_cm2", "uA/cm2", "uA cm^-2", "mV", "second"])
    assert units.reference("uA_per_cm2") == units.reference("uA/cm2")
    assert units.reference("second") == "second"
    assert [item.get("id") for item in units.elements()] == ["uA_per_cm2", "mV"]


def test_a_time_unit_that_is_no_time_is_not_sbmls():
    for text, expected in {"ms": "ms", "s": "second", "1": "dimensionless", "mV": None}.items():
        found = ElementTree.fromstring(text_of(model("-x", time_unit=text)))
        assert found[0].get("timeUnits") == expected


def test_the_engine_is_not_needed_for_the_text(monkeypatch):
    monkeypatch.setitem(sys.modules, "roadrunner", None)
    monkeypatch.setitem(sys.modules, "libsbml", None)
    assert "rateRule" in text_of(model("-x"))
    assert check(SBML, model("-x").system(), Run(1.0, 0.1)).outcome == Outcome.SKIPPED
