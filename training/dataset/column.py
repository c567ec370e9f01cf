"""Where the rows of one array of one part lie: shards, and chunks in them."""

from dataclasses import dataclass

import numpy as np

from training.dataset.compression import PLAIN, Codecs
from training.dataset.schema import AnyArray, ArraySpec


@dataclass(frozen=True, slots=True)
class Column:
    """Where the shards lie. A ragged array has several columns side by side, any other just column 0."""

    prefix: str
    """``data/<array>`` in its part."""
    spec: ArraySpec
    codecs: Codecs = PLAIN
    number: int = 0

    def key(self, shard: int) -> str:
        """Of one shard."""
        rest = len(self.spec.shape)
        tail = [self.number, *[0] * (rest - 1)] if rest else []
        return "/".join([self.prefix, "c", str(shard), *map(str, tail)])

    @property
    def chunks_per_shard(self) -> int:
        """Capacity of the index."""
        return self.spec.shard // self.spec.chunk

    @property
    def chunk_shape(self) -> tuple[int, ...]:
        """Of one chunk's rows."""
        return (self.spec.chunk, *self.spec.shape)

    def filler(self, rows: int) -> AnyArray:
        """Rows that nobody wrote."""
        return np.full((rows, *self.spec.shape), self.spec.fill, self.spec.dtype)
