"""Archives where a model file is read: by every command, whatever was done to them since."""

import json
import zipfile

import pytest

from nullcline import Dynamics, archive
from nullcline.cli import main
from nullcline.datamodel import Study
from nullcline.errors import ModelError
from nullcline.linked import load

MODEL = """\
name: Decay
iri: foo:bar
parameters:
  a: {value: 0.1, grounding: ["GO:0042391", "xyz:1"]}
state_variables:
  x: {equation: "-a*x", initial_value: 1.0}
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The files of an archive with the model in one target, and what `conform` said of it."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "decay.yaml").write_text(MODEL, encoding="utf-8")
    model, proofs = str(folder / "decay.yaml"), str(folder / "proofs.json")
    assert main(["conform", model, "--target", "python", "--json", proofs]) == 0
    out = str(folder / "decay.omex")
    assert main(["export", model, "--to", "omex", "--verdicts", proofs, "-o", out]) == 0
    return folder


def packed(whole):
    with zipfile.ZipFile(whole / "decay.omex") as read:
        return {name: read.read(name) for name in read.namelist()}


def rewritten(folder, files):
    path = folder / "other.omex"
    with zipfile.ZipFile(path, "w") as other:
        for name, content in files.items():
            other.writestr(name, content)
    return path


def said(capsys, *given, status=0):
    capsys.readouterr()
    assert main([*map(str, given)]) == status
    read = capsys.readouterr()
    return read.out + read.err


def test_commands_read_the_model_of_an_archive(whole, tmp_path, capsys):
    found = whole / "decay.omex"
    said(capsys, "convert", found, "-o", tmp_path / "again.yaml")
    model = Dynamics.from_yaml(whole / "decay.yaml")
    assert Dynamics.from_yaml(tmp_path / "again.yaml") == model
    assert said(capsys, "export", found, "--to", "python") == model.render_code("python")
    assert "same dynamics" in said(capsys, "diff", found, whole / "decay.yaml")
    assert "an archive with python" in said(capsys, "validate", found, "--no-cache")


def test_convert_says_that_it_reads_the_model_alone(whole, tmp_path, capsys):
    given = ["convert", whole / "decay.omex", "-o", tmp_path / "a.yaml"]
    assert "what else the archive holds" in said(capsys, *given)
    given[-1] = tmp_path / "a.omex"
    assert "`nullcline export --to omex`" in said(capsys, *given, status=1)


def test_an_archive_of_an_archive_is_the_same(whole, tmp_path, capsys):
    """Its study with it, which `model.yaml` alone does not hold."""
    out = tmp_path / "b.omex"
    given = ["--verdicts", whole / "proofs.json", "-o", out]
    said(capsys, "export", whole / "decay.omex", "--to", "omex", *given)
    assert out.read_bytes() == (whole / "decay.omex").read_bytes()


def test_the_graph_of_an_archive_is_the_model(whole):
    (found,) = load(packed(whole)["model.ttl"].decode(), "turtle")
    assert found == Dynamics.from_yaml(whole / "decay.yaml")


@pytest.mark.parametrize("ending", ["yaml", "ttl", "omex"])
def test_terms_without_a_link_are_notes(whole, tmp_path, capsys, ending):
    path = whole / f"decay.{ending}"
    if ending == "ttl":
        said(capsys, "convert", whole / "decay.yaml", "-o", path)
    found = said(capsys, "validate", path, "--no-cache")
    assert "iri: the prefix of `foo:bar` is not known" in found
    assert "parameters/a/grounding/1: the prefix of `xyz:1` is not known" in found
    assert "GO:0042391" not in found
    assert ending != "yaml" or "decay.yaml:4:45: " in found


CHANGES = {
    "unproved": ("targets/c/model.c", None, b"int main;", "targets/c/model.c is no part of what"),
    "other": ("model.yaml", b"0.1", b"0.7", "targets/python/model.py was changed"),
    "graph": ("model.ttl", b"0.1", b"0.7", "model.ttl was changed"),
    "refuted": ("conformance.json", b'"conforms"', b'"deviates"', "no verdict says that"),
    "stranger": ("conformance.json", b'"python"', b'"weird"', "model.py is no part of what"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_since_is_told_and_proves_nothing(whole, tmp_path, capsys, name):
    file, before, after, words = CHANGES[name]
    files = packed(whole)
    assert before is None or before in files[file]
    files[file] = after if before is None else files[file].replace(before, after)
    found = said(capsys, "validate", rewritten(tmp_path, files), "--no-cache")
    assert words in found
    proved = {"unproved": "python", "graph": "python"}.get(name, "no target")
    assert f"an archive with {proved}" in found


REFUSED = {
    "study": ("model.yaml", b"name: S\nmodel: ../secret.yaml\n", "put the model there itself"),
    "yaml": ("model.yaml", b"name: [\n", "/model.yaml:2:1: this is not YAML"),
    "runs": ("study.yaml", b"- 1\n", "study.yaml:1:1: a list stands here"),
    "proofs": ("conformance.json", b"[1]", "this holds no verdicts"),
    "twice": ("conformance.json", b'{"verdicts": [], "verdicts": []}', "`verdicts` stands twice"),
    "bytes": ("conformance.json", b"\xff", "conformance.json:1: this is not text in UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_part_that_cannot_be_read_is_a_finding(whole, tmp_path, capsys, name):
    file, content, words = REFUSED[name]
    (tmp_path / "secret.yaml").write_text(MODEL, encoding="utf-8")
    path = rewritten(tmp_path, packed(whole) | {file: content})
    assert words in said(capsys, "validate", path, "--no-cache", status=1)
    with pytest.raises(ModelError):
        archive.read(path)


def verdicts(whole, **changes):
    (proof,) = archive.verdicts((whole / "proofs.json").read_text("utf-8"), "p").verdicts
    for name, value in changes.items():
        setattr(proof, name, value)
    return proof


def test_a_model_proved_twice_is_packed_once(whole):
    """`conform` over a folder with a model and its study gives two verdicts on one text."""
    model = Dynamics.from_yaml(whole / "decay.yaml")
    made = archive.archive(model, Study("Decay"), [verdicts(whole), verdicts(whole)])
    names = [entry.location for entry in made.entries()]
    assert made.conforming == ["python"]
    assert len(names) == len(set(names))


def test_what_deviates_in_one_run_is_left_out(whole):
    model = Dynamics.from_yaml(whole / "decay.yaml")
    proofs = [verdicts(whole), verdicts(whole, outcome="deviates", reason="x, at t = 1")]
    for given in (proofs, proofs[::-1]):
        made = archive.archive(model, Study("Decay"), given)
        assert made.conforming == []
        assert made.notes[0] == "python is left out: deviates: x, at t = 1"


def test_verdicts_are_converted_as_what_they_are(whole, tmp_path, capsys):
    proofs = whole / "proofs.json"
    said(capsys, "convert", proofs, "-o", tmp_path / "p.ttl")
    said(capsys, "convert", tmp_path / "p.ttl", "-o", tmp_path / "p.json")
    said(capsys, "convert", tmp_path / "p.json", "-o", tmp_path / "p.yaml")
    read = said(capsys, "convert", tmp_path / "p.yaml", "--to", "json")
    assert json.loads(read) == json.loads(proofs.read_text(encoding="utf-8"))


def test_the_run_of_a_model_is_the_one_that_proved_it_not_that_of_a_study(whole, tmp_path, capsys):
    """Verdicts of a folder hold both under one name."""
    data = json.loads((whole / "proofs.json").read_text(encoding="utf-8"))
    (own,) = data["verdicts"]
    study = {**own, "model_path": "study.yaml", "duration": own["duration"] * 3}
    for order in ([own, study], [study, own]):
        (tmp_path / "p.json").write_text(json.dumps({**data, "verdicts": order}), "utf-8")
        given = ["--verdicts", tmp_path / "p.json", "-o", tmp_path / "c.omex"]
        said(capsys, "export", whole / "decay.yaml", "--to", "omex", *given)
        (run,) = archive.read(tmp_path / "c.omex").study.runs.values()
        assert run.duration == own["duration"]


def test_a_target_that_is_not_here_is_told(whole):
    model = Dynamics.from_yaml(whole / "decay.yaml")
    made = archive.archive(model, Study("Decay"), [verdicts(whole, target="elsewhere")])
    assert made.notes[0] == "elsewhere is left out: there is no such target here"


def test_an_archive_is_not_written_under_the_name_of_another_format(whole, tmp_path, capsys):
    given = ["export", whole / "decay.yaml", "--to", "omex", "-o", tmp_path / "a.yaml"]
    assert "-o MODEL.omex" in said(capsys, *given, status=1)


DOCTYPE = '<!DOCTYPE omexManifest [<!ENTITY x "./model.yaml">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_no_encoding_hides_a_document_type(whole, tmp_path, capsys, encoding):
    files = packed(whole)
    name = encoding[:6] if encoding != "utf-8" else encoding
    mark = "" if encoding in {"utf-8", "utf-16", "utf-32"} else "\ufeff"
    text = files["manifest.xml"].decode().replace("UTF-8", name).replace("./model.yaml", "&x;")
    text = mark + text.replace("<omex", f"{DOCTYPE}<omex", 1)
    path = tmp_path / "a.omex"
    with zipfile.ZipFile(path, "w") as made:
        for file, content in files.items():
            made.writestr(file, text.encode(encoding) if file == "manifest.xml" else content)
    assert main(["validate", str(path)]) == 1
    said = capsys.readouterr().out
    wanted = (
        "this is no XML" if encoding == "utf-32" else "document types and entities are not read"
    )
    assert wanted in said


def test_a_damaged_archive_does_not_end_the_check_of_others(whole, tmp_path, capsys):
    data = (whole / "decay.omex").read_bytes()
    at = data.index(b"PK\x03\x04", 4) - 20  # within the first compressed member
    central = data.rindex(b"PK\x01\x02")
    name = data.index(b"model.yaml")
    damages = {
        "flipped": data[:at] + bytes([data[at] ^ 64]) + data[at + 1 :],
        "cut": data[: len(data) // 2],
        "central": data[: central + 4] + b"\xff" * 30 + data[central + 34 :],
        "lying": data[: central + 24] + b"\xff\xff\xff\x7f" + data[central + 28 :],
        "renamed": data[:name] + b"\x00" * 10 + data[name + 10 :],
        "none": b"PK",
    }
    paths = [tmp_path / f"{name}.omex" for name in damages]
    for path, content in zip(paths, damages.values(), strict=True):
        path.write_bytes(content)
    found = said(capsys, "validate", *paths, whole / "decay.omex", status=1)
    assert "1 valid, 6 with problems" in found
    assert "did not expect" not in found
    for path in paths:
        assert f"{path}: " in found or f"{path}/" in found


def test_an_entry_without_a_name_is_refused(whole, tmp_path, capsys):
    path = tmp_path / "a.omex"
    info = zipfile.ZipInfo("x")
    info.filename = ""
    path.write_bytes((whole / "decay.omex").read_bytes())
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(info, "x")
    assert "an entry has no name" in said(capsys, "validate", path, status=1)
