"""Render the episodes of a dataset again, with other cameras, size or quality."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import tyro

from training.flag_checks import image_size, positive, reachable


@dataclass(frozen=True)
class Args:
    """The flags of ``twin rerender``."""

    dataset: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="DATASET")]
    """Folder of the dataset; of it, scenes and poses are needed, images are not."""
    out: Path
    """Folder to write; must not exist yet, unless with --resume."""
    cameras: Annotated[tuple[tuple[str, ...], ...], tyro.conf.UseAppendAction, tyro.conf.arg(aliases=["--camera"])] = ()
    """Cameras of the dataset or of the scene by name, or new ones as [NAME=][BODY:]x,y,z,yaw,pitch (m, rad; pitch is
    downwards). By default those of the dataset, or all that the robot carries."""
    size: str = ""
    """Width and height of the images in pixels, such as 640x480; by default the cameras' own."""
    fov: float | None = None
    """Vertical field of view, rad, more than 0 and less than pi; by default the cameras' own."""
    renderer: str = ""
    """auto, raster, classic or rays; by default that of the dataset."""
    quality: str = ""
    """fast, standard or full; by default that of the dataset."""
    randomize: str = ""
    """A scenario, by name or file, to draw over the episodes: lights, materials, cameras, effects."""
    compression: str = ""
    """quick or small; by default that of the dataset."""
    workers: int = 1
    """Processes that render."""
    resume: bool = False
    """Complete a dataset that is there already."""


def run(args: Args) -> int:
    """Render, and say what there is now."""
    from training.dataset import Dataset
    from training.derive.rerender import Rerendering, rerender
    from training.interrupted import interrupted
    from training.progress import progress

    positive(workers=args.workers)
    reachable(out=args.out)
    size = image_size(args.size) if args.size else None
    names = tuple(name for given in args.cameras for name in given)
    asked = Rerendering(args.dataset, args.out, names, size, args.fov, args.renderer, args.quality, args.compression)
    asked = replace(asked, randomize=args.randomize)
    with progress("rendering", total=Dataset(args.dataset).frames, unit="frames") as bar:
        try:
            drawn = rerender(asked, workers=args.workers, resume=args.resume, done=bar.advance)
        except KeyboardInterrupt:
            raise interrupted(args.out, "were complete") from None
    print(f"{args.out}: {drawn.episodes} episodes, {drawn.frames} frames, digest {drawn.digest()[:16]}")
    return 0
