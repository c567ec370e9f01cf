"""Copy a dataset with people, or regions that you give, made unrecognisable."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from training import help_texts


@dataclass(frozen=True)
class Args:
    """The flags of ``twin redact``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder of the dataset, or of a view; it stays as it is."""
    out: Path
    """Folder to write; must not exist, or be empty."""
    classes: tuple[str, ...] = ("person",)
    """Labelled objects of these classes, wherever they are seen; none at all where nothing follows."""
    regions: tuple[str, ...] = ()
    """Rectangles in every image as left,top,right,bottom, in shares of its width and height, as 0.4,0.1,0.6,0.3."""
    method: Annotated[str, tyro.conf.arg(help=f"How: {help_texts.names('training.derive.redactions')}.")] = "pixelate"
    compression: str = ""
    """quick or small; by default that of the dataset."""


def run(args: Args) -> int:
    """Redact, and say what there is now; nothing appears under ``--out`` before all of it is written."""
    from training.dataset import Dataset, marks
    from training.derive.redact import Redacting, parsed, redact
    from training.progress import progress

    asked = Redacting(args.classes, tuple(parsed(text) for text in args.regions), args.method)
    dataset = Dataset(args.dataset)
    with progress("redacting", total=dataset.frames, unit="frames") as bar:
        made = redact(dataset, args.out, asked, bar.advance, compression=args.compression)
    print(f"{args.out}: {marks.counts(made)[marks.REDACTED]} of {made.frames} frames are redacted ({args.method})")
    return 0
