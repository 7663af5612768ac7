"""SED-ML: which model, simulated how, at which points, and what is reported of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from nullcline.archive.container import child, to_bytes
from nullcline.archive.experiments import Experiment
from nullcline.trajectory import Array, Run

NAMESPACE = "http://sed-ml.org/sed-ml/level1/version4"
FORMAT = "http://identifiers.org/combine.specifications/sed-ml.level-1.version-4"
MATHML = "http://www.w3.org/1998/Math/MathML"
SBML = "http://www.sbml.org/sbml/level3/version2/core"
TIME = "urn:sedml:symbol:time"
RELATIVE, ABSOLUTE = "KISAO:0000209", "KISAO:0000211"


@dataclass(frozen=True)
class Source:
    """The file that holds the model: in which language, and where in it each number stands."""

    file: str
    language: str
    places: Mapping[str, str]
    attribute: str = ""
    namespaces: tuple[tuple[str, str], ...] = ()

    def number(self, name: str) -> str:
        """Where the number of a parameter or an initial value is."""
        return f"{self.places[name]}{self.attribute}"


def in_sbml(file: str, names: Mapping[str, str]) -> Source:
    """A model in SBML, in which everything is a parameter; `names` are its identifiers."""
    inside = "/sbml:sbml/sbml:model/sbml:listOfParameters/sbml:parameter[@id='{}']"
    places = {name: inside.format(own) for name, own in names.items()}
    language = "urn:sedml:language:sbml.level-3.version-2"
    return Source(file, language, places, "/@value", (("sbml", SBML),))


def in_yaml(file: str, places: Mapping[str, str]) -> Source:
    """A model in our own format, for one that has no SBML."""
    return Source(file, "https://w3id.org/nullcline/Dynamics", places)


def document(source: Source, experiments: Iterable[Experiment]) -> bytes:
    """The text of a SED-ML file (Level 1 Version 4).

    Every experiment has a model with its changes, a simulation, a task, and a report of the time
    and its outputs; the points of a sweep stand in one range an axis, which advance together.
    Source: Smith and others 2021, doi:10.1515/jib-2021-0021.
    """
    told = {f"xmlns:{prefix}": uri for prefix, uri in source.namespaces}
    root = Element("sedML", {"xmlns": NAMESPACE, "level": "1", "version": "4", **told})
    lists = [f"listOf{what}" for what in ("Models", "Simulations", "Tasks", "DataGenerators")]
    models, simulations, tasks, generators = (child(root, each) for each in lists)
    outputs = child(root, "listOfOutputs")
    child(models, "model", id="model", language=source.language, source=source.file)
    for number, each in enumerate(experiments, 1):
        model = f"model_{number}"
        _model(models, model, source, each.run)
        _simulation(simulations, number, each)
        task = f"task_{number}"
        simulated = {"modelReference": model, "simulationReference": f"simulation_{number}"}
        child(tasks, "task", id=task, **({} if each.points else _named(each)), **simulated)
        if each.points:
            task = _repeated(tasks, number, source, each)
        _report(generators, outputs, number, source, each, task)
    for part in (models, simulations, tasks, generators, outputs):
        if not len(part):
            root.remove(part)
    return to_bytes(root)


def _named(experiment: Experiment) -> dict[str, str]:
    return {"name": experiment.name}


def _model(models: Element, name: str, source: Source, run: Run) -> None:
    own = child(models, "model", id=name, language=source.language, source="#model")
    changed = {**run.parameters, **run.inputs, **run.initial}
    if changed:
        changes = child(own, "listOfChanges")
        for key, value in changed.items():
            place = {"target": source.number(key), "newValue": repr(float(value))}
            child(changes, "changeAttribute", **place)


def _simulation(simulations: Element, number: int, experiment: Experiment) -> None:
    run = experiment.run
    course = child(
        simulations,
        "uniformTimeCourse",
        id=f"simulation_{number}",
        initialTime="0",
        outputStartTime="0",
        outputEndTime=repr(float(run.duration)),
        numberOfSteps=str(len(run.times) - 1),
    )
    term = experiment.solver.rpartition("_")[2]
    algorithm = child(course, "algorithm", kisaoID=f"KISAO:{term}")
    settings = child(algorithm, "listOfAlgorithmParameters")
    for kisao, value in ((RELATIVE, run.rtol), (ABSOLUTE, run.atol)):
        if value is None:
            continue
        child(settings, "algorithmParameter", kisaoID=kisao, value=repr(float(value)))


def _repeated(tasks: Element, number: int, source: Source, experiment: Experiment) -> str:
    name, names = f"sweep_{number}", list(experiment.points)
    ranges = {key: f"range_{number}_{index}" for index, key in enumerate(names, 1)}
    task = child(
        tasks,
        "repeatedTask",
        id=name,
        range=ranges[names[0]],
        resetModel="true",
        **_named(experiment),
    )
    listed = child(task, "listOfRanges")
    changes = child(task, "listOfChanges")
    for key, values in experiment.points.items():
        _range(child(listed, "vectorRange", id=ranges[key]), values)
        target = {"modelReference": f"model_{number}", "target": source.number(key)}
        value = child(changes, "setValue", range=ranges[key], **target)
        _math(value, ranges[key])
    child(child(task, "listOfSubTasks"), "subTask", order="1", task=f"task_{number}")
    return name


def _range(element: Element, values: Array) -> None:
    for value in values:
        child(element, "value").text = repr(float(value))


def _math(element: Element, symbol: str) -> None:
    child(child(element, "math", xmlns=MATHML), "ci").text = symbol


def _report(
    generators: Element,
    outputs: Element,
    number: int,
    source: Source,
    experiment: Experiment,
    task: str,
) -> None:
    report = child(outputs, "report", id=f"report_{number}", **_named(experiment))
    sets = child(report, "listOfDataSets")
    reported = [("time", {"symbol": TIME})]
    reported += [(name, {"target": source.places[name]}) for name in experiment.outputs]
    for index, (name, place) in enumerate(reported):
        own = f"data_{number}_{index}"
        generator = child(generators, "dataGenerator", id=own, name=name)
        variables = child(generator, "listOfVariables")
        variable = f"variable_{number}_{index}"
        child(variables, "variable", id=variable, name=name, taskReference=task, **place)
        _math(generator, variable)
        child(sets, "dataSet", id=f"set_{number}_{index}", label=name, dataReference=own)
