"""COMBINE archives: a model with every form of it that was proved, its runs, and the verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from nullcline import datamodel, structure
from nullcline.archive import metadata, sedml
from nullcline.archive.container import MEDIA, Entry, fault, pack, unpack
from nullcline.archive.experiments import experiments
from nullcline.dynamics import Dynamics
from nullcline.errors import NullclineError, Place
from nullcline.sources import yaml
from nullcline.study import load_study
from nullcline.system import Definition, Quantity, System
from nullcline.targets import Target, get_target

__all__ = ["Archive", "archive", "read", "verdicts", "write"]

MODEL, STUDY, VERDICTS = "model.yaml", "study.yaml", "conformance.json"
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
        """The targets in which the model was proved."""
        return [each.target for each in self.verdicts.verdicts if each.target in self.texts]

    def entries(self) -> list[Entry]:
        """The files of the archive, the manifest left out."""
        system, targets = self.model.system(), [get_target(name) for name in self.conforming]
        study = {**structure.dump(self.study), "model": MODEL}
        proved = json.dumps(structure.dump(self.verdicts), indent=1, ensure_ascii=False)
        written = [
            _text(MODEL, "application/yaml", yaml.write(self.model.to_dict())),
            _text(STUDY, "application/yaml", yaml.write(study)),
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
    for verdict in proved:
        if verdict.model_name != model.name or verdict.target is None:
            continue
        target = get_target(verdict.target)
        kept.append(verdict)
        if verdict.outcome != "conforms":
            why = f": {verdict.reason}" if verdict.reason else ""
            notes.append(f"{target.name} is left out: {verdict.outcome}{why}")
        elif target.export(system) != verdict.exported_text:
            kept.pop()
            notes.append(f"{target.name} is left out: its verdict is on another text")
        else:
            texts[target.name] = verdict.exported_text
    notes += experiments(study, system)[1]
    run = datamodel.ConformanceRun(targets=[v.target for v in kept if v.target], verdicts=kept)
    return Archive(model, study, run, texts, tuple(notes))


def write(made: Archive, path: Path) -> None:
    """Put an archive into a file (OMEX)."""
    path.write_bytes(pack(made.entries()))


def read(path: Path) -> Archive:
    """An archive that Nullcline wrote; raises ModelError for what is none, or was damaged."""
    file = str(path)
    entries = unpack(path.read_bytes(), file)
    found = {entry.location: entry.content for entry in entries}
    if missing := [name for name in (MODEL, STUDY, VERDICTS) if name not in found]:
        raise fault(file, f"the archive holds no {missing[0]}", "give one that Nullcline wrote")

    def text(name: str) -> str:
        return _decoded(found[name], f"{file}/{name}")

    document = yaml.read(text(MODEL), f"{file}/{MODEL}")
    model = Dynamics.from_document(document)
    asked = yaml.read(text(STUDY), f"{file}/{STUDY}")
    if isinstance(asked.value, dict):
        asked = replace(asked, value={**asked.value, "model": document.value})
    study, _ = load_study(asked, path.parent)
    run = verdicts(text(VERDICTS), f"{file}/{VERDICTS}")
    targets = [get_target(verdict.target) for verdict in run.verdicts if verdict.target]
    exported = {each.name: text(_place(each)) for each in targets if _place(each) in found}
    made = Archive(model, study, run, exported)
    return replace(made, notes=tuple(_changed(made, entries)))


def verdicts(text: str, file: str) -> datamodel.ConformanceRun:
    """What `nullcline conform --json` wrote; raises ModelError for anything else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise fault(file, f"this is no JSON: {error}", None) from None
    if not isinstance(data, dict):
        raise fault(file, "this holds no verdicts", "give what `nullcline conform --json` wrote")
    return structure.load(datamodel.ConformanceRun, data, lambda path, key=False: Place(path, file))


def _changed(made: Archive, entries: list[Entry]) -> list[str]:
    """What is not as this version of Nullcline would write it."""
    try:
        written = {entry.location: entry.content for entry in made.entries()}
        system = made.model.system()
    except NullclineError as error:
        return [str(error)]
    found = {entry.location: entry.content for entry in entries}
    other = "was changed, or written by another version of Nullcline"
    notes = [f"{name} {other}" for name in (SEDML,) if found.get(name) != written[name]]
    for verdict in made.verdicts.verdicts:
        if verdict.target in made.texts:
            target = get_target(verdict.target)
            if made.texts[target.name] != target.export(system):
                notes.append(f"{_place(target)} {other}")
            elif verdict.outcome != "conforms" or verdict.exported_text != made.texts[target.name]:
                notes.append(f"{_place(target)} is there, and no verdict says that it conforms")
    return notes


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


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise fault(file, "this is no text in UTF-8", None) from None
