"""Verdicts that are kept between runs: used when they are still true, and never otherwise."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nullcline
from nullcline import sources
from nullcline.cli import main
from nullcline.host import folders as folders_of_host
from nullcline.sources import yaml
from nullcline.validation import checks, store
from nullcline.validation.checks import check
from nullcline.validation.judging import Work, verdicts
from nullcline.validation.store import Store

DATA = sorted((Path(__file__).parent / "data").rglob("*.yaml"))
VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: "z", initial_value: 0.1}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""
STUDY = "name: S\nmodel: vdp.yaml\nruns: {r: {duration: 1, parameters: {mu: 2.0}}}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path / "models")
    Path("vdp.yaml").write_text(VDP, encoding="utf-8")
    Path("study.yaml").write_text(STUDY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def checked(monkeypatch):
    """The files that were really checked."""
    found = []

    def noted(path, *rest):
        found.append(path.name)
        return check(path, *rest)

    monkeypatch.setattr(checks, "check", noted)
    return found


def validate(capsys, *more):
    status = main(["validate", ".", "--cache", "../cache", "--json", *more])
    shown = capsys.readouterr()
    assert shown.err == ""
    found = json.loads(shown.out)
    assert status == int(found["summary"]["invalid"] > 0)
    return {item["file"]: item["valid"] for item in found["files"]}


def test_what_has_not_changed_is_not_checked_again(folder, checked, capsys):
    first = validate(capsys)
    assert sorted(checked) == ["study.yaml", "vdp.yaml"]
    assert validate(capsys) == first
    assert len(checked) == 2
    Path("new.yaml").write_text(VDP, encoding="utf-8")
    validate(capsys)
    assert checked[2:] == ["new.yaml"]
    validate(capsys, "--no-cache")
    assert len(checked) == 6


def test_a_study_is_checked_again_when_its_model_has_changed(folder, checked, capsys):
    assert validate(capsys) == {"study.yaml": True, "vdp.yaml": True}
    Path("vdp.yaml").write_text(VDP.replace("mu", "nu"), encoding="utf-8")
    assert validate(capsys) == {"study.yaml": False, "vdp.yaml": True}
    Path("vdp.yaml").write_text(VDP, encoding="utf-8")
    assert validate(capsys) == {"study.yaml": True, "vdp.yaml": True}
    Path("vdp.yaml").unlink()
    assert validate(capsys) == {"study.yaml": False}
    assert validate(capsys) == {"study.yaml": False}  # what is missing may come any time
    assert checked[-2:] == ["study.yaml", "study.yaml"]


def test_size_and_time_of_a_file_prove_nothing(folder, capsys):
    validate(capsys)
    before = os.stat("vdp.yaml")
    Path("vdp.yaml").write_text(VDP.replace("mu*", "nu*"), encoding="utf-8")
    os.utime("vdp.yaml", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert os.stat("vdp.yaml").st_size == before.st_size
    assert validate(capsys) == {"study.yaml": False, "vdp.yaml": False}


@settings(max_examples=30)
@given(st.lists(st.sampled_from(DATA), min_size=1, max_size=6))
def test_whatever_is_written_the_verdict_is_that_of_a_fresh_check(folders, contents):
    path, kept = folders / "m.yaml", Store.at(folders / "cache", ())
    for content in contents:
        path.write_bytes(content.read_bytes())
        assert list(verdicts([path], Work((), kept))) == [check(path)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


def test_another_program_gives_its_own_verdicts(folder, checked, capsys, monkeypatch):
    validate(capsys)
    monkeypatch.setattr(nullcline, "__version__", "0.0.0")
    validate(capsys)
    assert len(checked) == 4


def test_the_seal_knows_the_sources_the_options_and_what_is_installed(tmp_path, monkeypatch):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(nullcline, "__file__", str(package / "__init__.py"))
    seals = [Store.at(tmp_path, ()).seal, Store.at(tmp_path, ("units",)).seal]
    for name in ("check.py", "schema.json"):
        (package / name).write_text("x = 1", encoding="utf-8")
        seals.append(Store.at(tmp_path, ()).seal)
    (package / "check.py").write_text("x = 2", encoding="utf-8")
    seals.append(Store.at(tmp_path, ()).seal)
    monkeypatch.syspath_prepend(tmp_path / "site")
    (tmp_path / "site" / "pint-0.1.dist-info").mkdir(parents=True)
    seals.append(Store.at(tmp_path, ()).seal)
    assert len(set(seals)) == 6
    assert Store.at(tmp_path, ()).seal == seals[-1]


@pytest.mark.parametrize(
    "damage", [b"", b"\x00\xff", b"{}", b"[]", b"3", b'{"key": 1, "verdict": null}', b"[" * 100_000]
)
def test_a_damaged_entry_is_made_again(folder, checked, capsys, damage):
    first = validate(capsys)
    for entry in Path("../cache").rglob("*.json"):
        entry.write_bytes(damage)
    assert validate(capsys) == first
    assert len(checked) == 4
    assert validate(capsys) == first
    assert len(checked) == 4


def test_an_entry_under_another_key_is_not_believed(folder, checked, capsys):
    validate(capsys)
    Path("vdp.yaml").write_text(VDP.replace("mu*", "nu*"), encoding="utf-8")
    kept = Store.at(Path("../cache"), ())
    old = next(Path("../cache").rglob("*.json")).read_bytes()
    key = kept.key(Path("vdp.yaml"))
    kept._file(key).parent.mkdir(exist_ok=True)
    kept._file(key).write_bytes(old)
    assert not validate(capsys)["vdp.yaml"]


def test_a_cache_that_cannot_be_written_is_no_error(folder, checked, capsys):
    Path("../cache").write_text("in the way", encoding="utf-8")
    assert validate(capsys) == validate(capsys) == {"study.yaml": True, "vdp.yaml": True}
    assert len(checked) == 4
    assert Path("../cache").read_text(encoding="utf-8") == "in the way"


def replacing(monkeypatch, file, text, after):
    """While a file is checked, another is replaced, as soon as the file `after` was read."""
    read = sources.read_bytes

    def replaced(path, *rest):
        data = read(path, *rest)
        if Path(path).name == after:
            Path(file).write_text(text, encoding="utf-8")
        return data

    for module in (sources, yaml):
        monkeypatch.setattr(module, "read_bytes", replaced)


WRONG = VDP.replace("mu", "nu")


def test_a_verdict_is_kept_for_the_content_that_was_checked(folder, capsys, monkeypatch):
    with monkeypatch.context() as patch:
        replacing(patch, "vdp.yaml", VDP.replace("mu*", "nu*"), after="vdp.yaml")
        work = Work((), Store.at(Path("../cache"), ()))
        assert [verdict.valid for verdict in verdicts([Path("vdp.yaml")], work)] == [True]
    assert not validate(capsys)["vdp.yaml"]
    Path("vdp.yaml").write_text(VDP, encoding="utf-8")
    assert validate(capsys)["vdp.yaml"]


@pytest.mark.parametrize("after", ["study.yaml", "vdp.yaml"])
def test_a_study_s_verdict_is_that_of_the_model_that_was_read(folder, capsys, monkeypatch, after):
    def now():
        return [verdict.valid for verdict in verdicts([Path("study.yaml")], work)]

    work = Work((), Store.at(Path("../cache"), ()))
    with monkeypatch.context() as patch:
        replacing(patch, "vdp.yaml", WRONG, after)
        during = now()
    assert during == [after == "vdp.yaml"]
    assert now() == [False]
    Path("vdp.yaml").write_text(VDP, encoding="utf-8")
    assert now() == [True]


def test_a_file_that_was_read_twice_and_differed_is_not_kept(folder):
    kept, path = Store.at(Path("../cache"), ()), Path("vdp.yaml")
    kept.judged(path, check(path), {"vdp.yaml": {"one", "other"}})
    kept.judged(path, check(path), {})
    assert not list(Path("../cache").rglob("*.json"))


def test_what_nobody_uses_is_dropped_after_a_month(folder, checked, capsys):
    validate(capsys)
    old, *_ = entries = sorted(Path("../cache").rglob("*.json"))
    long_ago = time.time() - store.AGE - 60
    os.utime(old, (long_ago, long_ago))
    os.utime("../cache/pruned", (long_ago, long_ago))
    Path("new.yaml").write_text("name: [", encoding="utf-8")
    kept = Store.at(Path("../cache"), ())
    kept.prune()
    assert sorted(Path("../cache").rglob("*.json")) == entries[1:]
    os.utime(entries[1], (long_ago, long_ago))
    kept.prune()  # a second time on one day looks at nothing
    assert entries[1].exists()


def test_the_folder_of_the_user_is_the_platform_s(monkeypatch):
    monkeypatch.delenv("NULLCLINE_CACHE")
    monkeypatch.setattr(store.sys, "platform", "linux")
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert store.user_folder() == Path("/home/ada/.cache/nullcline/validate")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/ada")
    assert store.user_folder() == Path("/var/ada/nullcline/validate")
    monkeypatch.setattr(store.sys, "platform", "darwin")
    assert store.user_folder() == Path("/home/ada/Library/Caches/nullcline/validate")
    monkeypatch.setenv("NULLCLINE_CACHE", "/tmp/kept")
    assert store.user_folder() == Path("/tmp/kept")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no such modes here")
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_verdicts_that_others_could_have_written_are_not_believed(folder, checked, capsys, mode):
    validate(capsys)
    os.chmod("../cache", mode)
    before = sorted(Path("../cache").rglob("*"))
    assert main(["validate", ".", "--cache", "../cache", "--json"]) == 0
    said = capsys.readouterr().err
    assert "../cache: others may write to it, so no verdict is kept or taken from there" in said
    assert len(checked) == 4
    assert sorted(Path("../cache").rglob("*")) == before
    os.chmod("../cache", 0o700)
    validate(capsys)
    assert len(checked) == 4


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owners here")
def test_a_folder_of_another_user_is_not_used(folder, checked, capsys, monkeypatch):
    validate(capsys)
    monkeypatch.setattr(folders_of_host.os, "getuid", lambda: os.geteuid() + 1)
    validate_quietly(capsys)
    assert len(checked) == 4


def validate_quietly(capsys):
    assert main(["validate", ".", "--cache", "../cache", "--json"]) == 0
    capsys.readouterr()


def test_a_new_folder_is_for_its_user_alone_whatever_the_umask(folder, capsys):
    before = os.umask(0o002)
    try:
        validate(capsys)
    finally:
        os.umask(before)
    assert Path("../cache").stat().st_mode & 0o077 == 0
