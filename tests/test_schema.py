"""The schema is complete, and what is generated from it has not drifted."""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nullcline.datamodel import CLASSES, Dynamics, Parameter, StateVariable

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "src" / "nullcline"
SCHEMA = ROOT / "schema" / "nullcline.yaml"

pytest.importorskip("linkml")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    sys.path.insert(0, str(SCHEMA.parent))
    spec = importlib.util.spec_from_file_location("generate", ROOT / "schema" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(SCHEMA.parent))


@pytest.fixture(scope="module")
def outputs(generate: ModuleType) -> dict[Path, str]:
    found: dict[Path, str] = generate.outputs()
    return found


@pytest.fixture(scope="module")
def view() -> Any:
    from linkml_runtime.utils.schemaview import SchemaView

    return SchemaView(str(SCHEMA))


def test_generated_files_have_not_drifted(outputs: dict[Path, str]) -> None:
    drifted = [
        str(path.relative_to(ROOT))
        for path, text in outputs.items()
        if not path.exists() or path.read_bytes() != text.encode("utf-8")
    ]
    assert not drifted, f"{', '.join(drifted)} differ from the schema: run `just generate`"


def test_generated_files_say_nothing_about_where_and_when(outputs: dict[Path, str]) -> None:
    from importlib.metadata import version

    host = re.compile(rf"{re.escape(str(ROOT))}|/home/|/tmp/|/work/|\b20\d\d-\d\d-\d\dT|file:")
    for path, text in outputs.items():
        assert not host.search(text), path
        assert version("linkml") not in text, path


def test_linkml_lint_is_clean() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "linkml.linter.cli", str(SCHEMA)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No problems found" in done.stdout


def test_everything_is_described(view: Any) -> None:
    elements = [*view.all_classes().values(), *view.all_enums().values()]
    elements += [view.get_slot(name) for name in view.all_slots(attributes=False)]
    for name in view.all_classes():
        elements += view.class_induced_slots(name)
    for enum in view.all_enums().values():
        elements += list(enum.permissible_values.values())
    assert len(elements) > 300
    bare = [element for element in elements if len((element.description or "").split()) < 1]
    assert bare == []


def test_class_uris_are_ours_and_terms_are_listed(view: Any) -> None:
    """Only terms that were looked up in the vocabularies themselves are used."""
    listed = {
        "SBO": "0000002 0000062 0000063 0000064 0000345 0000676",
        "KISAO": "0000030 0000033 0000301 0000032 0000087 0000436 0000537 0000304 0000288 0000088 "
        "0000019 0000209 0000211 0000483",
        "MAMO": "0000046",
        "EDAM": "data_0950",
        "tvbo": "Dynamics Parameter StateVariable Equation Coupling Noise Integrator "
        "hasParameter lhs rhs",
        "dcterms": "description references",
        "schema": "defaultValue",
        "skos": "notation",
        "prov": "Activity SoftwareAgent startedAtTime endedAtTime",
        "earl": "Assertion outcome info passed failed inapplicable untested cantTell",
        "linkml": "Any",
    }
    terms = {f"{prefix}:{name}" for prefix, names in listed.items() for name in names.split()}
    text = re.sub(r"https?:\S+", "", SCHEMA.read_text(encoding="utf-8"))
    prefixes = "|".join(listed)
    used = set(re.findall(rf"\b(?:{prefixes}):[A-Za-z0-9]\w*", text))
    assert used - terms - {"linkml:types"} == set()
    for name, cls in view.all_classes().items():
        assert cls.class_uri == ("linkml:Any" if name == "Any" else f"nullcline:{name}")


def test_what_would_change_the_dynamics_has_words_for_it() -> None:
    kinds = {"note": 0, "dynamics": 0}
    for name, cls in CLASSES.items():
        for slot, known in cls.__dataclass_fields__.items():
            kept = known.metadata.get("kept")
            if kept is None:
                assert "feature" not in known.metadata, (name, slot)
                continue
            kinds[kept] += 1
            assert bool(known.metadata.get("feature")) == (kept == "dynamics"), (name, slot)
    assert kinds["note"] > 40
    assert kinds["dynamics"] > 25


def test_objects_are_made_by_position_and_refuse_unknown_attributes() -> None:
    assert Dynamics("VdP") == Dynamics(name="VdP")
    assert Dynamics("VdP").parameters == {}
    assert Parameter("mu", 1.0).value == 1.0
    assert StateVariable("x") != Parameter("x")
    assert repr(Parameter("mu", 0.0)) == "Parameter(name='mu', value=0.0)"
    with pytest.raises(AttributeError):
        Parameter("mu").valeu = 3  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match="unknown slot: valeu"):
        Parameter("mu", valeu=3)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="twice: name"):
        Parameter("mu", name="nu")  # type: ignore[misc]


def test_import_is_light() -> None:
    package = f"sys.modules['nullcline'] = m = type(sys)('n'); m.__path__ = [{str(HOUSE)!r}]; "
    code = (
        f"import sys; {package}import nullcline.datamodel; "
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    foreign = {"linkml", "linkml_runtime", "yaml", "pydantic", "rdflib", "sympy", "numpy"}
    assert not foreign & set(done.stdout.split())


def test_the_ontology_declares_what_stands_in_our_graphs() -> None:
    """Each class and property of a graph is declared as what it is used as, and only that."""
    rdflib = pytest.importorskip("rdflib")
    from nullcline.linked import graph, load

    ours, owl = "https://w3id.org/nullcline/", rdflib.OWL
    ontology = rdflib.Graph().parse(ROOT / "schema" / "generated" / "nullcline.owl.ttl")
    assert (rdflib.URIRef(f"{ours}schema"), rdflib.RDF.type, owl.Ontology) in ontology
    for path in sorted((ROOT / "tests" / "data" / "valid").glob("*.yaml")):
        data = graph(load(path)[0])
        for _, predicate, value in data:
            if predicate == rdflib.RDF.type and str(value).startswith(ours):
                assert (value, rdflib.RDF.type, owl.Class) in ontology, value
            elif str(predicate).startswith(ours):
                literal = isinstance(value, rdflib.Literal)
                fitting = {owl.DatatypeProperty if literal else owl.ObjectProperty}
                kinds = set(ontology.objects(predicate, rdflib.RDF.type))
                assert len(kinds) == 1, predicate
                assert kinds <= fitting | {rdflib.RDF.Property}, (predicate, value)


def test_the_ontology_says_nothing_false_and_nothing_about_terms_of_others() -> None:
    rdflib = pytest.importorskip("rdflib")
    ontology = rdflib.Graph().parse(ROOT / "schema" / "generated" / "nullcline.owl.ttl")
    assert not list(ontology.triples((None, rdflib.RDFS.range, None)))
    for name in CLASSES:
        assert (rdflib.URIRef(f"https://w3id.org/nullcline/{name}"), None, None) in ontology
    about = {s for s in ontology.subjects() if isinstance(s, rdflib.URIRef)}
    words = (rdflib.RDFS.label, rdflib.SKOS.definition)
    foreign = [s for s in about if not str(s).startswith("https://w3id.org/nullcline/")]
    assert foreign
    assert not [s for s in foreign for word in words if (s, word, None) in ontology]


def test_the_page_has_every_class_slot_and_value_and_its_links_lead_somewhere(
    outputs: dict[Path, str], view: Any
) -> None:
    page = outputs[ROOT / "docs" / "vocabulary.md"]
    heads = set(re.findall(r"^## (.+)$", page, re.MULTILINE))
    assert heads >= {*CLASSES, *view.all_enums(), "Kept slots", "Prefixes"}
    anchors = {head.lower().replace(" ", "-") for head in heads}
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= anchors
    parts = re.split(r"^## ", page, flags=re.MULTILINE)
    told = {part.partition("\n")[0]: part for part in parts}
    for name in CLASSES:
        for slot in view.class_induced_slots(name):
            assert f"`{slot.name}`" in told[name], (name, slot.name)
            assert " ".join(slot.description.split()).replace("|", "\\|") in page
    for name, enum in view.all_enums().items():
        assert all(f"| `{value}` |" in told[name] for value in enum.permissible_values)
    for path in re.findall(r"\]\((\.\./[^)#]+)\)", page):
        assert (ROOT / "docs" / path).resolve() in {p.resolve() for p in outputs}, path
