"""Van der Pol: how the damping shapes an oscillation.

Usage: python examples/van_der_pol.py [FOLDER FOR THE PICTURES]
"""

import sys
import tempfile
from pathlib import Path

from nullcline import Dynamics, plot
from nullcline.pyrates import grid_search

vdp = Dynamics("VdP")
vdp.add_parameter("mu", value=1.0, description="Damping")
vdp.add_state_variable("x", equation="z", initial_value=0.1)
vdp.add_state_variable("z", equation="mu*(1 - x**2)*z - x", initial_value=0.0)

print(vdp.generate_report(format="markdown"))

with tempfile.TemporaryDirectory() as folder:
    vdp.to_yaml(format="pyrates", filepath=f"{folder}/model.yaml")
    results, results_map = grid_search(
        circuit_template=f"{folder}/model/VdP_circuit",
        param_grid={"mu": [0.1, 0.5, 1.0, 2.0, 5.0, 10.0]},
        param_map={"mu": {"vars": ["VdP_op/mu"], "nodes": ["p"]}},
        simulation_time=100.0,
        step_size=1e-3,
        sampling_step_size=1e-2,
        outputs={"x": "p/VdP_op/x", "z": "p/VdP_op/z"},
    )
print(f"swept: {results.shape}\n{results_map}")

pictures = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
plot.time_series(results, results_map).savefig(pictures / "van_der_pol_time.png", dpi=100)
portrait = plot.phase_portrait(results, "x", "z", results_map)
portrait.savefig(pictures / "van_der_pol_phase.png", dpi=100)
