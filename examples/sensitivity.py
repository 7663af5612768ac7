"""FitzHugh-Nagumo: which parameters set the period of its oscillation.

Usage: python examples/sensitivity.py [FOLDER FOR THE PICTURES]
"""

import sys
from pathlib import Path

from nullcline import Dynamics, plot

fhn = Dynamics("FHN", time_unit="ms")
fhn.add_parameter("a", value=0.7)
fhn.add_parameter("b", value=0.8)
fhn.add_parameter("tau", value=12.5, unit="ms")
fhn.add_parameter("I_ext", value=0.5)
fhn.add_state_variable("v", equation="v - v**3/3 - w + I_ext", initial_value=0.0)
fhn.add_state_variable("w", equation="(v + a - b*w)/tau", initial_value=0.0)

found = fhn.sensitivity(
    {"a": (0.6, 0.8), "b": (0.7, 0.9), "tau": (10.0, 15.0), "I_ext": (0.5, 1.0)},
    feature="period:v",
    duration=400.0,
    after=100.0,
    n=512,
)
for name in found.parameter.values:
    total, doubt = (float(found[key].sel(parameter=name)) for key in ("total", "total_confidence"))
    print(f"{name}: {total:.3f} of the variance, to within {doubt:.3f}")

pictures = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
plot.sensitivity(found).savefig(pictures / "sensitivity.png", dpi=100)
