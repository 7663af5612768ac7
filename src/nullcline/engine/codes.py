"""The number of every instruction of a program."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Code = NDArray[np.int32]

OPERATION_CODES = {
    name: index
    for index, name in enumerate(
        [
            *("+", "-", "*", "/", "neg", "<", "<=", ">", ">=", "==", "!=", "and", "or", "not"),
            *("where", "min", "max", "abs", "sign", "heaviside", "sqrt", "floor", "ceil"),
            *("exp", "sigmoid", "tanh", "sin", "cos", "log", "expm1", "cosh", "**", "mod"),
            *("log10", "log2", "log1p", "tan", "sinh", "asin", "acos", "atan", "asinh"),
            *("acosh", "atanh", "atan2", "erf", "erfc"),
        ]
    )
}
"""The number of each operation; those up to `cosh` are vector instructions."""

FUSED = {"+": "a*b+c", "-": "a*b-c"}
CODES: Mapping[str, int] = {
    **OPERATION_CODES,
    **{name: len(OPERATION_CODES) + n for n, name in enumerate(("a*b+c", "a*b-c", "c-a*b"))},
}
"""A product and the sum that alone uses it are one instruction, each rounded as by itself."""
