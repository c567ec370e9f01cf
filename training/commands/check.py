"""Check a dataset: can it be read, do images, masks, boxes and poses agree."""

from dataclasses import dataclass
from typing import Annotated

import tyro

SHOWN = 50


@dataclass(frozen=True)
class Args:
    """The flags of ``twin check``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder or s3:// URL of the dataset."""


def run(args: Args) -> int:
    """Print every problem; 1 where there is any."""
    from training.dataset import Dataset
    from training.dataset.audit import audit
    from training.progress import progress

    dataset = Dataset(args.dataset)
    with progress("checking", total=dataset.frames, unit="frames") as bar:
        problems = list(audit(dataset, bar.advance))
    for problem in problems[:SHOWN]:
        print(problem)
    if len(problems) > SHOWN:
        print(f"... and {len(problems) - SHOWN} more")
    found = f"{len(problems)} problem{'s' * (len(problems) != 1)}" if problems else "no problems"
    print(f"{args.dataset}: {dataset.episodes} episodes, {dataset.frames} frames: {found}")
    return 1 if problems else 0
