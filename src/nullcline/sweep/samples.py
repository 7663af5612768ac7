"""Which points a sweep visits: every combination of its axes, a list, or a sample of intervals."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nullcline.errors import Problem
from nullcline.expression import nearest
from nullcline.sweep.axes import Axis
from nullcline.trajectory import Array

METHODS = ("grid", "zip", "latin_hypercube", "sobol")
RANDOM = ("latin_hypercube", "sobol")
"""Those that draw their points from intervals."""


@dataclass(frozen=True)
class Design:
    """The points of a sweep, in an order: the last axis of a grid runs fastest."""

    axes: tuple[Axis, ...]
    method: str = "grid"
    seed: int | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the result's dimensions, time apart: one an axis, or one in all."""
        if self.method == "grid":
            return tuple(axis.values.size for axis in self.axes)
        return (self.axes[0].values.size,)

    @property
    def count(self) -> int:
        """How many points there are; a Python integer, as a grid may have more than 2**63."""
        return math.prod(self.shape)

    def part(self, start: int, stop: int) -> dict[str, Array]:
        """The values of the points from `start` up to `stop`, shape (stop - start,) by name."""
        if self.method != "grid":
            return {axis.name: axis.values[start:stop] for axis in self.axes}
        places = np.unravel_index(np.arange(start, stop), self.shape)
        chosen = zip(self.axes, places, strict=True)
        return {axis.name: axis.values[place] for axis, place in chosen}


def check_method(method: str, n: Any, seed: Any, problems: list[Problem]) -> None:
    """Whether a way of choosing points and its numbers fit each other."""
    if method not in METHODS:
        text = f"there is no sampling method `{method}`{nearest(method, METHODS)}"
        problems.append(Problem(text, hint=f"use one of {', '.join(METHODS)}"))
        return
    whole = isinstance(n, int | np.integer) and not isinstance(n, bool) and n >= 1
    if method in RANDOM and not whole:
        text = f"a {method} sample needs the number of its points, not n = {n!r}"
        problems.append(Problem(text, hint="give n=1024"))
    elif method not in RANDOM and n is not None:
        problems.append(Problem(f"a {method} sweep takes no n: its axes say how many points"))
    if not isinstance(seed, int | np.integer) or seed < 0:
        problems.append(Problem(f"the seed is {seed!r}", hint="give an integer that is 0 or more"))


def drawn(axes: tuple[Axis, ...], method: str, n: int, seed: int) -> Design:
    """The points that a method of `scipy.stats.qmc` draws from intervals, scrambled by the seed.

    Latin hypercube: McKay, Beckman and Conover 1979; Sobol: Sobol 1967 with Owen's scrambling.
    """
    from scipy.stats import qmc

    draw: Any = {"latin_hypercube": qmc.LatinHypercube, "sobol": qmc.Sobol}[method]
    generator = np.random.default_rng(int(seed))
    try:
        engine = draw(len(axes), rng=generator)
    except TypeError:  # SciPy before 1.15
        engine = draw(len(axes), seed=generator)
    if method == "sobol" and int(n) & (int(n) - 1):
        near = 1 << (int(n).bit_length() - 1)
        said = f"{n} points of a Sobol sequence are not balanced: take {near} or {2 * near}"
        warnings.warn(said, stacklevel=2)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The balance properties of Sobol")
        unit = engine.random(int(n))
    placed = tuple(_placed(axis, unit[:, index]) for index, axis in enumerate(axes))
    return Design(placed, method, int(seed))


def _placed(axis: Axis, share: Array) -> Axis:
    low, high = np.log(axis.values) if axis.log else axis.values
    values = low + share * (high - low)
    inside = np.clip(np.exp(values) if axis.log else values, *axis.values)
    return Axis(axis.quantity, axis.initial, inside)


def check_lengths(axes: Iterable[Axis], problems: list[Problem]) -> None:
    """Whether the axes of a zipped sweep are equally long."""
    lengths = {axis.name: axis.values.size for axis in axes}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"`{name}` {length}" for name, length in lengths.items())
        hint = 'use method="grid" for every combination'
        problems.append(Problem(f"the axes of a zipped sweep differ in length: {told}", hint=hint))
