"""What may stand on the left of an equation: it can only repeat what the declaration says."""

from __future__ import annotations

import re
import unicodedata
from typing import Any


def wrong_left_side(
    equation: Any, name: str, section: str, arguments: tuple[str, ...] = ()
) -> str | None:
    """Why the left-hand side contradicts the declaration, or None where it does not.

    That of a function may repeat its `arguments`, in their order.
    """
    if equation is None or equation.lhs is None:
        return None
    left = re.sub(r"\s+", "", unicodedata.normalize("NFKC", equation.lhs))
    if section != "state_variables":
        if section == "functions":
            allowed = [name, f"{name}({','.join(arguments)})"]
            meant = f"`{name}({', '.join(arguments)})`"
        else:
            allowed, meant = [name, f"{name}(t)"], f"`{name}`"
        return None if left in allowed else f"the left-hand side `{equation.lhs}` is not {meant}"
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
