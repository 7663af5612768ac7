"""The zip file of a COMBINE archive, and its manifest: entries in and out of memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree import ElementTree

from nullcline.errors import ModelError, Place, Problem

OMEX = "http://identifiers.org/combine.specifications/omex"
MANIFEST = "http://identifiers.org/combine.specifications/omex-manifest"
MEDIA = "http://purl.org/NET/mediatypes/"
NAME = "manifest.xml"

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry, so that the same content gives the same bytes."""

LARGEST = 200_000_000
"""How many bytes an archive may hold when it is unpacked."""

MOST = 10_000
"""How many entries an archive may have."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive: where it stands in it, what it is (an IRI), and its bytes."""

    location: str
    format: str
    content: bytes
    master: bool = False


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


def unpack(data: bytes, file: str) -> list[Entry]:
    """The entries that the manifest lists; raises ModelError for anything that is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = _members(packed, file)
            listed = _listed(members, file)
            return [Entry(name, form, members[name], master) for name, form, master in listed]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise fault(file, f"this is no COMBINE archive: {error}", "give an .omex file") from None


def _members(packed: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    """The content of every file in the zip, by its checked name."""
    infos = [info for info in packed.infolist() if not info.is_dir()]
    if len(infos) > MOST or sum(info.file_size for info in infos) > LARGEST:
        text = f"the archive holds more than {MOST:,} files or {LARGEST:,} bytes"
        raise fault(file, text, "take out what is not needed")
    members: dict[str, bytes] = {}
    left = LARGEST
    for info in infos:
        name = location_of(info.filename, file)
        if name in members:
            raise fault(file, f"the archive holds `{name}` twice", "keep one")
        with packed.open(info) as stream:
            content = stream.read(left + 1)  # a header may lie about the size
        left -= len(content)
        if left < 0:
            raise fault(file, f"the archive holds more than {LARGEST:,} bytes", None)
        members[name] = content
    return members


def location_of(name: str, file: str) -> str:
    """A location without a leading `./`; one that leads out of the archive is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or ":" in name:
        raise fault(file, f"`{name}` stands outside of the archive", "use a relative path")
    return str(path)


def _listed(members: dict[str, bytes], file: str) -> list[tuple[str, str, bool]]:
    """What the manifest says of each entry but itself and the archive."""
    if NAME not in members:
        raise fault(file, f"the archive has no {NAME}", "give an .omex file")
    root = parsed(members[NAME], f"{file}/{NAME}")
    found: dict[str, tuple[str, str, bool]] = {}
    for each in root.iter(f"{{{MANIFEST}}}content"):
        location, form = each.get("location", ""), each.get("format", "")
        name = location_of(location, file)
        if name in (".", NAME):
            continue
        if name not in members:
            raise fault(file, f"the manifest lists `{location}`, which is not there", None)
        if name in found:
            raise fault(file, f"the manifest lists `{location}` twice", "keep one")
        found[name] = (name, form, each.get("master") == "true")
    return list(found.values())


def parsed(data: bytes, file: str) -> ElementTree.Element:
    """The root of an XML document without a DTD; raises ModelError for anything else."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise fault(file, "document types and entities are not read", "take them out")
    try:
        root: ElementTree.Element = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise fault(file, f"this is no XML: {error}", None) from None
    return root


def fault(file: str, message: str, hint: str | None) -> ModelError:
    """What is wrong with an archive, as an error."""
    return ModelError([Problem(message, Place(file=file), hint)])
