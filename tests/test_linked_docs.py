"""docs/linked_data.md is true: its examples run."""

import re
from pathlib import Path
from typing import Any

import pytest

from nullcline.cli import main
from nullcline.linked import dump

rdflib = pytest.importorskip("rdflib")

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "linked_data.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def names() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    return names


def test_the_example_in_python(names: dict[str, Any]) -> None:
    assert [str(row.name) for row in names["rows"]] == ["x", "z"]


def test_the_example_in_turtle_is_in_the_graph(names: dict[str, Any]) -> None:
    prefixes = re.findall(r"^@prefix .*$", names["text"], re.MULTILINE)
    shown = rdflib.Graph().parse(data="\n".join([*prefixes, block("turtle")]), format="turtle")
    lists = {rdflib.RDF.first, rdflib.RDF.rest}
    plain = [t for t in shown if t[1] not in lists and not isinstance(t[2], rdflib.BNode)]
    assert len(plain) > 8
    assert not [triple for triple in plain if triple not in names["triples"]]


def test_the_examples_of_the_command_line(
    names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    library = ROOT / "src" / "nullcline" / "library"
    Path("vdp.yaml").write_text(dump(names["vdp"], "yaml"), encoding="utf-8")
    Path("sir.yaml").write_text((library / "sir.yaml").read_text("utf-8"), encoding="utf-8")
    for line in block("console").splitlines():
        assert main(line.split()[1:]) == 0, line
    assert Path("again.yaml").read_text("utf-8") == Path("vdp.yaml").read_text("utf-8")
