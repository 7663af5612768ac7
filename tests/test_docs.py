"""The documentation is true: every block of every page runs, and gives what it says."""

import re
from pathlib import Path

import numpy as np
import pages
import pytest

from nullcline import plot
from nullcline.cli import COMMANDS, parser
from nullcline.difference import Outcome
from nullcline.expression import parse
from nullcline.validation.options import OPTIONS
from nullcline.validation.verdict import RULES

LONG = {"docs/archive.md", "docs/conformance.md", "docs/query.md", "docs/sbml.md"}
"""Pages whose commands prove whole models in every engine."""
ELSEWHERE = {"README.md"}
"""Pages that have a test file of their own, by the same means."""


def text(page):
    return pages.PAGES[page].read_text(encoding="utf-8")


def sweeps(names, said, folder):
    series, rhythm = names["series"], names["rhythm"]
    assert series["x"].dims == ("mu", "time")
    assert dict(rhythm.sizes) == {"mu": 30, "initial_x": 3}
    assert set(rhythm) == {"amplitude_x", "period_x", "mean_x_2_z_2", "reached", "steps", "status"}
    # For small mu the cycle is the circle of radius 2 with the period 2 pi (van der Pol 1926).
    small = rhythm.isel(mu=0)
    np.testing.assert_allclose(small["amplitude_x"], 4.0, rtol=0.05)
    np.testing.assert_allclose(small["period_x"], 2 * np.pi, rtol=0.01)
    assert names["again"].identical(names["long"])
    assert names["results"].shape == (10_001, 12)
    assert len(names["results_map"]) == 6
    assert [out.count("\n") for out in said.values()] == [1 + 15, 1, 1, 1 + 20]
    assert "mu,initial_x,amplitude_x,spread,reached,steps,status\n" in [*said.values()][-1]


def site(names, said, folder):
    assert names["report"].models == 1
    assert "Oscillators" in (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert all("1 model" in out for command, out in said.items() if " site " in command)


def linked_data(names, said, folder):
    import rdflib

    assert [str(row.name) for row in names["rows"]] == ["x", "z"]
    assert (folder / "again.yaml").read_text("utf-8") == (folder / "b.yaml").read_text("utf-8")
    (turtle,) = [b.text for b in pages.blocks("docs/linked_data.md") if b.language == "turtle"]
    prefixes = re.findall(r"^@prefix .*$", names["text"], re.MULTILINE)
    shown = rdflib.Graph().parse(data="\n".join([*prefixes, turtle]), format="turtle")
    lists = {rdflib.RDF.first, rdflib.RDF.rest}
    plain = [t for t in shown if t[1] not in lists and not isinstance(t[2], rdflib.BNode)]
    assert len(plain) > 8
    assert not [triple for triple in plain if triple not in names["triples"]]


CHECKS = {"docs/sweeps.md": sweeps, "docs/site.md": site, "docs/linked_data.md": linked_data}
"""What the blocks of a page must have given besides."""


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.thorough] if page in LONG else [])
        for page in sorted(pages.PAGES.keys() - ELSEWHERE)
    ],
)
def test_every_block_of_a_page_runs(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    names, said = pages.run(page, tmp_path)
    if check := CHECKS.get(page):
        check(names, said, tmp_path)


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_block_is_of_a_kind_that_is_run_or_read(page):
    kinds = pages.SHELL | pages.PYTHON | pages.DATA | pages.SHOWN
    strange = [(b.line, b.language) for b in pages.blocks(page) if b.language not in kinds]
    assert strange == []


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_command_of_a_page_exists(page):
    """Those in blocks that are long or not run, and those in the sentences between."""
    for command in re.findall(r"(?:^|`)nullcline ([a-z]+)", text(page), re.MULTILINE):
        assert command in COMMANDS, command
    for block in pages.blocks(page):
        for command in pages.commands(block.text) if block.language in pages.SHELL else []:
            if command.startswith("nullcline ") and not re.search(r"[|<>&]", command):
                with_quotes = re.sub(r"'[^']*'|\"[^\"]*\"", "text", command)
                assert callable(parser().parse_args(with_quotes.split()[1:]).run)


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_link_of_a_page_leads_to_a_file(page):
    """And to a heading, where it names one."""
    for label, target in re.findall(r"\[([^\]]*)\]\(([^)\s]+)\)", text(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, heading = target.partition("#")
        file = (pages.PAGES[page].parent / path).resolve() if path else pages.PAGES[page]
        assert file.exists(), (label, target)
        if heading and file.suffix == ".md":
            heads = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in heads}
            assert heading in slugs, (label, target)


def test_every_recipe_that_a_page_names_exists():
    known = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (pages.ROOT / "justfile", pages.ROOT / "src/nullcline/skeleton/justfile")
    )
    for page in pages.PAGES:
        for recipe in re.findall(r"(?:`|/|^)just ([a-z][\w-]*)", text(page), re.MULTILINE):
            assert re.search(rf"^{recipe}\b.*:$", known, re.MULTILINE), (page, recipe)


def test_what_is_not_run_is_still_there():
    every = [
        command
        for page in pages.PAGES
        for block in pages.blocks(page)
        if block.language in pages.SHELL
        for command in pages.commands(block.text)
    ]
    for start in (*pages.NOT_RUN, *pages.STATUS):
        assert [command for command in every if command.startswith(start)], start


@pytest.mark.parametrize("option", re.findall(r"^\| `(-+\w+)", text("docs/site.md"), re.MULTILINE))
def test_the_options_of_site_are_those_of_the_command(option, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["site", "--help"])
    assert option in capsys.readouterr().out


def test_every_rule_and_every_outcome_is_named():
    page = text("docs/repositories.md")
    for rule in RULES:
        assert f"`{rule}`" in page or rule in OPTIONS
    for outcome in Outcome:
        assert f"`{outcome}" in page


def test_every_function_that_the_page_of_the_language_names_can_be_called():
    (row,) = [line for line in text("docs/language.md").splitlines() if "| functions" in line]
    names = re.findall(r"`(.*)`", row)[0].split()
    assert len(names) > 30
    for name in names:
        counts = {"mod": 2, "min": 2, "max": 2, "atan2": 2}
        parse(f"{name}({', '.join(['x'] * counts.get(name, 1))})")


def test_every_picture_that_a_page_names_exists():
    for page in pages.PAGES:
        for name in re.findall(r"\bplot\.(\w+)\(", text(page)):
            assert callable(getattr(plot, name)), (page, name)


def test_every_option_that_a_page_names_exists():
    """One of a command, of pytest, or of a script of ours."""
    known = set()
    for command in COMMANDS:
        commands = parser(command)._subparsers._group_actions[0].choices[command]
        known |= {option for action in commands._actions for option in action.option_strings}
    sources = ["tests/mutate.py", "src/_nullcline_pytest.py"]
    shown = "\n".join((pages.ROOT / name).read_text(encoding="utf-8") for name in sources)
    known |= set(re.findall(r"--[a-z][\w-]+", shown))
    known |= {"--lf", "--collect-only", "--ignore", "--junitxml"}  # of pytest itself
    known |= {"--no-prompt", "--extcmd", "--list"}  # of git difftool and just
    for page in pages.PAGES:
        for option in re.findall(r"(?<![\w-])--[a-z][\w-]+", text(page)):
            assert option in known, (page, option)


WRONG = {
    "a value": ("x = 2\nx  # 3\n", "python"),
    "a text": ("'b'  # 'c'\n", "python"),
    "a number printed": ("print('at 1.25')  # at 1.26\n", "python"),
    "a fault": ("1 / 0\n", "python"),
    "a command": ("nullcline validate nothing.yaml\n", "sh"),
    "a program": ("cat nothing.yaml | nullcline validate -\n", "sh"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_page_that_is_not_true_fails(case, tmp_path, monkeypatch):
    content, language = WRONG[case]
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n```{language}\n{content}```\n", encoding="utf-8")
    monkeypatch.setitem(pages.PAGES, "page.md", page)
    monkeypatch.chdir(tmp_path)
    with pytest.raises((AssertionError, ZeroDivisionError)):
        pages.run("page.md", Path(tmp_path))
