"""Work on all cores by threads of one process: for what releases Python's lock most of the time."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Threads:
    """A number of threads that wait for work. One means the thread that calls."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count, "world") if count > 1 else None

    def shares(self, share: Callable[[int], None]) -> None:
        """Call ``share`` with 0, 1... on a thread each; the first error of any is raised when all are done."""
        if self._pool is None:
            share(0)
            return
        work = [self._pool.submit(share, number) for number in range(self.count)]
        errors = [future.exception() for future in work]
        for error in errors:
            if error is not None:
                raise error

    def do(self, work: Callable[[int], None], rows: Sequence[int]) -> None:
        """Do ``work`` for each of ``rows``."""
        if len(rows) == 1 or self._pool is None:
            for row in rows:
                work(row)
            return

        def share(first: int) -> None:
            for row in rows[first :: self.count]:
                work(row)

        self.shares(share)

    def close(self) -> None:
        """End them."""
        if self._pool is not None:
            self._pool.shutdown()
