"""SPARQL over a graph of models: read only, from nowhere else, with errors as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from rdflib import Graph, Literal, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.evaluate import evalQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.processor import SPARQLResult

from nullcline.datamodel import CLASSES, MEANINGS
from nullcline.datamodel.iris import NULLCLINE, predicates
from nullcline.errors import NullclineError, Place, Problem
from nullcline.linked import BASE
from nullcline.linked.curies import CurieError, expand
from nullcline.linked.namespaces import PREFIXES as WRITTEN

LONGEST = 100_000  # characters of a query
PROLOGUE = re.compile(
    r"\A(?:\s+|#[^\n]*|prefix\s+[^\s:<>]*:\s*<[^>]*>|base\s*<[^>]*>)*", re.IGNORECASE
)
"""White space, comments and declarations before the first word of a query."""
UPDATES = "insert delete load clear drop create add move copy with modify"
PREFIXES = WRITTEN | {"model": BASE}
"""What a query may use without declaring it."""
READS = "a query reads: it begins with SELECT, ASK, CONSTRUCT or DESCRIBE"
HERE = "a query is answered from the models alone, not from the network or from other graphs"


class QueryError(NullclineError):
    """A query that cannot be answered; holds the problem, with its line and column."""

    def __init__(self, message: str, hint: str | None = None, at: tuple[int, int] | None = None):
        self.problem = Problem(message, Place((), "query", *(at or ())), hint)
        super().__init__(str(self.problem))


@dataclass(frozen=True)
class Answer:
    """What a query comes to: rows of terms under columns, yes or no, or a graph."""

    form: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    yes: bool | None = None
    graph: Graph | None = None
    notes: tuple[str, ...] = ()

    def result(self) -> SPARQLResult:
        """The same for the serializers of rdflib."""
        names = [Variable(name) for name in self.columns]
        rows = [
            {n: v for n, v in zip(names, row, strict=True) if v is not None} for row in self.rows
        ]
        said = {"type_": self.form, "vars_": names, "bindings": rows}
        return SPARQLResult(said | {"askAnswer": self.yes, "graph": self.graph})


def examples() -> dict[str, str]:
    """The example queries by name."""
    folder = files("nullcline.linked") / "queries"
    found = (item for item in folder.iterdir() if item.name.endswith(".rq"))
    return {item.name.removesuffix(".rq"): item.read_text("utf-8") for item in found}


def ask(graph: Graph, text: str, values: Mapping[str, str] | None = None) -> Answer:
    """The answer of a graph to a SPARQL query; `values` are the terms of variables, as text.

    Rows are sorted where the query does not order them. Raises QueryError.
    """
    query = read(text)
    bound = {name: term(value) for name, value in (values or {}).items()}
    if missing := sorted(set(bound) - {str(name) for name in variables(query.algebra)}):
        raise QueryError(f"the query has no variable ?{missing[0]}")
    try:
        said = evalQuery(graph, query, bound)
        form, yes, found = said["type_"], said.get("askAnswer"), said.get("graph")
        names = said.get("vars_") or []
        rows = [tuple(row.get(name) for name in names) for row in said.get("bindings") or ()]
    except RecursionError:
        hint = "ask what stands in a list by `dcterms:isPartOf`, not by `rdf:rest*`"
        raise QueryError("the query follows a list that is too long", hint) from None
    except Exception as error:  # whatever rdflib's evaluation raises
        raise QueryError(f"the query cannot be answered: {words(error)}") from error
    if not parts(query.algebra) & {"OrderBy", "Slice"}:
        rows.sort(key=lambda row: [("" if v is None else v.n3()) for v in row])
    if found is not None:
        for prefix, namespace in PREFIXES.items():
            found.bind(prefix, namespace, replace=True)
    notes = tuple(unknown_terms(query.algebra))
    return Answer(form, tuple(map(str, names)), tuple(rows), yes, found, notes)


def read(text: str) -> Any:
    """The algebra of a query that only reads what is here."""
    if len(text) > LONGEST:
        raise QueryError(f"the query has {len(text):,} characters; at most {LONGEST:,} are read")
    rest = PROLOGUE.sub("", text, count=1)
    if not rest:
        raise QueryError("the query is empty", READS)
    first = rest.split()[0]
    if first.lower() in UPDATES.split():
        raise QueryError(f"`{first}` would change the models", READS, position(text, first))
    try:
        query = translateQuery(parseQuery(text), None, PREFIXES)
    except RecursionError:
        raise QueryError("the query is nested too deep") from None
    except Exception as error:
        raise unreadable(text, error) from None
    if query.algebra.datasetClause:
        raise QueryError("FROM is not answered", HERE, position(text, "FROM"))
    for name, word in {"ServiceGraphPattern": "SERVICE", "Graph": "GRAPH"}.items():
        if name in parts(query.algebra):
            raise QueryError(f"{word} is not answered", HERE, position(text, word))
    return query


def unreadable(text: str, error: Exception) -> QueryError:
    """What a parser says, as a sentence."""
    line, column = getattr(error, "lineno", None), getattr(error, "column", None)
    if line is not None and column is not None:
        rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :].strip()
        near = " ".join(rest[:40].split())
        said = f"the query cannot be read from `{near}` on" if near else "the query is not complete"
        hint = READS if line == 1 and column == 1 else None
        return QueryError(
            said, hint or ("is a bracket open?" if not near else None), (line, column)
        )
    if found := re.search(r"Unknown namespace prefix : (\S*)", str(error)):
        close = get_close_matches(found[1], list(PREFIXES), 1)
        hint = (
            f"did you mean `{close[0]}:`?" if close else f"write `PREFIX {found[1]}: <...>` first"
        )
        return QueryError(
            f"the prefix `{found[1]}:` is not declared", hint, position(text, f"{found[1]}:")
        )
    return QueryError(f"the query cannot be read: {words(error)}")


def words(error: Exception) -> str:
    """What an exception says, in one short line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def position(text: str, word: str) -> tuple[int, int] | None:
    """The line and column (from 1) where a word first stands."""
    found = re.search(rf"(?<![\w?$:<]){re.escape(word)}", text, re.IGNORECASE)
    if not found:
        return None
    before = text[: found.start()]
    return before.count("\n") + 1, found.start() - (before.rfind("\n") + 1) + 1


def inside(algebra: Any) -> Iterator[Any]:
    """Every part and every term of the algebra of a query."""
    pending = [algebra]
    while pending:
        item = pending.pop()
        match item:
            case CompValue():
                pending += item.values()
            case list() | tuple() | set():
                pending += item
            case SequencePath() | AlternativePath() | NegatedPath():
                pending += item.args
            case MulPath():
                pending.append(item.path)
            case InvPath():
                pending.append(item.arg)
        yield item


def parts(algebra: Any) -> set[str]:
    """The names of the parts of a query."""
    return {item.name for item in inside(algebra) if isinstance(item, CompValue)}


def variables(algebra: Any) -> set[Variable]:
    """The variables of a query."""
    return {leaf for leaf in inside(algebra) if isinstance(leaf, Variable)}


def unknown_terms(algebra: Any) -> Iterator[str]:
    """A sentence for each term of our vocabulary that there is not, a misspelling mostly."""
    ours, known = PREFIXES["nullcline"], known_terms()
    for term in sorted({leaf for leaf in inside(algebra) if isinstance(leaf, URIRef)}):
        name = term.removeprefix(ours)
        if name != term and name.isidentifier() and str(term) not in known:
            close = get_close_matches(name, [k.removeprefix(ours) for k in known], 1)
            hint = f"; did you mean `nullcline:{close[0]}`?" if close else ""
            yield f"the vocabulary has no `nullcline:{name}`{hint}"


@cache
def known_terms() -> frozenset[str]:
    """The IRIs of our vocabulary."""
    slots = {uri for kind in CLASSES for uri in predicates(kind).values()}
    return frozenset(slots | {NULLCLINE + name for name in (*CLASSES, *MEANINGS)})


def term(text: str) -> URIRef | Literal:
    """A term as it is written on a command line: <IRI>, prefix:identifier or a text."""
    if found := re.fullmatch(r"<([^<>\"{}|^`\\\s]*)>", text):
        return URIRef(found[1])
    prefix, colon, name = text.partition(":")
    if colon and prefix in PREFIXES:
        return URIRef(PREFIXES[prefix] + name)
    try:
        return URIRef(expand(text))
    except CurieError:
        return Literal(text)


def short(value: Any) -> str:
    """A term for people: an IRI with a prefix where there is one, or the characters."""
    if isinstance(value, URIRef):
        near = max(
            (n for n in PREFIXES.items() if value.startswith(n[1])),
            key=lambda n: len(n[1]),
            default=None,
        )
        return f"{near[0]}:{value.removeprefix(near[1])}" if near else f"<{value}>"
    return "" if value is None else str(value)
