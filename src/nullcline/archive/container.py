"""The zip file of a COMBINE archive, with its manifest, as it is written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree

from nullcline.sources.omex import MANIFEST, NAME, Entry

OMEX = "http://identifiers.org/combine.specifications/omex"
MEDIA = "http://purl.org/NET/mediatypes/"

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the same content gives the same bytes."""


def pack(entries: Iterable[Entry]) -> bytes:
    """The bytes of an archive of these entries; its manifest is added.

    Source: OMEX 1 (Bergmann and others 2014, doi:10.1186/s12859-014-0369-z).
    """
    entries = list(entries)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for location, content in [
            (NAME, _manifest(entries)),
            *((e.location, e.content) for e in entries),
        ]:
            info = zipfile.ZipInfo(location, EPOCH)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = 0o644 << 16
            packed.writestr(info, content)
    return stream.getvalue()


def _manifest(entries: Iterable[Entry]) -> bytes:
    root = ElementTree.Element("omexManifest", {"xmlns": MANIFEST})
    listed = [(".", OMEX, False), (f"./{NAME}", MANIFEST, False)]
    listed += [(f"./{entry.location}", entry.format, entry.master) for entry in entries]
    for location, form, master in listed:
        told = {"master": "true"} if master else {}
        child(root, "content", location=location, format=form, **told)
    return to_bytes(root)


def child(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    """A new element at the end of another."""
    return ElementTree.SubElement(parent, tag, attributes)


def to_bytes(root: ElementTree.Element) -> bytes:
    """The text of an XML document, indented."""
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"
