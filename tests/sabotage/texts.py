"""Faults in the spelling of a language: edits of the text, where a text has the words for it."""

from __future__ import annotations

import re

from sabotage.faults import in_text


def _edit(pattern: str, new: str, only_first: bool = False):
    """The pattern replaced, but not in lines that are comments."""

    def edit(text: str) -> str:
        lines = text.splitlines(keepends=True)
        for index, line in enumerate(lines):
            if line.lstrip().startswith(("# ", "/*")):
                continue
            lines[index], number = re.subn(pattern, new, line)
            if number and only_first:
                break
        return "".join(lines)

    return edit


def _last_row_lost(text: str) -> str:
    """The last assignment to the derivatives left out, where there are such."""
    rows = re.findall(r"^    derivatives\[.*$", text, flags=re.M)
    return text.replace(rows[-1], "    (void)z;") if rows else text


def _static(text: str) -> str:
    """A local kept between calls: computed once, never again."""

    def kept(found: re.Match[str]) -> str:
        return f"    static double k1 = 0.0;\n    if (k1 == 0.0) {{ k1 = {found[1]}; }}"

    return re.sub(r"^    const double k1 = (.*);", kept, text, flags=re.M)


# PyRates reads ^ as a power and C // as a comment: neither edit is a fault there.
EDITS = {
    "** as ^": ("arithmetic", _edit(r'\*\*(?!.*"$)', "^")),
    "pow as ^": ("arithmetic", _edit(r"pow\((\w+), ([\d.]+)\)", r"(\1 ^ \2)")),
    "integer literals divide": ("arithmetic", _edit(r"\b1\.0 / 2\.0", "1 / 2")),
    "/ as //": ("arithmetic", _edit(r"(?<=[\w)]) / (?=[\w(])(?!.*;$)", " // ")),
    "float for double": ("arithmetic", _edit(r"\bconst double (\w+) =", r"const float \1 =")),
    "the state as float32": ("arithmetic", _edit(r"dtype=float\b", "dtype=np.float32")),
    "two states unpacked in the other order": (
        "arithmetic",
        _edit(r"^    x, y, z = ", "    y, x, z = "),
    ),
    "an index of the state off by one": ("arithmetic", _edit(r"state\[1\]", "state[0]")),
    "an index of the parameters off by one": (
        "arithmetic",
        _edit(r"= parameters\[1\]", "= parameters[0]"),
    ),
    "a row of the derivatives never written": ("arithmetic", _last_row_lost),
    "two rows written to one place": ("arithmetic", _edit(r"derivatives\[1\]", "derivatives[0]")),
    "fmod for mod": ("branches", _edit(r"\bmodulo\((?!double)", "fmod(")),
    "fmod for mod in NumPy": ("branches", _edit(r"np\.mod\(", "np.fmod(")),
    "logical words as bitwise ones": ("branches", _edit(r"np\.logical_and\(", "np.bitwise_or(")),
    "abs of integers": ("branches", _edit(r"\bfabs\(", "(double)(int)(")),
    "log for log10 in the dialect": ("functions", _edit(r"\blog10\(", "log(")),
    "exp for expm1 in the dialect": ("functions", _edit(r"\bexpm1\(", "exp(")),
    "a local kept between calls": ("derived", _static),
    "a default changed in the signature": ("derived", _edit(r"^    g=0\.4,", "    g=0.5,")),
    "a default changed in the table": ("derived", _edit(r"^    0\.4, ", "    0.5, ")),
    "an initial value changed": ("derived", _edit(r"\b0\.25\b", "0.26", only_first=True)),
}
"""By name: the model, and the edit."""

TEXT_FAULTS = tuple(in_text(name, model, change) for name, (model, change) in EDITS.items())
