"""Which pictures a modeller draws of runs, sweeps and models, each by one call for a Figure."""

from nullcline.plot.bars import sensitivity
from nullcline.plot.branches import bifurcation
from nullcline.plot.feature import curve, show_sweep
from nullcline.plot.maps import heat_map
from nullcline.plot.portrait import phase_portrait
from nullcline.plot.ranges import bifurcation_diagram
from nullcline.plot.series import time_series

__all__ = [
    "bifurcation",
    "bifurcation_diagram",
    "curve",
    "heat_map",
    "phase_portrait",
    "sensitivity",
    "show_sweep",
    "time_series",
]


def __dir__() -> list[str]:
    return sorted(__all__)
