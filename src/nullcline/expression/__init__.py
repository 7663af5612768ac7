"""The equation language: trees of numbers, symbols and operations, read, written, evaluated."""

from nullcline.expression.derivative import derivative, differential
from nullcline.expression.evaluate import evaluate
from nullcline.expression.operations import CONSTANTS, OPERATIONS, Operation
from nullcline.expression.parse import nearest, parse
from nullcline.expression.part import Spans
from nullcline.expression.syntax import DEEPEST, is_identifier, is_name, normal
from nullcline.expression.tree import (
    OWN,
    Apply,
    Node,
    Number,
    Symbol,
    depth,
    fold,
    nesting,
    operations,
    rebuild,
    substitute,
    symbols,
    walk,
)
from nullcline.expression.write import ATOM, LANGUAGE, Dialect, Spelling, write

__all__ = [
    "ATOM",
    "CONSTANTS",
    "DEEPEST",
    "LANGUAGE",
    "OPERATIONS",
    "OWN",
    "Apply",
    "Dialect",
    "Node",
    "Number",
    "Operation",
    "Spans",
    "Spelling",
    "Symbol",
    "depth",
    "derivative",
    "differential",
    "evaluate",
    "fold",
    "is_identifier",
    "is_name",
    "nearest",
    "nesting",
    "normal",
    "operations",
    "parse",
    "rebuild",
    "substitute",
    "symbols",
    "walk",
    "write",
]
