"""Identifiers: what SBML and its readers keep for themselves, and what is written instead."""

from __future__ import annotations

import re

from nullcline.system import System
from nullcline.targets.renaming import ascii_name, renamed
from nullcline.targets.sbml.functions import DEFINITIONS

CONSTANTS = "time avogadro pi exponentiale true false infinity inf notanumber nan"
"""What readers take for a constant in any case where they show an equation as text."""

RESERVED = frozenset({*DEFINITIONS, *CONSTANTS.split()})


def names(system: System) -> dict[str, str]:
    """Every declared name with the identifier (SId) that it has in the document."""
    return renamed(system.names, _refused, ascii_name)


def model_id(system: System) -> str:
    """The model's name as an identifier beside those of its variables."""
    taken = set(names(system).values())
    plain = re.sub(r"\W", "_", system.name) or "model"
    plain = f"model_{plain}" if plain[0].isdigit() else plain
    return renamed([plain], lambda name: name in taken or _refused(name), ascii_name)[plain]


def _refused(name: str) -> bool:
    return name in DEFINITIONS or name.lower() in RESERVED or not name.isascii()
