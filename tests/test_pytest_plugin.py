"""`pytest --nullcline` as the owner of a repository of models meets it."""

import textwrap

import pytest
import scipy.integrate  # noqa: F401 (loaded before pytester looks, for it can be loaded only once)

import nullcline.pytest_plugin  # noqa: F401

pytest_plugins = ["pytester"]

VDP = """\
name: VdP
parameters: {mu: 1.0}
state_variables:
  x: {equation: "z", initial_value: 0.1}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""
STUDY = "name: S\nmodel: models/vdp.yaml\nruns: {short: {duration: 0.5, parameters: {mu: 3}}}\n"
TARGETS = """\
from dataclasses import replace

from nullcline.errors import Unsupported
from nullcline.targets.python import TARGET

def flipped(system):
    text = TARGET.export(system)
    assert "* z - x" in text
    return text.replace("* z - x", "* z + x")

def refused(system):
    raise Unsupported("oscillations", "mute")

def noisy(text, system, run):
    import warnings
    warnings.warn("an engine is getting old", DeprecationWarning)
    return TARGET.simulate(text, system, run)

WRONG = replace(TARGET, name="wrong", export=flipped, vector_field=None)
MUTE = replace(TARGET, name="mute", export=refused)
ABSENT = replace(TARGET, name="absent", requires=("no_such_engine",))
RIGHT = replace(TARGET, name="right", simulate=noisy)
"""


@pytest.fixture
def models(pytester, monkeypatch):
    """A repository of one model, and four targets that an installed package brings."""
    package = pytester.mkdir("site")
    (package / "fake_targets.py").write_text(TARGETS, encoding="utf-8")
    info = package / "fake_targets-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: fake_targets\nVersion: 1.0\n", encoding="utf-8")
    names = ["wrong", "mute", "absent", "right"]
    entries = "".join(f"{name} = fake_targets:{name.upper()}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[nullcline.targets]\n{entries}", encoding="utf-8")
    pytester.syspathinsert(package)
    monkeypatch.setenv("PYTHONPATH", str(package))
    pytester.makefile(".ini", pytest="[pytest]\n")
    folder = pytester.mkdir("models")
    (folder / "vdp.yaml").write_text(VDP, encoding="utf-8")
    return folder


@pytest.fixture
def prove(pytester, models):
    """Run the plugin on the models, in short."""

    def prove(*arguments, targets=("right",), expected=None, path="models", run=None):
        if expected is not None:
            text = textwrap.dedent(expected)
            (pytester.path / "nullcline-expected.yaml").write_text(text, encoding="utf-8")
        chosen = [f"--nullcline-target={name}" for name in targets]
        options = ["--nullcline", "--nullcline-duration=2", *chosen, "-p", "no:cacheprovider"]
        return (run or pytester.runpytest)(*options, path, *arguments)

    return prove


def test_nothing_is_loaded_and_collected_unless_asked_for(pytester, models, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # others may load what they like
    pytester.makeconftest(
        "import sys\ndef pytest_unconfigure():\n"
        "    print('loaded', *{'nullcline', 'numpy', 'yaml'} & set(sys.modules), 'end')"
    )
    result = pytester.runpytest_subprocess("models", "-p", "_nullcline_pytest")
    result.stdout.fnmatch_lines(["loaded end"])
    result.stdout.fnmatch_lines(["collected 0 items"])
    result.stdout.no_fnmatch_line("nullcline: *")


def test_one_test_a_model_and_target_by_default(pytester, models):
    from nullcline.targets import all_targets

    (models / "more").mkdir()
    (models / "more" / "b.yml").write_text(VDP, encoding="utf-8")
    (models / "notes.txt").write_text("no model", encoding="utf-8")
    result = pytester.runpytest("--nullcline", "models", "--collect-only", "-q")
    names = ["validate", *sorted(all_targets())]
    files = ("models/more/b.yml", "models/vdp.yaml")
    assert result.outlines[:-2] == [f"{file}::{name}" for file in files for name in names]


def test_a_right_export_passes_and_says_how_near(prove):
    result = prove("-v", "-W", "error")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "models/vdp.yaml::validate PASSED*",
            "models/vdp.yaml::right PASSED*",
            "*DeprecationWarning: an engine is getting old*",
            "nullcline: 1 export conforms; at worst * (models/vdp.yaml::right)",
        ]
    )


def test_a_wrong_export_fails_in_words(prove):
    result = prove(targets=["wrong"])
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ wrong: models/vdp.yaml _*",
            "wrong deviates: ? is * where * was expected, at t = *",
            "  model:    VdP",
            "  worst:    * of the range of ? at t = 2: * where * was expected",
            "  run:      duration 2, the declared values",
            "  versions: python *, nullcline *, numpy *",
            "  the exported text, 12 of * lines; all: nullcline export models/vdp.yaml --to wrong",
            "    import numpy as np",
            "FAILED models/vdp.yaml::wrong - Failed: wrong deviates: *",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()


def test_a_model_that_does_not_load_fails_with_its_problems(prove, models):
    text = VDP.replace("mu*", "nu*").replace('"z"', '"zz"')
    (models / "bad.yaml").write_text(text, encoding="utf-8")
    result = prove(path="models/bad.yaml")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "bad.yaml does not load",
            "*bad.yaml:4:17: state_variables/x/equation/rhs: `zz` is not declared*",
            "*bad.yaml:5:17: state_variables/z/equation/rhs: `nu` is not declared*",
            "no model to export: *bad.yaml:4:17: *`zz` is not declared* ...",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_what_cannot_be_proved_is_skipped_with_its_reason(prove, models):
    (models / "spikes.yaml").write_text(VDP + "events: {e: {}}\n", encoding="utf-8")
    result = prove("-rs", targets=["mute", "absent", "right"])
    result.assert_outcomes(passed=3, skipped=5)
    result.stdout.fnmatch_lines(
        [
            "SKIPPED [[]2] models/spikes.yaml:1: *spikes.yaml:6:1: events: * cannot express events",
            "SKIPPED [[]1] models/vdp.yaml:1: absent needs no_such_engine, which is not installed",
            "SKIPPED [[]1] models/vdp.yaml:1: mute cannot express oscillations",
        ],
        consecutive=False,
    )


def test_a_missing_engine_is_a_failure_where_all_are_required(prove):
    expected = "models/vdp.yaml::absent: it cannot hide this"
    result = prove("--require-all-targets", targets=["mute", "absent"], expected=expected)
    result.assert_outcomes(passed=1, skipped=1, failed=1)
    result.stdout.fnmatch_lines(["absent needs no_such_engine, which is not installed"])


def test_an_expected_failure_is_told_with_its_reason(prove):
    result = prove("-rx", targets=["wrong"], expected="models/vdp.yaml::wrong: signs are hard\n")
    result.assert_outcomes(passed=1, xfailed=1)
    result.stdout.fnmatch_lines(
        ["XFAIL models/vdp.yaml::wrong - *signs are hard (wrong deviates: *)"]
    )
    prove("--runxfail", targets=["wrong"]).assert_outcomes(passed=1, failed=1)


def test_an_unexpected_pass_is_a_failure(prove, pytester):
    (pytester.path / "known.yaml").write_text(
        "models/vdp.yaml::right: was wrong once\n", encoding="utf-8"
    )
    result = prove("--nullcline-expected=known.yaml")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "this was expected to fail and does not: remove its line from known.yaml",
            "  models/vdp.yaml::right: was wrong once",
        ]
    )
    prove("--nullcline-expected=known.yaml", path=".").assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ("models/gone.yaml::right: x", "no model file models/gone.yaml"),
        ("models/vdp.yaml::rigth: x", "no target `rigth`; did you mean `right`?"),
        ("./models/vdp.yaml::right: x", "without `.` and `..`"),
        ("models/vdp.yaml: x", "not the name of a test; write FILE::TARGET"),
        ("models/vdp.yaml::right:", "has no reason"),
        ("- models/vdp.yaml", "write lines of the form"),
        ("a: [", "nullcline-expected.yaml:"),
    ],
)
def test_an_entry_that_matches_no_test_is_an_error(prove, entries, sentence):
    result = prove(expected=entries)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


def test_a_study_is_proved_in_its_first_run(prove, pytester):
    (pytester.path / "study.yaml").write_text(STUDY, encoding="utf-8")
    prove(path="study.yaml").assert_outcomes(passed=2, warnings=1)
    options = ["--nullcline", "--nullcline-target=wrong", "study.yaml"]
    result = pytester.runpytest(*options)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["  run:      duration 0.5, mu = 3.0"])


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--nullcline-target=rihgt", "there is no target `rihgt`; did you mean `right`?"),
        ("--nullcline-duration=0", "0 < sampling <= duration"),
        ("--nullcline-expected=absent.yaml", "absent.yaml"),
    ],
)
def test_wrong_options_are_told_in_a_sentence(prove, option, sentence):
    result = prove(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stderr.str()
    assert "Traceback" not in result.stderr.str()


def test_tests_are_selected_by_name_and_by_last_failure(prove, models, pytester):
    (models / "b.yaml").write_text(VDP, encoding="utf-8")
    both = {"targets": ["wrong", "right"]}
    prove("-k", "b and right", **both).assert_outcomes(passed=1, deselected=5)
    prove(path="models/b.yaml::right", **both).assert_outcomes(passed=1)
    options = ["--nullcline", "--nullcline-duration=2", "--nullcline-target=wrong"]
    pytester.runpytest(*options, "models/b.yaml").assert_outcomes(passed=1, failed=1)
    pytester.runpytest(*options, "--lf", "models").assert_outcomes(failed=1)


def test_workers_in_parallel_and_junit(prove, pytester):
    from xml.etree import ElementTree

    result = prove(
        *("-n2", "-rsf", "--junitxml=out.xml"),
        targets=["wrong", "right", "mute"],
        expected="models/vdp.yaml::right: was wrong once\n",
        run=pytester.runpytest_subprocess,
    )
    result.assert_outcomes(passed=1, failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "SKIPPED [[]1] models/vdp.yaml:1: mute cannot express oscillations",
            "FAILED models/vdp.yaml::right - Failed: this was expected to fail*",
            "FAILED models/vdp.yaml::wrong - Failed: wrong deviates: *",
        ]
    )
    cases = ElementTree.parse(pytester.path / "out.xml").iter("testcase")
    found = {case.get("name"): case.find("failure") for case in cases}
    assert set(found) == {"validate", "wrong", "right", "mute"}
    assert "wrong deviates" in found["wrong"].get("message")


def test_the_file_of_expected_failures_is_no_model(prove, models):
    text = "models/vdp.yaml::wrong: signs are hard\n"
    (models / "nullcline-expected.yaml").write_text(text, encoding="utf-8")
    prove(expected=text, path=".").assert_outcomes(passed=2)


def test_pytest_does_not_complain_of_a_package_that_it_found_imported(pytester):
    """As it does of the packages of installed plugins, whose assertions it would rewrite."""
    pytester.makeconftest("import nullcline, pytest; pytest.register_assert_rewrite('nullcline')")
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert "PytestAssertRewriteWarning" not in result.stdout.str() + result.stderr.str()


def test_other_formats_are_models_where_they_are_named(prove, pytester, models):
    """A folder may hold graphs and JSON of any kind beside its models."""
    pytest.importorskip("rdflib")
    from nullcline import Dynamics

    (models / "vdp.ttl").write_text(Dynamics.from_yaml(VDP).to_rdf(format="turtle"), "utf-8")
    (models / "package.json").write_text("{}", encoding="utf-8")
    prove("--collect-only").stdout.fnmatch_lines("*2 tests collected*")
    prove(path="models/vdp.ttl").assert_outcomes(passed=2)
    why = "models/vdp.ttl::right: it is only a graph"
    prove(path="models/vdp.ttl", expected=why).assert_outcomes(passed=1, failed=1)
