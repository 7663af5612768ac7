"""SARIF that CI systems read: the structure of the standard, and places that exist."""

import json
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest

from nullcline import Place, Problem
from nullcline.cli import main
from nullcline.validation.sarif import to_sarif, uri
from nullcline.validation.verdict import RULES, Finding, Verdict

DATA = Path(__file__).parent / "data"


def closed(required=(), **properties):
    """An object of the standard: what it must hold and all that we write of it."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def many(items, least=0):
    return {"type": "array", "items": items, "minItems": least}


TEXT = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
POSITIVE = {"type": "integer", "minimum": 1}
MESSAGE = closed(["text"], text=TEXT)
REGION = closed(["startLine"], startLine=POSITIVE, startColumn=POSITIVE)
ARTIFACT = closed(["uri"], uri={"type": "string", "pattern": r"^[A-Za-z0-9._~!$&'()*+,;=:@/%-]+$"})
LOCATION = closed(
    physicalLocation=closed(["artifactLocation"], artifactLocation=ARTIFACT, region=REGION),
    logicalLocations=many(closed(fullyQualifiedName=TEXT, kind={"const": "member"}), 1),
)
RULE = closed(["id"], id=TEXT, shortDescription=MESSAGE, defaultConfiguration=closed(level=LEVEL))
RESULT = closed(
    ["message"],  # section 3.27; the others are what we always give
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=many(LOCATION, 1),
)
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=closed(["name"], name=TEXT, version=TEXT, rules=many(RULE))),
    invocations=many(closed(["executionSuccessful"], executionSuccessful={"type": "boolean"})),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=many(RESULT),
)
LOG = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string"}, "version": {"const": "2.1.0"}, "runs": many(RUN)},
)
"""The part of SARIF 2.1.0 (OASIS, sections 3.13 to 3.52) that is written."""


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    out = tmp_path_factory.mktemp("sarif") / "found.sarif"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(DATA)
        assert main(["validate", "valid", "invalid", "--sarif", "-o", str(out)]) == 1
    return json.loads(out.read_text(encoding="utf-8"))


def test_it_is_what_the_standard_says(log):
    jsonschema.Draft202012Validator.check_schema(LOG)
    jsonschema.validate(log, LOG)


def test_every_result_has_a_rule_and_a_place_that_exist(log):
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert len(run["results"]) >= 60
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        physical = result["locations"][0]["physicalLocation"]
        lines = (DATA / physical["artifactLocation"]["uri"]).read_bytes().split(b"\n")
        region = physical.get("region", {"startLine": 1})
        assert region["startLine"] <= len(lines)
        assert region.get("startColumn", 1) <= len(lines[region["startLine"] - 1]) + 1


def test_every_invalid_file_and_no_valid_one_has_an_error(log):
    errors = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
        if result["level"] == "error"
    }
    invalid = {str(path.relative_to(DATA)) for path in (DATA / "invalid").rglob("*.yaml")}
    assert errors >= invalid
    assert not any(name.startswith("valid/") for name in errors)


def test_braces_and_brackets_of_a_message_are_text():
    problem = Problem("`{0}` and [x](1)", Place(), "put { in quotes")
    log = json.loads(to_sarif([Verdict("m.yaml", findings=(Finding("read", problem),))]))
    (result,) = log["runs"][0]["results"]
    assert result["message"]["text"] == "`{{0}}` and [x](1); put {{ in quotes"
    jsonschema.validate(log, LOG)


@pytest.mark.parametrize("name", ["a b.yaml", "100%.yaml", "#1?.yaml", "ü/λ.yaml", "a:b.yaml"])
def test_a_uri_is_relative_and_leads_back_to_the_file(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert unquote(uri(name)).removeprefix("./") == name
    assert uri(str(tmp_path / name)) == uri(name)
    assert uri(f"x/../{name}") == uri(name)
    assert not uri(name).split("/")[0].count(":")
    assert uri("../m.yaml") == (tmp_path.parent / "m.yaml").as_uri()
