"""LinkML's own tools and ours agree on every file, but for a listed set."""

import json
from pathlib import Path
from typing import Any

import pytest

from nullcline.datamodel import Dynamics, Study
from nullcline.sources.yaml import read, read_file, write
from nullcline.structure import dump, load

pytest.importorskip("linkml")
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
VALID = sorted((DATA / "valid").glob("*.yaml"))
INVALID = sorted((DATA / "invalid").glob("*.yaml"))

# Where linkml-validate says otherwise than we do, and why we are right to differ.
LINKML_REFUSES = {
    "modes": "LinkML has no slot that is a number or nested lists of numbers",
    "short_forms": "an inlined mapping has no short form as a list of names in LinkML",
    "traps": "PyYAML reads YAML 1.1: 1e-3 is a text, on is true, 010 is 8",
}
LINKML_ACCEPTS = {
    "alias_bomb": "PyYAML expands aliases, and the check of what comes out does not end",
    "bad_name": "JSON Schema from LinkML does not check keys",
    "duplicate_key": "PyYAML lets the last of equal keys win",
    "empty": "a file without a document is an empty list of instances to LinkML",
    "name_clash": "JSON Schema does not compare a key with what stands under it",
    "not_finite": "NaN and infinity are numbers to JSON Schema",
    "same_name": "JSON Schema does not normalise Unicode",
    "second_document": "each document of a file is an instance to LinkML",
}
# Python classes by gen-python that cannot hold what we dump.
GEN_PYTHON_REFUSES = {"modes"}
NEVER_ENDS = {"alias_bomb"}


def root_of(path: Path) -> type[Any]:
    return Study if path.stem.startswith("study") else Dynamics


@pytest.fixture(scope="module")
def validator() -> Any:
    from linkml.validator import Validator
    from linkml.validator.plugins import JsonschemaValidationPlugin

    plugins = [JsonschemaValidationPlugin(closed=True)]
    return Validator(str(ROOT / "schema" / "nullcline.yaml"), validation_plugins=plugins)


@pytest.fixture(scope="module")
def classes() -> Any:
    from linkml.generators.pythongen import PythonGenerator

    return PythonGenerator(str(ROOT / "schema" / "nullcline.yaml")).compile_module()


def linkml_accepts(validator: Any, path: Path) -> bool:
    from linkml.validator.loaders import YamlLoader
    from yaml import YAMLError

    try:
        report = validator.validate_source(YamlLoader(str(path)), root_of(path).__name__)
    except (YAMLError, UnicodeDecodeError, RecursionError):
        return False
    return not report.results


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_files_are_valid_to_both(validator: Any, path: Path) -> None:
    load(root_of(path), read_file(path))
    assert linkml_accepts(validator, path) == (path.stem not in LINKML_REFUSES)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_files_are_invalid_to_both(validator: Any, path: Path) -> None:
    if path.stem in NEVER_ENDS:
        return
    assert linkml_accepts(validator, path) == (path.stem in LINKML_ACCEPTS)


def test_the_listed_differences_exist() -> None:
    assert {path.stem for path in VALID} >= set(LINKML_REFUSES)
    assert {path.stem for path in INVALID} >= set(LINKML_ACCEPTS) >= NEVER_ENDS


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_we_dump_is_valid_to_linkml(validator: Any, path: Path) -> None:
    cls = root_of(path)
    data = dump(load(cls, read_file(path)))
    accepted = not validator.validate(data, cls.__name__).results
    assert accepted == (path.stem not in GEN_PYTHON_REFUSES)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_gen_python_loads_what_we_dump_and_we_load_what_it_dumps(classes: Any, path: Path) -> None:
    from linkml_runtime.dumpers import json_dumper, yaml_dumper

    cls = root_of(path)
    ours = load(cls, read_file(path))
    stock = getattr(classes, cls.__name__)
    if path.stem in GEN_PYTHON_REFUSES:
        with pytest.raises(ValueError, match="could be constructed"):
            stock(**dump(ours))
        return
    theirs = stock(**dump(ours))
    data = json.loads(json_dumper.dumps(theirs))
    assert data.pop("@type") == cls.__name__
    assert load(cls, data) == ours
    assert load(cls, read(yaml_dumper.dumps(theirs))) == ours
    assert load(cls, read(write(dump(ours)))) == ours
