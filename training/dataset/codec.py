"""Chunks and shards as Zarr v3 defines them: Zstd, CRC-32C, ``sharding_indexed`` with its index at the end.

Rows are compressed once and kept as bytes until their shard is full, and one chunk can be read from the middle
of a shard: that is why this does not go through Zarr's own codec pipeline. Zarr reads what is written here.
"""

import sys
from collections.abc import Sequence

import google_crc32c
import numpy as np
import numpy.typing as npt
from numcodecs import zstd
from zstandard import BufferWithSegments, ZstdCompressor

from training.dataset import compression
from training.dataset.compression import PLAIN, Codecs
from training.dataset.schema import AnyArray

MISSING = 2**64 - 1


class DamagedError(ValueError):
    """Bytes that are not what was written."""


def index_size(chunks: int) -> int:
    """Bytes of the index of a shard."""
    return 16 * chunks + 4


def largest_chunk(raw: int) -> int:
    """No more bytes than this come of compressing ``raw`` bytes."""
    return raw + raw // 128 + 1024


def with_checksum(data: bytes) -> bytes:
    """The bytes followed by their CRC-32C."""
    return data + google_crc32c.value(data).to_bytes(4, "little")


def without_checksum(data: bytes) -> bytes:
    """Inverse of ``with_checksum``; raises ``DamagedError`` when the sum is wrong."""
    if len(data) < 4 or google_crc32c.value(data[:-4]) != int.from_bytes(data[-4:], "little"):
        raise DamagedError("the checksum is wrong")
    return data[:-4]


def little_endian(array: AnyArray) -> AnyArray:
    """The same values, contiguous, in the byte order that is stored and hashed."""
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))


def encode_chunks(rows: AnyArray, size: int, codecs: Codecs = PLAIN) -> list[bytes]:
    """Chunks of ``size`` rows each. All are compressed in one call, during which other Python code runs."""
    chunks = rows.reshape(len(rows) // size, -1)
    data = little_endian(compression.apply(codecs, chunks))
    each = data.nbytes // len(data)
    bounds = np.array([(start, each) for start in range(0, data.nbytes, each)], np.uint64)
    whole = BufferWithSegments(data.reshape(-1).view(np.uint8).data, bounds.tobytes())
    compressed = ZstdCompressor(level=codecs.level).multi_compress_to_buffer(whole, threads=1)
    return [with_checksum(compressed[k].tobytes()) for k in range(len(data))]


def encode_chunk(rows: AnyArray, codecs: Codecs = PLAIN) -> bytes:
    """One chunk of all rows."""
    return encode_chunks(rows, len(rows), codecs)[0]


def decode_chunk(data: bytes, shape: Sequence[int], dtype: npt.DTypeLike, codecs: Codecs = PLAIN) -> AnyArray:
    """Inverse of ``encode_chunk``. Never makes more than ``shape`` says, whatever the bytes claim."""
    out = np.empty(shape, dtype)
    decode_into(data, out, codecs)
    return out


def decode_into(data: bytes, out: AnyArray, codecs: Codecs = PLAIN) -> None:
    """The same into a contiguous array that is there already."""
    try:
        zstd.decompress(without_checksum(data), out.reshape(-1).view(np.uint8))
    except (ValueError, RuntimeError) as error:
        raise DamagedError(str(error)) from error
    if sys.byteorder == "big":
        out.byteswap(inplace=True)
    compression.undo(codecs, out)


def encode_shard(chunks: Sequence[bytes], capacity: int) -> bytes:
    """The first ``len(chunks)`` of ``capacity`` chunks; the others are marked as not there."""
    index = np.full((capacity, 2), MISSING, "<u8")
    sizes = np.array([len(chunk) for chunk in chunks], "<u8")
    index[: len(chunks), 0] = np.cumsum(sizes) - sizes
    index[: len(chunks), 1] = sizes
    return b"".join(chunks) + with_checksum(index.tobytes())


def decode_index(data: bytes, capacity: int) -> npt.NDArray[np.uint64]:
    """Offset and size of each chunk, shape (capacity, 2), from the last ``index_size(capacity)`` bytes of a shard."""
    if len(data) != index_size(capacity):
        raise DamagedError(f"the index has {len(data)} bytes instead of {index_size(capacity)}")
    return np.frombuffer(without_checksum(data), "<u8").reshape(capacity, 2)
