"""Files that are replaced whole, and texts of strangers on a terminal."""

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nullcline.cli import main
from nullcline.dynamics import Dynamics
from nullcline.errors import ModelError, Place, Problem
from nullcline.host import files
from nullcline.host.files import replacing, write_bytes, write_text
from nullcline.host.printing import escaped, in_line, say, write

OLD = "what was there before\n"
VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: z, initial_value: 1.0}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""
LIMIT = 64
"""Bytes that a process may write to a file: what a full disk is for all who write more."""
BIDIRECTIONAL = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Every character of the property Bidi_Control (Unicode, PropList.txt)."""


@pytest.fixture
def full(monkeypatch):
    """A disk that is full after some bytes, as the system tells it: without the file's name."""

    def some(path, data):
        with Path(path).open("wb") as stream:
            stream.write(data[:10])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", some)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(full, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(OLD, encoding="utf-8")
    with pytest.raises(OSError, match="No space left") as caught:
        write_text(path, "new" * 100)
    assert caught.value.filename == str(path)
    assert caught.value.errno == errno.ENOSPC
    assert path.read_text(encoding="utf-8") == OLD
    assert os.listdir(tmp_path) == ["a.txt"]


LIMITED = f"""\
import resource, runpy
resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT}, {LIMIT}))
runpy.run_module("nullcline", run_name="__main__", alter_sys=True)
"""
"""A command that limits itself: `preexec_fn` would fork a process that may have threads (JAX's)."""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits there")
@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "vdp.yaml", "--to", "python", "-o", "old.py"],
        ["export", "vdp.yaml", "--to", "nullcline", "-o", "old.yaml"],
        ["export", "vdp.yaml", "--to", "omex", "--verdicts", "none.json", "-o", "old.omex"],
        ["report", "vdp.yaml", "-o", "old.html"],
        ["convert", "vdp.yaml", "-o", "old.ttl"],
        ["validate", "vdp.yaml", "--json", "-o", "old.json"],
        ["simulate", "vdp.yaml", "--duration", "1", "-o", "old.csv"],
        ["simulate", "vdp.yaml", "--duration", "1", "-o", "old.nc"],
        ["simulate", "vdp.yaml", "--duration", "1", "--plot", "old.svg"],
        ["conform", "vdp.yaml", "--target", "python", "--json", "old.json"],
        ["conform", "vdp.yaml", "--target", "python", "--update-readme", "old.md"],
    ],
    ids=lambda arguments: f"{arguments[0]}-{arguments[-1]}",
)
def test_no_command_leaves_a_cut_file_where_the_disk_is_full(tmp_path, arguments):
    (tmp_path / "vdp.yaml").write_text(VDP, encoding="utf-8")
    (tmp_path / "none.json").write_text('{"verdicts": []}', encoding="utf-8")
    (tmp_path / arguments[-1]).write_text(OLD, encoding="utf-8")
    before = sorted(os.listdir(tmp_path))
    done = subprocess.run(
        [sys.executable, "-X", "pycache_prefix=/dev/null", "-c", LIMITED, *arguments],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "NULLCLINE_CACHE": str(tmp_path / "vdp.yaml")},
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"nullcline: {arguments[-1]}: " in done.stderr
    assert (tmp_path / arguments[-1]).read_text(encoding="utf-8") == OLD
    assert sorted(os.listdir(tmp_path)) == before


def test_a_writer_that_fails_in_any_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(OLD, encoding="utf-8")

    def fails():
        with replacing(path) as part:
            part.write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert path.read_text(encoding="utf-8") == OLD
    assert os.listdir(tmp_path) == ["a.csv"]


def test_the_mode_and_the_links_of_the_old_file_stay(tmp_path):
    path, link = tmp_path / "a.txt", tmp_path / "link"
    path.write_text(OLD, encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to("a.txt")
    write_bytes(link, b"new")
    assert path.read_bytes() == b"new"
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_of_any_other(tmp_path):
    (tmp_path / "other").touch()
    write_text(tmp_path / "a", "new")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_file_that_its_owner_protects_stays(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text(OLD, encoding="utf-8")
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)  # root may write anything
    with pytest.raises(PermissionError) as caught:
        write_text(path, "new")
    assert caught.value.filename == str(path)
    assert path.read_text(encoding="utf-8") == OLD


def test_a_pipe_is_written_to_as_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        write_text(pipe, "through")
        assert reader.communicate()[0] == b"through"


@pytest.mark.parametrize("missing", ["none/a.txt", "a/b.txt"])
def test_the_error_names_the_file_that_was_asked_for(tmp_path, missing):
    (tmp_path / "a").touch()
    with pytest.raises((FileNotFoundError, NotADirectoryError)) as caught:
        write_text(tmp_path / missing, "new")
    assert caught.value.filename == str(tmp_path / missing)


@given(st.text())
def test_nothing_is_left_that_a_terminal_acts_on(text):
    line = in_line(text)
    assert line.isprintable()
    assert escaped(text).replace("\n", "").replace("\t", "").isprintable()
    if text.isprintable():
        assert line == text


CONTROLS = ["\x1b", "\x9b", "\x90", "\u2028", "\ud800", "\x7f", "\x00"]


@given(st.text(alphabet=[*BIDIRECTIONAL, *CONTROLS]))
def test_what_is_escaped_can_be_told_from_its_code(text):
    assert in_line(text).encode("ascii").decode("unicode_escape") == text


def test_a_line_break_of_a_stranger_forges_no_line(capsys):
    say("name\nvdp.yaml: valid")
    assert capsys.readouterr().out == "name\\nvdp.yaml: valid\n"


def test_what_goes_into_a_pipe_is_left_as_it_is(capsys):
    write("\x1b[31m\n")
    assert capsys.readouterr().out == "\x1b[31m\n"


def test_on_a_terminal_a_document_is_escaped(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    write("\x1b[31m\u202e\n")
    assert capsys.readouterr().out == "\\x1b[31m\\u202e\n"


def test_an_error_shows_the_codes(tmp_path):
    problem = Problem("`\x1b]0;a\x07` is no name", Place(("parameters", "\u202ea"), "a\x9b.yaml"))
    for said in (str(problem), str(ModelError([problem]))):
        assert said == "a\\x9b.yaml: parameters/\\u202ea: `\\x1b]0;a\\x07` is no name"


HOSTILE = "a\x1b[31m\x9b\u202e\u2066b"
YAML = '"a\\e[31m\\x9b\\u202e\\u2066b"'


@pytest.mark.parametrize(
    "text",
    [
        f"name: {YAML}\nstate_variables: {{x: {{equation: 1, initial_value: 0}}}}\n",
        f"name: m\nparameters: {{{YAML}: 1}}\nstate_variables: {{x: {{equation: y}}}}\n",
        f"name: m\nstate_variables: {{{YAML}: {{equation: x}}}}\n",
        f"name: m\n{YAML}: 1\n",
        f"name: m\nmodel_type: {YAML}\nstate_variables: {{x: {{equation: 1}}}}\n",
        f"name: m\nstate_variables: {{x: {{equation: {YAML}}}}}\n",
        f"name: m\niri: {YAML}\nstate_variables: {{x: {{equation: 1, initial_value: 0}}}}\n",
        f"name: m\nstate_variables: {{x: {{equation: x, unit: {YAML}}}}}\n",
        f"model: {YAML}\n",
        f"model: m.yaml\nruns: {{{YAML}: {{parameters: {{{YAML}: 1}}}}}}\n",
    ],
)
@pytest.mark.parametrize(
    "command",
    [
        *("validate", "validate --units -v", "report --format latex", "diff b.yaml"),
        *("conform --target python", "export --to python"),
    ],
)
def test_no_command_prints_what_a_terminal_obeys(tmp_path, monkeypatch, capsys, command, text):
    monkeypatch.chdir(tmp_path)
    Path("m.yaml").write_text(text, encoding="utf-8")
    Path("b.yaml").write_text(VDP, encoding="utf-8")
    name, *more = command.split()
    main([name, "m.yaml", *more])
    said = capsys.readouterr()
    for line in f"{said.out}{said.err}".split("\n"):
        assert line.isprintable()


def test_names_of_files_are_escaped_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path(f"{HOSTILE}.yaml").write_text(VDP, encoding="utf-8")
    assert main(["validate", "."]) == 0
    assert main(["report", f"{HOSTILE}none.yaml"]) == 1
    with pytest.raises(SystemExit):
        main(["export", f"{HOSTILE}.yaml"])
    said = capsys.readouterr()
    assert all(line.isprintable() for line in f"{said.out}{said.err}".split("\n"))
    assert said.out.startswith("a\\x1b[31m\\x9b\\u202e\\u2066b.yaml: valid")


def test_python_shows_an_error_without_what_a_terminal_obeys():
    with pytest.raises(ModelError) as caught:
        Dynamics.from_dict({"name": "m", HOSTILE: 1})
    assert str(caught.value).isprintable()


STUDY = "name: s\nmodel: m.json\nruns: {r: {duration: 1}}\n"


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (["conform", "m.json", "--json", "m.json"], "m.json"),
        (["conform", "vdp.yaml", "m.json", "--json", "link.json"], "m.json"),
        (["conform", "study.yaml", "--json", "m.json"], "m.json"),
        (["conform", "folder", "--json", "folder/m.json"], "folder/m.json"),
        (["conform", "vdp.yaml", "--report", "vdp.html"], "vdp.html"),
        (["conform", "vdp.yaml", "--junit", "vdp.xml"], "vdp.xml"),
        (["conform", "vdp.yaml", "--update-readme", "vdp.md"], "vdp.md"),
        (["validate", "study.yaml", "--json", "-o", "m.json"], "m.json"),
        (["convert", "study.yaml", "-o", "m.json"], "m.json"),
        (["report", "study.yaml", "-o", "m.json"], "m.json"),
        (["export", "study.yaml", "--to", "nullcline", "-o", "m.json"], "m.json"),
        (["simulate", "vdp.yaml", "--duration", "1", "--plot", "vdp.svg"], "vdp.svg"),
        (["export", "m.json", "--to", "omex", "--verdicts", "v.omex", "-o", "v.omex"], "v.omex"),
    ],
    ids=lambda arguments: arguments if isinstance(arguments, str) else arguments[0],
)
def test_no_output_takes_the_place_of_an_input(tmp_path, monkeypatch, capsys, arguments, kept):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("vdp.yaml").write_text(VDP, encoding="utf-8")
    Path("m.json").write_text(json.dumps(Dynamics.from_yaml(VDP).to_dict()), encoding="utf-8")
    Path("folder/m.json").write_text("{}", encoding="utf-8")
    Path("folder/study.yaml").write_text(STUDY, encoding="utf-8")
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    Path("v.omex").write_text("{}", encoding="utf-8")
    Path("link.json").symlink_to("m.json")
    for name in ("vdp.html", "vdp.xml", "vdp.md", "vdp.svg"):  # the model by another name
        Path(name).symlink_to("vdp.yaml")
    before = Path(kept).read_bytes()
    assert main(arguments) == 1
    assert "write to another file" in capsys.readouterr().err
    assert Path(kept).read_bytes() == before


def test_two_outputs_are_two_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("vdp.yaml").write_text(VDP, encoding="utf-8")
    Path("both.html").touch()
    Path("both.json").symlink_to("both.html")
    asked = ["conform", "vdp.yaml", "--report", "both.html", "--json", "both.json"]
    assert main(asked) == 1
    assert capsys.readouterr().err == (
        "nullcline: --report and --json both name both.json: name two\n"
    )
