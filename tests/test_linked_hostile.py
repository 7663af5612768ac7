"""Graphs of strangers: every fault is a sentence with its place, and nothing is fetched."""

import socket
import urllib.request
from typing import Any

import pytest

from nullcline import Dynamics, ModelError, structure
from nullcline.linked import documents, load

pytest.importorskip("rdflib")

HEAD = """@prefix n: <https://w3id.org/nullcline/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix schema: <http://schema.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""
MODEL = '<m> a n:Dynamics ; n:name "M"'
BASE = "https://w3id.org/nullcline/models/"
NULLCLINE = "https://w3id.org/nullcline/"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reaches for the network, or for a file by an address, fails the test."""

    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("a graph made the reader reach outside")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(urllib.request, "urlopen", refuse)


def problems(text: str, format: str = "turtle") -> str:
    with pytest.raises(ModelError) as caught:
        load(text + "\n", format)
    return str(caught.value)


def said_of(facts: str) -> str:
    """What is said of a model in Turtle with these facts."""
    return problems(f"{HEAD}{MODEL} ; {facts}")


def test_a_graph_of_a_stranger_is_read() -> None:
    text = f"""{HEAD}{MODEL} ; n:state_variables [ rdf:first _:x ; rdf:rest ( <y> ) ] ;
        schema:comment "another vocabulary says this"@en .
    _:x n:name "x" ; n:equation [ n:rhs "-x + y" ] ; n:initial_value 1.50 .
    <o> <http://www.w3.org/2002/07/owl#imports> <http://example.org/o.owl> .
    <y> n:name "y" ; n:equation [ n:rhs "x" ] ; n:initial_value "+02"^^xsd:byte ;
        n:record "1"^^xsd:boolean ; <http://example.org/n> "3"^^xsd:gMonth .
    """
    (model,) = load(text, "turtle")
    assert isinstance(model, Dynamics)
    assert list(model.state_variables) == ["x", "y"]
    values = [item.initial_value for item in model.state_variables.values()]
    assert values == [1.5, 2]
    assert [type(value) for value in values] == [float, int]
    assert model.state_variables["y"].record is True


FAULTS = {
    "two_values": ('n:label "a", "b" .', f"<{BASE}m>: label: label has 2 values: `a` and `b`"),
    "two_names": ('n:name "N" .', "name has 2 values"),
    "text_for_number": (
        'n:parameters (<p>) . <p> n:name "p" ; schema:defaultValue "1.5" .',
        f"<{BASE}p>: parameters/p/value: the text `1.5` stands here instead of a number",
    ),
    "no_number": (
        'n:parameters (<p>) . <p> n:name "p" ; schema:defaultValue "1,5"^^xsd:double .',
        "parameters/p/value: `1,5` is not a number, as its datatype says",
    ),
    "underscore": (
        'n:parameters (<p>) . <p> n:name "p" ; schema:defaultValue "1_000"^^xsd:double .',
        "`1_000` is not a number",
    ),
    "not_finite": (
        'n:parameters (<p>) . <p> n:name "p" ; schema:defaultValue "NaN"^^xsd:double .',
        "parameters/p/value: `NaN` stands here instead of a finite number",
    ),
    "number_for_text": ("n:label 3 .", "label: `3` (integer) stands here instead of a text"),
    "iri_for_text": ("n:label <x> .", f"label: <{BASE}x> stands here instead of a text"),
    "no_flag": ('n:autonomous "yes"^^xsd:boolean .', "autonomous: `yes` is not true or false"),
    "language": ('dcterms:description "x"@de .', "the language tag @de would be lost"),
    "datatype": ('n:observed "2020-01-01"^^xsd:date .', "XMLSchema#date> are not read"),
    "choice": ('n:system_type "sometimes" .', "`sometimes` is not one of continuous, discrete"),
    "meaning": ("n:system_type <http://x> .", "<http://x> stands here instead of SystemType"),
    "misspelt": ("n:parmeters (<p>) .", "has no slot `parmeters`; did you mean `parameters`?"),
    "unordered": (
        'n:state_variables <x>, <y> . <x> n:name "x" . <y> n:name "y" .',
        "state_variables has 2 values",
    ),
    "no_list": ('n:state_variables <x> . <x> n:name "x" .', f"<{BASE}x> is not a list"),
    "circle": (
        "n:output _:a . _:a rdf:first 'x' ; rdf:rest _:b . _:b rdf:first 'y' ; rdf:rest _:a .",
        "output: the list runs in a circle",
    ),
    "fork": ("n:output _:a . _:a rdf:first 'x', 'y' ; rdf:rest rdf:nil .", "is not a list"),
    "broken": (
        "n:output _:a . _:a rdf:first 'x' ; rdf:rest _:b . _:b rdf:first 'y' .",
        "output: the list is broken",
    ),
    "twice": (
        'n:parameters (<p> <p>) . <p> n:name "p" .',
        "the name `p` stands here a second time",
    ),
    "itself": ("n:state_variables (<m>) .", "stands in more than one place"),
    "no_name": ("n:parameters (<p>) .", f"<{BASE}p> stands here instead of a Parameter"),
    "literal": ("n:parameters ('p') .", "`p` stands here instead of a Parameter"),
    "wrong_class": (
        'n:state_variables (<x>) . <x> a n:Parameter ; n:name "x" .',
        f"<{BASE}x>: state_variables/x: this is a Parameter where a StateVariable is wanted",
    ),
    "unlinked": (
        '. <p> a n:Parameter ; n:name "p" .',
        f"<{BASE}p>: no model holds this Parameter",
    ),
    "no_json": ('n:observed "{"^^rdf:JSON .', "observed: this is not JSON"),
    "deep_json": (f'n:observed "{"[" * 9000}{"]" * 9000}"^^rdf:JSON .', "nested more than 50 deep"),
    "equation": (
        'n:state_variables (<x>) . <x> n:name "x" ; n:equation [ n:rhs "-y" ] .',
        "state_variables/x/equation/rhs: `y` is not declared",
    ),
    "nested": (
        "n:functions (<f>) . <f> n:name 'f' ; n:equation "
        + "[ n:rhs 'x' ; n:parameters ([ n:name 'p' ; n:equation " * 20
        + "[ n:rhs 'x' ]"
        + "]) ]" * 20
        + " .",
        "the declaration is nested more than 50 deep",
    ),
    "deep": (f"n:observed {'[' * 20000}", "the file is nested too deep"),
    "digits": (f"n:observed {'9' * 5000} .", "a whole number has too many digits"),
}


@pytest.mark.parametrize(("facts", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_a_sentence(facts: str, message: str) -> None:
    assert message in said_of(facts)


def test_every_fault_is_told_at_once() -> None:
    said = said_of("n:label 1 ; n:source 2 ; n:output ('a' 3) .")
    assert len(said.splitlines()) == 3


TEXTS = {
    "turtle": ("turtle", f"{HEAD}<m> a n:Dynamics ;;; ]", "6: this is not Turtle"),
    "empty": ("turtle", "", "the graph declares no model"),
    "rules": ("turtle", "{ <a> <b> <c> } => { <d> <e> <f> } .", "this is not Turtle"),
    "triples": ("nt", "<a> <b> c .", "this is not N-Triples"),
    "no_xml": ("owl", "hello", "1:1: this is not XML"),
    "entities": ("owl", '<!DOCTYPE l [<!ENTITY a "aa">]><l>&a;</l>', "a document type"),
    "outside": ("owl", '<!DOCTYPE f SYSTEM "file:///etc/passwd"><f/>', "a document type"),
    "deep_xml": ("owl", "<a>" * 5000 + "</a>" * 5000, "nested more than 200 deep"),
    "xml": ("owl", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:li/>'
            "</rdf:RDF>", "this is not RDF/XML"),
    "long_xml": ("owl", "<a>" + "x\n" * 600_000 + "</a>", "more than 1,000,000 characters"),
    "no_json": ("json-ld", "{", "this is not JSON"),
    "no_object": ("json-ld", "3", "this is not JSON-LD"),
    "no_context": ("json-ld", '{"@context": 3, "@type": "x"}', "this is not JSON-LD"),
    "remote": ("json-ld", '{"@context": "http://x.org/c"}', "`http://x.org/c` stands elsewhere"),
    "file": ("json-ld", '{"@context": [{}, "file:///etc/passwd"]}', "stands elsewhere"),
    "import": ("json-ld", '{"@context": {"@import": "http://x.org"}}', "stands elsewhere"),
    "scoped": ("json-ld", '{"@context": {"x": {"@id": "a:b", "@context": "http://x.org"}}}',
               "stands elsewhere"),
    "inner": ("json-ld", '{"@graph": [{"@context": "c.jsonld"}]}', "stands elsewhere"),
    "circle": ("json-ld", '{"@context": {"a": "b:c", "b": "a:d"}, "@id": "a:x", "@type": "b:y"}',
               "nested too deep"),
    "twice": ("json-ld", '{"@id": "a", "@id": "b"}', "`@id` stands twice"),
    "deep_json": ("json-ld", "[" * 100_000, "nested more than 200 deep"),
    "deep_object": ("json", '{"a": ' + "[" * 900 + "]" * 900 + "}", "nested more than 50 deep"),
    "json": ("json", "[]", "does not hold an object"),
    "key_twice": ("json", '{"name": "M", "name": "N"}', "`name` stands twice"),
    "no_number": ("json", '{"name": NaN}', "`NaN` stands here"),
    "half": ("json", '{"name": "\\ud800"}', "half of a character"),
    "digits": ("json", '{"a": ' + "9" * 5000 + "}", "a whole number has too many digits"),
    "slot": ("json", '{"name": "M", "parmeters": {}}', "parmeters: Dynamics has no slot"),
}  # fmt: skip


@pytest.mark.parametrize(("format", "text", "message"), TEXTS.values(), ids=TEXTS)
def test_a_text_that_is_none_is_a_sentence(format: str, text: str, message: str) -> None:
    assert message in problems(text, format)


def test_a_declared_encoding_changes_nothing() -> None:
    text = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
    <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:n="{NULLCLINE}">
    <n:Dynamics rdf:about="http://m"><n:name>é</n:name></n:Dynamics></rdf:RDF>"""
    ((_, document),) = documents(text, "owl")
    assert structure.load(Dynamics.__mro__[1], document).name == "é"


def test_prefixes_are_not_kept() -> None:
    """Rdflib keeps them in quadratic time: 40,000 would take minutes."""
    from nullcline.sources.graph_text import parse

    many = "".join(f"@prefix a{i}: <http://{i}/> .\n" for i in range(300))
    assert not list(parse(f"{many}{HEAD}{MODEL} .", "turtle").namespaces())
