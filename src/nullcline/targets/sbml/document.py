"""The SBML document of a system: Level 3 Version 2 core, parameters and rules alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from nullcline.errors import Unsupported
from nullcline.expression import write
from nullcline.system import Definition, Quantity, System
from nullcline.targets.sbml.mathml import Writer, definitions
from nullcline.targets.sbml.names import model_id, names
from nullcline.targets.sbml.undefined import doubtful
from nullcline.targets.sbml.units import Units

NAMESPACE = "http://www.sbml.org/sbml/level3/version2/core"
XHTML = "http://www.w3.org/1999/xhtml"
MODEL, PARAMETER, EQUATION = "SBO:0000062", "SBO:0000002", "SBO:0000064"
"""Continuous framework; quantitative systems description parameter; mathematical expression."""


def export(system: System) -> str:
    """The text of the document."""
    written = _Document(system, names(system), Units(_texts(system)))
    root = written.root()
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _texts(system: System) -> Iterator[str | None]:
    yield system.time_unit
    for item in (*system.parameters, *system.inputs, *system.states):
        yield item.unit
    for definition in system.constants + system.auxiliaries:
        yield definition.unit


@dataclass(frozen=True)
class _Document:
    """One system on its way to text."""

    system: System
    names: Mapping[str, str]
    units: Units

    def root(self) -> Element:
        root = Element("sbml", xmlns=NAMESPACE, level="3", version="2")
        attributes = {"id": model_id(self.system), "name": _words(self.system.name)}
        if self.units.measures_time(self.system.time_unit):
            attributes["timeUnits"] = str(self.units.reference(self.system.time_unit))
        model = SubElement(root, "model", attributes, sboTerm=MODEL)
        time = self.system.time_unit
        words = [self.system.description, f"The time is in {time}." if time else None]
        model.extend(_notes(*words))
        writer = Writer(self.names, doubtful(self.system))
        rules = list(self.rules(writer))
        sections = {
            "listOfFunctionDefinitions": list(_functions(writer)),
            "listOfUnitDefinitions": list(self.units.elements()),
            "listOfParameters": list(self.parameters()),
            "listOfRules": rules,
        }
        for name, items in sections.items():
            if items:
                SubElement(model, name).extend(items)
        return root

    def parameters(self) -> Iterator[Element]:
        """States and inputs may change; parameters are constant; the rest have rules."""
        system = self.system
        for item in system.parameters:
            yield self.parameter(item, "true", _value(item))
        for item in system.inputs + system.states:
            yield self.parameter(item, "false", _value(item))
        for definition in system.constants + system.auxiliaries:
            yield self.parameter(definition, "false")

    def parameter(self, item: Quantity | Definition, constant: str, value: str = "") -> Element:
        attributes = {"id": self.names[item.name]}
        if self.names[item.name] != item.name:
            attributes["name"] = item.name
        if value:
            attributes["value"] = value
        if reference := self.units.reference(item.unit):
            attributes["units"] = reference
        found = Element("parameter", attributes, constant=constant, sboTerm=PARAMETER)
        unknown = f"[{item.unit}]" if item.unit and not reference else None
        own = item.description if not isinstance(item, Definition) else None
        found.extend(_notes(own, unknown))
        return found

    def rules(self, writer: Writer) -> Iterator[Element]:
        for item in self.system.constants + self.system.auxiliaries:
            yield self.rule("assignmentRule", item, item.name, writer)
        for item in self.system.derivatives:
            yield self.rule("rateRule", item, f"d{item.name}/dt", writer)

    def rule(self, kind: str, item: Definition, left: str, writer: Writer) -> Element:
        found = Element(kind, variable=self.names[item.name], sboTerm=EQUATION)
        found.extend(_notes(item.description, f"{left} = {item.text or write(item.tree)}"))
        found.append(writer.math(item.tree))
        return found


def _functions(writer: Writer) -> Iterator[Element]:
    for name, math in definitions(writer.used):
        found = Element("functionDefinition", id=name)
        found.append(math)
        yield found


def _value(item: Quantity) -> str:
    """A number with all its digits; readers take one below the normal ones for missing."""
    value = float(item.value)
    if value and abs(value) < sys.float_info.min:
        raise Unsupported(f"`{item.name}` = {value!r}, a number that its readers refuse", "sbml")
    return repr(value).removesuffix(".0")


def _notes(*words: str | None) -> list[Element]:
    """A stranger's words as paragraphs of XHTML, or no element where there are none."""
    lines = [line for each in words if each and (line := _words(each))]
    if not lines:
        return []
    found = Element("notes")
    inside = SubElement(found, "body", xmlns=XHTML)
    for line in lines:
        SubElement(inside, "p").text = line
    return [found]


def _words(text: str) -> str:
    """One line of what XML allows."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
