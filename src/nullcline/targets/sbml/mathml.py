"""Equations as MathML: which element each operation is, and which function stands for one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement

from nullcline.errors import Unsupported
from nullcline.expression import Apply, Node, Number, Symbol
from nullcline.targets.sbml.functions import DEFINITIONS, GUARDED, USED, body
from nullcline.targets.sbml.undefined import may_be_nan

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
TIME = "http://www.sbml.org/sbml/symbols/time"

ELEMENTS: Mapping[str, str] = {
    **{"+": "plus", "-": "minus", "neg": "minus", "*": "times", "/": "divide", "**": "power"},
    **{"<": "lt", "<=": "leq", ">": "gt", ">=": "geq", "==": "eq", "!=": "neq"},
    **{name: name for name in ("and", "or", "not", "exp", "abs", "floor", "min", "max")},
    **{name: name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{"asin": "arcsin", "acos": "arccos", "atan": "arctan", "ceil": "ceiling"},
    **{"log": "ln", "log10": "log", "sqrt": "root", "rem()": "rem"},
}
CONSTANTS = {"pi": "pi", "e": "exponentiale"}


def number(value: float) -> str:
    """All digits of a number without an exponent: readers compute that of MathML inexactly."""
    digits = format(Decimal(repr(float(value))), "f")
    return digits.removesuffix(".0")


class Writer:
    """Trees to MathML; keeps in `used` the functions that are called and have to be defined."""

    def __init__(self, names: Mapping[str, str], doubts: frozenset[str] | None) -> None:
        self.names, self.doubts = names, doubts
        self.used: set[str] = set()

    def math(self, tree: Node) -> Element:
        """The element `math` of an equation; Unsupported for an operation that has no form."""
        return _with(Element("math", xmlns=NAMESPACE), self.element(tree))

    def element(self, tree: Node) -> Element:
        """One expression."""
        match tree:
            case Number(value):
                return _leaf("cn", number(value))
            case Symbol(name):
                return _leaf("ci", self.names[name])
            case Apply("time"):
                return _leaf("csymbol", "t", encoding="text", definitionURL=TIME)
            case Apply("where"):
                return self.piecewise(tree)
            case Apply("indicator", (condition,)):
                return self.piecewise(Apply("where", (condition, Number(1), Number(0))))
            case Apply("log2", (argument,)):
                base = _with(Element("logbase"), _leaf("cn", "2"))
                return _with(Element("apply"), Element("log"), base, self.element(argument))
            case Apply("sigmoid", (argument,)):
                decay = Apply("exp", (Apply("neg", (argument,)),))
                return self.element(Apply("/", (Number(1), Apply("+", (Number(1), decay)))))
            case Apply("==", arguments) if self.in_doubt(tree):
                return self.element(Apply("not", (Apply("!=", arguments),)))
            case Apply(operation, ()) if operation in CONSTANTS:
                return Element(CONSTANTS[operation])
        return self.applied(tree)

    def applied(self, tree: Apply) -> Element:
        """An operation applied to its arguments, or the function that stands for it."""
        operation = tree.operation
        function = USED.get(operation)
        if not function and operation in GUARDED and self.in_doubt(tree):
            function = GUARDED[operation]
        if function:
            self.used.add(function)
            head = _leaf("ci", function)
        elif operation in ELEMENTS:
            head = Element(ELEMENTS[operation])
        else:
            raise Unsupported(f"the operation `{operation}`", "sbml")
        return _with(Element("apply"), head, *map(self.element, tree.arguments))

    def in_doubt(self, tree: Apply) -> bool:
        """Whether an argument may be NaN, which engines compare in different ways."""
        doubts = self.doubts
        return doubts is not None and any(may_be_nan(a, doubts) for a in tree.arguments)

    def piecewise(self, tree: Node) -> Element:
        """Conditions that follow one another as the pieces of one element."""
        found = Element("piecewise")
        while isinstance(tree, Apply) and tree.operation == "where":
            condition, value, tree = tree.arguments
            piece = SubElement(found, "piece")
            piece.extend((self.element(value), self.element(condition)))
        SubElement(found, "otherwise").append(self.element(tree))
        return found


def definitions(used: set[str]) -> list[tuple[str, Element]]:
    """The functions that are called, and those that they call: (identifier, `math`) of each."""
    found, wanted = [], set(used)
    for name in reversed(list(DEFINITIONS)):
        if name in wanted:
            arguments, tree = body(name)
            writer = Writer({argument: argument for argument in arguments}, None)
            bound = [_with(Element("bvar"), _leaf("ci", argument)) for argument in arguments]
            inside = _with(Element("lambda"), *bound, writer.element(tree))
            found.append((name, _with(Element("math", xmlns=NAMESPACE), inside)))
            wanted |= writer.used
    return found[::-1]


def _leaf(tag: str, text: str, **attributes: str) -> Element:
    found = Element(tag, attributes)
    found.text = f" {text} "
    return found


def _with(parent: Element, *children: Element) -> Element:
    parent.extend(children)
    return parent
