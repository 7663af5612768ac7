"""Numbers of 64 bits in JAX, which rounds to 32 unless told otherwise."""

from __future__ import annotations

from typing import Any

import jax

from nullcline.errors import SimulationError


def double() -> Any:
    """A context in which JAX keeps 64 bits; what the user set is as before after it."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax import experimental

    return experimental.enable_x64()


def require_double() -> None:
    """Raise SimulationError where JAX would round to 32 bits."""
    if not jax.config.jax_enable_x64:
        raise SimulationError(
            'JAX rounds to 32 bits: call jax.config.update("jax_enable_x64", True) first, '
            "or work inside `with jax.enable_x64(True):`"
        )
