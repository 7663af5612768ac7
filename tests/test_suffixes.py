"""A file is what its suffix says: the format follows it, a contradiction is an error told."""

import stat

import pytest

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.report import pdf
from nullcline.suffixes import agreed, refuse
from nullcline.targets import all_targets

VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: "z", initial_value: 0.1}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""


@pytest.fixture
def vdp(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vdp.yaml").write_text(VDP, encoding="utf-8")
    return "vdp.yaml"


def program(folder, name, script):
    """A stand-in for a LaTeX."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


BEGINNINGS = {"r.pdf": b"%PDF-", "r.html": b"<!DOCTYPE html", "r.HTM": b"<!DOCTYPE html"}
BEGINNINGS |= {"r.md": b"# VdP", "r.tex": b"\\documentclass", "r": b"# VdP"}


@pytest.mark.parametrize("output", BEGINNINGS)
def test_a_report_is_what_its_suffix_says(vdp, tmp_path, monkeypatch, output):
    programs = tmp_path / "bin"
    programs.mkdir()
    seen = "for a in $*; do case $a in -no-shell-escape) printf '%%PDF-' >report.pdf;; esac; done"
    program(programs, "pdflatex", seen)
    monkeypatch.setenv("PATH", str(programs))
    assert main(["report", vdp, "-o", output]) == 0
    assert (tmp_path / output).read_bytes().startswith(BEGINNINGS[output])


def test_without_a_latex_a_pdf_is_refused_with_how_to_get_it(vdp, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["report", vdp, "-o", "r.pdf"]) == 1
    said = capsys.readouterr().err
    assert "install one" in said
    assert ".html or .tex" in said
    assert not (tmp_path / "r.pdf").exists()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (
            "printf '! Undefined control sequence.\\nl.12 \\\\oops\\n' >report.log; exit 1",
            "line 12",
        ),
        ("exit 3", "pdflatex cannot set this report"),
        ("true", "pdflatex made no PDF of this report"),
    ],
)
def test_the_error_of_latex_is_told(vdp, tmp_path, monkeypatch, capsys, script, told):
    program(tmp_path, "pdflatex", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "r.pdf").write_bytes(b"before")
    assert main(["report", vdp, "-o", "r.pdf"]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert "write it as .tex" in said
    assert (tmp_path / "r.pdf").read_bytes() == b"before"


def test_latex_runs_nothing_and_has_an_end(vdp, tmp_path, monkeypatch, capsys):
    program(tmp_path, "pdflatex", "exec /bin/sleep 5")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(pdf, "LIMIT", 0.1)
    assert main(["report", vdp, "-o", "r.pdf"]) == 1
    assert "was stopped after 0.1 s" in capsys.readouterr().err


WRONG = {
    "report vdp.yaml --format html -o r.pdf": "the suffix promises PDF",
    "report vdp.yaml --format pdf": "name its file with -o FILE.pdf",
    "report vdp.yaml --format pdf -o r.html": "name the file *.pdf",
    "report vdp.yaml -o r.docx": "written as .md, .html, .tex or .pdf",
    "export vdp.yaml --to python -o m.c": "name the file *.py",
    "export vdp.yaml --to nullcline -o m.json": "name the file *.yaml or *.yml",
    "export vdp.yaml --to sbml -o m.pdf": "name the file *.xml or *.sbml",
    "convert vdp.yaml --to turtle -o m.yaml": "name the file *.ttl",
    "convert vdp.yaml --to json-ld -o m.json": "name the file *.jsonld",
    "convert vdp.yaml -o m.pdf": "written as .yaml, .json, .ttl, .jsonld or .owl",
    "validate vdp.yaml --json -o v.sarif": "name the file *.json",
    "validate vdp.yaml -o v.html": "written as .txt, .json or .sarif",
    "conform vdp.yaml --report r.pdf": "name the file *.html",
    "conform vdp.yaml --junit r.json": "name the file *.xml",
    "conform vdp.yaml --json r.html": "name the file *.json",
    "conform vdp.yaml --update-readme r.html": "name the file *.md",
    "simulate vdp.yaml --duration 1 -o r.png": ".csv or .nc",
    "simulate vdp.yaml --duration 1 --plot r.csv": ".png, .svg or .pdf",
    "sweep vdp.yaml --over mu=0:1:2 --duration 1 -o r.png": ".zarr, .nc",
    "sweep vdp.yaml --over mu=0:1:2 --duration 1 --plot r.nc": ".png, .svg or .pdf",
    "sensitivity vdp.yaml --over mu=1:2 --feature mean:x --duration 1 -o r.zarr": ".csv or .nc",
    "continue vdp.yaml --over mu=0:1 -o r.nc": "written as .csv",
    "site vdp.yaml -o r.html": "which is a folder",
    "demo r.pdf": "which is a folder",
    "init r.yaml": "which is a folder",
}


@pytest.mark.parametrize("command", WRONG)
def test_a_suffix_that_does_not_suit_is_refused(vdp, tmp_path, capsys, command):
    assert main(command.split()) == 1
    said = capsys.readouterr().err
    assert WRONG[command] in said
    assert [path.name for path in tmp_path.iterdir()] == ["vdp.yaml"]


@pytest.mark.parametrize("target", all_targets().values(), ids=lambda target: target.name)
def test_an_export_may_have_its_own_suffix_or_none(target):
    for suffix in (*target.suffixes, target.suffix.upper(), "", ".txt"):
        refuse(f"m{suffix}", target.suffixes, "an export")


@pytest.mark.parametrize(
    ("output", "begins"), [("v.json", "{"), ("v.sarif", "{"), ("v.txt", "vdp"), ("v", "vdp")]
)
def test_verdicts_are_written_in_the_form_of_the_suffix(vdp, tmp_path, output, begins):
    assert main(["validate", vdp, "--no-cache", "-o", output]) == 0
    assert (tmp_path / output).read_text(encoding="utf-8").startswith(begins)


def test_capital_suffixes_are_suffixes(vdp, tmp_path):
    assert main(["simulate", vdp, "--duration", "1", "-o", "a.CSV"]) == 0
    assert (tmp_path / "a.CSV").read_text(encoding="utf-8").startswith("t,x,z")
    assert main(["simulate", vdp, "--duration", "1", "-o", "a.NC"]) == 0
    assert (tmp_path / "a.NC").read_bytes().startswith(b"CDF")


def test_the_verbs_of_a_model_follow_the_suffix(vdp, tmp_path):
    model = Dynamics.from_yaml(vdp)
    assert model.to_rdf(tmp_path / "m.jsonld").startswith("{")
    assert "RDF" in model.to_rdf(tmp_path / "m.owl")
    assert model.to_rdf(tmp_path / "m").startswith("@base")
    with pytest.raises(ValueError, match="name the file \\*\\.ttl"):
        model.to_rdf(tmp_path / "n.jsonld", format="turtle")
    with pytest.raises(ValueError, match="promises Python"):
        model.to_yaml(tmp_path / "n.py")
    with pytest.raises(ValueError, match="promises YAML"):
        model.to_yaml(tmp_path / "n.yaml", format="python")
    assert not list(tmp_path.glob("n.*"))


def test_a_suffix_of_no_format_may_hold_anything():
    forms = {"a": (".html",), "b": (".strange",)}
    assert agreed("x.dat", "a", forms, "it") == "a"
    assert agreed("x.strange", None, forms, "it") == "b"
    with pytest.raises(ValueError, match="promises the format b, not it as a"):
        agreed("x.strange", "a", forms, "it")
