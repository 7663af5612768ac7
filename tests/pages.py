"""The blocks of the pages of documentation, and how each is run as it stands.

Python blocks of a page share their names, one after the other; a trailing comment that is a value
is compared. Shell blocks run line by line. A YAML block that begins `# NAME.yaml` is that file.
"""

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nullcline.cli import main

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "src" / "nullcline" / "library"
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in (
        *(ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))),
        ROOT / "src" / "nullcline" / "skeleton" / "README.md",
    )
}
SHELL, PYTHON, DATA, SHOWN = (
    {"sh", "console"},
    {"python", "py"},
    {"yaml", "json"},
    {"text", "turtle"},
)
NOT_RUN = {
    "pip install": "takes what it installs from the network",
    "python3 -m venv": "installs, from the network",
    ".venv/bin/just": "runs the suite of which this is a part",
    "just": "is run by the tests of `nullcline init`; here its recipes are looked up",
    "git difftool": "needs a repository with a history",
}
"""The commands that are only looked at, by how they begin, with the reason."""
STATUS = {"nullcline diff": 1}
"""The exit status of commands that tell by it, where it is not 0."""


@dataclass(frozen=True)
class Block:
    """A block of a page between fences."""

    language: str
    text: str
    line: int


def blocks(page):
    """Every block of a page, in its order."""
    text = PAGES[page].read_text(encoding="utf-8")
    found = re.finditer(r"^( *)```(\w*)\n(.*?)^\1```$", text, re.DOTALL | re.MULTILINE)
    return [Block(m[2], m[3], text.count("\n", 0, m.start()) + 2) for m in found]


def file_of(block):
    """The name of the file that a block is, or None."""
    found = re.match(r"# ([\w.-]+\.ya?ml)\n", block.text) if block.language in DATA else None
    return found and found[1]


def scene(folder):
    """The files that pages speak of, as a reader has them: models of theirs and of the library."""
    (vdp,) = (block.text for block in blocks("README.md") if file_of(block) == "vdp.yaml")
    (study,) = (block.text for block in blocks("docs/sweeps.md") if file_of(block) == "study.yaml")
    decay = "name: Decay\nparameters: {k: 1.0}\n"
    decay += "state_variables: {x: {equation: -k*x, initial_value: 1.0}}\n"
    texts = {"vdp.yaml": vdp, "model.yaml": vdp, "study.yaml": study, "models/decay.yaml": decay}
    texts |= {"old.yaml": decay, "new.yaml": decay.replace("-k*x", "-k*x**2")}
    texts |= {"old_models/a.yaml": decay, "new_models/a.yaml": decay.replace("1.0", "2.0")}
    texts |= {"path/to/models/decay.yaml": decay}
    for name in ("lorenz", "sir"):
        texts[f"{name}.yaml"] = (LIBRARY / f"{name}.yaml").read_text(encoding="utf-8")
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def run(page, folder):
    """Run every block of a page in a folder; gives the names of its Python and what was printed."""
    scene(folder)
    names, said = {"__name__": "page"}, {}
    for block in blocks(page):
        if name := file_of(block):
            (folder / name).write_text(block.text, encoding="utf-8")
    for block in blocks(page):
        where = f"{page}:{block.line}"
        if block.language in PYTHON:
            execute(block.text, names, where)
        elif block.language in SHELL:
            for command in commands(block.text):
                said[command] = perform(command, folder, where)
    return names, said


def commands(text):
    """The commands of a block, without prompts and remarks, continued lines as one."""
    lines = text.replace("\\\n", " ").splitlines()
    lines = [re.sub(r"(^|\s)# .*$", "", line).strip().removeprefix("$ ") for line in lines]
    return [line for line in lines if line]


def perform(command, folder, where):
    """Run one command as a shell would; gives what it printed to standard output."""
    reason = next((why for start, why in NOT_RUN.items() if command.startswith(start)), None)
    if reason is not None:
        return ""
    expected = next((s for start, s in STATUS.items() if command.startswith(start)), 0)
    outside = re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
    if command.startswith("nullcline ") and not re.search(r"[|<>;&$]", outside):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = main(shlex.split(command)[1:])
        text = out.getvalue()
    else:
        search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command}"],
            cwd=folder,
            env=kept | {"PATH": search, "MPLBACKEND": "agg"},
            capture_output=True,
            text=True,
            check=False,
        )
        status, text = done.returncode, done.stdout
        assert status == expected, f"{where}: {command}\n{done.stdout}{done.stderr}"
    assert status == expected, f"{where}: {command}\n{text}"
    return text


def execute(text, names, where):
    """Run a block of Python statement by statement; compare what a comment behind one promises."""
    remarks = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip():
            remarks[token.start[0]] = token.string.removeprefix("#").strip()
    for statement in ast.parse(text).body:
        remark = remarks.get(statement.end_lineno)
        here = f"{where}, line {statement.lineno} of the block: {ast.unparse(statement)}"
        if not isinstance(statement, ast.Expr):
            code = compile(ast.Module([statement], []), where, "exec")
            exec(code, names)
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            value = eval(compile(ast.Expression(statement.value), where, "eval"), names)
        if remark is None:
            continue
        if ast.unparse(statement).startswith("print("):
            promised(remark, out.getvalue(), here)
        else:
            compare(remark, value, here)


def promised(remark, printed, here):
    """Each number of a remark is printed (`...` stands for more digits), or all of it is."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", remark)
    long = printed.count("\n") > 1
    assert remark in printed or numbers or long, f"{here}: prints {printed!r}"
    for number in numbers:
        assert number in printed, f"{here}: prints {printed!r}"


def compare(remark, value, here):
    """A remark that is a value of Python, up to a comma and words, is that of its statement."""
    for text in (remark, re.split(r"[,:;] (?=[a-z])", remark)[0]):
        with contextlib.suppress(ValueError, SyntaxError):
            wanted = ast.literal_eval(text)
            break
    else:
        return
    if isinstance(wanted, float | int) and not isinstance(wanted, bool):
        np.testing.assert_allclose(value, wanted, rtol=1e-9, err_msg=here)
    else:
        assert value == wanted, f"{here}: {value!r}"
