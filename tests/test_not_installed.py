"""A package that is missing is one sentence, with the extra of ours that installs it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from nullcline import Dynamics, Run, conformance, linked, targets
from nullcline.cli import main
from nullcline.errors import EXTRAS, NotInstalled, installing, require, unexpected
from nullcline.validation.checks import check

ROOT = Path(__file__).parents[1]
IMPORTED = {"python-libsbml": "libsbml", "libroadrunner": "roadrunner"}
"""What a distribution is imported as, where that is not its name."""
SENTENCE = r"needs the package {}, which is not installed: pip install 'nullcline\[{}\]'"


def decay() -> Dynamics:
    model = Dynamics("Decay", parameters={"k": 1.0})
    model.add_state_variable("x", "-k*x", 1.0)
    return model


@pytest.fixture
def turtle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    decay().to_yaml("decay.yaml")
    assert main(["convert", "decay.yaml", "-o", "decay.ttl"]) == 0
    return "decay.ttl"


def lose(monkeypatch, package):
    """Make a package one that cannot be imported, with what of ours needs it."""
    for name in list(sys.modules):
        if name.partition(".")[0] == package or name == "nullcline.linked.shapes":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(linked, "shapes", raising=False)  # else it is taken from there
    monkeypatch.setitem(sys.modules, package, None)


def test_every_package_of_an_extra_is_known_with_an_extra_that_has_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    has = {}
    for extra, needs in extras.items():
        for need in needs:
            name = re.split(r"[\[<>=]", need)[0]
            has.setdefault(IMPORTED.get(name, name), set()).add(extra)
    users = set(extras) - {"all", "test", "dev"}
    for package, named in has.items():
        if named & users and package != "nullcline":
            assert EXTRAS[package] in named
    assert set(EXTRAS.values()) == users


def test_the_sentence():
    html = "a page needs the package latex2mathml, which is not installed"
    assert str(NotInstalled("latex2mathml", what="a page")) == (
        f"{html}: pip install 'nullcline[html]'"
    )
    assert str(NotInstalled("jax", "pint")) == (
        "this needs the packages jax and pint, which are not installed:"
        " pip install 'nullcline[jax,units]'"
    )
    assert str(NotInstalled("theirs")).endswith(
        "theirs, which is not installed: pip install theirs"
    )
    require("json", "nullcline")
    with pytest.raises(NotInstalled, match="no_such_package_of_anyone"):
        require("json", "no_such_package_of_anyone")


def test_a_part_of_ours_that_lacks_is_no_package_to_install():
    error = ModuleNotFoundError("No module named 'nullcline.x'", name="nullcline.x")
    assert NotInstalled.of(error) is error
    assert "pip" not in unexpected(error, "f").message


def test_no_other_place_words_it():
    for path in (ROOT / "src" / "nullcline").rglob("*.py"):
        if path.name != "errors.py":
            assert "pip install" not in path.read_text(encoding="utf-8"), path


def test_a_graph_without_its_package_is_not_checked(turtle, monkeypatch, capsys):
    lose(monkeypatch, "pyshacl")
    verdict = check(Path(turtle))
    assert not verdict.valid
    assert not verdict.invalid
    assert [item.rule for item in verdict.findings] == ["installed"]
    assert re.search(SENTENCE.format("pyshacl", "rdf"), verdict.unchecked[0].message)
    assert main(["validate", turtle, "decay.yaml", "-q"]) == 1
    assert capsys.readouterr().out.startswith("decay.ttl: not checked: the check of a graph needs")
    assert main(["validate", turtle, "decay.yaml"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "2 files: 1 valid, 0 with problems, 1 not checked"
    assert main(["validate", turtle, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["summary"] == dict.fromkeys(found["summary"], 0) | {"files": 1, "not_checked": 1}
    assert (found["files"][0]["valid"], found["files"][0]["checked"]) == (False, False)
    assert main(["validate", turtle, "--sarif"]) == 1
    (result,) = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("installed", "warning")


def test_once_the_package_is_there_the_graph_is_checked(turtle, monkeypatch, capsys, tmp_path):
    with monkeypatch.context() as without:
        lose(without, "pyshacl")
        assert main(["validate", turtle, "--cache", str(tmp_path / "kept")]) == 1
    assert main(["validate", turtle, "--cache", str(tmp_path / "kept")]) == 0
    assert "decay.ttl: valid" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("package", "extra", "code"),
    [
        ("rdflib", "rdf", "nullcline.Dynamics.from_file('decay.ttl')"),
        ("matplotlib", "plot", "nullcline.plot.phase_portrait(model, 'x', 'x')"),
        ("latex2mathml", "html", "from nullcline.report import report; report(model, 'html')"),
        ("SALib", "sensitivity", "model.sensitivity({'k': (1, 2)}, feature='final:x', duration=1)"),
        ("pint", "units", "model.check_units()"),
        ("zarr", "zarr", "model.sweep({'k': [1.0, 2.0]}, duration=1, out='s.zarr')"),
    ],
)
def test_python_says_it_too(package, extra, code, turtle):
    model = decay()
    model.state_variables["x"].unit = "mV"
    model.parameters["k"].unit = "1/ms"
    model.time_unit = "ms"
    model.to_yaml("decay.yaml")
    script = f"""
import sys
sys.modules[{package!r}] = None
import nullcline.plot
model = nullcline.Dynamics.from_file("decay.yaml")
{code}
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert re.search(SENTENCE.format(package, extra), done.stderr.splitlines()[-1]), done.stderr


def test_an_engine_that_is_missing_is_told_with_its_extra(monkeypatch, capsys):
    monkeypatch.setattr(targets.Target, "missing", lambda target: target.requires)
    assert main(["targets"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert lines["pyrates"].endswith("not installed: pyrates: pip install 'nullcline[pyrates]')")
    assert lines["c"].endswith("not installed: cc)")
    found = conformance.check(targets.get_target("sbml"), decay().system(), Run(1.0, 0.1))
    assert found.reason == "roadrunner missing: pip install 'nullcline[sbml]'"
    assert installing(["cc"]) == ""
