"""Files of other formats are named for what they are, at every door."""

import pytest

from nullcline import Dynamics
from nullcline.cli import main
from nullcline.errors import ModelError
from nullcline.sources import foreign, yaml

CONFLICT = """name: Decay
parameters:
<<<<<<< HEAD
  k: 1.0
=======
  k: 2.0
>>>>>>> other
state_variables:
  x: {equation: "-k*x", initial_value: 1.0}
"""
SBML = """<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment: with <tags> -->
<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">
  <model id="decay"/>
</sbml>
"""
PREFIXED = SBML.replace("<sbml xmlns", "<s:sbml xmlns:s").replace("</sbml", "</s:sbml")
CELLML = '<model name="m" xmlns="http://www.cellml.org/cellml/1.0#"><component name="c"/></model>\n'
XPP = """# decay: in XPP
par k=1.5, b=2
init x=1
dx/dt = -k*x
aux rate=k*x
@ total=100, dt=0.01
done
"""
PRIMES = "x' = y\ny' = mu*(1-x^2)*y - x\np mu=1\ndone\n"
ANTIMONY = """model decay()
  // a reaction: one
  J0: S1 -> S2; k*S1
  S1 = 10; k = 0.1
end
"""
REACTION = "S1 -> S2; k*S1\nk = 0.1\n"
RULES = "model m\n  x' = -x;\n  x = 1;\nend\n"
MYOKIT = "[[model]]\nname: decay\nc.x = 1\n\n[c]\ndot(x) = -x\n"
BNGL = "begin model\nbegin parameters\n  k 1.0\nend parameters\nend model\n"
PYRATES = """%YAML 1.2
---
decay_op:
  base: OperatorTemplate
  equations: "x' = -x"
  variables:
    x: output(1.0)
"""
LEMS = '<Lems>\n  <Target component="sim"/>\n</Lems>\n'
NEUROML = '<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="n"></neuroml>\n'
NMODL = "TITLE a channel: fast\nNEURON {\n  SUFFIX na\n}\n"
MATLAB = "function dx = decay(t, x)\n  dx = -x;\nend\n"
PYTHON = "import numpy as np\n\ndef f(t, x):\n    return -x\n"
EQUATIONS = "dv/dt = (I - v)/tau : volt\ndw/dt = v - w : volt\n"
MODELICA = "model Decay\n  Real x(start = 1);\nequation\n  der(x) = -x;\nend Decay;\n"
PETAB = "format_version: 1\nproblems:\n  - sbml_files: [m.xml]\n"
HTML = "<!DOCTYPE html>\n<html lang='en'><head><title>a: b</title></head></html>\n"
OTHER = '<project name="x">a: b</project>\n'

TEXTS = {
    "conflict": (CONFLICT, 3, "a merge conflict"),
    "windows": (CONFLICT.replace("\n", "\r\n"), 3, "a merge conflict"),
    "sbml": (SBML, 3, "SBML Level 3 Version 2"),
    "prefixed": (PREFIXED, 3, "SBML Level 3 Version 2"),
    "cellml": (CELLML, 1, "CellML"),
    "xpp": (XPP, 2, "XPP"),
    "primes": (PRIMES, 1, "XPP"),
    "antimony": (ANTIMONY, 1, "Antimony"),
    "reaction": (REACTION, 1, "Antimony"),
    "rules": (RULES, 1, "Antimony"),
    "myokit": (MYOKIT, 1, "a model of Myokit"),
    "bngl": (BNGL, 1, "BNGL"),
    "pyrates": (PYRATES.split("---\n")[1], 2, "a file of PyRates templates"),
    "lems": (LEMS, 1, "LEMS"),
    "neuroml": (NEUROML, 1, "NeuroML"),
    "nmodl": (NMODL, 2, "NMODL"),
    "matlab": (MATLAB, 1, "MATLAB"),
    "python": (PYTHON, 1, "Python"),
    "equations": (EQUATIONS, 1, "a list of equations"),
    "modelica": (MODELICA, 1, "Modelica"),
    "petab": (PETAB, 2, "a problem of PEtab"),
    "html": (HTML, 2, "a page in HTML"),
    "xml": (OTHER, 1, "XML (its root element is `project`)"),
}
GRAPHS = (".ttl", ".nt", ".jsonld", ".rdf", ".owl")


def sentence(name: str, line: int, format: str) -> tuple[str, str]:
    return (
        f"{name}:{line}:",
        f"{format} is left here" if "conflict" in format else f"this is {format}",
    )


@pytest.mark.parametrize(
    ("key", "suffix"),
    [(key, suffix) for key in TEXTS for suffix in (".yaml", ".xml")]
    + [(key, ".json") for key in TEXTS if key not in {"pyrates", "petab"}],  # these are YAML
)
def test_a_text_is_named_for_what_it_is(key, suffix, tmp_path, monkeypatch, capsys):
    text, line, format = TEXTS[key]
    monkeypatch.chdir(tmp_path)
    name = f"m{suffix}"
    (tmp_path / name).write_bytes(text.encode())
    where, said = sentence(name, line, format)
    for door in (["validate", "--no-cache"], ["export", "--to", "python"], ["simulate"]):
        assert main([*door, name]) == 1
        told = capsys.readouterr()
        whole = told.out + told.err
        assert where in whole, door
        assert said in whole
        assert "quotes" not in whole


@pytest.mark.parametrize("key", TEXTS)
def test_texts_and_files_in_python_are_told_so(key, tmp_path):
    text, _, format = TEXTS[key]
    path = tmp_path / "m.txt"
    path.write_bytes(text.encode())
    for given in (text, path):
        with pytest.raises(ModelError) as caught:
            Dynamics.from_yaml(given) if given is text else Dynamics.from_file(given)
        (problem,) = caught.value.problems
        assert format in problem.message
        assert problem.hint


@pytest.mark.parametrize("suffix", GRAPHS)
@pytest.mark.parametrize("key", ["conflict", "sbml", "cellml", "html"])
def test_graphs_too(key, suffix, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text, line, format = TEXTS[key]
    (tmp_path / f"m{suffix}").write_text(text, encoding="utf-8")
    where, said = sentence(f"m{suffix}", line, format)
    for door in (["validate", "--no-cache"], ["convert", "--to", "yaml"]):
        assert main([*door, f"m{suffix}"]) == 1
        told = capsys.readouterr()
        assert where in told.out + told.err
        assert said in told.out + told.err


@pytest.mark.parametrize(
    "text",
    [
        'name: M\ndescription: |\n  model m()\n  S1 -> S2; k\n  end\nparameters: {k: "1}\n',
        "name: M\nlabel: a: b\ndescription: |\n  dx/dt = -x\n  done\n",
        "# import this\nname: [\n",
    ],
)
def test_a_faulty_model_of_ours_is_not_taken_for_another(text):
    with pytest.raises(ModelError, match="this is not YAML"):
        Dynamics.from_yaml(text)


def test_a_marker_alone_is_no_conflict_and_texts_may_hold_anything():
    model = Dynamics.from_yaml(
        'name: M\ndescription: |\n  <<<<<<< a\n  =======\n  >>>>>>> b\n  <sbml level="3">\n'
        "  import numpy\nstate_variables: {x: {equation: -x, initial_value: 1}}\n"
    )
    assert "<<<<<<< a" in (model.description or "")


@pytest.mark.parametrize("text", ["A : B: c", "% a comment", "@ x", "A + B: c: d"])
def test_no_text_that_is_no_model_at_all_is_to_be_put_in_quotes(text):
    with pytest.raises(ModelError) as caught:
        yaml.read(text)
    assert "this is not YAML" in str(caught.value)
    assert "quotes" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["<?a?>" * 200_000, "<!--" * 250_000, "<a " * 300_000, " " * 10**6, "a " * 10**6]
)
def test_looking_at_a_hostile_text_ends(text):
    with pytest.raises(ModelError):
        yaml.read("[" + text)
    assert foreign.problem(text) is None
