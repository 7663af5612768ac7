"""The extended system of a branch point, and the coefficient that tells a Hopf point's kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nullcline.continuation.equations import Curve
from nullcline.trajectory import Array


def branch_point(curve: Curve, guess: Array) -> Array | None:
    """The simple branch point near a guess, by Newton's method on Moore's extended system.

    F + b psi = 0 and psi' dF = 0 with |psi| = 1, which is regular where F alone is singular
    (G. Moore, Numer. Funct. Anal. Optim. 2, 1980, doi:10.1080/01630568008816070).
    """
    size = len(guess)
    left = np.linalg.svd(curve.matrix(guess)[1])[0][:, -1]

    def extended(z: Array) -> Array:
        y, b, psi = z[:size], z[size], z[size + 1 :]
        found, matrix = curve.matrix(y)
        return np.concatenate([found + b * psi, psi @ matrix, [psi @ psi - 1]])

    z = _newton(extended, np.concatenate([guess, [0.0], left]))
    return None if z is None or abs(z[size]) > 1e-9 else z[:size]


def _newton(function: Callable[[Array], Array], z: Array) -> Array | None:
    """Newton's method with central differences: the root is as exact as the function."""
    size = np.inf
    for _ in range(15):
        steps = 1e-6 * np.maximum(1.0, np.abs(z))
        columns = [(function(z + h) - function(z - h)) / (2 * h.sum()) for h in np.diag(steps)]
        try:
            step = np.linalg.solve(np.array(columns).T, function(z))
        except np.linalg.LinAlgError:
            return None
        before, size = size, float(np.abs(step).max())
        if not np.isfinite(size):
            return None
        z = z - step
        if size < 1e-14 or (size < 1e-11 and size > 0.1 * before):
            return z
    return z if size < 1e-10 else None


def criticality(curve: Curve, y: Array, reach: float = 1e-4) -> str:
    """The sign of the first Lyapunov coefficient at a Hopf point, in words; "" where it is unclear.

    Y. A. Kuznetsov, Elements of Applied Bifurcation Theory, eq. 5.34, with the second and third
    derivatives from differences of the exact Jacobian.
    """
    scale = curve.scale[:-1]

    def jacobian(move: Array) -> Array:
        full = y * curve.scale
        found = curve.equations.evaluate(full[:-1] + move * scale, full[-1])[1][:, :-1]
        return found * scale / scale[:, None]

    middle = jacobian(np.zeros(len(scale)))
    values, vectors = np.linalg.eig(middle)
    pair = int(np.argmin(np.where(values.imag > 0, np.abs(values.real), np.inf)))
    omega, q = values[pair].imag, vectors[:, pair]
    lefts, duals = np.linalg.eig(middle.T)
    p = duals[:, int(np.argmin(np.abs(lefts + 1j * omega)))]
    p = p / np.conj(np.vdot(p, q))
    a, b = q.real, q.imag

    def first(u: Array) -> Array:
        return (jacobian(reach * u) - jacobian(-reach * u)) / (2 * reach)

    def second(u: Array) -> Array:
        return (jacobian(reach * u) - 2 * middle + jacobian(-reach * u)) / reach**2

    both = first(a) + 1j * first(b)
    cubic = (second(a) + second(b)) @ q
    mean = np.linalg.solve(middle, (first(a) @ a + first(b) @ b))
    double = np.linalg.solve(2j * omega * np.eye(len(q)) - middle, both @ q)
    terms = [np.vdot(p, cubic), -2 * np.vdot(p, both @ mean), np.vdot(p, np.conj(both) @ double)]
    total = sum(term.real for term in terms)
    rounding = 10 * np.finfo(float).eps / reach**2 * float(np.abs(middle).max())
    if not abs(total) > max(rounding, 1e-5 * max(abs(term) for term in terms)):
        return ""
    return "supercritical" if total < 0 else "subcritical"
