"""Faults that translators really make, planted in any target, and whether the check sees them."""

from sabotage.engines import ENGINE_FAULTS
from sabotage.equations import EQUATION_FAULTS
from sabotage.faults import CAUGHT, Cell, Fault, control, plant
from sabotage.texts import TEXT_FAULTS

FAULTS = (*EQUATION_FAULTS, *TEXT_FAULTS, *ENGINE_FAULTS)

__all__ = ["CAUGHT", "FAULTS", "Cell", "Fault", "control", "plant"]
