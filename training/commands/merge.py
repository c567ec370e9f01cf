"""Join datasets of one schema; their episodes are numbered anew."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Args:
    """The flags of ``twin merge``."""

    datasets: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="DATASET ...")]
    """Folders of the datasets, two at least."""
    out: Path
    """Folder to write; must not exist, or be empty."""
    compression: str = ""
    """quick or small; by default that of the first dataset."""


def run(args: Args) -> int:
    """Join them; nothing appears under ``--out`` before all of it is written."""
    from training.dataset import Dataset
    from training.derive.merge import merge
    from training.progress import progress

    datasets = [Dataset(path) for path in args.datasets]
    with progress("merging", total=sum(map(len, datasets)), unit="frames") as bar:
        merged = merge(datasets, args.out, bar.advance, compression=args.compression)
    print(f"{args.out}: {merged.episodes} episodes, {merged.frames} frames, digest {merged.digest()[:16]}")
    return 0
