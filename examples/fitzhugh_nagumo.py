"""FitzHugh-Nagumo: where in the plane of two parameters the model oscillates.

Usage: python examples/fitzhugh_nagumo.py [FOLDER FOR THE PICTURES]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from nullcline import Dynamics, plot
from nullcline.pyrates import grid_search

fhn = Dynamics("FHN")
fhn.add_parameter("a", value=0.7)
fhn.add_parameter("b", value=0.8)
fhn.add_parameter("tau", value=12.5)
fhn.add_parameter("I_ext", value=0.5)
fhn.add_state_variable("v", equation="v - v**3/3 - w + I_ext", initial_value=0.0)
fhn.add_state_variable("w", equation="(v + a - b*w)/tau", initial_value=0.0)

print(fhn.render_code(format="python"))

a, current = np.linspace(0.5, 1.0, 5), np.linspace(0.0, 1.0, 5)
with tempfile.TemporaryDirectory() as folder:
    fhn.to_yaml(format="pyrates", filepath=f"{folder}/model.yaml")
    results, results_map = grid_search(
        circuit_template=f"{folder}/model/FHN_circuit",
        param_grid={"a": a, "I_ext": current},
        param_map={name: {"vars": [f"FHN_op/{name}"], "nodes": ["p"]} for name in ("a", "I_ext")},
        permute_grid=True,
        simulation_time=200.0,
        step_size=1e-3,
        sampling_step_size=1e-1,
        outputs={"v": "p/FHN_op/v"},
    )
second_half = results["v"].iloc[len(results) // 2 :]
amplitude = second_half.max().to_numpy() - second_half.min().to_numpy()
points = results_map.assign(amplitude=amplitude).pivot(
    index="a", columns="I_ext", values="amplitude"
)

pictures = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
picture = plot.heat_map(
    points.to_numpy(), current, a, xlabel="I_ext", ylabel="a", label="Amplitude of v"
)
picture.savefig(pictures / "fitzhugh_nagumo_map.png", dpi=100)
