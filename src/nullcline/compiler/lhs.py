"""What may stand on the left of an equation: it can only repeat what the declaration says."""

from __future__ import annotations

import re
import unicodedata
from typing import Any


def wrong_left_side(equation: Any, name: str, section: str) -> str | None:
    """Why the left-hand side contradicts the declaration, or None where it does not."""
    if equation is None or equation.lhs is None:
        return None
    left = re.sub(r"\s+", "", unicodedata.normalize("NFKC", equation.lhs))
    if section != "state_variables":
        return None if left in (name, f"{name}(t)") else f"the left-hand side is not `{name}`"
    forms = {f"Derivative({name},t)", f"Derivative({name}(t),t)", f"d{name}/dt", f"d{name}", name}
    forms |= {
        f"d/dt{name}",
        f"d/dt*{name}",
        f"d({name})/dt",
        f"{name}'",
        f"{name}_dot",
        f"{name}dot",
    }
    if left in forms:
        return None
    return f"the left-hand side `{equation.lhs}` is not the first derivative of `{name}`"
