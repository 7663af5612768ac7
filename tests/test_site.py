"""The site of a folder: whole, the same every time, kept up to date, and nobody else's folder."""

from __future__ import annotations

import json
import os
import re
import sys
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import DECAY, DISCRETE, VDP, Reader, write

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.datamodel import ConformanceRun, Verdict
from nullcline.errors import ModelError
from nullcline.targets import all_targets

pytest.importorskip("matplotlib")
pytest.importorskip("latex2mathml")

from nullcline.site import build, making
from nullcline.site.making import Order
from nullcline.site.source import Source, sources
from nullcline.site.workers import made as made_by

OTHER = DECAY.replace("Decay", "Other")
BAD = "name: Bad\nstate_variables:\n  x: {equation: 'y +* 2', initial_value: 1}\n"


def contents(folder):
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A site of an ordinary model, a discrete map, a study, and a file that holds no model."""
    root = tmp_path_factory.mktemp("ordinary")
    study = "name: Long\nmodel: vdp.yaml\nruns:\n  one: {duration: 7, parameters: {mu: 2}}\n"
    files = write(root / "models", vdp=VDP, map=DISCRETE, bad=BAD, study=study)
    report = build(files, root / "site", title="Ours & theirs", jobs=1)
    return root, report


def page(made, slug):
    return Reader((made[0] / "site" / "models" / slug / "index.html").read_text(encoding="utf-8"))


def test_a_page_says_what_the_model_says(made):
    found = page(made, "vdp")
    assert [a for t, a in found.elements if t == "h1"] == [{}]
    for words in ("Van der Pol oscillator", "Damping", "1.25", "per_ms", "Position", "0.5", "mV"):
        assert words in found.text
    assert len(found.all("math")) >= 2
    assert {"href": "https://doi.org/10.1080/14786442608564127", "rel": "noreferrer"} in found.all(
        "a"
    )
    pictures = [a["aria-label"] for a in found.all("svg")]
    assert len(pictures) >= 2
    assert any(label.startswith("Phase portrait of x and z, with nullclines") for label in pictures)


def test_the_small_pictures_of_the_index_have_words(made):
    found = Reader((made[0] / "site" / "index.html").read_text(encoding="utf-8"))
    small = [a for a in found.all("svg") if a.get("class") == "small-picture"]
    said = [a["aria-label"] for a in small if a.get("role") == "img"]
    assert "Small picture of the default trajectory of Van der Pol oscillator" in said
    assert all(a.get("aria-hidden") == "true" for a in small if "aria-label" not in a)


def test_every_form_can_be_downloaded_and_is_what_it_says(made):
    folder = made[0] / "site" / "models" / "vdp"
    links = [a["href"] for a in page(made, "vdp").all("a") if "download" in a]
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in links}
    model = Dynamics.from_yaml(VDP)
    for target in all_targets().values():
        assert model.render_code(target.name) in texts.values()
    assert VDP in texts.values()
    assert {".ttl", ".jsonld", ".bib"} <= {(folder / name).suffix for name in links}


def test_what_a_target_cannot_express_is_named(made):
    found = page(made, "map")
    assert found.text.count("a discrete map") >= len(all_targets())
    assert not found.all("svg")
    assert "There are no pictures" in found.text
    listed = Reader((made[0] / "site" / "index.html").read_text(encoding="utf-8"))
    assert "Logistic map" in listed.text


def test_a_bad_file_is_listed_and_stops_nobody(made):
    _, report = made
    assert [path for path, _ in report.bad] == ["bad.yaml"]
    assert report.models == 3
    listed = Reader((made[0] / "site" / "index.html").read_text(encoding="utf-8"))
    assert "bad.yaml:3:" in listed.text
    assert not (made[0] / "site" / "models" / "bad").exists()
    assert "Ours & theirs" in listed.text


def test_a_study_is_shown_with_its_first_run(made):
    assert "as the run one of the study says, for 7 units of time" in page(made, "study").text
    names = {path.name for path in (made[0] / "site" / "models" / "study").iterdir()}
    assert {"study.yaml", "study_study.yaml"} <= names


def test_nothing_is_checked_unless_somebody_has(made):
    found = page(made, "vdp")
    assert found.text.count("not checked") == len(all_targets())
    assert "conforms" not in found.text.replace("An export conforms when", "")


def test_links_lead_to_files_that_are_there(made):
    root = made[0] / "site"
    for path in root.rglob("*.html"):
        for link in Reader(path.read_text(encoding="utf-8")).all("a"):
            address = link["href"]
            if address.startswith("https://"):
                continue
            file, _, place = address.partition("#")
            target = (path.parent / file) if file else path
            assert target.is_file(), address
            ids = re.findall(r' id="([^"]+)"', target.read_text(encoding="utf-8")) if place else []
            assert ids.count(place) == (1 if place else 0), address


def test_ids_are_unique_and_references_to_them_hold(made):
    for path in (made[0] / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)|(?:labelledby|for)="([^"]+)"', text)
        assert {name for names in used for name in names if name} <= set(ids)


def test_the_metadata_is_schema_org_and_the_models_own(made):
    scripts = [text for attributes, text in page(made, "vdp").scripts]
    about, own = map(json.loads, scripts)
    assert about["@context"] == "https://schema.org"
    assert about["name"] == "Van der Pol oscillator"
    assert [v["name"] for v in about["variableMeasured"]] == ["x", "z"]
    assert about["citation"][0]["identifier"] == "doi:10.1080/14786442608564127"
    offered = {each["contentUrl"] for each in about["distribution"]}
    assert offered <= {path.name for path in (made[0] / "site" / "models" / "vdp").iterdir()}
    assert "@context" in own


def test_the_same_input_gives_the_same_bytes(tmp_path):
    files = write(tmp_path / "models", decay=DECAY, bad=BAD)
    build(files, tmp_path / "one", jobs=1)
    build(reversed(files), tmp_path / "two", jobs=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert not re.search(
        rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}", b"".join(contents(tmp_path / "one").values())
    )


def test_a_second_run_makes_only_what_changed(tmp_path, monkeypatch):
    files = write(tmp_path / "models", decay=DECAY, other=OTHER)
    out = tmp_path / "site"
    assert build(files, out, jobs=1).made == 2
    before = contents(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    assert build(files, out, jobs=1).made == 0
    assert contents(out) == before
    assert times == {path: path.stat().st_mtime_ns for path in out.rglob("*.html")}
    drawn = []
    real = making.pictures
    monkeypatch.setattr(making, "pictures", lambda s, *rest: drawn.append(s.name) or real(s, *rest))
    assert build(files, out, title="Another", jobs=1).made == 2
    assert drawn == []
    write(tmp_path / "models", decay=DECAY.replace("-A", "-2*A"))
    assert build(files, out, title="Another", jobs=1).made == 1
    assert drawn == ["Decay"]
    build(files, tmp_path / "fresh", title="Another", jobs=1)
    assert contents(out) == contents(tmp_path / "fresh")


def test_new_verdicts_change_pages_and_draw_nothing(tmp_path, monkeypatch):
    files, out = write(tmp_path / "models", decay=DECAY), tmp_path / "site"
    build(files, out, jobs=1)
    monkeypatch.setattr(making, "pictures", lambda *_: pytest.fail("drawn again"))
    text = Dynamics.from_yaml(DECAY).render_code("c")
    said = Verdict("decay.yaml", "Decay", "c", "conforms", exported_text=text)
    assert build(files, out, jobs=1, verdicts=ConformanceRun(verdicts=[said])).made == 1
    page = (out / "models" / "decay" / "index.html").read_text(encoding="utf-8")
    assert page.count("verdict conforms") == 1


def test_a_changed_model_of_a_study_is_noticed(tmp_path):
    study = "name: S\nmodel: decay.yaml\nruns: {one: {duration: 3}}\n"
    write(tmp_path / "models", decay=DECAY, study=study)
    files = [(tmp_path / "models" / "study.yaml", "study.yaml")]
    build(files, tmp_path / "site", jobs=1)
    write(tmp_path / "models", decay=DECAY.replace("Decay", "Other"))
    assert build(files, tmp_path / "site", jobs=1).made == 1


def test_what_is_gone_goes_and_what_was_spoiled_is_mended(tmp_path):
    files, out = write(tmp_path / "models", decay=DECAY, other=OTHER), tmp_path / "site"
    build(files, out, jobs=1)
    (out / "models" / "decay" / "index.html").write_text("spoiled")
    assert build(files[:1], out, jobs=1).made == 1
    assert not (out / "models" / "other").exists()
    build(files[:1], tmp_path / "fresh", jobs=1)
    assert contents(out) == contents(tmp_path / "fresh")


def test_a_run_that_was_broken_off_can_be_done_again(tmp_path, monkeypatch):
    files, out = write(tmp_path / "models", decay=DECAY, other=OTHER), tmp_path / "site"

    def stop(share, name):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(files, out, jobs=1, progress=stop)
    assert (out / "models" / "decay" / "index.html").exists()
    build(files, out, jobs=1)
    build(files, tmp_path / "fresh", jobs=1)
    assert contents(out) == contents(tmp_path / "fresh")


@pytest.mark.parametrize("name", ["notes.txt", "models/decay/mine.txt", "models/other/index.html"])
def test_a_folder_with_other_things_is_refused(tmp_path, name):
    files, out = write(tmp_path / "models", decay=DECAY), tmp_path / "site"
    build(files, out, jobs=1)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    before = contents(out)
    with pytest.raises(ModelError, match=re.escape(name)):
        build(files, out, jobs=1)
    assert contents(out) == before


FORGED = [
    "{",
    "[]",
    '{"format": "other"}',
    '{"format": "nullcline site 1", "files": {"../../precious": ""}, "models": {}, "begun": []}',
    '{"format": "nullcline site 1", "files": {"notes.txt": ""}, "models": {}, "begun": []}',
    '{"format": "nullcline site 1", "files": {}, "models": {}, "begun": [""]}',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", FORGED)
def test_a_manifest_that_no_site_has_is_refused(tmp_path, text):
    (tmp_path / "precious").write_text("mine")
    out = tmp_path / "a" / "site"
    out.mkdir(parents=True)
    (out / "manifest.json").write_text(text)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="the folder holds"):
        build(write(tmp_path / "models", decay=DECAY), out, jobs=1)
    assert (tmp_path / "precious").exists()
    assert (out / "notes.txt").exists()


@pytest.mark.parametrize(
    "spoil", [{"models": {"decay": 3}}, {"models": {"decay": {"inputs": [1]}}}]
)
def test_a_manifest_that_was_edited_costs_time_only(tmp_path, spoil):
    files, out = write(tmp_path / "models", decay=DECAY), tmp_path / "site"
    build(files, out, jobs=1)
    before = contents(out)
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | spoil))
    assert build(files, out, jobs=1).made == 1
    assert contents(out) == before


def test_no_link_is_written_through(tmp_path):
    files, out = write(tmp_path / "models", decay=DECAY), tmp_path / "site"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    out.mkdir()
    (out / "models").symlink_to(elsewhere)
    with pytest.raises(ModelError, match="no part of a site"):
        build(files, out, jobs=1)
    (tmp_path / "link").symlink_to(elsewhere)
    with pytest.raises(ModelError, match="is no folder"):
        build(files, tmp_path / "link", jobs=1)
    assert not list(elsewhere.iterdir())


parts = st.text(
    st.sampled_from("aAbßéÉ日./- _~%#?\\:\x7f") | st.characters(codec="utf-8"), max_size=8
)
odd = st.sampled_from(["CON", "nul", "com1", "..", "index", "a/b", "a-b", "A-b", "x" * 300, ""])


@given(st.lists(parts | odd, unique=True, max_size=12), st.randoms())
def test_no_two_files_share_a_place_and_no_place_is_special(tmp_path_factory, names, random):
    from pathlib import Path

    files = [(Path(f"/nowhere/{index}"), f"{name}.yaml") for index, name in enumerate(names)]
    found = sources(files)
    slugs = [source.slug for source in found]
    assert len({slug.lower() for slug in slugs}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_-]{1,80}", slug) for slug in slugs)
    assert {"con", "nul", "com1", "index"}.isdisjoint(slugs)
    random.shuffle(files)
    assert sources(files) == found


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "models", decay=DECAY)
    assert main(["site", "models", "-o", "models/site", "--jobs", "1"]) == 0
    assert capsys.readouterr().out.startswith("models/site/index.html: 1 model (")
    assert main(["site", "models", "-o", "models/site", "--jobs", "1"]) == 0
    assert "1 unchanged" in capsys.readouterr().out
    write(tmp_path / "models", bad=BAD)
    assert main(["site", "models", "-o", "models/site", "--jobs", "1"]) == 1
    said = capsys.readouterr().out
    assert "bad.yaml:3:" in said
    assert "1 model, 1 with problems" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["site"], "nothing to show"),
        (["site", "models", "-o", "models"], "no part of a site"),
        (["site", "nowhere.yaml"], "nowhere.yaml"),
        (["site", "models", "--verdicts", "none.json"], "none.json"),
        (["site", "models", "--verdicts", "models/decay.yaml"], "no JSON"),
    ],
)
def test_what_the_command_refuses(tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "models", decay=DECAY)
    assert main([*words, "--jobs", "1"]) == 1
    told = capsys.readouterr()
    assert said in told.err + told.out
    assert "Traceback" not in told.err
    assert (tmp_path / "models" / "decay.yaml").read_text() == DECAY


def test_the_policy_names_just_the_scripts_and_styles_of_the_page(made):
    from base64 import b64encode

    for path in (made[0] / "site").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        metas = [a for a in Reader(text).all("meta") if "http-equiv" in a]
        (policy,) = (a["content"] for a in metas)
        for kind in ("style", "script"):
            for inside in re.findall(rf"<{kind}>(.*?)</{kind}>", text, re.DOTALL):
                mark = b64encode(sha256(inside.encode()).digest()).decode()
                assert f"{kind}-src 'sha256-{mark}'" in policy
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_models_of_one_name_are_told_apart_by_their_files(tmp_path):
    write(tmp_path / "a", one=DECAY)
    write(tmp_path / "b", one=DECAY, two=OTHER)
    files = [(path, path.relative_to(tmp_path).as_posix()) for path in tmp_path.rglob("*.yaml")]
    build(files, tmp_path / "site", jobs=1)
    text = Reader((tmp_path / "site" / "index.html").read_text(encoding="utf-8")).text
    assert "a/one.yaml" in text
    assert "b/one.yaml" in text
    assert "two.yaml" not in text


def test_no_page_tells_where_its_files_were(tmp_path):
    (tmp_path / "models").mkdir()
    lost = "name: S\nmodel: lost.yaml\n"
    files = write(tmp_path / "models", bad=BAD, lost=lost, decay=DECAY)
    report = build(files, tmp_path / "site", jobs=1)
    assert len(report.bad) == 2
    assert str(tmp_path).encode() not in b"".join(contents(tmp_path / "site").values())


@pytest.mark.parametrize("stem", ["CON", "index", "models", "..", "ä", "a b", "x" * 200])
def test_any_file_name_has_a_page(tmp_path, stem):
    files = write(tmp_path / "models", **{stem: DECAY})
    assert build(files, tmp_path / "site", jobs=1).models == 1
    assert build(files, tmp_path / "site", jobs=1).made == 0
    (page,) = (tmp_path / "site" / "models").glob("*/index.html")
    assert Reader(page.read_text(encoding="utf-8")).text


@pytest.mark.parametrize(("package", "extra"), [("matplotlib", "plot"), ("latex2mathml", "html")])
def test_a_missing_package_is_named(tmp_path, monkeypatch, capsys, package, extra):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "models", decay=DECAY)
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["site", "models"]) == 1
    assert (
        f"{package}, which is not installed: pip install 'nullcline[{extra}]'"
        in capsys.readouterr().err
    )
    assert not (tmp_path / "site").exists()


class Deadly(Source):
    """A file whose page ends the process that makes it."""

    def __reduce__(self):
        return os._exit, (3,)


@pytest.mark.thorough
def test_a_process_that_ends_costs_its_own_page_alone(tmp_path):
    files = sources(write(tmp_path / "models", decay=DECAY, other=OTHER))
    orders = [Order(source, "Models") for source in files]
    deadly = Deadly(tmp_path / "x.yaml", "x.yaml", "x")
    found = {
        item.slug: item for item in made_by([*orders, Order(deadly, "Models")], ConformanceRun(), 2)
    }
    assert set(found) == {"decay", "other", "x"}
    assert "the process that made its page ended" in found["x"].facts.problems[0]
    assert not found["decay"].facts.problems
    assert found["other"].files
