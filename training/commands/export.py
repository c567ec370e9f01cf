"""Write a dataset in another format, such as COCO."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from training import help_texts


@dataclass(frozen=True)
class Args:
    """The flags of ``twin export``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder of the dataset."""
    out: Path
    """Folder to write; must not exist, or be empty."""
    format: Annotated[str, tyro.conf.arg(help=f"{help_texts.names('training.export')}.")] = "coco"
    cameras: tuple[str, ...] = ()
    """Cameras to export; by default all."""
    classes: tuple[str, ...] = ()
    """Classes to label; by default all."""
    splits: tuple[str, ...] = ()
    """Splits to export; by default all."""
    images: Literal["png", "jpg"] = "png"
    """How pictures are stored where the format leaves the choice: png is exact, jpg is smaller."""
    min_pixels: int = 1
    """Annotate objects of which an image shows so many pixels at least; the id images keep all."""
    workers: int = 0
    """Processes to use; 0 is one a core, fewer for small datasets. The files are the same."""


def run(args: Args) -> int:
    """Export; nothing appears under ``--out`` before all of it is written."""
    from training import export, flag_checks
    from training.complete_folder import check_free
    from training.dataset import Dataset
    from training.export._run import run as run_export
    from training.export._selection import Selection
    from training.export._workers import IMAGES_THAT_PAY
    from training.workers import fitting

    flag_checks.not_negative(workers=args.workers)
    flag_checks.positive(min_pixels=args.min_pixels)
    export.load(args.format)
    check_free(args.out)
    chosen = (args.cameras, args.classes, args.splits, args.images)
    selection = Selection.of(Dataset(args.dataset), *chosen, min_pixels=args.min_pixels)
    selection = selection.with_workers(args.workers or fitting(selection.count(), IMAGES_THAT_PAY))
    remarks = run_export(selection, args.format, args.out)
    print(f"{args.out}: {selection.frames()} frames, {selection.count()} images as {args.format}")
    for remark in remarks:
        print(remark)
    return 0
