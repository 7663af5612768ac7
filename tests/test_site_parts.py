"""What a site says of a model: verdicts that were earned, a simulation of the right length."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sites import DECAY, DISCRETE, VDP, write

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.conformance.plan import Plan
from nullcline.errors import ModelError
from nullcline.site import build
from nullcline.site.citation import bibtex
from nullcline.site.facts import address, facts
from nullcline.site.pictures import groups
from nullcline.site.simulation import LARGEST, duration, shown
from nullcline.site.svg import COLOURS
from nullcline.site.verdict import read_verdicts, standings
from nullcline.targets import all_targets
from nullcline.trajectory import Trajectory


def verdict(**changes):
    """What `nullcline conform --json` says of an export that conforms."""
    model = Dynamics.from_yaml(VDP)
    compared = {"duration": 100, "horizon": 80.0, "informative": True, "worst": {"size": 3e-9}}
    found = {
        "model_path": "models/vdp.yaml",
        "model_name": "VdP",
        "target": "python",
        "outcome": "conforms",
        "comparisons": [compared, {**compared, "horizon": 60.0, "worst": {"size": 1e-10}}],
        "exported_text": model.render_code("python"),
    }
    return {key: item for key, item in {**found, **changes}.items() if item is not None}


def judged(tmp_path, *verdicts, model=VDP, shown="vdp.yaml"):
    """The standing of a model in Python after verdicts were read from a file."""
    path = tmp_path / "conformance.json"
    path.write_text(json.dumps({"targets": ["python"], "verdicts": verdicts}), encoding="utf-8")
    loaded = Dynamics.from_yaml(model)
    known = read_verdicts(path).verdicts
    found = {each.target: each for each in standings(loaded.name, shown, loaded.system(), known)}
    assert set(found) == set(all_targets())
    assert {each.outcome for name, each in found.items() if name != "python"} == {"not checked"}
    return found["python"]


def test_a_verdict_on_this_very_text_counts(tmp_path):
    found = judged(tmp_path, verdict())
    assert found.outcome == "conforms"
    assert "at most 3e-09 of a variable's range" in found.sentence
    assert "up to t = 60" in found.sentence


@pytest.mark.parametrize(
    "changes",
    [
        {"exported_text": "another text"},
        {"exported_text": None},
        {"model_name": "Other"},
        {"target": "nowhere"},
    ],
)
def test_a_verdict_on_anything_else_does_not(tmp_path, changes):
    assert judged(tmp_path, verdict(**changes)).outcome == "not checked"


def test_a_verdict_on_the_model_before_it_was_changed_does_not(tmp_path):
    changed = VDP.replace("value: 1.25", "value: 1.5")
    assert judged(tmp_path, verdict(), model=changed).outcome == "not checked"


def test_a_verdict_holds_for_a_file_that_was_moved(tmp_path):
    assert judged(tmp_path, verdict(), shown="elsewhere/x.yaml").outcome == "conforms"


def test_the_worst_verdict_is_the_one_that_is_shown(tmp_path):
    bad = verdict(outcome="deviates", reason="x is wrong")
    for said in ([bad, verdict()], [verdict(), bad]):
        found = judged(tmp_path, *said)
        assert (found.outcome, found.sentence) == ("deviates", "x is wrong")


def test_a_missing_engine_is_told_of_the_file_it_was_missing_for(tmp_path):
    skipped = verdict(outcome="skipped", reason="numpy missing", exported_text=None)
    assert judged(tmp_path, skipped).outcome == "skipped"
    assert judged(tmp_path, skipped, shown="other.yaml").outcome == "not checked"


def test_a_model_that_hardly_moves_is_said_to(tmp_path):
    still = {"duration": 1, "horizon": 1.0, "informative": False, "worst": {"size": 0.0}}
    sentence = judged(tmp_path, verdict(comparisons=[still])).sentence
    assert (
        sentence
        == "no difference from the reference up to t = 1; the model does not move in these runs"
    )


def test_what_cannot_be_expressed_says_what(tmp_path):
    loaded = Dynamics.from_yaml(DISCRETE)
    try:
        system = loaded.system()
    except Exception as error:
        system = error
    for each in standings("Logistic map", "map.yaml", system, []):
        assert (each.outcome, each.text) == ("unsupported", "")
        assert "a discrete map" in each.sentence


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", '{"models": []}', '{"verdicts": 3}', "[" * 99_999, '{"verdicts": [{}]}'],
)
def test_other_files_are_no_verdicts(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"other\.json"):
        read_verdicts(path)


def test_the_verdicts_of_conform_reach_the_page(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "models", decay=DECAY)
    asked = ["conform", "models", "--target", "python", "--duration", "2", "--json", "c.json"]
    assert main([*asked, "--jobs", "1"]) == 0
    assert main(["site", "models", "--verdicts", "c.json", "--jobs", "1"]) == 0
    page = (tmp_path / "site" / "models" / "decay" / "index.html").read_text(encoding="utf-8")
    assert page.count('class="verdict conforms"') == 1
    assert page.count('class="verdict unknown"') == len(all_targets()) - 1
    index = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '"in":{' in index
    assert '"python":"conforms"' in index


def path(*rows, end=100.0):
    return Trajectory(tuple("abc"[: len(rows)]), np.linspace(0, end, rows[0].size), np.array(rows))


def test_a_dozen_periods_are_shown_of_what_oscillates_fast():
    t = np.linspace(0, 100, 20_001)
    slow, fast = np.sin(2 * np.pi * t / 90), np.sin(2 * np.pi * t / 0.1)
    assert duration(path(slow)) == 100
    assert duration(path(np.sin(2 * np.pi * t / 10))) == 100
    # 12 of its 1000 periods last 1.2; the next round number is 2.
    assert duration(path(slow, fast)) == 2


def test_some_four_times_are_shown_of_what_settles():
    t = np.linspace(0, 100, 20_001)
    # exp(-t) is a hundredth of its range at t = log(100) = 4.6; four times that is 18.4.
    assert duration(path(np.exp(-t))) == 20
    assert duration(path(np.exp(-t / 50))) == 100
    assert duration(path(np.zeros_like(t))) == 100


def test_a_model_that_explodes_is_shown_as_far_as_it_can_be_drawn():
    model = Dynamics("Grows", time_unit="s")
    model.add_state_variable("x", "x*x", 1.0)
    found = shown(model.system(), Plan(duration=3.0))
    assert found.times[-1] == pytest.approx(1.0, abs=0.01)  # x = 1/(1 - t)
    assert not found.finished
    assert np.all(np.abs(found.values) < LARGEST)


@pytest.mark.parametrize(
    "equation", ["x*x", "1/x", "exp(exp(x*x))", "x - x", "log(x - 2)", "1e300*x"]
)
def test_a_page_is_made_of_whatever_happens(tmp_path, equation):
    pytest.importorskip("matplotlib")
    model = f"name: M\nstate_variables:\n  x: {{equation: '{equation}', initial_value: 1}}\n"
    report = build(write(tmp_path / "models", m=model), tmp_path / "site", jobs=1)
    assert report.models == 1
    text = (tmp_path / "site" / "models" / "m" / "index.html").read_text(encoding="utf-8")
    assert "<svg" in text or "There are no pictures" in text


def test_nullclines_are_drawn_where_they_stand_still(tmp_path):
    pytest.importorskip("matplotlib")
    driven = VDP.replace("name: VdP", "name: Driven").replace('z - x"', 'z - x + cos(t)"')
    build(write(tmp_path / "models", still=VDP, driven=driven), tmp_path / "site", jobs=1)
    said = {
        stem: (tmp_path / "site" / "models" / stem / "phase.svg").read_text(encoding="utf-8")
        for stem in ("still", "driven")
    }
    assert "with nullclines" in said["still"]
    assert "with nullclines" not in said["driven"]


def test_variables_share_a_picture_where_both_can_be_seen():
    model = Dynamics("M")
    for name, unit in (("a", "mV"), ("b", "mV"), ("c", "nA"), ("d", "mV"), ("e", "mV")):
        model.add_state_variable(name, f"-{name}", 1.0, unit=unit)
    t = np.linspace(0, 1, 50)
    found = Trajectory(tuple("abcde"), t, np.array([t, 3 * t, t, 1000 * t, t + 500]))
    assert groups(model.system(), found) == [["a", "b"], ["c"], ["d"], ["e"]]


def test_a_model_of_very_many_variables_has_a_few_pictures():
    model = Dynamics("M")
    for index in range(60):
        model.add_state_variable(f"x{index}", "0*t", 1.0)
    t = np.linspace(0, 1, 50)
    names = tuple(f"x{index}" for index in range(60))
    found = groups(model.system(), Trajectory(names, t, np.tile(t, (60, 1))))
    assert [len(group) for group in found] == [6] * 6


def test_the_facts_of_a_model():
    found = facts(Dynamics.from_yaml(DECAY), "decay.yaml")
    assert found.terms == ("GO:0008150", "http://purl.obolibrary.org/obo/CHEBI_24431")
    assert (found.states, found.parameters, found.units) == (1, 0, ("s",))
    assert facts(Dynamics.from_yaml(VDP), "vdp.yaml").units == ("mV", "per_ms")


def test_where_terms_lead():
    assert address("GO:0008150") == "http://purl.obolibrary.org/obo/GO_0008150"
    assert address("SBO:0000064") == "https://identifiers.org/SBO:0000064"
    assert address("10.1113/jphysiol.1952.sp004764").startswith("https://doi.org/10.1113/")
    for term in ("javascript:alert(1)", "data:text/html,x", "XY:1"):
        assert address(term) == term


def test_bibtex_of_a_publication_with_details():
    text = bibtex(Dynamics.from_yaml(VDP))
    assert "@misc{vanderPol1926,\n" not in text
    for line in (
        "author = {B. van der Pol},",
        "year = {1926},",
        "doi = {10.1080/14786442608564127},",
    ):
        assert line in text
    assert "title = {On relaxation-oscillations}," in text


def luminance(colour):
    """As WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize(("page", "which"), [("#ffffff", 1), ("#0f1318", 2)])
def test_the_lines_of_a_picture_stand_out_from_the_page(page, which):
    for name, *shades in COLOURS.values():
        if name != "soft":
            low, high = sorted((luminance(shades[which - 1]), luminance(page)))
            assert (high + 0.05) / (low + 0.05) >= 3, name


def test_a_state_in_a_very_small_unit_is_simulated_as_well():
    model = Dynamics("Small")
    model.add_state_variable("x", "-x", 1e-30)
    found = shown(model.system(), Plan(duration=3.0))
    np.testing.assert_allclose(found["x"], 1e-30 * np.exp(-found.times), rtol=1e-5)


def test_the_index_of_a_wordy_model_stays_small():
    model = Dynamics("Wordy", description="word " * 100_000)
    found = facts(model, "wordy.yaml")
    assert len(found.description) <= 500
    assert len(found.words) <= 20_000


@pytest.mark.thorough
def test_conformance_is_found_while_the_site_is_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "models", decay=DECAY, bad="- 1")
    assert main(["site", "models", "--conform"]) == 1
    page = (tmp_path / "site" / "models" / "decay" / "index.html").read_text(encoding="utf-8")
    assert "verdict conforms" in page
