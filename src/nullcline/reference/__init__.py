"""The meaning of a System: its equations integrated by methods that share no step, with a doubt.

Nothing here is shared with targets or with the engine: trees become functions over floats by a
compiler of its own, and the times at which inputs jump are found by code of its own.
"""

from nullcline.reference.opinions import rates, simulate
from nullcline.reference.start import undefined_at_start
from nullcline.reference.walk import cone, vector_field

__all__ = ["cone", "rates", "simulate", "undefined_at_start", "vector_field"]
