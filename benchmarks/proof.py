"""What a proof costs: the reference alone and the check in the Python target, over the library.

python benchmarks/proof.py [NAME ...]
"""

from __future__ import annotations

import sys
import time
import warnings

from nullcline import Run, library, reference
from nullcline.conformance import check
from nullcline.targets import get_target

RUN = Run(10.0, 0.1)


def main(names: list[str]) -> None:
    """Print the seconds of CPU of each model of the library."""
    warnings.simplefilter("ignore")
    target, total = get_target("python"), 0.0
    print(f"{'model':<24} {'reference s':>12} {'check s':>9}")
    for name in names or ["van_der_pol", "hodgkin_huxley", "lorenz", "robertson"]:
        system = library.load(name).system()
        times = [time.process_time()]
        reference.simulate(system, RUN)
        times.append(time.process_time())
        check(target, system, RUN)
        times.append(time.process_time())
        total += times[1] - times[0]
        print(f"{name:<24} {times[1] - times[0]:12.3f} {times[2] - times[1]:9.3f}")
    print(f"{'all':<24} {total:12.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
