"""`nullcline targets`: the forms of an export, and whether their engines are installed."""

from __future__ import annotations

import argparse

from nullcline.cli.export import FORM
from nullcline.errors import installing
from nullcline.host.printing import say
from nullcline.targets import OWN, all_targets, broken_targets

HELP = "List what a model is exported to, and whether the engines are installed."
EXAMPLE = "nullcline targets"
OTHERS = {
    FORM: (".omex", "COMBINE archive of every target that conforms"),
    OWN: (".yaml", "Nullcline's own YAML"),
}
"""What `nullcline export --to` takes beside the targets: a suffix and a title each."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes: nothing."""


def run(options: argparse.Namespace) -> int:
    """Print a line for each target, then one for each form that is no target."""
    for name, target in sorted(all_targets().items()):
        missing = target.missing()
        lacking = f"engine not installed: {', '.join(missing)}{installing(missing)}"
        engine = lacking if missing else "engine installed"
        say(f"{name:<12} {target.suffix:<7} {target.title} ({engine})")
    for name, why in sorted(broken_targets().items()):
        say(f"{name:<12} {why}")
    for name, (suffix, title) in OTHERS.items():
        say(f"{name:<12} {suffix:<7} {title}")
    return 0
