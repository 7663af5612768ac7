"""A report as PDF: its LaTeX document, set by a LaTeX that may run no other program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from nullcline.report import tex
from nullcline.report.page import Page

LIMIT = 300.0
"""Seconds that one pass of LaTeX may take."""
QUIET = ("-no-shell-escape", "-halt-on-error", "-interaction=nonstopmode", "report.tex")
PROGRAMS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "pdflatex": (QUIET, 2),
    "xelatex": (QUIET, 2),
    "lualatex": (QUIET, 2),
    "tectonic": (("--untrusted", "--keep-logs", "report.tex"), 1),
}
"""The programs that set a document, the first that is there is taken: arguments and passes."""
PARANOID = {"openin_any": "p", "openout_any": "p", "shell_escape": "f"}
"""Settings of TeX Live: files of the document's own folder alone are read and written."""
ABSENT = (
    "a PDF needs a LaTeX, and none is there: install one (on Debian or Ubuntu `apt install"
    " texlive-latex-recommended`; elsewhere TeX Live, MiKTeX, MacTeX or tectonic), or write the"
    " report as .html or .tex"
)


def write(page: Page) -> bytes:
    """The report as a PDF; raises ValueError without a LaTeX, and where it fails.

    Made in a temporary folder by the first of PROGRAMS on the PATH.
    """
    program = next((name for name in PROGRAMS if shutil.which(name)), None)
    if program is None:
        raise ValueError(ABSENT)
    arguments, passes = PROGRAMS[program]
    with TemporaryDirectory(prefix="nullcline-report-") as name:
        folder = Path(name)
        (folder / "report.tex").write_text(tex.write(page), encoding="utf-8")
        for _ in range(passes):
            said = _run([str(shutil.which(program)), *arguments], folder, program)
        made = folder / "report.pdf"
        if not made.is_file():
            raise ValueError(f"{program} made no PDF of this report{_reason(folder, said)}")
        return made.read_bytes()


def _run(command: list[str], folder: Path, program: str) -> str:
    """What one pass printed; raises ValueError with LaTeX's error."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | PARANOID,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        said = f"{program} was stopped after {LIMIT:g} s: write the report as .tex or .html"
        raise ValueError(said) from None
    except OSError as error:
        raise ValueError(f"{program} cannot be run: {error.strerror}") from None
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise ValueError(f"{program} cannot set this report{_reason(folder, said)}")
    return said


def _reason(folder: Path, said: str) -> str:
    """LaTeX's error from its log, or the last line that was printed, and what to do."""
    log = folder / "report.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else said
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    faults = [line for line in lines if re.match(r"!|error:|fatal", line, re.IGNORECASE)]
    told = (faults or said.split("\n")[-1:] or [""])[0].removeprefix("!").strip()
    place = re.search(r"^l\.(\d+)", text, re.MULTILINE)
    line = f" (line {place[1]} of the document)" if place else ""
    shown = "".join(c if c.isprintable() else "?" for c in told[:200]).rstrip(".:")
    reason = f": {shown}{line}" if shown else ""
    return f"{reason}; write it as .tex to look into it, or as .html"
