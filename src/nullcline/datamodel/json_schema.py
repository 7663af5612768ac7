"""The JSON Schema of files, as it is installed with the package."""

from __future__ import annotations

from pathlib import Path

NAME = "nullcline.schema.json"


def path() -> Path:
    """The file with the schema of a model or a study."""
    return Path(__file__).with_name(NAME)
