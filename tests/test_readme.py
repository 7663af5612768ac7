"""The README's own examples, run as they stand."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_the_python_of_the_readme_runs(tmp_path):
    pytest.importorskip("pyrates")
    pytest.importorskip("SALib")
    code = "\n".join(blocks("python"))
    environment = os.environ | {"MPLBACKEND": "agg"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "vdp.png").stat().st_size > 10_000
    assert (tmp_path / "period.png").stat().st_size > 10_000


def test_the_commands_of_the_readme_run(tmp_path):
    (tmp_path / "vdp.yaml").write_text(blocks("yaml")[0], encoding="utf-8")
    commands = [line for line in blocks("sh")[-1].splitlines() if line.startswith("nullcline ")]
    assert len(commands) >= 6
    for command in commands:
        words = [sys.executable, "-m", "nullcline.cli", *command.split()[1:]]
        subprocess.run(words, cwd=tmp_path, env=os.environ | {"MPLBACKEND": "agg"}, check=True)
    for name in ("vdp.py", "vdp.html", "vdp.png", "vdp.csv", "map.png", "proof.html"):
        assert (tmp_path / name).stat().st_size > 0
