"""`nullcline validate` on files of every kind, named, in folders and from a pipe."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nullcline import Dynamics, structure
from nullcline.cli import main
from nullcline.validation import judging, pool
from nullcline.validation.checks import check
from nullcline.validation.files import model_files
from nullcline.validation.verdict import RULES, Verdict

DATA = Path(__file__).parent / "data"
VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: "z", initial_value: 0.1}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""
STUDY = "name: S\nmodel: vdp.yaml\nruns: {r: {duration: 1, parameters: {mu: 2.0}}}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "vdp.yaml").write_text(VDP, encoding="utf-8")
    return tmp_path


def said(capsys, *arguments, status=0):
    assert main(["validate", *arguments]) == status
    shown = capsys.readouterr()
    assert shown.err == ""
    return shown.out


# What is checked


def rules(tmp_path, text, name="m.yaml"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return [item.rule for item in check(tmp_path / name).findings]


def test_each_finding_has_the_rule_of_its_check(folder):
    assert rules(folder, VDP) == []
    assert rules(folder, "name: [") == ["read"]
    assert rules(folder, VDP + "colour: red\n") == ["schema"]
    assert rules(folder, VDP.replace("mu*", "nu*")) == ["equations"]
    assert rules(folder, VDP.replace("{mu: 1.0}", "{mu: }")) == ["missing"]
    assert rules(folder, VDP + "events: {e: {}}\n") == ["unsupported"]
    assert rules(folder, VDP + "iri: foo:bar\n") == ["terms"]
    assert rules(folder, STUDY) == []
    assert rules(folder, STUDY.replace("mu:", "nu:")) == ["study"]
    assert rules(folder, STUDY + "colour: red\n") == ["schema"]
    axis = "sweeps: {s: {run: r, axes: {mu: {values: [1.0, .inf]}}}}\n"
    assert set(rules(folder, STUDY + axis)) <= {"sweep", "schema"}


def test_every_rule_says_what_it_demands():
    assert {severity for severity, _ in RULES.values()} == {"error", "warning", "note"}
    assert all(text.endswith(".") for _, text in RULES.values())


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.yaml")), ids=lambda path: path.stem)
def test_a_verdict_survives_json(path):
    verdict = check(path)
    assert Verdict.from_plain(json.loads(json.dumps(verdict.plain()))) == verdict


# Files that are none


def test_whatever_a_file_is_it_gets_a_sentence(folder, capsys):
    (folder / "binary.yaml").write_bytes(bytes(range(256)))
    (folder / "latin.yaml").write_bytes("name: Müller\n".encode("latin-1"))
    (folder / "huge.yaml").write_text("é" * 2_600_000, encoding="utf-8")
    (folder / "empty.yaml").write_text("", encoding="utf-8")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    (folder / "folder.yaml" / "inner.yml").write_text(VDP, encoding="utf-8")
    (folder / "folder.yaml" / "up").symlink_to(folder, target_is_directory=True)
    lines = said(capsys, ".", "no.yaml", "vdp.yaml/x.yaml", status=1).splitlines()
    expected = {
        "binary.yaml:2: ": "not text in UTF-8",
        "empty.yaml: ": "the file is empty",
        "folder.yaml/inner.yml: ": "valid: VdP",
        "gone.yaml: ": "there is no such file",
        "huge.yaml: ": "at most 5,000,000",
        "latin.yaml:1: ": "the byte 0xFC",
        "loop.yaml: ": "the file cannot be read: ",
        "pipe.yaml: ": "neither a file nor a folder",
        "vdp.yaml: ": "valid: VdP",
        "no.yaml: ": "there is no such file",
        "vdp.yaml/x.yaml: ": "the file cannot be read: Not a directory",
    }
    for line, (start, words) in zip(lines, expected.items(), strict=False):
        assert line.startswith(start)
        assert words in line
    assert lines[len(expected) :] == ["11 files: 2 valid, 9 with problems"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything can be read")
def test_what_may_not_be_read_is_told(folder, capsys):
    (folder / "vdp.yaml").chmod(0)
    assert "Permission denied" in said(capsys, "vdp.yaml", status=1)
    (folder / "inner").mkdir(mode=0)
    assert main(["validate", "."]) == 1
    assert "inner: the folder cannot be read" in capsys.readouterr().err


def test_a_file_whose_name_is_no_text_is_shown(folder, capsys):
    name = os.fsdecode(b"caf\xe9.yaml")
    (folder / name).write_text(VDP, encoding="utf-8")
    assert "caf\\udce9.yaml: valid" in said(capsys, ".")
    found = json.loads(said(capsys, ".", "--json"))["files"][0]
    assert found["file"] == name
    (folder / name).write_text("name: [", encoding="utf-8")
    assert '"caf%E9.yaml"' in said(capsys, ".", "--sarif", status=1)


def test_a_file_is_checked_once_however_often_it_is_named(folder):
    (folder / "a.yml").write_text(VDP, encoding="utf-8")
    assert list(map(str, model_files(["vdp.yaml", ".", "vdp.yaml"]))) == ["vdp.yaml", "a.yml"]


def test_a_folder_that_holds_no_model_is_an_error(folder, capsys):
    (folder / "empty").mkdir()
    assert main(["validate", "vdp.yaml", "empty", "--json"]) == 1
    said = "the folder holds no .yaml or .yml file; name files of other formats"
    assert capsys.readouterr().err == f"nullcline: empty: {said}\n"


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (VDP.encode(), 0, "<stdin>: valid: VdP"),
        (VDP.replace("mu*", "nu*").encode(), 1, "<stdin>:5:17: state_variables/z"),
        (b"\xff", 1, "<stdin>:1: this is not text in UTF-8"),
        (b"", 1, "<stdin>: the file is empty"),
        (STUDY.encode(), 0, "<stdin>: valid: the study S of VdP"),
    ],
)
def test_a_model_from_standard_input(folder, monkeypatch, capsys, text, status, words):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert said(capsys, "-", status=status).startswith(words)


# What is printed


def test_quiet_prints_problems_alone(folder, capsys):
    (folder / "note.yaml").write_text(VDP + "events: {e: {}}\n", encoding="utf-8")
    assert said(capsys, ".", "--quiet") == ""
    (folder / "bad.yaml").write_text("name: [\n", encoding="utf-8")
    assert said(capsys, ".", "-q", status=1).startswith("bad.yaml:2:1: this is not YAML")


def test_output_goes_to_a_file(folder, capsys):
    assert said(capsys, "vdp.yaml", "-o", "found.txt") == ""
    assert (folder / "found.txt").read_text(encoding="utf-8").splitlines() == [
        "vdp.yaml: valid: VdP (2 state variables, 1 parameter)",
        "1 file: 1 valid, 0 with problems",
    ]
    assert main(["validate", "vdp.yaml", "-o", "none/found.txt"]) == 1
    assert capsys.readouterr().err == (
        f"nullcline: none/found.txt cannot be written: there is no folder {folder / 'none'}\n"
    )


def test_output_never_replaces_a_file_that_is_checked(folder, capsys):
    (folder / "link").symlink_to("vdp.yaml")
    (folder / "link.txt").symlink_to("vdp.yaml")
    for name in ("link", "link.txt"):
        assert main(["validate", ".", "-o", name]) == 1
        assert "itself: write to another file" in capsys.readouterr().err
    assert main(["validate", ".", "-o", "vdp.yaml"]) == 1
    assert "written as .txt, .json or .sarif" in capsys.readouterr().err
    assert (folder / "vdp.yaml").read_text(encoding="utf-8") == VDP


def test_json_holds_every_problem_with_its_place(folder, capsys):
    text = VDP.replace("mu*", "nu*") + "events: {e: {}}\nlabel: L\n"
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    (folder / "note.yaml").write_text(VDP + "events: {e: {}}\n", encoding="utf-8")
    found = json.loads(said(capsys, ".", "--json", status=1))
    assert found["summary"] == {"files": 3, "valid": 2, "invalid": 1, "not_checked": 0} | {
        "errors": 1,
        "notes": 1,
    }
    assert [item["file"] for item in found["files"]] == ["bad.yaml", "note.yaml", "vdp.yaml"]
    assert found["files"][2] == {
        **{"file": "vdp.yaml", "valid": True, "checked": True, "kind": "model", "name": "VdP"},
        **{"findings": [], "kept": [], "remarks": []},
    }
    (problem,) = found["files"][0]["findings"]
    assert problem["message"].startswith("`nu` is not declared")
    where = {"file": "bad.yaml", "line": 5, "column": 17}
    path = ["state_variables", "z", "equation", "rhs"]
    given = {"rule": "equations", "severity": "error", "path": path, **where}
    assert given.items() <= problem.items()
    (note,) = found["files"][1]["findings"]
    assert (note["rule"], note["severity"], note["line"]) == ("unsupported", "note", 6)
    assert found["files"][1]["valid"]


def test_all_problems_of_a_file_are_in_json(folder, capsys):
    wrong = "".join(f'  x{k}: {{equation: "nothing_{k}"}}\n' for k in range(60))
    (folder / "vdp.yaml").write_text(f"name: M\nstate_variables:\n{wrong}", encoding="utf-8")
    found = json.loads(said(capsys, ".", "--json", status=1))
    assert len(found["files"][0]["findings"]) == found["summary"]["errors"] == 60


# Several processes


def test_several_processes_say_what_one_says(capsys):
    one = said(capsys, str(DATA), "--json", "--jobs", "1", "--no-cache", status=1)
    command = [sys.executable, "-m", "nullcline", "validate", str(DATA), "--json", "--jobs", "3"]
    three = subprocess.run(command, capture_output=True, text=True, check=False)
    assert three.stdout == one
    assert three.stderr == ""


DEADLY = """
import os, sys
from pathlib import Path
from nullcline.validation.judging import Work, verdicts

class Deadly(Work):
    def __call__(self, path):
        if path.name.startswith("killer"):
            os._exit(9)
        return super().__call__(path)

if __name__ == "__main__":
    for verdict in verdicts(list(map(Path, sys.argv[1:])), Deadly(), jobs=2):
        print(verdict.file, verdict.valid, *verdict.errors)
"""


def test_a_process_that_dies_costs_no_other_file_its_verdict(folder):
    names = ["killer.yaml" if index == 13 else f"m{index}.yaml" for index in range(30)]
    names.append("killer_2.yaml")
    for name in names:
        (folder / name).write_text(VDP, encoding="utf-8")
    (folder / "deadly.py").write_text(DEADLY, encoding="utf-8")
    command = [sys.executable, "deadly.py", *names]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == names
    ended = [line for line in lines if "the process that checked it was ended" in line]
    assert [line.split()[:2] for line in ended] == [["killer.yaml", "False"], [names[-1], "False"]]
    assert sum(line.split()[1] == "True" for line in lines) == 29


def test_few_files_need_no_second_process(folder, monkeypatch, capsys):
    monkeypatch.setattr(pool, "shared", None)
    assert "1 valid" in said(capsys, ".")
    monkeypatch.setattr(judging, "cores", lambda: 1)
    for index in range(60):
        (folder / f"m{index}.yaml").write_text(VDP, encoding="utf-8")
    assert "61 valid" in said(capsys, ".")


def test_jobs_are_counted_from_one(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["validate", "x.yaml", "--jobs", "0"])
    assert caught.value.code == 2
    assert "0 is less than 1" in capsys.readouterr().err


# Other formats


def test_files_of_other_formats_are_checked_where_they_are_named(folder, capsys):
    model = structure.dump(Dynamics.from_yaml(VDP))
    (folder / "vdp.json").write_text(json.dumps(model), encoding="utf-8")
    (folder / "package.json").write_text("{}", encoding="utf-8")
    assert said(capsys, ".").splitlines()[-1] == "1 file: 1 valid, 0 with problems"
    assert "vdp.json: valid: VdP" in said(capsys, "vdp.json")
    assert "package.json: name: the name is missing" in said(capsys, "package.json", status=1)


def test_a_verdict_on_a_study_is_not_kept_when_the_archive_of_its_model_changes(folder, capsys):
    (folder / "s.yaml").write_text("name: S\nmodel: m.json\nruns: {r: {duration: 1.0}}\n")
    text = json.dumps(structure.dump(Dynamics.from_yaml(VDP)))
    (folder / "m.json").write_text(text, encoding="utf-8")
    cache = ["--cache", str(folder / "kept")]
    assert "s.yaml: valid" in said(capsys, "s.yaml", *cache)
    (folder / "m.json").write_text(text.replace('"name"', '"nam"', 1), encoding="utf-8")
    assert "the name is missing" in said(capsys, "s.yaml", *cache, status=1)
