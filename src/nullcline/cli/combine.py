"""`nullcline export --to omex`: a model is proved in every target, what conforms is packed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from nullcline import archive, datamodel
from nullcline.cli.live import Live
from nullcline.errors import ModelError, Problem
from nullcline.host.printing import say
from nullcline.study import study_and_model
from nullcline.suite import Matrix, read_model, run_suite
from nullcline.suite.record import record
from nullcline.targets import all_targets


def written(model: str, output: str, proofs: str | None) -> int:
    """Write the archive and say what is in it; 1 if no target conforms."""
    made = _archive(Path(model), _proofs(Path(model), proofs))
    archive.write(made, Path(output))
    say(f"{output}: {made.model.name} with {', '.join(made.conforming) or 'no target'}")
    for note in made.notes:
        say(f"  note: {note}")
    return 0 if made.conforming else 1


def _archive(path: Path, proved: Sequence[datamodel.Verdict]) -> archive.Archive:
    if path.suffix.lower() == ".omex":
        packed = archive.read(path)
        return archive.archive(packed.model, packed.study, proved)
    study, model = study_and_model(path)
    if study is not None:
        return archive.archive(model, study, proved)
    runs = {}
    told = [each for each in proved if each.model_name == model.name and each.duration]
    for verdict in sorted(told, key=lambda each: Path(each.model_path or "").name != path.name)[:1]:
        sampling = verdict.sampling
        runs["default"] = datamodel.Run("default", duration=verdict.duration, sampling=sampling)
    return archive.archive(model, datamodel.Study(model.name, runs=runs), proved)


def _proofs(path: Path, proofs: str | None) -> Sequence[datamodel.Verdict]:
    """The verdicts on a model, from a file or found now."""
    if proofs is not None:
        text = Path(proofs).read_text(encoding="utf-8", errors="replace")
        return archive.verdicts(text, proofs).verdicts
    model, names = read_model(path), sorted(all_targets())
    if not model.valid:
        raise ModelError([Problem(text) for text in model.problems])
    matrix = Matrix([model], names)
    with Live(matrix) as live, closing(run_suite(matrix.models, names)) as cells:
        for cell in cells:
            matrix.add(cell)
            live()
    matrix.ended = datetime.now(UTC)
    return record(matrix).verdicts
