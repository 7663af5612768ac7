"""How Hypothesis works here, every day and in a thorough run; the campaign's counts at the end."""

import os
from collections import Counter

import pytest
from campaign import lines
from hypothesis import HealthCheck, settings

pytest_plugins = ["missing"]

os.environ.setdefault("NULLCLINE_COMPILE", "wait")
"""Sweeps of the suite give the same bits whatever is compiled already; tests of others say so."""

THOROUGH = bool(os.environ.get("NULLCLINE_THOROUGH"))

os.environ["NULLCLINE_CACHE"] = os.devnull  # no test sees what another has kept

settings.register_profile(
    "everyday", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", deadline=None, max_examples=1_000, suppress_health_check=list(HealthCheck)
)
settings.load_profile("thorough" if THOROUGH else "everyday")


def pytest_collection_modifyitems(items):
    """What is marked as thorough is left to `just test-thorough`."""
    if not THOROUGH:
        for item in items:
            if item.get_closest_marker("thorough"):
                item.add_marker(pytest.mark.skip(reason="long: `just test-thorough`"))


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
