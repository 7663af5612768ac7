"""SPARQL over a folder of models: the answers are those that reading the YAML files gives."""

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from nullcline.cli import main

pytest.importorskip("rdflib")

from nullcline.linked.query import PREFIXES, QueryError, ask, examples, read
from nullcline.linked.repository import Repository

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = sorted((ROOT / "src" / "nullcline" / "library").glob("*.yaml"))
LORENZ = str(ROOT / "src" / "nullcline" / "library" / "lorenz.yaml")
MODELS = "https://w3id.org/nullcline/models/"
GO = "http://purl.obolibrary.org/obo/GO_"


@pytest.fixture(scope="module")
def library():
    return Repository.of(LIBRARY)


def plain(path):
    """A file of the library as PyYAML reads it; numbers like 1e-3 remain texts."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_library_is_taken_in_whole(library):
    assert library.problems == []
    found = ask(library.graph, "SELECT ?name { ?m a nullcline:Dynamics ; nullcline:name ?name }")
    assert sorted(str(row[0]) for row in found.rows) == sorted(plain(p)["name"] for p in LIBRARY)


def test_models_with_a_given_parameter(library):
    expected = {
        (MODELS + model["name"], name)
        for model in map(plain, LIBRARY)
        for name in model.get("parameters", {})
    }
    found = ask(library.graph, examples()["parameter"])
    assert {(str(row[0]), str(row[1])) for row in found.rows} == expected
    assert len(found.rows) == len(expected)
    with_tau = ask(library.graph, examples()["parameter"], {"parameter": "tau"})
    assert {str(row[0]) for row in with_tau.rows} == {m for m, name in expected if name == "tau"}
    assert len(with_tau.rows) >= 2


def test_values_keep_every_digit(library):
    rows = ask(library.graph, examples()["parameter"], {"parameter": "beta"}).rows
    found = {str(row[0]): float(row[2]) for row in rows}
    declared = {}
    for model in map(plain, LIBRARY):
        if "beta" in model.get("parameters", {}):
            value = model["parameters"]["beta"]
            value = value["value"] if isinstance(value, dict) else value
            declared[MODELS + model["name"]] = float(value)
    assert found == declared
    assert found[MODELS + "Chua"] == 100 / 7  # Matsumoto 1984


@pytest.fixture
def folder(tmp_path):
    """Two models of one name in two files, one with terms, the same once more in Turtle."""
    first = """\
name: Cell
parameters: {g: {value: 1.5, unit: nS}}
state_variables:
  v: {equation: -g*v, initial_value: 1.0, grounding: ["GO:0042391"]}
  w: {equation: -w, initial_value: 1.0}
"""
    (tmp_path / "a.yaml").write_text(first, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    second = first.replace("1.5", "2.5").replace('["GO:0042391"]', "[]")
    (tmp_path / "sub" / "b.yml").write_text(second, encoding="utf-8")
    other = "name: Other\nstate_variables:\n  u: {equation: -u, iri: 'GO:0042391'}\n"
    other = other.replace(", iri: 'GO:0042391'", ", grounding: ['GO:0042391', 'GO:0005261']")
    (tmp_path / "c.yaml").write_text(other, encoding="utf-8")
    assert main(["convert", str(tmp_path / "c.yaml"), "-o", str(tmp_path / "c.ttl")]) == 0
    return tmp_path


def table(text):
    return [line.split() for line in text.splitlines()]


def test_models_by_the_term_of_a_variable(folder, capsys):
    capsys.readouterr()
    command = ["query", str(folder), "--example", "term", "--csv"]
    assert main([*command, "--let", "term=GO:0042391"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["term"] for row in rows} == {GO + "0042391"}
    assert {(row["model"].rpartition("/")[2], row["variable"]) for row in rows} == {
        ("Cell", "v"),
        ("Other", "u"),
    }
    assert main(command) == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == 3


def test_a_file_of_many_models_is_asked_whole(tmp_path, capsys):
    files = [str(path) for path in LIBRARY[:3]]
    assert main(["convert", *files, "-o", str(tmp_path / "all.ttl")]) == 0
    text = "SELECT ?name { ?m a nullcline:Dynamics ; nullcline:name ?name }"
    capsys.readouterr()
    assert main(["query", str(tmp_path), text, "--csv"]) == 0
    names = capsys.readouterr().out.split()[1:]
    assert sorted(names) == sorted(plain(path)["name"] for path in LIBRARY[:3])


def test_models_of_one_name_stay_apart_and_copies_are_one(folder, capsys):
    capsys.readouterr()
    text = "SELECT ?m ?path { ?m a nullcline:Dynamics ; nullcline:model_path ?path }"
    assert main(["query", str(folder), text, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["results"]["bindings"]
    nodes = {}
    for row in rows:
        name = Path(row["path"]["value"]).name
        nodes.setdefault(row["m"]["value"], set()).add(name)
    assert sorted(map(sorted, nodes.values())) == [["a.yaml"], ["b.yml"], ["c.ttl", "c.yaml"]]
    assert MODELS + "Other" in nodes
    assert main(["query", str(folder), "--example", "parameter", "--let", "parameter=g"]) == 0
    lines = table(capsys.readouterr().out)
    assert lines[0] == ["model", "parameter", "value", "unit"]
    assert {line[2] for line in lines[1:-1]} == {"1.5", "2.5"}
    assert lines[-1] == ["2", "rows"]


def verdict(path, name, target, outcome):
    return {"model_path": path, "model_name": name, "target": target, "outcome": outcome}


def test_models_that_conform_in_a_target(folder, capsys):
    found = [
        verdict("a.yaml", "Cell", "python", "conforms"),
        verdict("a.yaml", "Cell", "c", "deviates"),
        verdict("sub/b.yml", "Cell", "c", "conforms"),
        verdict("c.yaml", "Other", "python", "conforms"),
        verdict("d.yaml", "Gone", "python", "conforms"),
        {"model_path": "e.yaml", "outcome": "invalid", "reason": "no model"},
    ]
    run = {
        "started_at": "2026-01-01T00:00:00Z",
        "ended_at": "2026-01-01T00:01:00Z",
        "targets": ["c", "python"],
        "verdicts": found,
    }
    file = folder / "conformance.json"
    file.write_text(json.dumps(run), encoding="utf-8")
    capsys.readouterr()
    command = ["query", "--verdicts", str(file), "--csv", str(folder)]
    assert main([*command, "--example", "conforms"]) == 0
    said = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(said.out)))
    ends = {(row["model"].removeprefix(MODELS), row["target"]) for row in rows}
    assert ends == {("a.yaml/Cell", "python"), ("sub/b.yml/Cell", "c"), ("Other", "python")}
    assert len(rows) == 3
    assert "2 verdicts are about models that are not here, the first about d.yaml" in said.err
    assert all(row["time"].startswith("2026-01-01T00:01:00") for row in rows)
    assert main([*command, "--example", "conforms", "--let", "target=c"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["model"].endswith("sub/b.yml/Cell")
    text = "SELECT ?m { ?v earl:subject ?m ; nullcline:outcome earl:failed ; nullcline:target 'c' }"
    assert main([*command, text]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["m"].endswith("a.yaml/Cell")


REFUSED = {
    "SELEC ?x { ?x ?p ?o }": "query:1:1: the query cannot be read from `SELEC ?x { ?x ?p ?o }` on; "
    "a query reads: it begins with SELECT, ASK, CONSTRUCT or DESCRIBE",
    "SELECT ?x {\n  ?x a nullcline:Dynamics .\n  ?x ?p }": (
        "query:3:3: the query cannot be read from `?x ?p }` on"
    ),
    "SELECT ?x { ?x ?p ?o": "query:1:21: the query is not complete; is a bracket open?",
    "SELECT ?x { ?x a nulcline:Dynamics }": (
        "query:1:18: the prefix `nulcline:` is not declared; did you mean `nullcline:`?"
    ),
    "INSERT DATA { <a:a> <a:b> 1 }": "query:1:1: `INSERT` would change the models; ",
    "PREFIX a: <http://a/>\nDELETE WHERE { ?s ?p ?o }": "query:2:1: `DELETE` would change",
    "LOAD <http://localhost:9/x>": "query:1:1: `LOAD` would change the models; ",
    "SELECT * { SERVICE <http://localhost:9/x> { ?s ?p ?o } }": "1:12: SERVICE is not answered",
    "SELECT * { { SELECT * { SERVICE SILENT <http://localhost:9/> { ?s ?p ?o } } } }": (
        "query:1:25: SERVICE is not answered"
    ),
    "ASK { FILTER EXISTS { SERVICE <http://localhost:9/> { ?s ?p ?o } } }": (
        "query:1:23: SERVICE is not answered"
    ),
    "SELECT * FROM <http://localhost:9/x> { ?s ?p ?o }": "query:1:10: FROM is not answered",
    "SELECT * FROM NAMED <file:///etc/passwd> { ?s ?p ?o }": "query:1:10: FROM is not answered",
    "DESCRIBE <http://localhost:9/x> FROM <http://localhost:9/x>": "FROM is not answered",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }": "query:1:12: GRAPH is not answered",
    "": "query: the query is empty; a query reads",
    "# nothing": "query: the query is empty; a query reads",
    "SELECT ?x " + "{" * 400 + "?x ?p ?o" + "}" * 400: "query: the query is nested too deep",
    "SELECT ?x { ?x ?p ?o } #" + "x" * 100_000: "at most 100,000 are read",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_what_cannot_be_answered_is_told_with_its_place(text):
    with pytest.raises(QueryError) as caught:
        read(text)
    assert REFUSED[text] in str(caught.value)


def test_nothing_is_read_from_elsewhere(library, monkeypatch):
    def refuse(*arguments, **named):
        raise AssertionError(arguments)

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    monkeypatch.setattr("socket.create_connection", refuse)
    for text in REFUSED:
        with pytest.raises(QueryError):
            ask(library.graph, text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?m nullcline:name 'Lorenz' }", "yes"),
        ("ASK { ?m nullcline:name 'Nobody' }", "no"),
        (
            "CONSTRUCT { ?m schema:name ?n } { ?m a nullcline:Dynamics ; nullcline:name ?n }",
            "Lorenz",
        ),
        ("DESCRIBE model:Lorenz", "nullcline:state_variables"),
    ],
)
def test_other_forms_of_query(text, said, capsys):
    assert main(["query", LORENZ, text]) == 0
    assert said in capsys.readouterr().out


def test_rows_without_an_order_are_sorted_and_others_are_not_touched(library):
    pattern = "{ ?m a nullcline:Dynamics ; nullcline:name ?n }"
    names = [str(row[0]) for row in ask(library.graph, f"SELECT ?n {pattern}").rows]
    assert names == sorted(names)
    down = ask(library.graph, f"SELECT ?n {pattern} ORDER BY DESC(?n) LIMIT 5").rows
    assert [str(row[0]) for row in down] == sorted(names, reverse=True)[:5]


def test_a_misspelt_term_is_noticed(capsys):
    assert main(["query", LORENZ, "SELECT ?x { ?x nullcline:inital_value ?v }"]) == 0
    said = capsys.readouterr()
    assert "0 rows" in said.out
    assert "no `nullcline:inital_value`; did you mean `nullcline:initial_value`?" in said.err


def test_files_that_are_no_models_are_told_and_the_others_answer(folder, capsys):
    (folder / "bad.yaml").write_text("name: Bad\nparamters: {}\n", encoding="utf-8")
    (folder / "bad.ttl").write_text("this is not Turtle", encoding="utf-8")
    capsys.readouterr()
    assert main(["query", str(folder), "--example", "parameter"]) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == "2 rows"
    assert "did you mean `parameters`?" in said.err
    assert "this is not Turtle" in said.err


def test_texts_of_models_do_not_reach_the_terminal_as_they_are(tmp_path, capsys):
    text = 'name: M\ndescription: "red \\e[31m and\\nmore"\nstate_variables: {x: {equation: x}}\n'
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    query = "SELECT ?d { ?m a nullcline:Dynamics ; dcterms:description ?d }"
    assert main(["query", str(tmp_path), query]) == 0
    out = capsys.readouterr().out
    assert "red \\x1b[31m and\\nmore" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["library"], "give one query"),
        (["library", "ASK {}", "--example", "term"], "give one query"),
        (["library", "--example", "nothing"], "there is no example nothing: conforms, parameter"),
        ([LORENZ, "--example", "term", "--let", "tem=GO:1"], "the query has no variable ?tem"),
        (["library", "--file", "no.rq"], "there is no such file"),
        ([LORENZ, "CONSTRUCT WHERE { ?s nullcline:name ?o }", "--csv"], "a graph is no table"),
        (["nowhere", "ASK {}"], "nowhere: there is no such file"),
    ],
)
def test_a_wrong_use_is_told(arguments, said, capsys):
    assert main(["query", *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "{", '{"verdicts": 3}', '{"verdicts": [{}]}', "\x00"]
)
def test_verdicts_that_are_none_are_told(text, tmp_path, capsys):
    file = tmp_path / "conformance.json"
    file.write_text(text, encoding="utf-8")
    status = main(["query", LORENZ, "ASK {}", "--verdicts", str(file)])
    said = capsys.readouterr().err
    assert status == (0 if text == "{}" else 1)
    assert text == "{}" or str(file) in said


def test_examples_are_listed(capsys):
    assert main(["query", "library", "--example", "list"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("term", "parameter", "conforms"))


def test_the_commands_of_the_page_run(tmp_path, monkeypatch, capsys):
    page = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    source = (ROOT / "src" / "nullcline" / "library" / "lorenz.yaml").read_text(encoding="utf-8")
    (tmp_path / "lorenz.yaml").write_text(source, encoding="utf-8")
    lines = [line[2:] for block in blocks(page) for line in block.splitlines()]
    assert len(lines) == 7
    said = []
    run = {"verdicts": [verdict("lorenz.yaml", "Lorenz", "python", "conforms")]}
    run["ended_at"] = "2026-01-01T00:01:00Z"
    (tmp_path / "conformance.json").write_text(json.dumps(run), encoding="utf-8")
    for line in lines:
        command = shlex.split(line)[1:]
        if command[0] == "conform":  # tests/test_conform.py runs it
            assert command[-1] == "conformance.json"
            said.append("")
            continue
        assert main(command) == 0, line
        said.append(capsys.readouterr().out)
    assert len(said[0].splitlines()) == len(LIBRARY) + 2
    assert said[1] == "yes\n"
    assert "model:QIF" in said[3]
    assert said[6].splitlines()[1].split()[:2] == ["model:Lorenz", "python"]
    assert set(re.findall(r"`(\w+):`", page)) == set(PREFIXES)


def blocks(page):
    return re.findall(r"```console\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX n: <https://w3id.org/nullcline/> SELECT ?m WHERE { ?m a n:Dynamics }",
        "BASE <http://x/> PREFIX n: <https://w3id.org/nullcline/> # a comment\n"
        "prefix m: <http://m/> SELECT ?m WHERE { ?m a n:Dynamics }",
    ],
)
def test_declarations_stand_where_they_like(capsys, text):
    assert main(["query", str(LORENZ), text]) == 0
    assert "1 row" in capsys.readouterr().out


def test_an_update_is_seen_behind_declarations_of_its_line(capsys):
    text = "PREFIX n: <https://w3id.org/nullcline/> DELETE WHERE { ?s ?p ?o }"
    assert main(["query", str(LORENZ), text]) == 1
    assert "`DELETE` would change the models" in capsys.readouterr().err


def test_a_number_that_python_does_not_read_is_no_traceback(capfd):
    text = f"SELECT ?m WHERE {{ ?m ?p {'1' * 4400} }}"
    assert main(["query", str(LORENZ), text]) == 0
    said = capfd.readouterr()
    assert "0 rows" in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1+1", "'+1+1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("-1.5e3", "-1.5e3"),
        ("1=1", "1=1"),
    ],
)
def test_no_cell_is_a_formula(capsys, value, cell):
    text = f"SELECT ?v WHERE {{ BIND({json.dumps(value)} AS ?v) }}"
    assert main(["query", str(LORENZ), text, "--csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["v"] == cell
