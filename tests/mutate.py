"""Proof by sabotage: every fault in every target, a table of what the check made of it, the score.

    python tests/mutate.py [--target NAME] [--every N] [WORD ...]

Exit status 1 where less than 99 % of the faults that were there were caught.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable

from sabotage import FAULTS, Cell, Fault, plant

from nullcline.targets import Target, all_targets

ENOUGH = 0.99


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
    """Every survivor with why it survived."""
    return [
        f"survived in {cell.target}: {cell.fault.name}: {cell.fault.survives or 'NOT EXPLAINED'}"
        for row in rows
        for cell in row
        if cell.result == "survived"
    ]


def main(arguments: list[str]) -> int:
    """Run the campaign and print it."""
    parser = argparse.ArgumentParser(description="plant faults in targets and count the caught")
    parser.add_argument("words", nargs="*", help="only faults with one of these words")
    parser.add_argument("--target", action="append", help="only this target (repeatable)")
    parser.add_argument("--every", type=int, default=1, help="only every n-th fault")
    parser.add_argument("--reasons", action="store_true", help="print what each verdict says")
    options = parser.parse_args(arguments)
    targets = [t for t in all_targets().values() if t.name in (options.target or all_targets())]
    chosen = [f for f in FAULTS if not options.words or any(w in f.name for w in options.words)]
    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = campaign(chosen[:: options.every], targets)
    print(table(rows, [target.name for target in targets]))
    if options.reasons:
        for cell in (cell for row in rows for cell in row):
            print(f"{cell.fault.name} | {cell.target} | {cell.result} | {cell.reason[:160]}")
    print("", *explanations(rows), sep="\n")
    caught, there = score(rows)
    seen = Counter(cell.result for row in rows for cell in row)
    print(", ".join(f"{result} {count}" for result, count in seen.most_common()))
    took = time.perf_counter() - began
    print(f"{len(rows)} faults, {caught} of {there} caught: {caught / max(there, 1):.1%}", end="")
    print(f" ({took:.0f} s)")
    return int(caught < ENOUGH * there)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
