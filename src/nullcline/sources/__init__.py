"""One file an import format: text of some kind in, plain data or a model out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import blake2b
from importlib import import_module
from pathlib import Path as FilePath
from typing import Any, NoReturn

from nullcline.document import Document
from nullcline.errors import ModelError, NotInstalled, Place, Problem

FORMATS = {".ttl": "graph", ".nt": "graph", ".jsonld": "graph", ".owl": "graph", ".rdf": "graph"}
FORMATS |= {".json": "json_text", ".omex": "omex"}
"""The module that reads the files of each suffix; what is not named here is YAML."""


logging.getLogger("rdflib").addHandler(logging.NullHandler())  # else it prints IRIs as they are

_READ: ContextVar[dict[str, set[str]] | None] = ContextVar("_READ", default=None)

PART = "a part"
"""In place of the hash of a file that is too large to be read whole."""


@contextmanager
def noted() -> Iterator[dict[str, set[str]]]:
    """Note the hash of every file that is read meanwhile, by the path that it is read from.

    A file that changes between two readings has two hashes.
    """
    found: dict[str, set[str]] = {}
    before = _READ.set(found)
    try:
        yield found
    finally:
        _READ.reset(before)


def hashed(data: bytes) -> str:
    """The hash under which the content of a file is noted (BLAKE2b, 160 bits)."""
    return blake2b(data, digest_size=20).hexdigest()


def read_file(path: str | FilePath) -> Document:
    """The document that a file holds, whatever its format; it is that of one model or study.

    Raises ModelError where it cannot be read, with every fault and its place.
    """
    name = FORMATS.get(FilePath(path).suffix.lower(), "yaml")
    try:
        module: Any = import_module(f"nullcline.sources.{name}")
    except ModuleNotFoundError as error:
        raise NotInstalled.of(error, f"a file in the format of {path}") from None
    found: Document = module.read_file(path)
    return found


def fail(message: str, file: str | None, hint: str | None = None) -> NoReturn:
    """Refuse a file as a whole."""
    raise ModelError([Problem(message, Place((), file), hint)])


def too_deep(deepest: int) -> str:
    """The words for a text whose parts are nested in more than so many others."""
    return f"the file is nested more than {deepest} deep"


def read_text(path: str | FilePath, largest: int) -> str:
    """The characters of a file in UTF-8, line ends as they are; ModelError where that fails.

    At most `largest` bytes are read.
    """
    return decoded(read_bytes(path, largest), largest, str(path))


def read_bytes(path: str | FilePath, largest: int) -> bytes:
    """The bytes of a file, at most one more than `largest`; ModelError where that fails."""
    file, source = str(path), FilePath(path)
    try:
        if source.is_dir():
            fail("this is a folder, not a model file", file)
        if source.exists() and not source.is_file():
            fail("this is neither a file nor a folder", file)
        with source.open("rb") as stream:
            data = stream.read(largest + 1)
    except FileNotFoundError:
        fail("there is no such file", file)
    except (OSError, ValueError) as error:
        fail(f"the file cannot be read: {getattr(error, 'strerror', None) or error}", file)
    if (read := _READ.get()) is not None:
        read.setdefault(file, set()).add(hashed(data) if len(data) <= largest else PART)
    return data


def decoded(data: bytes, largest: int, file: str | None) -> str:
    """The characters of a file in UTF-8; raises ModelError with the line of what is none, and for
    more than so many bytes."""
    if len(data) > largest:
        fail(f"the file holds too many bytes: at most {largest:,} are read", file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"this is not text in UTF-8: the byte 0x{data[error.start]:02X} stands here"
        raise ModelError([Problem(message, Place((), file, line))]) from None
