"""Where a result comes from: the fingerprint of the model, and versions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from nullcline import differentiable
from nullcline.engine import TERMS
from nullcline.expression import write
from nullcline.system import System
from nullcline.trajectory import Array


@lru_cache(maxsize=16)
def model_hash(system: System) -> str:
    """The SHA-256 of a System's canonical text: equal for models that compute the same numbers
    from the same equations; units and descriptions do not count."""
    return hashlib.sha256("\n".join(canonical(system)).encode()).hexdigest()


def canonical(system: System) -> Iterator[str]:
    """The lines of a System's canonical text: every name, with its number or its equation."""
    yield f"nullcline system 1 {system.name}"
    for kind in ("parameters", "inputs", "states"):
        for item in getattr(system, kind):
            yield f"{kind} {item.name} = {float(item.value)!r}"
    for kind in ("constants", "auxiliaries", "derivatives"):
        for item in getattr(system, kind):
            yield f"{kind} {item.name} = {write(item.tree)}"


def fingerprint(values: Array) -> str:
    """A short text that tells arrays of numbers apart to the last bit."""
    digest = hashlib.sha256(np.ascontiguousarray(values, dtype="<f8").tobytes()).hexdigest()
    return f"{values.size} values, sha256 {digest[:16]}"


def solver_terms(solver: str) -> str:
    """The terms of KiSAO for the methods that ran, as "dp5+rodas"."""
    return " ".join(TERMS[name] for name in solver.split("+") if name in TERMS)


def versions(engine: str) -> dict[str, str]:
    """The versions (and the device, where that is open) that numbers may depend on."""
    import nullcline

    more = differentiable.versions() if engine == "jax" else {"numba_version": _version("numba")}
    return {
        "nullcline_version": nullcline.__version__,
        "numpy_version": np.__version__,
        **more,
    }


@lru_cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
