"""COMBINE archives: a model with every form of it that was proved, its runs, and the verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from nullcline import datamodel, structure
from nullcline.archive import metadata, sedml
from nullcline.archive.container import MEDIA, pack
from nullcline.archive.experiments import experiments
from nullcline.dynamics import Dynamics
from nullcline.errors import NullclineError, Place, Unsupported
from nullcline.host.files import write_bytes
from nullcline.linked import dump
from nullcline.sources import json_text, omex, yaml
from nullcline.sources.omex import MODEL, Entry, fault
from nullcline.study import load_study
from nullcline.system import Definition, Quantity, System
from nullcline.targets import Target, all_targets, get_target

__all__ = ["Archive", "archive", "read", "verdicts", "write"]

STUDY, VERDICTS, GRAPH = "study.yaml", "conformance.json", "model.ttl"
SEDML, METADATA = "simulation.sedml", "metadata.rdf"
SBML = "application/sbml+xml"
FORMATS = {SBML: "http://identifiers.org/combine.specifications/sbml.level-3.version-2"}
"""What a manifest calls a media type for which COMBINE has a name of its own."""


@dataclass(frozen=True)
class Archive:
    """What an archive holds: the model, what is done with it, the verdicts, the exported texts.

    `notes` says in a sentence each what is not as it was when Nullcline wrote the archive, or what
    could not be put into it.
    """

    model: Dynamics
    study: datamodel.Study
    verdicts: datamodel.ConformanceRun
    texts: dict[str, str]
    notes: tuple[str, ...] = ()

    @property
    def conforming(self) -> list[str]:
        """The targets in which the model was proved: every verdict on its text says so."""
        found: dict[str, bool] = {}
        for each in self.verdicts.verdicts:
            if each.target in self.texts:
                text = _exported(self.model, each.target)
                good = each.outcome == "conforms"
                good = good and text == self.texts[each.target] == each.exported_text
                found[each.target] = good and found.get(each.target, True)
        return [name for name, good in found.items() if good]

    def entries(self) -> list[Entry]:
        """The files of the archive, the manifest left out."""
        system, targets = self.model.system(), [get_target(name) for name in self.conforming]
        study = structure.dump(replace(self.study, model=MODEL))
        proved = json.dumps(structure.dump(self.verdicts), indent=1, ensure_ascii=False)
        written = [
            _text(MODEL, "application/yaml", yaml.write(self.model.to_dict())),
            _text(STUDY, "application/yaml", yaml.write(study)),
            _text(GRAPH, "text/turtle", dump(self.model, "turtle")),
            *(_text(_place(each), each.media_type, self.texts[each.name]) for each in targets),
            _text(VERDICTS, "application/json", proved),
        ]
        said, _ = experiments(self.study, system)
        source = _source(system, targets)
        written.append(Entry(SEDML, sedml.FORMAT, sedml.document(source, said), master=True))
        return [*written, _metadata(self, [entry.location for entry in written[1:]])]


def archive(
    model: Dynamics, study: datamodel.Study, proved: Iterable[datamodel.Verdict]
) -> Archive:
    """An archive of a model, of a study of it, and of every target in which it conforms.

    A verdict counts where its text is what the target exports of this model. Raises ModelError and
    Unsupported for what cannot be run.
    """
    system, kept, texts, notes = model.system(), [], {}, []
    by_target: dict[str, list[datamodel.Verdict]] = {}
    for verdict in proved:
        if verdict.model_name == model.name and verdict.target is not None:
            by_target.setdefault(verdict.target, []).append(verdict)
    known = all_targets()
    for name, found in by_target.items():
        if name not in known:
            notes.append(f"{name} is left out: there is no such target here")
            continue
        judged, why = _judged(known[name], system, found)
        kept += [] if judged is None else [judged]
        if why:
            notes.append(f"{name} is left out: {why}")
        elif judged is not None and judged.exported_text is not None:
            texts[name] = judged.exported_text
    notes += experiments(study, system)[1]
    run = datamodel.ConformanceRun(targets=[v.target for v in kept if v.target], verdicts=kept)
    return Archive(model, study, run, texts, tuple(notes))


def _judged(
    target: Target, system: System, found: list[datamodel.Verdict]
) -> tuple[datamodel.Verdict | None, str]:
    """The verdict that counts of those on one target, and why its text is left out, if it is.

    A model that is in several studies has a verdict in each; the worst one counts.
    """
    try:
        text = target.export(system)
    except Unsupported as error:
        return found[0], str(error)
    here = [each for each in found if each.exported_text == text]
    here = here or [each for each in found if each.exported_text is None]
    if not here:
        return None, "its verdict is on another text"
    worst = next((each for each in here if each.outcome != "conforms"), here[0])
    if worst.outcome == "conforms":
        return worst, "" if worst.exported_text else "its verdict is on no text"
    return worst, f"{worst.outcome}{f': {worst.reason}' if worst.reason else ''}"


def write(made: Archive, path: Path) -> None:
    """Put an archive into a file (OMEX)."""
    write_bytes(path, pack(made.entries()))


def read(path: Path) -> Archive:
    """An archive that Nullcline wrote; raises ModelError for what is none, or was damaged."""
    file, entries = str(path), omex.entries(path)
    found = {entry.location: entry for entry in entries if entry.listed}
    if missing := [name for name in (MODEL, STUDY, VERDICTS) if name not in found]:
        raise fault(file, f"the archive holds no {missing[0]}", "give one that Nullcline wrote")

    def text(name: str) -> str:
        return omex.text(found[name], file)

    document = yaml.read(text(MODEL), f"{file}/{MODEL}")
    model = Dynamics.from_document(document)
    asked = yaml.read(text(STUDY), f"{file}/{STUDY}")
    if isinstance(asked.value, dict):
        asked = replace(asked, value={**asked.value, "model": document.value})
    study, _ = load_study(asked, path.parent)
    run = verdicts(text(VERDICTS), f"{file}/{VERDICTS}")
    known = all_targets()  # an entry of a target that is not known here is told as any other
    targets = [known[each.target] for each in run.verdicts if each.target in known]
    exported = {each.name: text(_place(each)) for each in targets if _place(each) in found}
    made = Archive(model, study, run, exported)
    return replace(made, notes=tuple(_changed(made, entries)))


def verdicts(text: str, file: str) -> datamodel.ConformanceRun:
    """What `nullcline conform --json` wrote; raises ModelError for anything else."""
    data = json_text.parse(text, file)
    if not isinstance(data, dict):
        raise fault(file, "this holds no verdicts", "give what `nullcline conform --json` wrote")
    return structure.load(datamodel.ConformanceRun, data, lambda path, key=False: Place(path, file))


def _changed(made: Archive, entries: list[Entry]) -> list[str]:
    """What is not as this version of Nullcline would write it."""
    try:
        written = {entry.location: entry.content for entry in made.entries()}
    except NullclineError as error:
        return [str(error)]
    found = {entry.location: entry.content for entry in entries}
    other = "was changed, or written by another version of Nullcline"
    names = [name for name in (SEDML, GRAPH, METADATA) if found.get(name) != written[name]]
    notes = [f"{name} {other if name in found else 'is not there'}" for name in names]
    for name, text in made.texts.items():
        place = _place(get_target(name))
        if text != _exported(made.model, name):
            notes.append(f"{place} {other}")
        elif name not in made.conforming:
            notes.append(f"{place} is there, and no verdict says that it conforms")
    known = {*written, *(_place(get_target(name)) for name in made.texts)}
    notes += [f"{name} is no part of what Nullcline wrote" for name in found if name not in known]
    return notes


def _exported(model: Dynamics, name: str) -> str | None:
    """What a target makes of a model now; nothing where it cannot express it."""
    try:
        return get_target(name).export(model.system())
    except NullclineError:
        return None


def _place(target: Target) -> str:
    return f"targets/{target.name}/model{target.suffix}"


def _source(system: System, targets: Iterable[Target]) -> sedml.Source:
    """The file that SED-ML simulates: SBML where it conforms, as other programs read that."""
    for target in targets:
        if target.media_type == SBML:
            return sedml.in_sbml(_place(target), target.names(system))
    sections: dict[str, tuple[Quantity | Definition, ...]] = {
        "parameters": system.parameters,
        "coupling_inputs": system.inputs,
        "state_variables": system.states,
        "derived_variables": system.auxiliaries,
    }
    places = {
        each.name: f"/{name}/{each.name}" for name, items in sections.items() for each in items
    }
    return sedml.in_yaml(MODEL, places)


def _metadata(made: Archive, files: list[str]) -> Entry:
    text = metadata.document(made.model, made.conforming, version("nullcline"), files)
    return Entry(METADATA, metadata.FORMAT, text)


def _text(location: str, media_type: str, text: str) -> Entry:
    form = FORMATS.get(media_type, MEDIA + media_type)
    return Entry(location, form, text.encode("utf-8"))
