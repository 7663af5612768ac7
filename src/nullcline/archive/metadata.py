"""What an archive says of itself: title, description, references, and what made it."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, register_namespace

from nullcline import datamodel
from nullcline.archive.container import to_bytes

FORMAT = "http://identifiers.org/combine.specifications/omex-metadata"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def document(
    model: datamodel.Dynamics, conforming: Iterable[str], version: str, files: Iterable[str]
) -> bytes:
    """The text of metadata.rdf: RDF/XML in the terms of Dublin Core and PROV.

    `conforming` are the targets in which the model was proved, `files` the other locations, which
    were all derived from the model's.
    """
    for prefix, uri in (("rdf", RDF), ("dcterms", DCTERMS), ("prov", PROV), ("rdfs", RDFS)):
        register_namespace(prefix, uri)
    root = Element(f"{{{RDF}}}RDF")
    about = SubElement(root, f"{{{RDF}}}Description", {f"{{{RDF}}}about": "."})
    _say(about, DCTERMS, "title", model.label or model.name)
    _say(about, DCTERMS, "description", model.description)
    targets = ", ".join(conforming)
    _say(
        about, DCTERMS, "abstract", f"Proved against the reference in: {targets}" if targets else ""
    )
    for reference in model.references:
        _say(about, DCTERMS, "references", _cited(reference))
    maker = SubElement(SubElement(about, f"{{{PROV}}}wasGeneratedBy"), f"{{{PROV}}}Activity")
    agent = SubElement(maker, f"{{{PROV}}}wasAssociatedWith")
    software = SubElement(agent, f"{{{PROV}}}SoftwareAgent")
    _say(software, RDFS, "label", f"nullcline {version}")
    for file in files:
        made = SubElement(root, f"{{{RDF}}}Description", {f"{{{RDF}}}about": f"./{file}"})
        SubElement(made, f"{{{PROV}}}wasDerivedFrom", {f"{{{RDF}}}resource": "./model.yaml"})
    return to_bytes(root)


def _cited(reference: str | datamodel.Reference) -> str | None:
    if isinstance(reference, str):
        return reference
    if reference.doi:
        return f"https://doi.org/{reference.doi}"
    return reference.url or reference.title or reference.key


def _say(element: Element, namespace: str, term: str, text: str | None) -> None:
    if text:
        SubElement(element, f"{{{namespace}}}{term}").text = text
