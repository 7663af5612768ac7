"""The folder of a site: what of it is ours, what has not changed, and what has to go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from nullcline.errors import ModelError, Place, Problem
from nullcline.host.files import write_bytes, write_text

MANIFEST = "manifest.json"
FORMAT = "nullcline site 1"
OURS = re.compile(r"index\.html|models/[a-z0-9_-]+/[A-Za-z0-9_-]+(\.[A-Za-z0-9]+)+")
"""What a site may hold, whatever its manifest says."""


def digest(*parts: str | bytes) -> str:
    """A hash of parts, which no other split of the same characters has."""
    found = sha256()
    for part in parts:
        held = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        found.update(f"{len(held)}:".encode() + held)
    return found.hexdigest()


@dataclass
class Folder:
    """A folder that is empty, or that holds a site of ours and nothing else.

    `files` are the hashes of what was written, by path below the folder; `models` what the
    manifest keeps of each model; `begun` is where a run that
    was broken off may have written. Names that begin with a dot are nobody's business.
    """

    path: Path
    files: dict[str, str] = field(default_factory=dict)
    models: dict[str, Any] = field(default_factory=dict)
    begun: tuple[str, ...] = ()

    @classmethod
    def open(cls, path: Path) -> Folder:
        """The folder as it is; raises ModelError for one that holds anything else."""
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise _refused(path, "is no folder", "name a new or empty folder")
        if not path.exists():
            return cls(path)
        found = cls(path, *_manifest(path))
        for entry in _entries(path):
            name = entry.relative_to(path).as_posix()
            if name.startswith(found.begun) and OURS.fullmatch(name):
                found.files.setdefault(name, "")
            elif name != MANIFEST and name not in found.files:
                said = f"holds `{_printed(name)}`, which is no part of a site"
                raise _refused(path, said, "name a new or empty folder")
        return found

    def intact(self, names: Iterable[str]) -> bool:
        """Whether all of these files are there and as they were written."""
        return all(self.files.get(name) and self.hash(name) == self.files[name] for name in names)

    def hash(self, name: str) -> str:
        """The hash of a file, or nothing where there is none."""
        path = self.path / name
        return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.path / name).read_bytes().decode("utf-8")

    def size(self) -> int:
        """The bytes of all files of the site."""
        return sum((self.path / name).stat().st_size for name in self.files)

    def announce(self, slugs: Iterable[str]) -> None:
        """Say whose files are going to be here, so that a run broken off leaves no riddle."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.begun = ("index.html", *sorted(f"models/{slug}/" for slug in slugs))
        self._save()

    def write(self, name: str, text: str) -> None:
        """Write a file of ours, unless it holds just that."""
        held = text.encode("utf-8", "replace")
        path = self.path / name
        mark = sha256(held).hexdigest()
        if self.hash(name) != mark:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, held)
        self.files[name] = mark

    def finish(self, names: Iterable[str], models: Mapping[str, Any]) -> None:
        """Remove what is no longer part of the site, and write the manifest."""
        kept = set(names)
        for name in sorted(set(self.files) - kept):
            (self.path / name).unlink(missing_ok=True)
            del self.files[name]
        for folder in sorted((self.path / "models").glob("*"), reverse=True):
            if folder.is_dir() and not folder.name.startswith(".") and not any(folder.iterdir()):
                folder.rmdir()
        self.models = dict(models)
        self.begun = ()
        self._save()

    def pause(self, models: Mapping[str, Any]) -> None:
        """Keep what is done of a run that is broken off; what it has not reached stays begun."""
        self.models = dict(models)
        self._save()

    def _save(self) -> None:
        whole = {"format": FORMAT, "files": self.files, "models": self.models, "begun": self.begun}
        text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=True)
        write_text(self.path / MANIFEST, text + "\n")


def _entries(path: Path) -> Iterable[Path]:
    """Every file below a folder; a link counts as a file, whatever it leads to."""
    for entry in sorted(path.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _entries(entry)
        else:
            yield entry


def _manifest(path: Path) -> tuple[dict[str, str], dict[str, Any], tuple[str, ...]]:
    """The files, the models and what was begun, of a manifest of ours; nothing without one."""
    file = path / MANIFEST
    if not file.is_file() or file.is_symlink():
        return {}, {}, ()
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        files, models, begun = found["files"], found["models"], tuple(found["begun"])
        ours = found["format"] == FORMAT and isinstance(models, dict) and all(begun)
        if not ours or not all(OURS.fullmatch(n) and isinstance(files[n], str) for n in files):
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _refused(path, f"holds a {MANIFEST} that no site has", "name a new folder") from None
    return files, models, begun


def _printed(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _refused(path: Path, said: str, hint: str) -> ModelError:
    return ModelError([Problem(f"the folder {said}", Place(file=_printed(str(path))), hint)])
