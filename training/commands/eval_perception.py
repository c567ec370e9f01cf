"""Score a network of train-perception on datasets: mIoU, COCO's average precision, class by class, with pictures."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from training.flag_checks import positive, writable
from twin.errors import InputError

if TYPE_CHECKING:
    from training.dataset import Dataset
    from training.perception.model import Model


@dataclass(frozen=True)
class Args:
    """The flags of ``twin eval-perception``."""

    model: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """Folder of a run, or its model.safetensors."""
    datasets: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="DATASET ...")]
    """Datasets or views to score it on."""
    split: str = ""
    """Of each dataset, such as test; all of it where empty."""
    min_pixels: int = 12
    """An object's box is asked for from so many visible pixels, at the network's size."""
    json: Path | None = None
    """Write the scores to this file."""
    html: Path | None = None
    """Write a page with tables and pictures to this file."""


def run(args: Args) -> int:
    """Look at every image and print the scores."""
    from training.dataset import Dataset
    from training.perception.evaluate import evaluate
    from training.perception.frames import PerceptionFrames
    from training.perception.model import Model
    from training.perception.report import write_json, write_page
    from training.perception.sources import of_split
    from training.progress import progress
    from training.tables import percent, show

    positive(min_pixels=args.min_pixels)
    writable(json=args.json, html=args.html)
    if not args.datasets:
        raise InputError("name a dataset to score it on")
    model = Model.load(args.model)
    whole = [Dataset(location) for location in args.datasets]
    _warn(model, whole, args.split)
    frames = PerceptionFrames([of_split(d, args.split) for d in whole], model.size, model.classes, args.min_pixels)
    with progress("looking", total=len(frames), unit="images") as bar:
        scores = evaluate(model, frames, bar.advance)
    found = scores.as_json()
    show(
        [{"class": name, **{key: percent(found[key][name]) for key in ("iou", "ap", "ap50")}} for name in model.classes]
    )
    means = ", ".join(f"{name} {percent(found[name])}" for name in ("miou", "map", "map50", "pixel_accuracy"))
    print(f"{len(frames)} images: {means}")
    if args.json is not None:
        write_json(args.json, model, frames, scores)
    if args.html is not None:
        write_page(args.html, model, frames, scores)
    return 0


def _warn(model: "Model", datasets: "list[Dataset]", split: str) -> None:
    """A network that is scored on what it learned from looks better than it is."""
    from training.perception.seen import Lineage, warning

    lineage = Lineage.model_validate(model.facts["lineage"])
    for dataset in datasets:
        if said := warning(lineage, dataset, split):
            print(f"warning: {said}", file=sys.stderr)
