"""One writer of a folder at a time, among the processes of this machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twin.errors import InputError, TwinError


@contextmanager
def locked(folder: Path, error: type[TwinError] = InputError) -> Iterator[None]:
    """Keep other writers out of a folder that is there; raises ``error`` where one is at work in it.

    A process that dies lets go. Where the file system locks no folders (NFS), nobody is kept out.
    """
    if os.name != "posix":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise error(f"{folder} is being written by another process") from None
        except OSError:
            pass  # this file system has no such locks
        yield
    finally:
        os.close(descriptor)
