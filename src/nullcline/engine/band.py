# mypy: disable-error-code="untyped-decorator"
"""Linear equations with a band matrix, and the order of unknowns that makes the band narrow."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nullcline.engine.jit import alone

Whole = NDArray[np.int64]
SMALL = 8
"""Matrices up to this size are not worth another order."""


def narrow(rows: Whole, columns: Whole, size: int) -> tuple[Whole, int, int]:
    """Each unknown's place in the narrower of two orders (its own, reverse Cuthill-McKee), and
    how many diagonals the entries then reach below and above the main one."""
    own = np.arange(size)
    if size <= SMALL:
        return own, size - 1, size - 1
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import reverse_cuthill_mckee

    entries = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size)).tocsr()
    places = np.empty(size, dtype=np.int64)
    places[reverse_cuthill_mckee(entries + entries.T, symmetric_mode=True)] = own
    found = []
    for order in (own, places):
        apart = order[rows] - order[columns]
        found.append((order, int(max(apart.max(initial=0), 0)), int(max(-apart.min(initial=0), 0))))
    return min(found, key=lambda one: one[1] + one[2])


@alone
def factor(matrix: Any, pivots: Any, below: int, above: int) -> bool:
    """LU in place with partial pivoting, the pivots' inverses on the diagonal; False if singular.

    Nothing is stored outside `below` diagonals under and `below + above` over the main one.
    """
    size = matrix.shape[0]
    for k in range(size):
        last, end = min(size, k + below + 1), min(size, k + below + above + 1)
        best = k
        for i in range(k + 1, last):
            if abs(matrix[i, k]) > abs(matrix[best, k]):
                best = i
        pivots[k] = best
        if best != k:
            for j in range(k, end):
                matrix[k, j], matrix[best, j] = matrix[best, j], matrix[k, j]
        inverse = 1.0 / matrix[k, k]
        if not np.isfinite(inverse):
            return False
        matrix[k, k] = inverse
        for i in range(k + 1, last):
            if matrix[i, k] != 0.0:
                share = matrix[i, k] * inverse
                matrix[i, k] = share
                for j in range(k + 1, end):
                    matrix[i, j] -= share * matrix[k, j]
    return True


@alone
def solve(matrix: Any, pivots: Any, below: int, above: int, x: Any) -> None:
    """Replace x by the solution, with the matrix and pivots that `factor` left."""
    size = matrix.shape[0]
    for k in range(size):
        best = pivots[k]
        value = x[best]
        x[best] = x[k]
        x[k] = value
        for i in range(k + 1, min(size, k + below + 1)):
            x[i] -= matrix[i, k] * value
    for k in range(size - 1, -1, -1):
        value = x[k]
        for j in range(k + 1, min(size, k + below + above + 1)):
            value -= matrix[k, j] * x[j]
        x[k] = value * matrix[k, k]
