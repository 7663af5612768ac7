"""COMBINE archives: the entries of the zip file that its manifest lists, one a model of ours."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import NoReturn
from xml.etree import ElementTree

from nullcline.document import Document
from nullcline.errors import ModelError, Place, Problem
from nullcline.sources import decoded, read_bytes, yaml

MODEL = "model.yaml"
"""Where an archive holds its model."""
MANIFEST = "http://identifiers.org/combine.specifications/omex-manifest"
NAME = "manifest.xml"

LARGEST = 200_000_000
"""How many bytes an archive may hold when it is unpacked."""

MOST = 10_000
"""How many entries an archive may have."""


DAMAGED = "ask for the archive again, or make it anew with `nullcline export --to omex`"


@dataclass(frozen=True)
class Entry:
    """One file of an archive: where it stands in it, what it is (an IRI), and its bytes.

    `listed` says whether the manifest tells of it; other programs may unpack it even so.
    """

    location: str
    format: str
    content: bytes
    master: bool = False
    listed: bool = True


def read_file(path: str | FilePath) -> Document:
    """The document of the model in an archive; raises ModelError where it cannot be read."""
    found = {entry.location: entry for entry in entries(path) if entry.listed}
    if MODEL not in found:
        hint = "give an archive that `nullcline export --to omex` wrote"
        raise fault(str(path), f"the archive holds no {MODEL}", hint)
    document = yaml.read(text(found[MODEL], str(path)), f"{path}/{MODEL}")
    if isinstance(document.value, dict) and "model" in document.value:
        hint = "put the model there itself"  # a study would reach for files beside the archive
        raise fault(f"{path}/{MODEL}", "a study stands here instead of its model", hint)
    return document


def entries(path: str | FilePath) -> list[Entry]:
    """What an archive holds; raises ModelError for anything that is none."""
    return unpack(read_bytes(path, LARGEST), str(path))


def text(entry: Entry, file: str) -> str:
    """The characters of an entry of a file; raises ModelError for what is no text."""
    return decoded(entry.content, LARGEST, f"{file}/{entry.location}")


def unpack(data: bytes, file: str) -> list[Entry]:
    """The entries, those that the manifest lists first; ModelError for what is no archive."""
    members = _members(data, file)
    listed = _listed(members, file)
    known = {NAME, *(name for name, _, _ in listed)}
    others = [Entry(k, "", v, listed=False) for k, v in members.items() if k not in known]
    return [Entry(k, form, members[k], master) for k, form, master in listed] + others


def _members(data: bytes, file: str) -> dict[str, bytes]:
    """The content of every file in a zip, by its checked name; ModelError for what is damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _unpacked(packed, file)
    except ModelError:
        raise
    except Exception as error:  # zipfile and its decompressors raise whatever a damage brings about
        if not zipfile.is_zipfile(io.BytesIO(data)):
            raise fault(file, "this is no COMBINE archive", "give an .omex file") from None
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise fault(file, f"the archive is damaged: {said}", DAMAGED) from None


def _unpacked(packed: zipfile.ZipFile, file: str) -> dict[str, bytes]:
    infos = [info for info in packed.infolist() if not info.filename.endswith("/")]
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
            raise fault(
                file,
                f"the archive holds more than {LARGEST:,} bytes",
                "take out what is not needed",
            )
        members[name] = content
    return members


def location_of(name: str, file: str) -> str:
    """A location without a leading `./`; one that leads out of the archive is refused."""
    path = PurePosixPath(name)
    if not name:
        raise fault(file, "an entry has no name", DAMAGED)
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
            raise fault(file, f"the manifest lists `{location}`, which is not there", DAMAGED)
        if name in found:
            raise fault(file, f"the manifest lists `{location}` twice", "keep one")
        found[name] = (name, form, each.get("master") == "true")
    return list(found.values())


def parsed(data: bytes, file: str) -> ElementTree.Element:
    """The root of an XML document without a DTD; raises ModelError for anything else."""
    parser = ElementTree.XMLParser(target=_Plain(file))
    try:
        parser.feed(data)
        root: ElementTree.Element = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise fault(file, f"this is no XML: {error}", DAMAGED) from None
    return root


class _Plain(ElementTree.TreeBuilder):
    """Builds a tree of a document that declares no document type, in whatever encoding."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file

    def doctype(self, *_: object) -> NoReturn:
        """Refuse what could declare entities; the parser calls this before it reads any."""
        raise fault(self.file, "document types and entities are not read", "take them out")


def fault(file: str, message: str, hint: str | None) -> ModelError:
    """What is wrong with an archive, as an error."""
    return ModelError([Problem(message, Place(file=file), hint)])
