"""Slots that are kept without being used: none is lost, and none that matters is overlooked."""

from pathlib import Path

from nullcline.datamodel import CLASSES, Dynamics, Event
from nullcline.sources.yaml import read_file
from nullcline.structure import dump, kept, load

KEPT = Path(__file__).resolve().parent / "data" / "valid" / "kept.yaml"


def test_what_is_kept_is_listed() -> None:
    found = {
        "/".join(map(str, path)): known for path, known, _ in kept(load(Dynamics, read_file(KEPT)))
    }
    features = {path: known.get("feature") for path, known in found.items()}
    assert {path: feature for path, feature in features.items() if feature} == {
        "system_type": "a discrete map",
        "parameters/b/heterogeneous": "a parameter with a value for each node",
        "parameters/b/distribution": "a parameter drawn from a distribution",
        "coupling_inputs/c/dimension": "a coupling input of more than one dimension",
        "coupling_inputs/c/keys": "a coupling input of more than one dimension",
        "state_variables/v/equation/pycode": "an equation written as Python code",
        "state_variables/v/equation_order": "a second-order equation",
        "state_variables/v/derivative_initial_value": "a second-order equation",
        "state_variables/v/domain/enforce": "a clamp of the domain",
        "state_variables/v/noise": "noise",
        "stimulus": "a stimulus",
        "events": "events",
    }
    assert {path for path, feature in features.items() if not feature} == {
        *("label", "iri", "model_type", "source", "has_reference", "autonomous", "cse", "output"),
        *("parameters/a/definition", "parameters/a/grounding", "parameters/a/explored_values"),
        *(f"state_variables/v/{name}" for name in ("record", "variable_of_interest")),
        *("state_variables/v/coupling_variable", "state_variables/v/equation/definition"),
    }


def test_kept_things_stay_as_they_are() -> None:
    model = load(Dynamics, read_file(KEPT))
    affect = {"condition": {"rhs": "v > 1"}, "affect": {"rhs": "v = 0"}}
    assert model.events["spike"] == Event("spike", **affect, trigger_times=[1.0, 2.0])
    assert dump(model)["stimulus"] == {"duration": 10, "equation": {"rhs": "sin(t)"}}


def test_neutral_values_are_not_listed() -> None:
    neutral = {"name": "a", "number_of_modes": 1, "system_type": "continuous", "modes": {}}
    state = {
        "equation": {"rhs": "x", "latex": False},
        "equation_order": 1,
        "domain": {"enforce": "none"},
    }
    assert kept(load(Dynamics, neutral | {"state_variables": {"x": state}})) == []


def test_every_dynamics_slot_is_seen_wherever_it_stands() -> None:
    """A slot that would change the dynamics is listed in each class that has it."""
    for cls in CLASSES.values():
        for name, known in cls.__dataclass_fields__.items():
            if known.metadata.get("kept") == "dynamics":
                instance = cls()
                setattr(instance, name, "something")
                assert [path for path, _, _ in kept(instance)] == [(name,)]
                holder = Dynamics("a", state_variables={"x": instance})
                assert [path for path, _, _ in kept(holder)] == [("state_variables", "x", name)]
