"""Faults in the spelling of a language: edits of a text, in the words that it has."""

from __future__ import annotations

import re
from collections.abc import Callable

from sabotage.faults import in_text

Edit = Callable[[str], str]


def _each(pattern: str, new: str) -> Edit:
    """The pattern replaced wherever it stands, but not in lines that are comments."""

    def edit(text: str) -> str:
        lines = text.splitlines(keepends=True)
        code = [not line.lstrip().startswith(("# ", "/*")) for line in lines]
        pairs = zip(lines, code, strict=True)
        return "".join(re.sub(pattern, new, line) if own else line for line, own in pairs)

    return edit


def _first(pattern: str, new: str) -> Edit:
    """The first match replaced, over several lines if need be."""
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.M)


def _any_of(*edits: Edit) -> Edit:
    """The first edit that changes the text: one for each way of writing the same thing."""
    return lambda text: next((new for edit in edits if (new := edit(text)) != text), text)


# In turn: as in MathML, as in C, as in Python, as in equations that are cut into steps.
EDITS: dict[str, tuple[str, Edit]] = {
    "** as ^": (
        "arithmetic",
        _any_of(
            _each("<power />", "<times />"),
            _each(r"pow\((\w+), ([\d.]+)\)", r"(\1 ^ \2)"),
            _each(r"\*\*", "^"),
        ),
    ),
    "integer literals divide": (
        "arithmetic",
        _any_of(
            _first(r"<divide />(\s*<cn> 1 </cn>\s*<cn> 2 </cn>)", r"<quotient />\1"),
            _each(r"\b1\.0 / 2\.0", "1 / 2"),
            _each(r"\b1 / 2\b", "1 // 2"),
            _each("1/2", "1//2"),
        ),
    ),
    "/ as //": (
        "arithmetic",
        _any_of(
            _each("<divide />", "<quotient />"),
            _each(r"y / \(2\.0 \* a\)", "(double)((long)y / (long)(2.0 * a))"),
            _each(r"(?<=[\w)]) / (?=[\w(])", " // "),
            _each(r"(?<=[\w)])/(?=[\w(])", "//"),
        ),
    ),
    "the state in single precision": (
        "arithmetic",
        _any_of(
            _each(r"\bconst double (\w+) = state", r"const float \1 = state"),
            _each(r"np\.asarray\(current_state, dtype=float\)", "np.float32(current_state)"),
        ),
    ),
    "parameters in single precision": (
        "arithmetic",
        _any_of(
            _each(r"\bconst double (\w+) = parameters", r"const float \1 = parameters"),
            _each(r"np\.asarray\(value, dtype=float\)", "np.float32(value)"),
        ),
    ),
    "a state read for another": (
        "arithmetic",
        _any_of(
            _first(r"(<power />\s*)<ci> y </ci>", r"\1<ci> x </ci>"),
            _each(r"state\[1\]", "state[0]"),
            _each(r"^    x, y, z = ", "    y, x, z = "),
            _each(r"y_\*\*3", "x**3"),
        ),
    ),
    "a parameter read for another": (
        "arithmetic",
        _any_of(
            _each("<ci> b </ci>", "<ci> a </ci>"),
            _each(r"= parameters\[1\]", "= parameters[0]"),
            _each(r"^    a, b, c = ", "    b, a, c = "),
            _each(r"y__1\*b", "y__1*a"),
        ),
    ),
    "a right-hand side never written": (
        "arithmetic",
        _any_of(
            _first(r"^ *<rateRule variable=\"z\"[\s\S]*?</rateRule>\n", ""),
            _each(r"derivatives\[2\] = .*;", "(void)z;"),
            _each(r"^ +3 \* \(y - z\).*,", "0 * z,"),
            _each(r"d/dt \* z = .*\"", 'd/dt * z = 0*z"'),
        ),
    ),
    "a right-hand side written for another": (
        "arithmetic",
        _any_of(
            _first(r"(<rateRule variable=\")y(\"[\s\S]*?<rateRule variable=\")z", r"\1z\2y"),
            _each(r"derivatives\[1\]", "derivatives[0]"),
            _first(r"(# dx/dt.*\n)( +.*\n)(.*# dy/dt.*\n).*\n", r"\1\2\3\2"),
            _each(r"d/dt \* y_ = .*\"", 'd/dt * y_ = y__2"'),
        ),
    ),
    "mod and floor round another way": (
        "branches",
        _any_of(
            _each("<ci> modulo </ci>", "<rem />"),
            _each(r"\bmodulo\((?!double)", "fmod("),
            _each(r"np\.mod\(", "np.fmod("),
            _each("z_43 = z_40 - z_42", "z_43 = 1.0*z_40"),
        ),
    ),
    "and as or": (
        "branches",
        _any_of(
            _each("<and />", "<or />"),
            _each("&&", "||"),
            _each(r"np\.logical_and\(", "np.logical_or("),
            _each(r"x_7\*x_9", "x_7 + x_9 - x_7*x_9"),
        ),
    ),
    "abs of whole numbers": (
        "branches",
        _any_of(
            _each("<abs />", "<ceiling />"),
            _each(r"\bfabs\(", "fabs((double)(long)"),
            _each(r"np\.abs\(s\)", "np.abs(np.trunc(s))"),
            _each(r"absv\(s\)", "sign(s)"),
        ),
    ),
    "log for log10": (
        "functions",
        _any_of(
            _first(r"<log />(?!\s*<logbase>)", "<ln />"),
            _each(r"\blog10\(", "log("),
            _each(r"0\.43429448190325176\*", "1.0*"),
        ),
    ),
    "exp for expm1": (
        "functions",
        _any_of(
            _each("<ci> expm1 </ci>", "<exp />"),
            _each(r"\bexpm1\(", "exp("),
            _each(r"z_24\*z_22", "z_21*1.0"),
        ),
    ),
    "a local kept between calls": (
        "derived",
        _any_of(
            _first(
                r"^( *<listOfRules>\n)([\s\S]*?)"
                r"<assignmentRule variable=\"k1\"[^>]*>([\s\S]*?)</assignmentRule>",
                r'<listOfInitialAssignments><initialAssignment symbol="k1">\3'
                r"</initialAssignment></listOfInitialAssignments>\1\2",
            ),
            _first(
                r"^    const double k1 = (.*);",
                r"    static double k1 = 0.0;\n    if (k1 == 0.0) { k1 = \1; }",
            ),
            _first(r"^    k1 = (.*)", r'    k1 = M.__dict__.setdefault("k1", \1)'),
            lambda text: _first(r"^    - \"k1 = .*\n", "")(text).replace(
                "k1: variable(0.0)", "k1: 2.0"
            ),
        ),
    ),
    "derived variables in the wrong order": (
        "derived",
        _any_of(
            _first(r"(<assignmentRule variable=\"q2\"[\s\S]*?<ci> )q1( </ci>)", r"\1k1\2"),
            _first(
                r"^    const double q1 = (.*);\n((?:.*\n)*?)(    const double q2 = .*\n)",
                r"    static double q1 = 0.0;\n\3    q1 = \1;\n",
            ),
            _first(r"^    q1 = (.*)\n    q2 = (.*)\n", r"    q1 = 0.0\n    q2 = \2\n    q1 = \1\n"),
            _first(r"q2 = q1\*\*2", "q2 = k1**2"),
        ),
    ),
    "a default changed": (
        "derived",
        _any_of(
            _each(r"id=\"g\" value=\"0\.4\"", 'id="g" value="0.5"'),
            _each(r"^    0\.4, ", "    0.5, "),
            _each(r"^    g=0\.4,", "    g=0.5,"),
            _each(r"^    g: 0\.4", "    g: 0.5"),
        ),
    ),
    "an initial value changed": (
        "derived",
        _any_of(_first(r"value=\"0\.25\"", 'value="0.26"'), _first(r"(?<=[ (])0\.25\b", "0.26")),
    ),
}
"""By name: the model, and the edit."""

SURVIVES = {
    "** as ^": "no fault where the engine reads ^ as a power, as PyRates does: the same numbers",
}

TEXT_FAULTS = tuple(
    in_text(f"in the text: {name}", model, edit, SURVIVES.get(name, ""))
    for name, (model, edit) in EDITS.items()
)
