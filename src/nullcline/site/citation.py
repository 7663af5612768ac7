"""How a model and its publications are cited: BibTeX, and addresses that lead to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from string import ascii_lowercase
from typing import Any

from nullcline.datamodel import Dynamics
from nullcline.datamodel.record import Record
from nullcline.report.page import clean

_ESCAPES = {sign: f"\\{sign}" for sign in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(model: Dynamics) -> str:
    """An entry for the model file and one for each publication that has details."""
    title = clean(model.label) or clean(model.name)
    own = {
        "title": f"{{{_tex(title)}}}",
        "howpublished": "Nullcline model file",
        "note": f"Model {_tex(clean(model.name))}",
    }
    entries = [("misc", own, f"{_key(clean(model.name))}-model")]
    detailed = [item for item in model.references if isinstance(item, Record)]
    entries += [("article", _fields(item), _own_key(item)) for item in detailed]
    return "\n".join(_entries(entries))


def _entries(entries: list[tuple[str, dict[str, str], str]]) -> Iterator[str]:
    seen: set[str] = set()
    for kind, fields, wish in entries:
        key = next(k for n in count() if (k := wish + _mark(n)) not in seen)
        seen.add(key)
        shape = "misc" if kind == "article" and "journal" not in fields else kind
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        yield "\n".join([f"@{shape}{{{key},", *lines, "}\n"])


def _mark(number: int) -> str:
    """What tells keys apart: nothing, b, ..., z, and then -27 and on."""
    if number < len(ascii_lowercase):
        return ascii_lowercase[number] if number else ""
    return f"-{number + 1}"


def _fields(reference: Any) -> dict[str, str]:
    found = {
        "author": " and ".join(_tex(clean(author)) for author in reference.authors or ()),
        "title": _tex(clean(reference.title)),
        "journal": _tex(clean(reference.journal)),
        "year": "" if reference.year is None else str(reference.year),
        "doi": _verbatim(clean(reference.doi)),
        "url": _verbatim(clean(reference.url)),
    }
    return {name: value for name, value in found.items() if value}


def _own_key(reference: Any) -> str:
    if clean(reference.key):
        return _key(clean(reference.key))
    first = clean((reference.authors or [""])[0])
    family = first.partition(",")[0] if "," in first else first.rpartition(" ")[2]
    return _key(f"{family}{'' if reference.year is None else reference.year}")


def _key(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_.-]+", "", plain) or "model"


def _tex(words: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in words)


def _verbatim(words: str) -> str:
    """An address as BibTeX takes it: braces would end the field."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", words)


def doi_address(doi: str) -> str:
    """Where a DOI leads."""
    from urllib.parse import quote

    return f"https://doi.org/{quote(doi, safe='/:;().,-_~')}"
