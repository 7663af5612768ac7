"""How a sweep is cut: blocks of neighbouring points, each small enough to be done at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

MOST_BYTES = 64 * 2**20
MOST_POINTS = 16_384
LEAST_POINTS = 256
"""A chunk is not cut smaller than this for progress alone: lanes and cores want work."""
PARTS = 24


@dataclass(frozen=True)
class Chunk:
    """Points `start` to `stop` of the whole order, which are the block `where` of the result."""

    index: int
    start: int
    stop: int
    where: tuple[slice, ...]


@dataclass(frozen=True)
class Chunks:
    """Every chunk of a result of this shape: equal blocks, those at the edge smaller.

    A block is (1, ..., 1, some, all, ..., all), so that its points follow each other.
    """

    shape: tuple[int, ...]
    block: tuple[int, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of blocks along each dimension."""
        return tuple(-(-size // each) for size, each in zip(self.shape, self.block, strict=True))

    def __len__(self) -> int:
        return math.prod(self.counts)

    def __iter__(self) -> Iterator[Chunk]:
        for index, place in enumerate(np.ndindex(self.counts)):
            sizes = zip(place, self.block, self.shape, strict=True)
            where = tuple(slice(i * b, min((i + 1) * b, n)) for i, b, n in sizes)
            corner = [each.start for each in where]
            start = int(np.ravel_multi_index(corner, self.shape))
            count = math.prod(each.stop - each.start for each in where)
            yield Chunk(index, start, start + count, where)


def cut(shape: tuple[int, ...], most: int) -> Chunks:
    """Chunks of at most `most` points, about equally large."""
    block = [1] * len(shape)
    inner = 1
    for axis in reversed(range(len(shape))):
        parts = -(-shape[axis] // max(1, most // inner))
        block[axis] = -(-shape[axis] // parts)
        if parts > 1:
            break
        inner *= shape[axis]
    return Chunks(shape, tuple(block))


def size(count: int, point_bytes: int) -> int:
    """How many points a chunk has unless the user says so: about a 24th of all, memory bounded.

    It depends on the sweep alone, so that every run of it is cut in the same places.
    """
    wanted = min(MOST_POINTS, max(LEAST_POINTS, -(-count // PARTS)))
    return max(1, min(wanted, MOST_BYTES // max(1, point_bytes)))
