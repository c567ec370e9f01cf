"""Decoding on all cores: Zstd works outside Python's lock, so threads are enough."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from training.dataset.array_reader import finish
from training.dataset.shard_reader import Job

THREADS = min(8, os.cpu_count() or 1)
WORTHWHILE = 4
"""Fewer jobs are done by the caller."""


def run(jobs: Iterable[Job], threads: int = THREADS) -> None:
    """Do all of them; raises what the first one that failed raised."""
    jobs = list(jobs)
    if threads < 2 or len(jobs) < WORTHWHILE:
        finish(jobs)
        return
    shares = [jobs[k::threads] for k in range(threads)]
    others = [_pool(os.getpid()).submit(finish, share) for share in shares[1:]]
    finish(shares[0])
    for other in others:
        other.result()


@lru_cache(maxsize=1)
def _pool(process: int) -> ThreadPoolExecutor:
    """Of this process: the threads of a parent do not survive a fork."""
    return ThreadPoolExecutor(THREADS, thread_name_prefix=f"dataset-{process}")
