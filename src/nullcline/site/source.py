"""The files that a site is made of, and the name that each has in an address."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LONGEST = 60
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d|index|[-.]*")
"""What some file systems keep for themselves, and what says nothing."""


@dataclass(frozen=True)
class Source:
    """One model file: where it is, how it is called below its folder, and its name in addresses."""

    path: Path
    shown: str
    slug: str


def sources(files: Iterable[tuple[Path, str]]) -> list[Source]:
    """Each (path, path below the folder it was found in) with a name of its own.

    Names are lower-case letters, digits, `-` and `_` of ASCII, so that no file system takes two
    of them for one; those that would be equal, empty or reserved end in a part of a hash.
    """
    once = {path.resolve(): (path, _printed(shown)) for path, shown in files}
    found = sorted(once.values(), key=lambda pair: (pair[1], str(pair[0])))
    wished = [_wished(shown) for _, shown in found]
    count, shown_count = Counter(wished), Counter(shown for _, shown in found)
    return [
        Source(path, shown, _slug(wish, count[wish] > 1, shown, path, shown_count[shown] > 1))
        for (path, shown), wish in zip(found, wished, strict=True)
    ]


def _printed(shown: str) -> str:
    """A path that can be written as UTF-8."""
    return shown.encode("utf-8", "replace").decode("utf-8")


def _wished(shown: str) -> str:
    stem = str(PurePosixPath(shown).with_suffix(""))
    ascii_ = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", ascii_).strip("-")


def _slug(wish: str, taken: bool, shown: str, path: Path, twice: bool) -> str:
    if not taken and len(wish) <= LONGEST and not RESERVED.fullmatch(wish):
        return wish
    seed = f"{shown}\n{path}" if twice else shown
    mark = hashlib.sha256(seed.encode("utf-8", "replace")).hexdigest()[:10]
    return f"{wish[:LONGEST] or 'model'}-{mark}"
