"""Reading YAML: what is misread elsewhere, what is refused, and places."""

import contextlib
import math
import os
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from nullcline.document import Scalar
from nullcline.errors import ModelError, Place
from nullcline.sources import yaml as source
from nullcline.sources.yaml import read, read_file, resolve

TWICE = "`a` stands here twice, first in line 1; give each key once"
QUOTES = "put a text that holds { or [ in quotes"
ALIASES = "anchors and aliases (`&name`, `*name`) are not read; write the value out"


def value(text: str) -> Any:
    """What stands under the key `a` of a text."""
    plain = read(text).plain()
    assert isinstance(plain, dict)
    return plain["a"]


def message(text: str) -> str:
    with pytest.raises(ModelError) as caught:
        read(text, "f.yaml")
    return str(caught.value)


def same(one: Any, other: Any) -> bool:
    """Equal with equal types, order of keys, signs of zero, and nan like nan."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        signs = math.copysign(1, one) == math.copysign(1, other)
        return (math.isnan(one) and math.isnan(other)) or (one == other and signs)
    return bool(one == other)


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("1e-3", 0.001), ("1E5", 1e5), ("1.5e3", 1500.0), ("12.", 12.0), (".5", 0.5), ("+1", 1),
        ("010", 10), ("0o17", 15), ("0x1F", 31), ("-0", 0), ("-0.0", -0.0), ("1:30", "1:30"),
        ("1_000", "1_000"), ("yes", "yes"), ("on", "on"), ("y", "y"), ("n", "n"), ("no", "no"),
        ("true", True), ("False", False), ("tRue", "tRue"), ("~", None), ("null", None),
        ("nULL", "nULL"), ("2020-01-01", "2020-01-01"), ("1.0.0", "1.0.0"), ("e1", "e1"),
        (".inf", math.inf), ("-.Inf", -math.inf), ("inf", "inf"), ("+", "+"), (".", "."),
        ("0b1", "0b1"), ("0o8", "0o8"), ("٣", "٣"), ("8/3", "8/3"),
    ],
)  # fmt: skip
def test_scalars_mean_what_yaml_1_2_says(raw: str, meant: Any) -> None:
    assert same(resolve(raw), meant)
    assert same(value(f"a: {raw}\n"), meant)
    assert same(value(f"a: '{raw}'\n"), raw)


def test_a_scalar_keeps_its_text() -> None:
    tree = read("a: 010\nb: '010'\n").value
    assert tree == {"a": Scalar("010", False, 10), "b": Scalar("010", True, "010")}


def test_a_number_of_many_digits_is_no_work() -> None:
    assert value(f"a: {'9' * 1_000_000}\n") == math.inf


def test_keys_are_texts() -> None:
    names = [
        "y",
        "n",
        "on",
        "off",
        "no",
        "yes",
        "null",
        "~",
        "1",
        "1e3",
        "true",
        "010",
        "0x10",
        ".nan",
    ]
    assert list(read("".join(f"{name}: 1\n" for name in names)).plain()) == names  # type: ignore[arg-type]


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_places(monkeypatch: pytest.MonkeyPatch, loader: str) -> None:
    monkeypatch.setattr(source, "LOADER", getattr(pyyaml, loader))
    text = "\ufeffname: x\nparameters:\n  µ: {value: 1,\n    unit: mV}\n  b: 2\n"
    text += "list:\n  - a\n  - c: d\n"
    document = read(text, "m.yaml")
    at = {
        (): (1, 1),
        ("name",): (1, 7),
        ("parameters",): (2, 1),
        ("parameters", "µ"): (3, 3),
        ("parameters", "µ", "value"): (3, 14),
        ("parameters", "µ", "unit"): (4, 11),
        ("parameters", "b"): (5, 6),
        ("list", 0): (7, 5),
        ("list", 1): (8, 5),
        ("list", 1, "c"): (8, 8),
    }
    for path, (line, column) in at.items():
        assert document.place(path) == Place(path, "m.yaml", line, column)
    assert document.place(("parameters", "µ", "unit"), key=True).column == 5
    inner = ("parameters", "b", "value")
    assert document.place(inner) == Place(inner, "m.yaml", 5, 6)
    assert document.place(("nothing", "here")) == Place(("nothing", "here"), "m.yaml", 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", " the file is empty"),
        ("a: 1\na: 2\n", f"2:1: a: {TWICE}"),
        ("no: 1\n'no': 2\n", f"2:1: no: {TWICE.replace('`a`', '`no`')}"),
        ("? [a]\n: 1\n", f"1:3: a key is a list or a mapping; {QUOTES}"),
        ("a: &x 1\n", f"1:4: a: {ALIASES}"),
        ("a: !!str 1\n", "1:4: a: the tag `!!str` is not read; a model is plain data"),
        ("a: ! 1\n", "1:4: a: the tag `!` is not read; a model is plain data"),
        ("!!map {a: 1}\n", "1:1: the tag `!!map` is not read; a model is plain data"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document starts here; one file holds one model"),
        ("a: \x07\n", "1:4: this is not text: the character U+0007 stands here"),
        ("a: \ud800\n", "1:4: this is not text: the character U+D800 stands here"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_refusals(monkeypatch: pytest.MonkeyPatch, loader: str, text: str, said: str) -> None:
    monkeypatch.setattr(source, "LOADER", getattr(pyyaml, loader))
    assert message(text) == f"f.yaml:{said}"


@pytest.mark.parametrize(
    "text", ["a: [1", "a: b: c", "\ta: 1", 'a: "x', "a: *", "- a\nb: 1", "a: @x"]
)
def test_what_is_not_yaml_is_a_sentence_with_a_place(text: str) -> None:
    assert message(text).startswith("f.yaml:")
    assert "this is not YAML: " in message(text)


def test_faults_are_reported_together_but_not_without_end() -> None:
    assert len(message("a: !x 1\nb: !y 1\nb: 2\n").splitlines()) == 3
    lines = message("".join(f"k{n}: !x 1\n" for n in range(1000))).splitlines()
    assert len(lines) == source.MOST + 1
    assert lines[-1] == f"f.yaml: {1000 - source.MOST} more problems like these"


@pytest.mark.parametrize("open_", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_depth_is_bounded(monkeypatch: pytest.MonkeyPatch, open_: str, loader: str) -> None:
    monkeypatch.setattr(source, "LOADER", getattr(pyyaml, loader))
    assert "is nested more than 50 deep" in message("a:\n  " + open_ * 10_000)


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_the_place_of_too_deep_brackets_is_that_of_the_first_too_deep_one(
    monkeypatch: pytest.MonkeyPatch, loader: str
) -> None:
    monkeypatch.setattr(source, "LOADER", getattr(pyyaml, loader))
    text = "a: ']] [[ ]'\nb: [1, \"]]]\", " + "[" * 3_000
    place = text.splitlines()[1].index("[[") + 49  # the 51st collection, after a mapping and a list
    assert message(text) == f"f.yaml:2:{place}: the file is nested more than 50 deep"
    assert value("a: " + "[" * 49 + "]" * 49)


def test_size_is_bounded() -> None:
    assert "at most 5,000,000 are read" in message("a: " + "x" * 5_000_000)


def test_files(tmp_path: Path) -> None:
    def refusal(path: Path) -> str:
        with pytest.raises(ModelError) as caught:
            read_file(path)
        return str(caught.value).removeprefix(f"{path}")

    good = tmp_path / "good.yaml"
    good.write_text("name: π\n", encoding="utf-8")
    assert read_file(good).plain() == {"name": "π"}
    assert read_file(str(good)).file == str(good)
    assert refusal(tmp_path) == ": this is a folder, not a model file"
    assert refusal(tmp_path / "none.yaml") == ": there is no such file"
    assert refusal(Path("/dev/zero")) == ": this is neither a file nor a folder"
    assert "cannot be read" in refusal(tmp_path / ("x" * 1000))
    assert "cannot be read" in refusal(Path("a\0b"))
    (tmp_path / "latin.yaml").write_bytes(b"a: 1\nb: \xe9t\xe9\n")
    said = ":2: this is not text in UTF-8: the byte 0xE9 stands here"
    assert refusal(tmp_path / "latin.yaml") == said
    (tmp_path / "large.yaml").write_bytes(b"#" * 6_000_000)
    assert "at most 5,000,000 are read" in refusal(tmp_path / "large.yaml")


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.yaml").write_text("a: 1\n")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ModelError, match="the file cannot be read: Permission denied"):
        read_file(tmp_path / "m.yaml")


@given(st.text(max_size=80) | st.text("ab: -#[]{}&*!|>'\"%@`\n\t,?", max_size=40))
def test_no_text_gives_a_traceback(text: str) -> None:
    with contextlib.suppress(ModelError):
        read(text)
