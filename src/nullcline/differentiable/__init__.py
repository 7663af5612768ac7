"""A System in JAX: its vector field, its solution as a function with derivatives, and sweeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nullcline import errors
from nullcline.engine import Swept
from nullcline.system import System
from nullcline.trajectory import Run

__all__ = ["SOLVERS", "require", "solution", "sweep", "vector_field"]

SOLVERS = ("auto", "dopri5", "dopri8", "kvaerno5")
"""The names of diffrax's solvers that can be asked for; the last is for stiff models."""


def require() -> None:
    """Raise ImportError with how to install what is missing."""
    errors.require("jax", "diffrax", what="a solution with derivatives")


def vector_field(system: System) -> Callable[..., Any]:
    """f(t, state, values={}) -> derivatives, shape (states,), in JAX's own operations.

    `values` replace declared parameters and inputs by name. It works under jit, grad and vmap.
    """
    require()
    from nullcline.differentiable.solved import vector_field

    return vector_field(system)


def solution(
    system: System,
    run: Run,
    *,
    outputs: tuple[str, ...] | None = None,
    solver: str = "auto",
    mode: str = "reverse",
    most: int = 16_384,
) -> Callable[..., Any]:
    """f(values={}) -> the outputs (None: all states), shape (outputs, samples), at `run.times`.

    `values` are numbers by name: parameters, inputs, and states for their initial values; what
    is not named keeps what the run or the model says. It works under jit and vmap, and under
    grad, vjp and jacrev with mode "reverse", or jvp and jacfwd with mode "forward"; derivatives
    are those of the numerical solution, about as exact as the run's tolerances. What moves a
    jump of the equations in time, or of the state, has no derivative for that. From where a
    point ends early, or needs more than `most` steps, its values are NaN, and derivatives of
    them say nothing.
    Needs 64 bits in JAX: raises SimulationError otherwise.
    """
    require()
    from nullcline.differentiable.solved import solution

    return solution(system, run, outputs, solver, mode, most)


def sweep(system: System, points: Any, run: Run, **options: Any) -> Swept:
    """As `nullcline.engine.sweep`, on JAX's default device; see docs/sweeps.md."""
    require()
    from nullcline.differentiable.points import sweep

    return sweep(system, points, run, **options)


def versions() -> Mapping[str, str]:
    """What the numbers may depend on beside the versions of the package itself."""
    from importlib.metadata import version

    import jax

    device = jax.devices()[0]
    return {
        "jax_version": version("jax"),
        "diffrax_version": version("diffrax"),
        "jax_device": f"{device.platform} ({device.device_kind})",
    }
