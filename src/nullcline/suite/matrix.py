"""The matrix of models and targets: what is in each cell, whether all is well, and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nullcline.conformance import WRONG, Outcome, Verdict
from nullcline.conformance.table import Row, markdown_table, short, text_table
from nullcline.suite.model import Model
from nullcline.trajectory import Run

INVALID = "does not load"
BEGIN, END = "<!-- nullcline:begin -->", "<!-- nullcline:end -->"
PENDING = "..."
OTHERS = {
    Outcome.DEVIATES: "deviating",
    Outcome.FAILED: "failed",
    Outcome.UNSUPPORTED: "unsupported",
    Outcome.SKIPPED: "skipped",
    Outcome.NOT_RUN: "not run",
    Outcome.UNDEFINED: "undefined",
}
"""The outcomes that are no conformance, as they are counted."""


@dataclass(frozen=True)
class Cell:
    """One model in one target: the verdict, the run, and who chose its duration."""

    model: Model
    verdict: Verdict
    run: Run | None = None
    chosen_by: str = ""


@dataclass
class Matrix:
    """Every cell so far; `strict` makes a missing engine a failure."""

    models: Sequence[Model]
    targets: Sequence[str]
    strict: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None

    def __post_init__(self) -> None:
        self._cells: dict[tuple[str, str], Cell] = {}

    def add(self, cell: Cell) -> None:
        """Put a cell where it belongs."""
        self._cells[cell.model.path, cell.verdict.target] = cell

    def cell(self, model: Model, target: str) -> Cell | None:
        """The cell of a model and a target, if it is known."""
        return self._cells.get((model.path, target))

    @property
    def cells(self) -> Iterator[Cell]:
        """The known cells in the order of models and targets."""
        for model in self.models:
            for target in self.targets:
                if cell := self.cell(model, target):
                    yield cell

    @property
    def count(self) -> int:
        """How many cells there are, known or not."""
        return len(self.models) * len(self.targets)

    @property
    def known(self) -> int:
        """How many cells need no more work; those of a file that does not load never did."""
        invalid = sum(not model.valid for model in self.models)
        return len(self._cells) + invalid * len(self.targets)

    def done(self, model: Model) -> bool:
        """Whether nothing of a row is still to come."""
        return not model.valid or all(self.cell(model, target) for target in self.targets)

    def wrong(self, cell: Cell) -> bool:
        """Whether a cell is a reason not to be content."""
        outcome = cell.verdict.outcome
        return outcome in WRONG or (self.strict and outcome == Outcome.SKIPPED)

    @property
    def good(self) -> bool:
        """Whether every file loads and no cell is wrong."""
        return all(model.valid for model in self.models) and not any(map(self.wrong, self.cells))

    @property
    def summary(self) -> str:
        """How many cells conform, and what became of the others."""
        counts = Counter(cell.verdict.outcome for cell in self.cells)
        conform = counts[Outcome.CONFORMS]
        invalid = sum(not model.valid for model in self.models)
        others = [f"{counts[each]} {word}" for each, word in OTHERS.items() if counts[each]]
        others += [f"{invalid} of {len(self.models)} files not loaded"] if invalid else []
        return f"{conform} of {self.count} cells" + (f" ({', '.join(others)})" if others else "")

    def words(self, model: Model, target: str) -> str:
        """What stands in a cell."""
        if not model.valid:
            return INVALID
        cell = self.cell(model, target)
        return short(cell.verdict) if cell else PENDING

    def run_words(self, model: Model) -> str:
        """For how long a model was compared, and who chose that."""
        run = next((cell.run for cell in self._of(model) if cell.run), None)
        if run is None or model.system is None:
            return ""
        chosen_by = next(cell.chosen_by for cell in self._of(model) if cell.run)
        unit = f" {model.system.time_unit}" if model.system.time_unit else ""
        samples = f"{len(run.times)} samples"
        return f"{run.duration:g}{unit}, {samples}" + (f" ({chosen_by})" if chosen_by else "")

    def _of(self, model: Model) -> Iterator[Cell]:
        return (cell for cell in self.cells if cell.model is model)

    def row(self, model: Model) -> Row:
        """The row of one model: its file and its cells."""
        return (model.path, *(self.words(model, target) for target in self.targets))

    def text(self) -> str:
        """The matrix in plain text, with the run of each model."""
        rows = [(*self.row(model), self.run_words(model)) for model in self.models]
        return text_table([("model", *self.targets, "run"), *rows])

    def markdown(self) -> str:
        """A line that counts, and the matrix, in Markdown."""
        rows = [("model", *self.targets), *map(self.row, self.models)]
        return f"**conformance: {self.summary}**\n\n{markdown_table(rows)}"


def with_matrix(text: str, matrix: Matrix) -> str:
    """A Markdown text with the matrix between its markers, which are added where they lack."""
    block = f"{BEGIN}\n{matrix.markdown()}\n{END}"
    begins, ends = text.count(BEGIN), text.count(END)
    if begins != ends or begins > 1 or text.find(END) < text.find(BEGIN):
        raise ValueError(f"the markers {BEGIN} and {END} must stand there once each, in this order")
    if begins:
        before, _, rest = text.partition(BEGIN)
        return before + block + rest.partition(END)[2]
    return f"{text.rstrip()}\n\n{block}\n".lstrip("\n")
