"""Reports: complete, honest about what is missing, and harmless whatever a model file says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from nullcline import Dynamics
from nullcline.expression import OPERATIONS, Apply, Number, Symbol, parse, write
from nullcline.report import FORMATS, report

EVIL = (
    "</td><script>alert(1)</script> | $x$ $$y$$ \\input{/etc/passwd} \\end{document} `c` *b* _i_"
    " [l](javascript:alert(1)) ![i](http://x.org/y.png) <img src=x onerror=alert(1)> & 100% {a} #1"
    " ^~ \"q\" 's' -- ``--'' \u202e \x00 \ud800 日本 µ ≥ é ﬁ 😀"
)


def van_der_pol() -> Dynamics:
    model = Dynamics("VdP")
    model.add_parameter("mu", value=1.0, description="Damping parameter")
    model.add_state_variable("x", equation="z", initial_value=0.1)
    model.add_state_variable("z", equation="mu*(1 - x**2)*z - x", initial_value=0.0)
    return model


def rich() -> Dynamics:
    """A model with everything in it, and a stranger's texts wherever texts may stand."""
    model = Dynamics("name " + EVIL, description="First.\n\n- second " + EVIL, time_unit="ms")
    model.label = "[label]"
    model.add_parameter("A", 3.25, unit="mV", domain={"lo": 2.5, "hi": 9.75, "step": 0.05})
    model.add_parameter("tau_e", 1e-05, unit=EVIL, description=EVIL, comment=EVIL)
    model.add_parameter("v_0")
    model.add_parameter("größe_日本", 2.0, heterogeneous=True)
    model.add_derived_parameter("w", equation="A/tau_e")
    model.add_coupling_input("c_in", description="from afar")
    model.add_function("S", "1/(1 + exp(-k*(v - v_0)))", {"v": {"unit": "mV"}, "k": {}})
    cases = [("y0 > v_0 and y1 <= 3", "S(y0, 2)"), ("True", "abs(y0)")]
    model.add_derived_variable("rate", cases=cases, unit="Hz")
    model.add_state_variable("y0", "A*S(y1, A)/tau_e - 2*y0/tau_e + c_in", 0.1, domain={"lo": 0.0})
    long = " + ".join(f"A*exp(-(y0 - v_0)/(tau_e*{i}))*(rate - {i}.5)" for i in range(1, 15))
    product = "*".join(["(y0 + größe_日本)"] * 30)
    model.add_state_variable("y1", f"{long} + where(y0 > 0, {product}, 0)")
    model.add_state_variable("y2", "y0 - y2", equation_order=2)
    model.events = Dynamics("m", events={"spike": {"condition": EVIL}}).events
    doi = {"authors": ["Doe, J."], "year": 2001, "title": EVIL, "doi": "10.1/a_(b)<c>\"'"}
    links = [
        {"title": "T", "url": "https://x.org/?a=\"b'|<c>"},
        {"title": "J", "url": "javascript:x()"},
    ]
    references = ["[text] " + EVIL, doi, *links]
    model.references = Dynamics(name="m", references=references).references
    return model


def strange() -> Dynamics:
    """Equations that cannot be set as formulas."""
    model = Dynamics("strange")
    model.add_state_variable("a", "x +* y")
    model.add_state_variable("b")
    model.add_state_variable("d", {"lhs": "Derivative(q, t)", "rhs": "-d"})
    model.add_state_variable("e", "/".join(["(1"] * 60) + ")" * 60)
    model.state_variables["two words"] = model.state_variables["d"]
    model.add_derived_variable("f", cases=[("f +", "1"), ("True", "2")])
    return model


MODELS = {
    "van_der_pol": van_der_pol,
    "rich": rich,
    "strange": strange,
    "empty": lambda: Dynamics(""),
}
everything = pytest.mark.parametrize(
    "model", [make() for make in MODELS.values()], ids=list(MODELS)
)


def test_a_report_in_markdown() -> None:
    assert report(van_der_pol()) == (
        "# VdP\n\n## State equations\n\n"
        r"$$\frac{d x}{d t} = z$$"
        "\n\n"
        r"$$\frac{d z}{d t} = \mu \thinspace \left(1 - x^{2}\right) \thinspace z - x$$"
        "\n\n## Parameters\n\n"
        "| Name | Value | Description |\n| --- | --- | --- |\n"
        "| $\\mu$ | 1.0 | Damping parameter |\n\n"
        "## State variables\n\n| Name | Initial value |\n| --- | --- |\n"
        "| $x$ | 0.1 |\n| $z$ | 0.0 |\n"
    )


def test_there_is_no_report_in_another_format() -> None:
    with pytest.raises(ValueError, match="markdown, html, latex"):
        report(van_der_pol(), "docx")


def test_everything_declared_is_shown() -> None:
    text = report(rich())
    for part in (
        r"$$w = \frac{A}{\tau_{e}}$$",
        r"$$S{\left(v, k\right)} = \frac{1}{1 + \exp{\left(-k",
        r"\mathrm{rate} = \begin{cases} S{\left(y_{0}, 2\right)} & \text{if } y_{0} > v_{0} \land",
        r"\frac{d^{2} y_{2}}{d t^{2}}",
        "| $A$ | 3.25 | mV |  | 2.5 to 9.75, step 0.05 |",
        "| $v_{0}$ | not given |",
        "| 1e-05 |",
        "≥ 0.0",
        "Time is in ms.",
        "from afar",
        "`events` | events | spike: ",
        "`state_variables/y2/equation_order` | a second-order equation | 2 |",
        "a parameter with a value for each node",
        "https://doi.org/10.1/a_%28b%29%3Cc%3E%22%27",
    ):
        assert part in text, part


@everything
@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_said_to_be_none(model: Dynamics, format: str) -> None:
    text = report(model, format)
    assert not re.search(r"\bNone\b|N/A|\bnan\b", text.replace("'none'", "").replace("none;", ""))


def test_what_cannot_be_a_formula_is_shown_as_it_stands() -> None:
    text = report(strange())
    assert "da/dt = x +* y" in text
    assert "db/dt: no equation is given" in text.replace("\\", "")
    assert "Derivative(q, t) = -d" in text
    assert text.count("Derivative(q, t) = -d") == 2
    assert "de/dt = (1/(1/" in text
    assert "f = 1 if f +; 2 if True" in text


def test_a_discrete_map_is_no_derivative() -> None:
    model = Dynamics(
        "map", system_type="discrete", state_variables={"x": {"equation": "r*x*(1 - x)"}}
    )
    text = report(model)
    assert r"x \mapsto r \thinspace x" in text
    assert r"\frac{d x}" not in text
    assert "a discrete map" in text


def _cells(row: str) -> int:
    return len(re.findall(r"(?<!\\)\|", row)) - 1


@everything
def test_tables_in_markdown_are_well_formed(model: Dynamics) -> None:
    for block in report(model).split("\n\n"):
        if block.startswith("| "):
            head, rule, *rows = block.splitlines()
            assert re.fullmatch(r"\|( --- \|)+", rule)
            assert rows
            assert {_cells(row) for row in (rule, *rows)} == {_cells(head)}


@everything
def test_markdown_is_inert(model: Dynamics) -> None:
    text = re.sub(r"```.*?```|^\$\$.*?\$\$$", "", report(model), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^\| \$[^$|]+\$ \|", "| |", text, flags=re.MULTILINE)
    text = text.replace("<span>$</span>", "").replace("<code>", "").replace("</code>", "")
    assert not re.search(r"<[a-zA-Z/!]", text), "HTML"
    assert "$" not in text
    addresses = re.findall(r"(?<!\\)\]\(([^)]*)\)", text)
    assert all(address.startswith(("https://doi.org/", "https://x.org/")) for address in addresses)
    assert not re.search(r"(?<!\\)[*`]", re.sub(r"`[\w/ .,:()+-]+`", "", text))
    report(model).encode()


class Reader(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


PAGE = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "section", "p", "div"}
PAGE |= {"pre", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a"}
MATHML = {"math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mfrac", "msup", "msub", "msubsup"}
MATHML |= {"msqrt", "mtable", "mtr", "mtd", "munder"}


@everything
def test_html_needs_nothing_and_runs_nothing(model: Dynamics) -> None:
    page = report(model, "html")
    reader = Reader(page)
    assert reader.tags <= PAGE | MATHML
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    for tag, name, value in reader.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcset", "style", "background", "action", "data")
        if name == "href":
            assert tag == "a"
            assert re.fullmatch(r"https://(doi\.org|x\.org)/[^\s<>\"]*", value)
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"url\(|@import", style)
    page.encode()


def test_html_shows_what_a_stranger_wrote_as_text() -> None:
    reader = Reader(report(rich(), "html"))
    words = "".join(reader.words)
    assert "<script>alert(1)</script>" in words
    assert "$x$ $$y$$" in words
    assert {("th", "scope", "col"), ("th", "scope", "row")} <= set(reader.attributes)


def test_html_has_formulas_as_mathml() -> None:
    page = report(van_der_pol(), "html")
    assert page.count('display="block"') == 2
    assert "<mfrac>" in page
    assert "$" not in page
    assert "thinmathspace" not in page, "browsers do not know this width"


def test_latex_runs_nothing() -> None:
    text = report(rich(), "latex")
    assert "\\input{" not in text
    assert text.count("\\end{document}") == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)


def _compile(text: str, folder: Path, name: str = "pdflatex") -> str:
    if (program := shutil.which(name)) is None:
        pytest.skip(f"{name} is not installed")
    (folder / "report.tex").write_text(text, encoding="utf-8")
    command = [
        program,
        "-no-shell-escape",
        "-halt-on-error",
        "-interaction=nonstopmode",
        "report.tex",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    log = (folder / "report.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-3000:]
    return log


@pytest.mark.parametrize(
    "program",
    ["pdflatex", *(pytest.param(n, marks=pytest.mark.thorough) for n in ("xelatex", "lualatex"))],
)
@everything
def test_latex_compiles_and_stays_on_the_page(
    model: Dynamics, tmp_path: Path, program: str
) -> None:
    log = _compile(report(model, "latex"), tmp_path, program)
    assert "Overfull" not in log
    assert "Missing character" not in log


def test_every_operation_and_deep_nesting_compile(tmp_path: Path) -> None:
    model = Dynamics("all")
    kinds = {"number": Symbol("x"), "truth": parse("x > 0", gives="truth")}
    for index, entry in enumerate(OPERATIONS.values()):
        tree = Apply(entry.name, tuple(kinds[kind] for kind in entry.takes))
        model.add_derived_variable(f"v{index}", write(tree))
    for index, step in enumerate(["1/(2 + ?)", "2**(?)", "where(x > 0, x, ?)", "abs(1 + ?)"]):
        text = "x"
        while "```" not in _alone(step.replace("?", text)):
            text = step.replace("?", text)
        model.add_derived_variable(f"deep{index}", text)
    model.add_derived_variable("number", write(Apply("neg", (Number(1e-300),))))
    _compile(report(model, "latex"), tmp_path)


def _alone(equation: str) -> str:
    model = Dynamics("one")
    model.add_derived_variable("d", equation)
    return report(model)


def test_import_is_light() -> None:
    code = "import sys, nullcline.report; print([m for m in sys.modules if m in HEAVY])"
    heavy = "HEAVY = ('latex2mathml', 'matplotlib', 'pandas', 'sympy', 'scipy')\n"
    done = subprocess.run([sys.executable, "-c", heavy + code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


@pytest.mark.parametrize("word", ["True", "true", "otherwise", "else", " else "])
def test_the_last_case_holds_always_as_the_compiler_reads_it(word: str) -> None:
    model = Dynamics("cases")
    model.add_state_variable("x", "q", 1.0)
    model.add_derived_variable("q", cases=[("x > 0", "1"), (word, "2")])
    model.system()
    text = report(model)
    assert r"q = \begin{cases} 1 & \text{if } x > 0 \cr 2 & \text{otherwise} \end{cases}" in text
    model.add_derived_variable("r", cases=[("else", "1"), (word, "2")])
    assert f"r = 1 if else; 2 if {word.strip()}" in report(model), "not a last case: as it stands"


def test_a_declared_t_is_not_the_time() -> None:
    model = Dynamics("t")
    model.add_parameter("t", 2.0)
    model.add_state_variable("x", "-a*t*x", 1.0)
    model.add_parameter("a", 1.0)
    text = report(model)
    assert r"\frac{d x}{d t} = -a \thinspace \mathrm{t} \thinspace x" in text
    assert r"| $\mathrm{t}$ | 2.0 |" in text
    assert r"$\mathrm{t}$ is declared by this model and is not the time, which is $t$." in text
    page = report(model, "html")
    assert "<mtext>t</mtext>" in page, "upright, as a single <mi> is not"
    assert "<mi>t</mi>" in page
    assert "is not the time" not in report(van_der_pol())


def test_html_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    monkeypatch.setitem(sys.modules, "latex2mathml", None)
    with pytest.raises(
        ModuleNotFoundError, match=r"needs the package.*: pip install 'nullcline\[html\]'"
    ):
        report(van_der_pol(), "html")
