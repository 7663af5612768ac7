"""What units mean: their texts read, and the equations of a model checked against them."""

from nullcline.units.check import Inferred, Units, check, problems
from nullcline.units.reading import Unit, UnitError, unit

__all__ = ["Inferred", "Unit", "UnitError", "Units", "check", "problems", "unit"]
