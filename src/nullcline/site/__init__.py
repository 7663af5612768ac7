"""A folder of model files as a static site that needs no server."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nullcline.datamodel import ConformanceRun
from nullcline.site import index
from nullcline.site.facts import Facts
from nullcline.site.folder import Folder
from nullcline.site.known import Known, program
from nullcline.site.making import Made, Order
from nullcline.site.source import sources
from nullcline.site.workers import made
from nullcline.targets import all_targets

__all__ = ["Report", "build"]

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Report:
    """What became of a site: the counts, and (path, problems) of each file without a page."""

    models: int
    made: int
    files: int
    size: int
    bad: tuple[tuple[str, tuple[str, ...]], ...]


def build(
    files: Iterable[tuple[Path, str]],
    folder: Path,
    *,
    title: str = "Models",
    verdicts: ConformanceRun | None = None,
    jobs: int | None = None,
    progress: Progress = lambda share, name: None,
) -> Report:
    """Write the site of these files, each with the path that is shown of it, into a folder.

    What has not changed since the last time is kept. `verdicts` is what `nullcline conform`
    found; `jobs` is the number of processes (default: one a core). The same input gives the same
    bytes. Raises ModelError for a folder that holds anything but a site, and
    ModuleNotFoundError where matplotlib or latex2mathml is missing.
    """
    for name in ("matplotlib", "latex2mathml"):
        import_module(name)
    place, run = Folder.open(folder), verdicts or ConformanceRun()
    known = Known(place, title, run)
    orders, keys, found = [], {}, {}
    for source in sources(files):
        keys[source.slug] = known.key(source)
        entry = known.entry(source)
        if entry and entry["key"] == keys[source.slug]:
            found[source.slug] = entry
        else:
            orders.append(Order(source, title, known.pictures(source, entry) if entry else None))
    place.announce(keys)
    try:
        with closing(made(orders, run, jobs)) as items:
            for count, item in enumerate(items):
                _written(place, item)
                found[item.slug] = {**item.kept(), "key": keys[item.slug], "program": program()}
                progress((count + 1) / len(orders), item.facts.shown)
    except BaseException:  # what is done is there to be read, and the next time goes on from it
        _index(place, title, found)
        place.pause(found)
        raise
    return _finished(place, title, found, len(orders))


def _written(place: Folder, item: Made) -> None:
    """Write the files of one model."""
    for name, text in item.files.items():
        place.write(f"models/{item.slug}/{name}", text)


def _index(place: Folder, title: str, found: Mapping[str, Any]) -> list[tuple[str, Facts]]:
    """Write the index; the names and facts of what is in it, in its order."""
    read = [(slug, Facts.read(entry["facts"])) for slug, entry in found.items()]
    read.sort(key=lambda pair: (pair[1].title.casefold(), pair[1].shown))
    place.write("index.html", index.write(read, title, sorted(all_targets())))
    return read


def _finished(place: Folder, title: str, found: Mapping[str, Any], count: int) -> Report:
    """Write the index, remove what is gone, and say what there is."""
    read = _index(place, title, found)
    names = [f"models/{slug}/{name}" for slug, entry in found.items() for name in entry["files"]]
    place.finish(["index.html", *names], found)
    bad = tuple((facts.shown, facts.problems) for _, facts in read if facts.problems)
    return Report(len(read) - len(bad), count, len(place.files), place.size(), bad)
