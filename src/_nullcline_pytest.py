"""The options of `pytest --nullcline`, and nothing else: pytest loads this file in every project.

It stands beside the package because whatever stands inside it brings NumPy along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """What the plugin takes."""
    group = parser.getgroup("nullcline", "dynamical models proved (nullcline)")
    group.addoption(
        "--nullcline",
        action="store_true",
        help="every .yaml and .yml file below the given paths, and every other model file that is "
        "named, is a model: test it and its exports",
    )
    group.addoption(
        "--nullcline-target",
        action="append",
        default=[],
        metavar="NAME",
        help="only this export target; may be given several times (default: all)",
    )
    group.addoption(
        "--nullcline-duration",
        type=float,
        metavar="X",
        help="how long each model is run, in its own time unit (default: as `nullcline conform`)",
    )
    group.addoption(
        "--nullcline-expected",
        metavar="FILE",
        help="the expected failures, each with its reason (default: ROOTDIR/nullcline-expected.yaml"
        ", if it exists)",
    )
    group.addoption(
        "--require-all-targets",
        action="store_true",
        help="an engine that is not installed is a failure, not a skip",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Bring in the plugin where it is asked for."""
    if config.getoption("nullcline"):
        from nullcline.pytest_plugin import Models

        config.pluginmanager.register(Models(config), "nullcline-models")
