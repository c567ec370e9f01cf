"""Keys and bytes: the few operations on a Zarr store that a dataset needs, as plain calls.

Any ``zarr.abc.store.Store`` will do. ``put`` replaces one key at once and for all, and ``claim`` makes one that only
one caller can have made; nothing else here is atomic.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from training.dataset import local_files, remote
from twin.errors import DatasetError

if TYPE_CHECKING:
    from zarr.abc.store import Store
    from zarr.core.buffer import Buffer

Location: TypeAlias = "str | Path | Store"

METADATA = "zarr.json"


class Storage:
    """One store, and the name to call it by in messages."""

    def __init__(self, location: Location, *, read_only: bool) -> None:
        """``location``: a folder, a URL (see ``remote``), or a Zarr store."""
        from zarr.storage import LocalStore

        if location == "":
            raise DatasetError("a dataset has the name of a folder or a URL, and this name is empty")
        self.path: Path | None = None
        """The folder, where it is one of this machine."""
        if isinstance(location, str | Path):
            if remote.is_url(location):
                self.store: Store = remote.open_store(str(location), read_only=read_only)
            else:
                self.path = Path(location)
                self.store = LocalStore(self.path, read_only=read_only)
        else:
            self.store = location
            self.path = location.root if isinstance(location, LocalStore) else None
        self.label = str(location)

    def get(self, key: str, start: int = 0, stop: int | None = None) -> bytes | None:
        """The value, or a part of it; a negative ``start`` counts from its end. None where there is no such key."""
        from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
        from zarr.core.buffer import default_buffer_prototype

        if stop is not None:
            request: RangeByteRequest | SuffixByteRequest | OffsetByteRequest = RangeByteRequest(start, stop)
        else:
            request = SuffixByteRequest(-start) if start < 0 else OffsetByteRequest(start)
        with self._telling(f"read {key}"):
            value = _run(self.store.get(key, default_buffer_prototype(), request if start or stop else None))
        return None if value is None else value.to_bytes()

    def put(self, key: str, value: bytes) -> None:
        """Create or replace one key."""
        self.put_all({key: value})

    def put_all(self, values: Mapping[str, bytes]) -> None:
        """Create or replace many keys, in any order. After an error each of them is old or new."""
        if self.path is not None:
            for key, value in values.items():
                with self._telling(f"write {key}"):
                    local_files.replace(f"{self.path}/{key}", value)
            return

        async def all_of_them() -> None:
            done = await asyncio.gather(*(self._set(k, v) for k, v in values.items()), return_exceptions=True)
            for error in done:
                if error is not None:
                    raise error

        _run(all_of_them())

    async def _set(self, key: str, value: bytes) -> None:
        with self._telling(f"write {key}"):
            await self.store.set(key, _buffer(value))

    def claim(self, key: str, value: bytes) -> bool:
        """Make a key that is not there yet; whether this call made it. ``value`` must be like no other caller's.

        As good as the store's conditional put: local folders and S3's ``If-None-Match`` let one caller win.
        """
        with self._telling(f"write {key}"):
            _run(self.store.set_if_not_exists(key, _buffer(value)))
        return self.get(key) == value

    def children(self, prefix: str) -> list[str]:
        """Names directly below a prefix, in order."""

        async def listing() -> list[str]:
            return [name async for name in self.store.list_dir(prefix)]

        with self._telling(f"list {prefix or 'what is there'}"):
            return sorted(_run(listing()))

    def delete_below(self, prefix: str) -> None:
        """Remove a key or everything below a prefix."""
        with self._telling(f"remove {prefix}"):
            _run(self.store.delete(prefix))
            _run(self.store.delete_dir(prefix))

    def sizes(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Every key below a prefix with its bytes."""

        async def listing() -> list[tuple[str, int]]:
            keys = [key async for key in self.store.list_prefix(prefix)]
            return [(key, await self.store.getsize(key)) for key in keys]

        yield from _run(listing())

    def exists(self) -> bool:
        """Whether anything at all is there."""
        if self.path is not None and not self.path.is_dir():
            return self.path.exists()
        return bool(self.children(""))

    def remove_partial_files(self, part: str) -> None:
        """Delete what interrupted ``put`` calls left in a part that is a folder. Its writer alone may call this."""
        if self.path is None:
            return
        for name in ("data", "meta"):
            for file in Path(self.path, part, name).rglob("*.partial"):
                file.unlink(missing_ok=True)

    @contextmanager
    def _telling(self, doing: str) -> Iterator[None]:
        """What the disk or the store refuses, as one line that says what was being done."""
        try:
            yield
        except Exception as error:
            if not isinstance(error, OSError) and not remote.is_failure(error):
                raise
            reason = getattr(error, "strerror", None) or remote.reason(error)
            raise DatasetError(f"cannot {doing} in {self.label}: {reason}") from error


def _run(work: Any) -> Any:
    from zarr.core.sync import sync

    return sync(work)


def _buffer(value: bytes) -> "Buffer":
    from zarr.core.buffer import default_buffer_prototype

    return default_buffer_prototype().buffer.from_bytes(value)
