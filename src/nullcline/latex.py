"""Trees and names as LaTeX, in the form and order that their author gave them.

Every formula also survives Markdown as GitHub reads it: it holds no backslash before a
punctuation mark, and no underscore that does not follow a letter or a digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from nullcline.expression import ATOM, CONSTANTS, OWN, Apply, Node, Number, Spelling, Symbol

SPACE = r" \thinspace "
TIME = "t"
UNDERSCORE = r"\underline{\enspace}"
"""A visible underscore that LaTeX, MathJax and KaTeX all draw and Markdown leaves alone."""

_LETTERS = "αβγδεζηθικλμνξπρσςτυφχψωΓΔΘΛΞΠΣΥΦΨΩ"
_VARIANTS = {"ε": "varepsilon", "φ": "varphi", "ς": "varsigma"}
"""Where Unicode's usual glyph is the variant of LaTeX."""


def _english(letter: str) -> str:
    word = unicodedata.name(letter).split()[-1].replace("LAMDA", "LAMBDA")
    return word.capitalize() if letter.isupper() else word.lower()


GREEK: Mapping[str, str] = {
    **{_english(letter): f"\\{_english(letter)}" for letter in _LETTERS},
    **{f"var{end}": f"\\var{end}" for end in ("epsilon", "theta", "phi", "rho", "pi", "sigma")},
    **{letter: f"\\{_VARIANTS.get(letter, _english(letter))}" for letter in _LETTERS},
}
"""Greek letters, by their English name and as themselves."""


def symbol(name: str) -> str:
    """A name as a mathematician would set it: `tau` is \\tau, `I_ext` is I_{\\mathrm{ext}}."""
    base, *subscripts = unicodedata.normalize("NFKC", name).split("_")
    if not base or not all(subscripts) or not all(map(str.isalnum, (base, *subscripts))):
        return upright(name)
    letter, digits = re.fullmatch(r"(.*?)([0-9]*)", base, re.DOTALL).groups()  # type: ignore[union-attr]
    if digits and (letter in GREEK or len(letter) == 1):
        base, subscripts = letter, [digits, *subscripts]
    below = f"_{{{', '.join(map(_word, subscripts))}}}" if subscripts else ""
    head = _word(base)
    # An underscore right after a brace is emphasis to Markdown, so it goes inside.
    return f"{head[:-1]}{below}}}" if head.endswith("}") else head + below


def upright(name: str) -> str:
    """A name in upright letters with its underscores: the form that is always unambiguous."""
    text = unicodedata.normalize("NFC", name)
    return f"\\mathrm{{{''.join(c if c.isalnum() else UNDERSCORE for c in text)}}}"


def _word(part: str) -> str:
    if part in GREEK:
        return GREEK[part]
    plain = part.isascii() and (len(part) == 1 or part.isdigit())
    return part if plain else f"\\mathrm{{{part}}}"


def symbol_table(names: Iterable[str]) -> dict[str, str]:
    """The LaTeX of each name; names that would look alike (`x1`, `x_1`) are told apart, and a
    declared `t` or `π` from the time and the number."""
    table: dict[str, str] = {}
    taken = {FORMS[constant].template for constant in CONSTANTS.values()}
    for name in dict.fromkeys(names):
        found = symbol(name)
        table[name] = upright(name) if found in taken else found
        taken.add(table[name])
    return table


def number(value: float) -> tuple[str, int]:
    """A number as it is written in Python, powers of ten set as such, and its precedence."""
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa, ATOM
    power = f"10^{{{int(exponent)}}}"
    return (power, 8) if mantissa == "1" else (f"{mantissa} \\times {power}", 7)


def _call(command: str) -> Spelling:
    return Spelling(f"{command}{{\\left(%s\\right)}}")


_COMMANDS = {
    **{name: f"\\{name}" for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh")},
    **{name: f"\\{name}" for name in ("min", "max")},
    **{"log": r"\ln", "log10": r"\log_{10}", "log2": r"\log_{2}"},
    **{"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan"},
    **{f"a{name}": f"\\mathrm{{ar{name}}}" for name in ("sinh", "cosh", "tanh")},
    **{
        name: f"\\mathrm{{{name}}}"
        for name in (
            "expm1",
            "log1p",
            "sign",
            "heaviside",
            "sigmoid",
            "erf",
            "erfc",
            "atan2",
            "mod",
        )
    },
}
_RELATIONS = {"<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq", "==": "=", "!=": r"\neq"}

FORMS: Mapping[str, Spelling] = {
    "or": Spelling(r"%s \lor %s", 1, (1, 2)),
    "and": Spelling(r"%s \land %s", 2, (2, 3)),
    "not": Spelling(r"\lnot %s", 3, (ATOM,)),
    **{name: Spelling(f"%s {sign} %s", 4, (5, 5)) for name, sign in _RELATIONS.items()},
    "+": Spelling("%s + %s", 5, (5, 6)),
    "-": Spelling("%s - %s", 5, (5, 6)),
    "*": Spelling(f"%s{SPACE}%s", 6, (6, 7)),
    "neg": Spelling("-%s", 7, (7,)),
    "/": Spelling(r"\frac{%s}{%s}", 8),
    "**": Spelling("%s^{%s}", 8, (9, 0)),
    "pi": Spelling(r"\pi"),
    "e": Spelling(r"\mathrm{e}"),
    "time": Spelling(TIME),
    "sqrt": Spelling(r"\sqrt{%s}"),
    "abs": Spelling(r"\left\lvert %s\right\rvert"),
    "floor": Spelling(r"\left\lfloor %s\right\rfloor"),
    "ceil": Spelling(r"\left\lceil %s\right\rceil"),
    "indicator": Spelling(r"\left[%s\right]"),
    **{name: _call(command) for name, command in _COMMANDS.items()},
}
"""How each operation is set; `where` becomes a cases environment. An `indicator` is set in
Iverson's brackets, which are 1 where the condition holds and 0 elsewhere."""

_TRUTHS = {"==": r"\mathrm{true}", "!=": r"\mathrm{false}"}
"""What `0 == 0` and `0 != 0` say, as which `true` and `false` are read."""
_FOLDED = {"and": r" \land ", "or": r" \lor ", "min": ", ", "max": ", "}
_SIGNED = frozenset({"+", "-", "*", "neg"})
"""Operations after whose sign a minus needs a bracket."""


def latex(tree: Node, names: Mapping[str, str] | None = None) -> str:
    """A tree as LaTeX for math mode (amsmath); `names` is a symbol_table."""
    return " ".join(terms(tree, names))


def terms(tree: Node, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The summands of a tree as LaTeX, each but the first with its sign: where a line may break."""
    writer, found = _Writer(names or {}), []
    while isinstance(tree, Apply) and tree.operation in ("+", "-"):
        found.append(f"{tree.operation} {writer.side(tree, 1)}")
        last, tree = tree, tree.arguments[0]
        if not (isinstance(tree, Apply) and tree.operation in ("+", "-")):
            return (writer.side(last, 0), *reversed(found))
    return (writer.write(tree)[0],)


def cases(rows: Iterable[tuple[str, str | None]]) -> str:
    """A cases environment from (value, condition) pairs in LaTeX; no condition is `otherwise`."""
    lines = [
        f"{value} & " + (r"\text{otherwise}" if test is None else rf"\text{{if }} {test}")
        for value, test in rows
    ]
    return r"\begin{cases} " + r" \cr ".join(lines) + r" \end{cases}"


def derivative(name: str, order: int = 1) -> str:
    """The derivative in time of a name that is LaTeX already."""
    power = f"^{{{order}}}" if order != 1 else ""
    return rf"\frac{{d{power} {name}}}{{d {TIME}{power}}}"


def nesting(formula: str) -> int:
    """How deep the groups of a formula are nested; TeX stops at 255 levels of its own."""
    depth = deepest = 0
    for token in re.findall(r"\\left\b|\\right\b|\\begin\b|\\end\b|[{}]", formula):
        depth += 1 if token in ("{", r"\left", r"\begin") else -1
        deepest = max(deepest, depth)
    return deepest


@dataclass(frozen=True)
class _Writer:
    """Writes trees, given the LaTeX of each name."""

    names: Mapping[str, str] = field(default_factory=dict)

    def write(self, tree: Node) -> tuple[str, int]:
        """The LaTeX of a tree and how tightly it binds."""
        match tree:
            case Number(value=value):
                return number(value)
            case Symbol(name=name):
                return self.name(name), ATOM
            case Apply(operation="where"):
                return self.where(tree), 0
            case Apply(operation="==" | "!=", arguments=(Number(0), Number(0))):
                return _TRUTHS[tree.operation], ATOM
            case Apply(operation="*" | "/" | "+" | "-" as operation):
                return self.chain(tree), FORMS[operation].precedence
            case Apply(operation=operation) if operation in _FOLDED:
                return self.folded(tree), FORMS[operation].precedence
            case Apply(operation=operation, arguments=arguments) if operation in FORMS:
                parts = tuple(self.side(tree, index) for index in range(len(arguments)))
                if operation in _COMMANDS:
                    parts = (", ".join(parts),)
                return FORMS[operation].template % parts, FORMS[operation].precedence
        inside = ", ".join(self.write(argument)[0] for argument in tree.arguments)
        return _call(self.name(tree.operation.removesuffix(OWN))).template % inside, ATOM

    def name(self, name: str) -> str:
        return self.names.get(name) or symbol(name)

    def side(self, tree: Apply, index: int) -> str:
        """One argument, in brackets where it binds less tightly than its place needs."""
        text, precedence = self.write(tree.arguments[index])
        last = index == len(tree.arguments) - 1
        signed = last and tree.operation in _SIGNED and text.startswith("-")
        if precedence >= FORMS[tree.operation].side(index) and not signed:
            return text
        return rf"\left({text}\right)"

    def chain(self, tree: Apply) -> str:
        """Summands, or factors, from the left; a loop, because there may be thousands."""
        kind = ("*", "/") if tree.operation in ("*", "/") else ("+", "-")
        chain, node = [tree], tree.arguments[0]
        while isinstance(node, Apply) and node.operation in kind:
            chain.append(node)
            node = node.arguments[0]
        text = self.side(chain[-1], 0)
        for part in reversed(chain):
            right = self.side(part, 1)
            if part.operation == "*":
                text = self.product(text, right)
            else:
                text = FORMS[part.operation].template % (text, right)
        return text

    def product(self, left: str, right: str) -> str:
        """Factors side by side, with a dot where two numbers would run together."""
        mixed = left[-1].isdigit() and right.startswith(r"\frac")
        return f"{left} \\cdot {right}" if mixed or right[0].isdigit() else f"{left}{SPACE}{right}"

    def folded(self, tree: Apply) -> str:
        """What the parser folded from the left, as the one list or call that was written."""
        found: list[str] = []
        node: Node = tree
        while isinstance(node, Apply) and node.operation == tree.operation:
            found.append(self.side(node, 1))
            last, node = node, node.arguments[0]
        text = _FOLDED[tree.operation].join((self.side(last, 0), *reversed(found)))
        return FORMS[tree.operation].template % text if tree.operation in _COMMANDS else text

    def where(self, tree: Node) -> str:
        """Nested `where` as the rows of one cases environment."""
        rows: list[tuple[str, str | None]] = []
        while isinstance(tree, Apply) and tree.operation == "where":
            test, value, tree = tree.arguments
            rows.append((self.write(value)[0], self.write(test)[0]))
        return cases([*rows, (self.write(tree)[0], None)])
