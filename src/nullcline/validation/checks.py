"""What is checked of each kind of file; OPTIONS adds to it what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from nullcline import compiler, datamodel, structure
from nullcline.datamodel.record import Record
from nullcline.document import Document, Node, Scalar
from nullcline.dynamics import Dynamics
from nullcline.errors import (
    ModelError,
    NotInstalled,
    Place,
    Problem,
    Unsupported,
    counted,
    short,
    unexpected,
)
from nullcline.sources import read_file, yaml
from nullcline.study import is_study, load_study
from nullcline.validation.options import OPTIONS, Option
from nullcline.validation.verdict import Finding, Verdict

T = TypeVar("T")
TERMS = frozenset({"iri", "grounding"})
"""The slots that hold terms of others."""


class RefusedError(Exception):
    """A file of which no more can be checked; why stands in its sheet."""


@dataclass
class Sheet:
    """What the checks of one file have found so far; see Verdict."""

    path: Path
    kind: str = ""
    name: str = ""
    says: str = ""
    findings: list[Finding] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def attempt(self, rule: str, step: Callable[..., T], *arguments: Any) -> T:
        """What a step gives; its problems become findings of a rule, and end the check."""
        try:
            return step(*arguments)
        except ModelError as error:
            self.add(rule, error.problems)
            raise RefusedError from None

    def add(self, rule: str, problems: Sequence[Problem]) -> None:
        """Note problems as findings of a rule."""
        self.findings += [Finding(rule, problem) for problem in problems]

    def ask(self, option: Option, rule: str, model: Dynamics) -> None:
        """Note what a check finds that was asked for."""
        problems, remarks = option.check(model)
        self.add(rule, problems)
        self.remarks += remarks

    def verdict(self) -> Verdict:
        """The same, for good."""
        said = (str(self.path), self.kind, self.name, self.says)
        lists = (tuple(self.kept), tuple(self.needs), tuple(self.remarks))
        return Verdict(*said, tuple(self.findings), *lists)


def check(path: Path, options: Sequence[str] = (), data: bytes | None = None) -> Verdict:
    """The verdict on a file (or on the `data` that were read instead of it); never raises for
    what it holds. `options` are names of OPTIONS."""
    sheet = Sheet(path)
    try:
        fill(sheet, options, data)
    except RefusedError:
        pass
    except (RecursionError, MemoryError):
        problem = Problem("the file is too large to be checked", Place(file=str(path)))
        sheet.add("check", [problem])
    except ModuleNotFoundError as error:
        sheet.add("installed", [unexpected(error, str(path))])
    except Exception as error:  # of one file, which must not end the check of the others
        sheet.add("check", [unexpected(error, str(path))])
    return sheet.verdict()


def fill(sheet: Sheet, options: Sequence[str] = (), data: bytes | None = None) -> None:
    """Write into a sheet what is found; raises RefusedError where the check cannot go on."""
    if data is None:
        model = FORMATS.get(sheet.path.suffix.lower(), plain_file)(sheet)
    else:
        model = document(sheet, sheet.attempt("read", yaml.read_bytes, data, str(sheet.path)))
    for name in options:
        sheet.ask(OPTIONS[name], name, model())


# Kinds of file

Read = Callable[[Sheet], Callable[[], Dynamics]]
"""Checks a file, writes into its sheet, and gives its model for the checks of options."""


def plain_file(sheet: Sheet) -> Callable[[], Dynamics]:
    """A model or a study in YAML or JSON, told by its suffix."""
    return document(sheet, sheet.attempt("read", read_file, sheet.path))


def graph_file(sheet: Sheet) -> Callable[[], Dynamics]:
    """A model or a study in Turtle, JSON-LD, N-Triples or RDF/XML, checked by the shapes."""
    try:
        from nullcline.linked import shapes
    except ModuleNotFoundError as error:
        raise NotInstalled.of(error, "the check of a graph") from None
    graph = sheet.attempt("read", shapes.graph_of, sheet.path)
    found = sheet.attempt("schema", shapes.models, graph, str(sheet.path))
    checked = [(document(sheet, each), sheet.says) for each in found]
    sheet.says = "; ".join(says for _, says in checked)

    def model() -> Dynamics:
        if len(checked) > 1:
            said, hint = "a file of one model is wanted for this", "`nullcline convert` makes it"
            sheet.add("check", [Problem(said, Place(file=str(sheet.path)), hint)])
            raise RefusedError
        return checked[0][0]()

    return model


def archive_file(sheet: Sheet) -> Callable[[], Dynamics]:
    """A COMBINE archive: its model, and whether the rest of it was written for that."""
    from nullcline import archive

    model = plain_file(sheet)
    found = sheet.attempt("archive", archive.read, sheet.path)
    sheet.says += f", an archive with {', '.join(found.conforming) or 'no target'}"
    place = Place(file=str(sheet.path))
    sheet.add("changed", [Problem(note, place) for note in found.notes])
    return model


def document(sheet: Sheet, read: Document) -> Callable[[], Dynamics]:
    """A model or a study that was read."""
    if is_study(read):
        return study(sheet, read)
    loaded = sheet.attempt("schema", structure.load, datamodel.Dynamics, read)
    judge(sheet, loaded, read.place)
    terms(sheet, loaded, read)
    return lambda: Dynamics.adopted(loaded, read.place)


def judge(sheet: Sheet, loaded: datamodel.Dynamics, locate: Any) -> None:
    """The equations of a model that the schema allows."""
    sheet.kind, sheet.name, sheet.says = "model", loaded.name, _sizes(loaded)
    found = compiler.check(loaded, locate)
    sheet.add("equations", found.problems)
    sheet.kept = [
        f"{'/'.join(map(str, inner))}: {short(' '.join(str(value).split()))}"
        for inner, _, value in structure.kept(loaded)
    ]
    if found.problems:
        raise RefusedError
    sheet.add("missing", found.missing)
    sheet.add("unsupported", [_problem(item) for item in found.unsupported])


def terms(sheet: Sheet, loaded: Record, read: Document) -> None:
    """Terms of others of which no link can be made."""
    if not _has_terms(read.value):
        return  # most files: nothing has to be loaded for them
    from nullcline.linked import links

    found = [
        Problem(item.message, read.place(item.place.path), item.hint) for item in links(loaded)
    ]
    sheet.add("terms", found)


def _has_terms(node: Node) -> bool:
    match node:
        case dict():
            return not TERMS.isdisjoint(node) or any(map(_has_terms, node.values()))
        case list():
            return any(map(_has_terms, node))
    return False


def study(sheet: Sheet, read: Document) -> Callable[[], Dynamics]:
    """A study that was read, with its model."""
    sheet.kind, folder = "study", sheet.path.parent
    reference = read.value.get("model") if isinstance(read.value, dict) else None
    if isinstance(reference, Scalar):
        sheet.needs.append(str(folder / reference.raw))
    sheet.attempt("schema", structure.load, datamodel.Study, read)
    found, model = sheet.attempt("study", load_study, read, folder)
    sheet.name = found.name
    counts = f"{counted(len(found.runs), 'run')}, {counted(len(found.sweeps), 'sweep')}"
    sheet.says = f"the study {found.name} of {model.name} ({counts})"
    sheet.add("sweep", list(_sweep_notes(found, model)))
    terms(sheet, found, read)
    return lambda: model


GRAPHS = (".ttl", ".jsonld", ".nt", ".owl", ".rdf")
FORMATS: Mapping[str, Read] = MappingProxyType(
    {".omex": archive_file} | dict.fromkeys(GRAPHS, graph_file)
)
"""How files of each suffix are checked; a file of another suffix that is named is read as YAML."""


def _sweep_notes(study: datamodel.Study, model: Dynamics) -> Iterator[Problem]:
    """Why sweeps of a study could not be run as they stand."""
    from nullcline.sweep.declared import request

    for name in study.sweeps:
        try:
            request(study, name).plan(model.system())
        except ModelError as error:
            yield from (Problem(f"the sweep {name}: {problem}") for problem in error.problems)
        except Unsupported as error:
            yield Problem(f"the sweep {name}: {error}")


def _problem(error: Unsupported) -> Problem:
    """What cannot be expressed, as a note at its place."""
    bare = Unsupported(error.feature, error.target)
    return Problem(str(bare), error.place or Place())


def _sizes(model: datamodel.Dynamics) -> str:
    sizes = {
        "state variable": len(model.state_variables),
        "derived variable": len(model.derived_variables),
        "parameter": len(model.parameters),
        "derived parameter": len(model.derived_parameters),
    }
    return f"{model.name} ({', '.join(counted(n, what) for what, n in sizes.items() if n)})"
