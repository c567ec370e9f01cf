"""Bytes of files on this machine's disks, without Zarr's event loop: ten times quicker for a chunk."""

import os
from pathlib import Path
from uuid import uuid4


def read(path: str | Path, start: int = 0, stop: int | None = None) -> bytes | None:
    """The bytes from ``start`` to ``stop``; a negative ``start`` counts from the end. None where there is no file."""
    try:
        # No handle outlives the call: nothing to inherit at a fork, and a shard that is replaced is seen.
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123 (Path.open costs as much as the reading)
            size = os.fstat(file.fileno()).st_size
            first = max(0, size + start) if start < 0 else start
            last = size if stop is None else min(stop, size)
            file.seek(first)
            return _exactly(file.fileno(), max(0, last - first))
    except (FileNotFoundError, NotADirectoryError):
        return None


def replace(path: str | Path, value: bytes) -> None:
    """Make the file hold ``value``, at once and for all; its folders too. Killed, it leaves a ``.partial`` file."""
    partial = f"{path}.{uuid4().hex}.partial"
    try:
        _write(partial, value)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _write(partial, value)
    os.replace(partial, path)  # noqa: PTH105 (as above)


def _write(path: str, value: bytes) -> None:
    with open(path, "wb", buffering=0) as file:  # noqa: PTH123
        try:
            written = 0
            while written < len(value):
                written += file.write(memoryview(value)[written:]) or 0
        except BaseException:
            os.unlink(path)  # noqa: PTH108
            raise


def _exactly(descriptor: int, count: int) -> bytes:
    """The system may return less than it was asked for, and never more than 2 GiB."""
    data = os.read(descriptor, count)
    while len(data) < count and (more := os.read(descriptor, count - len(data))):
        data += more
    return data
