"""The house: who imports whom, how large its rooms are, and what `import nullcline` loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "nullcline"
GENERATED = {"datamodel/__init__.py"}

FOUNDATION = {"errors", "host"}
LANGUAGE = FOUNDATION | {"expression"}
MODEL = LANGUAGE | {"system", "trajectory"}
ALLOWED = {
    "host": set(),
    "errors": {"host"},
    "trajectory": set(),
    "suffixes": set(),
    "expression": FOUNDATION,
    "datamodel": FOUNDATION,
    "document": FOUNDATION,
    "structure": LANGUAGE | {"datamodel", "document"},
    "sources": LANGUAGE | {"datamodel", "document", "structure"},
    "system": LANGUAGE,
    "compiler": LANGUAGE | {"system", "datamodel", "structure"},
    "tape": LANGUAGE | {"system"},
    "jacobian": MODEL | {"tape"},
    "boundaries": MODEL,
    "rounding": MODEL | {"boundaries"},
    "jumps": MODEL | {"boundaries", "tape"},
    "switches": MODEL | {"tape"},
    "continuation": MODEL | {"jacobian"},
    "tolerances": {"trajectory"},
    "outcome": {"trajectory"},
    "steppers": {"trajectory", "tolerances"},
    "solver": {"trajectory", "tolerances", "outcome", "steppers", "breakpoints"},
    "breakpoints": MODEL,
    "reference": {"expression", "system", "trajectory"},
    "engine": MODEL
    | {"computer", "solver", "tolerances", "breakpoints", "jacobian", "jumps", "switches"}
    | {"terminal"},
    "conformance": MODEL | {"reference", "targets", "breakpoints", "boundaries", "rounding"},
    "targets": MODEL
    | {"suffixes", "solver", "steppers", "tolerances", "symbolic", "breakpoints", "units"},
    "pyrates": MODEL | {"targets"},
    "latex": LANGUAGE,
    "units": LANGUAGE | {"datamodel", "structure", "compiler"},
    "dynamics": MODEL
    | {"datamodel", "structure", "document", "compiler", "sources", "targets", "engine", "report"}
    | {"conformance", "analyses", "brief", "continuation", "units", "linked", "suffixes"},
    "brief": FOUNDATION | {"datamodel"},
    "result": MODEL | {"plot"},
    "analyses": MODEL | {"result", "engine", "sensitivity", "sweep", "continuation"},
    "differentiable": MODEL | {"engine", "tolerances", "breakpoints"},
    "terminal": {"host"},
    "computer": set(),
    "sweep": MODEL | {"terminal", "engine", "datamodel", "differentiable"},
    "sensitivity": MODEL | {"engine", "sweep", "jacobian", "jumps"},
    "study": LANGUAGE | {"datamodel", "structure", "document", "sources", "dynamics"},
    "library": LANGUAGE | {"dynamics"},
    "linked": LANGUAGE
    | {"datamodel", "structure", "document", "sources", "dynamics", "study", "units"},
    "report": LANGUAGE | {"latex", "datamodel", "structure", "compiler", "dynamics"},
    "plot": MODEL | {"latex", "engine"},
    "suite": MODEL
    | {"computer"}
    | {"datamodel", "structure", "sources", "dynamics", "study", "targets", "conformance"},
    "difference": MODEL
    | {"datamodel", "structure", "compiler", "dynamics", "tape", "boundaries", "rounding"},
    "validation": MODEL
    | {"computer"}
    | {"datamodel", "structure", "document", "compiler", "sources", "dynamics", "study", "sweep"}
    | {"linked", "archive"},
    "archive": MODEL
    | {"datamodel", "structure", "document", "sources", "dynamics", "study", "targets", "sweep"}
    | {"linked"},
    "site": MODEL
    | {"datamodel", "dynamics", "structure", "sources", "study", "linked", "report", "plot"}
    | {"engine", "targets", "conformance", "suite", "validation", "computer"},
    "testing": MODEL | {"dynamics", "targets"},
}
SHARED = (["renaming"], ["json_text"], ["yaml"], ["foreign"])
"""What the targets, or the sources, use together."""
FREE = {"__init__", "__main__", "cli", "pytest_plugin"}
"""Nobody imports these, and they may import everything."""


def files():
    return sorted(path for path in SOURCE.rglob("*.py"))


def part(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path):
    """The parts of the package that a file imports, with the whole module names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "nullcline":
            names = [f"nullcline.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        yield from (name.split(".") for name in names if name.startswith("nullcline."))


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_run_one_way(path):
    own = part(path)
    if own in FREE:
        return
    for _, other, *rest in imports(path):
        assert other == own or other in ALLOWED[own], f"{own} must not import {other}"
        if own in ("targets", "sources") and other == own and rest and rest not in SHARED:
            inside = path.relative_to(SOURCE).parts[1].removesuffix(".py")
            assert rest[0].startswith(inside), f"{inside} must not import {rest[0]}"


def test_every_part_is_listed():
    assert {part(path) for path in files()} == set(ALLOWED) | (FREE & {part(p) for p in files()})


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says in one sentence what it knows"
    if str(path.relative_to(SOURCE)) in GENERATED:
        return
    assert len(text.splitlines()) <= 300
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{node.name} has {length} lines"


def test_the_median_file_is_short():
    lengths = sorted(
        len(path.read_text(encoding="utf-8").splitlines())
        for path in files()
        if str(path.relative_to(SOURCE)) not in GENERATED
    )
    assert lengths[len(lengths) // 2] < 120


HEAVY = (
    *("linkml", "linkml_runtime", "sympy", "pandas", "pyrates", "matplotlib", "scipy", "xarray"),
    *("jax", "diffrax", "rdflib", "pint"),
)


@pytest.mark.parametrize(
    "module", ["nullcline", "nullcline.cli", "nullcline.targets.python", "nullcline.linked"]
)
def test_importing_is_light(module):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint(HEAVY)


def test_no_text_is_ever_evaluated():
    """`eval` nowhere; `exec` only where the Python target runs the text that it exported."""
    users = set()
    for path in files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "eval", path
                if node.func.id == "exec":
                    users.add(str(path.relative_to(SOURCE)))
    assert users <= {"targets/python.py"}


def test_code_is_compiled_in_one_place():
    """`compile` is for the reference, of syntax trees of its own, and for the text of a target."""
    users = {
        str(path.relative_to(SOURCE))
        for path in files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "compile"
    }
    assert users <= {"reference/compiled.py", "targets/python.py"}


def test_no_slot_is_hidden_by_a_verb():
    from nullcline import Dynamics, datamodel

    slots = set(datamodel.Dynamics.__dataclass_fields__)
    classes = [kind for kind in Dynamics.__mro__ if not issubclass(datamodel.Dynamics, kind)]
    verbs = {name for kind in classes for name in vars(kind) if not name.startswith("_")}
    assert slots.isdisjoint(verbs)


PRINTS = {"host/printing.py", "terminal.py", "cli/live.py", "engine/threads.py", "pyrates.py"}
"""Who prints otherwise than by `say` and `write`: what is drawn over, and PyRates' own lines."""
WRITES = {
    *("host/files.py", "engine/kept.py", "suite/worker.py"),
    *("report/pdf.py", "targets/c.py", "targets/pyrates/engine.py"),  # in folders of their own
}
"""Who writes files otherwise than by `replacing`, `write_text` and `write_bytes`."""


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_one_place_prints_and_one_replaces_files(path):
    name = str(path.relative_to(SOURCE))
    text = path.read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    called = [ast.unparse(call.func) for call in calls]
    if name not in PRINTS:
        assert {"print", "sys.stdout.write", "sys.stderr.write"}.isdisjoint(called)
    if name in WRITES:
        return
    assert not [said for said in called if said.endswith((".write_text", ".write_bytes"))]
    opened = [call for call in calls if ast.unparse(call.func).endswith(("open", ".fdopen"))]
    modes = {a.value for call in opened for a in call.args if isinstance(a, ast.Constant)}
    if modes & {"w", "wb", "x", "xb"}:
        assert "replacing(" in text
