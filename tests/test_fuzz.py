"""Damaged files, a few of each kind every day; `just fuzz` takes thousands."""

import fuzz
import pytest

NUMBER = 25


@pytest.mark.parametrize("name", fuzz.cases())
def test_damage_is_told_in_sentences(name):
    count, failures, first = fuzz.run(name, range(NUMBER), seed=1)
    assert count == NUMBER
    assert not failures, first
