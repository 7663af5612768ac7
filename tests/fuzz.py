"""Damaged files by the thousand: `just fuzz [NAME ...] [--count N] [--seed S] [--seconds S]`.

Every module `fuzz_*.py` beside this one has a table CASES: a name, and a function that damages
something with the random numbers that it is given, in a folder that it is given, reads it as
commands do, and raises where anything but a sentence comes of it. A case is one damage; its seed
is the campaign's seed, the name and its number, so that `--only NUMBER` gives it again.
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent

Case = Callable[[random.Random, Path], None]


def cases() -> dict[str, Case]:
    """Every case of every module, by its name."""
    found: dict[str, Case] = {}
    for path in sorted(HERE.glob("fuzz_*.py")):
        found |= import_module(path.stem).CASES
    return found


def run(name: str, numbers, seed: int, end: float | None = None) -> tuple[int, Counter, str]:
    """How many damages were tried, how often each failure came, and the first in full."""
    case, failures, first, count = cases()[name], Counter(), "", 0
    for number in numbers:
        if end is not None and time.monotonic() > end:
            break
        count += 1
        with tempfile.TemporaryDirectory(prefix="nullcline-fuzz-") as folder:
            try:
                case(random.Random(f"{seed}/{name}/{number}"), Path(folder))
            except Exception as error:  # this is what is looked for
                where = traceback.extract_tb(error.__traceback__)[-1]
                said = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
                failures[said] += 1
                first = first or f"{name} --seed {seed} --only {number}\n{traceback.format_exc()}"
    return count, failures, first


def main() -> int:
    """Run the campaigns, print a line for each; 1 where anything failed."""
    sys.path.insert(0, str(HERE))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(cases())}")
    parser.add_argument("--count", type=int, default=2000, help="damages of each (default: 2000)")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--only", type=int, help="the number of one damage")
    parser.add_argument("--seconds", type=float, help="the most that each campaign may take")
    options = parser.parse_args()
    numbers = range(options.count) if options.only is None else [options.only]
    total = failed = 0
    for name in options.names or cases():
        end = None if options.seconds is None else time.monotonic() + options.seconds
        count, failures, first = run(name, numbers, options.seed, end)
        total, failed = total + count, failed + failures.total()
        print(f"{name:<20} {count:>7,} damaged, {failures.total()} tracebacks", flush=True)
        for said, often in failures.most_common():
            print(f"  {often} x {said}")
        print(first, end="")
    print(f"{total:,} damaged, {failed} tracebacks")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
