"""Where JAX or diffrax is not installed, a sentence says what to do."""

import numpy as np
import pytest

from nullcline import Dynamics, Run, differentiable

DECAY = Dynamics("Decay", parameters={"k": 1.0})
DECAY.add_state_variable("x", "-k*x", 1.0)


@pytest.mark.parametrize("missing", [("jax", "diffrax"), ("diffrax",)])
def test_what_is_missing_is_named(missing, monkeypatch):
    found = {"jax", "diffrax"} - set(missing)
    monkeypatch.setattr(differentiable, "find_spec", lambda name: name if name in found else None)
    sentence = rf"needs {' and '.join(missing)}: pip install 'nullcline\[jax\]'"
    with pytest.raises(ImportError, match=sentence):
        DECAY.sweep({"k": np.array([1.0, 2.0])}, duration=1, backend="jax")
    with pytest.raises(ImportError, match=sentence):
        differentiable.solution(DECAY.system(), Run(1, 0.1))
    with pytest.raises(ImportError, match=sentence):
        differentiable.vector_field(DECAY.system())
