"""The everyday sample of `just mutate`: the check sees what is planted in every target."""

import os

import pytest
from mutate import ENOUGH, explanations, score
from sabotage import FAULTS, plant
from sabotage.faults import CAUGHT, in_text

from nullcline.targets import all_targets, get_target

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
TARGETS = list(all_targets().values())


def test_there_are_enough_faults_of_every_kind():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 60


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_planted_faults_are_caught(target):
    """Every survivor is explained, and there are few; a fault that changes nothing is no fault."""
    row = [plant(fault, target) for fault in FAULTS[:: 1 if THOROUGH else 9]]
    caught, there = score([row])
    assert there >= 0.5 * len(row)
    assert caught >= ENOUGH * there - 1, explanations([row])
    assert all("NOT EXPLAINED" not in line for line in explanations([row])), explanations([row])


def test_a_fault_that_changes_nothing_is_not_counted():
    idle = in_text("nothing", "clock", lambda text: text)
    cell = plant(idle, get_target("python"))
    assert not cell.counts
    assert cell.result not in CAUGHT
