"""The largest Lyapunov exponent of every point, from a second sweep with a tangent vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nullcline.engine.points import Feature, Swept
from nullcline.expression import Symbol
from nullcline.system import System

KIND = "lyapunov"


def with_exponents(
    sweep: Callable[[System, tuple[Feature, ...], bool], Swept],
    system: System,
    features: tuple[Feature, ...],
    trajectories: bool,
) -> Swept:
    """The sweep of the other features, and beside them the exponents, in 1/time unit.

    `sweep` takes a System, features, and whether to keep trajectories. An exponent is the mean
    from `after` on of the rate at which the tangent vector grows (Benettin et al. 1980,
    doi:10.1007/BF02128236); NaN where the point, or its tangent vector, did not get to the end.
    Raises ModelError where the derivatives jump by the state's own making.
    """
    from nullcline.jacobian import RATE, tangent
    from nullcline.jumps import refuse_jumps

    refuse_jumps(system, {item.name for item in system.states}, "Lyapunov exponents")
    wanted = [feature for feature in features if feature.kind == KIND]
    others = tuple(feature for feature in features if feature.kind != KIND)
    found = sweep(system, others, trajectories)
    rates = tuple(Feature(each.name, "mean", Symbol(RATE)) for each in wanted)
    longer = tangent(system)
    exponents = sweep(longer, rates, False)
    for feature in exponents.features.values():
        feature[found.status != 0] = float("nan")
    every = found.features | exponents.features
    said = f"exponents from {len(longer.states)} states ({exponents.reason})"
    return replace(
        found,
        features={feature.name: every[feature.name] for feature in features},
        reason=f"{found.reason}; {said}",
    )
