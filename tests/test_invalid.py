"""Every malformed model is refused in the words that stand beside it; none runs or crashes."""

import subprocess
import sys
from pathlib import Path

import pytest

from nullcline import Dynamics, ModelError
from nullcline.cli import main
from nullcline.sources.yaml import read_file
from nullcline.study import is_study, load_study

INVALID = Path(__file__).parent / "data" / "invalid"
FILES = sorted(INVALID.rglob("*.yaml"))


def test_there_are_files_to_refuse_and_words_beside_each():
    assert len(FILES) >= 30
    assert {path.with_suffix(".txt") for path in FILES} == set(INVALID.rglob("*.txt"))


def load(path):
    document = read_file(path)
    if is_study(document):
        return load_study(document, path.parent)
    return Dynamics.from_document(document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_refused_in_the_words_beside_it(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    with pytest.raises(ModelError) as caught:
        load(Path(path.name))
    assert str(caught.value) == path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")


def test_the_command_line_shows_every_problem_and_no_traceback(tmp_path):
    command = [sys.executable, "-m", "nullcline", "validate", str(INVALID)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert f"{len(FILES)} files: 0 valid, {len(FILES)} with problems" in done.stdout
    for path in FILES:
        for line in path.with_suffix(".txt").read_text(encoding="utf-8").splitlines():
            assert line.removeprefix(f"{path.name}") in done.stdout
    assert list(tmp_path.iterdir()) == []  # no code of a model ran


@pytest.mark.parametrize("command", ["export --to python", "report", "simulate --duration 1"])
def test_every_command_refuses_a_bad_model_with_a_sentence(command, capsys):
    verb, *rest = command.split()
    bad = INVALID / "meaning" / "misspelt.yaml"
    assert main([verb, str(bad), *rest]) == 1
    assert "did you mean `tau`?" in capsys.readouterr().err


def test_a_folder_a_missing_file_and_an_empty_folder_are_told(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == 1
    assert main(["report", str(tmp_path / "no.yaml")]) == 1
    assert main(["validate", str(tmp_path)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(str(tmp_path) in line for line in lines)
    assert "folder" in lines[0]
    assert "no .yaml or .yml file" in lines[2]
