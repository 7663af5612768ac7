"""The SHACL shapes: pyshacl takes what is valid and refuses what a shape can express."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from nullcline import testing
from nullcline.cli import main
from nullcline.linked import dump, graph, load
from nullcline.sources.yaml import read_file
from nullcline.study import is_study

rdflib = pytest.importorskip("rdflib")
pyshacl = pytest.importorskip("pyshacl")

from graphs import OURS, raw_graph  # noqa: E402

from nullcline.linked.shapes import problems, shapes, violations  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
VALID = sorted((DATA / "valid").glob("*.yaml"))
LIBRARY = sorted((ROOT / "src" / "nullcline" / "library").glob("*.yaml"))
INVALID = sorted((DATA / "invalid").rglob("*.yaml"))

NO_GRAPH = {
    "alias_bomb": "an alias is a matter of YAML's text",
    "binary": "it is not text",
    "control_character": "it is not text that YAML allows",
    "duplicate_key": "a key that stands twice is a matter of YAML's text",
    "empty": "there is nothing to make a graph of",
    "not_a_mapping": "a lone text says nothing about any node",
    "python_object": "a tag is a matter of YAML's text",
    "second_document": "documents are a matter of YAML's text",
    "syntax": "it is not YAML",
    "too_deep": "how deep data are nested is told where they are read",
}
"""Files of which no graph can be made, each with the reason."""

NO_SHAPE = {
    "same_name": "SHACL Core compares no items of a list, and knows nothing of Unicode's forms",
    "unquoted_comma": "a slot without a value leaves nothing in a graph",
    "assignment": "an equation is a text to a shape",
    "attribute": "an equation is a text to a shape",
    "bracket": "an equation is a text to a shape",
    "cycle": "what an equation refers to is nothing to a shape",
    "deep": "an equation is a text to a shape",
    "division": "a shape computes nothing",
    "misspelt": "what an equation refers to is nothing to a shape",
    "nested": "an equation is a text to a shape",
    "open_cases": "an equation is a text to a shape",
    "power_tower": "a shape computes nothing",
    "runs_code": "an equation is a text to a shape",
    "second_derivative": "an equation is a text to a shape",
    "several": "an equation is a text to a shape",
    "study_model": "what an equation refers to is nothing to a shape",
    "study_names": "what a run or a sweep refers to is nothing to a shape",
    "twice": "SHACL Core compares no items of lists",
    "undeclared": "what an equation refers to is nothing to a shape",
}
"""Files whose fault no shape can express, each with the reason."""

OTHERWISE = {
    "empty_equation": ["derived_variables/r/equation", "state_variables/x/equation"],
    "list_for_mapping": ["parameters", "state_variables/x"],
    "name_clash": ["parameters/a/name"],
}
"""Places that a graph does not have, or names otherwise: nothing stands where nothing is written,
a text for an equation is an equation's rhs, a mapping is a list, and what has no name in it has
the number of its place."""

EXPRESSED = [path for path in INVALID if path.stem not in {**NO_GRAPH, **NO_SHAPE}]
THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))
IDS = {"ids": lambda path: path.stem}


def raw(path, name="raw"):
    document = read_file(path)
    return raw_graph(document, "Study" if is_study(document) else "Dynamics", name)


def together(graphs):
    """One graph of many: pyshacl takes a while to begin."""
    whole = rdflib.Graph()
    for each in graphs:
        whole += each
    return whole


def refused(data):
    """The nodes that pyshacl refuses, with nothing of ours but the shapes."""
    conforms, report, said = pyshacl.validate(data, shacl_graph=shapes())
    results = report.objects(None, rdflib.SH.result)
    nodes = {str(report.value(result, rdflib.SH.focusNode)) for result in results}
    assert conforms == (not nodes), said
    return nodes


def test_the_lists_name_files_that_are_there_and_leave_some():
    assert {path.stem for path in INVALID} >= {*NO_GRAPH, *NO_SHAPE}
    assert not set(NO_GRAPH) & set(NO_SHAPE)
    assert len(EXPRESSED) >= 11


@pytest.mark.parametrize("files", [VALID, LIBRARY], ids=["valid", "library"])
def test_what_is_valid_conforms(files):
    assert len(files) >= 8
    assert refused(together(graph(load(path)[0]) for path in files)) == set()


def test_what_is_valid_conforms_as_another_program_would_write_it():
    assert refused(together(raw(path, path.stem) for path in VALID)) == set()


def test_what_a_shape_can_express_is_refused_by_pyshacl_alone():
    found = refused(together(raw(path, path.stem) for path in EXPRESSED))
    names = {node.removeprefix(f"{OURS}models/").partition("/")[0] for node in found}
    assert names == {path.stem for path in EXPRESSED}


def test_what_no_shape_can_express_conforms():
    others = [path for path in INVALID if path.stem in NO_SHAPE]
    assert refused(together(raw(path, path.stem) for path in others)) == set()


@pytest.mark.parametrize("path", [path for path in INVALID if path.stem in NO_SHAPE], **IDS)
def test_what_no_shape_can_express_is_told_by_reading(path, tmp_path):
    found = faults(path, tmp_path)
    assert found
    if path.stem != "unquoted_comma":  # of which the graph holds another fault
        assert found == told(path)


@pytest.mark.parametrize("path", EXPRESSED, **IDS)
def test_the_words_are_those_of_yaml(path, tmp_path):
    expected = told(path)
    found = faults(path, tmp_path)
    assert found
    for place in OTHERWISE.get(path.stem, []):
        expected.pop(place)
    assert {place: found.get(place) for place in expected} == expected


@settings(max_examples=1000 if THOROUGH else 10, deadline=None)
@given(testing.dynamics())
def test_generated_models_conform(model):
    assert violations(graph(model)) == []


ANYTHING = {rdflib.URIRef(OURS + slot) for slot in ("additive", "default", "stimulus", "history")}
"""Slots that take a text where a number or true or false stands."""


def planted(data):
    """Graphs with one fault each: a value given twice, of another kind, or not at all."""
    strange = rdflib.URIRef("http://example.org/strange")
    slots = {str(path) for _, path in shapes().subject_objects(rdflib.SH.path)}
    for node, slot, value in sorted(data):
        if str(slot) not in slots or str(slot).startswith(str(rdflib.RDF)):
            continue
        for more, less in [(strange, None), (strange, value)]:
            yield f"{node} {slot} {more} {less}", (node, slot, more), less
        kinds = set(data.objects(node, rdflib.RDF.type))
        if (
            slot == rdflib.URIRef(f"{OURS}name")
            and rdflib.URIRef(f"{OURS}Distribution") not in kinds
        ):
            yield f"{node} without a name", None, (node, slot, value)
        numbers = {rdflib.XSD.double, rdflib.XSD.integer, rdflib.XSD.boolean}
        anything = slot in ANYTHING or isinstance(node, rdflib.BNode)
        if isinstance(value, rdflib.Literal) and value.datatype in numbers and not anything:
            text = rdflib.Literal("nonsense")
            yield f"{node} {slot} as a text", (node, slot, text), value


def faulty(data, plant):
    """A copy of a graph with a fault."""
    _, more, less = plant
    whole = rdflib.Graph() + data
    if isinstance(less, tuple):
        whole.remove(less)
    elif less is not None:
        whole.remove((*more[:2], less))
    if more is not None:
        whole.add(more)
    return whole


@pytest.mark.parametrize("stem", ["full", "kept", "study"])
def test_planted_faults_are_refused(stem):
    data = graph(load(DATA / "valid" / f"{stem}.yaml")[0])
    plants = list(planted(data))
    assert len(plants) > 90
    step = 1 if THOROUGH else len(plants) // 4
    missed = [p[0] for p in plants[::step] if not violations(faulty(data, p))]
    assert missed == []


def told(path):
    """What stands beside a file: its sentences, without hints, by the place in the model."""
    text = path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    lines = [re.match(r"\S+?:\d+:\d+: (?:(\S.*?|): )?(.*)", line) for line in text.splitlines()]
    return places((line[1] or "", line[2]) for line in lines)


def faults(path, folder):
    """What is said of the same in N-Triples, which keep every digit."""
    file = folder / "raw.nt"
    raw(path).serialize(file, format="nt", encoding="utf-8")
    found = problems(file)
    assert all(problem.place.file == str(file) for problem in found)
    assert all(problem.place.node.startswith(f"{OURS}models/raw") for problem in found)
    said = [("/".join(map(str, p.place.path)), str(p).split(": ", 3)[-1]) for p in found]
    return places(said)


def places(said):
    """Sentences by place; a number is written in many ways."""
    found = {}
    for place, sentence in said:
        words = re.sub(r"\(column \d+.*", "", sentence.partition("; ")[0])
        words = re.sub(r"`[^`]*` (stands here|is less)", r"` \1", words)
        found.setdefault(place, set()).add(words)
    return found


HEAD = """\
@prefix nullcline: <https://w3id.org/nullcline/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
ex:M a nullcline:Dynamics ; nullcline:name "M" ; nullcline:state_variables ( ex:x ) .
ex:x a nullcline:StateVariable ; nullcline:name "x" ; nullcline:equation ex:e .
ex:e a nullcline:Equation ; nullcline:rhs "-x" .
"""


def said(text, folder, head=HEAD):
    """What is wrong with a graph, in sentences with the path and the node."""
    file = folder / "m.ttl"
    file.write_text(head + text, encoding="utf-8")
    return [str(problem).removeprefix(f"{file}: ") for problem in problems(file)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ex:x nullcline:initial_value 0.1 .",
        "ex:x nullcline:initial_value 1 .",
        'ex:x nullcline:initial_value "1e-3"^^xsd:double .',
        'ex:x nullcline:initial_value "0.5"^^xsd:float .',
        'ex:M nullcline:number_of_modes "1"^^xsd:int .',
        'ex:x nullcline:domain [ a nullcline:Range ; nullcline:hi "INF"^^xsd:double ] .',
        'ex:M nullcline:system_type "continuous" .',
        "ex:M nullcline:system_type <http://biomodels.net/SBO/SBO_0000062> .",
        "ex:M nullcline:parameters () .",
        "<http://example.org/m> <http://www.w3.org/2002/07/owl#imports> <http://localhost:9/x> .",
    ],
)
def test_there_are_many_ways_to_write_what_is_valid(text, tmp_path):
    assert said(text, tmp_path) == []


NUMBER = "stands here instead of a"
WRONG = {
    "ex:x nullcline:initial_value 0.1, 0.2 .": (
        "<http://example.org/x>: state_variables/x/initial_value: "
        "the initial_value has 2 values: `0.1` and `0.2`; keep one of them"
    ),
    'ex:x nullcline:unit "mV"@en .': (
        "<http://example.org/x>: state_variables/x/unit: "
        "the language tag @en would be lost; write the text without a language tag"
    ),
    "ex:x nullcline:unit 1 .": (
        "<http://example.org/x>: state_variables/x/unit: "
        "`1` (integer) stands here instead of a text"
    ),
    "ex:x nullcline:unit ex:mV .": (
        "<http://example.org/x>: state_variables/x/unit: a mapping stands here instead of a text; "
        "put a text that holds { or [ in quotes"
    ),
    'ex:x <http://example.org/colour> "red" .': (
        "<http://example.org/x>: state_variables/x: "
        "StateVariable has no slot <http://example.org/colour>; "
        "keep what is no part of the model in a graph of its own"
    ),
    "ex:x nullcline:domain ex:d .": (
        "<http://example.org/x>: state_variables/x/domain: "
        "<http://example.org/d> stands here instead of a Range; say that it is one: "
        "`a nullcline:Range`"
    ),
    "ex:x nullcline:domain ex:e .": (
        "<http://example.org/x>: state_variables/x/domain: "
        "this is an Equation where a Range is wanted"
    ),
    "ex:M nullcline:system_type ex:other .": (
        "<http://example.org/M>: system_type: "
        "<http://example.org/other> is not one of continuous, discrete"
    ),
    "ex:M nullcline:parameters ex:p . ex:p a nullcline:Parameter ; nullcline:name 'p' .": (
        "<http://example.org/M>: parameters: a mapping stands here instead of a list; "
        "give the values in an rdf:List, which says their order"
    ),
    "ex:x nullcline:initial_value 'NaN'^^xsd:double .": (
        "<http://example.org/x>: state_variables/x/initial_value: "
        "`NaN` stands here instead of a finite number"
    ),
    "ex:M nullcline:number_of_modes 0 .": (
        "<http://example.org/M>: number_of_modes: `0` is less than 1, the least that is allowed"
    ),
    "ex:M nullcline:number_of_modes 1.5 .": (
        "<http://example.org/M>: number_of_modes: `1.5` stands here instead of a whole number"
    ),
    f"ex:x nullcline:initial_value {'9' * 400} .": "stands here instead of a finite number",
    "ex:x nullcline:equation ( ex:e ) .": "the equation has 2 values",
    "ex:p a nullcline:Parameter ; nullcline:name 'p' .": (
        "<http://example.org/p>: no model holds this Parameter; link it from its model"
    ),
    "ex:p a nullcline:Parameter .": "the name is missing",
    "ex:M nullcline:references ( 'a' ) .": (
        "references: the slot references has another IRI than "
        "<https://w3id.org/nullcline/references>; write <http://purl.org/dc/terms/references>"
    ),
    "ex:x nullcline:record 'maybe'^^xsd:boolean .": "`maybe` is not true or false",
    "ex:x nullcline:equation ex:x .": "this is a StateVariable where an Equation is wanted",
    "ex:M a nullcline:Parameter .": "this is a Parameter where a Dynamics is wanted",
    "ex:M nullcline:parameters ( ( ex:p ) ) .": "parameters/0: a list stands here instead of a",
    "ex:M nullcline:parameters ( [ a nullcline:Parameter ; nullcline:name [] ] ) .": (
        "stands here instead of a name"
    ),
    "ex:x nullcline:initial_value [] .": "a mapping stands here instead of a number",
    "[] a nullcline:Dynamics .": "name: the name is missing",
    "nullcline:Foo <http://www.w3.org/2000/01/rdf-schema#subClassOf> nullcline:Equation ."
    " ex:x nullcline:stimulus 1 .": "StateVariable has no slot `stimulus`",
}


@pytest.mark.parametrize("text", WRONG, ids=lambda text: text[:40])
def test_what_is_wrong_is_told_with_its_node_and_path(text, tmp_path):
    found = said(text, tmp_path)
    assert any(WRONG[text] in sentence for sentence in found), found
    assert len(found) <= 3


LISTS = {
    "ex:M nullcline:parameters ex:l . ex:l rdf:first ex:p ; rdf:rest ex:l .": "parameters: ",
    "ex:M nullcline:parameters ex:l . ex:l rdf:first ex:p, ex:q ; rdf:rest () .": "parameters: ",
    "ex:M nullcline:parameters ex:l . ex:l rdf:first ex:p .": "parameters: ",
    "ex:M nullcline:parameters ex:l . ex:l rdf:rest () .": "parameters: ",
    "ex:M nullcline:parameters ( ex:p ex:p ) .": "parameters/p: ",
    "ex:M nullcline:parameters ( ex:p ex:q ) . ex:q nullcline:name 'p' .": "parameters/p: ",
}


@pytest.mark.parametrize("text", LISTS)
def test_lists_that_are_none_are_refused(text, tmp_path):
    items = (f"ex:{name} a nullcline:Parameter ." for name in "pq")
    rdf = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    found = said(" ".join([rdf, text, *items, "ex:p nullcline:name 'p' ."]), tmp_path)
    assert any(f": {LISTS[text]}" in sentence for sentence in found), found


def test_a_long_list_is_read_in_reasonable_depth(tmp_path):
    values = " ".join(f"{number}.5" for number in range(1000))
    text = (
        "ex:S a nullcline:Study ; nullcline:name 'S' ; nullcline:model ex:M ;"
        " nullcline:sweeps ( ex:w ) . ex:w a nullcline:Sweep ; nullcline:name 'w' ;"
        " nullcline:axes ( ex:a ) . ex:a a nullcline:Axis ; nullcline:name 'x' ;"
        f" nullcline:values ( {values} ) ."
    )
    assert said(text, tmp_path) == []
    (sentence,) = said(text.replace(" 7.5 ", " 'seven' "), tmp_path)
    assert "sweeps/w/axes/x/values/7: the text `seven` stands here instead of a number" in sentence


def test_a_graph_without_a_model_and_one_with_too_many_problems(tmp_path):
    (sentence,) = said("", tmp_path, head="")
    assert "the graph declares no model" in sentence
    many = "".join(f"ex:M nullcline:no_{number} 1 .\n" for number in range(200))
    found = said(many, tmp_path)
    assert len(found) == 51
    assert "150 more problems like these" in found[-1]


def test_the_command_line_says_the_same(tmp_path, capsys):
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.jsonld"
    (model,) = load(LIBRARY[0])
    good.write_text(dump(model, "turtle"), encoding="utf-8")
    text = dump(model, "json-ld").replace("initial_value", "inital_value")
    bad.write_text(text, encoding="utf-8")
    plain = tmp_path / "good.json"
    plain.write_text(dump(model, "json"), encoding="utf-8")
    assert main(["validate", str(good), str(plain), "--no-cache"]) == 0
    assert main(["validate", str(good), str(bad), "--no-cache"]) == 1
    lines = capsys.readouterr().out
    assert f"{good}: valid: {model.name}" in lines
    assert "StateVariable has no slot `inital_value`; did you mean `initial_value`?" in lines


def test_a_file_of_many_models_is_checked_whole(tmp_path, capsys):
    file = tmp_path / "many.ttl"
    models = [load(path)[0] for path in LIBRARY[:3]]
    text = dump(models, "turtle")
    file.write_text(text, encoding="utf-8")
    assert main(["validate", str(file), "--no-cache"]) == 0
    line = capsys.readouterr().out.splitlines()[0]
    assert all(model.name in line for model in models)
    name = next(iter(models[2].state_variables))
    first = f'nullcline:name "{name}"'
    assert first in text
    file.write_text(text.replace(first, 'nullcline:name "a b"'), encoding="utf-8")
    assert main(["validate", str(file), "--no-cache"]) == 1
    assert "`a b` cannot be a name in an equation" in capsys.readouterr().out
