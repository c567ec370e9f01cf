"""What a command says when Ctrl-C stops it while it writes a dataset."""

from pathlib import Path

from training.dataset import Dataset
from twin.errors import DatasetError


def interrupted(out: str | Path, which: str) -> KeyboardInterrupt:
    """To be raised: where the episodes are, ``which`` says of what kind, or that there are none."""
    try:
        episodes = Dataset(out).episodes
    except DatasetError:
        return KeyboardInterrupt("nothing was written")
    there = f"the episodes that {which} are in {out}" if episodes else f"no episode is in {out} yet"
    return KeyboardInterrupt(f"{there}; the same command with --resume goes on")
