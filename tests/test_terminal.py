"""How far long work is: on a terminal, in a notebook, and in a log that nobody watches."""

import sys
import time
from types import SimpleNamespace

import pytest

from nullcline import terminal
from nullcline.sweep.bar import Bar


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""
    now = SimpleNamespace(time=1000.0)
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now.time)
    return now


@pytest.fixture
def notebook(monkeypatch):
    """What of IPython in a kernel is asked for: the outputs of the cell, as they are shown last."""
    outputs = []

    class Handle:
        def __init__(self, place):
            self.place = place

        def update(self, data, raw):
            assert raw
            outputs[self.place] = data

    def display(data, raw, display_id):
        assert raw
        assert display_id
        outputs.append(data)
        return Handle(len(outputs) - 1)

    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    return outputs


def test_a_notebook_shows_one_line_that_changes(clock, notebook, capsys):
    with Bar("sweeping M") as bar:
        bar(0, 100)
        assert notebook == []
        clock.time += 2
        bar(50, 100)
        assert "50 % of 100 points, 25 points/s" in notebook[0]["text/plain"]
        clock.time += 0.1
        bar(60, 100)
        assert "50 %" in notebook[0]["text/plain"]
        clock.time += 1
        bar(90, 100)
        assert "90 %" in notebook[0]["text/plain"]
    assert notebook == [{"text/plain": ""}]
    assert capsys.readouterr() == ("", "")


def test_ipython_on_a_terminal_is_a_terminal(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=object))
    assert terminal.place() == terminal.PIPE
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert terminal.place() == terminal.TERMINAL


def test_a_log_has_a_line_every_half_minute(clock, capsys):
    with Bar("sweeping M") as bar:
        for done in range(0, 121):
            bar(done, 120)
            clock.time += 1.0
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("░")[-1].split("█")[-1].split(",")[0].strip() for line in lines] == [
        "25 % of 120 points",
        "51 % of 120 points",
        "77 % of 120 points",
    ]


def test_short_work_leaves_no_word_in_a_log(clock, capsys):
    with Bar("sweeping M") as bar:
        for done in range(29):
            bar(done, 29)
            clock.time += 1.0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("told", [True, False])
def test_what_is_waited_for_is_said_once(told, notebook, capsys, monkeypatch):
    monkeypatch.setattr(terminal, "SAID", set())
    if not told:
        monkeypatch.delitem(sys.modules, "IPython")
    for _ in range(2):
        with terminal.waiting("it is compiled", after=0.01):
            deadline = time.time() + 5
            while told and not terminal.SAID and time.time() < deadline:
                time.sleep(0.01)
            time.sleep(0.1)
    assert capsys.readouterr().err == "nullcline: it is compiled\n" * told


def test_what_is_soon_there_is_not_told(notebook, capsys):
    with terminal.waiting("it is compiled"):
        pass
    assert capsys.readouterr().err == ""
