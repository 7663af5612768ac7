"""A plugin of pytest: where `CI` is set, a test that is skipped for a missing package fails."""

import os
import re

import pytest

PACKAGE = re.compile(
    r"could not import|(?:is|are) not installed: pip install|just is not installed"
)


def refused(report):
    """Make a skip for a missing package a failure; other skips stay what they are."""
    if os.environ.get("CI") and report.skipped and PACKAGE.search(str(report.longrepr)):
        report.outcome = "failed"
        report.longrepr = f"skipped for a missing package, where CI is set: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return refused((yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return refused((yield))
