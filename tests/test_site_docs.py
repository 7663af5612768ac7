"""docs/site.md is true: its examples run as they stand."""

import re
from pathlib import Path

import pytest
from sites import DECAY, write

from nullcline.cli import main

pytest.importorskip("matplotlib")
pytest.importorskip("latex2mathml")

PAGE = (Path(__file__).parents[1] / "docs" / "site.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_in_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, vdp=DECAY)
    (code,) = blocks("python")
    names = {}
    exec(code, names)
    assert names["report"].models == 1
    assert "Oscillators" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_the_commands(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "models", decay=DECAY)
    first, second = blocks("console")
    conform, site = second.splitlines()
    assert main(first.split()[1:]) == 0
    assert main([*conform.split()[1:], "--target", "python", "--duration", "1"]) == 0
    assert main(site.split()[1:]) == 0
    page = (tmp_path / "site" / "models" / "decay" / "index.html").read_text(encoding="utf-8")
    assert page.count("verdict conforms") == 1


@pytest.mark.parametrize("option", re.findall(r"^\| `(-+\w+)", PAGE, re.MULTILINE))
def test_the_options_are_those_of_the_command(option, capsys):
    with pytest.raises(SystemExit):
        main(["site", "--help"])
    assert option in capsys.readouterr().out
