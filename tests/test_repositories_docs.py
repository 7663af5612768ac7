"""docs/repositories.md is true: its Python runs, its options and rules exist."""

import re
from pathlib import Path

from nullcline.cli import parser
from nullcline.difference import Outcome
from nullcline.validation.options import OPTIONS
from nullcline.validation.verdict import RULES

PAGE = (Path(__file__).parents[1] / "docs" / "repositories.md").read_text(encoding="utf-8")


def test_the_examples_in_python_print_what_stands_beside_them(capsys):
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(block, {})
        said = re.findall(r"^print\(.*\)\s+# (.*)$", block, re.MULTILINE)
        assert capsys.readouterr().out.splitlines() == said


def test_the_commands_can_be_read():
    commands = re.findall(r"nullcline ((?:validate|diff) [^#\n]*)", PAGE)
    assert len(commands) >= 7
    for command in commands:
        if re.search(r"['`]", command):
            continue
        options = parser().parse_args(command.split())
        assert callable(options.run)


def test_every_rule_and_every_outcome_is_named():
    for rule in RULES:
        assert f"`{rule}`" in PAGE or rule in OPTIONS
    for outcome in Outcome:
        assert f"`{outcome}" in PAGE
