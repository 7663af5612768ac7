"""`nullcline conform`: the matrix, its forms, and that a bad engine costs its own cell only."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import time
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nullcline import Dynamics, datamodel
from nullcline.cli import main
from nullcline.cli.live import Live
from nullcline.conformance import Outcome
from nullcline.conformance.plan import LONGEST, Plan
from nullcline.structure import dump, load
from nullcline.suite import Matrix, read_model, run_suite
from nullcline.suite.jobs import Job, Waiting
from nullcline.suite.matrix import BEGIN, END, with_matrix

ROOT = Path(__file__).resolve().parents[1]
DECAY = 'name: Decay\nparameters: {k: 1.5}\nstate_variables: {x: {equation: "-k*x + sin(t)"}}\n'
DECAY = DECAY.replace('sin(t)"}', 'sin(t)", initial_value: 1.0}')
ODD = "odd <i>&|`*.yaml"
"""A path that has a meaning to HTML, to XML and to Markdown."""

FILES = {
    "decay.yaml": DECAY,
    ODD: DECAY.replace("Decay", '"<script>alert(1)</script>"'),
    "broken.yaml": DECAY.replace("-k*x", "-q*x"),
    "events.yaml": DECAY + "events: {spike: {}}\n",
    "study.yaml": "name: S\nmodel: 'odd <i>&|`*.yaml'\n"
    "runs:\n  slow: {duration: 3, parameters: {k: 0.5}}\n",
}

FAKES = '''
import os, sys, time
from dataclasses import replace
import numpy as np
from nullcline.targets.python import TARGET

def target(name, simulate, **more):
    """The Python target with another engine, which is bad for the model Decay alone."""
    def chosen(text, system, run):
        found = TARGET.simulate(text, system, run)
        return simulate(found, run) if system.name == "Decay" else found
    return replace(TARGET, name=name, vector_field=None, simulate=chosen, **more)

def hang(found, run):
    with open(os.environ["NULLCLINE_TEST_PIDS"], "a") as stream:
        print(os.getpid(), file=stream)
    while True:
        time.sleep(0.1)

def stray(found, run):
    os.write(1, b"nothing that anybody can unpickle")
    os.write(2, b"nor this")
    os.makedirs("elsewhere", exist_ok=True)
    os.chdir("elsewhere")
    return found

def segfault(found, run):
    import ctypes
    ctypes.string_at(0)

def boom(found, run):
    raise ValueError("the engine <burst>")

def nan(found, run):
    return replace(found, values=np.where(found.times > 1, np.nan, found.values))

WRONG = target("wr<b>ong", lambda f, run: replace(f, values=f.values + 0.01 * f.times))
NAN = target("nan", nan)
RAISES = target("raises", boom)
HANGS = target("hangs", hang)
KILLED = target("killed", lambda f, run: os._exit(3))
SEGFAULT = target("segfault", segfault)
EXITS = target("exits", lambda f, run: sys.exit("enough"))
STRAY = target("stray", stray)
ABSENT = target("absent", stray, requires=("no_such_engine",))
'''
BAD = ["wr<b>ong", "nan", "raises", "hangs", "killed", "segfault", "exits", "stray", "absent"]


@contextlib.contextmanager
def fakes(folder):
    """Targets of another package, found by their entry points, here and in the workers."""
    module = f"fakes_{folder.name.replace('-', '_')}"
    (folder / f"{module}.py").write_text(textwrap.dedent(FAKES), encoding="utf-8")
    names = [line.split()[0] for line in FAKES.splitlines() if re.match("[A-Z]+ =", line)]
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    entries = "\n".join(f"{name} = {module}:{name}" for name in names)
    (info / "entry_points.txt").write_text(f"[nullcline.targets]\n{entries}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.setenv("NULLCLINE_TEST_PIDS", str(folder / "pids"))
        yield patch


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The folder after one run of the command over every file and every bad target."""
    folder = tmp_path_factory.mktemp("conform")
    (folder / "models").mkdir()
    for name, text in FILES.items():
        (folder / "models" / name).write_text(text, encoding="utf-8")
    (folder / "README.md").write_text("# Mine\n\nSome words.\n", encoding="utf-8")
    options = ["--report", "c.html", "--junit", "c.xml", "--json", "c.json"]
    options += ["--update-readme", "README.md", "--limit", "15", "--jobs", "2"]
    options += [word for name in ["python", *BAD] for word in ("--target", name)]
    with fakes(tmp_path_factory.mktemp("fakes")) as patch:
        patch.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = main(["conform", "models", *options])
        (folder / "out.txt").write_text(out.getvalue(), encoding="utf-8")
        (folder / "status").write_text(str(status))
        yield folder


def read(folder, name):
    return (folder / name).read_text(encoding="utf-8")


def verdicts(folder):
    run = json.loads(read(folder, "c.json"), parse_constant=pytest.fail)
    return {(Path(v["model_path"]).name, v.get("target")): v for v in run["verdicts"]}


@pytest.mark.parametrize(
    ("target", "outcome", "reason"),
    [
        ("python", "conforms", None),
        ("wr<b>ong", "deviates", "x is .* where .* was expected, at t = "),
        ("nan", "deviates", "x is nan where"),
        ("raises", "failed", "ValueError: the engine <burst>"),
        ("hangs", "failed", "it took longer than 15 s and was stopped"),
        ("killed", "failed", r"the process of the engine ended in the check \(status 3\)"),
        ("segfault", "failed", r"ended in the check \(SIGSEGV\): Fatal Python error: Segmentation"),
        ("exits", "failed", "SystemExit: enough"),
        ("stray", "conforms", None),
        ("absent", "skipped", "no_such_engine missing"),
    ],
)
def test_a_bad_engine_costs_its_own_cell_only(done, target, outcome, reason):
    found = verdicts(done)
    assert found["decay.yaml", target]["outcome"] == outcome
    if reason:
        assert re.search(reason, found["decay.yaml", target]["reason"])
    good = "skipped" if target == "absent" else "conforms"
    assert found[ODD, target]["outcome"] == good, found[ODD, target]


def test_the_hanging_process_is_gone(done):
    pids = [int(line) for path in sys.path for line in _lines(Path(path) / "pids")]
    assert pids
    assert not any(_alive(pid) for pid in pids)


def _lines(path):
    return path.read_text().split() if path.is_file() else []


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]


def test_the_text_has_a_matrix_and_every_reason(done):
    text = read(done, "out.txt")
    lines = text.splitlines()
    assert lines[0].split()[:3] == ["model", "python", "wr<b>ong"]
    decay = next(line for line in lines if line.startswith("models/decay.yaml  "))
    assert re.search(r"conforms \S+ +deviates \de-0\d +deviates inf +failed +failed", decay)
    assert decay.endswith("100, 101 samples (default)") or "kept short" in decay
    assert "models/study.yaml" in text
    assert "3, 101 samples (run slow of the study)" in text
    assert "models/broken.yaml does not load:" in text
    assert re.search(r"models/broken.yaml:3:\d+: .*`q` is not declared", text)
    assert re.search("events.yaml in python, wr<b>ong, .* unsupported: .* cannot express ev", text)
    assert "models/decay.yaml in hangs failed: it took longer" in text
    assert "\x1b" not in text  # no live table where nobody watches
    assert read(done, "status") == "1"


def test_the_json_is_an_instance_of_our_schema(done):
    data = json.loads(read(done, "c.json"), parse_constant=pytest.fail)
    run = load(datamodel.ConformanceRun, data)
    assert dump(run) == data
    assert run.started_at <= run.ended_at
    found = verdicts(done)
    assert found["broken.yaml", None]["outcome"] == "invalid"
    assert "`q` is not declared" in found["broken.yaml", None]["reason"]
    study = found["study.yaml", "python"]
    assert (study["duration"], study["chosen_by"]) == (3.0, "run slow of the study")
    declared, changed = study["comparisons"]
    assert declared["parameters"] == {"k": {"value": 0.5}}
    assert 0.4 <= changed["parameters"]["k"]["value"] <= 0.6
    assert "current_state" in study["exported_text"]
    assert study["versions"]["numpy"]["version"]
    nan = found["decay.yaml", "nan"]["comparisons"][0]["worst"]
    assert {"variable", "at_time", "expected"} == set(nan)  # neither inf nor NaN is JSON


@pytest.mark.filterwarnings("ignore")
def test_linkml_accepts_the_json(done):
    validator = pytest.importorskip("linkml.validator")
    plugins = pytest.importorskip("linkml.validator.plugins")
    closed = [plugins.JsonschemaValidationPlugin(closed=True)]
    schema = str(ROOT / "schema" / "nullcline.yaml")
    data = json.loads(read(done, "c.json"))
    checked = validator.Validator(schema, validation_plugins=closed)
    assert checked.validate(data, "ConformanceRun").results == []
    data["verdicts"][0]["outcome"] = "perhaps"
    assert checked.validate(data, "ConformanceRun").results


def test_junit_has_a_suite_a_target_and_a_case_a_model(done):
    root = ElementTree.fromstring(read(done, "c.xml"))
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == ["python", *BAD]
    cases = {
        (name, Path(case.get("name")).name): [child.tag for child in case]
        for name, suite in suites.items()
        for case in suite
    }
    assert len(cases) == len(suites) * len(FILES)
    assert cases["python", "decay.yaml"] == ["system-out"]
    assert cases["wr<b>ong", "decay.yaml"] == ["failure"]
    assert cases["killed", "decay.yaml"] == ["error"]
    assert cases["killed", ODD] == ["system-out"]
    assert cases["absent", "decay.yaml"] == ["skipped"]
    assert cases["python", "events.yaml"] == ["skipped"]
    assert cases["python", "broken.yaml"] == ["error"]
    for each in (root, *root):
        tags = ("testcase", "failure", "error", "skipped")
        counts = [str(len(list(each.iter(tag)))) for tag in tags]
        assert [each.get(n) for n in ("tests", "failures", "errors", "skipped")] == counts


def test_the_readme_has_the_matrix_once(done):
    text = read(done, "README.md")
    assert text.startswith(f"# Mine\n\nSome words.\n\n{BEGIN}\n**conformance: ")
    assert text.endswith(f"{END}\n")
    good = 2 * 3 + (len(BAD) - 2) * 2  # python and stray everywhere, the bad but for Decay
    assert f"conformance: {good} of {len(FILES) * (len(BAD) + 1)} cells" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    unescaped = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert unescaped == [len(BAD) + 3] * (len(FILES) + 2)
    assert "<i>" not in text
    assert "<b>" not in text


def test_the_readme_is_the_same_when_written_again(done):
    matrix = Matrix([read_model(done / "models" / "decay.yaml")], ["python"])
    before = read(done, "README.md") + "\nMore words.\n"
    once = with_matrix(before, matrix)
    assert once.startswith("# Mine\n\nSome words.\n\n")
    assert once.endswith("\n\nMore words.\n")
    assert once.count(BEGIN) == 1
    assert with_matrix(once, matrix) == once
    assert with_matrix(with_matrix("", matrix), matrix) == with_matrix("", matrix)
    for wrong in (f"{END}\n{BEGIN}\n", BEGIN, END, f"{BEGIN}{END}" * 2):
        with pytest.raises(ValueError, match="once each"):
            with_matrix(wrong, matrix)


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def test_the_report_needs_nothing_else_and_escapes_names(done):
    page = Elements(read(done, "c.html"))
    tags = {tag for tag, _ in page.found}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "b", "i", "burst"})
    assert all(a["href"].startswith("#") for a in page.all("a"))
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in page.all("a")} <= set(ids)
    assert all(svg["role"] == "img" and svg["aria-label"] for svg in page.all("svg"))
    assert "default-src 'none'" in str(page.all("meta"))
    assert "nan" not in "".join(line["points"] for line in page.all("polyline"))


def test_the_report_shows_trajectories_text_and_versions(done):
    text = read(done, "c.html")
    cell = text[text.index('id="cell-1-0"') :].partition("</section>")[0]
    one = cell.partition('id="cell-1-1"')[0]
    assert one.count("<svg") == 4  # x and its deviation, as declared and changed
    assert one.count('class="reference"') == one.count('class="engine"') == 2
    assert "def Decay(" in one
    assert "scipy " in one
    assert "conforms: " in one


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")


def test_the_report_is_a_page_to_a_browser(done, tmp_path):
    if BROWSER is None:
        if os.environ.get("NULLCLINE_REQUIRE_BROWSER"):
            pytest.fail("chromium is not installed, and NULLCLINE_REQUIRE_BROWSER is set")
        pytest.skip("chromium is not installed")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"]
    command += [f"--user-data-dir={tmp_path}", "--window-size=400,800", "--dump-dom"]
    address = (done / "c.html").as_uri()
    shown = subprocess.run([*command, address], capture_output=True, timeout=60, check=True)
    page, plain = Elements(shown.stdout.decode()), Elements(read(done, "c.html"))
    assert b"Refused to" not in shown.stderr
    assert b"Content Security Policy" not in shown.stderr
    assert page.all("script") == []
    for tag in ("svg", "details", "polyline", "td"):
        assert len(page.all(tag)) == len(plain.all(tag)) > 0


def test_all_is_well_where_every_cell_conforms(tmp_path, capsys):
    path = tmp_path / "decay.yaml"
    path.write_text(DECAY, encoding="utf-8")
    readme = str(tmp_path / "new.md")
    options = ["--target", "python", "--duration", "2", "--update-readme", readme]
    assert main(["conform", str(path), str(path), *options, "--require-all-targets"]) == 0
    shown = capsys.readouterr()
    assert "2, 101 samples (asked for)" in shown.out
    assert shown.out.count("decay.yaml  ") == 1  # given twice, proved once
    assert "conformance: 1 of 1 cells\n" in shown.out
    assert "matrix written" in shown.out
    assert shown.err == ""
    before = Path(readme).read_bytes()
    assert main(["conform", str(path), *options]) == 0
    assert "unchanged" in capsys.readouterr().out
    assert Path(readme).read_bytes() == before


def test_a_missing_engine_is_a_failure_where_all_are_required(tmp_path, capsys):
    path = tmp_path / "decay.yaml"
    path.write_text(DECAY, encoding="utf-8")
    folder = tmp_path / "absent"
    folder.mkdir()
    command = ["conform", str(path), "--target", "absent", "--duration", "1"]
    with fakes(folder):
        assert main(command) == 0
        junit = tmp_path / "c.xml"
        assert main([*command, "--require-all-targets", "--junit", str(junit)]) == 1
    assert "no_such_engine missing" in capsys.readouterr().out
    assert ElementTree.parse(junit).getroot().get("errors") == "1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--target", "fortran"], "there is no target `fortran`"),
        (["--report", "no/such/folder/c.html"], "cannot be written"),
        (["--update-readme", "odd.md"], "once each"),
    ],
)
def test_what_cannot_work_is_refused_before_the_work(
    tmp_path, monkeypatch, capsys, options, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "decay.yaml").write_text(DECAY, encoding="utf-8")
    (tmp_path / "odd.md").write_text(END + BEGIN, encoding="utf-8")
    assert main(["conform", "decay.yaml", *options]) == 1
    shown = capsys.readouterr()
    assert message in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("options", [["--jobs", "0"], ["--limit", "-1"], ["--duration", "inf"]])
def test_wrong_numbers_are_wrong_usage(options):
    with pytest.raises(SystemExit) as caught:
        main(["conform", "decay.yaml", *options])
    assert caught.value.code == 2


def test_whoever_stops_early_leaves_no_process(tmp_path):
    folder = tmp_path / "stopped"
    folder.mkdir()
    (tmp_path / "decay.yaml").write_text(DECAY, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(DECAY.replace("Decay", "Other"), encoding="utf-8")
    models = [read_model(tmp_path / name) for name in ("decay.yaml", "other.yaml")]
    with fakes(folder):
        cells = run_suite(models, ["hangs"], duration=1.0, jobs=2, limit=60)
        assert next(cells).verdict.outcome == Outcome.CONFORMS  # of the other model
        deadline = time.monotonic() + 30
        while not _lines(folder / "pids") and time.monotonic() < deadline:
            time.sleep(0.05)
        cells.close()
    (pid,) = map(int, _lines(folder / "pids"))
    assert not _alive(pid)


class Terminal:
    """A stream that a person watches."""

    def __init__(self):
        self.text = ""

    def isatty(self):
        return True

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def test_the_table_lives_on_a_terminal(done, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    models = [read_model(done / "models" / name) for name in ("decay.yaml", "broken.yaml")]
    matrix = Matrix(models, ["python"])
    with Live(matrix) as live:
        assert "1 of 2 cells" in terminal.text
        assert "..." in terminal.text
        for cell in run_suite(models, ["python"], duration=1.0):
            matrix.add(cell)
            live(force=True)
        assert "conforms" in terminal.text
        assert "2 of 2 cells" in terminal.text
        monkeypatch.setenv("LINES", "4")
        monkeypatch.setenv("COLUMNS", "30")
        assert len(live.lines(1.0)) == 3
        assert all(len(line) < 30 for line in live.lines(1.0))
    assert terminal.text.endswith("\x1b[J")


def system(**equations):
    model = Dynamics("M")
    for name, equation in equations.items():
        model.add_state_variable(name, equation, 1.0)
    return model.system()


def test_a_default_run_is_cheap():
    run, why = Plan().run(system(x="-x"))
    assert (run.duration, len(run.times), why) == (LONGEST, 101, "default")
    run, why = Plan().run(system(x="x**2"))  # infinite at t = 1
    assert (run.duration, why) == (0.5, "default, kept short")
    run, _ = Plan().run(system(x="1000*y", y="-1000*x"))
    assert 0 < run.duration < 1  # not 16,000 turns
    run, why = Plan().run(system(x="log(-x)"))  # not finite anywhere
    assert (run.duration, why) == (LONGEST, "default")
    run, why = Plan(sampling=0.5, duration=2.0).lasting(None).run(system(x="-x"))
    assert len(run.times) == 5
    run, why = Plan(sampling=0.5, duration=2.0).lasting(1.0).run(system(x="-x"))
    assert (len(run.times), why) == (101, "asked for")


def test_dynamics_conform_is_a_table():
    model = Dynamics("De|cay", parameters={"k": 1.5})
    model.add_state_variable("x", "-k*x", 1.0)
    table = model.conform("python", duration=1.0)
    assert [verdict.outcome for verdict in table] == [Outcome.CONFORMS]
    assert table.conform
    assert len(table) == 1
    assert table[:1][0] is table[0]
    assert repr(table).splitlines()[1].startswith("De|cay  python  conforms: ")
    assert r"| De\|cay | python | conforms" in table._repr_markdown_()
    assert "<td>De|cay</td><td>python</td>" in table._repr_html_()
    assert model.conform(["python", "python"], duration=1.0)[1].target == "python"
    with pytest.raises(ValueError, match="there is no target"):
        model.conform("fortran")


def test_a_process_goes_on_with_the_model_that_it_knows():
    """The reference's trajectory is kept in a process, so targets of one model go together."""
    systems = [Dynamics.from_yaml(DECAY).system() for _ in range(2)]  # equal, and two models
    jobs = [Job(target, system, Plan(), 1.0) for system in systems for target in "abc"]
    waiting = Waiting(jobs)
    taken = {"one": [], "other": []}
    for name in ("one", "other", "one", "one", "other", "one", "one"):
        last = taken[name][-1][1] if taken[name] else None
        if (pair := waiting.take(last)) is not None:
            taken[name].append(pair)
    assert [index for index, _ in taken["one"]] == [0, 1, 2, 5]  # the last one helps the other
    assert [index for index, _ in taken["other"]] == [3, 4]
