"""`nullcline convert`, and that every command reads what it writes."""

import io
import sys
from pathlib import Path

import pytest

from nullcline import Dynamics
from nullcline.cli import main

pytest.importorskip("rdflib")

ROOT = Path(__file__).resolve().parent.parent
LORENZ = str(ROOT / "src" / "nullcline" / "library" / "lorenz.yaml")
SIR = str(ROOT / "src" / "nullcline" / "library" / "sir.yaml")
DECAY = 'name: Decay\nstate_variables:\n  x: {equation: "-x", initial_value: 1.0}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_model_goes_round_through_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    names = ["a.ttl", "b.jsonld", "c.owl", "d.json", "e.yaml"]
    for old, new in zip([LORENZ, *names], names, strict=False):
        assert main(["convert", old, "-o", new]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "e.yaml: Lorenz"
    assert Dynamics.from_file("e.yaml").to_yaml() == Dynamics.from_yaml(LORENZ).to_yaml()


def test_several_models_share_a_graph_and_part_again(folder: Path) -> None:
    assert main(["convert", LORENZ, SIR, "-o", "both.ttl"]) == 0
    (folder / "models").mkdir()
    assert main(["convert", "both.ttl", "--to", "yaml", "-o", "models"]) == 0
    assert sorted(path.name for path in (folder / "models").iterdir()) == [
        "Lorenz.yaml",
        "SIR.yaml",
    ]
    assert Dynamics.from_yaml("models/SIR.yaml").to_yaml() == Dynamics.from_yaml(SIR).to_yaml()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["both.ttl", "-o", "one.yaml"], "one yaml file holds one declaration, and 2 were read"),
        (["both.ttl", "-o", "one.xyz"], "is written as .yaml, .json, .ttl, .jsonld or .owl"),
        (["both.ttl"], "name the format"),
        (["no.ttl", "--to", "yaml"], "no.ttl: there is no such file"),
        (["both.ttl", "-o", "both.ttl"], "is the model file itself"),
        (["both.ttl", "--to", "turtle", "--base", "here"], "the base here is not an IRI"),
        (["both.ttl", "--to", "turtle", "--base", "http://x/../"], "is not an IRI"),
        (["both.ttl", "both.ttl", "--to", "turtle"], "two declarations have the IRI"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", LORENZ, SIR, "-o", "both.ttl"]) == 0
    assert main(["convert", *arguments]) == 1
    assert message in capsys.readouterr().err


def test_two_declarations_do_not_share_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "out").mkdir()
    assert main(["convert", LORENZ, SIR, LORENZ, "--to", "json", "-o", "out"]) == 1
    assert "Lorenz.json would be written twice" in capsys.readouterr().err
    assert not list((folder / "out").iterdir())


def test_standard_input_and_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["convert", LORENZ, "--to", "turtle"]) == 0
    text = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["convert", "-", "--from", "turtle", "--to", "yaml"]) == 0
    assert capsys.readouterr().out == Dynamics.from_yaml(LORENZ).to_yaml()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert main(["convert", "-", "--to", "yaml"]) == 1
    assert "not text in UTF-8" in capsys.readouterr().err


def test_terms_that_are_no_links_are_noted(capsys: pytest.CaptureFixture[str]) -> None:
    Dynamics("M", iri="XYZ:1", state_variables={"x": {"equation": "-x"}}).to_yaml("m.yaml")
    assert main(["convert", "m.yaml", "-o", "m.ttl"]) == 0
    assert "note: iri: the prefix of `XYZ:1` is not known" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".owl", ".json"])
def test_other_commands_read_linked_data(suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = f"lorenz{suffix}"
    assert main(["convert", LORENZ, "-o", file]) == 0
    for command in (["export", "--to", "python"], ["report"], ["simulate", "--duration", "1"]):
        capsys.readouterr()
        assert main([command[0], file, *command[1:]]) == 0
        theirs = capsys.readouterr().out
        assert main([command[0], LORENZ, *command[1:]]) == 0
        assert capsys.readouterr().out == theirs


def test_writing_needs_no_other_package_and_reading_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [*sys.modules]:
        if name.partition(".")[0] == "rdflib" or name.startswith("nullcline.sources.graph"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rdflib", None)
    monkeypatch.setitem(sys.modules, "pint", None)
    monkeypatch.delattr("nullcline.sources.graph", raising=False)
    for suffix in (".ttl", ".jsonld", ".owl"):
        assert main(["convert", LORENZ, "-o", f"a{suffix}"]) == 0
    assert main(["convert", "a.ttl", "-o", "b.yaml"]) == 1
    assert "this needs the package rdflib" in capsys.readouterr().err


def test_the_verb_writes_what_the_command_writes(folder: Path) -> None:
    main(["convert", LORENZ, "-o", "command.ttl"])
    Dynamics.from_yaml(LORENZ).to_rdf("verb.ttl")
    assert (folder / "verb.ttl").read_bytes() == (folder / "command.ttl").read_bytes()


def test_a_study_may_name_a_model_in_linked_data(folder: Path) -> None:
    main(["convert", LORENZ, "-o", "lorenz.ttl"])
    (folder / "study.yaml").write_text("name: S\nmodel: lorenz.ttl\nruns: {r: {duration: 1}}\n")
    assert main(["convert", "study.yaml", "-o", "study.jsonld"]) == 0
    assert main(["convert", "study.jsonld", "-o", "again.yaml"]) == 0
    from nullcline.sources import read_file
    from nullcline.study import load_study

    study, model = load_study(read_file("study.jsonld"), folder)
    assert model.to_yaml() == Dynamics.from_yaml(LORENZ).to_yaml()
    assert study.runs["r"].duration == 1


def test_suffixes_in_capitals_are_the_same_formats(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(DECAY, encoding="utf-8")
    for before, after in (("a.yaml", "B.TTL"), ("B.TTL", "C.JSON"), ("C.JSON", "D.YAML")):
        assert main(["convert", str(tmp_path / before), "-o", str(tmp_path / after)]) == 0
        assert main(["validate", "--no-cache", str(tmp_path / after)]) == 0
    assert main(["diff", str(tmp_path / "a.yaml"), str(tmp_path / "D.YAML")]) == 0


def test_names_that_are_one_file_are_refused(tmp_path, capsys):
    """As `a` and `A` are where the case of letters is nothing; a link does the same here."""
    for name in ("a", "b"):
        text = DECAY.replace("name: Decay", f"name: {name}")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "b.ttl").symlink_to("a.ttl")
    given = [str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"), "--to", "turtle", "-o", str(out)]
    assert main(["convert", *given]) == 1
    assert "two names are one to this file system" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", [["export", "--to", "python"], ["report"], ["convert", "--to", "json"]]
)
def test_a_study_is_read_where_a_model_is(tmp_path, capsys, given):
    (tmp_path / "a.yaml").write_text(DECAY, encoding="utf-8")
    text = "name: S\nmodel: a.yaml\nruns: {r: {duration: 1.0}}\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    said = []
    for name in ("a.yaml", "s.yaml"):
        assert main([given[0], str(tmp_path / name), *given[1:]]) == 0
        said.append(capsys.readouterr().out)
    assert (said[0] == said[1]) is (given[0] != "convert")
