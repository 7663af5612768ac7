"""A report as one HTML file that needs nothing else: no script, no network, formulas as MathML."""

from __future__ import annotations

import re
from html import escape
from typing import assert_never
from urllib.parse import quote

from nullcline.errors import NotInstalled
from nullcline.report.page import (
    Block,
    Cell,
    Code,
    Formula,
    Inline,
    Items,
    Link,
    Listing,
    Math,
    Page,
    Paragraph,
    Section,
    Table,
    Text,
)

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: break-word; color: #1c2128; background: #fff; }
h1 { font-size: 1.9rem; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .75rem; padding-bottom: .25rem;
  border-bottom: 1px solid #d0d7de; }
.wide { overflow-x: auto; margin: .9rem 0; padding: .15rem 0; }
.wide math { font-size: 1.15rem; text-align: left; }
pre { margin: 0; white-space: pre-wrap; }
code, pre { font-family: ui-monospace, SFMono-Regular, Consolas, monospace; font-size: .9em; }
table { border-collapse: collapse; min-width: 60%; }
th, td { text-align: left; vertical-align: baseline; padding: .4rem .8rem .4rem 0;
  border-bottom: 1px solid #d0d7de; }
thead th { font-weight: 600; border-bottom-width: 2px; }
tbody th { font-weight: 400; white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.words { min-width: 11rem; }
mtd { text-align: left; padding: .15em .6em .15em 0; }
a { color: #0b57d0; }
@media (prefers-color-scheme: dark) {
  body { color: #e6edf3; background: #0d1117; }
  h2, th, td { border-color: #30363d; }
  a { color: #79b8ff; }
}
@media print { body { max-width: none; } .wide { overflow: visible; } }
"""
_KINDS = {
    **dict.fromkeys(("Value", "Initial value", "Unit", "Domain"), "number"),
    **dict.fromkeys(("Description", "Note", "What the declaration says"), "words"),
}
_WORD = re.compile(r"\\mathrm\{([^{}_\\]+)")


def write(page: Page) -> str:
    """The report as an HTML page; needs latex2mathml."""
    body = "\n".join([*map(block, page.blocks), *map(_section, page.sections)])
    title = escape(page.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def _section(section: Section) -> str:
    blocks = "\n".join(map(block, section.blocks))
    return f"<section>\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>"


def block(part: Block) -> str:
    """One part of a report as an element; every text in it is escaped."""
    match part:
        case Paragraph(content=content):
            return f"<p>{_cell(content)}</p>"
        case Formula():
            return f'<div class="wide" tabindex="0">{mathml(part.latex, "block")}</div>'
        case Listing(text=text):
            return f'<div class="wide"><pre><code>{escape(text)}</code></pre></div>'
        case Table():
            return _table(part)
        case Items(items=items):
            return "<ul>\n" + "\n".join(f"<li>{_cell(item)}</li>" for item in items) + "\n</ul>"
        case _:
            assert_never(part)


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in table.columns)
    rows = "\n".join(f"<tr>{_row(table.columns, row)}</tr>" for row in table.rows)
    inside = f"<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>"
    return f'<div class="wide"><table>\n{inside}\n</table></div>'


def _row(columns: tuple[str, ...], row: tuple[Cell, ...]) -> str:
    cells = [f'<th scope="row">{_cell(row[0])}</th>']
    for title, cell in zip(columns[1:], row[1:], strict=True):
        kind = _KINDS.get(title)
        cells.append(f'<td class="{kind}">' if kind else "<td>")
        cells.append(f"{_cell(cell)}</td>")
    return "".join(cells)


def _cell(cell: Cell) -> str:
    return "".join(map(_inline, cell))


def _inline(part: Inline) -> str:
    match part:
        case Text(text=text):
            return escape(text)
        case Code(text=text):
            return f"<code>{escape(text)}</code>"
        case Math(latex=latex):
            return mathml(latex)
        case Link(text=text, address=""):
            return escape(text)
        case Link(text=text, address=address):
            target = escape(quote(address, safe=":/?#@!$&=+,;%~()"))
            return f'<a href="{target}" rel="noreferrer">{escape(text)}</a>'
        case _:
            assert_never(part)


def mathml(latex: str, display: str = "inline") -> str:
    """A formula of ours as MathML; words become one text each, spaces have a real width."""
    try:
        from latex2mathml.converter import convert
    except ModuleNotFoundError as error:
        raise NotInstalled.of(error, "an HTML report") from None
    words = _WORD.sub(r"\\mathrm{\\text{\1}", latex).replace(r"\underline{\enspace}", r"\_")
    found: str = convert(words, display=display)
    return found.replace('width="thinmathspace"', 'width="0.167em"')
