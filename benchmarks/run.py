"""`just bench`: ratios measured side by side in one run, medians of several.

`python benchmarks/run.py sweeps` measures the sweeps instead, `... sweeps 10000` those of up to so
many points.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 7
STATEMENTS = {
    "import numpy": "import numpy",
    "import nullcline": "import nullcline",
    "validate one model": (
        "from nullcline.cli import main; import importlib.resources as r; "
        "main(['validate', str(r.files('nullcline') / 'library' / 'van_der_pol.yaml')])"
    ),
}


def wall(statement: str) -> float:
    """Seconds that a fresh interpreter takes for one statement."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Time the statements in turn and print each as a ratio to the first, or run another part."""
    if len(sys.argv) > 1:
        part = Path(__file__).with_name(f"{sys.argv[1]}.py")
        sys.exit(subprocess.run([sys.executable, part, *sys.argv[2:]], check=False).returncode)
    times: dict[str, list[float]] = {name: [] for name in STATEMENTS}
    for _ in range(RUNS):
        for name, statement in STATEMENTS.items():
            times[name].append(wall(statement))
    medians = {name: statistics.median(values) for name, values in times.items()}
    first = next(iter(medians.values()))
    print(f"{'whole process':<24} {'median s':>9} {'ratio':>7}   (of {RUNS} runs, in turn)")
    for name, median in medians.items():
        print(f"{name:<24} {median:9.3f} {median / first:7.2f}")


if __name__ == "__main__":
    main()
