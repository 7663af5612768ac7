"""The methods of global sensitivity analysis in SALib: designs, estimators, what each needs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nullcline.errors import ModelError, Problem, require
from nullcline.expression import nearest
from nullcline.trajectory import Array

LEVEL, RESAMPLES = 0.95, 200
"""The level of the confidence intervals, and the bootstrap samples that they come from."""
HARMONICS, LEVELS = 4, 4
"""FAST's interference factor M, and the levels of Morris' grid."""


@dataclass(frozen=True)
class Method:
    """One method: `points(n, k)` runs for k parameters, `wrong(n)` a phrase where n does not do.

    `sample(k, n, seed)` gives the design in the unit cube, shape (points, k); `estimate(design,
    values, seed)` the indices by name, of the shape (k,) or (k, k).
    """

    title: str
    n: int
    points: Callable[[int, int], int]
    wrong: Callable[[int], str]
    sample: Callable[[int, int, int], Array]
    estimate: Callable[[Array, Array, int], Mapping[str, Array]]
    doubt: str = f"{LEVEL:.0%} intervals"


def method_called(name: str) -> Method:
    """The method of that name; ModelError with the nearest there is."""
    if name not in METHODS:
        hint = f"use one of {', '.join(METHODS)}"
        text = f"there is no method `{name}` of sensitivity{nearest(name, METHODS)}"
        raise ModelError([Problem(text, hint=hint)])
    require("SALib", what="sensitivity")
    return METHODS[name]


def _cube(count: int) -> dict[str, Any]:
    names = [str(index) for index in range(count)]
    return {"num_vars": count, "names": names, "bounds": [[0.0, 1.0]] * count}


def _sobol_sample(count: int, n: int, seed: int) -> Array:
    from SALib.sample import sobol

    return np.asarray(sobol.sample(_cube(count), n, seed=seed), dtype=np.float64)


def _sobol(design: Array, values: Array, seed: int) -> dict[str, Array]:
    from SALib.analyze import sobol

    cube = _cube(design.shape[1])
    found = sobol.analyze(cube, values, num_resamples=RESAMPLES, conf_level=LEVEL, seed=seed)
    second = {"second_order": found["S2"], "second_order_confidence": found["S2_conf"]}
    return {
        "first_order": found["S1"],
        "first_order_confidence": found["S1_conf"],
        "total": found["ST"],
        "total_confidence": found["ST_conf"],
        **{name: _symmetric(matrix) for name, matrix in second.items()},
    }


def _symmetric(upper: Array) -> Array:
    """SALib fills the pairs above the diagonal alone; a pair is the same either way round."""
    return np.where(np.isnan(upper), np.transpose(upper), upper)


def _morris_sample(count: int, n: int, seed: int) -> Array:
    from SALib.sample import morris

    found = morris.sample(_cube(count), n, num_levels=LEVELS, seed=seed)
    return np.asarray(found, dtype=np.float64)


def _morris(design: Array, values: Array, seed: int) -> dict[str, Array]:
    from SALib.analyze import morris

    cube, options = _cube(design.shape[1]), {"num_levels": LEVELS, "conf_level": LEVEL}
    found = morris.analyze(cube, design, values, num_resamples=RESAMPLES, seed=seed, **options)
    names = {"mu_star": "mu_star", "mu_star_confidence": "mu_star_conf", "mu": "mu"}
    names["sigma"] = "sigma"
    return {name: np.ma.filled(found[key], np.nan) for name, key in names.items()}


def _fast_sample(count: int, n: int, seed: int) -> Array:
    from SALib.sample import fast_sampler

    found = fast_sampler.sample(_cube(count), n, M=HARMONICS, seed=seed)
    return np.asarray(found, dtype=np.float64)


def _fast(design: Array, values: Array, seed: int) -> dict[str, Array]:
    from SALib.analyze import fast

    with warnings.catch_warnings():
        # SALib warns that its intervals do not hold; measured, they do not, and are left out.
        warnings.simplefilter("ignore", UserWarning)
        found = fast.analyze(_cube(design.shape[1]), values, M=HARMONICS, seed=seed)
    names = {"first_order": "S1", "total": "ST"}
    return {name: np.asarray(found[key], dtype=np.float64) for name, key in names.items()}


def _not_a_power(n: int) -> str:
    if n >= 2 and n & (n - 1) == 0:
        return ""
    below = 1 << max(n.bit_length() - 1, 1)
    return f"is not a power of 2, as Sobol's sequence needs: take {below} or {2 * below}"


METHODS: Mapping[str, Method] = {
    "sobol": Method(
        "Sobol indices", 1024, lambda n, k: n * (2 * k + 2), _not_a_power, _sobol_sample, _sobol
    ),
    "morris": Method(
        "elementary effects (Morris)",
        64,
        lambda n, k: n * (k + 1),
        lambda n: "" if n >= 2 else "is too few trajectories: take 2 or more",
        _morris_sample,
        _morris,
    ),
    "fast": Method(
        "extended FAST indices",
        1025,
        lambda n, k: n * k,
        lambda n: "" if n > 4 * HARMONICS**2 else f"is too few: take {4 * HARMONICS**2 + 1}",
        _fast_sample,
        _fast,
        "no intervals: the bias of FAST is a few hundredths, whatever n",
    ),
}
"""Saltelli et al. 2010 (doi:10.1016/j.cpc.2009.09.018); Morris 1991 and Campolongo et al. 2007
(doi:10.1016/j.envsoft.2006.10.004); Saltelli et al. 1999 (doi:10.1080/00401706.1999.10485594)."""
