"""Texts of other formats, told by their content: what each is, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nullcline.document import Document, Scalar
from nullcline.errors import ModelError, Place, Problem, short

MOST, WIDEST = 2000, 200
"""Lines that are looked at, and characters of each: so the time is bounded by the file's length."""
WRITE = "`nullcline init DIR` makes a model to start from: write its equations into that"
XML = re.compile(
    r"\s*+(?>(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)\s*)*+"
    r"(?P<root><(?:[\w.-]++:)?(?P<name>[A-Za-z_][\w.-]*+)(?=\s|/?>)(?P<rest>[^<>]*)>)",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"""\b(level|version)\s*=\s*["'](\d{1,3})["']""")
ROOTS = {
    "sbml": "SBML",
    "sedml": "SED-ML",
    "neuroml": "NeuroML",
    "lems": "LEMS",
    "vcml": "VCML (Virtual Cell)",
    "html": "a page in HTML",
    "rdf": "RDF/XML",
    "omexmanifest": "the manifest of a COMBINE archive",
}
"""Formats by the name of the root element, in small letters."""
CURES = {
    "RDF/XML": "give the file the suffix .rdf",
    "a page in HTML": "get the file itself, not the page that shows it",
    "Python": "let it write the model: `nullcline.Dynamics(...).to_yaml(FILE)`",
    "the manifest of a COMBINE archive": "give the whole archive, with the suffix .omex",
}
OURS = re.compile(
    r"^(name|label|description|iri|parameters|state_variables|derived_variables|model|runs)\s*:",
    re.MULTILINE,
)
"""A line of a model or study in YAML, where what else looks foreign stands in a text."""
TEMPLATE = re.compile(r"(Operator|Node|Edge|Circuit)Template$")


@dataclass(frozen=True)
class Sign:
    """A format whose texts have a line of each pattern."""

    format: str
    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, format: str, *patterns: str) -> Sign:
        """The same from texts of patterns, which match at the beginning of a line."""
        return cls(format, tuple(re.compile(pattern) for pattern in patterns))

    def line(self, lines: list[str]) -> int | None:
        """The number (from 1) of the first line that matches; None where a pattern has none."""
        found = [
            next((n for n, line in enumerate(lines, 1) if pattern.match(line)), None)
            for pattern in self.patterns
        ]
        numbers = [number for number in found if number is not None]
        return min(numbers) if len(numbers) == len(found) else None


MYOKIT = re.compile(r"^\[\[model\]\]", re.MULTILINE)
EQUATION = r"\s*(d\w+/dt|\w+')\s*="
SIGNS = (
    Sign("a model of Myokit (mmt)", (MYOKIT,)),
    Sign.of(
        "BNGL (BioNetGen)", r"\s*begin\s+(model|parameters|species|reaction rules|reactions)\b"
    ),
    Sign.of("NMODL (NEURON)", r"\s*NEURON\s*\{"),
    Sign.of("MATLAB", r"\s*function\b[^:]*=\s*\w+\s*\("),
    Sign.of("Python", r"(import \w+|from [\w.]+ import |def \w+\()"),
    Sign.of("Julia", r"(using \w+|\w*\s*=?\s*@(reaction_network|ode_def|mtkmodel)\b)"),
    Sign.of("Modelica", r"\s*model\s+\w+", r"\s*equation\s*$"),
    Sign.of("Antimony", r"\s*(model|module)\s+\*?\w+\s*(\(|;|//|#|$)", r"\s*end\s*;?$"),
    Sign.of("Antimony", r"(\s*+\w++\s*+:)?+[\w$+.\s]*+[-=]>[\w$+.\s]*+;"),
    Sign.of(
        "XPP (an .ode file)",
        r"(?i)" + EQUATION,
        r"(?i)\s*(p|par|param|number|init|aux|wiener|global)\s+[\w(].*=|\s*@\s*\w+\s*=|\s*done\s*$"
        r"|\s*\w+\(0\)\s*=",
    ),
    Sign.of("a list of equations", EQUATION),
)
"""Looked for in this order: what is more special comes first."""


def conflict(text: str) -> int | None:
    """The line (from 1) of the first marker of a merge conflict; None where there is none."""
    found = re.search(r"^<{7}(?: .*)?\r?$", text, re.MULTILINE)
    if found is None or not re.search(r"^(={7}|>{7}(?: .*)?)\r?$", text[found.end() :], re.M):
        return None
    return text.count("\n", 0, found.start()) + 1


def in_xml(text: str) -> tuple[str, int] | None:
    """The format of a text in XML and the line of its root element; None for another text."""
    found = XML.match(text)
    if found is None:
        return None
    name, rest = found["name"], found["rest"]
    line = text.count("\n", 0, found.start("root")) + 1
    if name == "model" and "cellml.org" in rest:
        return "CellML", line
    format = ROOTS.get(name.lower(), f"XML (its root element is `{short(name)}`)")
    given = dict(ATTRIBUTE.findall(rest)) if name == "sbml" else {}
    said = [f"{part.title()} {given[part]}" for part in ("level", "version") if part in given]
    return (f"{format} {' '.join(said)}" if said else format), line


def _told(text: str) -> Iterator[tuple[str, int]]:
    if OURS.search(text) and not MYOKIT.search(text):
        return
    if found := in_xml(text):
        yield found
    if text[:1000].lstrip().startswith("<"):
        return
    lines = [line[:WIDEST].rstrip() for line in text.split("\n", MOST)[:MOST]]
    for sign in SIGNS:
        if line := sign.line(lines):
            yield sign.format, line


def problem(text: str, file: str | None = None, own: tuple[str, ...] = ()) -> Problem | None:
    """What a text that could not be read is, where that can be told; else None.

    It is none of its `own` formats, given by how their names begin.
    """
    if line := conflict(text):
        said = "a merge conflict is left here: `<<<<<<<`"
        cure = "keep one of its two versions and take the lines `<<<<<<<`, `=======`, `>>>>>>>` out"
        return Problem(said, Place((), file, line), cure)
    for format, line in _told(text):
        if format.startswith(own):
            continue
        return _refusal(format, Place((), file, line))
    return None


def refuse_template(document: Document) -> None:
    """Raise ModelError for templates of PyRates and problems of PEtab, which are YAML too."""
    tree = document.value
    if not isinstance(tree, dict):
        return
    for key, part in tree.items():
        base = part.get("base") if isinstance(part, dict) else None
        if isinstance(base, Scalar) and TEMPLATE.search(base.raw):
            place = document.place((key, "base"))
            raise ModelError([_refusal("a file of PyRates templates", place)])
    if "format_version" in tree and "problems" in tree:
        raise ModelError([_refusal("a problem of PEtab", document.place(("problems",)))])


def _refusal(format: str, place: Place) -> Problem:
    cure = CURES.get(format, WRITE)
    return Problem(f"this is {format}, which Nullcline does not read as a model", place, cure)


def refuse(text: str, file: str | None, own: tuple[str, ...] = ()) -> None:
    """Raise ModelError for a text of another format; see `problem`."""
    if found := problem(text, file, own):
        raise ModelError([found])
