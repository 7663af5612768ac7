"""`nullcline targets`: which export targets there are, and whether their engines are here."""

from __future__ import annotations

import argparse

from nullcline.targets import all_targets

HELP = "List the export targets and whether their engines are installed."
EXAMPLE = "nullcline targets"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes: nothing."""


def run(options: argparse.Namespace) -> int:
    """Print a line for each target."""
    for name, target in sorted(all_targets().items()):
        missing = target.missing()
        engine = f"engine not installed: {', '.join(missing)}" if missing else "engine installed"
        print(f"{name:<12} {target.suffix:<7} {target.title} ({engine})")
    return 0
