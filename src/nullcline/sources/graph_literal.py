"""Literals as values of slots: which datatypes suit which kinds, and what their characters mean."""

from __future__ import annotations

import re
from collections.abc import Callable

from rdflib import RDF, XSD, Literal, URIRef

from nullcline.document import Node, Scalar
from nullcline.errors import ModelError, Place, short
from nullcline.sources.json_text import parse
from nullcline.structure.scalars import as_node

WHOLE = "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger"
WHOLE += " negativeInteger unsignedLong unsignedInt unsignedShort unsignedByte"
INTEGERS = {XSD[name] for name in WHOLE.split()}
FLOATS = {XSD.double, XSD.float, XSD.decimal}
INTEGER = re.compile(r"[-+]?[0-9]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
SPECIAL = {"INF": "inf", "+INF": "inf", "-INF": "-inf", "NaN": "nan"}
SPECIAL |= {word: word for word in ("inf", "-inf", "nan")}
"""As XML Schema writes them; rdflib writes the words of Python instead."""
FLAGS = {"true": True, "1": True, "false": False, "0": False}
HALF = re.compile("[\ud800-\udfff]")
LONGEST = 400  # digits of a whole number
NUMBERS = frozenset({"number", "array", "integer"})


class LiteralError(Exception):
    """A literal that does not suit its slot, in words, and what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.hint = hint
        super().__init__(message)


def scalar(kind: str, literal: Literal) -> Node:
    """What a literal means in a slot of a kind; raises LiteralError."""
    said = str(literal)
    if HALF.search(said):
        raise LiteralError("the text holds half of a character (a lone surrogate)")
    if literal.language:
        hint = "write the text without a language tag"
        raise LiteralError(f"the language tag @{literal.language} would be lost", hint)
    datatype = literal.datatype or XSD.string
    if datatype == XSD.string:
        if kind in NUMBERS:
            hint = "give it the datatype xsd:double"
            raise LiteralError(f"the text `{short(said)}` stands here instead of a number", hint)
        return Scalar(said, True, said)
    if kind in {"text", "choice", "object"}:
        name = datatype.removeprefix(str(XSD))
        raise LiteralError(f"`{short(said)}` ({name}) stands here instead of a text")
    if datatype == RDF.JSON:
        return nested(kind, said)
    for kinds, read in READERS:
        if datatype in kinds:
            return read(said)
    hint = "use xsd:string, xsd:double, xsd:integer, xsd:boolean or rdf:JSON"
    raise LiteralError(f"values of the datatype <{datatype}> are not read", hint)


def whole(said: str) -> Scalar:
    """A whole number."""
    if not INTEGER.fullmatch(said):
        raise LiteralError(f"`{short(said)}` is not a whole number, as its datatype says")
    return Scalar(said, False, int(said) if len(said) <= LONGEST else float(said))


def real(said: str) -> Scalar:
    """A number with a point, an exponent or neither."""
    if not FLOAT.fullmatch(said) and said not in SPECIAL:
        raise LiteralError(f"`{short(said)}` is not a number, as its datatype says")
    return Scalar(said, False, float(SPECIAL.get(said, said)))


def truth(said: str) -> Scalar:
    """True or false."""
    if said not in FLAGS:
        raise LiteralError(f"`{short(said)}` is not true or false, as its datatype says")
    return Scalar(said, False, FLAGS[said])


READERS: list[tuple[set[URIRef], Callable[[str], Scalar]]] = [
    (INTEGERS, whole),
    (FLOATS, real),
    ({XSD.boolean}, truth),
]


def nested(kind: str, said: str) -> Node:
    """What JSON says, in a slot that holds anything or arrays of numbers."""
    if kind not in {"any", "array"}:
        raise LiteralError("JSON stands here instead of a single value")
    try:
        return as_node(parse(said), lambda path, key=False: Place(path))
    except ModelError as error:
        problem = error.problems[0]
        raise LiteralError(problem.message, problem.hint) from None
