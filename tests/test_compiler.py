"""The gate from declaration to System: what passes, what is refused, where and in which words."""

import math

import pytest

from nullcline import Dynamics, ModelError, Unsupported
from nullcline.expression import evaluate, write


def model(**slots):
    """A one-state model with more slots."""
    slots.setdefault("state_variables", {"x": {"equation": "-x", "initial_value": 1.0}})
    return Dynamics(name="M", **slots)


def problems(declared):
    return [str(problem) for problem in declared.check().problems]


def test_everything_that_passes_is_in_the_order_of_evaluation():
    system = model(
        parameters={"a": 2.0, "b": {"value": 3.0, "unit": "mV"}},
        derived_parameters={"d": {"equation": "c + 1"}, "c": {"equation": "a*b"}},
        derived_variables={"q": {"equation": "r + d"}, "r": {"equation": "x*t"}},
        coupling_inputs={"u": {}},
        state_variables={
            "y": {"equation": "q + u", "initial_value": 0.5},
            "x": {"equation": {"lhs": "Derivative(x, t)", "rhs": "-x"}, "initial_value": 1.0},
        },
    ).system()
    assert [item.name for item in system.constants] == ["c", "d"]
    assert [item.name for item in system.auxiliaries] == ["r", "q"]
    assert [item.name for item in system.states] == ["y", "x"]
    assert [item.name for item in system.derivatives] == ["y", "x"]
    assert [(item.name, item.value) for item in system.inputs] == [("u", 0.0)]
    assert system.parameters[1].unit == "mV"
    assert system.needed >= {"q", "u", "r", "d", "c", "a", "b", "x"}


def test_a_cases_variable_becomes_where():
    system = model(
        derived_variables={
            "q": {
                "conditional": True,
                "cases": [
                    {"condition": "x > 1", "equation": "1"},
                    {"condition": "x > 0", "equation": "x"},
                    {"condition": "True", "equation": "0"},
                ],
            }
        }
    ).system()
    assert write(system.auxiliaries[0].tree) == "where(x > 1, 1, where(x > 0, x, 0))"


def test_cases_without_a_last_word_are_refused():
    declared = model(
        derived_variables={
            "q": {"conditional": True, "cases": [{"condition": "x > 1", "equation": "1"}]}
        }
    )
    assert problems(declared) == [
        "derived_variables/q/cases/0/condition: the last case must hold always; "
        "end with the condition `True`"
    ]


def test_functions_are_written_out_whatever_they_are_called():
    system = model(
        parameters={"k": 2.0},
        functions={
            "time": {"arguments": {"x": {}}, "equation": "k*x"},
            "where": {"arguments": {"a": {}}, "equation": "time(a) + 1"},
            "exp": {"arguments": {"z": {}}, "equation": "z**2"},
        },
        state_variables={
            "x": {"equation": "where(time(x + 1)) + (x if x > 0 else exp(t))", "initial_value": 1}
        },
    ).system()
    assert write(system.derivatives[0].tree) == "k*(k*(x + 1)) + 1 + where(x > 0, x, t**2)"


def test_large_calls_get_a_name_and_are_computed_once():
    body = " + ".join(f"sin({n}*u)" for n in range(1, 15))
    system = model(
        parameters={"k": 2.0, "big_1": 1.0},
        functions={"big": {"arguments": {"u": {}}, "equation": body}},
        state_variables={"x": {"equation": "big(x) + big(x)*big(k) - big_1", "initial_value": 1}},
    ).system()
    lifted = [item.name for item in system.auxiliaries]
    assert lifted == ["big_2"]  # big_1 is a parameter
    assert [item.name for item in system.constants] == ["big_3"]  # depends on parameters alone
    assert write(system.derivatives[0].tree) == "big_2 + big_2*big_3 - big_1"


def doubling(depth):
    """Functions of 1, 2, 4, ... calls of the first: 2**n * 10 - 7 parts each, counted by hand."""
    functions = {"f0": {"arguments": {"x": {}}, "equation": "a*x"}}
    functions |= {
        f"f{n}": {"arguments": {"x": {}}, "equation": f"f{n - 1}(x) + f{n - 1}(x + 1)"}
        for n in range(1, depth + 1)
    }
    states = {"u": {"equation": f"f{depth}(u)", "initial_value": 1}}
    return model(parameters={"a": 2.0}, functions=functions, state_variables=states)


def test_functions_just_below_the_bound_are_written_out():
    # f(n)(x) = a * sum over the subsets of n ones of (x + their number) = a * 2**n * (x + n/2)
    values = {"a": 2.0, "u": 3.0}
    for item in doubling(10).system().definitions:
        values[item.name] = evaluate(item.tree, values)
        last = values[item.name]
    assert last == 2 * 2**10 * (3.0 + 5)
    assert doubling(10).check_units().problems == []


@pytest.mark.parametrize(
    ("depth", "parts"),
    [(11, "20,473"), (14, "163,833"), (40, "10,995,116,277,753"), (400, "about 10^121")],
)
def test_functions_that_would_be_too_large_are_told_before_they_are_written_out(depth, parts):
    said = (
        f"functions/f{depth}/equation: `f{depth}`, with the functions that it calls written out, "
        f"has {parts} parts; the most is 20,000; call each function once, with what is called "
        "again in a derived variable"
    )
    declared = doubling(depth)
    with pytest.raises(ModelError) as caught:
        declared.system()
    assert [str(problem) for problem in caught.value.problems] == [said]
    assert [str(problem) for problem in declared.check_units().problems] == [said]


def test_functions_that_double_at_every_level_stay_small():
    functions = {"f0": {"arguments": {"u": {}}, "equation": "u*u + u"}}
    functions |= {
        f"f{n}": {"arguments": {"u": {}}, "equation": f"f{n - 1}(f{n - 1}(u)) + f{n - 1}(u)"}
        for n in range(1, 8)
    }
    declared = model(
        functions=functions, state_variables={"x": {"equation": "f7(x)", "initial_value": 1}}
    )
    try:
        system = declared.system()
    except ModelError as error:
        assert "too large; split it into derived variables" in str(error)  # noqa: PT017
    else:
        assert sum(len(write(item.tree)) for item in system.definitions) < 100_000


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        (
            {"parameters": {"x": 1.0}},
            ["state_variables/x: `x` is declared twice: as a parameter and as a state variable"],
        ),
        (
            {
                "derived_variables": {
                    "a": {"equation": "b"},
                    "b": {"equation": "c"},
                    "c": {"equation": "a"},
                }
            },
            ["derived_variables/a: the equations form a cycle: a -> b -> c -> a"],
        ),
        (
            {"derived_parameters": {"a": {"equation": "a + 1"}}},
            ["derived_parameters/a: the equations form a cycle: a -> a"],
        ),
        (
            {"derived_parameters": {"a": {"equation": "2*x"}}},
            [
                "derived_parameters/a: the derived parameter depends on a state variable, `x`; "
                "declare it under derived_variables"
            ],
        ),
        (
            {"derived_parameters": {"a": {"equation": "2*t"}}},
            [
                "derived_parameters/a: the derived parameter depends on the time; "
                "declare it under derived_variables"
            ],
        ),
        (
            {"parameters": {"b": 0.0}, "derived_parameters": {"a": {"equation": "1/b"}}},
            ["derived_parameters/a: the derived parameter is inf, not finite"],
        ),
        (
            {"derived_variables": {"a": {"equation": "9**9**9**9"}}},
            [
                "derived_variables/a/equation/rhs: a constant part of `9**9**9**9` "
                "is not a finite number"
            ],
        ),
        (
            {
                "functions": {
                    "f": {"arguments": {"u": {}}, "equation": "g(u)"},
                    "g": {"arguments": {"u": {}}, "equation": "f(u)"},
                }
            },
            [
                "functions/f: the function calls itself: f -> g -> f",
            ],
        ),
        (
            {
                "state_variables": {
                    "x": {"equation": "y + tua", "initial_value": 0},
                    "z": {"equation": "zz*x", "initial_value": 0},
                },
                "parameters": {"tau": 1.0},
            },
            [
                "state_variables/x/equation/rhs: `y` is not declared (column 1 of `y + tua`)",
                "state_variables/x/equation/rhs: `tua` is not declared; did you mean `tau`? "
                "(column 5 of `y + tua`)",
                "state_variables/z/equation/rhs: `zz` is not declared; did you mean `z`? "
                "(column 1 of `zz*x`)",
            ],
        ),
        (
            {"state_variables": {"x": {"equation": {"lhs": "Derivative(y, t)", "rhs": "x"}}}},
            [
                "state_variables/x/equation/lhs: the left-hand side `Derivative(y, t)` is not "
                "the first derivative of `x`"
            ],
        ),
        (
            {"state_variables": {"x": {"equation": {"lhs": "Derivative(x, t, 2)", "rhs": "x"}}}},
            [
                "state_variables/x/equation/lhs: the left-hand side `Derivative(x, t, 2)` is not "
                "the first derivative of `x`"
            ],
        ),
        (
            {"state_variables": {}},
            [
                "state_variables: the model declares no state variable; "
                "declare one with its equation"
            ],
        ),
        (
            {"state_variables": {"x": {"initial_value": 1.0}}},
            ["state_variables/x/equation: there is no equation; write one under `rhs`"],
        ),
    ],
)
def test_problems_are_all_told_with_their_places(slots, expected):
    assert problems(model(**slots)) == expected


def test_missing_numbers_are_told_when_they_are_needed_and_never_invented():
    declared = Dynamics("M")
    declared.add_parameter("a")
    declared.add_state_variable("x", equation="a*x")
    found = declared.check()
    assert not found.problems
    assert len(found.missing) == 2
    with pytest.raises(ModelError) as caught:
        declared.system()
    assert str(caught.value) == (
        "parameters/a: a parameter, `a`, has no value; give one under `value`\n"
        "state_variables/x: a state variable, `x`, has no initial value; "
        "give one under `initial_value`"
    )
    declared.parameters["a"].value = 2
    declared.state_variables["x"].initial_value = 0
    assert declared.system().parameters[0].value == 2.0


@pytest.mark.parametrize(
    ("slots", "feature"),
    [
        ({"events": {"spike": {"condition": {"rhs": "x > 1"}}}}, "events"),
        ({"number_of_modes": 3}, "more than one mode"),
        ({"system_type": "discrete"}, "a discrete map"),
        ({"parameters": {"a": {"value": [1.0, 2.0]}}}, "a parameter with several values"),
        (
            {"state_variables": {"x": {"equation": "-x", "initial_value": 1, "equation_order": 2}}},
            "a second-order equation",
        ),
        (
            {
                "state_variables": {
                    "x": {
                        "equation": "-x",
                        "initial_value": 1,
                        "domain": {"lo": 0, "enforce": "clamp"},
                    }
                }
            },
            "clamp",
        ),
    ],
)
def test_what_a_system_cannot_hold_is_kept_and_refused(slots, feature):
    declared = model(**slots)
    with pytest.raises(Unsupported, match=feature):
        declared.system()
    for target in ("python", "pyrates"):
        with pytest.raises(Unsupported, match=feature):
            declared.render_code(target)
    assert Dynamics.from_dict(declared.to_dict()) == declared


@pytest.mark.parametrize(
    "slots", [{"number_of_modes": 1}, {"system_type": "continuous"}, {"iri": "tvbo:X"}]
)
def test_what_changes_nothing_passes(slots):
    assert math.isclose(model(**slots).system().states[0].value, 1.0)


def test_declared_numbers_are_named_when_another_is_set():
    system = model(parameters={"tau": 1.0}, coupling_inputs={"u": {}}).system()
    assert system.sorted_values({"tau": 2, "u": 1, "x": 3}) == {
        "parameters": {"tau": 2.0},
        "inputs": {"u": 1.0},
        "initial": {"x": 3.0},
    }
    with pytest.raises(ModelError, match=r"M has no number called `tua`; did you mean `tau`\?"):
        system.sorted_values({"tua": 2})


def test_an_equation_beside_cases_must_mean_the_same():
    cases = [
        {"condition": "x < 0", "equation": "-2*x"},
        {"condition": "True", "equation": "x + 1*4.0"},
    ]
    same = {"conditional": True, "equation": "Piecewise((-x*2, x < 0), (x + 4.0, True))"}
    other = {"conditional": True, "equation": "Piecewise((-x*2, x < 0), (x + 4.5, True))"}
    assert problems(model(derived_variables={"q": {**same, "cases": cases}})) == []
    assert problems(model(derived_variables={"q": {**other, "cases": cases}})) == [
        "derived_variables/q: the equation and the cases do not mean the same; keep one"
    ]


def test_nothing_that_is_written_is_dropped():
    both = {"rhs": "-x", "conditionals": [{"condition": "True", "expression": "7"}]}
    declared = model(state_variables={"x": {"equation": both, "initial_value": 1.0}})
    assert problems(declared) == [
        "state_variables/x/equation: there are both `rhs` and `conditionals`; keep one"
    ]
    swapped = {"arguments": {"a": {}, "b": {}}, "equation": {"lhs": "g(b, a)", "rhs": "a - b"}}
    assert problems(model(functions={"g": swapped})) == [
        "functions/g/equation/lhs: the left-hand side `g(b, a)` is not `g(a, b)`"
    ]
    case = {"condition": "True", "equation": {"lhs": "r", "rhs": "x"}}
    declared = model(derived_variables={"q": {"conditional": True, "cases": [case]}})
    assert problems(declared) == [
        "derived_variables/q/cases/0/equation/lhs: the left-hand side `r` is not `q`"
    ]


def test_a_function_cannot_be_called_like_a_word_of_the_language():
    declared = model(functions={"not": {"arguments": {"u": {}}, "equation": "u + 10"}})
    assert problems(declared) == ["functions/not: `not` cannot be a name"]


@pytest.mark.parametrize("inside", ["x", "t"])
def test_a_derived_parameter_cannot_change_through_a_large_function(inside):
    body = f"{inside}*(" + " + ".join(f"sin({n}*u)" for n in range(1, 20)) + ")"
    declared = model(
        parameters={"a": 1.0},
        functions={"f": {"arguments": {"u": {}}, "equation": body}},
        derived_parameters={"k": {"equation": "f(a)"}},
    )
    assert problems(declared) == [
        "derived_parameters/k: the derived parameter depends, through a function, on what "
        "changes; declare it under derived_variables"
    ]


def test_a_large_function_in_a_branch_that_is_not_taken_may_be_infinite():
    body = "log(u)*(" + " + ".join(f"sin({n}*u)" for n in range(1, 20)) + ")"
    declared = model(
        parameters={"a": 0.0},
        functions={"f": {"arguments": {"u": {}}, "equation": body}},
        state_variables={"x": {"equation": "where(a > 0, f(a), 0) - x", "initial_value": 1.0}},
    )
    assert problems(declared) == []


@pytest.mark.parametrize("count", [60, 1_200])
def test_many_functions_take_no_time_and_no_depth(count):
    functions = {
        f"f{n}": {"arguments": {"u": {}}, "equation": f"f{n + 1}(u) + f{min(n + 2, count)}(u)"}
        for n in range(count)
    }
    functions[f"f{count}"] = {"arguments": {"u": {}}, "equation": "u"}
    found = model(functions=functions).check()
    assert not found.problems
