"""How Hypothesis works here, every day and in a thorough run; the campaign's counts at the end."""

import os
from collections import Counter

from campaign import lines
from hypothesis import HealthCheck, settings

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))

os.environ["NULLCLINE_CACHE"] = os.devnull  # no test sees what another has kept

settings.register_profile(
    "everyday", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", deadline=None, max_examples=1_000, suppress_health_check=list(HealthCheck)
)
settings.load_profile("thorough" if THOROUGH else "everyday")


def pytest_terminal_summary(terminalreporter):
    """What became of the generated models, all chunks and workers together."""
    counts = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                counts.update(dict(report.user_properties).get("campaign", {}))
    if counts:
        terminalreporter.section("generated models through every target")
        terminalreporter.write_line("\n".join(lines(counts)))
