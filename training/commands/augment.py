"""Copy a dataset with its colour images changed: exposure, noise, blur, compression."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class Args:
    """The flags of ``twin augment``."""

    dataset: Annotated[str, tyro.conf.Positional]
    """Folder of the dataset, or of a view."""
    out: Path
    """Folder to write; must not exist, or be empty."""
    apply: tuple[str, ...] = ("exposure", "noise")
    """Effects in their order: blur, dirt, exposure, jpeg, noise, white_balance; as in noise:read=8 or blur:sigma=0..2."""
    seed: int = 0
    """Of all draws."""
    compression: str = ""
    """quick or small; by default that of the dataset."""


def run(args: Args) -> int:
    """Change them; nothing appears under ``--out`` before all of it is written."""
    from training.dataset import Dataset
    from training.derive.augment import augment
    from training.progress import progress

    dataset = Dataset(args.dataset)
    with progress("augmenting", total=dataset.frames, unit="frames") as bar:
        changed = augment(dataset, args.out, args.apply, args.seed, bar.advance, compression=args.compression)
    print(f"{args.out}: {changed.episodes} episodes, {changed.frames} frames, digest {changed.digest()[:16]}")
    return 0
