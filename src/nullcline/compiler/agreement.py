"""Whether two equations have the same values: some files say one thing twice."""

from __future__ import annotations

import numpy as np

from nullcline.expression import Node, evaluate, symbols

POINTS = 400


def agree(one: Node, other: Node) -> bool:
    """Whether two trees are equal, or have equal values at many points, whole numbers included."""
    if one == other:
        return True
    random = np.random.default_rng(0)
    names = dict.fromkeys((*symbols(one), *symbols(other)))
    scale = random.choice([0.1, 1.0, 10.0, 100.0, 1000.0], POINTS)
    values = {name: scale * random.standard_normal(POINTS) for name in names}
    for name in names:
        values[name][: POINTS // 4] = random.integers(-3, 4, POINTS // 4)
    time = np.abs(scale * random.standard_normal(POINTS))
    first, second = (
        np.broadcast_to(evaluate(tree, values, time), (POINTS,)) for tree in (one, other)
    )
    return bool(np.all(np.isclose(first, second, rtol=1e-9, atol=1e-12, equal_nan=True)))
