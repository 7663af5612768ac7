"""Proof by sabotage: every fault in every target, a table of what the check made of it, the score.

    python tests/mutate.py [--target NAME] [--every N] [--runs-only] [--reasons] [WORD ...]

Exit status 1 where less than 99 % of the faults that were there were caught.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sabotage import CAUGHT, FAULTS, Cell, Fault, control, plant

from nullcline.targets import Target, all_targets

ENOUGH = 0.99
UNEXPLAINED = "NOT EXPLAINED"


def campaign(faults: Iterable[Fault], targets: Iterable[Target]) -> list[list[Cell]]:
    """Every fault in every target, a row a fault."""
    targets = list(targets)
    return [[plant(fault, target) for target in targets] for fault in faults]


def score(rows: list[list[Cell]]) -> tuple[int, int]:
    """How many faults were caught, of how many that were there."""
    counted = [cell for row in rows for cell in row if cell.counts]
    return sum(cell.result != "survived" for cell in counted), len(counted)


def table(rows: list[list[Cell]], names: list[str]) -> str:
    """Fault x target: caught by what, survived, or n/a."""
    width = max(len(row[0].fault.name) for row in rows)
    lines = ["  ".join(["fault".ljust(width), "model".ljust(12), *(n.ljust(10) for n in names)])]
    for row in rows:
        fault = row[0].fault
        cells = [cell.result.ljust(10) for cell in row]
        lines.append("  ".join([fault.name.ljust(width), fault.model.ljust(12), *cells]).rstrip())
    return "\n".join(lines)


def explanations(rows: list[list[Cell]]) -> list[str]:
    """Every survivor and every fault that cannot be planted, with why."""
    cells = [cell for row in rows for cell in row]
    survived = [(c, c.fault.survives or UNEXPLAINED) for c in cells if c.result == "survived"]
    absent = [(cell, cell.reason) for cell in cells if cell.result == "n/a"]
    return [f"{c.result} in {c.target}: {c.fault.name}: {why}" for c, why in survived + absent]


def controls(rows: list[list[Cell]], targets: Iterable[Target]) -> str:
    """How the targets without a fault fare on the same models."""
    models = dict.fromkeys(row[0].fault.model for row in rows)
    seen = Counter(control(t, model).outcome.value for t in targets for model in models)
    counts = ", ".join(f"{count} {word}" for word, count in seen.most_common())
    return f"control, the same models without a fault: {counts}"


def summary(rows: list[list[Cell]], names: list[str]) -> Iterator[str]:
    """The score of each target, and of all."""
    for name in names:
        column = [[cell for cell in row if cell.target == name] for row in rows]
        seen = Counter(cell.result for (cell,) in column)
        caught, there = score(column)
        words = [*CAUGHT, "survived", "n/a"]
        counts = ", ".join(f"{word} {seen[word]}" for word in words if seen[word])
        yield f"{name}: {caught} of {there} caught, {caught / max(there, 1):.1%} ({counts})"
    caught, there = score(rows)
    yield f"{len(rows)} faults, {caught} of {there} caught: {caught / max(there, 1):.1%}"


def main(arguments: list[str]) -> int:
    """Run the campaign and print it."""
    parser = argparse.ArgumentParser(description="plant faults in targets and count the caught")
    parser.add_argument("words", nargs="*", help="only faults with one of these words")
    parser.add_argument("--target", action="append", help="only this target (repeatable)")
    parser.add_argument("--every", type=int, default=1, help="only every n-th fault")
    runs_only = "as if no engine exposed its vector field: what trajectories alone can show"
    parser.add_argument("--runs-only", action="store_true", help=runs_only)
    parser.add_argument("--reasons", action="store_true", help="print what each verdict says")
    options = parser.parse_args(arguments)
    targets = [t for t in all_targets().values() if t.name in (options.target or all_targets())]
    if options.runs_only:
        targets = [replace(t, name=f"{t.name}*", vector_field=None) for t in targets]
    chosen = [f for f in FAULTS if not options.words or any(w in f.name for w in options.words)]
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = campaign(chosen[:: options.every], targets)
    print(table(rows, [target.name for target in targets]))
    if options.reasons:
        for cell in (cell for row in rows for cell in row):
            print(f"{cell.fault.name} | {cell.target} | {cell.result} | {cell.reason[:160]}")
    names = [target.name for target in targets]
    print("", *(f"{word}: {meaning}" for word, meaning in CAUGHT.items()), sep="\n")
    print("", *explanations(rows), sep="\n")
    print("", controls(rows, targets), *summary(rows, names), sep="\n")
    print(f"{time.perf_counter() - began:.0f} s")
    caught, there = score(rows)
    return int(caught < ENOUGH * there)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
