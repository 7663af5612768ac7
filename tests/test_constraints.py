"""The versions of the set-up, and that CI leaves no test out for want of a package."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LINES = [
    line
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_constraints_are_names_and_versions_and_nothing_else():
    assert [line for line in LINES if not re.fullmatch(r"[\w.-]+==\d[\w.]*", line)] == []
    names = [canonicalize_name(Requirement(line).name) for line in LINES]
    assert len(set(names)) == len(names)


def test_each_dependency_has_a_tested_version_that_it_allows():
    tested = {}
    for requirement in map(Requirement, LINES):
        tested[canonicalize_name(requirement.name)] = str(requirement.specifier)[2:]
    extras = PROJECT["optional-dependencies"].values()
    for text in [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]:
        wanted = Requirement(text)
        if wanted.name != PROJECT["name"]:
            assert wanted.specifier.contains(tested[canonicalize_name(wanted.name)]), text


def test_the_commands_of_the_readme_and_of_ci_install_these_versions():
    for file in ("README.md", ".ci/run", "CONTRIBUTING.md", "justfile"):
        text = (ROOT / file).read_text(encoding="utf-8")
        installs = [line for line in text.splitlines() if re.search(r"-e '\.\[", line)]
        assert installs, file
        for line in installs:
            assert ("-c constraints.txt" in line) != (".venv-newest" in line), (file, line)
    assert "[dev,jax]" in (ROOT / ".ci/run").read_text(encoding="utf-8")


SKIPS = """
import pytest
def test_package():
    pytest.importorskip("no_such_package")
def test_command():
    pytest.skip("chromium is not installed")
"""


@pytest.mark.parametrize(("ci", "outcome"), [("true", "1 failed, 1 skipped"), ("", "2 skipped")])
def test_a_skip_for_a_missing_package_fails_in_ci(tmp_path, ci, outcome):
    (tmp_path / "test_skips.py").write_text(SKIPS, encoding="utf-8")
    whole = 'import pytest\npytest.importorskip("no_such_package")\n'
    (tmp_path / "test_whole.py").write_text(whole, encoding="utf-8")
    paths = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "src")])
    environment = os.environ | {"CI": ci, "PYTHONPATH": paths}

    def run(name):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "missing", name]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    assert outcome in run("test_skips.py")
    assert ("1 error" if ci else "1 skipped") in run("test_whole.py")
