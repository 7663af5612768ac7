"""A report as a LaTeX document that pdflatex compiles, whatever letters the model uses."""

from __future__ import annotations

import re
import unicodedata
from typing import assert_never

from nullcline.latex import GREEK
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

_ESCAPES = {
    **{character: f"\\{character}" for character in "{}#%&_"},
    **{"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"},
    **{"`": "`{}", "'": "'{}", '"': r"\char34{}", "$": r"\char36{}", "-": "-{}"},
}
_ACCENTS = {
    **{"\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u"},
    **{"\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c"},
    **{"\u0323": "d", "\u0331": "b"},
}
_LETTERS = {
    **{
        letter: f"\\ensuremath{{{command}}}"
        for letter, command in GREEK.items()
        if len(letter) == 1
    },
    **{"≥": r"\ensuremath{\geq}", "≤": r"\ensuremath{\leq}", "×": r"\ensuremath{\times}"},
    **{"±": r"\ensuremath{\pm}", "·": r"\ensuremath{\cdot}", "−": r"\ensuremath{-}"},
    **{"∞": r"\ensuremath{\infty}", "→": r"\ensuremath{\rightarrow}", "≈": r"\ensuremath{\approx}"},
    **{"–": r"\textendash{}", "—": r"\textemdash{}", "‘": "`", "’": "'", "“": "``", "”": "''"},
    **{"…": r"\dots{}", "°": r"\ensuremath{^\circ}", "ß": r"\ss{}", "æ": r"\ae{}", "Æ": r"\AE{}"},
    **{"ø": r"\o{}", "Ø": r"\O{}", "œ": r"\oe{}", "Œ": r"\OE{}", "ł": r"\l{}", "Ł": r"\L{}"},
    **{
        "§": r"\ensuremath{\mathsection}",
        "†": r"\ensuremath{\dagger}",
        "©": "(c)",
        "∂": r"\ensuremath{\partial}",
    },
}
_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[a4paper,margin=25mm]{geometry}
\usepackage{amsmath,array,graphicx,longtable}
\setlength{\parindent}{0pt}
\setlength{\parskip}{6pt plus 2pt}
\setlength{\lineskiplimit}{3pt}
\setlength{\lineskip}{5pt}
\renewcommand{\arraystretch}{1.3}
\renewcommand{\labelitemi}{$\bullet$}
% XeTeX and LuaTeX, which read Unicode, set the characters declared below in the same way.
\ifdefined\DeclareUnicodeCharacter\else\newcommand{\DeclareUnicodeCharacter}[2]{%
  \catcode"#1=13 \begingroup\lccode`\~="#1 \lowercase{\endgroup\protected\def~}{#2}}\fi
\newsavebox{\measured}
% \fit sets its argument, smaller where it is wider than the line.
\newcommand{\fit}[1]{\sbox{\measured}{#1}%
  \ifdim\wd\measured>\linewidth\resizebox{\linewidth}{!}{\usebox{\measured}}%
  \else\usebox{\measured}\fi}
"""


def write(page: Page) -> str:
    """The report as a document for pdflatex, with declarations for the letters that it uses."""
    blocks = [*map(_block, page.blocks), *map(_section, page.sections)]
    title = rf"{{\LARGE\bfseries\raggedright {_text(page.title)}\par}}"
    body = "\n\n".join(["\\begin{document}", "\\sloppy", title, *blocks, "\\end{document}"])
    return f"{_PREAMBLE}{declarations(body)}{body}\n"


def declarations(body: str) -> str:
    """How LaTeX shall set each character of a text that is not in ASCII."""
    lines = [
        rf"\DeclareUnicodeCharacter{{{ord(character):04X}}}{{\TextOrMath{{{shape}}}{{\text{{{shape}}}}}}}"
        for character in sorted({character for character in body if not character.isascii()})
        for shape in [letter(character)]
    ]
    return "".join(f"{line}\n" for line in lines)


def letter(character: str) -> str:
    """A character by LaTeX's own means, or as its number in Unicode."""
    if character in _LETTERS:
        return _LETTERS[character]
    base, *marks = tuple(unicodedata.normalize("NFD", character))
    if base.isascii() and base.isalpha() and len(marks) == 1 and marks[0] in _ACCENTS:
        return f"\\{_ACCENTS[marks[0]]}{{{base}}}"
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and all(c.isascii() or c in _LETTERS for c in plain):
        return "".join(_LETTERS.get(c, _text(c)) for c in plain)
    return rf"\texttt{{U+{ord(character):04X}}}{_BREAK}"


def _section(section: Section) -> str:
    blocks = "\n\n".join(map(_block, section.blocks))
    return f"\\section*{{{_text(section.title)}}}\n\n{blocks}"


def _block(block: Block) -> str:
    match block:
        case Paragraph(content=content):
            return _cell(content)
        case Formula():
            return _formula(block)
        case Listing(text=text):
            return rf"{{\raggedright\ttfamily\hangindent=2em {_breakable(text)}\par}}"
        case Table():
            return _table(block)
        case Items(items=items):
            lines = "\n".join(rf"\item\relax {_cell(item)}" for item in items)
            return f"\\begin{{itemize}}\n{lines}\n\\end{{itemize}}"
        case _:
            assert_never(block)


def _formula(formula: Formula) -> str:
    """Summands as boxes in a paragraph, so that a line breaks between them and none is too wide."""
    first, *others = formula.terms
    parts = [f"{formula.left} {formula.sign} {{}}", first, *(f"{{}} {term}" for term in others)]
    boxes = "\n".join(rf"\fit{{$\displaystyle {part}$}}" for part in parts)
    return f"{{\\raggedright\\leftskip=2em\\advance\\linewidth by -2em\n{boxes}\\par}}"


def _table(table: Table) -> str:
    shares = [_SHARES.get(title, 0.15) for title in table.columns]
    room = rf"\dimexpr\linewidth-{2 * len(shares)}\tabcolsep\relax"
    style = r">{\raggedright\arraybackslash\hspace{0pt}}"
    columns = "".join(f"{style}p{{{share / sum(shares):.3f}{room}}}" for share in shares)
    head = " & ".join(rf"\textbf{{{_text(title)}}}" for title in table.columns)
    rows = "\n".join(" & ".join(map(_cell, row)) + r" \\" for row in table.rows)
    opening = f"\\begin{{longtable}}{{{columns}}}\n{head} \\\\\n\\hline\n\\endhead"
    return f"{opening}\n{rows}\n\\hline\n\\end{{longtable}}"


_BREAK = r"\penalty500{}"
"""Where a line may break if it would not fit otherwise."""
_SIGNS = frozenset("/\\_&?=+*|;:(){}[]<>,~")
_SHARES = {"Description": 0.45, "Note": 0.6, "What the declaration says": 0.45, "Where": 0.3}


def _cell(cell: Cell) -> str:
    return "".join(map(_inline, cell))


def _inline(part: Inline) -> str:
    match part:
        case Text(text=text):
            return _breakable(text)
        case Code(text=text):
            return rf"\texttt{{{_breakable(text)}}}"
        case Math(latex=latex):
            return rf"\fit{{${latex}$}}"
        case Link(text=text):
            return rf"\texttt{{{_breakable(text)}}}"
        case _:
            assert_never(part)


def _text(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _breakable(text: str) -> str:
    """A text in which a line may break after a sign, and anywhere in a very long word."""
    pieces = re.findall(r"[^\W_]{1,16}|\s|.", text)
    return "".join(f"{_text(piece)}{_BREAK if _breaks(piece) else ''}" for piece in pieces)


def _breaks(piece: str) -> bool:
    return len(piece) == 16 or piece in _SIGNS
