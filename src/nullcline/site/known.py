"""What of a site need not be made again: a page whose inputs are the same, pictures that are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from nullcline.datamodel import ConformanceRun
from nullcline.site.facts import Facts
from nullcline.site.folder import Folder, digest
from nullcline.site.model import mark
from nullcline.site.pictures import Pictures
from nullcline.site.source import Source
from nullcline.targets import all_targets

DRAWN_BY = ("matplotlib", "latex2mathml", "numpy", "scipy", "contourpy", "rdflib", "pint")


@dataclass(frozen=True)
class Known:
    """A folder with what was asked of it: a title and the verdicts that are to be shown."""

    folder: Folder
    title: str
    run: ConformanceRun

    def key(self, source: Source) -> str:
        """What the page of a file depends on, beside the file."""
        return digest(program(), source.shown, self.title, repr(self.run))

    def entry(self, source: Source) -> Mapping[str, Any] | None:
        """What the manifest keeps of a file that has not changed, its files being there."""
        try:
            before = self.folder.models[source.slug]
            inputs = dict(before["inputs"])
            same = before["program"] == program() and source.path.name in inputs
            if not same or any(mark(source.path.parent / n) != inputs[n] for n in inputs):
                return None
            _ = Facts.read(before["facts"]), Pictures.read(before["drawn"]), before["key"]
            own = [f"models/{source.slug}/{name}" for name in before["files"]]
            return dict(before) if self.folder.intact(own) else None
        except (KeyError, TypeError, ValueError, AttributeError):  # no manifest of ours
            return None

    def pictures(self, source: Source, entry: Mapping[str, Any]) -> Pictures:
        """The pictures of such a file."""
        drawn = Pictures.read(entry["drawn"])
        folder = f"models/{source.slug}"
        held = ((n, c, self.folder.read(f"{folder}/{n}")) for n, c, _ in drawn.files)
        return replace(drawn, files=tuple(held))


@cache
def program() -> str:
    """A hash of everything that makes a site, so that a newer Nullcline makes it anew."""
    root = Path(str(files("nullcline")))
    parts: list[str | bytes] = []
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".css", ".js") and path.is_file():
            parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return digest(*parts, *map(_version, DRAWN_BY), *sorted(all_targets()))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
