"""`pytest --nullcline`: every model file a group of tests, one that it loads and one a target."""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from nullcline import __version__
from nullcline.conformance import Outcome, Verdict, check
from nullcline.conformance.table import sentence
from nullcline.errors import ModelError, NullclineError, Problem, installing
from nullcline.expression import nearest
from nullcline.host.printing import in_line
from nullcline.sources import read_file
from nullcline.study import study_and_model
from nullcline.suite.model import Model, read_model
from nullcline.targets import Target, all_targets, get_target
from nullcline.trajectory import Run
from nullcline.validation.files import EXPECTED, READ, SUFFIXES

VALIDATE = "validate"
HEAD = 12
"""How many lines of an exported text a failure shows."""


@dataclass(frozen=True)
class Expected:
    """The failures that are expected: a reason for each test, from a file that people write."""

    path: Path
    reasons: Mapping[str, str]

    @classmethod
    def read(cls, config: pytest.Config, names: Iterable[str]) -> Expected:
        """The file of this run; raises ModelError for an entry that can be no test of any run."""
        given = config.getoption("nullcline_expected")
        path = config.invocation_params.dir / given if given else config.rootpath / EXPECTED
        if not given and not path.is_file():
            return cls(path, {})
        document = read_file(path)
        entries = document.plain() or {}
        if not isinstance(entries, dict):
            form = "write lines of the form `FILE::TARGET: reason`"
            raise ModelError([Problem(form, document.place(()))])
        problems = [
            Problem(message, document.place((key,), key=True))
            for key, reason in entries.items()
            if (message := _fault(key, reason, config.rootpath, [VALIDATE, *names]))
        ]
        if problems:
            raise ModelError(problems)
        return cls(path, {key: str(reason) for key, reason in entries.items()})


def _fault(key: str, reason: object, root: Path, names: list[str]) -> str:
    """What is wrong with one entry of the file, or nothing."""
    file, separator, name = key.partition("::")
    if not separator:
        return f"`{key}` is not the name of a test; write FILE::TARGET"
    if file != os.path.normpath(file).replace(os.sep, "/") or file.startswith(("/", "..")):
        return f"`{key}` matches no test: write {file} as a path below {root}, without `.` and `..`"
    if not (root / file).is_file() or Path(file).suffix.lower() not in READ:
        return f"`{key}` matches no test: there is no model file {file} in {root}"
    if name not in names:
        return f"`{key}` matches no test: there is no target `{name}`{nearest(name, names)}"
    if not isinstance(reason, str) or not reason.strip():
        return f"`{key}` has no reason; say why it fails"
    return ""


class Models:
    """The plugin of one pytest run: what is asked for, and what pytest calls."""

    def __init__(self, config: pytest.Config) -> None:
        self.duration: float | None = config.getoption("nullcline_duration")
        try:
            wanted = config.getoption("nullcline_target")
            found = [get_target(name) for name in wanted] or all_targets().values()
            self.targets = sorted({each.name: each for each in found}.values(), key=_name)
            if self.duration is not None:
                Run(self.duration, self.duration)  # refuses what is no duration
            self.expected = Expected.read(config, all_targets())
        except (NullclineError, ValueError) as error:
            raise pytest.UsageError(str(error)) from None
        self.strict = bool(config.getoption("require_all_targets"))

    def pytest_report_header(self) -> str:
        """The targets of this run."""
        return f"nullcline: {__version__}, targets {', '.join(map(_name, self.targets))}"

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> ModelFile | None:
        """Every YAML file but the one of expected failures; of other formats, those named."""
        suffixes = READ if parent.session.isinitpath(file_path) else SUFFIXES
        if file_path.suffix.lower() not in suffixes or file_path.name == EXPECTED:
            return None
        if file_path == self.expected.path:
            return None
        return ModelFile.from_parent(parent, path=file_path, models=self)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A skip is told of the model's file, not of ours."""
        report = yield
        if isinstance(item, ModelTest) and report.skipped and isinstance(report.longrepr, tuple):
            report.longrepr = (str(item.path), 1, report.longrepr[2])
        return report

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """How near the conforming exports came to the reference, and which prove little."""
        passed = terminalreporter.stats.get("passed", [])
        found = [(dict(report.user_properties), report.nodeid) for report in passed]
        sizes = [(facts["deviation"], nodeid) for facts, nodeid in found if "deviation" in facts]
        if not sizes:
            return
        count = "1 export conforms" if len(sizes) == 1 else f"{len(sizes)} exports conform"
        worst, where = max(sizes)
        terminalreporter.write_line(
            f"nullcline: {count}; at worst {worst:.1g} of a variable's range apart ({where})"
        )
        for facts, nodeid in found:
            if reservation := facts.get("reservation"):
                words = f"{reservation}, so its trajectory proves little"
                terminalreporter.write_line(in_line(f"nullcline: {nodeid}: {words}"))


def _name(target: Target) -> str:
    return target.name


class ModelFile(pytest.File):
    """A file: a model, or a study, whose model is run as in its first run."""

    def __init__(self, models: Models, **given: Any) -> None:
        super().__init__(**given)
        self.models = models

    def collect(self) -> Iterator[ModelTest]:
        """The tests; none needs the file to load, so that a broken one has the same names."""
        yield Validation.from_parent(self, name=VALIDATE)
        for target in self.models.targets:
            yield Proof.from_parent(self, name=target.name, target=target)

    @cached_property
    def model(self) -> Model:
        """What the file holds."""
        return read_model(self.path)


@contextmanager
def _each_warning_once() -> Iterator[None]:
    """Warn of the same at one place once, however often an engine runs and whatever the filters.

    Python's own "default" forgets what it has told as soon as any library changes the filters.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("default")  # a verdict is not to depend on a project's filters
            yield
    finally:
        told = {
            (each.category, str(each.message), each.filename, each.lineno): each for each in caught
        }
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            for each in told.values():
                warnings.warn_explicit(
                    each.message, each.category, each.filename, each.lineno, source=each.source
                )


class ModelTest(pytest.Item):
    """A test of one model file, which may be expected to fail."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        assert isinstance(self.parent, ModelFile)
        self.file, self.models = self.parent, self.parent.models
        reasons = {} if self.config.getoption("runxfail") else self.models.expected.reasons
        self.expected = reasons.get(self.nodeid)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file and the heading of a failure, which must not end like the test's name."""
        return self.path, 0, f"{self.name}: {self.nodeid.partition('::')[0]}"

    def runtest(self) -> None:
        """Compare what is wrong with what is expected to be."""
        with _each_warning_once():
            wrong = self.wrong()
        match wrong, self.expected:
            case str(), None:
                self.fail(wrong)
            case str(), str(reason):
                pytest.xfail(f"{reason} ({wrong.partition(chr(10))[0]})")
            case None, str(reason):
                file = self.models.expected.path.name
                self.fail(
                    f"this was expected to fail and does not: remove its line from {file}\n"
                    f"  {self.nodeid}: {reason}"
                )

    def fail(self, sentences: str) -> None:
        """Fail with words alone; a traceback of ours tells nobody anything."""
        pytest.fail(sentences, pytrace=False)

    def wrong(self) -> str | None:
        """What is wrong, the first line a sentence; skips where nothing can be said."""
        raise NotImplementedError


class Validation(ModelTest):
    """Whether the file holds a model."""

    def wrong(self) -> str | None:
        """The problems, each with its place."""
        try:
            study_and_model(self.path)
        except NullclineError as error:
            return f"{self.path.name} does not load\n{error}"
        return None


class Proof(ModelTest):
    """Whether the text that a target exports of the model means what the model means."""

    def __init__(self, target: Target, **given: Any) -> None:
        super().__init__(**given)
        self.target = target

    def wrong(self) -> str | None:
        """The verdict in words, with what is needed to believe it."""
        if missing := self.target.missing():
            lacking = f"{self.name} needs {', '.join(missing)}, which is not installed"
            lacking += installing(missing)
            if self.models.strict:
                self.fail(lacking)  # even where the model is expected to fail
            pytest.skip(lacking)
        model = self.file.model
        if model.problems:
            more = " ..." if len(model.problems) > 1 else ""
            return f"no model to export: {model.problems[0]}{more}"
        if model.system is None:
            pytest.skip(str(model.unsupported))
        run, _ = model.plan.lasting(self.models.duration).run(model.system)
        verdict = check(self.target, model.system, run)
        if verdict.outcome == Outcome.UNSUPPORTED:
            pytest.skip(f"{self.name} cannot express {verdict.reason}")
        if verdict.outcome == Outcome.NOT_RUN:
            pytest.skip(f"{self.name} not run: {verdict.reason}")
        if verdict.outcome != Outcome.CONFORMS:
            return "\n".join(_told(verdict, self.nodeid.partition("::")[0]))
        facts = {"deviation": verdict.deviation, "reservation": verdict.reservation}
        self.user_properties.extend(facts.items())
        return None


def _told(verdict: Verdict, file: str) -> Iterator[str]:
    """A verdict that does not conform, for the one who has to mend it."""
    yield f"{verdict.target} {sentence(verdict)}"
    yield f"  model:    {verdict.model}"
    if verdict.worst:
        yield f"  worst:    {verdict.worst}"
    for comparison in verdict.comparisons:
        run = comparison.run
        values = {**run.parameters, **run.inputs, **run.initial}
        numbers = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        yield f"  run:      duration {run.duration:g}, {numbers or 'the declared values'}"
        yield f"  certain:  until t = {comparison.horizon:g}"
    yield f"  versions: {', '.join(f'{n} {v}' for n, v in verdict.versions.items())}"
    lines = verdict.text.splitlines()
    if lines:
        shown = f"  the exported text, {min(HEAD, len(lines))} of {len(lines)} lines"
        yield f"{shown}; all: nullcline export {file} --to {verdict.target}"
        yield from (f"    {line}" for line in lines[:HEAD])
