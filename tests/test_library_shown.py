"""The model library as users meet it: listed, printed, loaded by name."""

from pathlib import Path

import pytest

import nullcline
from nullcline import Dynamics, ModelError
from nullcline.cli import main

FILES = Path(nullcline.__file__).parent / "library"


def test_every_model_is_listed_with_its_title(capsys):
    assert main(["library"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines]
    assert listed == sorted(path.stem for path in FILES.glob("*.yaml"))
    assert len(listed) >= 36
    (line,) = [line for line in lines if line.startswith("hodgkin_huxley ")]
    assert line.endswith("  Hodgkin-Huxley model of the squid giant axon")
    assert all(len(line.split("  ", 1)[1].strip()) > 4 for line in lines)


def test_a_model_is_printed_as_its_file_stands(capsys):
    assert main(["library", "lorenz"]) == 0
    assert capsys.readouterr().out == (FILES / "lorenz.yaml").read_text(encoding="utf-8")


def test_a_model_is_loaded_by_its_name():
    model = nullcline.library.load("hodgkin_huxley")
    assert model == Dynamics.from_file(FILES / "hodgkin_huxley.yaml")
    assert "hodgkin_huxley" in nullcline.library.names()


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("hodgkin_huxly", "hodgkin_huxley"),
        ("HodgkinHuxley", "hodgkin_huxley"),
        ("lorentz", "lorenz"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(wrong, right, capsys):
    said = f"there is no model `{wrong}` in the library; did you mean `{right}`?"
    with pytest.raises(ModelError, match=said):
        nullcline.library.load(wrong)
    assert main(["library", wrong]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../library/lorenz", "/etc/passwd", "lorenz.yaml", ""])
def test_a_name_is_no_path(name):
    with pytest.raises(ModelError, match="there is no model"):
        nullcline.library.load(name)
