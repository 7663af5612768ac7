"""`nullcline init`: what it makes works as it is, and fails when something is broken on purpose."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from nullcline.cli import main
from nullcline.cli.init import FILES

SCRIPTS = Path(sys.executable).parent
JUST = shutil.which("just", path=SCRIPTS) or shutil.which("just")
FLIPPED = """\
from dataclasses import replace

from nullcline.targets.python import TARGET as PYTHON

def export(system):
    text = PYTHON.export(system)
    assert "- damping * velocity" in text
    return text.replace("- damping * velocity", "+ damping * velocity")

TARGET = replace(PYTHON, name="flipped", export=export)
"""


@pytest.fixture
def repository(tmp_path, capsys):
    folder = tmp_path / "my-models"
    assert main(["init", str(folder)]) == 0
    return folder


def just_test(folder, *arguments, path=""):
    """`just test` as in an active environment, which is the one that runs this."""
    if JUST is None:
        pytest.skip("just is not installed")
    search = os.pathsep.join([str(SCRIPTS), os.environ["PATH"]])
    environment = os.environ | {"PATH": search, "PYTHONPATH": str(path)}
    environment = {k: v for k, v in environment.items() if not k.startswith("PYTEST_")}
    command = [JUST, "test", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_it_says_what_it_made_and_what_to_do_next(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine" / ".git").mkdir(parents=True)
    assert main(["init", "mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[: len(FILES)] == [f"mine/{name}" for name in FILES]
    assert "next: cd mine && just test" in lines
    made = {
        path.relative_to("mine").as_posix() for path in Path("mine").rglob("*") if path.is_file()
    }
    assert made == {*FILES, "nullcline.schema.json"}
    assert Path("mine/README.md").read_text(encoding="utf-8").startswith("# mine\n")


def test_every_template_has_a_place():
    templates = {path.name for path in (files("nullcline") / "skeleton").iterdir()}
    assert templates == set(FILES.values())


def test_files_of_others_are_left_alone_unless_told(repository, capsys):
    readme, model = repository / "README.md", repository / "models" / "pendulum.yaml"
    readme.write_text("my own words", encoding="utf-8")
    model.unlink()
    assert main(["init", str(repository)]) == 1
    assert (
        "my-models is not empty (.github, .gitignore, .pre-commit-config.yaml, ...)"
        in capsys.readouterr().err
    )
    assert not model.exists()
    assert main(["init", "--keep", str(repository)]) == 0
    assert "README.md is there already: left as it is" in capsys.readouterr().out
    assert readme.read_text(encoding="utf-8") == "my own words"
    assert model.exists()
    assert main(["init", "--force", str(repository)]) == 0
    assert "README.md overwritten" in capsys.readouterr().out
    assert "my own words" not in readme.read_text(encoding="utf-8")


def test_a_file_where_the_folder_should_be_is_told_in_a_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["init", str(tmp_path / "file")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_the_workflow_runs_the_recipe_with_what_it_installs(repository):
    workflow = yaml.safe_load((repository / ".github/workflows/models.yml").read_text("utf-8"))
    steps = [step.get("run", "") for step in workflow["jobs"]["test"]["steps"]]
    assert "python -m pip install -r requirements.txt" in steps
    assert any(step.startswith("just test") for step in steps)
    assert "--require-all-targets" in steps[-1]
    needed = (repository / "requirements.txt").read_text(encoding="utf-8").split()
    assert {"nullcline[all]", "pytest", "pytest-xdist", "rust-just"} == set(needed)


def test_the_readme_has_the_marks_of_the_table(repository):
    text = (repository / "README.md").read_text(encoding="utf-8")
    assert text.index("<!-- nullcline:begin -->") < text.index("<!-- nullcline:end -->")


def test_just_test_passes_as_generated(repository):
    done = just_test(repository)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 file: 1 valid, 0 with problems" in done.stdout
    assert "exports conform" in done.stdout


def test_just_test_fails_for_a_name_that_nobody_declared(repository):
    model = repository / "models" / "pendulum.yaml"
    text = model.read_text(encoding="utf-8").replace("sin(angle)", "sin(angel)")
    model.write_text(text, encoding="utf-8")
    done = just_test(repository)
    assert done.returncode == 1
    assert "`angel` is not declared; did you mean `angle`?" in done.stdout


def test_just_test_fails_for_a_sign_flipped_in_an_exported_text(repository, tmp_path):
    package = tmp_path / "site"
    info = package / "flipped-1.0.dist-info"
    info.mkdir(parents=True)
    (package / "flipped.py").write_text(FLIPPED, encoding="utf-8")
    (info / "METADATA").write_text("Name: flipped\nVersion: 1.0\n", encoding="utf-8")
    entry = "[nullcline.targets]\nflipped = flipped:TARGET\n"
    (info / "entry_points.txt").write_text(entry, encoding="utf-8")
    options = ["--nullcline-duration=2", "--nullcline-target=flipped"]
    done = just_test(repository, *options, path=package)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout
    assert "flipped deviates: dvelocity/dt is " in done.stdout
