"""Linked data: what is written as Turtle, JSON-LD, OWL or JSON reads back as the same model."""

from pathlib import Path

import pytest

from nullcline import Dynamics
from nullcline.linked import dump, load
from nullcline.sources.yaml import write
from nullcline.structure import dump as plain

pytest.importorskip("rdflib")

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = sorted((ROOT / "src" / "nullcline" / "library").glob("*.yaml"))
VALID = sorted((ROOT / "tests" / "data" / "valid").glob("*.yaml"))
FORMATS = ("turtle", "json-ld", "owl", "json", "yaml")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", LIBRARY + VALID, ids=lambda path: path.stem)
def test_a_file_comes_back_as_it_was(path: Path, format: str) -> None:
    (model,) = load(path)
    (again,) = load(dump(model, format), format)
    assert write(plain(again)) == write(plain(model))


def test_what_is_read_is_a_model_that_runs() -> None:
    (model,) = load(dump(Dynamics.from_yaml(LIBRARY[0]), "turtle"), "turtle")
    assert isinstance(model, Dynamics)
    assert model.system() == Dynamics.from_yaml(LIBRARY[0]).system()
