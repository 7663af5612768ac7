# ruff: noqa: D103
"""What the vectors of numba (lanes.py, instructions.py) are without it: NumPy arrays, copied where
they are read, and masks as whole numbers of any length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def lanes_in(work: Any) -> int:
    """How many points advance together: here `blocks` is that very number."""
    return int(getattr(work, "blocks", work))


def load(work: Any, array: Any, index: int) -> Any:
    return array[index : index + work.blocks].copy()


def store(array: Any, index: int, value: Any) -> None:
    array[index : index + len(value)] = value


def splat(work: Any, value: float) -> Any:
    return np.full(lanes_in(work), value)


def bits(choice: Any) -> int:
    return int.from_bytes(np.packbits(choice, bitorder="little").tobytes(), "little")


def lanes_of(work: Any, number: int) -> Any:
    lanes = lanes_in(work)
    size = (lanes + 7) // 8
    raw = (number & ((1 << 8 * size) - 1)).to_bytes(size, "little")
    bytes_ = np.frombuffer(raw, dtype=np.uint8)
    return np.unpackbits(bytes_, count=lanes, bitorder="little").view(np.bool_)


def shifted(number: Any) -> Any:
    return ((number.view(np.int64) + 1023) << 52).view(np.float64)


def exponent(number: Any) -> Any:
    return (number.view(np.int64) >> 52) - 1023.0


def mantissa(number: Any) -> Any:
    low = number.view(np.int64) & ((1 << 52) - 1)
    return (low | (1023 << 52)).view(np.float64)


VECTORS: dict[str, Callable[..., Any]] = {
    **{f.__name__: f for f in (lanes_in, load, store, splat, bits, lanes_of)},
    **{f.__name__: f for f in (shifted, exponent, mantissa)},
    **{"select": np.where, "root": np.sqrt, "magnitude": np.abs, "negative": np.negative},
    **{"down": np.floor, "up": np.ceil, "plus": np.add, "minus": np.subtract},
    "signed": np.copysign,
}
"""Every one of numba's by its name there."""
