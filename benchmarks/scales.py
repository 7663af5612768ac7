"""How far a model in small units is from the same in its own, by every solver and backend.

    python benchmarks/scales.py [MODEL ...]

Each number is the largest difference from scale 1 at any sample of any state, relative to the
state's largest magnitude, both runs being at the default tolerances. NANO is the Brusselator of
a = 1, b = 3, the others are models of the library.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nullcline import Run, library, reference
from nullcline.engine import Points, Swept, simulate, sweep
from nullcline.expression import Apply, Node, Number, Symbol, parse, substitute
from nullcline.system import Definition, Quantity, System
from nullcline.trajectory import Array

SCALES = (1e-3, 1e-6, 1e-9, 1e-12, 1e-15, 2.0**-40)
MODELS = {"NANO": 60.0, "fitzhugh_nagumo": 40.0, "robertson": 4.0, "van_der_pol_forced": 10.0}
"""An oscillator, another one, a stiff and a forced model, with how long each runs."""


def scaled(system: System, size: float) -> System:
    """The system with states `size` times as large."""
    own: dict[str, Node] = {
        item.name: Apply("/", (Symbol(item.name), Number(size))) for item in system.states
    }

    def changed(items: tuple[Definition, ...]) -> tuple[Definition, ...]:
        return tuple(replace(item, tree=substitute(item.tree, own), text="") for item in items)

    return replace(
        system,
        states=tuple(replace(item, value=item.value * size) for item in system.states),
        auxiliaries=changed(system.auxiliaries),
        derivatives=tuple(
            Definition(item.name, Apply("*", (Number(size), item.tree)))
            for item in changed(system.derivatives)
        ),
    )


def nano(size: float) -> System:
    """The Brusselator in units of which its own is `size`."""
    numbers = {"a": size, "b": 3.0, "s": size}
    equations = {"x": "a - (b + 1)*x + x**2*y/s**2", "y": "b*x - x**2*y/s**2"}
    return System(
        name="Nano",
        parameters=tuple(Quantity(name, value) for name, value in numbers.items()),
        constants=(),
        inputs=(),
        states=(Quantity("x", size), Quantity("y", size)),
        auxiliaries=(),
        derivatives=tuple(Definition(name, parse(text)) for name, text in equations.items()),
    )


def at(model: str, size: float) -> System:
    """A model at a scale."""
    return nano(size) if model == "NANO" else scaled(library.load(model).system(), size)


def ways() -> dict[str, Callable[[System, Run], Array]]:
    """How a model can be run: to its values (states, samples)."""

    def swept(solver: str, machine: str) -> Callable[[System, Run], Array]:
        def values(system: System, run: Run) -> Array:
            options = {"solver": solver, "machine": machine}
            found: Swept = sweep(system, Points({}, {}, 1), replace(run, rtol=1e-6), **options)  # type: ignore[arg-type]
            assert found.values is not None
            return np.array(found.values[0].T)

        return values

    found: dict[str, Callable[[System, Run], Array]] = {
        "simulate": lambda system, run: simulate(system, run).values,
        "reference": lambda system, run: reference.simulate(system, run).values,
    }
    for solver in ("dp5", "dop853", "rodas"):
        for machine in ("numpy", "register", "compiled"):
            if machine != "compiled" or solver != "rodas":
                found[f"{solver}, {machine}"] = swept(solver, machine)
    try:
        from nullcline.differentiable import SOLVERS
        from nullcline.differentiable import sweep as jax_sweep
    except ImportError:
        return found

    def jax(solver: str) -> Callable[[System, Run], Array]:
        def values(system: System, run: Run) -> Array:
            points = Points({}, {}, 1)
            found: Swept = jax_sweep(system, points, replace(run, rtol=1e-6), solver=solver)
            assert found.values is not None
            return np.array(found.values[0].T)

        return values

    return found | {f"{solver}, jax": jax(solver) for solver in SOLVERS if solver != "auto"}


def main(models: list[str]) -> None:
    """Print a table a model."""
    for model in models or list(MODELS):
        run = Run(MODELS[model], MODELS[model] / 100)
        print(f"\n{model:22s}" + "".join(f"{size:>10.3g}" for size in SCALES), flush=True)
        for name, values in ways().items():
            one = values(at(model, 1.0), run)
            size = np.abs(one).max(axis=1, keepdims=True)
            size[size == 0] = 1.0
            print(f"{name:22s}", end="", flush=True)
            for scale in SCALES:
                other = values(at(model, scale), run) / scale
                apart = np.abs(other - one) / size if other.shape == one.shape else np.array(np.inf)
                print(f"{apart.max():10.1e}", end="", flush=True)
            print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
