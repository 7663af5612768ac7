"""From plain data to objects and back: nothing lost, nothing invented, every fault with a place."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nullcline.datamodel import (
    CLASSES,
    Argument,
    Case,
    Dynamics,
    Equation,
    Parameter,
    Reference,
    StateVariable,
    Study,
)
from nullcline.datamodel.record import Record
from nullcline.errors import ModelError, Place
from nullcline.sources.yaml import read, read_file, write
from nullcline.structure import dump, load

DATA = Path(__file__).resolve().parent / "data"
VALID = sorted((DATA / "valid").glob("*.yaml"))
INVALID = sorted((DATA / "invalid").glob("*.yaml"))


def valid(name: str) -> Any:
    return load(Dynamics, read_file(DATA / "valid" / f"{name}.yaml"))


def refusal(data: Any, cls: type[Any] = Dynamics) -> str:
    with pytest.raises(ModelError) as caught:
        load(cls, data)
    return str(caught.value)


# ---------------------------------------------------------------------- files that are wrong
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_malformed_file_says_what_is_wrong(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    monkeypatch.chdir(path.parent)
    cls = Study if path.stem.startswith("study") else Dynamics
    with pytest.raises(ModelError) as caught:
        load(cls, read_file(path.name))
    assert str(caught.value) == expected


def test_most_malformed_files_are_structural() -> None:
    assert {path.stem for path in INVALID} >= {
        *("alias_bomb", "bad_name", "binary", "duplicate_key", "empty", "empty_equation"),
        *("list_for_mapping", "missing_name", "name_clash", "not_a_mapping", "not_finite"),
        *("python_object", "same_name", "second_document", "study", "syntax", "text_parameter"),
        *("too_deep", "unknown_slot", "unquoted_comma", "wrong_choice", "wrong_type"),
    }
    assert not Path("/tmp/nullcline-was-here").exists()


# ---------------------------------------------------------------------- files that are right
@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_nothing_is_lost(path: Path) -> None:
    cls = Study if path.stem.startswith("study") else Dynamics
    model = load(cls, read_file(path))
    data = dump(model)
    assert load(cls, data) == model
    assert load(cls, read(write(data))) == model
    assert dump(load(cls, data)) == data
    assert list(data) == [name for name in cls.__dataclass_fields__ if name in data]


def test_short_forms_stand_for_long_ones() -> None:
    model = valid("short_forms")
    assert model.parameters["mu"] == Parameter("mu", 1.0)
    assert model.parameters["nu"] == Parameter("nu", 1.0)
    assert model.parameters["later"] == Parameter("later")
    assert model.parameters["none_yet"] == Parameter("none_yet")
    assert model.derived_parameters["twice"].equation == Equation("2*mu")
    assert list(model.coupling_inputs) == ["c_glob", "c_loc"]
    assert model.functions["f"].arguments == {"v": Argument("v"), "w": Argument("w")}
    assert model.functions["f"].arguments == model.functions["g"].arguments
    assert model.derived_variables["s"].cases == [
        Case("x > 0", Equation("x")),
        Case("True", Equation("-x")),
    ]
    assert model.state_variables["x"].initial_value == 0
    strogatz = Reference(key="Strogatz1994", title="Nonlinear Dynamics and Chaos", year=1994)
    assert model.references == ["VanDerPol1926", strogatz]


def test_traps_of_yaml_are_read_as_written() -> None:
    model = valid("traps")
    assert model.name == "010"
    assert model.description == "on"
    values = {name: parameter.value for name, parameter in model.parameters.items()}
    assert values == {
        **{"y": 1e-3, "n": 1e5, "on": 1500.0, "off": 10, "yes": 16, "no": -0.5, "true": 1},
        **{"false": 15, "null": 12.0, "in": 2, "sexagesimal": 3.0, "e": 1},
    }
    assert (model.parameters["in"].unit, model.parameters["sexagesimal"].unit) == ("1", "1:30")
    assert model.parameters["sexagesimal"].description == "2020-01-01"
    assert model.parameters["e"].description == "a colon: and a # hash"
    texts = [parameter.equation.rhs for parameter in model.derived_parameters.values()]
    assert texts == ["no", "0.10", "1e-3", "true"]
    cases = model.derived_variables["step"].cases
    assert [case.equation.rhs for case in cases] == ["1", "0.50"]
    assert cases[1].condition == "True"
    equations = [variable.equation.rhs for variable in model.state_variables.values()]
    assert equations == ["y", "off", "n + on"]


def test_names_are_normalised_as_python_does() -> None:
    model = valid("names")
    assert list(model.parameters) == ["α", "fi", "тау"]
    assert model.parameters["fi"].name == "fi"
    study = load(Study, {"name": "s", "sweeps": {"a": {"outputs": ["ﬁ"]}}})
    assert study.sweeps["a"].outputs == ["fi"]


def test_numbers_stay_what_they_are() -> None:
    model = valid("modes")
    assert model.parameters["row"].value == [1.0, 2, 0.3]
    assert model.parameters["matrix"].value == [[1.0, 0.0], [0.0, 1.0]]
    value = (
        load(Dynamics, {"name": "a", "parameters": {"b": np.float64(8 / 3)}}).parameters["b"].value
    )
    assert type(value) is float
    assert value == 8 / 3
    assert dump(Parameter("a", np.float64(0.1))) == {"name": "a", "value": 0.1}  # type: ignore[arg-type]
    assert load(Dynamics, {"name": "a", "number_of_modes": 2.0}).number_of_modes == 2


def test_nothing_is_invented() -> None:
    model = load(Dynamics, {"name": "a", "parameters": {"b": None}, "state_variables": {"x": {}}})
    assert model.parameters["b"].value is None
    assert model.state_variables["x"] == StateVariable("x")
    assert dump(model) == {"name": "a", "parameters": {"b": {}}, "state_variables": {"x": {}}}
    none = {"name": "a", "description": None, "parameters": None, "references": None}
    assert load(Dynamics, none) == Dynamics("a")
    assert load(Dynamics, read("name: a\ndescription:\nparameters: ~\n")) == Dynamics("a")


def test_a_subclass_is_made_without_its_init() -> None:
    class Special(Dynamics):
        def __init__(self) -> None:
            raise AssertionError

    model = load(Special, {"name": "a", "parameters": {"b": 1}})
    assert type(model) is Special
    assert model.parameters == {"b": Parameter("b", 1)}
    with pytest.raises(ModelError, match="Dynamics has no slot `nam`; did you mean `name`"):
        load(Special, {"nam": "a"})


def test_objects_in_plain_data_are_welcome() -> None:
    data = {"name": "a", "parameters": {"b": Parameter("b", 1.0)}, "references": (Reference("k"),)}
    model = load(Dynamics, data)
    assert model.parameters == {"b": Parameter("b", 1.0)}
    assert model.references == [Reference("k")]


def test_faults_in_plain_data_have_paths() -> None:
    assert refusal({}) == "name: the name is missing"
    assert refusal({"name": None}) == "name: the name is empty"
    assert refusal({"name": "a", "parameters": {1: 2.0}}).startswith("parameters: the key 1 is not")
    assert "object is not plain data" in refusal({"name": object()})
    assert refusal({"name": True}) == "name: `True` stands here instead of a text; put it in quotes"
    assert "a finite number" in refusal({"name": "a", "parameters": {"b": 10**500}})
    assert "a finite number" in refusal({"name": "a", "parameters": {"b": 10**5000}})
    both = refusal({"name": "a", "parameters": {"b": float("nan"), "c": "1"}}).splitlines()
    assert [line.partition(":")[0] for line in both] == ["parameters/b/value", "parameters/c/value"]
    loop: dict[str, Any] = {"name": "a"}
    loop["modes"] = loop
    assert refusal(loop) == "the data are nested more than 50 deep"
    clash = refusal({"name": "a", "parameters": {"fi": 1, "ﬁ": 2}})
    assert clash.startswith("parameters/ﬁ: the name `fi` stands here a second time")
    twice = {"f": {"arguments": ["v", "v"], "equation": "v"}}
    assert "functions/f/arguments/1: the name `v`" in refusal({"name": "a", "functions": twice})


def test_places_come_from_the_caller_where_it_knows_them() -> None:
    def locate(path: tuple[str | int, ...], key: bool = False) -> Place:
        return Place(("here", *path), "f", 7 if key else 8, 9)

    with pytest.raises(ModelError) as caught:
        load(Dynamics, {"name": "a", "parameters": {"b": "c"}, "nam": 1}, locate)
    assert [str(problem.place) for problem in caught.value.problems] == [
        "f:8:9: here/parameters/b/value",
        "f:7:9: here/nam",
    ]


# ---------------------------------------------------------------------- any object at all
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)
NAME = st.sampled_from(
    ["x", "y", "no", "on", "in", "lambda", "α", "変数", "_1", "e", "pi", "name", "rhs", "value"]
)
NUMBER = st.floats(-1e300, 1e300) | st.integers(-(10**9), 10**9)
SINGLE: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT,
    "number": NUMBER.map(abs),
    "array": NUMBER | st.lists(NUMBER, min_size=1, max_size=3),
    "integer": st.integers(1, 9),
    "flag": st.booleans(),
    "any": TEXT | NUMBER | st.dictionaries(TEXT, NUMBER, min_size=1, max_size=2),
}


@st.composite
def instances(draw: st.DrawFn, cls: type[Record] = Dynamics, depth: int = 0) -> Record:
    """An object of a class with some of its slots set."""
    fields = cls.__dataclass_fields__
    names = draw(st.lists(st.sampled_from(list(fields)), unique=True, max_size=8 - 2 * depth))
    found = {name: draw(values(fields[name].metadata, depth)) for name in names}
    if fields.get("name") and fields["name"].metadata.get("key"):
        found["name"] = draw(NAME)
    return cls(**found)


def values(known: Any, depth: int) -> st.SearchStrategy[Any]:
    """What may stand in a slot."""
    if known["kind"] == "object":
        if depth == 3:
            return st.just({} if known.get("many") == "dict" else [] if known.get("many") else None)
        single = instances(CLASSES[known["of"]], depth + 1)
    elif known["kind"] == "choice":
        single = st.sampled_from(known["values"])
    elif "10" in known.get("pattern", ""):
        single = st.just("10.1000/182")
    else:
        single = NAME if known.get("identifier") else SINGLE[known["kind"]]
    if known.get("many") == "list":
        return st.lists(single, max_size=2)
    if known.get("many") == "dict":
        return st.dictionaries(NAME, single, max_size=2).map(named)
    return single


def named(found: dict[str, Any]) -> dict[str, Any]:
    """Objects that have the names they stand under."""
    for name, item in found.items():
        item.name = name
    return found


@given(instances() | instances(Study))
def test_any_object_comes_back_from_what_it_dumps(instance: Record) -> None:
    data = dump(instance)
    assert load(type(instance), data) == instance
    assert load(type(instance), read(write(data))) == instance
