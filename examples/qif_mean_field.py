"""Mean field of quadratic integrate-and-fire neurons: what the population does as it is driven.

Usage: python examples/qif_mean_field.py [FOLDER FOR THE PICTURES]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from nullcline import Dynamics, plot
from nullcline.pyrates import grid_search

qif = Dynamics("QIF")
qif.add_parameter("tau", value=1.0, description="Membrane time constant")
qif.add_parameter("eta", value=-5.0, description="Drive")
qif.add_parameter("J", value=15.0, description="Coupling strength")
qif.add_parameter("Delta", value=1.0, description="Heterogeneity")
qif.add_state_variable("r", equation="Delta/(tau*pi) + 2*r*v", initial_value=0.1)
qif.add_state_variable("v", equation="v**2 + eta + J*r*tau - (pi*r*tau)**2", initial_value=-2.0)

with tempfile.TemporaryDirectory() as folder:
    qif.to_yaml(format="pyrates", filepath=f"{folder}/model.yaml")
    results, results_map = grid_search(
        circuit_template=f"{folder}/model/QIF_circuit",
        param_grid={"eta": np.linspace(-10, 5, 30)},
        param_map={"eta": {"vars": ["QIF_op/eta"], "nodes": ["p"]}},
        simulation_time=500.0,
        step_size=1e-3,
        sampling_step_size=1e-1,
        outputs={"r": "p/QIF_op/r"},
    )
print(f"swept: {results.shape}")

pictures = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
picture = plot.bifurcation_diagram(results, results_map, "r", traces=[0, 10, 15, 25], model=qif)
picture.savefig(pictures / "qif_mean_field.png", dpi=100)
