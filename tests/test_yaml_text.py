"""Writing YAML: what is written reads back, in every parser of YAML 1.1 and 1.2."""

from typing import Any

import numpy as np
import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st
from test_yaml import same

from nullcline.sources.yaml import read, write

HOSTILE = [
    "y",
    "n",
    "Y",
    "N",
    "yes",
    "no",
    "on",
    "off",
    "true",
    "False",
    "NULL",
    "null",
    "~",
    "nan",
    "inf",
    ".inf",
    "-.INF",
    ".nan",
    "1",
    "-1",
    "+1",
    "010",
    "0o17",
    "0x1F",
    "1e3",
    "1E5",
    "1e-3",
    "1.5e3",
    "1_000",
    "1:30",
    "12.",
    ".5",
    "-.5",
    ".",
    "-",
    "--",
    "---",
    "...",
    "?",
    ":",
    ",",
    "{a}",
    "[x]",
    "!!str",
    "!x",
    "&a",
    "*a",
    "#",
    "a#b",
    "@",
    "`",
    "%",
    "|",
    ">",
    "=",
    "<<",
    "2020-01-01",
    "a:",
    ":a",
    "a:b",
    "a,b",
    '"a"',
    "'a'",
    "\\",
    "\\n",
    "Derivative(x,t)",
]
HOSTILE += ["", " ", " a", "a ", "a: b", "a #b", "\n", "a\n", "\na", "a\n\n", "a\n b", "a\n\n  b\n"]
HOSTILE += ["\t", "a\tb", "\r", "a\r\nb", "\x00", "\x07", "\x7f", "\x85", "\u2028", "\ufeff", "😀"]
HOSTILE += ["x" * 2000, "€" * 500, "a b\u00a0", "- a\n- b", "null\n"]


TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(HOSTILE)
LEAVES = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | TEXTS
KEYS = TEXTS | st.sampled_from(["rhs", "equation", "name", "condition"])
TREES = st.recursive(
    LEAVES,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(KEYS, part, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_what_is_written_reads_back_in_every_yaml(data: dict[str, Any]) -> None:
    text = write(data)
    assert same(read(text).plain(), data)
    assert same(pyyaml.load(text, Loader=pyyaml.SafeLoader), data)
    assert same(pyyaml.load(text, Loader=pyyaml.CSafeLoader), data)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_read_back(text: str) -> None:
    data = {text: text, "rhs": text, "l": [text, {text: [text]}], "d": {"equation": text}}
    written = write(data)
    assert same(read(written).plain(), data)
    assert same(pyyaml.safe_load(written), data)


def test_what_is_written_is_readable() -> None:
    data = {
        "name": "VdP",
        "description": "Two\nlines.",
        "parameters": {"mu": {"value": 1e-05, "unit": "ms"}, "y": {"value": 1},
            "M": {"value": [[1.0, 2.0]]}},
        "cases": [{"condition": "True", "equation": {"rhs": "x"}}],
        "references": ["FitzHugh1961", "https://example.org"],
        "c_glob": {},
    }  # fmt: skip
    assert (
        write(data)
        == """\
name: VdP
description: |-
  Two
  lines.
parameters:
  mu:
    value: 1.0e-05
    unit: ms
  "y":
    value: 1
  M:
    value: [[1.0, 2.0]]
cases:
  - condition: "True"
    equation:
      rhs: "x"
references:
  - FitzHugh1961
  - "https://example.org"
c_glob: {}
"""
    )


def test_numbers_of_numpy_are_plain_and_exact() -> None:
    data = {
        "a": np.float64(8 / 3),
        "b": np.int64(3),
        "c": np.array([0.1, 1e22]),
        "d": np.bool_(True),
    }
    assert write(data) == "a: 2.6666666666666665\nb: 3\nc: [0.1, 1.0e+22]\nd: true\n"


@pytest.mark.parametrize("data", [{"a": object()}, {1: "a"}, {"a": {None: 1}}, {"a": {1, 2}}])
def test_what_is_not_plain_data_is_not_written(data: Any) -> None:
    with pytest.raises(TypeError):
        write(data)


def test_half_a_character_is_not_written() -> None:
    with pytest.raises(ValueError, match="lone surrogate"):
        write({"a": "\ud800"})
