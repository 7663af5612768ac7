"""Generated models through every target: how many conform, are refused for what, or are wrong.

    python tests/campaign.py [COUNT] [--seed SEED]

Exit status 1 where an export deviates or its engine fails; each such model is printed.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings

from nullcline import Dynamics, Run
from nullcline.conformance import Outcome, Verdict, check
from nullcline.targets import Target, all_targets
from nullcline.testing import dynamics

RUN = Run(2.0, 0.1)
CHUNK = 30
"""How many models are drawn from one seed; the smallest of all is the first of each."""
WRONG = (Outcome.DEVIATES, Outcome.FAILED)


@dataclass
class Tally:
    """What became of the models so far, each counted once; `wrong` holds what is to be mended."""

    models: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, model: Dynamics, targets: Iterable[Target]) -> None:
        """Check one model in every target."""
        text = model.to_yaml()
        if text in self.models:
            return
        self.models.add(text)
        self.counts["generated models"] += 1
        for target in targets:
            self._count(text, check(target, model.system(), RUN))

    def _count(self, text: str, verdict: Verdict) -> None:
        outcome = verdict.outcome.value
        if verdict.outcome == Outcome.UNSUPPORTED:
            outcome += f": {verdict.reason}"
        elif verdict.outcome == Outcome.CONFORMS and not verdict.informative:
            outcome += ", though it hardly moves or a solver stalled"
        elif verdict.outcome in WRONG:
            head = f"{verdict.target} {verdict.outcome}: {verdict.reason}"
            self.wrong.append(f"{head}\n{text}\n{verdict.text}")
        self.counts[f"{verdict.target} {outcome}"] += 1


def lines(counts: Mapping[str, int]) -> list[str]:
    """Counts for people, by what is counted."""
    return [f"{count:7,d}  {what}" for what, count in sorted(counts.items())]


def campaign(tally: Tally, targets: Iterable[Target], count: int, number: int) -> None:
    """Add `count` models, drawn with that seed, small ones among them."""
    targets = list(targets)

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(model=dynamics())
    def draw(model: Dynamics) -> None:
        tally.add(model, targets)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        draw()


def main(arguments: list[str]) -> int:
    """Run the campaign in chunks, each with a seed of its own, and print the counts."""
    parser = argparse.ArgumentParser(description="generated models through every target")
    parser.add_argument("count", nargs="?", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first chunk")
    options = parser.parse_args(arguments)
    tally, began, number = Tally(), time.perf_counter(), options.seed
    while len(tally.models) < options.count:
        told = len(tally.wrong)
        campaign(tally, all_targets().values(), CHUNK, number)
        for each in tally.wrong[told:]:
            print(each, flush=True)
        print(f"seed {number}, {time.perf_counter() - began:.0f} s", flush=True)
        print(*lines(tally.counts), sep="\n", flush=True)
        number += 1
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
