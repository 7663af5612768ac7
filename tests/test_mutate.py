"""The everyday sample of `just mutate`: the check sees what is planted in every target."""

import os

import pytest
from mutate import ENOUGH, UNEXPLAINED, explanations, score, summary, table
from sabotage import CAUGHT, FAULTS, plant
from sabotage.faults import in_text

from nullcline.targets import all_targets, get_target

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
TARGETS = list(all_targets().values())
NAMES = {fault.name for fault in FAULTS}

KINDS = {
    "operator precedence of unary minus and power": "minus before power: -x**2 as (-x)**2",
    "`**` to `^`": "in the text: ** as ^",
    "integer division": "integer division of literals",
    "log base": "log as log10",
    "degrees": "degrees",
    "min/max": "min as max",
    "boundary of a conditional": "boundary: > as >=",
    "wrong order of derived variables": "in the text: derived variables in the wrong order",
    "a dropped term": "the last term dropped",
    "a default baked in": "a default baked in",
    "two swapped parameters": "two parameters of one default swapped",
    "two swapped initial values": "initial values swapped",
    "a name clash": "gamma and gamma_ become one",
    "float32": "float32 within",
    "a stale cache": "a stale cache of texts, by name",
    "a shifted first sample": "samples one late",
    "time in other units": "a run in other units of time",
    "a dropped last sample": "the last sample lost",
    "a shared derivative buffer": "a shared derivative buffer",
    "a step index in place of the time": "a step's index for the time",
    "the mean of both branches on a boundary": "boundary: the mean of both branches",
    "a sweep axis without effect": "a sweep axis without effect",
    "a tolerance pair swapped": "a tolerance pair swapped",
    "an event dropped": "an event in time dropped",
    "a clamp dropped": "a clamp dropped",
}
"""Every kind of fault that translators make, by one of that kind.

A declared event is no equation: that it never reaches a target is tested in test_targets.py.
"""


def test_there_are_enough_faults_of_every_kind():
    assert len(NAMES) == len(FAULTS) >= 60
    assert set(KINDS.values()) <= NAMES


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_planted_faults_are_caught(target):
    """Every survivor is explained, and there are few; almost every fault can be planted."""
    row = [plant(fault, target) for fault in FAULTS[:: 1 if THOROUGH else 9]]
    caught, there = score([row])
    told = explanations([row])
    assert there >= 0.9 * len(row), told
    assert caught >= ENOUGH * there - 1, told
    assert not [line for line in told if UNEXPLAINED in line]
    for cell in row:
        assert "np." not in cell.reason, cell.reason
        if cell.result == "FAILED":  # the engine refuses a text; no wrapper of ours has crashed
            assert cell.fault.name.startswith("in the text: "), cell.reason


def test_a_fault_that_changes_nothing_is_not_counted():
    idle = in_text("nothing", "clock", lambda text: text)
    cell = plant(idle, get_target("python"))
    assert not cell.counts
    assert cell.result not in CAUGHT


def test_the_table_tells_a_survivor_from_a_caught_one():
    """A comment changes the text and no number: it survives, and nobody has explained why."""
    comment = in_text("a comment", "clock", lambda text: text + "\n# a comment\n")
    flipped = in_text("a sign", "clock", lambda text: text.replace("- x", "+ x"))
    rows = [[plant(fault, get_target("python"))] for fault in (comment, flipped)]
    assert [cell.result for (cell,) in rows] == ["survived", "field"]
    assert score(rows) == (1, 2)
    assert explanations(rows) == [f"survived in python: a comment: {UNEXPLAINED}"]
    head, first, second = table(rows, ["python"]).splitlines()
    assert head.split() == ["fault", "model", "python"]
    assert (first.split()[-1], second.split()[-1]) == ("survived", "field")
    assert list(summary(rows, ["python"]))[-1] == "2 faults, 1 of 2 caught: 50.0%"
