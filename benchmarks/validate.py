"""`just bench validate`: 1,000 models checked, and one in a fresh process, beside linkml-validate.

Both programs read the same files in turn, in one run. The models are those of the library with
other parameter values and names; `just bench validate 200` takes 200 of them.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from nullcline import Dynamics

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "src" / "nullcline" / "library").glob("*.yaml"))
SCHEMA = ROOT / "schema" / "nullcline.yaml"
OURS = [sys.executable, "-m", "nullcline", "validate", "--quiet"]
RUNS = 5


def write_models(folder: Path, count: int) -> list[Path]:
    """So many different models, each valid."""
    random = np.random.default_rng(0)
    written = []
    for index in range(count):
        source = LIBRARY[index % len(LIBRARY)]
        model = Dynamics.from_yaml(source)
        model.name = f"{model.name}{index}"
        for parameter in model.parameters.values():
            if isinstance(parameter.value, float):
                parameter.value *= random.uniform(0.99, 1.01)
        written.append(folder / f"{source.stem}_{index:04d}.yaml")
        model.to_yaml(written[-1])
    return written


def wall(command: list[str]) -> float:
    """Seconds that a command takes; it must find nothing wrong."""
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - began


def main() -> None:
    """Measure and print seconds and ratios."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    beside = Path(sys.executable).with_name("linkml-validate")
    theirs = [str(beside), "-s", str(SCHEMA), "-C", "Dynamics"]
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name, "models"), Path(name, "cache")
        folder.mkdir()
        files = [str(path) for path in write_models(folder, count)]
        kept = [*OURS, "--cache", str(cache)]
        cases = {
            "cold cache": lambda: (shutil.rmtree(cache, ignore_errors=True), wall([*kept, name])),
            "warm cache": lambda: (None, wall([*kept, name])),
            "no cache, one process": lambda: (None, wall([*OURS, "--no-cache", "--jobs=1", name])),
        }
        report(f"{count} models", cases, lambda: wall([*theirs, *files]), 3)
        cases = {
            "no cache": lambda: (None, wall([*OURS, "--no-cache", files[0]])),
            "warm cache": lambda: (None, wall([*kept, files[0]])),
            "import nullcline.cli": lambda: (None, wall([*OURS[:1], "-c", "import nullcline.cli"])),
            "import numpy": lambda: (None, wall([*OURS[:1], "-c", "import numpy"])),
        }
        report("one model, a fresh process", cases, lambda: wall([*theirs, files[0]]), RUNS)


def report(title, cases, other, runs) -> None:
    """Time each case and the other program in turn; medians, and how often ours fits theirs."""
    times: dict[str, list[float]] = {case: [] for case in ("linkml-validate", *cases)}
    for _ in range(runs):
        times["linkml-validate"].append(other())
        for case, measure in cases.items():
            times[case].append(measure()[1])
    medians = {case: statistics.median(values) for case, values in times.items()}
    first = medians["linkml-validate"]
    print(f"{title:<28} {'median s':>9} {'times as fast':>14}   (of {runs} runs, in turn)")
    for case, median in medians.items():
        print(f"{case:<28} {median:9.3f} {first / median:14.1f}")


if __name__ == "__main__":
    main()
