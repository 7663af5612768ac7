"""The JSON Schema, `nullcline schema` and the pre-commit hooks, as docs/editors.md has them."""

import json
import shlex
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from nullcline.cli import main
from nullcline.sources import read_file

jsonschema = pytest.importorskip("jsonschema")

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
PACKAGE = Path(str(files("nullcline")))
GOOD = sorted(
    path
    for folder in (DATA / "valid", PACKAGE / "library", PACKAGE / "skeleton", ROOT / "examples")
    for path in folder.glob("*.yaml")
    if path.name != "pre-commit.yaml"
)


def plain(node):
    """What an editor makes of a file, YAML 1.2 that it is."""
    if isinstance(node, dict):
        return {str(key): plain(item) for key, item in node.items()}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return node.value


@pytest.fixture(scope="module")
def check():
    schema = json.loads((PACKAGE / "datamodel" / "nullcline.schema.json").read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return lambda node: [
        f"{each.json_path}: {each.message}" for each in kind(schema).iter_errors(plain(node))
    ]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_an_editor_finds_no_fault_in_a_good_file(check, path):
    assert check(read_file(path).value) == []


WRONG = {
    "name: M\nparametres: {a: 1}\n": "'parametres' was unexpected",
    "name: M\nstate_variables: {x: {initial: 1}}\n": "$.state_variables.x",
    "name: M\nstate_variables: {x: {initial_value: many}}\n": "$.state_variables.x",
    "parameters: {a: 1}\n": "'name' is a required property",
    "name: S\nmodel: m.yaml\nruns: {a: {durations: 5}}\n": "$.runs.a",
    "name: S\nmodel: {name: M, parametres: {a: 1}}\n": "$.model",
    "name: S\nsweeps: {s: {axis: {a: 1}}}\n": "$.sweeps.s",
    "name: S\nmodel: m.yaml\nparameters: {a: 1}\n": "'parameters' was unexpected",
}


@pytest.mark.parametrize("text", WRONG)
def test_an_editor_marks_what_is_wrong(check, tmp_path, text):
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    found = check(read_file(tmp_path / "m.yaml").value)
    assert found
    assert WRONG[text] in "\n".join(found)


def test_the_command_prints_the_schema_or_where_it_lies(capsys):
    assert main(["schema"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["$defs"]["Dynamics"]
    assert main(["schema", "--path"]) == 0
    assert Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8") == text


def test_a_new_repository_names_its_schema(tmp_path, capsys):
    assert main(["init", str(tmp_path / "new")]) == 0
    model = tmp_path / "new" / "models" / "pendulum.yaml"
    first = model.read_text(encoding="utf-8").splitlines()[0]
    start, _, reference = first.partition("=")
    assert start == "# yaml-language-server: $schema"
    assert json.loads((model.parent / reference).read_text(encoding="utf-8"))["$defs"]["Study"]
    assert main(["validate", str(tmp_path / "new" / "models")]) == 0


@pytest.mark.parametrize("origin", ["ours", "init"])
def test_the_hook_checks_a_commit(origin, tmp_path, monkeypatch, capsys):
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    if origin == "init":
        main(["init", str(tmp_path / "new")])
        text = (tmp_path / "new" / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    hooks = yaml.safe_load(text)
    (hook,) = hooks if origin == "ours" else hooks["repos"][0]["hooks"]
    words = shlex.split(hook["entry"])
    assert words[-3:] == ["nullcline", "validate", "--quiet"]
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text("name: M\nstate_variables: {x: {equation: -x}}\n")
    Path("bad.yaml").write_text("name: M\nstate_variables: {x: {equation: -y}}\n")
    capsys.readouterr()
    assert main([*words[-2:], "good.yaml"]) == 0
    assert capsys.readouterr().out == ""
    assert main([*words[-2:], "good.yaml", "bad.yaml"]) == 1
    assert "bad.yaml:2:33" in capsys.readouterr().out
