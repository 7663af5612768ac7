"""What units mean: their texts read, and the equations of a model checked against them."""

from nullcline.units.reading import Unit, UnitError, unit

__all__ = ["Unit", "UnitError", "unit"]
