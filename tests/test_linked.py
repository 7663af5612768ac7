"""Linked data: what is written as Turtle, JSON-LD, OWL or JSON reads back as the same model."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from linked_models import UNPRINTABLE, records, texts

from nullcline import Dynamics, ModelError, datamodel, structure
from nullcline.datamodel.record import Record
from nullcline.linked import documents, dump, graph, json_ld, load
from nullcline.testing import dynamics

pytest.importorskip("rdflib")

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = sorted((ROOT / "src" / "nullcline" / "library").glob("*.yaml"))
VALID = sorted((ROOT / "tests" / "data" / "valid").glob("*.yaml"))
GRAPHS = ("turtle", "json-ld", "owl")
FORMATS = (*GRAPHS, "json", "yaml")
FEW = settings(max_examples=20 if settings().max_examples <= 100 else 1_000)


def said(record: Record) -> str:
    """Everything that a declaration says, in order, to the last digit and its sign."""
    return repr(structure.dump(record))


def back(record: Record, text: str, format: str) -> str:
    """What is read back from a text, said."""
    ((kind, document),) = documents(text, format)
    assert kind == next(base.__name__ for base in type(record).__mro__ if base is not Dynamics)
    return said(structure.load(getattr(datamodel, kind), document))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", LIBRARY + VALID, ids=lambda path: path.stem)
def test_a_file_comes_back_as_it_was(path: Path, format: str) -> None:
    (model,) = load(path)
    (again,) = load(dump(model, format), format)
    assert type(again) is type(model)
    assert said(again) == said(model)


@settings(max_examples=8 if settings().max_examples <= 100 else 1_000)
@given(dynamics())
def test_generated_models_come_back(model: Dynamics) -> None:
    for format in FORMATS:
        (again,) = load(dump(model, format), format)
        assert said(again) == said(model)
        assert isinstance(again, Dynamics)
        assert again.system() == model.system()


@FEW
@given(records("Dynamics", texts(), 4))
def test_whatever_a_model_says_comes_back(data: dict[str, Any]) -> None:
    model = structure.load(datamodel.Dynamics, data)
    for format in FORMATS:
        assert back(model, dump(model, format), format) == said(model)


@FEW
@given(records("Study", texts(), 3))
def test_whatever_a_study_says_comes_back(data: dict[str, Any]) -> None:
    study = structure.load(datamodel.Study, {**data, "runs": {"r": {"solver": "RK45"}}})
    for format in FORMATS:
        assert back(study, dump(study, format), format) == said(study)


@pytest.mark.parametrize("letter", UNPRINTABLE)
def test_what_xml_cannot_hold_is_refused_there_and_kept_elsewhere(letter: str) -> None:
    model = structure.load(datamodel.Dynamics, {"name": "M", "description": f"a{letter}b"})
    for format in set(FORMATS) - {"owl"}:
        assert back(model, dump(model, format), format) == said(model)
    with pytest.raises(ModelError, match=r"description: .* RDF/XML cannot hold; write Turtle"):
        dump(model, "owl")


def test_half_of_a_character_is_refused() -> None:
    model = datamodel.Dynamics("M", description="\ud800")
    for format in FORMATS:
        with pytest.raises((ModelError, ValueError), match="lone surrogate"):
            dump(model, format)


def test_no_number_inside_data_is_refused_by_json_alone() -> None:
    model = structure.load(datamodel.Dynamics, {"name": "M", "observed": float("nan")})
    assert '"NaN"^^xsd:double' in dump(model, "turtle")
    with pytest.raises(ModelError, match="observed: NaN stands here"):
        dump(model, "json")


def test_a_model_that_no_file_could_hold_is_refused() -> None:
    model = Dynamics("M", parameters={"a": 1.0})
    model.parameters["a"].name = "b"
    with pytest.raises(ModelError, match="parameters/a/name: the name `b` differs from `a`"):
        dump(model, "turtle")


CONFORMANCE = {
    "started_at": "2026-01-01T00:00:00Z",
    "targets": ["c", "pyrates"],
    "verdicts": [
        {"model_path": "a.yaml", "model_name": "A", "target": "c", "outcome": "conforms"}
        | {"comparisons": [{"horizon": 1.5, "worst": {"size": 1e-12}}], "versions": {"cc": "12"}},
        {"model_path": "b.yaml", "outcome": "invalid", "reason": "no\nmodel"},
    ],
}


@pytest.mark.parametrize("format", GRAPHS)
def test_what_was_proved_comes_back(format: str) -> None:
    run = structure.load(datamodel.ConformanceRun, CONFORMANCE)
    assert back(run, dump(run, format), format) == said(run)


@pytest.mark.parametrize("format", GRAPHS)
def test_several_declarations_share_a_graph(format: str) -> None:
    models = [Dynamics.from_yaml(path) for path in LIBRARY[:3]]
    again = load(dump(models, format), format)
    assert sorted(map(said, again)) == sorted(map(said, models))
    with pytest.raises(ModelError, match="two declarations have the IRI"):
        dump([models[0], models[0]], format)


# Other programs


def shuffled(triples: str) -> str:
    """The lines of N-Triples in another order, their blank nodes with other names."""
    lines = triples.replace("_:", "_:other").splitlines()
    random.Random(1).shuffle(lines)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", [*LIBRARY[::6], *VALID], ids=lambda path: path.stem)
def test_what_rdflib_writes_is_read(path: Path) -> None:
    (model,) = load(path)
    given = graph(model)
    assert back(model, shuffled(given.serialize(format="nt")), "nt") == said(model)
    for theirs, ours in (("xml", "owl"), ("json-ld", "json-ld")):
        assert back(model, given.serialize(format=theirs), ours) == said(model)


@pytest.mark.parametrize("path", [*LIBRARY[::6], *VALID], ids=lambda path: path.stem)
def test_what_oxigraph_reads_and_writes_is_the_same(path: Path) -> None:
    oxigraph = pytest.importorskip("pyoxigraph")
    (model,) = load(path)
    kinds = {"turtle": "TURTLE", "json-ld": "JSON_LD", "owl": "RDF_XML"}
    for format, name in kinds.items():
        store = oxigraph.Store()
        store.load(dump(model, format), getattr(oxigraph.RdfFormat, name))
        triples = store.dump(
            format=oxigraph.RdfFormat.N_TRIPLES, from_graph=oxigraph.DefaultGraph()
        )
        assert back(model, shuffled(triples.decode()), "nt") == said(model)
        text = store.dump(format=oxigraph.RdfFormat.TURTLE, from_graph=oxigraph.DefaultGraph())
        assert back(model, text.decode(), "turtle") == said(model)


@pytest.mark.parametrize("path", LIBRARY[::6], ids=lambda path: path.stem)
def test_every_format_is_the_same_graph(path: Path) -> None:
    from rdflib.compare import to_isomorphic

    from nullcline.sources.graph_text import parse

    model = Dynamics.from_yaml(path)
    wanted = to_isomorphic(graph(model))
    for format in ("json-ld", "xml"):
        found = parse(dump(model, "owl" if format == "xml" else format), format)
        for extra in ("NamedIndividual", "Ontology", "imports"):
            owl = f"http://www.w3.org/2002/07/owl#{extra}"
            for triple in list(found):
                if owl in map(str, triple):
                    found.remove(triple)
        assert to_isomorphic(found) == wanted


def test_the_text_is_the_same_each_time() -> None:
    model = Dynamics.from_yaml(LIBRARY[0])
    again = Dynamics.from_dict(model.to_dict())
    for format in FORMATS:
        assert dump(model, format) == dump(again, format)


@pytest.mark.parametrize(
    ("number", "lexical"),
    [(8 / 3, "2.6666666666666665"), (0.1, "0.1"), (5e-324, "5e-324"), (-0.0, "-0.0")],
)
def test_doubles_are_written_to_the_last_digit(number: float, lexical: str) -> None:
    model = Dynamics("M", parameters={"a": number})
    assert f'"{lexical}"^^xsd:double' in dump(model, "turtle")


def test_iris_are_scoped_and_one_for_each_name() -> None:
    names = ["a", "A", "β"]
    model = Dynamics("a/b ..", parameters=dict.fromkeys(names, 1.0), iri="GO:0005261")
    iris = {str(iri) for iri in graph(model, "https://x.org/m/").subjects()}
    assert {
        "https://x.org/m/a%2Fb%20..",
        "https://x.org/m/a%2Fb%20../parameters/a",
        "https://x.org/m/a%2Fb%20../parameters/A",
        "https://x.org/m/a%2Fb%20../parameters/%CE%B2",
    } <= iris
    dots = {str(iri) for iri in graph(Dynamics("..")).subjects()}
    assert "https://w3id.org/nullcline/models/%2E%2E" in dots


def test_json_ld_may_stand_in_a_page() -> None:
    model = Dynamics("M", description="</script><!--\u2028&")
    text = dump(model, "json-ld")
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == json_ld(model)
    contexts = json.dumps(json_ld(model)["@context"])
    assert "@import" not in contexts
    assert isinstance(json_ld(model)["@context"], dict)
