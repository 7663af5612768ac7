"""The matrix as one HTML file that needs nothing else: no script, no network, pictures inline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from nullcline.conformance import Verdict
from nullcline.conformance.path import Comparison
from nullcline.conformance.table import sentence
from nullcline.suite.drawing import deviations, overlays
from nullcline.suite.matrix import Cell, Matrix
from nullcline.suite.model import Model
from nullcline.suite.style import STYLE, css
from nullcline.targets import get_target
from nullcline.trajectory import Run


def to_html(matrix: Matrix) -> str:
    """The whole page; every text of a model, of an engine or of a path is escaped."""
    body = "\n".join([*_head(matrix), _table(matrix), *_sections(matrix)])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Conformance: {escape(matrix.summary)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _head(matrix: Matrix) -> Iterator[str]:
    yield f"<h1>Conformance</h1>\n<p><strong>Conforming: {escape(matrix.summary)}</strong></p>"
    yield (
        "<p>Each export of each model was run in the engine that it is meant for and compared "
        "with a reference that shares nothing with the exporter but the reading of the equations. "
        "A deviation is the worst variable at the worst time, in units of that variable's "
        "range.</p>"
    )
    yield f'<p class="small">{matrix.started:%Y-%m-%d %H:%M} UTC</p>'
    wrong = [cell for cell in matrix.cells if matrix.wrong(cell)]
    if wrong:
        items = (f"<li>{_link(matrix, cell, _name(cell))}</li>" for cell in wrong)
        yield f"<p>To look at first:</p><ul>{''.join(items)}</ul>"


def _name(cell: Cell) -> str:
    return f"{cell.model.path} in {cell.verdict.target}: {cell.verdict.outcome}"


def _place(matrix: Matrix, model: Model, target: str = "") -> str:
    row = matrix.models.index(model)
    return f"cell-{row}-{matrix.targets.index(target)}" if target else f"model-{row}"


def _link(matrix: Matrix, cell: Cell, text: str) -> str:
    place = _place(matrix, cell.model, cell.verdict.target)
    return f'<a href="#{place}">{escape(text)}</a>'


def _table(matrix: Matrix) -> str:
    titles = ("model", *matrix.targets, "run")
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in titles)
    rows = "\n".join(f"<tr>{''.join(_row(matrix, model))}</tr>" for model in matrix.models)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
    label = 'role="region" aria-label="models and targets"'
    return f'<div class="wide" id="matrix" tabindex="0" {label}>{table}</div>'


def _row(matrix: Matrix, model: Model) -> Iterator[str]:
    place = _place(matrix, model)
    yield f'<th scope="row"><a href="#{place}">{escape(model.path)}</a></th>'
    for target in matrix.targets:
        words, cell = matrix.words(model, target), matrix.cell(model, target)
        if cell is None:
            yield f'<td class="{"" if model.valid else "invalid"}">{escape(words)}</td>'
        else:
            yield f'<td class="{css(cell.verdict.outcome)}">{_link(matrix, cell, words)}</td>'
    yield f'<td class="small">{escape(matrix.run_words(model))}</td>'


def _sections(matrix: Matrix) -> Iterator[str]:
    tolerances = {name: get_target(name).tolerance for name in matrix.targets}
    for model in matrix.models:
        place = _place(matrix, model)
        title = f"{model.name} ({model.path})" if model.name else model.path
        yield f'<section>\n<h2 id="{place}">{escape(title)}</h2>'
        if not model.valid:
            said = escape("\n".join(model.problems))
            yield f'<p class="invalid">The file does not load:</p><pre tabindex="0">{said}</pre>'
        for target in matrix.targets:
            if cell := matrix.cell(model, target):
                yield _details(matrix, cell, tolerances)
        yield '<p class="small"><a href="#matrix">Back to the matrix</a></p>\n</section>'


def _details(matrix: Matrix, cell: Cell, tolerances: Mapping[str, float]) -> str:
    verdict = cell.verdict
    place = _place(matrix, cell.model, verdict.target)
    name = f"<strong>{escape(verdict.target)}</strong>"
    head = f'{name} <span class="{css(verdict.outcome)}">{escape(sentence(verdict))}</span>'
    unit = (cell.model.system.time_unit if cell.model.system else None) or ""
    inside = "\n".join(_evidence(verdict, unit, tolerances[verdict.target]))
    return f'<details open id="{place}">\n<summary>{head}</summary>\n{inside}\n</details>'


def _evidence(verdict: Verdict, unit: str, tolerance: float) -> Iterator[str]:
    if verdict.worst and verdict.deviation:
        yield f"<p>At worst {escape(str(verdict.worst))}.</p>"
    for comparison in verdict.comparisons:
        yield from _pictures(comparison, unit, tolerance)
    if verdict.text:
        yield (
            "<details><summary>The exported text</summary>"
            f'<pre tabindex="0">{escape(verdict.text)}</pre></details>'
        )
    versions = ", ".join(f"{name} {number}" for name, number in verdict.versions.items())
    yield f'<p class="small">{escape(versions)}; {verdict.seconds:.1f} s</p>'


def _pictures(comparison: Comparison, unit: str, tolerance: float) -> Iterator[str]:
    names = comparison.expected.names
    drawn = overlays(comparison, unit)
    more = f" ({len(drawn)} of {len(names)} variables)" if len(drawn) < len(names) else ""
    yield f"<p>{escape(_values(comparison.run))}{more}: reference wide, engine dashed.</p>"
    drawn.append(deviations(comparison, tolerance, unit))
    yield f'<div class="pictures">{"".join(drawn)}</div>'


def _values(run: Run) -> str:
    """What a run changes, in words."""
    values = {**run.parameters, **run.inputs, **run.initial}
    if not values:
        return "As declared"
    shown = [f"{name} = {value:.4g}" for name, value in list(values.items())[:12]]
    more = f" and {len(values) - 12} more" if len(values) > 12 else ""
    return f"With {', '.join(shown)}{more}"
