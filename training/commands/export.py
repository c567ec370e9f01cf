"""Write a dataset in another format, such as COCO."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro


@dataclass(frozen=True)
class Args:
    """The flags of ``twin export``."""

    dataset: Annotated[Path, tyro.conf.Positional]
    """Folder of the dataset."""
    out: Path
    """Folder to write; must not exist, or be empty."""
    format: str = "coco"
    """Name of the format."""
    cameras: tuple[str, ...] = ()
    """Cameras to export; by default all."""
    classes: tuple[str, ...] = ()
    """Classes to label; by default all."""
    splits: tuple[str, ...] = ()
    """Splits to export; by default all."""
    images: Literal["png", "jpg"] = "png"
    """How pictures are stored: png is exact, jpg is smaller."""


def run(args: Args) -> int:
    """Export; nothing appears under ``--out`` before all of it is written."""
    from training import export
    from training.dataset import Dataset
    from training.export._folder import complete_folder
    from training.export._selection import Selection
    from training.progress import progress

    exporter = export.load(args.format)
    selection = Selection.of(Dataset(args.dataset), args.cameras, args.classes, args.splits, args.images)
    total = selection.count()
    with (
        complete_folder(args.out) as folder,
        progress(f"exporting {args.format}", total=total, unit="images") as bar,
    ):
        exporter.export(selection, folder, bar.advance)
    print(f"{args.out}: {total} images as {args.format}")
    return 0
