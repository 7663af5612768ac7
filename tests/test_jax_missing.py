"""Where JAX or diffrax is not installed, a sentence says what to do."""

import numpy as np
import pytest

from nullcline import Dynamics, Run, differentiable, errors

DECAY = Dynamics("Decay", parameters={"k": 1.0})
DECAY.add_state_variable("x", "-k*x", 1.0)


@pytest.mark.parametrize("missing", [("jax", "diffrax"), ("diffrax",)])
def test_what_is_missing_is_named(missing, monkeypatch):
    found = {"jax", "diffrax"} - set(missing)
    monkeypatch.setattr(errors, "find_spec", lambda name: name if name in found else None)
    sentence = (
        rf"{' and '.join(missing)}, which (is|are) not installed: pip install 'nullcline\[jax\]'"
    )
    with pytest.raises(ImportError, match=sentence):
        DECAY.sweep({"k": np.array([1.0, 2.0])}, duration=1, backend="jax")
    with pytest.raises(ImportError, match=sentence):
        differentiable.solution(DECAY.system(), Run(1, 0.1))
    with pytest.raises(ImportError, match=sentence):
        differentiable.vector_field(DECAY.system())
