"""Keys and bytes: the few operations on a Zarr store that a dataset needs, as plain calls.

Any ``zarr.abc.store.Store`` will do. ``put`` replaces one key at once and for all; nothing else here is atomic.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from training.dataset import local_files
from twin.errors import DatasetError

if TYPE_CHECKING:
    from zarr.abc.store import Store

Location: TypeAlias = "str | Path | Store"

METADATA = "zarr.json"


class Storage:
    """One store, and the name to call it by in messages."""

    def __init__(self, location: Location, *, read_only: bool) -> None:
        from zarr.storage import LocalStore

        self.path = Path(location) if isinstance(location, str | Path) else None
        if isinstance(location, str | Path):
            if "://" in str(location):
                raise DatasetError(f"{location}: give a folder, or a zarr Store object for anything remote")
            self.store: Store = LocalStore(Path(location), read_only=read_only)
        else:
            self.store = location
        self.label = str(location)

    def get(self, key: str, start: int = 0, stop: int | None = None) -> bytes | None:
        """The value, or a part of it; a negative ``start`` counts from its end. None where there is no such key."""
        if self.path is not None:
            return self._get_file(key, start, stop)
        from zarr.abc.store import OffsetByteRequest, RangeByteRequest, SuffixByteRequest
        from zarr.core.buffer import default_buffer_prototype
        from zarr.core.sync import sync

        if stop is not None:
            request: RangeByteRequest | SuffixByteRequest | OffsetByteRequest = RangeByteRequest(start, stop)
        else:
            request = SuffixByteRequest(-start) if start < 0 else OffsetByteRequest(start)
        try:
            value = sync(self.store.get(key, default_buffer_prototype(), request if start or stop else None))
        except OSError as error:
            raise DatasetError(f"cannot read {key} in {self.label}: {error.strerror or error}") from error
        return None if value is None else value.to_bytes()

    def _get_file(self, key: str, start: int, stop: int | None) -> bytes | None:
        try:
            return local_files.read(f"{self.path}/{key}", start, stop)
        except OSError as error:
            raise DatasetError(f"cannot read {key} in {self.label}: {error.strerror or error}") from error

    def put(self, key: str, value: bytes) -> None:
        """Create or replace one key."""
        from zarr.core.buffer import default_buffer_prototype
        from zarr.core.sync import sync

        try:
            sync(self.store.set(key, default_buffer_prototype().buffer.from_bytes(value)))
        except OSError as error:
            raise DatasetError(f"cannot write {key} in {self.label}: {error.strerror or error}") from error

    def children(self, prefix: str) -> list[str]:
        """Names directly below a prefix, in order."""
        from zarr.core.sync import sync

        async def listing() -> list[str]:
            return [name async for name in self.store.list_dir(prefix)]

        try:
            return sorted(sync(listing()))
        except FileNotFoundError:
            return []

    def delete_below(self, prefix: str) -> None:
        """Remove a key or everything below a prefix."""
        from zarr.core.sync import sync

        try:
            sync(self.store.delete(prefix))
            sync(self.store.delete_dir(prefix))
        except OSError as error:
            raise DatasetError(f"cannot remove {prefix} in {self.label}: {error.strerror or error}") from error

    def sizes(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        """Every key below a prefix with its bytes."""
        from zarr.core.sync import sync

        async def listing() -> list[tuple[str, int]]:
            keys = [key async for key in self.store.list_prefix(prefix)]
            return [(key, await self.store.getsize(key)) for key in keys]

        yield from sync(listing())

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
