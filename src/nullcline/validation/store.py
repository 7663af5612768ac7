"""Verdicts kept between runs, each under a hash of everything that it depends on."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import nullcline
from nullcline.computer import cache_folder
from nullcline.host.files import write_bytes
from nullcline.host.folders import private, unshared
from nullcline.sources import PART, hashed
from nullcline.validation.verdict import Verdict

FORM = "3"
"""Of an entry; a new form finds no old ones."""
LARGEST = 20_000_000
"""Bytes of a file; what is larger is refused at once, and not kept."""
DAY = 86400.0
AGE = 30 * DAY
"""Seconds without use after which an entry is dropped."""


def user_folder() -> Path:
    """NULLCLINE_CACHE, or where programs of this user keep what they can make again."""
    if given := os.environ.get("NULLCLINE_CACHE"):
        return Path(given)
    return cache_folder() / "validate"


@dataclass(frozen=True)
class Store:
    """A folder of verdicts; `seal` is a hash of the program and of what it runs on.

    A folder that others may write to is not used: they could put any verdict there.
    """

    folder: Path
    seal: str

    @classmethod
    def at(cls, folder: Path, options: Sequence[str]) -> Store:
        """The store of verdicts that this program gives with these options."""
        return cls(folder, _hash(FORM.encode(), *_program(), *(item.encode() for item in options)))

    def key(self, path: Path) -> str | None:
        """Under which the verdict on a file stands now; None where it is not to be kept."""
        data = content(path)
        return None if data is None else self._key(path, hashed(data))

    def _key(self, path: Path, content: str) -> str:
        """The key of a file that held this; its problems name the file as it was given."""
        return _hash(self.seal.encode(), os.fsencode(path), content.encode())

    def find(self, key: str) -> Verdict | None:
        """The verdict under a key, if the other files that it needed are what they were."""
        file = self._file(key)
        if not unshared(self.folder):
            return None
        try:
            entry = json.loads(file.read_bytes())
            if entry.pop("sum") != _sum(entry):  # damaged: it could say anything
                return None
            verdict = Verdict.from_plain(entry["verdict"])
            if entry["key"] != key or self._needs(verdict) != entry["needs"]:
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        _touch(file)
        return verdict

    def keep(self, key: str, verdict: Verdict, needs: dict[str, str]) -> None:
        """Put a verdict under its key; where nothing can be written, nothing is."""
        entry: dict[str, Any] = {"key": key, "needs": needs, "verdict": verdict.plain()}
        file = self._file(key)
        if private(self.folder) is None:
            return
        with contextlib.suppress(OSError, ValueError):
            entry["sum"] = _sum(entry)
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_bytes(file, json.dumps(entry).encode())

    def judged(self, path: Path, verdict: Verdict, read: Mapping[str, Collection[str]]) -> None:
        """Keep a verdict under the content that it was computed from.

        `read` are the hashes of every file that the check read, see `sources.noted`. Nothing is
        kept where a file was not read, not whole, or not the same each time.
        """
        needed = {name: read.get(name, ()) for name in (str(path), *verdict.needs)}
        if any(len(found) != 1 or PART in found for found in needed.values()):
            return
        hashes = {name: next(iter(found)) for name, found in needed.items()}
        self.keep(self._key(path, hashes.pop(str(path))), verdict, hashes)

    def prune(self) -> None:
        """Drop what nobody has used for a month; looks at most once a day."""
        if private(self.folder) is None:
            return
        stamp, now = self.folder / "pruned", time.time()
        with contextlib.suppress(OSError):
            if stamp.exists() and now - stamp.stat().st_mtime < DAY:
                return
            stamp.touch()
            for file in self.folder.glob("??/*"):
                if now - file.stat().st_mtime > AGE:
                    file.unlink()

    def _file(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"

    @staticmethod
    def _needs(verdict: Verdict) -> dict[str, str] | None:
        """A hash of each other file; None where one cannot be read."""
        found = {}
        for name in verdict.needs:
            data = content(Path(name))
            if data is None:
                return None
            found[name] = hashed(data)
        return found


def content(path: Path) -> bytes | None:
    """The bytes of a plain file; None for anything else, and for what is too large."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError):
        return None
    return None if len(data) > LARGEST else data


def _hash(*parts: bytes) -> str:
    """Of all parts, each with its length, so that none can run into the next."""
    found = blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()


def _sum(entry: Mapping[str, Any]) -> str:
    """A checksum of an entry, the order of its parts left aside."""
    return _hash(json.dumps(entry, sort_keys=True).encode())


def _program() -> Iterator[bytes]:
    """What a verdict depends on beside the file: this package, Python, and what is installed."""
    yield f"{nullcline.__version__} {sys.version} {sys.platform}".encode()
    for folder in sys.path:
        with contextlib.suppress(OSError):
            names = os.listdir(folder or ".")
            yield "\n".join(sorted(name for name in names if name.endswith("-info"))).encode()
    root = Path(nullcline.__file__).parent
    for file in sorted((*root.rglob("*.py"), *root.rglob("*.json"), *root.rglob("*.ttl"))):
        yield str(file.relative_to(root)).encode() + b"\0" + file.read_bytes()


def _touch(file: Path) -> None:
    with contextlib.suppress(OSError):
        if time.time() - file.stat().st_mtime > DAY:
            os.utime(file)
