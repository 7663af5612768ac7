"""COMBINE archives: what is packed, what other programs make of it, and what comes back."""

import contextlib
import io
import json
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nullcline import archive, structure
from nullcline.archive.container import pack
from nullcline.cli import main
from nullcline.errors import ModelError
from nullcline.sources.omex import Entry, unpack

MODEL = """\
name: VdP
description: "An oscillator, <b>not</b> & markup"
references: [{doi: 10.1080/14786442608564127}, "van der Pol 1926"]
parameters:
  mu: {value: 1.0, unit: "1"}
state_variables:
  x: {equation: "z", initial_value: 0.1}
  z: {equation: "mu*(1 - x**2)*z - x", initial_value: 0.0}
"""

STUDY = """\
name: Damping
model: vdp.yaml
runs:
  short: {duration: 10.0, sampling: 0.1, parameters: {mu: 2.5}, initial_values: {x: 0.3}}
  odd: {duration: 10.0, sampling: 3.0}
sweeps:
  both:
    run: short
    axes:
      mu: {values: [0.1, 5.0]}
      z: {range: {lo: -1.0, hi: 1.0, n: 3}}
    outputs: [x]
    features: [amplitude]
  large:
    run: short
    axes:
      mu: {range: {lo: 0.1, hi: 1.0, n: 10001}}
    features: [amplitude]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study, its model, the verdicts of one target, and the archive of all."""
    return packed_in(tmp_path_factory.mktemp("archive"), "python")


def packed_in(folder, target):
    """The folder, with the same study proved in a target, and packed."""
    (folder / "vdp.yaml").write_text(MODEL, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    files = [str(folder / name) for name in ("study.yaml", "verdicts.json", "vdp.omex")]
    assert main(["conform", files[0], "--target", target, "--json", files[1]]) == 0
    given = ["--verdicts", files[1], "-o", files[2]]
    assert main(["export", files[0], "--to", "omex", *given]) == 0
    return folder


@pytest.fixture
def packed(folder):
    return unpack((folder / "vdp.omex").read_bytes(), "vdp.omex")


def rewritten(tmp_path, entries):
    path = tmp_path / "other.omex"
    path.write_bytes(pack(entries))
    return path


def test_all_that_was_packed_comes_back(folder):
    made = archive.read(folder / "vdp.omex")
    from nullcline import Dynamics

    assert made.notes == ()
    assert made.conforming == ["python"]
    model = Dynamics.from_yaml(folder / "vdp.yaml")
    assert made.model.to_dict() == model.to_dict()
    assert made.texts["python"] == model.render_code("python")
    written = json.loads((folder / "verdicts.json").read_text(encoding="utf-8"))
    found = structure.dump(made.verdicts)
    assert found["verdicts"] == [v for v in written["verdicts"] if v["outcome"] == "conforms"]
    study = structure.dump(made.study)
    assert list(study["runs"]) == ["short", "odd"]
    assert study["runs"]["short"]["parameters"] == {"mu": {"value": 2.5}}
    assert study["sweeps"]["both"]["axes"]["z"]["range"] == {"lo": -1.0, "hi": 1.0, "n": 3}


def test_the_same_content_gives_the_same_bytes(folder, tmp_path):
    again = tmp_path / "again.omex"
    archive.write(archive.read(folder / "vdp.omex"), again)
    assert again.read_bytes() == (folder / "vdp.omex").read_bytes()


def test_what_sed_ml_cannot_say_is_told(folder, tmp_path, capsys):
    out = str(tmp_path / "told.omex")
    given = ["--verdicts", str(folder / "verdicts.json"), "-o", out]
    assert main(["export", str(folder / "study.yaml"), "--to", "omex", *given]) == 0
    said = capsys.readouterr().out
    assert "the run odd is left out of the SED-ML file: 10 is no whole number of samples" in said
    assert "the sweep both has features (amplitude), which are left out" in said
    assert "the sweep large is left out of the SED-ML file: it has more than 10,000 points" in said


def test_another_library_reads_the_archive(folder):
    """libCOMBINE, of those who wrote the format."""
    libcombine = pytest.importorskip("libcombine")
    read = libcombine.CombineArchive()
    assert read.initializeFromArchive(str(folder / "vdp.omex"))
    entries = [read.getEntry(i) for i in range(read.getNumEntries())]
    formats = {each.getLocation(): each.getFormat() for each in entries}
    assert formats["./simulation.sedml"].endswith("sed-ml.level-1.version-4")
    assert formats["./model.yaml"].endswith("/application/yaml")
    assert read.getMasterFile().getLocation() == "./simulation.sedml"
    assert read.extractEntryToString("./model.yaml").startswith("name: VdP")
    about = read.getMetadataForLocation(".")
    assert about.getDescription() == "An oscillator, <b>not</b> & markup"


def test_another_library_reads_the_experiments(packed):
    """libSEDML: a run with its changes, and a sweep of 2 x 3 points, as the study declares them."""
    libsedml = pytest.importorskip("libsedml")
    text = next(e.content for e in packed if e.location == "simulation.sedml").decode()
    document = libsedml.readSedMLFromString(text)
    assert document.getNumErrors() == 0
    changed = document.getModel("model_1")
    changes = [changed.getChange(i) for i in range(changed.getNumChanges())]
    assert [(c.getTarget(), c.getNewValue()) for c in changes] == [
        ("/parameters/mu", "2.5"),
        ("/state_variables/x", "0.3"),
    ]
    course = document.getSimulation("simulation_1")
    assert course.getOutputEndTime() == 10.0
    assert course.getNumberOfSteps() == 100
    assert course.getAlgorithm().getKisaoID() == "KISAO:0000436"
    sweep = next(
        task
        for task in (document.getTask(i) for i in range(document.getNumTasks()))
        if task.isSedRepeatedTask()
    )
    ranges = {r.getId(): list(r.getValues()) for r in map(sweep.getRange, range(2))}
    swept = [sweep.getTaskChange(i) for i in range(sweep.getNumTaskChanges())]
    points = {c.getTarget(): ranges[c.getRange()] for c in swept}
    assert points["/parameters/mu"] == [0.1, 0.1, 0.1, 5.0, 5.0, 5.0]
    assert points["/state_variables/z"] == [-1.0, 0.0, 1.0, -1.0, 0.0, 1.0]
    assert document.getTask(sweep.getSubTask(0).getTask()).getModelReference() == "model_2"
    report = document.getOutput("report_2")
    assert [report.getDataSet(i).getLabel() for i in range(2)] == ["time", "x"]


def test_a_verdict_on_another_text_does_not_count(folder, tmp_path, capsys):
    (tmp_path / "vdp.yaml").write_text(MODEL.replace('- x"', '+ x"'), encoding="utf-8")
    given = ["--verdicts", str(folder / "verdicts.json"), "-o", str(tmp_path / "x.omex")]
    assert main(["export", str(tmp_path / "vdp.yaml"), "--to", "omex", *given]) == 1
    assert "python is left out: its verdict is on another text" in capsys.readouterr().out
    assert archive.read(tmp_path / "x.omex").texts == {}


@pytest.mark.parametrize(
    ("location", "old", "new", "note"),
    [
        ("targets/python/model.py", b"mu", b"nu", "targets/python/model.py was changed"),
        ("simulation.sedml", b"2.5", b"2.6", "simulation.sedml was changed"),
        ("conformance.json", b'"conforms"', b'"deviates"', "no verdict says that it conforms"),
        ("model.yaml", b"- x", b"+ x", "targets/python/model.py was changed"),
    ],
)
def test_what_was_changed_since_is_told(packed, tmp_path, location, old, new, note):
    changed = [
        replace(e, content=e.content.replace(old, new)) if e.location == location else e
        for e in packed
    ]
    assert changed != packed
    assert any(note in said for said in archive.read(rewritten(tmp_path, changed)).notes)


@pytest.mark.parametrize("gone", ["model.yaml", "study.yaml", "conformance.json"])
def test_a_missing_file_is_told(packed, tmp_path, gone):
    path = rewritten(tmp_path, [e for e in packed if e.location != gone])
    with pytest.raises(ModelError, match=f"holds no {gone}"):
        archive.read(path)


BAD = {
    "model.yaml": (b"name: [", b"name: V\nstate_variables: {x: {equation: 'y +'}}\n", b"\xff\xfe"),
    "study.yaml": (b"[]", b"runs: 3", b"name: a\nmodel: ../x.yaml\nsweeps: {a: {axes: {q: 1}}}\n"),
    "conformance.json": (b"{", b"[]", b'{"verdicts": 3}', b'{"verdicts": [{"target": "nix"}]}'),
}


@pytest.mark.parametrize(("location", "content"), [(k, v) for k, vs in BAD.items() for v in vs])
def test_a_bad_file_inside_is_a_sentence(packed, tmp_path, capsys, location, content):
    changed = [replace(e, content=content) if e.location == location else e for e in packed]
    with pytest.raises((ModelError, ValueError)) as caught:
        archive.read(rewritten(tmp_path, changed))
    assert str(caught.value)


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members:
            packed.writestr(name, content)
    return stream.getvalue()


MANIFEST = '<omexManifest xmlns="http://identifiers.org/combine.specifications/omex-manifest">{}</omexManifest>'


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([], "has no manifest.xml"),
        ([("manifest.xml", "<a")], "no XML"),
        ([("manifest.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")], "entities are not read"),
        ([("../model.yaml", "name: a")], "outside of the archive"),
        ([("/etc/model.yaml", "name: a")], "outside of the archive"),
        ([("a", b"\0" * 200_000_001)], "more than"),
        (
            [("manifest.xml", MANIFEST.format('<content location="./a" format="b"/>'))],
            "lists `./a`, which is not there",
        ),
        (
            [("manifest.xml", MANIFEST.format('<content location="../a" format="b"/>'))],
            "outside of the archive",
        ),
    ],
)
def test_an_archive_of_a_stranger_is_refused_with_a_sentence(members, said):
    with pytest.raises(ModelError, match=said):
        unpack(zipped(members), "x.omex")


@given(st.data())
def test_damaged_bytes_never_give_a_traceback(data):
    whole = bytearray(pack([Entry("a.txt", "b", b"content " * 20)]))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    kept = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with contextlib.suppress(ModelError):
        unpack(kept, "x.omex")


def test_the_manifest_lists_every_file(folder):
    with zipfile.ZipFile(folder / "vdp.omex") as packed:
        root = ElementTree.fromstring(packed.read("manifest.xml"))
        listed = {each.get("location", "").removeprefix("./") for each in root}
        assert listed == {*packed.namelist(), "."}


def test_an_archive_needs_a_file(tmp_path, capsys):
    (tmp_path / "vdp.yaml").write_text(MODEL, encoding="utf-8")
    assert main(["export", str(tmp_path / "vdp.yaml"), "--to", "omex"]) == 1
    assert "-o MODEL.omex" in capsys.readouterr().err
    assert main(["export", str(tmp_path / "vdp.yaml"), "--to", "python", "--verdicts", "a"]) == 1
    assert "--verdicts belongs to --to omex" in capsys.readouterr().err


PATH = re.compile(r"parameter\[@id='(\w+)'\]")


def executed(entries, report):
    """What a report of the SED-ML file holds, by label; libSEDML reads it, libRoadRunner runs."""
    libsedml = pytest.importorskip("libsedml")
    roadrunner = pytest.importorskip("roadrunner")
    files = {entry.location: entry.content.decode() for entry in entries}
    document = libsedml.readSedMLFromString(files["simulation.sedml"])
    asked = document.getOutput(report)
    shown = [asked.getDataSet(i) for i in range(asked.getNumDataSets())]
    variables = {
        each.getLabel(): document.getDataGenerator(each.getDataReference()).getVariable(0)
        for each in shown
    }
    task = document.getTask(next(iter(variables.values())).getTaskReference())
    points = [{}]
    if task.isSedRepeatedTask():
        ranges = {r.getId(): list(r.getValues()) for r in map(task.getRange, range(2))}
        changes = [task.getTaskChange(i) for i in range(task.getNumTaskChanges())]
        axes = {PATH.search(c.getTarget())[1]: ranges[c.getRange()] for c in changes}
        points = [dict(zip(axes, at, strict=True)) for at in zip(*axes.values(), strict=True)]
        task = document.getTask(task.getSubTask(0).getTask())
    model = document.getModel(task.getModelReference())
    changes = [model.getChange(i) for i in range(model.getNumChanges())]
    given = {PATH.search(c.getTarget())[1]: float(c.getNewValue()) for c in changes}
    source = document.getModel(model.getSource().removeprefix("#")).getSource()
    course = document.getSimulation(task.getSimulationReference())
    names = [PATH.search(v.getTarget())[1] for v in variables.values() if v.getTarget()]
    runs = []
    for point in points:
        engine = roadrunner.RoadRunner(files[source])
        engine.integrator.relative_tolerance = 1e-10
        engine.integrator.absolute_tolerance = 1e-12
        for name, value in {**given, **point}.items():
            engine.setValue(name, value)
        steps = course.getNumberOfSteps()
        runs.append(engine.simulate(0, course.getOutputEndTime(), steps + 1, ["time", *names]))
    return dict(zip(variables, np.moveaxis(np.array(runs), 2, 0), strict=True))


@pytest.fixture(scope="module")
def in_sbml(tmp_path_factory):
    """The entries of an archive whose SED-ML is about SBML."""
    folder = packed_in(tmp_path_factory.mktemp("sbml"), "sbml")
    return unpack((folder / "vdp.omex").read_bytes(), "vdp.omex")


def test_another_program_runs_the_experiments_and_gets_the_same(in_sbml):
    """The run and the sweep by SED-ML in libRoadRunner, and by our own engine from the study."""
    from nullcline import Dynamics

    model = Dynamics.from_yaml(MODEL)
    run = executed(in_sbml, "report_1")
    expected = model.simulate(duration=10.0, sampling=0.1, mu=2.5, x=0.3)
    assert run["time"][0] == pytest.approx(expected.times)
    assert run["x"][0] == pytest.approx(expected["x"], abs=1e-6)
    sweep = executed(in_sbml, "report_2")
    over = {"mu": [0.1, 5.0], "z": [-1.0, 0.0, 1.0]}
    swept = model.sweep(over, duration=10.0, sampling=0.1, outputs="x", x=0.3)
    assert sweep["x"].reshape(2, 3, -1) == pytest.approx(swept.x.values, abs=1e-4)
