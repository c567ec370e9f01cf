"""A process that makes processes that write episodes until they are killed.

It imports what they need once, and forks one for every line that it reads: a new Python would take a second for each.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
from small_datasets import random_rows, write

Rows = list[dict[str, Any]]


def episode(number: int) -> Rows:
    """The frames of an episode, by its number."""
    return random_rows(np.random.default_rng(number), 1 + number % 7, number % 5)


def write_for_ever(location: str, committing: float) -> None:
    """Go on with a dataset where its episodes end. ``committing``: share of the time for commits."""
    from training.dataset import DatasetWriter, part_writer

    part_writer.COMMITTING = committing
    with DatasetWriter.resume(location) as writer:
        number = len(writer.numbers)
        while True:
            write(writer, [episode(number)], first=number)
            number += 1


class Killer:
    """Starts writers and kills them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def kill_after(self, seconds: float, committing: float = inf) -> None:
        """Begin a writer that commits each episode at once, or spends so much of its time on commits; and kill it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(committing, file=self._process.stdin, flush=True)
        child = int(self._process.stdout.readline())
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        assert self._process.stdout.readline() == "dead\n"


@contextmanager
def killer(location: Path | str) -> Iterator[Killer]:
    """Of writers of the dataset there."""
    command = [sys.executable, __file__, str(location)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Killer(process)
        process.stdin.close()  # type: ignore[union-attr]


def main() -> None:
    import zarr.storage  # noqa: F401

    import training.dataset  # noqa: F401

    for line in sys.stdin:
        child = os.fork()
        if not child:
            write_for_ever(sys.argv[1], float(line))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("dead", flush=True)


if __name__ == "__main__":
    main()
